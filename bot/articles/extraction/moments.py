"""Text becomes a moment: ISO 8601 and its usual damage, what mail and feeds write, and dates as people of many
languages write them.

Strict about order (year first, or a month's name, or a zone's habit); a day that does not exist is never guessed.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

from bot.articles.extraction.calendars import persian_day
from bot.articles.extraction.wordlists import table

_EARLIEST, _LATEST = 1990, 2100
_ISO = re.compile(
    r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?:[T\s,]{1,3}(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?\s*([AaPp]\.?[Mm]"
    r"\.?)?\s*(Z|[+-]\s?\d{2}:?\d{0,2}|[A-Z]{2,5}\b)?)?"
)
_SLASHED = re.compile(r"(?<!\d)(\d{1,4})[./\-](\d{1,2})[./\-](\d{1,4})(?!\d)")
_PLAIN = re.compile(r"(?:199|20\d)\d(?:-\d\d){2}T[012]\d(?::[0-5]\d){2}(?:Z|[+-][01]\d:[0-5]\d)")  # as most say it
_EAST = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_CLOCK = re.compile(
    r"(?<![\d:])(\d{1,2})\s?[:.hH時시点]\s?(\d{2})(?:[:.](\d{2}))?(?:[.,]\d{1,6})?\s*([AaPp]\.?\s?[Mm]\b\.?)?\s*(Z\b|"
    r"(?:GMT|UTC)?\s?[+-]\s?\d{1,2}:?\d{0,2}|[A-Z]{2,5}\b)?"
)
_HOUR_ONLY = re.compile(r"(?<![\d:])(\d{1,2})\s?([AaPp]\.?[Mm]\b\.?)\s*([A-Z]{2,4}\b)?")
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e30-\u0e4f"  # vowel signs and such are no \w
_NUMBER_OR_WORD = re.compile(rf"\d+|[^\W\d_](?:[^\W\d_]|[{_MARKS}])*")
_EPOCH = re.compile(r"^\s*(1[0-9]{9})(\d{3})?\s*$")
_IN_ADDRESS = re.compile(
    r"/(\d{4})/(\d{1,2}|[a-z]{3})/(\d{1,2})(?=/|-|$|\D)|(?<!\d)(20\d{2})[-_](\d{2})[-_](\d{2})(?!\d)|"
    r"/(20\d{2})(\d{2})(\d{2})(?!\d)"
)
DIGITS = {
    zero + value: str(value)
    for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xFF10)
    for value in range(10)
}


@cache
def _months() -> dict[str, int]:
    return {word.casefold(): int(number) for number, words in table("dates")["months"].items() for word in words}


@cache
def _zones() -> dict[str, int]:
    """Minutes east of UTC by abbreviation; only those that mean one zone in news."""
    return {name: int(minutes) for name, minutes in table("dates")["zones"].items()}


def read_date(text: str | None, *, day_first: bool = True) -> datetime | None:
    """The moment a text names, with its zone where it names one (else naive); None where it names none.

    Reads ISO 8601 and its usual damage, RFC 5322, epoch seconds and milliseconds, dates with a month's name in any of
    the languages of `tables/dates.toml`, and numbers alone (`day_first` decides what 3/4/2024 means).
    """
    if not text:
        return None
    text = text.strip()[:200]
    if _PLAIN.fullmatch(text):
        with suppress(ValueError):  # the 31st of June, say
            return datetime.fromisoformat(text)
    if not text.isascii():
        text = text.translate(DIGITS).replace("ق.ظ", "AM").replace("ب.ظ", "PM")
    if epoch := _EPOCH.match(text):
        return datetime.fromtimestamp(int(epoch[1]), UTC)
    if iso := _ISO.search(text):
        found = _iso(iso)
        if found:
            return found
    day = _named_day(text) or _numbered_day(text, day_first) or persian_day(text)
    if not day:
        return None
    year, month, date, end = day
    return _moment(year, month, date, text[: end[0]] + " " + text[end[1] :])


def time_on(day: datetime, text: str) -> datetime | None:
    """The moment of a line that names a day already known without its year, and a time: "8 января, 17:46"."""
    text = text if text.isascii() else text.translate(DIGITS)
    pieces = _NUMBER_OR_WORD.findall(text)
    if str(day.day) not in [piece.lstrip("0") for piece in pieces]:
        return None
    if not any(_months().get(piece.casefold()) == day.month for piece in pieces) or not _CLOCK.search(text):
        return None
    return _moment(day.year, day.month, day.day, text)


def _iso(match: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second, half, zone = match.groups()
    if not _plausible(int(year), int(month), int(day)):
        return None
    clock = _hours(int(hour), half) if hour else 0
    return _built(int(year), int(month), int(day), clock, int(minute or 0), min(int(second or 0), 59), zone)


def _built(year: int, month: int, day: int, hour: int, minute: int, second: int, zone: str | None) -> datetime | None:
    extra = timedelta()
    if hour == 24 and minute == 0:
        hour, extra = 0, timedelta(days=1)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(zone)) + extra
    except (ValueError, OverflowError):
        try:
            return datetime(year, month, day)  # noqa: DTZ001 - a day without a zone stays naive until claims are compared
        except ValueError:
            return None


def _zone(name: str | None) -> timezone | None:
    name = (name or "").replace(" ", "")
    if not name:
        return None
    if name in {"Z", "UTC", "GMT"}:
        return UTC
    if found := re.search(r"([+-])(\d{1,2}):?(\d{2})?$", name):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes)) if minutes < 24 * 60 else None
    minutes_east = _zones().get(name)
    return timezone(timedelta(minutes=minutes_east)) if minutes_east is not None else None


def _hours(hour: int, half: str | None) -> int:
    if half and hour <= 12:
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    return hour


def _named_day(text: str) -> tuple[int, int, int, tuple[int, int]] | None:
    """A day, a month's name and a year next to one another, in any order that people use."""
    if east := _EAST.search(text):
        year, month, day = int(east[1]), int(east[2]), int(east[3])
        return (year, month, day, east.span()) if _plausible(year, month, day) else None
    pieces = [(match[0], match.start(), match.end()) for match in _NUMBER_OR_WORD.finditer(text)]
    for index, (word, start, _end) in enumerate(pieces):
        month = _months().get(word.casefold().rstrip("."), 0)
        if not month:
            continue
        before = [
            int(piece) for piece, _, _ in pieces[max(0, index - 2) : index] if piece.isdigit() and len(piece) <= 4
        ]
        after = pieces[index + 1 : index + 5]
        numbers = [(int(piece), stop) for piece, _, stop in after if piece.isdigit() and len(piece) <= 4]
        years = [(number, stop) for number, stop in numbers[:3] if _EARLIEST <= number < _LATEST]
        first = pieces[index - 1] if index else ("", start, start)
        if before and 1 <= before[-1] <= 31 and years:
            return years[0][0], month, before[-1], (first[1], years[0][1])
        if years and numbers and 1 <= numbers[0][0] <= 31:
            return years[0][0], month, numbers[0][0], (start, years[0][1])
        if before and _EARLIEST <= before[-1] < _LATEST and numbers and 1 <= numbers[0][0] <= 31:
            return before[-1], month, numbers[0][0], (first[1], numbers[0][1])
    return None


