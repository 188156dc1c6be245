"""Readers ask: start, help, latest, any words, pages of results, one result with its share buttons.

Handlers keep nothing between updates: a search is a row, its buttons carry the row's id.
"""

from __future__ import annotations

from html import escape
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.chat import roles, sharing
from bot.chat.card import Card
from bot.chat.context import Context
from bot.chat.pressing import ID, NO_PREVIEW, answer, edit, place_of, pressed
from bot.chat.readers.listing import look_up
from bot.chat.readers.results import PAGE, results_card
from bot.chat.roles import Visitor
from bot.chat.updates import NEW, PRIVATE, WRITTEN
from bot.chat.words import common, editors, readers
from bot.store import articles, channels, people, queries

LATEST = ""  # the words of the query that lists the newest articles


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    handle = Readers(context)
    return [
        CommandHandler("start", handle.start, NEW),
        CommandHandler("help", handle.help, NEW),
        CommandHandler("latest", handle.latest, NEW),
        CommandHandler("search", handle.search_command, NEW),
        MessageHandler(WRITTEN & filters.COMMAND, handle.unknown_command),
        MessageHandler(WRITTEN, handle.search_words),
        MessageHandler(PRIVATE & ~filters.StatusUpdate.ALL, handle.not_words),
        CallbackQueryHandler(handle.press_latest, pressed("latest")),
        CallbackQueryHandler(handle.turn_page, pressed(f"page:{ID}:[0-9]{{1,4}}")),
        CallbackQueryHandler(handle.open_result, pressed(f"open:{ID}:[0-9]{{1,15}}")),
        CallbackQueryHandler(handle.old_button),
        ChatMemberHandler(handle.blocked, ChatMemberHandler.MY_CHAT_MEMBER),
    ]


