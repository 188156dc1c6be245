"""A reader's own digest: the news of the day, at the times they choose."""

from __future__ import annotations

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
from bot.chat.words import common
from bot.chat.words import digests as words
from bot.model import Person
from bot.posts import timetable
from bot.store import digests
from bot.store.digests import ReaderDigest

CHOICES: Final = {"off": (), "morning": ("08:00",), "evening": ("18:00",), "both": ("08:00", "18:00")}
_LABELS: Final = {"morning": words.MORNING, "evening": words.EVENING, "both": words.BOTH, "off": words.BUTTON_OFF}
_OFF: Final = frozenset({"off", "stop", "no", "none"})


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    return [CommandHandler("digest", Daily(context).show, PRIVATE)]


class Daily:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def show(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/digest, /digest TIMES, /digest off"""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        who, typed = await roles.visit(self._context, user), after_command(message)
        if not typed:
            await reply(message, await card(self._context, who))
        elif typed.casefold() in _OFF:
            await message.reply_html(await set_times(self._context, who, ()))
        elif timetable.read(typed) is None:
            await message.reply_html(who.say(words.NOT_UNDERSTOOD, times=escape(quoted(who.words, cut(typed, 80)))))
        else:
            await message.reply_html(await set_times(self._context, who, (" ".join(typed.split())[:120],)))


async def set_times(context: Context, who: Visitor, at: tuple[str, ...]) -> str:
    """Set them, or end the digest; what to say of it."""
    wish = ReaderDigest(bot_id=context.bot_id, user_id=who.person.user_id, at=at, last_at=context.now())
    wish = timed(wish, who.person, context.now())
    async with context.db.write() as tx:
        await digests.put_reader(tx, wish)
    return who.say(words.SET, next=next_time(who, wish)) if at else who.say(words.ENDED)


def timed(wish: ReaderDigest, person: Person, now: datetime) -> ReaderDigest:
    """With the next time, in their zone."""
    times = timetable.read(list(wish.at))
    return replace(wish, next_at=times.next(now, reader.zone_of(person)) if times else None)


async def card(context: Context, who: Visitor) -> Card:
    async with context.db.read() as tx:
        wish = await digests.of_reader(tx, bot_id=context.bot_id, user_id=who.person.user_id)
    head = who.say(words.OFF)
    if wish is not None:
        head = who.say(words.ON, times=escape(", ".join(wish.at)), next=next_time(who, wish))
    at = wish.at if wish else ()
    buttons = [
        InlineKeyboardButton(
            f"✓ {who.say(label)}" if at == CHOICES[name] and name != "off" else who.say(label),
            callback_data=f"v1:daily:{name}",
        )
        for name, label in _LABELS.items()
    ]
    rows = [buttons[:2], buttons[2:], [InlineKeyboardButton(common.BUTTON_BACK, callback_data="v1:set:all")]]
    return Card(html=f"{head}\n\n{who.say(words.HOW)}", keyboard=InlineKeyboardMarkup(rows))


def next_time(who: Visitor, wish: ReaderDigest) -> str:
    """A date that Telegram shows in the reader's own way, and in their zone where it cannot."""
    if wish.next_at is None:
        return "–"
    local = wish.next_at.astimezone(reader.zone_of(who.person))
    return f'<tg-time unix="{int(wish.next_at.timestamp())}" format="wDt">{local:%Y-%m-%d %H:%M}</tg-time>'