def _numbered_day(text: str, day_first: bool) -> tuple[int, int, int, tuple[int, int]] | None:
    for match in _SLASHED.finditer(text):
        one, two, three = int(match[1]), int(match[2]), int(match[3])
        if len(match[1]) == 4:
            year, month, day = one, two, three
        elif len(match[3]) in {2, 4}:
            year = three if len(match[3]) == 4 else 2000 + three
            first_is_day = one > 12 or (day_first and two <= 12) or "." in match[0]
            day, month = (one, two) if first_is_day else (two, one)
        else:
            continue
        if _plausible(year, month, day):
            return year, month, day, match.span()
    return None


def _plausible(year: int, month: int, day: int) -> bool:
    return _EARLIEST <= year < _LATEST and 1 <= month <= 12 and 1 <= day <= 31


def _moment(year: int, month: int, day: int, rest: str) -> datetime | None:
    if clock := _CLOCK.search(rest):
        hour, minute = _hours(int(clock[1]), clock[4]), int(clock[2])
        if hour <= 24 and minute < 60:
            return _built(year, month, day, hour, minute, min(int(clock[3] or 0), 59), clock[5])
    if clock := _HOUR_ONLY.search(rest):
        return _built(year, month, day, _hours(int(clock[1]), clock[2]), 0, 0, clock[3])
    return _built(year, month, day, 0, 0, 0, None)


def day_in_address(url: str | None) -> datetime | None:
    """The day that an address names, as midnight in UTC: `/2024/03/05/`, `/2024/mar/05/`, `2024-03-05`, `/20240305`."""
    for match in _IN_ADDRESS.finditer((url or "")[:600]):
        parts = [part for part in match.groups() if part]
        month = int(parts[1]) if parts[1].isdigit() else _months().get(parts[1], 0)
        if _plausible(int(parts[0]), month, int(parts[2])):
            try:
                return datetime(int(parts[0]), month, int(parts[2]), tzinfo=UTC)
            except ValueError:
                continue
    return None