class Readers:
    """Handlers for everybody."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def start(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        payload = _after_command(message)
        who = await roles.visit(self._context, user)
        if payload.startswith("st_") and payload[3:].isdigit():
            await self._send_article(message, who, int(payload[3:]))
            return
        await _reply(message, await self._greeting(who))

    async def help(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        who = await roles.visit(self._context, user)
        text = who.say(readers.HELP, username=escape(self._context.username))
        if who.may_publish:
            text += who.say(editors.HELP_OWNER, role=who.person.role.value)
        await message.reply_html(text)

    async def latest(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is not None and update.effective_user is not None:
            await self._search(update.message, await roles.visit(self._context, update.effective_user), LATEST)

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
        await self._search(press.message, who, LATEST)

    async def search_command(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/search WORDS, in groups too."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        asked, who = _after_command(message), await roles.visit(self._context, user)
        if asked:
            await self._search(message, who, asked)
        else:
            await message.reply_html(who.say(readers.WHAT_TO_FIND))

    async def search_words(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Any text in a private chat."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        await self._search(message, await roles.visit(self._context, user), (message.text or "").strip())

    async def unknown_command(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is not None and user is not None and message.chat.type == ChatType.PRIVATE:
            who = await roles.visit(self._context, user)
            command = (message.text or "").split(maxsplit=1)[0]
            await message.reply_html(who.say(readers.UNKNOWN_COMMAND, command=escape(command)))

    async def not_words(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """A picture, a sticker, a voice message."""
        if update.effective_message is not None and update.effective_user is not None:
            who = await roles.visit(self._context, update.effective_user)
            await update.effective_message.reply_html(who.say(readers.ONLY_WORDS))

    async def blocked(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Somebody stopped the bot, or began again."""
        change = update.my_chat_member
        if change is not None and change.new_chat_member.status == ChatMemberStatus.BANNED:
            async with self._context.db.write() as tx:
                who = change.from_user.id
                await people.mark_blocked(tx, bot_id=self._context.bot_id, user_id=who, now=self._context.now())

    async def turn_page(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:page:QUERY:PAGE edits the list in place."""
        press = update.callback_query
        if press is None:
            return
        query_id, page = (press.data or "").split(":")[2:]
        who = await roles.visit(self._context, press.from_user)
        card, place = await self._page(who, query_id, int(page)), place_of(press)
        if card is None or place is None:
            await answer(press, who.say(readers.EXPIRED))
            return
        await answer(press)
        await edit(press.get_bot(), place, card.html, card.keyboard)

    async def open_result(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:open:QUERY:ARTICLE sends the article's share card below the list."""
        press = update.callback_query
        if press is None:
            return
        place, who = place_of(press), await roles.visit(self._context, press.from_user)
        async with self._context.db.read() as tx:
            article = await articles.get(tx, int((press.data or "").split(":")[3]))
        if place is None or article is None or article.title is None:
            await answer(press, who.say(common.GONE))
            return
        await answer(press)
        await sharing.send(self._context, (sharing.reader_request(self._context, article),), chat_id=place[0])

    async def old_button(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.callback_query is not None:
            who = await roles.visit(self._context, update.callback_query.from_user)
            await answer(update.callback_query, who.say(common.OLD_BUTTON))

    async def _greeting(self, who: Visitor) -> Card:
        async with self._context.db.read() as tx:
            posted = await channels.every(tx, bot_id=self._context.bot_id)
        named = [c for c in posted if c.username]
        names = ", ".join(f"@{c.username}" for c in named[:3])
        text = who.say(readers.HELLO, channels=who.say(readers.CHANNELS, names=names) if names else "")
        rows = [
            [InlineKeyboardButton(who.say(common.BUTTON_LATEST), callback_data="v1:latest")],
            [InlineKeyboardButton(who.say(readers.BUTTON_INLINE), switch_inline_query="")],
        ]
        if named:
            rows.append(
                [InlineKeyboardButton(who.say(readers.BUTTON_OPEN_CHANNEL), url=f"https://t.me/{named[0].username}")]
            )
        if who.may_publish:
            text += who.say(editors.HELP_OWNER, role=who.person.role.value)
        return Card(html=text, keyboard=InlineKeyboardMarkup(rows))

    async def _search(self, message: Message, who: Visitor, asked: str) -> None:
        context, user_id = self._context, who.person.user_id
        async with context.db.write() as tx:
            query = await queries.add(
                tx, bot_id=context.bot_id, user_id=user_id, words=asked[:256], options={}, now=context.now()
            )
        card = await self._page(who, query.id, 0)
        assert card is not None
        await _reply(message, card)

    async def _page(self, who: Visitor, query_id: str, page: int) -> Card | None:
        context = self._context
        async with context.db.read() as tx:
            query = await queries.get(tx, query_id, bot_id=context.bot_id, now=context.now())
            if query is None:
                return None
            found = await look_up(tx, query.words, limit=PAGE, offset=page * PAGE, now=context.now())
            if not found.found and found.total:  # the archive has changed, and there are fewer pages now
                page = (found.total - 1) // PAGE
                found = await look_up(tx, query.words, limit=PAGE, offset=page * PAGE, now=context.now())
        if not found.found:
            return _nothing(who, query.words)
        head = who.say(readers.LATEST)
        if query.words:
            head = who.count(readers.RESULTS, found.total, words=escape(query.words))
        return results_card(
            who.words, head, found.found, total=found.total, page=page, query_id=query.id, now=context.now()
        )

    async def _send_article(self, message: Message, who: Visitor, article_id: int) -> None:
        async with self._context.db.read() as tx:
            article = await articles.get(tx, article_id)
        if article is None or article.title is None:
            await message.reply_html(who.say(common.GONE))
            return
        request = sharing.reader_request(self._context, article)
        await sharing.send(self._context, (request,), chat_id=message.chat_id)


def _nothing(who: Visitor, asked: str) -> Card:
    if not asked:
        return Card(html=who.say(readers.NOTHING_YET))
    latest = InlineKeyboardButton(who.say(common.BUTTON_LATEST), callback_data="v1:latest")
    return Card(html=who.say(readers.NO_RESULTS, words=escape(asked)), keyboard=InlineKeyboardMarkup([[latest]]))


async def _reply(message: Message, card: Card) -> None:
    await message.reply_html(card.html, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW)


def _after_command(message: Message) -> str:
    _, *rest = (message.text or "").split(maxsplit=1)
    return rest[0].strip() if rest else ""
