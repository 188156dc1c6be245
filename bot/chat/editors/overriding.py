"""/override: pace, quiet hours and approval of a channel, different until a stated time.  It ends by itself.

Every choice is in the buttons' data; what was set is in the channel's options, each with its own end (hours.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from html import escape
from types import MappingProxyType
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.chat import sharing
from bot.chat.card import Card
from bot.chat.context import Context
from bot.chat.door import channels_for, editor_at
from bot.chat.editors import control, questions, times
from bot.chat.editors.dials import DIALS
from bot.chat.editors.questions import Question, Take
from bot.chat.pressing import NO_PREVIEW, answer, edit, place_of, pressed, refuse
from bot.chat.roles import Visitor
from bot.chat.updates import NEW
from bot.chat.words import channels as said
from bot.chat.words import common, editors, rules
from bot.errors import SharewireError
from bot.model import Channel, Json
from bot.posts import hours
from bot.posts.moments import parse_moment
from bot.store import audit, channels
from bot.wording import Words

CHOICES: Final[Mapping[str, tuple[str, Mapping[str, Json]]]] = MappingProxyType(
    {
        "free": (rules.NO_LIMITS, {"pace": None, "windows": None}),
        "loud": (rules.NO_QUIET, {"quiet": None}),
        "quiet": (rules.QUIET, {"quiet": {"hours": ["00:00-00:00"], "mode": "silent"}}),
        "hold": (rules.HOLD, {"quiet": {"hours": ["00:00-00:00"], "mode": "hold"}}),
        "digest": (said.DIGEST, {"quiet": {"hours": ["00:00-00:00"], "mode": "digest"}}),
        "slow": (rules.SLOW, {"pace": {"gap": "30m"}}),
        "ask": (rules.ASK, {"approve": True}),
        "noask": (rules.NO_ASK, {"approve": False}),
    }
)
_HOURS: Final = (1, 3, 12)


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    overriding = Overriding(context)
    data = rf"over:[0-9]{{1,15}}(?::(?:{'|'.join(CHOICES)}|end)(?::(?:[0-9]{{1,3}}|type))?)?"
    return [
        CommandHandler("override", overriding.ask, NEW),
        CallbackQueryHandler(overriding.press, pressed(data)),
    ]


def takers(context: Context) -> Mapping[str, Take]:
    return {"until": Overriding(context).take_time}


class Overriding:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def ask(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        who, message = await editor_at(self._context, update), update.effective_message
        if who is None or message is None:
            return
        listed = await channels_for(self._context, who, message)
        if not listed:
            return
        card = self._what(who, listed[0]) if len(listed) == 1 else _where(who, listed)
        await message.reply_html(card.html, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW)

    async def press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:over:CHANNEL, v1:over:CHANNEL:WHAT or v1:over:CHANNEL:WHAT:HOURS"""
        who, query = await editor_at(self._context, update), update.callback_query
        if who is None or query is None:
            return
        number, *rest = (query.data or "").split(":")[2:]
        place = place_of(query)
        async with self._context.db.read() as tx:
            channel = await channels.get(tx, int(number))
        if channel is None or channel.bot_id != self._context.bot_id or place is None:
            await answer(query, who.say(common.OLD_BUTTON))
            return
        if not who.may_publish_in(channel.name):
            await refuse(query, who.say(common.ONLY_EDITORS))
            return
        await answer(query)
        if len(rest) == 2 and rest[1] == "type":
            now = escape(times.say_time(who.words, self._context.now(), channel))
            html = who.say(rules.ASK_UNTIL, channel=control.title_of(channel), now=now)
            await questions.ask(
                self._context, who, place[0], html, kind="until", reply_to=place[1], channel=channel.id, what=rest[0]
            )
            return
        card = await self._chosen(who, channel, rest)
        await edit(query.get_bot(), place, card.html, card.keyboard)

    async def take_time(self, message: Message, who: Visitor, question: Question) -> bool:
        context = self._context
        async with context.db.read() as tx:
            channel = await channels.get(tx, int(question.about.get("channel") or 0))
        what = str(question.about.get("what"))
        if channel is None or what not in CHOICES:
            await message.reply_html(who.say(common.OLD_BUTTON))
            return True
        if not who.may_publish_in(channel.name):
            await message.reply_html(who.say(common.ONLY_EDITORS))
            return True
        try:
            until = parse_moment(
                message.text or "", zone=channel.timezone, now=context.now(), language=who.words.language
            )
        except SharewireError as error:
            await message.reply_html(sharing.problem_html(who.words, error.problem), link_preview_options=NO_PREVIEW)
            return False
        await message.reply_html(await self._set(who, channel, what, until))
        return True

    async def _chosen(self, who: Visitor, channel: Channel, rest: list[str]) -> Card:
        if not rest:
            return self._what(who, channel)
        if rest[0] == "end":
            await end(self._context, who, channel.id)
            return Card(html=who.say(rules.OVERRIDE_ENDED, channel=control.title_of(channel)))
        if len(rest) == 1:
            return _until(who, channel, rest[0])
        return Card(html=await self._set(who, channel, rest[0], self._context.now() + timedelta(hours=int(rest[1]))))

    async def _set(self, who: Visitor, channel: Channel, what: str, until: datetime) -> str:
        text, values = CHOICES[what]
        await put(self._context, who, channel.id, values, until, what=what)
        when = escape(times.say_when(who.words, until, channel, self._context.now()))
        return who.say(rules.OVERRIDE_SET, channel=control.title_of(channel), what=who.say(text), when=when)

    def _what(self, who: Visitor, channel: Channel) -> Card:
        buttons = [_button(who.say(text), channel.id, what) for what, (text, _) in CHOICES.items()]
        rows = [buttons[place : place + 2] for place in range(0, len(buttons), 2)]
        standing = hours.overrides(channel.options, self._context.now())
        lines = [who.say(rules.OVERRIDE_WHAT, channel=control.title_of(channel))]
        if standing:
            rows.append([_button(who.say(rules.BUTTON_END), channel.id, "end")])
            lines += standing_lines(who.words, channel, self._context.now())
        return Card(html="\n".join(lines), keyboard=InlineKeyboardMarkup(rows))


