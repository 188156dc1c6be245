"""Readers ask: start, help, latest, any words, pages of results, one result with its share buttons.

Handlers keep nothing between updates: a search is a row, its buttons carry the row's id.
"""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import ContextTypes

from bot.chat import claim, roles, sharing, words
from bot.chat.context import Context
from bot.chat.listing import look_up
from bot.chat.pressing import NO_PREVIEW, answer, edit, place_of
from bot.chat.results import PAGE, Card, results_card
from bot.chat.words import escape
from bot.model import Role
from bot.store import articles, channels, people, queries

LATEST = ""  # the words of the query that lists the newest articles


class Readers:
    """Handlers for everybody."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def start(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        payload = _after_command(message)
        if payload.startswith("own_"):
            await message.reply_html(await claim.claim_ownership(self._context, user, payload.removeprefix("own_")))
            return
        person = await roles.meet(self._context, user)
        if payload.startswith("st_") and payload[3:].isdigit():
            await self._send_article(message, int(payload[3:]))
            return
        await _reply(message, await self._greeting(person.role))

    async def help(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        person = await roles.meet(self._context, user)
        text = words.HELP.format(username=escape(self._context.username))
        if person.role in roles.EDITORS:
            text += words.HELP_OWNER.format(role=person.role.value)
        await message.reply_html(text)

    async def latest(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is not None and update.effective_user is not None:
            await self._search(update.message, update.effective_user.id, LATEST)

    async def press_latest(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:latest"""
        press = update.callback_query
        if press is None:
            return
        if not isinstance(press.message, Message):
            await answer(press, words.OLD_BUTTON)
            return
        await answer(press)
        await self._search(press.message, press.from_user.id, LATEST)

    async def search_command(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/search WORDS, in groups too."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        asked = _after_command(message)
        if asked:
            await self._search(message, user.id, asked)
        else:
            await message.reply_html(words.WHAT_TO_FIND)

    async def search_words(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Any text in a private chat."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        await roles.meet(self._context, user)
        await self._search(message, user.id, (message.text or "").strip())

    async def unknown_command(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if message is not None and message.chat.type == ChatType.PRIVATE:
            command = (message.text or "").split(maxsplit=1)[0]
            await message.reply_html(words.UNKNOWN_COMMAND.format(command=escape(command)))

    async def not_words(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """A picture, a sticker, a voice message."""
        if update.effective_message is not None:
            await update.effective_message.reply_html(words.ONLY_WORDS)

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
        card, place = await self._page(query_id, int(page)), place_of(press)
        if card is None or place is None:
            await answer(press, words.EXPIRED)
            return
        await answer(press)
        await edit(press.get_bot(), place, card.html, card.keyboard)

    async def open_result(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:open:QUERY:ARTICLE sends the article's share card below the list."""
        press = update.callback_query
        if press is None:
            return
        place = place_of(press)
        async with self._context.db.read() as tx:
            article = await articles.get(tx, int((press.data or "").split(":")[3]))
        if place is None or article is None or article.title is None:
            await answer(press, words.GONE)
            return
        await answer(press)
        await sharing.send(self._context, (sharing.reader_request(self._context, article),), chat_id=place[0])

    async def old_button(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.callback_query is not None:
            await answer(update.callback_query, words.OLD_BUTTON)

    async def _greeting(self, role: Role) -> Card:
        async with self._context.db.read() as tx:
            posted = await channels.every(tx, bot_id=self._context.bot_id)
        named = [c for c in posted if c.username]
        names = ", ".join(f"@{c.username}" for c in named[:3])
        text = words.HELLO.format(channels=words.CHANNELS.format(names=names) if names else "")
        rows = [
            [InlineKeyboardButton(words.BUTTON_LATEST, callback_data="v1:latest")],
            [InlineKeyboardButton(words.BUTTON_INLINE, switch_inline_query="")],
        ]
        if named:
            rows.append([InlineKeyboardButton(words.BUTTON_OPEN_CHANNEL, url=f"https://t.me/{named[0].username}")])
        if role in roles.EDITORS:
            text += words.HELP_OWNER.format(role=role.value)
        return Card(html=text, keyboard=InlineKeyboardMarkup(rows))

    async def _search(self, message: Message, user_id: int, asked: str) -> None:
        async with self._context.db.write() as tx:
            query = await queries.add(
                tx, bot_id=self._context.bot_id, user_id=user_id, words=asked[:256], options={}, now=self._context.now()
            )
        card = await self._page(query.id, 0)
        assert card is not None
        await _reply(message, card)

    async def _page(self, query_id: str, page: int) -> Card | None:
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
            nothing = words.NO_RESULTS.format(words=escape(query.words)) if query.words else words.NOTHING_YET
            rows = [[InlineKeyboardButton(words.BUTTON_LATEST, callback_data="v1:latest")]] if query.words else []
            return Card(html=nothing, keyboard=InlineKeyboardMarkup(rows) if rows else None)
        head = words.LATEST
        if query.words:
            noun = words.plural(found.total, "result", "results")
            head = words.RESULTS.format(words=escape(query.words), total=found.total, noun=noun)
        return results_card(head, found.found, total=found.total, page=page, query_id=query.id, now=context.now())

    async def _send_article(self, message: Message, article_id: int) -> None:
        async with self._context.db.read() as tx:
            article = await articles.get(tx, article_id)
        if article is None or article.title is None:
            await message.reply_html(words.GONE)
            return
        request = sharing.reader_request(self._context, article)
        await sharing.send(self._context, (request,), chat_id=message.chat_id)


async def _reply(message: Message, card: Card) -> None:
    await message.reply_html(card.html, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW)


def _after_command(message: Message) -> str:
    _, *rest = (message.text or "").split(maxsplit=1)
    return rest[0].strip() if rest else ""
