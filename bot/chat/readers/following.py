"""Alerts: follow words, see what one follows, change how often, mute, stop; one tap each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any, Final

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.chat import roles
from bot.chat.card import Card, cut, plain
from bot.chat.context import Context
from bot.chat.pressing import NO_PREVIEW, answer, confirm, edit, place_of, pressed
from bot.chat.readers import person as reader
from bot.chat.readers.results import WORDLESS, hint_lines, numbers, quoted, turning
from bot.chat.roles import Visitor
from bot.chat.updates import PRIVATE
from bot.chat.words import alerts as words
from bot.model import Alert, AlertKind, AlertRefusal, AlertState
from bot.store import alerts, finds, sources
from bot.store.search import Hint, HintKind
from bot.store.search.query import clean

PAGE: Final = 5
_NUMBER: Final = "[0-9]{1,15}"
_KINDS: Final = {
    AlertKind.INSTANT: words.INSTANT,
    AlertKind.HOURLY: words.HOURLY,
    AlertKind.DAILY: words.DAILY,
}
_MUTES: Final = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    handle = Following(context)
    return [
        CommandHandler("follow", handle.follow, PRIVATE),
        CommandHandler("alerts", handle.list, PRIVATE),
        CallbackQueryHandler(handle.turn, pressed("alerts:[0-9]{1,4}")),
        CallbackQueryHandler(handle.show, pressed(f"alert:{_NUMBER}")),
        CallbackQueryHandler(handle.set_kind, pressed(f"kind:{_NUMBER}:(?:instant|hourly|daily)")),
        CallbackQueryHandler(handle.mute, pressed(f"mute:{_NUMBER}:(?:hour|day|week|off)")),
        CallbackQueryHandler(handle.stop, pressed(f"stop:{_NUMBER}")),
        CallbackQueryHandler(handle.end, pressed(f"end:{_NUMBER}")),
    ]


async def follow_pressed(context: Context, who: Visitor, press: CallbackQuery, text: str) -> None:
    """Follow by a button, and say so in a line."""
    added = await _add(context, who, text, AlertKind.INSTANT)
    if added.alert is not None:
        await confirm(press, who.say(words.FOLLOWED_SHORT))
    else:
        await answer(press, plain(_refusal(who, added.refused, text)))


def followable(text: str, hints: Sequence[Hint], *, now: datetime) -> bool:
    """Whether an alert can wait for what was searched: there is a word or a place, and every source is known."""
    if any(hint.kind is HintKind.UNKNOWN_SOURCE for hint in hints):
        return False
    wish = alerts.wish_of(text, now=now)
    return wish is not None and bool(wish.required or wish.sources or wish.sites)


class Following:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def follow(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/follow WORDS"""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        who = await roles.visit(self._context, user)
        rest = (message.text or "").split(maxsplit=1)[1:]
        asked = clean(rest[0]) if rest else ""
        if asked:
            await self._follow(message, who, asked)
        else:
            await message.reply_html(who.say(words.WHAT_TO_FOLLOW))

    async def follow_source(self, message: Message, who: Visitor, source_id: int) -> None:
        """By a link: everything new of one source."""
        async with self._context.db.read() as tx:
            source = await sources.get(tx, source_id)
        if source is None:
            await message.reply_html(who.say(words.REFUSED_SOURCE))
        else:
            await self._follow(message, who, f"source:{source.name}")

    async def _follow(self, message: Message, who: Visitor, asked: str) -> None:
        added = await _add(self._context, who, asked, AlertKind.INSTANT)
        if added.alert is None:
            nothing = added.refused is AlertRefusal.NOTHING
            hints = [hint for hint in added.hints if not nothing or hint.kind not in WORDLESS]
            html = "\n".join([_refusal(who, added.refused, asked), *hint_lines(who.words, hints)])
            await message.reply_html(
                html, reply_markup=_to_list(who) if added.refused is AlertRefusal.TOO_MANY else None
            )
            return
        text = words.ADDED_KNOWN if added.known else words.ADDED
        lines = [who.say(text, words=_shown(who, added.alert)), *hint_lines(who.words, added.hints)]
        if (span := reader.quiet_text(who.person)) is not None:
            lines.append(who.say(words.QUIET_NOW, hours=span))
        await message.reply_html("\n".join(lines), reply_markup=_one_keyboard(who, added.alert, self._context.now()))

    async def list(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is not None and user is not None:
            card = await self._list(await roles.visit(self._context, user), 0)
            await message.reply_html(card.html, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW)

    async def turn(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:alerts:PAGE"""
        press = update.callback_query
        assert press is not None and press.data is not None
        who, place = await roles.visit(self._context, press.from_user), place_of(press)
        card = await self._list(who, int(press.data.split(":")[2]))
        await answer(press)
        if place is not None and _is_list(press.message):
            await edit(press.get_bot(), place, card.html, card.keyboard)
        elif place is not None:  # under an alert's own message: the message stays, the list comes below
            await press.get_bot().send_message(place[0], card.html, parse_mode="HTML", reply_markup=card.keyboard)

    async def show(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:alert:ID opens one in the list's place."""
        await self._change(update)

    async def set_kind(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:kind:ID:KIND"""
        press = update.callback_query
        assert press is not None and press.data is not None
        alert_id, kind = press.data.split(":")[2:]
        async with self._context.db.write() as tx:
            mine = press.from_user.id
            await alerts.change(tx, int(alert_id), bot_id=self._context.bot_id, user_id=mine, kind=AlertKind(kind))
        await self._change(update)

    async def mute(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:mute:ID:HOW_LONG"""
        press = update.callback_query
        assert press is not None and press.data is not None
        alert_id, span = press.data.split(":")[2:]
        who, now = await roles.visit(self._context, press.from_user), self._context.now()
        until = _mute_until(who, span, now)
        async with self._context.db.write() as tx:
            await alerts.mute(tx, int(alert_id), **self._mine(press.from_user.id), until=until)
        said = who.say(words.SPEAKS_SHORT) if until is None else who.say(words.MUTED_SHORT, time=_time(who, until, now))
        await self._change(update, said)

    async def stop(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:stop:ID from a message that an alert sent: the message stays, the alert ends."""
        press = update.callback_query
        assert press is not None and press.data is not None
        who = await roles.visit(self._context, press.from_user)
        gone = await self._remove(int(press.data.split(":")[2]), press.from_user.id)
        await (confirm(press, who.say(words.STOPPED_SHORT)) if gone else answer(press, who.say(words.GONE)))

    async def end(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:end:ID from the list: the alert ends, the list comes back."""
        press = update.callback_query
        assert press is not None and press.data is not None
        who, place = await roles.visit(self._context, press.from_user), place_of(press)
        gone = await self._remove(int(press.data.split(":")[2]), press.from_user.id)
        await (confirm(press, who.say(words.STOPPED_SHORT)) if gone else answer(press, who.say(words.GONE)))
        if place is not None:
            card = await self._list(who, 0)
            await edit(press.get_bot(), place, card.html, card.keyboard)

    async def _remove(self, alert_id: int, user_id: int) -> Alert | None:
        async with self._context.db.write() as tx:
            alert = await alerts.get(tx, alert_id, **self._mine(user_id))
            if alert is not None:
                await alerts.remove(tx, alert_id, **self._mine(user_id))
                await finds.drop_alert(tx, **self._mine(user_id), words=alert.text)
        return alert

    async def _change(self, update: Update, said: str | None = None) -> None:
        """Answer, and show the alert anew where it stands in the list's place."""
        press = update.callback_query
        assert press is not None and press.data is not None
        who, place = await roles.visit(self._context, press.from_user), place_of(press)
        async with self._context.db.read() as tx:
            alert = await alerts.get(tx, int(press.data.split(":")[2]), **self._mine(press.from_user.id))
        if alert is None:
            await answer(press, who.say(words.GONE))
            return
        await (confirm(press, said) if said else answer(press))
        if place is not None and _is_list(press.message):
            now = self._context.now()
            await edit(press.get_bot(), place, one_html(who, alert, now), _one_keyboard(who, alert, now))

    async def _list(self, who: Visitor, page: int) -> Card:
        async with self._context.db.read() as tx:
            mine = await alerts.of_person(tx, **self._mine(who.person.user_id))
        return list_card(who, mine, page, self._context.now())

    def _mine(self, user_id: int) -> dict[str, int]:
        return {"bot_id": self._context.bot_id, "user_id": user_id}


def list_card(who: Visitor, mine: Sequence[Alert], page: int, now: datetime) -> Card:
    if not mine:
        return Card(html=who.say(words.NONE_YET))
    page = min(page, (len(mine) - 1) // PAGE)
    shown = mine[page * PAGE : (page + 1) * PAGE]
    lines = [who.count(words.LIST, len(mine)), ""]
    for number, alert in enumerate(shown, page * PAGE + 1):
        lines += [f"{number}. <b>{_shown(who, alert)}</b>", f"<i>{_state(who, alert, now)}</i>"]
    lines += ["", who.say(words.LIST_HINT)]
    rows = [numbers(page, [alert.id for alert in shown], "v1:alert"), *turning(page, len(mine), "v1:alerts")]
    return Card(html=who.words.lines("\n".join(lines)), keyboard=InlineKeyboardMarkup(rows))


def one_html(who: Visitor, alert: Alert, now: datetime) -> str:
    return who.say(words.ONE, words=_shown(who, alert), state=_state(who, alert, now))


def _one_keyboard(who: Visitor, alert: Alert, now: datetime) -> InlineKeyboardMarkup:
    def button(text: str, data: str, on: bool = False) -> InlineKeyboardButton:
        return InlineKeyboardButton(f"✓ {who.say(text)}" if on else who.say(text), callback_data=f"v1:{data}")

    kinds = [button(text, f"kind:{alert.id}:{kind}", alert.kind is kind) for kind, text in _KINDS.items()]
    mutes = [
        button(words.BUTTON_MUTE_HOUR, f"mute:{alert.id}:hour"),
        button(words.BUTTON_MUTE_DAY, f"mute:{alert.id}:day"),
        button(words.BUTTON_MUTE_WEEK, f"mute:{alert.id}:week"),
    ]
    if _is_muted(alert, now):
        mutes = [button(words.BUTTON_UNMUTE, f"mute:{alert.id}:off")]
    last = [button(words.BUTTON_STOP, f"end:{alert.id}"), button(words.BUTTON_LIST, "alerts:0")]
    return InlineKeyboardMarkup([kinds, mutes, last])


def _to_list(who: Visitor) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(who.say(words.BUTTON_LIST), callback_data="v1:alerts:0")]])


async def _add(context: Context, who: Visitor, text: str, kind: AlertKind) -> alerts.Added:
    mine = {"bot_id": context.bot_id, "user_id": who.person.user_id}
    async with context.db.write() as tx:
        return await alerts.add(tx, **mine, text=text, kind=kind, now=context.now())


def _refusal(who: Visitor, refused: AlertRefusal | None, text: str) -> str:
    if refused is AlertRefusal.TOO_MANY:
        return who.count(words.REFUSED_TOO_MANY, alerts.MOST)
    if refused is AlertRefusal.UNKNOWN_SOURCE:
        return who.say(words.REFUSED_SOURCE)
    return who.say(words.REFUSED_NOTHING, words=escape(quoted(who.words, cut(text, 80))))


def _shown(who: Visitor, alert: Alert) -> str:
    return escape(quoted(who.words, cut(alert.text, 80)))


def _state(who: Visitor, alert: Alert, now: datetime) -> str:
    said = who.say(_KINDS[alert.kind])
    if _is_muted(alert, now) and alert.muted_until is not None:
        said = f"{said} · {who.say(words.MUTED_UNTIL, time=_time(who, alert.muted_until, now))}"
    return said


def _is_muted(alert: Alert, now: datetime) -> bool:
    return alert.state is AlertState.ON and alert.muted_until is not None and alert.muted_until > now


def _mute_until(who: Visitor, span: str, now: datetime) -> datetime | None:
    if span == "off":
        return None
    if span != "day":
        return now + _MUTES[span]
    morning = now.astimezone(reader.zone_of(who.person)) + timedelta(days=1)
    return morning.replace(hour=reader.DAILY_HOUR, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)


def _time(who: Visitor, moment: datetime, now: datetime) -> str:
    """In their zone; the day only where it is another."""
    local, today = moment.astimezone(reader.zone_of(who.person)), now.astimezone(reader.zone_of(who.person))
    return who.words.time(local) if local.date() == today.date() else who.words.date_time(local)


def _is_list(message: Any) -> bool:
    """Whether the pressed button stands under the list or one alert of it, and not under what an alert sent."""
    if not isinstance(message, Message) or message.reply_markup is None:
        return True
    data = [str(button.callback_data or "") for row in message.reply_markup.inline_keyboard for button in row]
    return any(one.startswith(("v1:alert:", "v1:kind:")) for one in data)
