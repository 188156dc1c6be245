"""Searches: any words, pages of results with their filters, one result with its share buttons.

Nothing is kept between updates: a search is a row, its buttons carry the row's id.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatType
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler

from bot.chat import roles, sharing
from bot.chat.card import Card
from bot.chat.context import Context
from bot.chat.lookup import article_behind, article_meant
from bot.chat.pressing import ID, NO_PREVIEW, answer, edit, place_of, pressed, topic_of
from bot.chat.readers import person as reader
from bot.chat.readers.following import follow_pressed, followable
from bot.chat.readers.listing import Filters, look_up
from bot.chat.readers.patience import at_work
from bot.chat.readers.results import PAGE, Listed, results_card
from bot.chat.roles import Visitor
from bot.chat.updates import NEW, WRITTEN
from bot.chat.words import common, readers
from bot.language import primary
from bot.model import Request
from bot.store import articles, people, queries, saved
from bot.store.queries import Query
from bot.store.search.query import clean
from bot.wording import Words, words_for

LATEST = ""  # the words of the query that lists the newest articles
DEEP_LINK = 64  # characters that a link may bring (Bot API, "Deep linking")
MOST_TYPED = 420  # characters kept: a little more than a search looks at, so that it says that it cut


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    handle = Searching(context)
    return [
        CommandHandler("latest", handle.latest, NEW),
        CommandHandler("search", handle.command, NEW),
        CallbackQueryHandler(handle.press_latest, pressed("latest")),
        CallbackQueryHandler(handle.turn_page, pressed(f"page:{ID}:[0-9]{{1,4}}")),
        CallbackQueryHandler(handle.filter, pressed(f"sort:{ID}:(?:order|week|mine|all)")),
        CallbackQueryHandler(handle.take_suggestion, pressed(f"mean:{ID}")),
        CallbackQueryHandler(handle.follow, pressed(f"tell:{ID}")),
        CallbackQueryHandler(handle.open_result, pressed(f"open:{ID}:[0-9]{{1,15}}")),
    ]


def any_words(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    """After all others."""
    return [MessageHandler(WRITTEN, Searching(context).words)]


class Searching:
    """Handlers, and what other modules show lists and articles with."""

    def __init__(self, context: Context) -> None:
        self._context = context

    # ── asked in words ───────────────────────────────────────────────────────────────────────────────────────────

    async def latest(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is not None and update.effective_user is not None:
            await self.search(update.message, await roles.visit(self._context, update.effective_user), LATEST)

    async def command(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/search WORDS, in groups too."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        asked, who = after_command(message), await roles.visit(self._context, user)
        if clean(asked):
            await self.search(message, who, asked)
        else:
            await message.reply_html(f"{who.say(readers.WHAT_TO_FIND)}\n\n{who.say(readers.HELP_SEARCH)}")

    async def words(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Any text in a private chat."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        who = await roles.visit(self._context, user)
        if clean(message.text or ""):
            await self.search(message, who, message.text or "")
        else:
            await message.reply_html(who.say(readers.HINT_NO_WORDS))

    async def pasted(self, message: Message, who: Visitor, *, address: str | None, text: str | None) -> None:
        """What a reader sends of an article to find it here: its address, or a piece of its text."""
        if address is None:
            await self.search(message, who, text or LATEST)
            return
        async with self._context.db.read() as tx:
            article = await article_behind(tx, self._context, address)
        if article is not None and article.state == "ready":
            await self.send_article(message, who, article.id)
            return
        latest = InlineKeyboardButton(who.say(common.BUTTON_LATEST), callback_data="v1:latest")
        await message.reply_html(who.say(readers.ADDRESS_UNKNOWN), reply_markup=InlineKeyboardMarkup([[latest]]))

    async def forwarded(self, message: Message, who: Visitor) -> None:
        """A post of any channel: its article, else what there is for its first line."""
        article = await article_meant(self._context, message)
        if article is not None and article.state == "ready":
            await self.send_article(message, who, article.id)
            return
        line = next(filter(clean, (message.text or message.caption or "").split("\n")), "")
        if line:
            await self.search(message, who, line)
        else:
            await message.reply_html(who.say(readers.ONLY_WORDS))

    async def search(self, message: Message, who: Visitor, asked: str) -> None:
        context, user_id = self._context, who.person.user_id
        async with at_work(message):
            async with context.db.write() as tx:
                query = await queries.add(
                    tx,
                    bot_id=context.bot_id,
                    user_id=user_id,
                    words=clean(asked)[:MOST_TYPED],
                    options={},
                    now=context.now(),
                )
            card = await self._page(who, query.id, 0, private=_is_private(message))
        assert card is not None
        await reply(message, card)

    # ── pressed ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def press_latest(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:latest"""
        press = update.callback_query
        if press is None:
            return
        who = await roles.visit(self._context, press.from_user)
        if not isinstance(press.message, Message):
            await answer(press, who.say(common.OLD_BUTTON))
            return
        await answer(press)
        await self.search(press.message, who, LATEST)

    async def turn_page(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:page:QUERY:PAGE edits the list in place."""
        query_id, page = _data(update)
        await self._show(update, query_id, int(page))

    async def filter(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:sort:QUERY:ACT changes the order or a filter; the list begins anew, in place."""
        press = update.callback_query
        assert press is not None
        query_id, act = _data(update)
        who = await roles.visit(self._context, press.from_user)
        async with self._context.db.write() as tx:
            query = await self._query(tx, query_id)
            if query is not None:
                filters = _changed(Filters.of(query.options), act, primary(who.person.language))
                await queries.change(tx, query_id, bot_id=self._context.bot_id, options=filters.as_json())
        await self._show(update, query_id, 0)

    async def take_suggestion(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:mean:QUERY searches for the suggested spelling, in place."""
        press, context = update.callback_query, self._context
        assert press is not None
        (query_id,) = _data(update)
        async with context.db.read() as tx:
            query = await self._query(tx, query_id)
            found = await look_up(tx, query.words, limit=1, offset=0, now=context.now()) if query else None
        if query is None or found is None or not found.suggestion:
            await self._show(update, query_id, 0)
            return
        async with context.db.write() as tx:
            better = await queries.add(
                tx,
                bot_id=context.bot_id,
                user_id=query.user_id,
                words=found.suggestion,
                options=query.options,
                now=context.now(),
            )
        await self._show(update, better.id, 0)

    async def follow(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:tell:QUERY makes an alert of a search."""
        press = update.callback_query
        assert press is not None
        (query_id,) = _data(update)
        who = await roles.visit(self._context, press.from_user)
        async with self._context.db.read() as tx:
            query = await self._query(tx, query_id)
        if query is None:
            await answer(press, who.say(readers.EXPIRED))
            return
        await follow_pressed(self._context, who, press, query.words)

    async def open_result(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:open:QUERY:ARTICLE sends the article's share card below the list."""
        press = update.callback_query
        assert press is not None
        place, who = place_of(press), await roles.visit(self._context, press.from_user)
        request = await self.opened(who, int(_data(update)[1]), private=place is not None and place[0] > 0)
        if place is None or request is None:
            await answer(press, who.say(common.GONE))
            return
        await answer(press)
        await sharing.send(self._context, (request,), chat_id=place[0], thread_id=topic_of(press.message))

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────

    async def opened(self, who: Visitor, article_id: int, *, private: bool) -> Request | None:
        """An article with its share buttons, in a private chat with Save; None when it is no longer there."""
        async with self._context.db.read() as tx:
            article = await articles.get(tx, article_id)
            mine = {"bot_id": self._context.bot_id, "user_id": who.person.user_id}
            kept = await saved.is_saved(tx, article_id=article_id, **mine)
        if article is None or article.title is None or article.state != "ready":
            return None
        request = sharing.reader_request(self._context, article, reader.as_channel(who.person))
        return sharing.with_row(request, [save_button(who, article_id, kept=kept)]) if private else request

    async def send_article(self, message: Message, who: Visitor, article_id: int) -> None:
        request = await self.opened(who, article_id, private=_is_private(message))
        if request is None:
            await message.reply_html(who.say(common.GONE))
            return
        await sharing.send(self._context, (request,), chat_id=message.chat_id, thread_id=topic_of(message))

    async def _show(self, update: Update, query_id: str, page: int) -> None:
        press = update.callback_query
        assert press is not None
        who, place = await roles.visit(self._context, press.from_user), place_of(press)
        card = await self._page(who, query_id, page, private=place is not None and place[0] > 0)
        if card is None or place is None:
            await answer(press, who.say(readers.EXPIRED))
            return
        await answer(press)
        await edit(press.get_bot(), place, card.html, card.keyboard)

    async def _query(self, tx: Any, query_id: str) -> Query | None:
        return await queries.get(tx, query_id, bot_id=self._context.bot_id, now=self._context.now())

    async def _page(self, who: Visitor, query_id: str, page: int, *, private: bool) -> Card | None:
        now = self._context.now()
        async with self._context.db.read() as tx:
            query = await self._query(tx, query_id)
            if query is None:
                return None
            filters = Filters.of(query.options)
            found = await look_up(tx, query.words, limit=PAGE, offset=page * PAGE, now=now, filters=filters)
            if not found.found and found.total:  # the archive has changed, and there are fewer pages now
                page = (found.total - 1) // PAGE
                found = await look_up(tx, query.words, limit=PAGE, offset=page * PAGE, now=now, filters=filters)
            all_ = await look_up(tx, query.words, limit=1, offset=0, now=now) if filters and not found.found else None
            words = who.words if private else await self._words_of(tx, query, who)
        listed = Listed(
            query_id=query.id,
            asked=query.words,
            results=found,
            page=page,
            filters=filters,
            private=private,
            language=primary(who.person.language),
            elsewhere=all_.total if all_ else 0,
            followable=followable(query.words, found.hints, now=now),
        )
        return results_card(words, listed, now=now)

    async def _words_of(self, tx: Any, query: Query, who: Visitor) -> Words:
        """A list in a group stays in the language of whoever asked for it, also when somebody else turns its pages."""
        asker = await people.get(tx, bot_id=self._context.bot_id, user_id=query.user_id)
        return words_for(asker.language) if asker is not None else who.words


def save_button(who: Visitor, article_id: int, *, kept: bool) -> dict[str, str]:
    label, act = (readers.BUTTON_UNSAVE, "unsave") if kept else (readers.BUTTON_SAVE, "save")
    return {"text": who.say(label), "callback_data": f"v1:{act}:{article_id}"}


def search_payload(asked: str) -> str | None:
    """What a deep link carries to ask for these words; None where they are too long for one."""
    packed = f"q_{base64.urlsafe_b64encode(asked.encode()).decode().rstrip('=')}"
    return packed if len(packed) <= DEEP_LINK else None


def searched_link(payload: str) -> str | None:
    """The words of a deep link `q_…` (base64url of UTF-8); None when it is none."""
    try:
        packed = payload.removeprefix("q_")
        return clean(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()) or None
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def _changed(filters: Filters, act: str, language: str | None) -> Filters:
    match act:
        case "order":
            return replace(filters, newest=not filters.newest)
        case "week":
            return replace(filters, week=not filters.week)
        case "mine":
            return replace(filters, language=None if filters.language else language)
        case _:
            return replace(filters, week=False, language=None)


def _data(update: Update) -> list[str]:
    """What stands after the verb."""
    press = update.callback_query
    return ((press.data if press else None) or "").split(":")[2:]


def _is_private(message: Message) -> bool:
    return message.chat.type == ChatType.PRIVATE


async def reply(message: Message, card: Card) -> None:
    await message.reply_html(card.html, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW)


def after_command(message: Message) -> str:
    _, *rest = (message.text or "").split(maxsplit=1)
    return rest[0].strip() if rest else ""
