"""The settings of a channel that people turn in chat: what each is called, what it may be, how its value reads.  Pure.

A value is what `sharewire.toml` would hold under the same key; None is what is without it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, Final

from bot.chat.readers import places
from bot.chat.readers.person import zone_named
from bot.chat.readers.tongues import NATIVE
from bot.chat.words import channels as said
from bot.chat.words import readers, rules
from bot.errors import phrase
from bot.model import Actions, BigChanges, Channel, Json, Preview
from bot.posts import hours
from bot.wording import Words

COLUMNS: Final = frozenset(
    {"language", "timezone", "template", "actions", "preview", "approve", "fresh_for", "max_age"}
)
"""Kept in columns of their own; every other key is one of the channel's options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """One setting.

    codes   what buttons carry
    take    the value that a code asks for, beside the value before; KeyError, ValueError: no such code
    label   of a code's button
    say     the value, as a person reads it
    ask     the question for a typed value, and `read` what turns it into one (ValueError with a sentence)
    example what somebody types who wants it for a while only; "" where that makes no sense
    """

    key: str
    name: str
    codes: tuple[str, ...]
    take: Callable[[str, Json], Json]
    label: Callable[[Words, str], str]
    say: Callable[[Words, Json], str]
    ask: str = ""
    read: Callable[[str], Json] | None = None
    example: str = ""
    wide: int = 3


def value_of(channel: Channel, key: str, season: str = "") -> Json:
    """What a channel, or one of its seasons, has for a key; columns as the file writes them."""
    if season:
        return (season_of(channel, season) or {}).get(key)
    value = getattr(channel, key) if key in COLUMNS else channel.options.get(key)
    if isinstance(value, timedelta):
        return f"{int(value.total_seconds())}s"
    return value.value if isinstance(value, Enum) else value


def changed(channel: Channel, key: str, value: Json, season: str = "") -> dict[str, Any]:
    """Columns to set, for one key's new value."""
    if season:
        kept = {**(season_of(channel, season) or {}), key: value}
        one = {name: given for name, given in kept.items() if given is not None}
        return {"options": {**channel.options, "seasons": {**channel.options.get("seasons", {}), season: one}}}
    if key in COLUMNS:
        return {key: hours.duration(value) if key in ("fresh_for", "max_age") else value}
    options = {name: given for name, given in channel.options.items() if name != key}
    return {"options": options if value is None else {**options, key: value}}


def season_of(channel: Channel, name: str) -> Mapping[str, Json] | None:
    seasons = channel.options.get("seasons")
    found = seasons.get(name) if isinstance(seasons, Mapping) else None
    return found if isinstance(found, Mapping) else None


# ── what people type ─────────────────────────────────────────────────────────────────────────────────────────────

_CLOCK: Final = r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|h)?"
_SPAN: Final = re.compile(rf"(?:from\s+)?{_CLOCK}\s*(?:[-–—]|to|till?|until)\s*{_CLOCK}", re.IGNORECASE)
_COUNT: Final = re.compile(r"(\d+)\s*(?:posts?|articles?|x|times)?\s*(?:per|an|a|/|each|every|in an?)\s*([hd])\w*")
_LENGTH: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*(s|m(?!o)|h|d|w)\w*")
_OFF: Final = frozenset({"off", "none", "no", "no limits", "0", "-", "always", "any", "never"})
_MODES: Final = ("silent", "hold", "digest")


def hours_typed(text: str) -> list[str] | None:
    """ "22:30-7", "7-9 and 5pm to 10pm" → ["22:30-07:00"], ["07:00-09:00", "17:00-22:00"]; None for none."""
    plain = " ".join(text.lower().split())
    if plain in _OFF:
        return None
    found = []
    for part in re.split(r"\s*(?:,|;|&|\band\b)\s*", plain):
        match = _SPAN.fullmatch(part)
        if match is None:
            raise ValueError(phrase(said.NO_HOURS, text=part[:40]))
        found.append(f"{_clock(*match.groups()[:3])}-{_clock(*match.groups()[3:])}")
    return found


