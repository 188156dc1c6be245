"""What readers put aside (/saved), and what we watch (/sources)."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.chat import roles
from bot.chat.card import Card, ago, cut, isolate
from bot.chat.context import Context
from bot.chat.pressing import answer, confirm, edit, lead, place_of, pressed
from bot.chat.readers.following import follow_pressed
from bot.chat.readers.listing import as_found
from bot.chat.readers.results import PAGE, SOURCE, TITLE, article_lines, numbers, turning
from bot.chat.readers.searching import reply, save_button
from bot.chat.roles import Visitor
from bot.chat.updates import NEW, PRIVATE
from bot.chat.words import common, readers
from bot.store import articles, saved, sources

_NUMBER: Final = "[0-9]{1,15}"
NOTHING: Final = "shelf"  # stands where a search's id would: the list is the person's own


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    shelf, watched = Shelf(context), Watched(context)
    return [
        CommandHandler("saved", shelf.list, PRIVATE),
        CallbackQueryHandler(shelf.save, pressed(f"save:{_NUMBER}")),
        CallbackQueryHandler(shelf.unsave, pressed(f"unsave:{_NUMBER}")),
        CallbackQueryHandler(shelf.turn, pressed("saved:(?:read|edit):[0-9]{1,4}")),
        CallbackQueryHandler(shelf.drop, pressed(f"drop:{_NUMBER}(?::[0-9]{{1,4}})?")),
        CommandHandler("sources", watched.list, NEW),
        CallbackQueryHandler(watched.turn, pressed("sources:[0-9]{1,4}")),
        CallbackQueryHandler(watched.follow, pressed(f"source:{_NUMBER}")),
    ]


class Shelf:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def list(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is not None and user is not None:
            await reply(message, await self._page(await roles.visit(self._context, user), 0))

    async def turn(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:saved:MODE:PAGE"""
        press = update.callback_query
        assert press is not None and press.data is not None
        mode, page = press.data.split(":")[2:]
        who, place = await roles.visit(self._context, press.from_user), place_of(press)
        card = await self._page(who, int(page), removing=mode == "edit")
        await answer(press)
        if place is not None:
            await edit(press.get_bot(), place, card.html, card.keyboard)

    async def save(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:save:ARTICLE under an opened article."""
        press = update.callback_query
        assert press is not None and press.data is not None
        who = await roles.visit(self._context, press.from_user)
        article_id = int(press.data.split(":")[2])
        said, is_there = await self.put(who, article_id)
        await (confirm(press, said) if is_there else answer(press, said))
        if is_there:
            await self._show_state(update, who, article_id, kept=True)

    async def unsave(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:unsave:ARTICLE under an opened article."""
        press = update.callback_query
        assert press is not None and press.data is not None
        who = await roles.visit(self._context, press.from_user)
        article_id = int(press.data.split(":")[2])
        async with self._context.db.write() as tx:
            await saved.remove(tx, **self._mine(who), article_id=article_id)
        await confirm(press, who.say(readers.UNSAVED))
        await self._show_state(update, who, article_id, kept=False)

    async def drop(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:drop:ARTICLE:PAGE from the list, which stays where it is."""
        press = update.callback_query
        assert press is not None and press.data is not None
        article_id, *page = map(int, press.data.split(":")[2:])
        who, place = await roles.visit(self._context, press.from_user), place_of(press)
        async with self._context.db.write() as tx:
            await saved.remove(tx, **self._mine(who), article_id=article_id)
        card = await self._page(who, page[0] if page else 0, removing=True)
        await confirm(press, who.say(readers.UNSAVED))
        if place is not None:
            await edit(press.get_bot(), place, card.html, card.keyboard)

    async def put(self, who: Visitor, article_id: int) -> tuple[str, bool]:
        """Save an article; what to say of it, and whether it is there."""
        async with self._context.db.write() as tx:
            article = await articles.get(tx, article_id)
            if article is None or article.state != "ready":
                return who.say(common.GONE), False
            new = await saved.add(tx, **self._mine(who), article_id=article_id, now=self._context.now())
        return who.say(readers.SAVED if new else readers.SAVED_ALREADY), True

    async def _page(self, who: Visitor, page: int, *, removing: bool = False) -> Card:
        async with self._context.db.read() as tx:
            shelf = await saved.page(tx, **self._mine(who), limit=PAGE, offset=page * PAGE)
            if not shelf.articles and shelf.total:
                page = (shelf.total - 1) // PAGE
                shelf = await saved.page(tx, **self._mine(who), limit=PAGE, offset=page * PAGE)
        if not shelf.articles:
            latest = InlineKeyboardButton(who.say(common.BUTTON_LATEST), callback_data="v1:latest")
            return Card(html=who.say(readers.SAVED_NONE), keyboard=InlineKeyboardMarkup([[latest]]))
        lines = [who.count(readers.SAVED_LIST, shelf.total), ""]
        for number, article in enumerate(shelf.articles, page * PAGE + 1):
            lines += article_lines(who.words, number, as_found(article), self._context.now())
        lines.append(who.say(readers.REMOVE_HINT if removing else readers.SAVED_HINT))
        ids = [f"{article.id}:{page}" if removing else article.id for article in shelf.articles]
        mode, other = ("edit", "read") if removing else ("read", "edit")
        label = who.say(readers.BUTTON_DONE if removing else readers.BUTTON_EDIT_SAVED)
        rows = [
            numbers(page, ids, "v1:drop" if removing else f"v1:open:{NOTHING}"),
            *turning(page, shelf.total, f"v1:saved:{mode}"),
            [InlineKeyboardButton(label, callback_data=f"v1:saved:{other}:{page}")],
        ]
        return Card(html="\n".join(lines), keyboard=InlineKeyboardMarkup(rows))

    async def _show_state(self, update: Update, who: Visitor, article_id: int, *, kept: bool) -> None:
        """The pressed button says now what another press would do."""
        press = update.callback_query
        message = press.message if press else None
        if not isinstance(message, Message) or message.reply_markup is None:
            return
        new = save_button(who, article_id, kept=kept)
        acts = {f"v1:save:{article_id}", f"v1:unsave:{article_id}"}
        rows = [
            [
                InlineKeyboardButton(new["text"], callback_data=new["callback_data"])
                if button.callback_data in acts
                else button
                for button in row
            ]
            for row in message.reply_markup.inline_keyboard
        ]
        try:
            await message.edit_reply_markup(InlineKeyboardMarkup(rows))
        except BadRequest as error:
            if "not modified" not in error.message.lower() and "not found" not in error.message.lower():
                raise

    def _mine(self, who: Visitor) -> dict[str, int]:
        return {"bot_id": self._context.bot_id, "user_id": who.person.user_id}


class Watched:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def list(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is not None and user is not None:
            await reply(message, await self._page(await roles.visit(self._context, user), 0))

    async def turn(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:sources:PAGE"""
        press = update.callback_query
        assert press is not None and press.data is not None
        who, place = await roles.visit(self._context, press.from_user), place_of(press)
        card = await self._page(who, int(press.data.split(":")[2]))
        await answer(press)
        if place is not None:
            await edit(press.get_bot(), place, card.html, card.keyboard)

    async def follow(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:source:ID: an alert for everything of one source.  Pressed in a group, it opens the private chat: a bot
        may not write first to somebody who never began with it."""
        press = update.callback_query
        assert press is not None and press.data is not None
        who, source_id = await roles.visit(self._context, press.from_user), int(press.data.split(":")[2])
        async with self._context.db.read() as tx:
            source = await sources.get(tx, source_id)
        if source is None:
            await answer(press, who.say(common.OLD_BUTTON))
            return
        place = place_of(press)
        if place is not None and place[0] < 0:
            await lead(press, f"https://t.me/{self._context.username}?start=so_{source_id}")
            return
        await follow_pressed(self._context, who, press, f"source:{source.name}")

    async def _page(self, who: Visitor, page: int) -> Card:
        async with self._context.db.read() as tx:
            watched = [source for source in await sources.every(tx) if source.enabled]
            page = max(0, min(page, (len(watched) - 1) // PAGE))
            shown = watched[page * PAGE : (page + 1) * PAGE]
            newest = {source.id: await articles.latest(tx, limit=1, source_id=source.id) for source in shown}
        if not watched:
            return Card(html=who.say(readers.SOURCES_NONE))
        lines = [who.count(readers.SOURCES, len(watched)), ""]
        for number, source in enumerate(shown, page * PAGE + 1):
            lines.append(f"{number}. <b>{isolate(escape(cut(source.title or source.name, SOURCE * 2)))}</b>")
            article = next(iter(newest[source.id]), None)
            if article is None or not article.title:
                lines += [f"<i>{who.say(readers.SOURCE_RESTS)}</i>", ""]
                continue
            when = article.published or article.found_at or self._context.now()
            age = ago(who.words, max(0.0, (self._context.now() - when).total_seconds()))
            lines += [f"{isolate(escape(cut(article.title, TITLE)))} · <i>{age}</i>", ""]
        lines.append(who.say(readers.SOURCES_HINT))
        rows = [
            numbers(page, [source.id for source in shown], "v1:source"),
            *turning(page, len(watched), "v1:sources"),
        ]
        return Card(html=who.words.lines("\n".join(lines)), keyboard=InlineKeyboardMarkup(rows))
