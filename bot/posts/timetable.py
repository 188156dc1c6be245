"""Timetables: when something comes, in plain words or as a cron expression, at the times of a zone.  Pure.

Around a change of the clock cron's custom holds (cronsim): a time that is skipped comes as soon as the clock is past
it, a time that occurs twice comes once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.language.times import timetable_words
from bot.model import Json

if TYPE_CHECKING:
    from cronsim import CronSim

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = "mon-sun"
MOST_TIMES, MOST_IN_WORDS = 24, 4
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMES = {
    **dict(zip(DAYS, DAYS, strict=True)),
    **dict(zip(_LONG, DAYS, strict=True)),
    **{f"{long}s": short for long, short in zip(_LONG, DAYS, strict=True)},
    "tues": "tue",
    "weds": "wed",
    "thur": "thu",
    "thurs": "thu",
}
_GROUPS = {
    "weekday": "mon-fri", "weekdays": "mon-fri", "workdays": "mon-fri", "weekend": "sat-sun", "weekends": "sat-sun",
    "daily": EVERY_DAY, "day": EVERY_DAY, "days": EVERY_DAY,
}  # fmt: skip
_TIMES = {"morning": (7, 30), "noon": (12, 0), "midday": (12, 0), "evening": (18, 0), "midnight": (0, 0)}
_TIME = re.compile(r"(\d{1,2})(?:[:h.](\d{2}))?\s*(am|pm)?")
_ABOUT_PART = re.compile(r"\d.*\b(?:morning|evening)|\b(?:morning|evening).*\d")  # "every morning at 8" is one time
_PLAIN_CRON = re.compile(r"(\d{1,2}) (\d{1,2}) \* \* (\*|[0-7](?:,[0-7])*)")
_FILLERS = frozenset({"at", "every", "each", "on", "the", "in", "and", "o'clock", "from", "to"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """`crons`: expressions of five fields; whichever comes next counts."""

    crons: tuple[str, ...]

    @property
    def hours(self) -> tuple[tuple[tuple[int, ...], tuple[str, ...]], ...]:
        """Days of the week (0 is Monday) with their times ("07:30"), as far as the expressions are as plain as that;
        empty where any is not."""
        found: dict[tuple[int, ...], list[str]] = {}
        for cron in self.crons:
            plain = _PLAIN_CRON.fullmatch(cron)
            if plain is None:
                return ()
            days = range(7) if plain[3] == "*" else sorted((int(day) - 1) % 7 for day in plain[3].split(","))
            found.setdefault(tuple(days), []).append(f"{int(plain[2]):02}:{int(plain[1]):02}")
        return tuple((days, tuple(times)) for days, times in found.items())

    def last(self, now: datetime, zone: tzinfo, *, within: timedelta) -> datetime | None:
        """The latest time that has come and is not longer ago; in the zone."""
        found = [moment for cron in self.crons for moment in _between(cron, now - within, now, zone)]
        return max(found, default=None)

    def next(self, now: datetime, zone: tzinfo) -> datetime | None:
        """The first time after now; in the zone."""
        found = [moment for cron in self.crons if (moment := _first_after(cron, now, zone)) is not None]
        return min(found, default=None)


def read(wish: Json, language: str | None = None) -> Timetable | None:
    """ "07:30 mon-fri", "every morning at 8", "weekdays 7:30 and 18:00", "30 7 * * 1-5", or a list of such; in other
    languages too, that of `language` first.  None when any of it makes no sense."""
    texts = [wish] if isinstance(wish, str) else list(wish) if isinstance(wish, list | tuple) else []
    crons: list[str] = []
    for text in texts:
        found = _crons(str(text), language)
        if not found:
            return None
        crons += found
    return Timetable(crons=tuple(dict.fromkeys(crons))[:MOST_TIMES]) if crons else None


@lru_cache(maxsize=512)
def _crons(text: str, language: str | None) -> tuple[str, ...]:
    plain = " ".join(text.strip().lower().replace("–", "-").split())[:120].removeprefix("cron:").strip()
    if len(plain.split()) == 5 and re.fullmatch(r"[\d*,/#a-z\- ]+", plain) and _simulated(plain, _anywhen()):
        return (plain,)
    if not _ABOUT_PART.search(plain) and (found := _from_words(plain)):
        return found
    return _from_words(timetable_words(text, language) or "")


def _from_words(text: str) -> tuple[str, ...]:
    times: list[tuple[int, int]] = []
    days: set[int] = set()
    for word in re.sub(r"(\d)\s+(am|pm)\b", r"\1\2", text.replace(",", " ")).split():
        if word in _FILLERS:
            continue
        if (time := _time(word)) is not None:
            times.append(time)
        elif (named := _days(word)) is not None:
            days |= named
        else:
            return ()
    if len(times) > MOST_IN_WORDS:
        return ()
    chosen = "*" if len(days) in (0, 7) else ",".join(str((day + 1) % 7) for day in sorted(days))
    return tuple(f"{minute} {hour} * * {chosen}" for hour, minute in times)


def _time(word: str) -> tuple[int, int] | None:
    if word in _TIMES:
        return _TIMES[word]
    match = _TIME.fullmatch(word)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[3] == "pm" else 0)
    return (hour, minute) if hour < 24 and minute < 60 else None


def _days(word: str) -> set[int] | None:
    word = _GROUPS.get(word, word)
    first, dash, last = word.partition("-")
    if first not in _NAMES or (dash and last not in _NAMES):
        return None
    start, end = DAYS.index(_NAMES[first]), DAYS.index(_NAMES[last if dash else first])
    return {day % 7 for day in range(start, end + (8 if end < start else 1))}


def _between(cron: str, after: datetime, until: datetime, zone: tzinfo) -> Iterator[datetime]:
    for moment in _moments(cron, after - timedelta(hours=2), zone):
        if moment.astimezone(UTC) > until:
            return
        if moment.astimezone(UTC) > after:
            yield moment


def _first_after(cron: str, now: datetime, zone: tzinfo) -> datetime | None:
    return next((one for one in _moments(cron, now - timedelta(hours=2), zone) if one.astimezone(UTC) > now), None)


def _moments(cron: str, after: datetime, zone: tzinfo) -> Iterator[datetime]:
    simulated = _simulated(cron, after.astimezone(zone))
    return iter(()) if simulated is None else simulated


def _simulated(cron: str, start: datetime) -> CronSim | None:
    from cronsim import CronSim, CronSimError

    try:
        return CronSim(cron, start)
    except CronSimError:
        return None


def _anywhen() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)
