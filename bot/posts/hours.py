"""Hours: pace, quiet hours and seasons of a channel, as pure functions of its options and the time.

Times of day are the channel's; around a change of the clock a span begins and ends at the local times it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.model import Json

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_MOST_STEPS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    gap: timedelta | None = None
    per_hour: int | None = None
    per_day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """`mode`: silent (posted without sound), hold (posted when the hours end) or digest."""

    spans: tuple[tuple[time, time], ...] = ()
    mode: str = "silent"


def effective(options: Mapping[str, Json], now: datetime, zone: tzinfo) -> Mapping[str, Json]:
    """The options in force: the channel's, over them the season of the day, over them what was set until a time."""
    found = dict(options)
    today = now.astimezone(zone).date()
    for season in _tables(options.get("seasons")):
        if _date(season.get("from")) <= today <= _date(season.get("until")):
            found |= {key: value for key, value in season.items() if key not in ("from", "until")}
    for override in overrides(options, now):
        found |= {key: value for key, value in override.items() if key not in ("until", "what")}
    return found


def overrides(options: Mapping[str, Json], now: datetime) -> tuple[Mapping[str, Json], ...]:
    """What was set until a time that has not come yet."""
    given = options.get("override")
    listed = given if isinstance(given, list | tuple) else [given]
    return tuple(one for one in listed if isinstance(one, Mapping) and now < _moment(one.get("until")))


def pace_of(options: Mapping[str, Json]) -> Pace:
    wish = options.get("pace")
    if not isinstance(wish, Mapping):
        return Pace()
    return Pace(
        gap=duration(wish.get("gap")), per_hour=_count(wish.get("per_hour")), per_day=_count(wish.get("per_day"))
    )


def quiet_of(options: Mapping[str, Json]) -> Quiet:
    wish = options.get("quiet")
    mode = "silent"
    if isinstance(wish, Mapping):
        mode = str(wish.get("mode", "silent"))
        wish = wish.get("hours")
    texts = [wish] if isinstance(wish, str) else list(wish or ()) if isinstance(wish, list | tuple) else []
    spans = tuple(span for text in texts if (span := _span(str(text))))
    return Quiet(spans=spans, mode=mode if mode in ("silent", "hold", "digest") else "silent")


def windows_of(options: Mapping[str, Json]) -> tuple[tuple[time, time], ...]:
    """The times of day in which a channel posts at all; none = always."""
    wish = options.get("windows")
    texts = [wish] if isinstance(wish, str) else list(wish or ()) if isinstance(wish, list | tuple) else []
    return tuple(span for text in texts if (span := _span(str(text))))


def next_open(windows: Sequence[tuple[time, time]], moment: datetime, zone: tzinfo) -> datetime:
    """The first time from `moment` on that lies in a window."""
    if not windows or quiet_until(Quiet(spans=tuple(windows)), moment, zone) is not None:
        return moment
    today = moment.astimezone(zone).date()
    starts = (
        datetime.combine(today + timedelta(days=ahead), start, zone).astimezone(UTC)
        for ahead in range(3)
        for start, _ in windows
    )
    return min((start for start in starts if start >= moment), default=moment)


def is_quiet(quiet: Quiet, moment: datetime, zone: tzinfo) -> bool:
    return quiet_until(quiet, moment, zone) is not None


def quiet_until(quiet: Quiet, moment: datetime, zone: tzinfo) -> datetime | None:
    """When the quiet hours that `moment` lies in end; None outside of them."""
    local = moment.astimezone(zone)
    for start, end in quiet.spans:
        for day in (local.date() - timedelta(days=1), local.date()):
            begins = datetime.combine(day, start, zone).astimezone(UTC)
            last = day if start < end else day + timedelta(days=1)
            ends = datetime.combine(last, end, zone).astimezone(UTC)
            if begins <= moment < ends:
                return ends
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """When a post may go out: `why` names what it waits for (pace, windows, hold; None = nothing), `held` tells whether
    quiet hours kept it back, `quiet` is the mode of the quiet hours that it comes in."""

    at: datetime
    why: str | None = None
    held: bool = False
    quiet: str | None = None


def next_turn(options: Mapping[str, Json], taken: Sequence[datetime], earliest: datetime, zone: tzinfo) -> Turn:
    """The first moment from `earliest` on that a channel's pace, windows and quiet hours allow, each as it is in force
    at that moment: what was set until a time counts no longer than that."""
    moment, why, held = earliest, None, False
    for _ in range(_MOST_STEPS):
        now_so = effective(options, moment, zone)
        later, cause = _not_before(now_so, taken, moment, zone)
        if later <= moment:
            break
        ends = [_moment(one.get("until")) for one in overrides(options, moment)]
        moment, why, held = min([later, *ends]), cause, held or cause == "hold"
    quiet = quiet_of(effective(options, moment, zone))
    return Turn(at=moment, why=why, held=held, quiet=quiet.mode if is_quiet(quiet, moment, zone) else None)


def _not_before(
    options: Mapping[str, Json], taken: Sequence[datetime], moment: datetime, zone: tzinfo
) -> tuple[datetime, str]:
    """What is in force at this moment puts it off until then, and which of it does."""
    slot = next_slot(pace_of(options), taken, moment)
    if slot > moment:
        return slot, "pace"
    opens = next_open(windows_of(options), moment, zone)
    if opens > moment:
        return opens, "windows"
    quiet = quiet_of(options)
    ends = quiet_until(quiet, moment, zone) if quiet.mode == "hold" else None
    return (ends, "hold") if ends is not None else (moment, "")


def next_slot(pace: Pace, taken: Sequence[datetime], earliest: datetime) -> datetime:
    """The first moment from `earliest` on that keeps the pace; `taken` are the channel's posts, sent and waiting."""
    times = sorted(taken)
    moment = earliest
    for _ in range(_MOST_STEPS):
        later = max(
            _after_gap(pace.gap, times, moment),
            _after_count(pace.per_hour, timedelta(hours=1), times, moment),
            _after_count(pace.per_day, timedelta(days=1), times, moment),
        )
        if later <= moment:
            return moment
        moment = later
    return moment


def duration(value: Json) -> timedelta | None:
    """ "3m", "2h", "1.5d" or seconds."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return timedelta(seconds=value) if value > 0 else None
    match = _DURATION.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if match is None:
        return None
    seconds = float(match[1]) * _UNITS[match[2]]
    return timedelta(seconds=seconds) if 0 < seconds < 10**9 else None


def _after_gap(gap: timedelta | None, times: Sequence[datetime], moment: datetime) -> datetime:
    if gap is None:
        return moment
    near = [taken for taken in times if abs(taken - moment) < gap]
    return max(near) + gap if near else moment


def _after_count(most: int | None, span: timedelta, times: Sequence[datetime], moment: datetime) -> datetime:
    if most is None:
        return moment
    within = [taken for taken in times if moment - span < taken <= moment]
    return within[len(within) - most] + span if len(within) >= most else moment


def _span(text: str) -> tuple[time, time] | None:
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return time(int(match[1]) % 24, int(match[2])), time(int(match[3]) % 24, int(match[4]))
    except ValueError:
        return None


def _tables(value: Json) -> list[Mapping[str, Json]]:
    return [table for table in value.values() if isinstance(table, Mapping)] if isinstance(value, Mapping) else []


def _date(value: Json) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return date.min


def _moment(value: Json) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _count(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
