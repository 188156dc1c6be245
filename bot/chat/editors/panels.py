"""The cards of a channel's settings: all of them, one with its choices, switches, seasons.  Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from html import escape
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.card import Card, isolate, plain
from bot.chat.editors import control, dials
from bot.chat.editors.dials import DIALS, FLAGS, SEASONAL, Dial
from bot.chat.editors.rulebook import decided
from bot.chat.editors.rulechoices import in_rows
from bot.chat.words import channels as said
from bot.chat.words import editors, readers, rules, setup
from bot.errors import phrase
from bot.model import Channel, Json, Owner
from bot.posts import hours
from bot.posts.moments import parse_moment
from bot.posts.order import zone_of
from bot.store.decided import Place
from bot.wording import Words

_MOST: Final = 12  # seasons and templates
_BETWEEN: Final = re.compile(r"\s+(?:-|–|—|to|till?|until)\s+|\s*[–—]\s*", re.IGNORECASE)


def mark_of(value: Json) -> str:
    """Four characters that change with the value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:4]


def dial_of(key: str, templates: Sequence[str]) -> Dial | None:
    """Templates are whatever the folders hold."""
    if key != "template":
        return DIALS.get(key)
    names = tuple(one for one in templates if len(one.encode()) <= 30 and one not in control.NOT_FOR_ARTICLES)[:_MOST]
    return Dial(
        key="template", name=said.TEMPLATE, codes=names, take=lambda code, _: names[names.index(code)],
        label=lambda _, code: code, say=lambda _, value: str(value), wide=2,
    )  # fmt: skip


# ── what a button asks for ───────────────────────────────────────────────────────────────────────────────────────


def target_of(key: str, season: str, code: str) -> tuple[str, str]:
    """The key whose value a button changes, and the season that has it."""
    if key == "flags":
        return code, ""
    return ("seasons", "") if key == "season" else (key, season)


def change_of(channel: Channel, key: str, season: str, code: str, templates: Sequence[str]) -> Callable[[Json], Json]:
    """The value before → the value after.  Raises KeyError, ValueError: there is no such choice."""
    if key == "flags":
        _, on, off = FLAGS[code]
        return lambda before: off if before == on else on
    if key == "season":
        if code != "drop":
            raise KeyError(code)
        return lambda before: {name: one for name, one in (before or {}).items() if name != season} or None
    dial = dial_of(key, templates)
    if dial is None or code not in dial.codes or (season and (key not in SEASONAL or _season(channel, season) is None)):
        raise KeyError(code)
    return lambda before: dial.take(code, before)


def with_season(channel: Channel, text: str, now: datetime) -> tuple[Json, str]:
    """ "24 dec - 2 jan" → the channel's seasons with this one, and its name.  Raises ValueError, UsageError."""
    parts = _BETWEEN.split(text.strip())
    if len(parts) != 2:
        raise ValueError(phrase(said.NO_TWO_DAYS, text=text.strip()[:60]))
    first, last = (_day(part, channel, now) for part in parts)
    if last < first:
        first = first.replace(year=first.year - 1)  # it has begun already
    name = first.isoformat()
    seasons = dict(channel.options.get("seasons") or {})
    kept: Mapping[str, Json] = _season(channel, name) or {}
    return {**seasons, name: {**kept, "from": name, "until": last.isoformat()}}, name


def _day(text: str, channel: Channel, now: datetime) -> date:
    """The day that is meant, of today on; noon, so that a change of the clocks is far."""
    zone = zone_of(channel.timezone)
    today = now.astimezone(zone)
    if text.strip().lower() == "today":
        return today.date()
    moment = parse_moment(f"{text.strip()} 12:00", zone=channel.timezone, now=now - timedelta(days=1))
    return moment.astimezone(zone).date()


def _season(channel: Channel, name: str) -> Mapping[str, Json] | None:
    return dials.season_of(channel, name)


# ── cards ────────────────────────────────────────────────────────────────────────────────────────────────────────


def settings_card(
    words: Words, channel: Channel, templates: Sequence[str], place: Place | None, more: Sequence[str]
) -> Card:
    """Every value; `more`: what is set for a while, and what it all comes to."""
    lines = [words.say(said.SETTINGS, channel=control.title_of(channel))]
    shown = [one for one in (dial_of("template", templates), *DIALS.values()) if one is not None]
    for dial in shown:
        lines.append(_line(words, words.say(dial.name), dial.say(words, dials.value_of(channel, dial.key))))
    seasons = _seasons(channel)
    if seasons:
        lines.append(_line(words, words.say(said.SEASONS), ", ".join(_dates(words, one) for one in seasons.values())))
    flags = [words.say(name) for key, (name, on, _) in FLAGS.items() if channel.options.get(key) == on]
    if flags:
        lines.append(_line(words, words.say(said.FLAGS), ", ".join(flags)))
    lines += ["", *more]
    by_file = channel.owner is Owner.FILE
    if by_file:
        lines.append(decided(words, place, f"[channels.{channel.name}]"))
    turned = [dial for dial in shown if dial.example or not by_file]
    buttons = [_button(words.say(dial.name), channel, dial.key) for dial in turned]
    if not by_file:
        buttons.append(_button(words.say(said.SEASONS), channel, "seasons"))
        buttons.append(_button(words.say(said.FLAGS), channel, "flags"))
    back = InlineKeyboardButton(words.say(editors.BUTTON_BACK_TO_CARD), callback_data=f"v1:chan:see:{channel.id}")
    return Card(html="\n".join(lines)[:4000], keyboard=InlineKeyboardMarkup([*in_rows(buttons, 2), [back]]))