def _clock(hour: str, minute: str | None, half: str | None) -> str:
    number = int(hour)
    if half in ("am", "pm"):
        if not 1 <= number <= 12:
            raise ValueError(phrase(said.NO_SUCH_HOUR, hour=f"{number} {half}"))
        number = number % 12 + (12 if half == "pm" else 0)
    if number > 24 or int(minute or 0) > 59:
        raise ValueError(phrase(said.NO_SUCH_HOUR, hour=f"{hour}:{minute or '00'}"))
    return f"{number % 24:02}:{int(minute or 0):02}"


def quiet_typed(text: str) -> Json:
    """Hours, with a word for what happens in them: "22-7 hold"."""
    plain = text.lower()
    mode = next((one for one in _MODES if one in plain), "silent")
    spans = hours_typed(re.sub(r"\b(?:silent|hold|digest)\b,?", " ", plain))
    return {"hours": spans, "mode": mode} if spans else None


def pace_typed(text: str) -> Json:
    """ "5 min apart, 8 per hour, 60 a day" → {"gap": "5m", "per_hour": 8, "per_day": 60}; None for no limits."""
    plain = " ".join(text.lower().split())
    if plain in _OFF:
        return None
    found: dict[str, Json] = {}
    for count, unit in _COUNT.findall(plain):
        if not 1 <= int(count) <= 10_000:
            raise ValueError(phrase(said.NOT_SO_MANY, count=count))
        found["per_hour" if unit == "h" else "per_day"] = int(count)
    rest = _COUNT.sub(" ", plain)
    lengths = _LENGTH.findall(rest)
    if len(lengths) > 1 or re.search(r"\d", _LENGTH.sub(" ", rest)) or not (found or lengths):
        raise ValueError(phrase(said.NO_PACE, text=text.strip()[:60]))
    return {"gap": _length(*lengths[0]), **found} if lengths else found


def span_typed(text: str) -> Json:
    """ "30 min", "2 days" → "30m", "2d"."""
    plain = " ".join(text.lower().split())
    match = _LENGTH.fullmatch(plain)
    if match is None or not float(match[1].replace(",", ".")):
        raise ValueError(phrase(said.NO_SPAN, text=text.strip()[:60]))
    return _length(match[1], match[2])


def _length(number: str, unit: str) -> str:
    return f"{float(number.replace(',', '.')):g}{unit}"


def zone_typed(text: str) -> Json:
    """A city or a zone by its own name; a slip of the pen is no obstacle where only one is near."""
    plain = " ".join(text.split())
    exact = places.by_name(plain)
    if exact is not None or (plain and zone_named(plain) is not None):
        return exact or plain
    known = {places.city(name).casefold(): name for name in places.every()}
    near = difflib.get_close_matches(plain.rpartition("/")[2].casefold(), known, n=2, cutoff=0.8)
    if len(near) == 1:
        return known[near[0]]
    if near:
        names = " / ".join(places.city(known[one]) for one in near)
        raise ValueError(phrase(said.NO_PLACE_BUT, text=plain[:40], names=names))
    raise ValueError(phrase(said.NO_PLACE, text=plain[:40]))


def tags_typed(text: str) -> Json:
    """ "fr, en" → ["fr", "en"]; names of languages as they name themselves count too."""
    by_name = {name.casefold(): tag for tag, name in NATIVE.items()}
    found = []
    for part in re.split(r"[\s,;]+", text.strip()):
        tag = by_name.get(part.casefold(), part)
        if not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?", tag):
            raise ValueError(phrase(said.NO_LANGUAGE, text=part[:40]))
        found.append(tag if "-" in tag else tag.lower())
    return None if [one.lower() for one in found] in (["all"], ["any"]) else found


# ── how values read ──────────────────────────────────────────────────────────────────────────────────────────────


def _span(words: Words, value: Json) -> str:
    length = hours.duration(value)
    if length is None:
        return words.say(readers.SETTING_NONE)
    seconds = length.total_seconds()
    return f"{int(seconds)} s" if seconds < 60 else words.ago(seconds)


def _spans(value: Json) -> str:
    found = hours.windows_of({"windows": value})
    return ", ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in found)


def _say_pace(words: Words, value: Json) -> str:
    pace = hours.pace_of({"pace": value})
    parts = [words.say(said.APART, span=_span(words, f"{int(pace.gap.total_seconds())}s"))] if pace.gap else []
    parts += [words.say(said.PER_HOUR, number=pace.per_hour)] if pace.per_hour else []
    parts += [words.say(said.PER_DAY, number=pace.per_day)] if pace.per_day else []
    return ", ".join(parts) or words.say(rules.NO_LIMITS)


