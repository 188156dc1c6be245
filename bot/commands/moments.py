"""Moments that people type: `18:00`, `2026-12-24 09:30`, `+45m`, in a channel's own zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.errors import Problem, UsageError

_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def parse_moment(text: str, *, zone: str, now: datetime) -> datetime:
    """The moment in UTC; a time of day that has passed means tomorrow.  An hour that a clock change skips or repeats
    is told, not guessed.  Raises UsageError."""
    place = ZoneInfo(zone)
    asked = text.strip().lower()
    if match := re.fullmatch(r"(?:\+|in )\s*(\d{1,5})\s*([mhd])", asked):
        return now + int(match[1]) * _UNITS[match[2]]
    if match := re.fullmatch(r"(\d{1,2}):(\d{2})", asked):
        local = now.astimezone(place)
        moment = _local(local.date().isoformat(), match[1], match[2], place, text)
        if moment <= now:
            moment = _local((local.date() + timedelta(days=1)).isoformat(), match[1], match[2], place, text)
        return moment
    if match := re.fullmatch(r"(\d{4}-\d{2}-\d{2})[t ](\d{1,2}):(\d{2})", asked):
        moment = _local(match[1], match[2], match[3], place, text)
        if moment <= now:
            raise UsageError(_bad(text, "It is in the past."))
        return moment
    raise UsageError(_bad(text, "It is not a time."))


def _local(day: str, hour: str, minute: str, place: ZoneInfo, text: str) -> datetime:
    try:
        naive = datetime.combine(datetime.fromisoformat(day), time(int(hour), int(minute)))
    except ValueError:
        raise UsageError(_bad(text, "There is no such day or hour.")) from None
    first, second = naive.replace(tzinfo=place, fold=0), naive.replace(tzinfo=place, fold=1)
    if first.utcoffset() != second.utcoffset():
        skipped = first.astimezone(UTC).astimezone(place).replace(tzinfo=None) != naive
        word = "does not exist" if skipped else "comes twice"
        raise UsageError(_bad(text, f"That hour {word} in {place.key}: the clocks change."))
    return first.astimezone(UTC)


def _bad(text: str, cause: str) -> Problem:
    return Problem(
        code="SW-C34",
        title=f'"{text}" cannot be used as a time.',
        cause=cause,
        fix="Write 18:00, 2026-12-24 09:30 or +45m.",
        where="--at",
        meanwhile="Nothing was scheduled.",
    )
