"""A reader's own digest: when it comes, what it is about, and whether it is one message that grows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import BaseHandler, CommandHandler, ContextTypes

from bot.chat import roles
from bot.chat.card import Card, cut
from bot.chat.context import Context
from bot.chat.readers import person as reader
from bot.chat.readers.results import quoted
from bot.chat.readers.searching import after_command, reply
from bot.chat.roles import Visitor
from bot.chat.updates import PRIVATE
from bot.chat.words import common, readers
from bot.chat.words import digests as words
from bot.language import keywords
from bot.model import Person
from bot.posts import timetable
from bot.store import alerts, digests
from bot.store.digests import ReaderDigest
from bot.store.search.query import clean
from bot.wording import tg_time

CHOICES: Final = {"off": (), "morning": ("08:00",), "evening": ("18:00",), "both": ("08:00", "18:00")}
MOST_ABOUT: Final = 10
_LABELS: Final = {"morning": words.MORNING, "evening": words.EVENING, "both": words.BOTH, "off": words.BUTTON_OFF}


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    return [CommandHandler("digest", Daily(context).show, PRIVATE)]


class Daily:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def show(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/digest, /digest TIMES, /digest about WORDS, /digest TIMES about WORDS, /digest off"""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        who, typed = await roles.visit(self._context, user), after_command(message)
        if not typed:
            await reply(message, await card(self._context, who))
            return
        asked = keywords.about(typed, lambda text: bool(understood(who, text)))
        times, about = asked or (typed, "")
        said = [await self._times(who, times)] if times else []
        if about and (not times or understood(who, times)):
            said.append(await set_about(self._context, who, about))
        await message.reply_html("\n".join(said))

    async def _times(self, who: Visitor, typed: str) -> str:
        if keywords.says_off(typed):
            return await set_times(self._context, who, ())
        crons = understood(who, typed)
        if not crons:
            return who.say(words.NOT_UNDERSTOOD, times=escape(quoted(who.words, cut(typed, 80))))
        said = await set_times(self._context, who, crons)
        return said if reader.knows_zone(who.person) else f"{said}\n{who.say(readers.ZONE_ASK)}"


def understood(who: Visitor, typed: str) -> tuple[str, ...]:
    """The times as cron, which means the same whatever language is spoken later; none where they make no sense."""
    times = timetable.read(" ".join(typed.split())[:120], who.words.language)
    return times.crons if times else ()


async def set_times(context: Context, who: Visitor, at: tuple[str, ...]) -> str:
    """Set them, or end the digest; what to say of it."""
    async with context.db.write() as tx:
        known = await digests.of_reader(tx, bot_id=context.bot_id, user_id=who.person.user_id)
        wish = timed(replace(known or _new(context, who), at=at), who.person, context.now())
        await digests.put_reader(tx, wish)
    if not at:
        return who.say(words.ENDED)
    return f"{who.say(words.SET, next=next_time(who, wish))}\n<i>{times_html(who, wish)}</i>"


async def set_about(context: Context, who: Visitor, typed: str) -> str:
    """Words that are parted by commas, or `all`; what to say of it."""
    whole = clean(typed)
    asked = [] if keywords.says_all(whole) else parted(whole)
    kept = tuple(one for one in asked if alerts.wish_of(one, now=context.now()) is not None)
    if asked and not kept:
        return who.say(readers.HINT_NO_WORDS)
    wish = await change(context, who, about=kept[:MOST_ABOUT], followed=False)
    return who.say(words.ABOUT_SET, about=about_html(who, wish))


async def change(context: Context, who: Visitor, **changed: Any) -> ReaderDigest:
    """Another choice; who has no digest yet gets one in the morning."""
    async with context.db.write() as tx:
        known = await digests.of_reader(tx, bot_id=context.bot_id, user_id=who.person.user_id)
        wish = replace(known or replace(_new(context, who), at=CHOICES["morning"]), **changed)
        wish = timed(wish, who.person, context.now())
        await digests.put_reader(tx, wish)
    return wish


def parted(text: str) -> list[str]:
    """By commas of any script, but not within quotation marks."""
    return [part.strip() for part in re.findall(r'(?:"[^"]*"?|[^,،、，;；؛\n"])+', text) if part.strip()]