_MODE_WORDS: Final = {"silent": said.SILENT, "hold": said.HOLD, "digest": said.DIGEST}


def _say_quiet(words: Words, value: Json) -> str:
    quiet = hours.quiet_of({"quiet": value})
    if not quiet.spans:
        return words.say(readers.SETTING_NONE)
    spans = ", ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in quiet.spans)
    return f"{spans}, {words.say(_MODE_WORDS[quiet.mode])}"


def _say_windows(words: Words, value: Json) -> str:
    return _spans(value) or words.say(said.ALWAYS)


def _say_tags(words: Words, value: Json) -> str:
    tags = [str(one) for one in value] if isinstance(value, list | tuple) else []
    return ", ".join(NATIVE.get(tag, tag) for tag in tags) or words.say(said.ANY_LANGUAGE)


# ── the dials ────────────────────────────────────────────────────────────────────────────────────────────────────


def _dial_of_words(key: str, name: str, texts: Mapping[str, str], unset: str, **more: Any) -> Dial:
    """One of a few words."""

    def say(words: Words, value: Json) -> str:
        return words.say(texts.get(str(value), texts[unset]))

    return Dial(
        key=key,
        name=name,
        codes=tuple(texts),
        take=lambda code, _: _among(code, texts),
        label=lambda words, code: words.say(texts[code]),
        say=say,
        wide=2,
        **more,
    )


def _dial_of_spans(key: str, name: str, codes: Sequence[str], *, none: str = "", default: str = "") -> Dial:
    """A span of time; `none`: what it means to have none; `default`: what counts where nothing was said."""

    def say(words: Words, value: Json) -> str:
        value = default if value is None and default else value
        return words.say(none) if none and hours.duration(value) is None else _span(words, value)

    return Dial(
        key=key,
        name=name,
        codes=("off", *codes) if none and not default else tuple(codes),
        take=lambda code, _: None if code == "off" and not default else _among(code, codes),
        label=lambda words, code: say(words, None if code == "off" else code),
        say=say,
        ask=said.ASK_SPAN,
        read=span_typed,
    )


def _among(code: str, known: Sequence[str] | Mapping[str, str]) -> str:
    if code not in known:
        raise KeyError(code)
    return code


_PACES: Final = ("g0", "g3m", "g10m", "g30m", "h0", "h2", "h4", "h8", "d0", "d12", "d24", "d48")
_PACE_KEYS: Final = {"g": "gap", "h": "per_hour", "d": "per_day"}


def _take_pace(code: str, before: Json) -> Json:
    _among(code, _PACES)
    key, given = _PACE_KEYS[code[0]], code[1:]
    kept = {name: value for name, value in (before or {}).items() if name != key and value}
    wish: Json = None if given == "0" else given if key == "gap" else int(given)
    return ({**kept, key: wish} if wish else kept) or None


def _label_pace(words: Words, code: str) -> str:
    return "–" if code.endswith("0") and len(code) == 2 else _say_pace(words, _take_pace(code, None))


_NIGHTS: Final = ("off", "22:00-07:00", "23:00-06:00", "00:00-06:00")
_DAYS: Final = ("off", "07:00-22:00", "08:00-20:00", "06:00-09:00,17:00-22:00")


def _take_quiet(code: str, before: Json) -> Json:
    quiet = hours.quiet_of({"quiet": before})
    if code in _MODES:
        spans = [f"{start:%H:%M}-{end:%H:%M}" for start, end in quiet.spans] or [_NIGHTS[1]]
        return {"hours": spans, "mode": code}
    return None if _among(code, _NIGHTS) == "off" else {"hours": [code], "mode": quiet.mode}


def _label_quiet(words: Words, code: str) -> str:
    return words.say(_MODE_WORDS[code]) if code in _MODES else _label_hours(words, code, readers.SETTING_NONE)


def _label_hours(words: Words, code: str, off: str = said.ALWAYS) -> str:
    return words.say(off) if code == "off" else _spans(code.split(","))


def _zone_label(words: Words, code: str) -> str:
    return places.city(code)


_ZONES: Final = tuple(places.WELL_KNOWN)

