"""A channel's settings: a card with every value, each changed by buttons or typed words, and shown back with what it
comes to: when an article that came now would go out.  What the file decides is only changed for a while.

Two people may turn the same dial: buttons and questions carry a mark of the value that was seen, and who is second is
told who was first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from typing import Any, Final

from telegram import CallbackQuery, Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, ContextTypes

from bot.chat import sharing
from bot.chat.card import Card
from bot.chat.context import Context
from bot.chat.door import editor_at
from bot.chat.editors import control, dials, overriding, panels, questions, times
from bot.chat.editors.questions import Question, Take
from bot.chat.editors.rulebench import late, show
from bot.chat.pressing import NO_PREVIEW, answer, place_of, refuse
from bot.chat.roles import Visitor
from bot.chat.words import channels as said
from bot.chat.words import common, rules
from bot.errors import SharewireError, phrase
from bot.model import Channel, Json, Owner
from bot.posts.moments import parse_moment
from bot.posts.trial import turn_now
from bot.store import audit, channels, decided, notices

KIND: Final = "conf"
_DATA: Final = re.compile(
    r"\Av1:conf:(?P<channel>[0-9]{1,15})(?::(?P<key>[a-z_]{2,14})(?:@(?P<season>[\w-]{1,20}))?"
    r"(?:=(?P<code>[^\s;]{1,36})(?:;(?P<mark>[0-9a-f]{4}))?)?)?\Z"
)
_UNTIL: Final = re.compile(r"(?P<what>.+?)[\s,]+(?:until|till?)\s+(?P<when>.+)", re.IGNORECASE | re.DOTALL)


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    return [CallbackQueryHandler(Tuning(context).press, _DATA)]


def takers(context: Context) -> Mapping[str, Take]:
    return {KIND: Tuning(context).take}


class Tuning:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:conf:CHANNEL, v1:conf:CHANNEL:KEY, both with @SEASON, =CODE and ;MARK where there is one"""
        who, press = await editor_at(self._context, update), update.callback_query
        found = _DATA.match(press.data or "") if press is not None else None
        if who is None or press is None or found is None:
            return
        async with self._context.db.read() as tx:
            channel = await channels.get(tx, int(found["channel"]))
        if channel is None or channel.bot_id != self._context.bot_id:
            await answer(press, who.say(common.OLD_BUTTON))
        elif not who.may_publish_in(channel.name):
            await refuse(press, who.say(common.ONLY_EDITORS))
        elif found["code"] in ("type", "while", "new"):
            await self._ask(press, who, channel, found)
        elif found["code"] is None:
            await self._show(press, who, channel, found["key"] or "", found["season"] or "")
        elif channel.owner is Owner.FILE:
            await answer(press, await self._told_by_file(who, channel))
        else:
            await self._turn(press, who, channel, found)

    async def take(self, message: Message, who: Visitor, question: Question) -> bool:
        """What was typed for one setting; False where it cannot be that."""
        about, context = question.about, self._context
        async with context.db.read() as tx:
            channel = await channels.get(tx, int(about.get("channel") or 0))
        key, season = str(about.get("key")), str(about.get("season") or "")
        if channel is None or not who.may_publish_in(channel.name):
            await message.reply_html(who.say(common.ONLY_EDITORS if channel else common.OLD_BUTTON))
            return True
        try:
            if about.get("while"):
                html = await self._for_a_while(who, channel, dials.DIALS[key], message.text or "")
                await message.reply_html(html, link_preview_options=NO_PREVIEW)
                return True
            value, season = self._read(key, season, channel, message.text or "")
        except ValueError as error:
            question_again = self._question(who, channel, key, for_a_while=bool(about.get("while")))
            ask = who.say(said.CANNOT, reason=escape(sharing.told(who.words, error.args[0])), ask=question_again)
            await message.reply_html(ask, link_preview_options=NO_PREVIEW)
            return False
        except SharewireError as error:
            await message.reply_html(sharing.problem_html(who.words, error.problem), link_preview_options=NO_PREVIEW)
            return False
        await self._typed(message, who, channel, (key, season, str(about.get("mark"))), value)
        return True

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────

    async def _show(self, press: CallbackQuery, who: Visitor, channel: Channel, key: str, season: str) -> None:
        card = await self._card(who, channel, key, season)
        if card is None:
            await answer(press, who.say(common.OLD_BUTTON))
            return
        await show(press, card)

    async def _card(self, who: Visitor, channel: Channel, key: str, season: str = "") -> Card | None:
        words, names = who.words, tuple(self._context.press.renderer.names())
        if key == "flags":
            return panels.flags_card(words, channel)
        if key == "seasons":
            return panels.seasons_card(words, channel)
        if key == "season":
            return panels.season_card(words, channel, season)
        if key:
            dial = panels.dial_of(key, names)
            return panels.dial_card(words, channel, dial, season) if dial is not None else None
        async with self._context.db.read() as tx:
            place = await decided.place_of(tx, "channels", channel.name) if channel.owner is Owner.FILE else None
        lines = overriding.standing_lines(words, channel, self._context.now())
        return panels.settings_card(words, channel, names, place, [*lines, await self._example(who, channel)])

    async def _example(self, who: Visitor, channel: Channel) -> str:
        """What the settings come to at this moment."""
        now = self._context.now()
        if channel.paused_at is not None:
            return who.say(said.WAITS)
        verdict = await turn_now(self._context.db, channel, now=now)
        if verdict.fold:
            return who.say(said.INTO_DIGEST)
        if verdict.due_at is None:
            return who.say(said.TO_EDITOR)
        sound = f" · {who.say(said.SILENT)}" if verdict.silent else ""
        if verdict.due_at <= now:
            return who.say(said.AT_ONCE) + sound
        return who.say(said.LATER, when=escape(times.say_when(who.words, verdict.due_at, channel, now))) + sound

    # ── what is changed ──────────────────────────────────────────────────────────────────────────────────────────

    async def _turn(self, press: CallbackQuery, who: Visitor, channel: Channel, found: re.Match[str]) -> None:
        key, season, code = found["key"] or "", found["season"] or "", found["code"]
        names = tuple(self._context.press.renderer.names())
        try:
            change = panels.change_of(channel, key, season, code, names)
        except (KeyError, ValueError):
            await answer(press, who.say(common.OLD_BUTTON))
            return
        changed = await self._set(who, channel.id, panels.target_of(key, season, code), found["mark"] or "", change)
        if changed is None:
            await answer(press, await late(self._context, who, channel.title or channel.name, ("channel-changed",)))
            async with self._context.db.read() as tx:
                changed = await channels.get(tx, channel.id) or channel
        key = "seasons" if key == "season" else key
        await self._show(press, who, changed, key, season if key != "seasons" else "")

    async def _set(
        self, who: Visitor, channel_id: int, target: tuple[str, str], mark: str, change: Callable[[Json], Json]
    ) -> Channel | None:
        """The channel with the new value; None when the value is no longer the one that was seen."""
        context, (key, season) = self._context, target
        async with context.db.write() as tx:
            channel = await channels.get(tx, channel_id, lock=True)
            if channel is None:
                return None
            before = dials.value_of(channel, key, season)
            if panels.mark_of(before) != mark:
                return None
            await channels.change(tx, channel_id, **dials.changed(channel, key, change(before), season))
            if key == "template":
                await notices.close(tx, bot_id=context.bot_id, key=f"template:{channel_id}", now=context.now())
            about = channel.title or channel.name
            await audit.write(
                tx, bot_id=context.bot_id, what="channel-changed", about=about, now=context.now(), person=who.person,
                options={"setting": key},
            )  # fmt: skip
            return await channels.get(tx, channel_id)

    async def _typed(
        self, message: Message, who: Visitor, channel: Channel, about: tuple[str, str, str], value: Json
    ) -> None:
        key, season, mark = about
        target = ("seasons", "") if key == "seasons" else (key, season)
        changed = await self._set(who, channel.id, target, mark, lambda _: value)
        if changed is None:
            told = await late(self._context, who, channel.title or channel.name, ("channel-changed",))
            await message.reply_html(escape(told))
            return
        if key == "seasons":
            card = panels.season_card(who.words, changed, season)
        else:
            dial = dials.DIALS[key]
            shown = escape(dial.say(who.words, dials.value_of(changed, key, season)))
            html = who.say(said.SET, channel=control.title_of(channel), what=who.say(dial.name), value=shown)
            back = panels.back_row(who.words, channel, season)
            card = Card(html=f"{html}\n{await self._example(who, changed)}", keyboard=back)
        if card is not None:
            await message.reply_html(card.html, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW)

    def _read(self, key: str, season: str, channel: Channel, text: str) -> tuple[Json, str]:
        """The value, and the season that it makes or belongs to.  Raises ValueError, SharewireError."""
        if key == "seasons":
            return panels.with_season(channel, text, self._context.now())
        read = dials.DIALS[key].read
        if read is None:
            raise ValueError(key)
        return read(text), season

    # ── what is asked ────────────────────────────────────────────────────────────────────────────────────────────

    async def _ask(self, press: CallbackQuery, who: Visitor, channel: Channel, found: re.Match[str]) -> None:
        key, season, place = found["key"] or "", found["season"] or "", place_of(press)
        dial, for_a_while = dials.DIALS.get(key), found["code"] == "while"
        if place is None or (key != "seasons" and (dial is None or dial.read is None)):
            await answer(press, who.say(common.OLD_BUTTON))
            return
        if channel.owner is Owner.FILE and not for_a_while:
            await answer(press, await self._told_by_file(who, channel))
            return
        await answer(press)
        html = self._question(who, channel, key, for_a_while=for_a_while)
        mark = panels.mark_of(dials.value_of(channel, key, season))
        about: dict[str, Json] = {"channel": channel.id, "key": key, "season": season, "mark": mark}
        await questions.ask(
            self._context, who, place[0], html, kind=KIND, reply_to=place[1], **about, **{"while": for_a_while}
        )

    async def _for_a_while(self, who: Visitor, channel: Channel, dial: dials.Dial, text: str) -> str:
        """ "30 min apart until 18:00".  Raises ValueError, SharewireError."""
        context, match = self._context, _UNTIL.fullmatch(text.strip())
        if match is None or dial.read is None:
            raise ValueError(phrase(said.NO_UNTIL))
        until: datetime = parse_moment(
            match["when"], zone=channel.timezone, now=context.now(), language=who.words.language
        )
        values = {dial.key: dial.read(match["what"])}
        changed = await overriding.put(context, who, channel.id, values, until)
        when = escape(times.say_when(who.words, until, channel, context.now()))
        what = escape(dial.say(who.words, values[dial.key]))
        html = who.say(rules.OVERRIDE_SET, channel=control.title_of(channel), what=what, when=when)
        return f"{html}\n{await self._example(who, changed or channel)}"

    def _question(self, who: Visitor, channel: Channel, key: str, *, for_a_while: bool) -> str:
        dial = dials.DIALS.get(key)
        if dial is None:
            return who.say(said.ASK_SEASON)
        if not for_a_while:
            return who.say(dial.ask)
        now = escape(times.say_time(who.words, self._context.now(), channel))
        return who.say(said.ASK_WHILE, example=dial.example, now=now)

    async def _told_by_file(self, who: Visitor, channel: Channel) -> str:
        async with self._context.db.read() as tx:
            place = await decided.place_of(tx, "channels", channel.name)
        return panels.told_by_file(who.words, channel, place)
