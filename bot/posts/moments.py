"""Moments that people type: "18:00", "tomorrow 9", "fri 18:30", "24 dec 09:30", "in 45m", in a channel's own zone; in
other languages too, which `bot.language.times` puts into these words.

An hour that a change of the clocks skips or repeats is told, never guessed.  Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from bot.errors import Problem, UsageError, phrase
from bot.language.times import moment_words
from bot.posts.order import zone_of

FARTHEST: Final = timedelta(days=366)

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_RELATIVE: Final = re.compile(
    r"(?P<sign>in |\+)?\s*(?:(?P<hours>\d{1,4})\s*h(?:ours?|rs?)?\s*)?(?P<n>\d{1,5})\s*"
    r"(?P<unit>m(?:in(?:ute)?s?)?|h(?:ours?|rs?)?|d(?:ays?)?|w(?:eeks?)?)"
)
_CLOCK: Final = re.compile(r"(?P<h>\d{1,2})(?:[:.h](?P<m>\d{2})|h)?\s*(?P<half>am|pm)?|(?P<word>noon|midnight)")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[t ]?")
_NUMERIC: Final = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{4}))?[.,]?(?=\s|$)")
_NAMED: Final = re.compile(r"(?:(\d{1,2})\.?\s+([a-z]{3,9})|([a-z]{3,9})\s+(\d{1,2}))(?:\s+(\d{4}))?(?=\s|$)")
_WORD: Final = re.compile(r"(overmorrow|[a-z]{3,9})(?=\s|$)")
_NEAR: Final = {"today": 0, "tonight": 0, "tomorrow": 1, "overmorrow": 2, "yesterday": -1}
_WHICH: Final = {"first": 0, "second": 1}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A local day and time, as far as they were said."""

    day: date | None
    clock: time
    fold: int | None
    text: str


class _Unclear(UsageError):
    """Nothing of it is a time, in the words that are tried first."""


def parse_moment(text: str, *, zone: str, now: datetime, language: str | None = None) -> datetime:
    """The moment in UTC; a time of day that has passed means the next day, a weekday the next one.  `language`: of
    whoever typed it, for words that mean different things in different languages.

    Raises UsageError: no time, in the past, over a year away, or an hour that the clocks skip or repeat there."""
    try:
        return _moment(text, text, zone, now)
    except _Unclear:
        said = moment_words(text, language)
        if said is None:
            raise
    return _moment(said, text, zone, now)


def _moment(words: str, text: str, zone: str, now: datetime) -> datetime:
    """`text`: as it was typed, for what is told about it."""
    asked = re.sub(r"\s+", " ", words.strip().lower().replace(",", " ").replace(" at ", " ")).strip()
    moment = _relative(asked, now)
    if moment is None:
        place = zone_of(zone)
        moment = _absolute(_read(asked, now.astimezone(place), text), place, zone, now)
    if moment <= now:
        raise UsageError(_bad(text, phrase("It is in the past.")))
    if moment - now > FARTHEST:
        raise UsageError(_bad(text, phrase("It is more than a year away.")))
    return moment


def offset_if_twice(moment: datetime, zone: tzinfo) -> str:
    """ "UTC+2" where the local time comes twice that day, else nothing."""
    local = moment.astimezone(zone)
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return ""
    seconds = int((local.utcoffset() or timedelta()).total_seconds())
    sign, minutes = ("-" if seconds < 0 else "+"), abs(seconds) // 60
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "")


def _relative(asked: str, now: datetime) -> datetime | None:
    """ "in 45m", "+2h", "2 hours", "in 1h 30m"; but "18h" is a time of day."""
    match = _RELATIVE.fullmatch(asked)
    if match is None:
        return None
    unit, bare = match["unit"], match["sign"] is None
    if bare and unit == "h" and match["hours"] is None:
        return None
    if bare and unit == "m" and match["hours"] and " " not in asked:
        return None
    length = int(match["n"]) * _UNITS[unit[0]] + int(match["hours"] or 0) * _UNITS["h"]
    return now + length if length <= FARTHEST * 2 else now + FARTHEST * 2


def _read(asked: str, local: datetime, text: str) -> _Asked:
    fold: int | None = None
    for word, number in _WHICH.items():
        if asked.endswith(f" {word}"):
            asked, fold = asked.removesuffix(word).strip(), number
    day, rest = _day(asked, local, text)
    match = _CLOCK.fullmatch(rest.strip())
    if match is None or (day is None and not rest.strip()):
        if rest or day is None:
            raise _Unclear(_bad(text, phrase("It is not a time.")))
        raise UsageError(_bad(text, phrase("It names no hour.")))
    return _Asked(day, _clock(match, text), fold, text)


