"""Times as people type them in the bot's languages, read once and said again in the plain English that the rest of the
program understands: "کل شام ۶ بجے" and "morgen Abend um 6" are "tomorrow 18:00".  Pure.

Only what is understood word by word counts; anything else is None, so that nobody's time is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from bot.language.timetokens import DAYS, MONTH_NAMES, Item, items_of

PARTS: Final = {"morning": 8, "noon": 12, "afternoon": 15, "evening": 18, "night": 21, "midnight": 0}
"""Parts of the day, and the hour that is meant where none is named."""
_KAL: Final = "ur"
MOST: Final = 120  # characters

_UNITS: Final = {"minute": "m", "hour": "h", "every": "d", "week": "w"}
_DAYLIKE: Final = ("every", "today", "tomorrow", "weekdays", "weekend", *DAYS)
_NOTHING: Final = Item(frozenset())
_NEAR: Final = {"today": 0, "tomorrow": 1, "overmorrow": 2, "yesterday": -1}


@dataclass(slots=True)
class _Clock:
    hour: int
    minute: int
    bound: bool = False  # a part of the day was said with it

    def of_part(self, part: str) -> None:
        if part in ("am", "pm") and not 1 <= self.hour <= 12:
            self.hour = 99  # no hour at all
        late = part in ("pm", "afternoon", "evening") or (part == "noon" and self.hour <= 5)
        if (late and 1 <= self.hour <= 11) or (part == "night" and 6 <= self.hour <= 11):
            self.hour += 12
        elif self.hour == 12 and part in ("am", "morning", "night", "midnight", "evening"):
            self.hour = 0
        self.bound = True

    def __str__(self) -> str:
        return f"{self.hour:02}:{self.minute:02}"


@dataclass(slots=True)
class Said:
    """What a text says.  `near`: days from today; `week`: "mon", "mon-fri"; `date`: "24 dec", "2026-12-24";
    `clocks`: "09:00"; `parts`: of the day, without an hour; `ahead`: "1h 30m"; `span`: from the first clock to the
    second."""

    near: list[int] = field(default_factory=list)
    week: list[str] = field(default_factory=list)
    date: str | None = None
    clocks: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    ahead: str | None = None
    every: bool = False
    span: bool = False
    quiet: bool = False


def moment_words(text: str, language: str | None = None) -> str | None:
    """One moment to come: "tomorrow 18:00", "fri 09:30", "24 dec 09:00", "in 1h 30m", "18:00"."""
    said = read(text, language)
    if said is None or said.every or said.span or said.quiet:
        return None
    if said.ahead:
        return None if said.clocks or said.parts or said.week or said.near else f"in {said.ahead}"
    days = [*(_day_name(day) for day in said.near), *said.week, *([said.date] if said.date else [])]
    clocks = [*said.clocks, *(f"{PARTS[part]:02}:00" for part in said.parts)]
    if len(days) > 1 or len(clocks) > 1 or not (days or clocks) or "-" in "".join(said.week):
        return None
    return " ".join([*days, *clocks])


def timetable_words(text: str, language: str | None = None) -> str | None:
    """Times that come again: "mon-fri 07:30 18:00", "every day 08:00"."""
    said = read(text, language)
    if said is None or said.near or said.date or said.ahead or said.span or said.quiet:
        return None
    parts = [part if part in ("morning", "noon", "evening", "midnight") else f"{PARTS[part]}:00" for part in said.parts]
    clocks = [*said.clocks, *parts]
    return " ".join([*(said.week or ["every day"]), *clocks]) if clocks else None


def span_words(text: str, language: str | None = None) -> str | None:
    """From a time of day to another: "22:00-07:00"."""
    said = read(text, language)
    if said is None or not said.span or len(said.clocks) != 2 or said.near or said.date or said.week:
        return None
    return f"{said.clocks[0]}-{said.clocks[1]}" if said.clocks[0] != said.clocks[1] else None


def says_quiet(text: str, language: str | None = None) -> bool:
    """Whether it is about quiet hours by its own words: "quiet 22-7"."""
    said = read(text, language)
    return said is not None and said.quiet and said.span


def past_day(text: str, today: date, language: str | None = None) -> date | None:
    """A day up to today: "yesterday", "gestern", "پیر" (the last one)."""
    said = read(text, language, past=True) or read(text, _KAL, past=True)
    if said is not None and said.every:  # "all" in Arabic, written as Urdu's "yesterday"
        said = read(text, _KAL, past=True)
    if said is None or said.clocks or said.parts or said.ahead or said.date:
        return None
    if len(said.near) == 1 and not said.week:
        return today + timedelta(days=min(0, said.near[0])) if said.near[0] <= 0 else None
    if len(said.week) == 1 and said.week[0] in DAYS and not said.near:
        return today - timedelta(days=(today.weekday() - DAYS.index(said.week[0])) % 7)
    return None


def read(text: str, language: str | None = None, *, past: bool = False) -> Said | None:
    """None where any word of it means nothing here.  `language`: the reader's, whose words come first; `past`: whether
    a word for both tomorrow and yesterday means yesterday."""
    if len(text) > MOST:
        return None
    items = items_of(text, language)
    if not items:
        return None
    _settle(items, past=past)
    items = [item for item in items if item.means != {""}]
    said = Said()
    if (ahead := _ahead(items)) is not None:
        said.ahead = ahead
        return said
    return _told(items, said)


# ── what they say together ───────────────────────────────────────────────────────────────────────────────────────


def _settle(items: list[Item], *, past: bool) -> None:
    """Each word with several meanings takes the one that its neighbours ask for."""
    for place, item in enumerate(items):
        meant = _meant(items, place, past=past)
        if meant is not None:
            item.means = frozenset({meant})


def _meant(items: Sequence[Item], place: int, *, past: bool) -> str | None:
    """What it means here; None where there is no doubt."""
    item = items[place]
    before = next((one for one in reversed(items[:place]) if one.means != {""}), _NOTHING)
    after = next((one for one in items[place + 1 :] if one.means != {""}), _NOTHING)
    timed = before.is_("number", "clock", "hour", *PARTS, "am", "pm")
    if item.is_("kal?"):
        return "yesterday" if past else "tomorrow"
    if item.is_("tomorrow?"):
        return "morning" if any(one.is_(*_DAYLIKE) for one in items[:place]) else "tomorrow"
    if item.is_("sun/week"):
        return "week" if before.is_("number") else "sun"
    if item.is_("at/to"):
        onward = after.is_("number", "clock", *PARTS) and _has_time(items[:place])
        return "to" if (timed and onward) or (before.is_(*DAYS) and after.is_(*DAYS)) else ""
    if item.is_("in") and (before.is_(*PARTS) or after.is_(*PARTS)):  # "in the morning"
        return ""
    if (item.is_("am", "pm") and not timed) or (item.is_("to") and not timed and not before.is_(*DAYS)):
        return ""
    if item.is_(*MONTH_NAMES) and item.is_(*DAYS):
        dated = (before.is_("number") or after.is_("number")) and sum(i.is_("number", "clock") for i in items) > 1
        return next(iter(item.means & set(MONTH_NAMES if dated else DAYS)))
    return None


def _has_time(items: Sequence[Item]) -> bool:
    """Whether a time stands there that another one could end."""
    last = max((place for place, item in enumerate(items) if item.is_("and")), default=-1)
    return any(item.is_("number", "clock") for item in items[last + 1 :])


def _ahead(items: Sequence[Item]) -> str | None:
    """ "in 1 h 30 min", "2 hours later": a length, and nothing else."""
    if not any(item.is_("in") for item in items) or any(
        not item.is_("in", "number", "and", "two hours", *_UNITS) for item in items
    ):
        return None
    rest = [item for item in items if not item.is_("in", "and")]
    if [item.means for item in rest] == [{"two hours"}]:
        return "2h"
    if not rest or len(rest) % 2:
        return None
    lengths = []
    for number, unit in zip(rest[::2], rest[1::2], strict=True):
        letter = next((letter for concept, letter in _UNITS.items() if unit.is_(concept)), None)
        if not number.is_("number") or letter is None:
            return None
        lengths.append(f"{int(number.text)}{letter}")
    return " ".join(lengths)


def _told(items: list[Item], said: Said) -> Said | None:
    """Days, times and parts of the day; None where numbers are left that say nothing."""
    flow: list[_Clock | str] = []  # clocks and parts in order, parted by "and" and "to"
    place = 0
    while place < len(items):
        named = said.date
        taken = _date(items, place, said) or _clock(items, place, flow) or _day(items, place, said)
        if not taken:
            taken = _mark(items[place], flow, said)
        if not taken or (named and said.date != named):
            return None
        place += taken
    clocks = [one for one in flow if isinstance(one, _Clock)]
    said.parts = _bind(flow)
    said.span = len(clocks) == 2 and "to" in flow and not said.parts
    if any(clock.hour > 23 or clock.minute > 59 for clock in clocks) or ("to" in flow and clocks and not said.span):
        return None
    said.clocks = [str(clock) for clock in clocks]
    return said


def _mark(item: Item, flow: list[_Clock | str], said: Said) -> int:
    part = next((part for part in (*PARTS, "am", "pm") if item.is_(part)), None)
    if part is not None:
        flow.append(part)
    elif item.is_("and", "to"):
        flow.append("to" if item.is_("to") else "and")
    elif item.is_("every"):
        said.every = True
    elif item.is_("quiet"):
        said.quiet = True
    elif not item.is_("", "hour", "day mark"):
        return 0
    return 1


def _date(items: Sequence[Item], place: int, said: Said) -> int:
    """ "24 December 2026", "December 24", "12 月 24 日", "2026-12-24": how many items it takes, 0 = none."""
    if items[place].is_("iso"):
        said.date = items[place].text
        return 1
    kinds = items[place : place + 5]
    marks = (("number",), ("month mark",), ("number",), ("day mark",))
    numbered = len(kinds) > 3 and all(kind.is_(*mark) for kind, mark in zip(kinds, marks, strict=False))
    if numbered and 1 <= int(kinds[0].text) <= 12:
        said.date = f"{int(kinds[2].text)} {MONTH_NAMES[int(kinds[0].text) - 1]}"
        return 4
    if len(kinds) < 2:
        return 0
    for number, named in ((0, 1), (1, 0)):
        month = next((month for month in MONTH_NAMES if kinds[named].is_(month)), None)
        if month is not None and kinds[number].is_("number") and len(kinds[number].text) < 3:
            year = kinds[2].text if len(kinds) > 2 and kinds[2].is_("number") and len(kinds[2].text) == 4 else ""
            said.date = f"{int(kinds[number].text)} {month} {year}".strip()
            return 3 if year else 2
    return 0


def _clock(items: Sequence[Item], place: int, flow: list[_Clock | str]) -> int:
    """ "9", "9:30", "9 Uhr 30", "9点半", "साढ़े 9 बजे": how many items it takes, 0 = none."""
    start = place
    half = items[place].is_("half") and place + 1 < len(items) and items[place + 1].is_("number")
    place += half
    item = items[place]
    if item.is_("clock"):
        hour, minute = item.text.split(":")
        flow.append(_Clock(int(hour), int(minute)))
        place += 1
        if place < len(items) and items[place].is_("hour"):
            place += 1
        return place - start
    if not item.is_("number") or len(item.text) > 2:
        return 0
    clock = _Clock(int(item.text), 30 if half else 0)
    place += 1
    marked = place < len(items) and items[place].is_("hour")
    place += marked
    rest = items[place:]
    if marked and rest and rest[0].is_("number") and len(rest[0].text) == 2:
        clock.minute = int(rest[0].text)
        place += 2 if len(rest) > 1 and rest[1].is_("minute") else 1
    elif rest and rest[0].is_("half"):
        clock.minute, place = 30, place + 1
    elif len(rest) > 1 and rest[0].is_("and") and rest[1].is_("half"):
        clock.minute, place = 30, place + 2
    flow.append(clock)
    return place - start


def _day(items: Sequence[Item], place: int, said: Said) -> int:
    item = items[place]
    for concept, days in _NEAR.items():
        if item.is_(concept):
            said.near.append(days)
            return 1
    for group, days_of in (("weekdays", "mon-fri"), ("weekend", "sat-sun")):
        if item.is_(group):
            said.week.append(days_of)
            return 1
    name = next((day for day in DAYS if item.is_(day)), None)
    if name is None:
        return 0
    last = place + 2
    if last < len(items) and items[place + 1].is_("to"):
        until = next((day for day in DAYS if items[last].is_(day)), None)
        if until is not None:
            said.week.append(f"{name}-{until}")
            return 3
    said.week.append(name)
    return 1


def _bind(flow: Sequence[_Clock | str]) -> list[str]:
    """Parts of the day go with the hour beside them, the one before them first; those that are left."""
    left: list[str] = []
    for place, one in enumerate(flow):
        if isinstance(one, _Clock) or one in ("and", "to"):
            continue
        before = flow[place - 1] if place else None
        after = flow[place + 1] if place + 1 < len(flow) else None
        if isinstance(before, _Clock) and not before.bound:
            before.of_part(one)
        elif isinstance(after, _Clock) and not after.bound:
            after.of_part(one)
        elif one not in ("am", "pm"):
            left.append(one)
    return left


def _day_name(days: int) -> str:
    return {0: "today", 1: "tomorrow", 2: "overmorrow"}.get(days, "yesterday")