def dial_card(words: Words, channel: Channel, dial: Dial, season: str = "") -> Card | None:
    """One setting, of the channel or of one of its seasons, and what it may be."""
    if season and (dial.key not in SEASONAL or _season(channel, season) is None):
        return None
    value = dials.value_of(channel, dial.key, season)
    mark, at = mark_of(value), f"{dial.key}@{season}" if season else dial.key
    rows: list[list[InlineKeyboardButton]] = []
    if channel.owner is not Owner.FILE:
        buttons = [
            _button(_ticked(dial.label(words, code), on=_is_chosen(dial, code, value)), channel, f"{at}={code};{mark}")
            for code in dial.codes
        ]
        rows = in_rows(buttons, dial.wide)
        if dial.read is not None:
            rows.append([_button(words.say(rules.BUTTON_TYPE_IT), channel, f"{at}=type")])
    if dial.example and not season:
        rows.append([_button(words.say(said.BUTTON_WHILE), channel, f"{at}=while")])
    shown = escape(dial.say(words, value))
    html = words.say(said.CHOOSE, channel=control.title_of(channel), what=words.say(dial.name), value=shown)
    return Card(html=html, keyboard=InlineKeyboardMarkup([*rows, *back_row(words, channel, season).inline_keyboard]))


def _is_chosen(dial: Dial, code: str, value: Json) -> bool:
    """Whether pressing it would change nothing."""
    try:
        after = dial.take(code, value)
    except (KeyError, ValueError):
        return False
    return after == value or (after is not None and value is not None and _text(after) == _text(value))


def _text(value: Json) -> str:
    """Spans are the same however they are written."""
    length = hours.duration(value) if isinstance(value, str) else None
    return str(length.total_seconds()) if length else json.dumps(value, sort_keys=True, default=str)


def flags_card(words: Words, channel: Channel) -> Card:
    rows = []
    for key, (name, on, _) in FLAGS.items():
        value = channel.options.get(key)
        label = _ticked(words.say(name), on=value == on)
        rows.append([_button(label, channel, f"flags={key};{mark_of(value)}")])
    html = f"<b>{control.title_of(channel)}: {words.say(said.FLAGS)}</b>"
    return Card(html=html, keyboard=InlineKeyboardMarkup([*rows, *back_row(words, channel).inline_keyboard]))


def seasons_card(words: Words, channel: Channel) -> Card:
    seasons = _seasons(channel)
    rows = [[_button(_dates(words, one), channel, f"season@{name}")] for name, one in list(seasons.items())[:_MOST]]
    rows.append([_button(words.say(said.BUTTON_NEW_SEASON), channel, "seasons=new")])
    shown = "\n".join(_dates(words, one) for one in seasons.values()) or words.say(readers.SETTING_NONE)
    html = words.say(said.CHOOSE, channel=control.title_of(channel), what=words.say(said.SEASONS), value=shown)
    return Card(html=html, keyboard=InlineKeyboardMarkup([*rows, *back_row(words, channel).inline_keyboard]))


def season_card(words: Words, channel: Channel, name: str) -> Card | None:
    """What is different then; None when there is no such season any more."""
    season = _season(channel, name)
    if season is None:
        return None
    title = control.title_of(channel)
    first, last = _date(words, season.get("from")), _date(words, season.get("until"))
    lines = [words.say(said.SEASON, channel=title, first=first, last=last)]
    seasonal = [DIALS[key] for key in SEASONAL]
    for dial in seasonal:
        if dial.key in season:
            lines.append(_line(words, words.say(dial.name), dial.say(words, season[dial.key])))
    buttons = [_button(words.say(dial.name), channel, f"{dial.key}@{name}") for dial in seasonal]
    mark = mark_of(channel.options.get("seasons"))
    drop = [_button(words.say(setup.BUTTON_REMOVE), channel, f"season@{name}=drop;{mark}")]
    back = [_button(words.say(editors.BUTTON_BACK_TO_CARD), channel, "seasons")]
    return Card(html="\n".join(lines), keyboard=InlineKeyboardMarkup([*in_rows(buttons, 2), drop, back]))


def told_by_file(words: Words, channel: Channel, place: Place | None) -> str:
    """Plain text, for the answer to a press."""
    return plain(decided(words, place, f"[channels.{channel.name}]"))


def back_row(words: Words, channel: Channel, season: str = "") -> InlineKeyboardMarkup:
    to = f"season@{season}" if season else ""
    return InlineKeyboardMarkup([[_button(words.say(editors.BUTTON_BACK_TO_CARD), channel, to)]])


def _line(words: Words, what: str, value: str) -> str:
    return words.say(said.LINE, what=what, value=isolate(escape(value)))


def _seasons(channel: Channel) -> Mapping[str, Mapping[str, Any]]:
    seasons = channel.options.get("seasons")
    found = seasons if isinstance(seasons, Mapping) else {}
    return {name: one for name, one in found.items() if isinstance(one, Mapping)}


def _dates(words: Words, season: Mapping[str, Json]) -> str:
    return f"{_date(words, season.get('from'))} – {_date(words, season.get('until'))}"


def _date(words: Words, value: Json) -> str:
    try:
        return words.date(datetime.combine(date.fromisoformat(str(value)), datetime.min.time()))
    except ValueError:
        return escape(str(value))


def _ticked(label: str, *, on: bool) -> str:
    return f"✓ {label}" if on else label


def _button(label: str, channel: Channel, what: str) -> InlineKeyboardButton:
    data = f"v1:conf:{channel.id}:{what}" if what else f"v1:conf:{channel.id}"
    return InlineKeyboardButton(label[:40], callback_data=data)
