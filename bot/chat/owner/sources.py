"""/source ADDRESS: any address becomes something to watch; /source alone lists what is watched."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.chat import sharing
from bot.chat.card import Card, ago, cut, isolate
from bot.chat.context import Context
from bot.chat.door import owner_at, staff_at
from bot.chat.pressing import ID, NO_PREVIEW, answer, edit, place_of, pressed
from bot.chat.roles import Visitor
from bot.chat.updates import PRIVATE
from bot.chat.words import setup
from bot.errors import FetchError, Problem, phrase
from bot.model import Channel, Json, Source, SourceKind
from bot.sources import discover
from bot.sources.discover import Candidate
from bot.store import audit, channels, queries, rules, sources
from bot.store.queries import Query

SHOWN = 3
_HOW = {SourceKind.FEED: setup.HOW_FEED, SourceKind.SITEMAP: setup.HOW_SITEMAP, SourceKind.PAGE: setup.HOW_PAGE}


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    handle = Sources(context)
    return [
        CommandHandler(["source", "addsource"], handle.look, PRIVATE),
        CallbackQueryHandler(handle.add, pressed(f"src:(?:add|post)(?:too)?:{ID}:[0-9](?::[0-9]{{1,15}})?")),
    ]


class Sources:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def look(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """/source ADDRESS: what there is to watch, to choose from."""
        message = update.effective_message
        address = " ".join(context.args or ()).strip()
        who = await (owner_at if address else staff_at)(self._context, update)
        if who is None or message is None:
            return
        if not address:
            await message.reply_html(await self._watched(who), link_preview_options=NO_PREVIEW)
            return
        await _show_typing(message)
        card = await self._found(who, address)
        await message.reply_html(card.html, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW)

    async def _found(self, who: Visitor, address: str) -> Card:
        context = self._context
        try:
            found = await discover.discover(context.web, address, parser=context.parser)
        except FetchError as error:
            return Card(html=sharing.problem_html(who.words, error.problem))
        if not found.candidates:
            return Card(html=sharing.problem_html(who.words, found.problem or nothing_here(address, len(found.tried))))
        offered = found.candidates[:SHOWN]
        async with context.db.write() as tx:
            query = await queries.add(
                tx, bot_id=context.bot_id, user_id=who.person.user_id, words=address, now=context.now(),
                options={"offered": [_json(one) for one in offered]},
            )  # fmt: skip
        return self._offer(who, query.id, found.url, offered)

    def _offer(self, who: Visitor, query: str, url: str, offered: tuple[Candidate, ...]) -> Card:
        site = isolate(escape(urlsplit(url).netloc))
        lines = [f"<b>{who.count(setup.FOUND, len(offered), site=site)}</b>"]
        rows = []
        for number, one in enumerate(offered, 1):
            lines += ["", *self._described(who, number, one)]
            texts = ((setup.BUTTON_ADD, "add"), (setup.BUTTON_ADD_POST, "post"))
            rows.append(
                [
                    InlineKeyboardButton(who.say(text, number=number), callback_data=f"v1:src:{act}:{query}:{number}")
                    for text, act in texts
                ]
            )
        lines += ["", who.say(setup.NOTHING_OLD)]
        return Card(html="\n".join(lines), keyboard=InlineKeyboardMarkup(rows))

    def _described(self, who: Visitor, number: int, one: Candidate) -> list[str]:
        title = isolate(escape(cut(one.title or one.url, 80)))
        line = who.say(setup.CANDIDATE, number=number, title=title, how=who.say(_HOW[one.kind]))
        facts = []
        if one.entries is not None:
            facts.append(who.count(setup.CANDIDATE_ENTRIES, one.entries))
        if one.newest is not None:
            seconds = max(0.0, (self._context.now() - one.newest).total_seconds())
            facts.append(who.say(setup.CANDIDATE_NEWEST, ago=ago(who.words, max(60, seconds))))
        if one.comments:
            facts.append(who.say(setup.CANDIDATE_COMMENTS))
        newest = [f"“{isolate(escape(cut(t, 60)))}”" for t in one.newest_titles[:2]]
        return [line, *([" · ".join(facts)] if facts else []), *newest]

    async def add(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:src:add:QUERY:NUMBER or v1:src:post:QUERY:NUMBER, and :CHANNEL (0 = every one) where there are several;
        addtoo and posttoo: although another source has this address"""
        press, context = update.callback_query, self._context
        who = await owner_at(context, update)
        if who is None or press is None:
            return
        act, query_id, number, *to = (press.data or "").split(":")[2:]
        async with context.db.read() as tx:
            query = await queries.get(tx, query_id, bot_id=context.bot_id, now=context.now())
            every = await channels.every(tx, bot_id=context.bot_id)
        chosen = _chosen(query, int(number))
        if query is None or chosen is None:
            await answer(press, who.say(setup.EXPIRED))
            return
        await answer(press)
        if len(every) > 1 and not to:
            card = _where_to(who, chosen, every, f"src:{act}:{query_id}:{number}")
        else:
            targets = [one for one in every if not to or to[0] in ("0", str(one.id))]
            twice = "" if act.endswith("too") else f"v1:src:{act}too:{query_id}:{number}:{to[0] if to else 0}"
            card = await self._store(who, chosen, targets, backfill=int(act.startswith("post")), twice=twice)
        place = place_of(press)
        if place is not None:
            await edit(context.telegram.bot, place, card.html, card.keyboard)
        context.wake("watch")

    async def _store(
        self, who: Visitor, chosen: dict[str, Json], targets: list[Channel], *, backfill: int, twice: str
    ) -> Card:
        """`twice`: the button that adds it although its address is watched already; "" when that was pressed."""
        context, now = self._context, self._context.now()
        async with context.db.write() as tx:
            known = await sources.at(tx, str(chosen["url"]))
            if known is not None and twice:
                return _known_already(who, known, twice)
            source = Source(
                id=0,
                name=await sources.free_name(tx, str(chosen["title"] or urlsplit(str(chosen["url"])).netloc)),
                kind=SourceKind(chosen["kind"]),
                url=str(chosen["url"]),
                title=chosen["title"],
                backfill=backfill,
                options={"same_address": True} if known is not None else {},
            )
            await sources.put(tx, source, now=now)
            await rules.send_source_to(tx, source.name, [channel.name for channel in targets])
            await audit.write(
                tx, bot_id=context.bot_id, what="source-added", about=source.title or source.name, now=now,
                person=who.person,
            )  # fmt: skip
        name = isolate(escape(source.title or source.name))
        if not targets:
            return Card(html=who.say(setup.SOURCE_ADDED_NOWHERE, source=name))
        told = ", ".join(isolate(escape(channel.title or channel.name)) for channel in targets)
        html = who.say(setup.SOURCE_ADDED, source=name, channels=told)
        return Card(html=f"{html}\n{who.say(setup.SOURCE_FIRST)}" if backfill else html)

    async def _watched(self, who: Visitor) -> str:
        """/source alone"""
        async with self._context.db.read() as tx:
            found = await sources.every(tx)
        if not found:
            return who.say(setup.NO_SOURCES)
        lines = [who.say(setup.SOURCES)]
        for one in found[:40]:
            name = isolate(escape(cut(one.title or one.name, 60)))
            lines.append(who.say(setup.SOURCE_LINE, source=name, state=self._state(who, one)))
        return "\n".join([*lines, "", who.say(setup.WHAT_SOURCE)])[:4000]

    def _state(self, who: Visitor, source: Source) -> str:
        if not source.enabled:
            return who.say(setup.SOURCE_OFF)
        if source.problem:
            return f"<i>{escape(cut(sharing.told(who.words, source.problem), 120))}</i>"
        if source.checked_at is None:
            return who.say(setup.SOURCE_NEW)
        seconds = max(60.0, (self._context.now() - source.checked_at).total_seconds())
        return who.say(setup.SOURCE_WELL, ago=ago(who.words, seconds))