async def put(
    context: Context,
    who: Visitor,
    channel_id: int,
    values: Mapping[str, Json],
    until: datetime,
    *,
    what: str | None = None,
) -> Channel | None:
    """Set options until a time, in place of what is set for the same ones; None when the channel is gone."""

    def change(standing: tuple[Mapping[str, Json], ...]) -> list[Json]:
        kept: list[Json] = [dict(one) for one in standing if not set(one) & set(values)]
        return [*kept, {**values, "until": until.isoformat(), **({"what": what} if what else {})}]

    return await _write(context, who, channel_id, change, deed="override")


async def end(context: Context, who: Visitor, channel_id: int) -> Channel | None:
    """The channel is as it always is."""
    return await _write(context, who, channel_id, lambda _: [], deed="override-ended")


async def _write(
    context: Context,
    who: Visitor,
    channel_id: int,
    change: Callable[[tuple[Mapping[str, Json], ...]], list[Json]],
    *,
    deed: str,
) -> Channel | None:
    now = context.now()
    async with context.db.write() as tx:
        channel = await channels.get(tx, channel_id, lock=True)
        if channel is None:
            return None
        after = change(hours.overrides(channel.options, now))
        options = {key: value for key, value in channel.options.items() if key != "override"}
        await channels.change(tx, channel_id, options=options | ({"override": after} if after else {}))
        await audit.write(tx, bot_id=context.bot_id, what=deed, about=channel.name, now=now, person=who.person)
        return await channels.get(tx, channel_id)


def standing_lines(words: Words, channel: Channel, now: datetime) -> list[str]:
    """What is different in a channel now, and until when; nothing most of the time."""
    found = []
    for one in hours.overrides(channel.options, now):
        what = _said(words, one)
        until = datetime.fromisoformat(str(one["until"]))
        when = escape(times.say_when(words, until, channel, now))
        if what:
            found.append(words.say(rules.OVERRIDE_NOW, channel=control.title_of(channel), what=what, when=when))
    return found


def _said(words: Words, override: Mapping[str, Json]) -> str:
    """A choice of /override, or a value of one of the channel's settings."""
    choice = CHOICES.get(str(override.get("what")))
    if choice is not None:
        return words.say(choice[0])
    return ", ".join(escape(DIALS[key].say(words, value)) for key, value in override.items() if key in DIALS)


def _where(who: Visitor, listed: tuple[Channel, ...]) -> Card:
    rows = [[_button(channel.title or channel.name, channel.id)] for channel in listed[: control.LISTED]]
    return Card(html=who.say(rules.OVERRIDE_WHERE), keyboard=InlineKeyboardMarkup(rows))


def _until(who: Visitor, channel: Channel, what: str) -> Card:
    buttons = [_button(who.count(rules.BUTTON_HOURS, count), channel.id, what, str(count)) for count in _HOURS]
    rows = [buttons, [_button(who.say(editors.BUTTON_TYPE), channel.id, what, "type")]]
    html = who.say(rules.OVERRIDE_UNTIL, channel=control.title_of(channel), what=who.say(CHOICES[what][0]))
    return Card(html=html, keyboard=InlineKeyboardMarkup(rows))


def _button(label: str, channel_id: int, *values: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(label[:40], callback_data=":".join(["v1:over", str(channel_id), *values]))
