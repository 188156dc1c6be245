"""When to look again: pure decisions from what a source does, what its server asks, and what the operator wants.

A source that brings something every hour is looked at every quarter of an hour; one that sleeps is looked at ever more
rarely.  Servers may ask for patience (`Cache-Control`, `ttl`, `skipHours`) and get up to an hour of it, `Retry-After`
as long as it says.  Failures back off, doubling, with jitter so that a thousand sources do not come back together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from bot.errors import Phrase, lasting, phrase
from bot.model import Entry, SourceDocument

SHORTEST = timedelta(minutes=2)
LONGEST = timedelta(hours=6)
UNKNOWN = timedelta(minutes=15)  # a source whose entries carry no dates
MOST_PATIENCE = timedelta(hours=1)  # what a server's caching wishes may cost at most
PUSHED = timedelta(hours=1)  # a hub tells what is new; looking is only for what it forgets
FIRST_FAILURE = timedelta(minutes=2)
LONGEST_FAILURE = timedelta(hours=6)
GONE = timedelta(days=1)
_NEWEST = 20  # entries that tell the rhythm
_FADES = 0.98  # a silence of long ago explains less and less, with every check that brings something
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What a source's own dates and wishes say.  `as_json` and `from_json` keep it in the source's row."""

    gap: timedelta | None = None  # usual time between two entries
    longest: timedelta | None = None  # its nights and week-ends: the longest time between two entries, as they are seen
    newest: datetime | None = None
    skip_hours: tuple[int, ...] = ()  # of the day in UTC
    skip_days: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        value: dict[str, Any] = {}
        if self.gap is not None:
            value["gap"] = int(self.gap.total_seconds())
        if self.longest is not None:
            value["longest"] = int(self.longest.total_seconds())
        if self.newest is not None:
            value["newest"] = self.newest.isoformat()
        if self.skip_hours:
            value["skip_hours"] = list(self.skip_hours)
        if self.skip_days:
            value["skip_days"] = list(self.skip_days)
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Rhythm:
        return cls(
            gap=timedelta(seconds=value["gap"]) if "gap" in value else None,
            longest=timedelta(seconds=value["longest"]) if "longest" in value else None,
            newest=datetime.fromisoformat(value["newest"]) if "newest" in value else None,
            skip_hours=tuple(value.get("skip_hours", ())),
            skip_days=tuple(value.get("skip_days", ())),
        )


def rhythm_of(document: SourceDocument, now: datetime, before: Rhythm | None = None) -> Rhythm:
    """The rhythm that a document shows at the time `now`, and what is kept of the one `before`; dates in the future say
    nothing, and neither does a document without entries."""
    if before is not None and not document.entries:
        return replace(before, skip_hours=document.skip_hours, skip_days=document.skip_days)
    dates = _newest_dates(document.entries, now)
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(dates)]
    longest = max(gaps, default=0.0)
    if before is not None and before.longest is not None:
        longest = max(longest, before.longest.total_seconds() * _FADES)
    if before is not None and before.newest is not None and dates:
        longest = max(longest, (dates[0] - before.newest).total_seconds())
    return Rhythm(
        gap=timedelta(seconds=median(gaps)) if gaps else None,
        longest=timedelta(seconds=int(longest)) if longest else None,
        newest=dates[0] if dates else None,
        skip_hours=document.skip_hours,
        skip_days=document.skip_days,
    )


def _newest_dates(entries: Iterable[Entry], now: datetime) -> list[datetime]:
    dates = {date.astimezone(UTC) for entry in entries if (date := entry.published or entry.modified) and date <= now}
    return sorted(dates, reverse=True)[:_NEWEST]


def next_check(
    now: datetime,
    rhythm: Rhythm,
    *,
    every: timedelta | None = None,
    ttl: timedelta | None = None,
    max_age: timedelta | None = None,
    retry_at: datetime | None = None,
    pushed: bool = False,
    jitter: float = 0.5,
) -> datetime:
    """When to check next after a check that went well.

    every     the operator's wish: it replaces the rhythm and the caching wishes
    pushed    a WebSub hub tells us about news
    jitter    0 to 1; spreads the time by a tenth to either side
    """
    if every is not None:
        wait = every
    else:
        patience = max(max_age or timedelta(), ttl or timedelta())
        wait = max(_own_pace(now, rhythm), min(patience, MOST_PATIENCE), PUSHED if pushed else timedelta())
        wait *= 0.9 + 0.2 * jitter
    when = now + wait
    if every is None:
        when = _outside(when, rhythm)
    return max(when, retry_at) if retry_at else when


def _own_pace(now: datetime, rhythm: Rhythm) -> timedelta:
    if rhythm.newest is None:
        return UNKNOWN
    silence = max(now - rhythm.newest, timedelta())
    pace = max((rhythm.gap or silence) / 4, silence / 24)
    return min(max(pace, SHORTEST), LONGEST)


def _outside(when: datetime, rhythm: Rhythm) -> datetime:
    """Not in an hour or on a day that the feed wants skipped (RSS 2.0); a feed that skips everything is not heard."""
    if len(set(rhythm.skip_hours)) >= 24 or len(set(rhythm.skip_days)) >= 7:
        return when
    for _ in range(24 * 7):
        moment = when.astimezone(UTC)
        if moment.hour not in rhythm.skip_hours and _DAYS[moment.weekday()] not in rhythm.skip_days:
            return when
        when = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return when


def after_failure(
    now: datetime, failures: int, *, retry_at: datetime | None = None, gone: bool = False, jitter: float = 0.5
) -> datetime:
    """When to try again after the nth failure in a row (1 = the first)."""
    wait = GONE if gone else min(FIRST_FAILURE * 2 ** min(max(failures, 1) - 1, 12), LONGEST_FAILURE)
    when = now + wait * (0.8 + 0.4 * jitter)
    return max(when, retry_at) if retry_at else when


def usual(rhythm: Rhythm, now: datetime) -> Phrase | None:
    """Health in words and numbers: "usually 12 a day, none for 9 hours"; None when the dates say nothing."""
    if rhythm.newest is None:
        return None
    silence = span(now - rhythm.newest)
    if not rhythm.gap:
        return phrase("none for {silence}", silence=silence)
    a_day = timedelta(days=1) / rhythm.gap
    if a_day >= 1.5:
        return phrase("usually {number} a day, none for {silence}", number=round(a_day), silence=silence)
    return phrase("usually one every {gap}, none for {silence}", gap=span(rhythm.gap), silence=silence)


def is_silent(rhythm: Rhythm, now: datetime) -> bool:
    """True when a source has been quiet for longer than its rhythm, its nights and week-ends explain."""
    if rhythm.newest is None or not rhythm.gap:
        return False
    return now - rhythm.newest > max(rhythm.gap * 12, (rhythm.longest or timedelta()) * 1.5, timedelta(hours=6))


def span(length: timedelta) -> Phrase:
    """ "9 hours", "3 days", "12 minutes", "a minute"; whole units, at least two of them."""
    minutes = max(int(length.total_seconds()) // 60, 0)
    for size, name in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= 2 * size or (size == 1 and minutes):
            return lasting(minutes // size, name)
    return phrase("a minute")
