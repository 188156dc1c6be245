"""Dates as publishers write them → aware datetimes.

Feeds promise RFC 822 or RFC 3339 and send everything: missing zones (read as UTC), zone names, French months, Urdu
digits, epochs, leap seconds.  What cannot be a date (30 February, year 0) is None, never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from bot.sources.calendar_words import MONTHS, ZONES

_NUMERIC = re.compile(
    r"^(?P<y>\d{4})(?:[-/.年년]\s?(?P<m>\d{1,2})(?:[-/.月월]\s?(?P<d>\d{1,2})[日일]?)?)?(?:\.?[T_,]?\s*(?P<rest>.*))?$",
    re.DOTALL,
)
_COMPACT = re.compile(r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:T?(?P<rest>\d.*))?$")
_DAY_FIRST = re.compile(r"^(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4}|\d{2})(?:[T,]?\s+(?P<rest>.*))?$")
_CLOCK = re.compile(
    r"(?P<h>\d{1,2})[:.時시h](?:\s?(?P<mi>\d{1,2}))?(?:[:.分분](?:\s?(?P<s>\d{1,2}))?)?(?:[.,](?P<f>\d+))?[秒초分분]?\s*(?P<half>[ap]\.?m\b\.?)?",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"(?:GMT|UTC|Z)?\s*([+\-−–])(\d{1,2}):?(\d{2})?(?!\d)")
_ZONE_NAME = re.compile(r"\b([A-Z]{1,5})\b")
_YEAR = re.compile(r"(?<![\d:.+-])(\d{4})(?![\d:])")
_DAY = re.compile(r"(?<![\d:.+-])(\d{1,2})(?:er|st|nd|rd|th|º|ª|\.)?(?![\d:])")
_WORD = re.compile(r"[^\W\d_]+\.?", re.UNICODE)
_RFC822 = re.compile(
    r"^(?:[A-Za-z]{3,9}\.?,?\s+)?(\d{1,2})\s+([A-Za-z]{3})[a-z]*\.?\s+(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?"
    r"(?:\.\d+)?\s*(?:([+-]\d{4})|([A-Z]{1,5}))?$"
)
_AFTERNOON = re.compile("오후|下午|午後")
_EARLIEST_YEAR = 1900


@lru_cache(maxsize=2048)
def parse_date(text: str | None) -> datetime | None:
    """The moment that `text` names, in UTC or with the offset given; None when it names none."""
    if not text:
        return None
    text = " ".join(text.split())
    if not text or len(text) > 100:
        return None
    when = _quick(text)
    if when is not None:
        return _sane(when)
    try:
        return _slow(_plain_digits(text))
    except (ValueError, OverflowError):
        return None


def _quick(text: str) -> datetime | None:
    """The two forms that nearly every feed uses."""
    match = _RFC822.match(text)
    if match:
        day, month_name, year, hour, minute, second, offset, zone = match.groups()
        month = MONTHS.get(month_name.lower())
        if month and (offset or not zone or zone in ZONES):
            minutes = _minutes(offset) if offset else ZONES.get(zone or "", 0)
            return _make(int(year), month, int(day), int(hour), int(minute), int(second or 0), 0, minutes)
        return None
    if text[4:5] == "-":
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            return None
        return when if when.tzinfo else when.replace(tzinfo=UTC)
    return None


def _minutes(offset: str) -> int:
    minutes = int(offset[1:3]) * 60 + int(offset[3:5])
    return -minutes if offset[0] == "-" else minutes


def _slow(text: str) -> datetime | None:
    if re.fullmatch(r"-?\d{9,10}(?:\.\d+)?|\d{13}", text):
        number = float(text)
        return _sane(datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC))
    numbers = _COMPACT.match(text) or _NUMERIC.match(text) or _DAY_FIRST.match(text)
    if numbers:
        return _from_numbers(numbers)
    return _from_words(text)


def _from_numbers(match: re.Match[str]) -> datetime | None:
    year, month, day = _full_year(match["y"]), int(match["m"] or 1), int(match["d"] or 1)
    if match.re is _DAY_FIRST and month > 12 >= day:
        month, day = day, month
    return _with_clock(year, month, day, match["rest"] or "")


def _from_words(text: str) -> datetime | None:
    """`3 février 2026 à 14:05`, `Thu Jan  1 12:00:00 2026`, `January 2, 2026, 3:04 p.m. EST`, in any order."""
    month = _month(text)
    if not month:
        return None
    clock = _CLOCK.search(text)
    bare = text[: clock.start()] + " " + text[clock.end() :] if clock else text
    bare = _OFFSET.sub(" ", bare) if clock else bare
    year = _YEAR.search(bare)
    if year:
        bare = bare[: year.start()] + " " + bare[year.end() :]
    days = [int(found[1]) for found in _DAY.finditer(bare)]
    if not days:
        return None
    if not year and len(days) < 2:
        return None
    full = int(year[1]) if year else _full_year(f"{days[1]:02d}")
    return _with_clock(full, month, days[0], text[clock.start() :] if clock else "")


def _month(text: str) -> int | None:
    for word in _WORD.findall(text):
        month = MONTHS.get(word.rstrip(".").lower())
        if month:
            return month
    return None


def _with_clock(year: int, month: int, day: int, rest: str) -> datetime | None:
    clock = _CLOCK.search(rest)
    if not clock:
        return _make(year, month, day, 0, 0, 0, 0, _offset(rest))
    hour, minute, second = int(clock["h"]), int(clock["mi"] or 0), int(clock["s"] or 0)
    half = "p" if _AFTERNOON.search(rest) else (clock["half"] or "").lower()[:1]
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    micro = int((clock["f"] or "0")[:6].ljust(6, "0"))
    return _make(year, month, day, hour, minute, second, micro, _offset(rest[clock.end() :]))


def _offset(rest: str) -> int:
    """Minutes east of Greenwich that `rest` names; 0 when it names none."""
    found = _OFFSET.search(rest)
    if found:
        sign = 1 if found[1] == "+" else -1
        return sign * (int(found[2]) * 60 + int(found[3] or 0))
    for name in _ZONE_NAME.findall(rest):
        if name in ZONES:
            return ZONES[name]
    return 0


def _make(
    year: int, month: int, day: int, hour: int, minute: int, second: int, micro: int, offset: int
) -> datetime | None:
    extra = timedelta()
    if second == 60:  # a leap second belongs to the minute that it ends
        second = 59
    if hour == 24:
        hour, extra = 0, timedelta(days=1)
    if abs(offset) >= 24 * 60:
        offset = 0
    zone = UTC if not offset else timezone(timedelta(minutes=offset))
    try:
        return _sane(datetime(year, month, day, hour, minute, second, micro, zone) + extra)
    except (ValueError, OverflowError):
        return None


def _sane(when: datetime) -> datetime | None:
    return when if _EARLIEST_YEAR <= when.year <= 9998 else None


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < 69 else 1900)


def _plain_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