def _day(asked: str, local: datetime, text: str) -> tuple[date | None, str]:
    """The day that the text begins with, and what is left of it."""
    if match := _ISO.match(asked):
        return _date(int(match[1]), int(match[2]), int(match[3]), text), asked[match.end() :]
    if match := _NAMED.match(asked):
        name, number = (match[2], match[1]) if match[1] else (match[3], match[4])
        if name[:3] in _MONTHS:
            return _next_date(_MONTHS.index(name[:3]) + 1, int(number), match[5], local, text), asked[match.end() :]
    if (match := _NUMERIC.match(asked)) and (asked[match.end() :].strip() or match[3]):
        return _next_date(int(match[2]), int(match[1]), match[3], local, text), asked[match.end() :]
    match = _WORD.match(asked)
    if match is None or match[1] in ("noon", "midnight"):
        return None, asked
    rest = asked[match.end() :]
    if match[1] in _NEAR:
        return local.date() + timedelta(days=_NEAR[match[1]]), rest
    if match[1][:3] not in _DAYS:
        return None, asked
    ahead = (_DAYS.index(match[1][:3]) - local.weekday()) % 7
    clock = _CLOCK.fullmatch(rest.strip())
    if ahead == 0 and clock is not None and _clock(clock, text) <= local.time():
        ahead = 7
    return local.date() + timedelta(days=ahead), rest


def _next_date(month: int, day: int, year: str | None, local: datetime, text: str) -> date:
    """Of this year, or of the next where it has passed."""
    if year:
        return _date(int(year), month, day, text)
    found = _date(local.year, month, day, text)
    return found if found >= local.date() else _date(local.year + 1, month, day, text)


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise UsageError(_bad(text, phrase("There is no such day."))) from None


def _clock(match: re.Match[str], text: str) -> time:
    if match["word"]:
        return time(12 if match["word"] == "noon" else 0)
    hour, minute = int(match["h"]), int(match["m"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise UsageError(_bad(text, phrase("There is no such hour.")))
        hour = hour % 12 + (12 if match["half"] == "pm" else 0)
    if hour > 23 or minute > 59:
        raise UsageError(_bad(text, phrase("There is no such hour.")))
    return time(hour, minute)


def _absolute(asked: _Asked, place: tzinfo, zone: str, now: datetime) -> datetime:
    local = now.astimezone(place)
    moment = _local(asked, asked.day or local.date(), place, zone)
    if asked.day is None and moment <= now:
        moment = _local(asked, local.date() + timedelta(days=1), place, zone)
    return moment


def _local(asked: _Asked, day: date, place: tzinfo, zone: str) -> datetime:
    naive = datetime.combine(day, asked.clock)
    first, second = naive.replace(tzinfo=place, fold=0), naive.replace(tzinfo=place, fold=1)
    if first.utcoffset() != second.utcoffset():
        if first.astimezone(UTC).astimezone(place).replace(tzinfo=None) != naive:
            raise UsageError(_skipped(asked.text, naive, first.astimezone(UTC).astimezone(place), zone))
        if asked.fold is None:
            raise UsageError(_twice(asked.text, naive, zone))
        return (second if asked.fold else first).astimezone(UTC)
    return first.astimezone(UTC)


def _bad(text: str, cause: str) -> Problem:
    return Problem(
        code="SW-C34",
        title=phrase('"{text}" cannot be used as a time.', text=_short(text)),
        cause=cause,
        fix=phrase("Write 18:00, tomorrow 9:30, fri 18:30, 24 dec 09:30 or in 45m."),
        meanwhile="Nothing was scheduled.",
    )


def _skipped(text: str, naive: datetime, after: datetime, zone: str) -> Problem:
    return Problem(
        code="SW-P40",
        title=phrase('"{text}" does not exist on that day.', text=_short(text)),
        cause=phrase(
            "On {day} the clocks in {zone} go forward and skip {time}.",
            day=f"{naive:%d.%m.%Y}",
            zone=zone,
            time=f"{naive:%H:%M}",
        ),
        fix=phrase("Choose another time, for example {time}.", time=f"{after:%H:%M}"),
        meanwhile="Nothing was scheduled.",
    )


def _twice(text: str, naive: datetime, zone: str) -> Problem:
    return Problem(
        code="SW-P41",
        title=phrase('"{text}" comes twice on that day.', text=_short(text)),
        cause=phrase(
            "On {day} the clocks in {zone} go back, and {time} is there two times.",
            day=f"{naive:%d.%m.%Y}",
            zone=zone,
            time=f"{naive:%H:%M}",
        ),
        fix=phrase('Write "{text} first" or "{text} second".', text=_short(text)),
        meanwhile="Nothing was scheduled.",
    )


def _short(text: str) -> str:
    return text.strip()[:60]