_LIST: Final = (
    Dial(
        key="timezone", name=said.ZONE, codes=_ZONES, take=lambda code, _: _among(code, _ZONES), label=_zone_label,
        say=lambda _, value: str(value), ask=said.ASK_ZONE, read=zone_typed, wide=2,
    ),
    Dial(
        key="language", name=said.LANGUAGE, codes=tuple(NATIVE), take=lambda code, _: _among(code, NATIVE),
        label=lambda _, code: NATIVE[code], say=lambda _, value: NATIVE.get(str(value), str(value or "–")),
    ),
    Dial(
        key="pace", name=said.PACE, codes=_PACES, take=_take_pace, label=_label_pace, say=_say_pace,
        ask=said.ASK_PACE, read=pace_typed, example="30 min apart", wide=4,
    ),
    Dial(
        key="quiet", name=said.QUIET, codes=(*_NIGHTS, *_MODES), take=_take_quiet, label=_label_quiet, say=_say_quiet,
        ask=said.ASK_HOURS, read=quiet_typed, example="14:00-16:00 hold", wide=2,
    ),
    Dial(
        key="windows", name=said.WINDOWS, codes=_DAYS,
        take=lambda code, _: None if _among(code, _DAYS) == "off" else code.split(","),
        label=_label_hours, say=_say_windows, ask=said.ASK_HOURS, read=hours_typed, example="6-23", wide=2,
    ),
    Dial(
        key="approve", name=said.APPROVE, codes=("no", "yes"),
        take=lambda code, _: _among(code, ("no", "yes")) == "yes",
        label=lambda words, code: words.say(rules.ASK if code == "yes" else rules.NO_ASK),
        say=lambda words, value: words.say(rules.ASK if value else rules.NO_ASK), wide=2,
    ),
    _dial_of_spans("approve_after", said.AFTER, ("15m", "30m", "1h", "3h"), none=said.IT_WAITS),
    _dial_of_words(
        "also", said.ALSO, {"edit": said.ALSO_EDIT, "reply": said.ALSO_REPLY, "none": said.ALSO_NONE}, "edit"
    ),
    _dial_of_words(
        "big_changes", said.BIG_CHANGES,
        {
            BigChanges.EDIT.value: said.BIG_EDIT, BigChanges.REPLY.value: said.BIG_REPLY,
            BigChanges.ASK.value: said.BIG_ASK, BigChanges.KEEP.value: said.BIG_KEEP,
        },
        BigChanges.EDIT.value,
    ),
    _dial_of_words(
        "actions", said.ACTIONS,
        {
            Actions.AUTO.value: said.AUTO, Actions.BUTTONS.value: said.BUTTONS, Actions.LINKS.value: said.LINKS,
            Actions.NONE.value: readers.SETTING_NONE,
        },
        Actions.AUTO.value,
    ),
    _dial_of_words(
        "preview", said.PREVIEW,
        {
            Preview.LARGE_ABOVE.value: said.LARGE_ABOVE, Preview.LARGE_BELOW.value: said.LARGE_BELOW,
            Preview.SMALL.value: said.SMALL, Preview.NONE.value: readers.SETTING_NONE,
        },
        Preview.LARGE_ABOVE.value,
    ),
    _dial_of_spans("fresh_for", said.FRESH, ("1h", "3h", "6h", "12h")),
    _dial_of_spans("max_age", said.AGE, ("6h", "12h", "1d", "2d", "7d")),
    _dial_of_spans("hold", said.UNDO, ("0s", "5s", "10s", "30s", "1m"), none=readers.SETTING_NONE, default="10s"),
    Dial(
        key="languages", name=said.LANGUAGES, codes=("off",), take=lambda code, _: None,
        label=lambda words, _: words.say(said.ANY_LANGUAGE), say=_say_tags, ask=said.ASK_TAGS, read=tags_typed,
    ),
)  # fmt: skip
DIALS: Final[Mapping[str, Dial]] = {one.key: one for one in _LIST}
SEASONAL: Final = ("pace", "quiet", "windows", "approve", "max_age")
"""What a season may change."""
FLAGS: Final[Mapping[str, tuple[str, Json, Json]]] = {  # option -> its name, its value when it is on, when it is off
    "save": (said.SAVE, True, None),
    "protect": (said.PROTECT, True, None),
    "versions": (said.VERSIONS, True, None),
    "utm": (said.MARKS, True, None),
    "media": (said.COPY, "copy", None),
    "show_link": (said.ADDRESS, "yes", None),
}
