"""Settings: the language, the time zone, the quiet hours and the digest of one reader; every card edited in place.

A zone may be picked, sent as a location, or typed: what was asked last is a row for a few minutes, and words that are
no answer are a search like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import (
    ApplicationHandlerStop,
    BaseHandler,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.chat import roles
from bot.chat.card import Card, cut, plain
from bot.chat.context import Context
from bot.chat.owner.menus import sync_menu
from bot.chat.pressing import answer, confirm, edit, place_of, pressed
from bot.chat.readers import daily, places
from bot.chat.readers import person as reader
from bot.chat.readers.results import quoted
from bot.chat.readers.searching import after_command, reply
from bot.chat.readers.tongues import NATIVE, tongue_named
from bot.chat.readers.typed import ends_quiet, says_of_itself
from bot.chat.roles import Visitor
from bot.chat.updates import PRIVATE, WRITTEN
from bot.chat.words import alerts as alert_words
from bot.chat.words import common, readers
from bot.chat.words import digests as digest_words
from bot.language.keywords import says_off
from bot.model import Json
from bot.store import alerts, digests, facts, people
from bot.wording import spoken, words_for

LONGEST: Final = 400
"""Characters of an answer."""
ASKED_FOR: Final = timedelta(minutes=10)
QUIET: Final = ("22:00-07:00", "23:00-07:00", "21:00-08:00", "00:00-08:00")
Row = list[InlineKeyboardButton]


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    handle = Settings(context)
    return [
        CommandHandler("settings", handle.show, PRIVATE),
        MessageHandler(PRIVATE & filters.LOCATION, handle.location),
        CallbackQueryHandler(handle.open, pressed("set:(?:all|language|zone|quiet|digest)")),
        CallbackQueryHandler(handle.choose_language, pressed("lang:[A-Za-z-]{2,10}")),
        CallbackQueryHandler(handle.choose_zone, pressed("zone:[A-Za-z0-9_+/-]{1,50}")),
        CallbackQueryHandler(handle.choose_quiet, pressed("quiet:(?:off|[0-9:]{5}-[0-9:]{5})")),
        CallbackQueryHandler(handle.choose_digest, pressed("daily:[a-z]{1,8}")),
        CallbackQueryHandler(handle.choose_about, pressed("about:(?:all|followed|words)")),
        CallbackQueryHandler(handle.choose_live, pressed("live:(?:on|off)")),
    ]


def answers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    """For a group of handlers before the others: words that answer what was asked."""
    return [MessageHandler(WRITTEN & ~filters.COMMAND, Settings(context).typed)]


class Settings:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def show(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/settings, or with a language, a place, a time or hours: /settings Deutsch, /settings 22-7"""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        who, typed = await roles.visit(self._context, user), after_command(message)
        if not typed:
            await reply(message, await self._overview(who))
        elif (tag := tongue_named(typed, who.words)) is not None:
            await message.reply_html(await self._set_language(who, tag))
        else:
            await reply(message, await self._take(who, typed) or _unknown(who, typed))

    async def open(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:set:WHAT"""
        press = update.callback_query
        assert press is not None and press.data is not None
        who, what = await roles.visit(self._context, press.from_user), press.data.split(":")[2]
        card = await self._card(who, what)
        await self._ask(who, what if what in ("zone", "quiet") else None)
        await answer(press)
        place = place_of(press)
        if place is not None and _is_ours(press.message):
            await edit(press.get_bot(), place, card.html, card.keyboard)
        elif isinstance(press.message, Message):  # under a digest, which stays
            await reply(press.message, card)

    async def choose_language(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:lang:TAG, or `auto`"""
        press = update.callback_query
        assert press is not None and press.data is not None
        tag = press.data.split(":")[2]
        who = await roles.visit(self._context, press.from_user)
        if tag != "auto" and tag not in spoken():
            await answer(press, who.say(common.OLD_BUTTON))
            return
        said = await self._set_language(who, None if tag == "auto" else tag)
        await self._done(update, await roles.visit(self._context, press.from_user), said)

    async def choose_zone(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:zone:NAME"""
        press = update.callback_query
        assert press is not None and press.data is not None
        who, zone = await roles.visit(self._context, press.from_user), press.data.split(":", 2)[2]
        if reader.zone_named(zone) is None:
            await answer(press, who.say(common.OLD_BUTTON))
            return
        said = await self._set_zone(who, zone)
        await self._done(update, await roles.visit(self._context, press.from_user), said)

    async def choose_quiet(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:quiet:HOURS, or `off`"""
        press = update.callback_query
        assert press is not None and press.data is not None
        who, span = await roles.visit(self._context, press.from_user), press.data.split(":", 2)[2]
        said = await self._set_quiet(who, None if span == "off" else reader.span_typed(span))
        await self._done(update, await roles.visit(self._context, press.from_user), said)

    async def choose_digest(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:daily:WHEN"""
        press = update.callback_query
        assert press is not None and press.data is not None
        who = await roles.visit(self._context, press.from_user)
        times = daily.CHOICES.get(press.data.split(":")[2])
        if times is None:
            await answer(press, who.say(common.OLD_BUTTON))
            return
        await self._done(update, who, await daily.set_times(self._context, who, times))

    async def choose_about(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:about:WHAT; own words are asked for."""
        press = update.callback_query
        assert press is not None and press.data is not None
        who, what = await roles.visit(self._context, press.from_user), press.data.split(":")[2]
        if what == "words":
            await self._ask(who, "about")
            await answer(press)
            if isinstance(press.message, Message):
                await press.message.reply_html(who.say(digest_words.ASK_ABOUT))
            return
        if what == "followed":
            async with self._context.db.read() as tx:
                none = not await alerts.count(tx, **self._mine(who))
            if none:
                await answer(press, plain(who.say(alert_words.NONE_YET)))
                return
        await daily.change(self._context, who, about=(), followed=what == "followed")
        await self._redraw_digest(update, who)

    async def choose_live(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:live:on|off"""
        press = update.callback_query
        assert press is not None and press.data is not None
        who = await roles.visit(self._context, press.from_user)
        await daily.change(self._context, who, live=press.data.endswith(":on"))
        await self._redraw_digest(update, who)

    async def _redraw_digest(self, update: Update, who: Visitor) -> None:
        press = update.callback_query
        assert press is not None
        await answer(press)
        place, card = place_of(press), await daily.card(self._context, who)
        if place is not None:
            await edit(press.get_bot(), place, card.html, card.keyboard)

    async def location(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None or message.location is None:
            return
        who = await roles.visit(self._context, user)
        zone = places.by_location(message.location.latitude, message.location.longitude)
        await message.reply_html(await self._set_zone(who, zone))

    async def typed(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Ends the update where its words answer what was asked lately, or say the time of their own accord."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None or not message.text or len(message.text) > LONGEST:
            return
        async with self._context.db.read() as tx:
            asked = await facts.get(tx, self._question(user.id))
            known = await people.get(tx, bot_id=self._context.bot_id, user_id=user.id)
        own_accord = says_of_itself(message.text, (known.language if known else None) or user.language_code)
        if not own_accord and (not isinstance(asked, dict) or self._is_over(asked)):
            return
        who = await roles.visit(self._context, user)
        if not own_accord and isinstance(asked, dict) and asked.get("what") == "about":
            card: Card | None = Card(html=await daily.set_about(self._context, who, message.text))
        else:
            card = await self._take(who, message.text)
        await self._ask(who, None)
        if card is None and isinstance(asked, dict) and asked.get("what") == "quiet" and says_off(message.text):
            card = Card(html=await self._set_quiet(who, None))
        if card is None and isinstance(asked, dict) and asked.get("what") == "zone":
            card = _unknown(who, message.text)
        if card is not None:
            await reply(message, card)
            raise ApplicationHandlerStop

    # ── what is set ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _take(self, who: Visitor, typed: str) -> Card | None:
        """Quiet hours, a time on a clock, or a place; None when it is none of these."""
        if ends_quiet(typed, who.words.language):
            return Card(html=await self._set_quiet(who, None))
        if (span := reader.span_typed(typed, who.words.language)) is not None:
            said = await self._set_quiet(who, span)
            return Card(html=said if reader.knows_zone(who.person) else f"{said}\n{who.say(readers.ZONE_ASK)}")
        if (time := places.typed_time(typed, who.words.language)) is not None:
            return zones_card(who, time, places.by_time(*time, self._context.now()))
        zone = places.by_name(typed, who.words.city)
        return Card(html=await self._set_zone(who, zone)) if zone is not None else None

    async def _set_language(self, who: Visitor, tag: str | None) -> str:
        """None: that of their Telegram.  Said in the language that is spoken from now on."""
        async with self._context.db.write() as tx:
            await people.choose_language(tx, **self._mine(who), language=tag)
            person = await people.get(tx, **self._mine(who))
        assert person is not None
        await sync_menu(self._context, person)
        return words_for(person.language).say(readers.LANGUAGE_SET)

    async def _set_zone(self, who: Visitor, zone: str) -> str:
        async with self._context.db.write() as tx:
            await people.set_option(tx, "zone", zone, **self._mine(who))
            person = await people.get(tx, **self._mine(who))
            wish = await digests.of_reader(tx, **self._mine(who))
            if wish is not None and person is not None:
                await digests.put_reader(tx, daily.timed(wish, person, self._context.now()))
        local = self._context.now().astimezone(reader.zone_named(zone))
        return who.say(readers.ZONE_SET, time=f"{local:%H:%M}", zone=escape(who.words.city(zone)))

    async def _set_quiet(self, who: Visitor, span: str | None) -> str:
        async with self._context.db.write() as tx:
            await people.set_option(tx, "quiet", span, **self._mine(who))
        if span is None:
            return who.say(readers.QUIET_OFF)
        start, end = span.split("-")
        return who.say(readers.QUIET_SET, start=start, end=end)

    async def _ask(self, who: Visitor, what: str | None) -> None:
        name = self._question(who.person.user_id)
        async with self._context.db.write() as tx:
            if what is None:
                await facts.forget(tx, name)
            else:
                value: Json = {"what": what, "at": self._context.now().isoformat()}
                await facts.put(tx, name, value, now=self._context.now())

    def _is_over(self, asked: Json) -> bool:
        return self._context.now() - datetime.fromisoformat(asked["at"]) > ASKED_FOR

    def _question(self, user_id: int) -> str:
        return question_name(self._context.bot_id, user_id)

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────

    async def _done(self, update: Update, who: Visitor, said: str) -> None:
        press = update.callback_query
        assert press is not None
        await self._ask(who, None)
        await confirm(press, plain(said))
        place = place_of(press)
        if place is not None:
            card = await self._overview(who)
            await edit(press.get_bot(), place, card.html, card.keyboard)

    async def _overview(self, who: Visitor) -> Card:
        async with self._context.db.read() as tx:
            wish = await digests.of_reader(tx, **self._mine(who))
        return overview(who, wish, self._context.now())

    async def _card(self, who: Visitor, what: str) -> Card:
        if what == "language":
            return languages_card(who)
        if what == "zone":
            return zone_card(who, self._context.now())
        if what == "quiet":
            return quiet_card(who)
        if what == "digest":
            return await daily.card(self._context, who)
        return await self._overview(who)

    def _mine(self, who: Visitor) -> dict[str, int]:
        return {"bot_id": self._context.bot_id, "user_id": who.person.user_id}


def _unknown(who: Visitor, typed: str) -> Card:
    return Card(html=who.say(readers.ZONE_UNKNOWN, place=escape(quoted(who.words, cut(typed, 60)))))


def question_name(bot_id: int, user_id: int) -> str:
    """The fact that holds what a reader was asked last."""
    return f"reader-asked:{bot_id}:{user_id}"


def overview(who: Visitor, wish: digests.ReaderDigest | None, now: datetime) -> Card:
    person = who.person
    name = NATIVE.get(words_for(person.language).language, person.language or "English")
    local = now.astimezone(reader.zone_of(person))
    html = who.say(
        readers.SETTINGS,
        language=name if person.chosen_language else who.say(readers.SETTING_BY_TELEGRAM, language=name),
        zone=escape(who.words.city(reader.zone_name(person))),
        time=f"{local:%H:%M}",
        quiet=reader.quiet_text(person) or who.say(readers.SETTING_NONE),
        digest=daily.times_html(who, wish) if wish else who.say(readers.SETTING_NONE),
    )
    if (wish or reader.quiet_text(who.person)) and not reader.knows_zone(who.person):
        html = f"{html}\n\n{who.say(readers.ZONE_ASK)}"
    rows = [
        [_button(who, readers.BUTTON_LANGUAGE, "set:language"), _button(who, readers.BUTTON_ZONE, "set:zone")],
        [_button(who, readers.BUTTON_QUIET, "set:quiet"), _button(who, readers.BUTTON_DIGEST, "set:digest")],
    ]
    return Card(html=html, keyboard=InlineKeyboardMarkup(rows))


def languages_card(who: Visitor) -> Card:
    buttons = [
        InlineKeyboardButton(f"✓ {name}" if who.person.chosen_language == tag else name, callback_data=f"v1:lang:{tag}")
        for tag, name in NATIVE.items()
        if tag in spoken()
    ]
    rows = [*_in_rows(buttons, 3), [_button(who, readers.BUTTON_AS_TELEGRAM, "lang:auto")], _back(who)]
    return Card(html=who.say(readers.CHOOSE_LANGUAGE), keyboard=InlineKeyboardMarkup(rows))


def zone_card(who: Visitor, now: datetime) -> Card:
    zone = reader.zone_name(who.person)
    local = now.astimezone(reader.zone_of(who.person))
    html = who.say(readers.CHOOSE_ZONE, time=f"{local:%H:%M}", zone=escape(who.words.city(zone)))
    return Card(html=html, keyboard=InlineKeyboardMarkup([*_zones(who, places.WELL_KNOWN, now), _back(who)]))


def zones_card(who: Visitor, time: tuple[int, int], zones: Sequence[str]) -> Card:
    """The places whose clocks show this hour and minute; where there are none it says so."""
    if not zones:
        return Card(html=who.say(readers.ZONE_NO_TIME, time=f"{time[0]:02}:{time[1]:02}"))
    buttons = [InlineKeyboardButton(who.words.city(zone), callback_data=f"v1:zone:{zone}") for zone in zones]
    return Card(html=who.say(readers.CHOOSE_ZONE_OF), keyboard=InlineKeyboardMarkup(_in_rows(buttons, 2)))


def quiet_card(who: Visitor) -> Card:
    chosen = reader.quiet_text(who.person)
    buttons = [
        InlineKeyboardButton(f"✓ {span}" if span == chosen else span, callback_data=f"v1:quiet:{span}")
        for span in QUIET
    ]
    rows = [*_in_rows(buttons, 2), [_button(who, readers.BUTTON_NO_QUIET, "quiet:off")], _back(who)]
    return Card(html=who.say(readers.CHOOSE_QUIET), keyboard=InlineKeyboardMarkup(rows))


def _zones(who: Visitor, zones: Sequence[str], now: datetime) -> list[Row]:
    """Places with their time, so that nobody has to know the name of their zone."""
    buttons = [
        InlineKeyboardButton(
            f"{now.astimezone(reader.zone_named(zone)):%H:%M} {who.words.city(zone)}", callback_data=f"v1:zone:{zone}"
        )
        for zone in zones
    ]
    return _in_rows(buttons, 2)


def _in_rows(buttons: Sequence[InlineKeyboardButton], width: int) -> list[Row]:
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def _button(who: Visitor, text: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(who.say(text), callback_data=f"v1:{data}")


def _back(who: Visitor) -> Row:
    return [InlineKeyboardButton(common.BUTTON_BACK, callback_data="v1:set:all")]


def _is_ours(message: object) -> bool:
    """Whether a settings card stands there, and not a digest."""
    if not isinstance(message, Message) or message.reply_markup is None:
        return True
    data = [str(b.callback_data or "") for row in message.reply_markup.inline_keyboard for b in row]
    return data != ["v1:set:digest"]