def timed(wish: ReaderDigest, person: Person, now: datetime) -> ReaderDigest:
    """With the next time, in their zone."""
    times = timetable.read(list(wish.at))
    return replace(wish, next_at=times.next(now, reader.zone_of(person)) if times else None)


async def card(context: Context, who: Visitor) -> Card:
    async with context.db.read() as tx:
        wish = await digests.of_reader(tx, bot_id=context.bot_id, user_id=who.person.user_id)
    lines = [who.say(words.OFF)]
    if wish is not None:
        lines = [who.say(words.ON, times=times_html(who, wish), next=next_time(who, wish))]
        lines.append(who.say(words.ABOUT, about=about_html(who, wish)))
        lines += [who.say(words.LIVE)] if wish.live else []
        lines += [] if reader.knows_zone(who.person) else [who.say(readers.ZONE_ASK)]
    return Card(html="\n".join([*lines, "", who.say(words.HOW)]), keyboard=_keyboard(who, wish))


def _keyboard(who: Visitor, wish: ReaderDigest | None) -> InlineKeyboardMarkup:
    def button(label: str, data: str, on: bool) -> InlineKeyboardButton:
        return InlineKeyboardButton(f"✓ {who.say(label)}" if on else who.say(label), callback_data=f"v1:{data}")

    at = _clocks(wish.at) if wish else None
    times = [button(label, f"daily:{name}", at == CHOICES[name]) for name, label in _LABELS.items()]
    rows = [times[:2], times[2:]]
    if wish is not None:
        about, followed = bool(wish.about) and not wish.followed, wish.followed
        rows.append([
            button(words.BUTTON_EVERYTHING, "about:all", not about and not followed),
            button(words.BUTTON_FOLLOWED, "about:followed", followed),
        ])  # fmt: skip
        rows.append([
            button(words.BUTTON_WORDS, "about:words", about),
            button(words.BUTTON_LIVE, f"live:{'off' if wish.live else 'on'}", wish.live),
        ])  # fmt: skip
    rows.append([InlineKeyboardButton(common.BUTTON_BACK, callback_data="v1:set:all")])
    return InlineKeyboardMarkup(rows)


def times_html(who: Visitor, wish: ReaderDigest) -> str:
    """ "every day, 08:00, 18:00", "Mon–Fri, 07:30"; a cron expression that says more as it is."""
    times = timetable.read(list(wish.at))
    plain = times.hours if times else ()
    if not plain:
        return escape(", ".join(wish.at))
    said = [
        who.say(words.DAYS_AND_TIMES, days=_days(who, days), times=who.words.listed(sorted(clocks)))
        for days, clocks in plain
    ]
    return escape(" · ".join(said))


def about_html(who: Visitor, wish: ReaderDigest) -> str:
    if wish.followed:
        return who.say(words.ABOUT_FOLLOWED)
    named = who.words.listed(escape(quoted(who.words, cut(one, 60))) for one in wish.about)
    return named or who.say(words.ABOUT_EVERYTHING)


def next_time(who: Visitor, wish: ReaderDigest) -> str:
    """A date that Telegram shows in the reader's own way, and in their zone and language where it cannot."""
    if wish.next_at is None:
        return "–"
    local = wish.next_at.astimezone(reader.zone_of(who.person))
    return tg_time(wish.next_at, "wDt", f"{who.words.weekday(local)} {who.words.time(local)}")


def _days(who: Visitor, days: Sequence[int]) -> str:
    return who.say(words.EVERY_DAY) if len(days) == 7 else who.words.weekdays(days)


def _clocks(at: tuple[str, ...]) -> tuple[str, ...] | None:
    """The times of a digest that comes every day."""
    times = timetable.read(list(at))
    plain = times.hours if times else ()
    return plain[0][1] if len(plain) == 1 and len(plain[0][0]) == 7 else None


def _new(context: Context, who: Visitor) -> ReaderDigest:
    return ReaderDigest(bot_id=context.bot_id, user_id=who.person.user_id, at=(), last_at=context.now())