def _known_already(who: Visitor, known: str, twice: str) -> Card:
    html = f"{who.say(setup.SOURCE_KNOWN, source=isolate(escape(known)))}\n\n{who.say(setup.SOURCE_TWICE)}"
    button = InlineKeyboardButton(who.say(setup.BUTTON_ADD_TWICE), callback_data=twice)
    return Card(html=html, keyboard=InlineKeyboardMarkup([[button]]))


def _where_to(who: Visitor, chosen: dict[str, Json], every: tuple[Channel, ...], data: str) -> Card:
    rows = [
        [InlineKeyboardButton((one.title or one.name)[:40], callback_data=f"v1:{data}:{one.id}")] for one in every[:40]
    ]
    rows.append([InlineKeyboardButton(who.say(setup.BUTTON_EVERYWHERE), callback_data=f"v1:{data}:0")])
    name = isolate(escape(str(chosen["title"] or chosen["url"])))
    return Card(html=who.say(setup.WHERE_TO, source=name), keyboard=InlineKeyboardMarkup(rows))


async def _show_typing(message: Message) -> None:
    try:
        await message.chat.send_action(ChatAction.TYPING)
    except TelegramError:  # only a courtesy
        return


def _json(one: Candidate) -> dict[str, Json]:
    return {"url": one.url, "kind": one.kind.value, "title": one.title}


def _chosen(query: Query | None, number: int) -> dict[str, Json] | None:
    offered = query.options.get("offered") if query else None
    if not isinstance(offered, list) or not 1 <= number <= len(offered):
        return None
    found = offered[number - 1]
    return found if isinstance(found, dict) else None


def nothing_here(address: str, tried: int) -> Problem:
    return Problem(
        code="SW-S31",
        title=phrase("There is nothing to watch here."),
        cause=phrase("No feed, sitemap or list of articles was found; {tried} addresses were tried.", tried=tried),
        fix=phrase("Send the address of a section page that lists articles."),
        where=address,
        meanwhile=phrase("Nothing was added."),
    )
