"""Timetables: plain words and cron alike, and both edges of the year's clock in four zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.posts import timetable


@pytest.mark.parametrize(
    ("words", "crons"),
    [
        ("07:30 mon-fri", ("30 7 * * 1,2,3,4,5",)),
        ("every day at 8", ("0 8 * * *",)),
        ("weekdays 7:30 and 18:00", ("30 7 * * 1,2,3,4,5", "0 18 * * 1,2,3,4,5")),
        ("on Mondays at 9 pm", ("0 21 * * 1",)),
        ("sat-mon 9", ("0 9 * * 1,6,0",)),
        ("weekend at noon", ("0 12 * * 6,0",)),
        ("mon, wed 18:15", ("15 18 * * 1,3",)),
        ("12 am", ("0 0 * * *",)),
        ("evening", ("0 18 * * *",)),
        ("cron: 30 7 * * 1-5", ("30 7 * * 1-5",)),
        ("*/15 8-10 * * *", ("*/15 8-10 * * *",)),
        (["07:30", "18:00"], ("30 7 * * *", "0 18 * * *")),
    ],
)
def test_plain_words_and_cron_are_understood(words: Any, crons: tuple[str, ...]) -> None:
    found = timetable.read(words)
    assert found is not None
    assert found.crons == crons


@pytest.mark.parametrize(
    "words",
    ["", "25:00", "13 pm", "07:60", "07:30 xxx", "mon-xxx 8", "xxx-fri 8", "mon-fri", "60 7 * * *", "1 2 3 4 5 6",
     ["07:30", "soon"], [], None, 7, {"at": "07:30"}],
)  # fmt: skip
def test_what_makes_no_sense_is_no_timetable(words: Any) -> None:
    assert timetable.read(words) is None


# zone, the day its clock changes, and 02:30 there in UTC: on the day before, on the day, on the day after
EDGES = [
    ("Europe/Berlin", "2026-03-29", "01:30", "01:00", "00:30"),  # 02:30 is skipped: as soon as it is 03:00
    ("Europe/Berlin", "2026-10-25", "00:30", "00:30", "01:30"),  # 02:30 occurs twice: the first
    ("America/New_York", "2026-03-08", "07:30", "07:00", "06:30"),
    ("America/New_York", "2026-11-01", "06:30", "07:30", "07:30"),  # there it is 01:00 to 02:00 that occurs twice
    ("Australia/Sydney", "2026-10-04", "16:30", "16:00", "15:30"),
    ("Australia/Sydney", "2026-04-05", "15:30", "15:30", "16:30"),
    ("Asia/Karachi", "2026-03-29", "21:30", "21:30", "21:30"),  # no change at all
    ("Asia/Karachi", "2026-10-25", "21:30", "21:30", "21:30"),
]


@pytest.mark.parametrize(("zone", "day", "before", "on", "after"), EDGES)
def test_a_change_of_the_clock_neither_doubles_nor_loses_a_time(
    zone: str, day: str, before: str, on: str, after: str
) -> None:
    times = timetable.read("02:30")
    assert times is not None
    there = ZoneInfo(zone)
    moment = datetime.fromisoformat(day).replace(tzinfo=there) - timedelta(days=1)
    end = moment + timedelta(days=3)
    found = []
    while (moment := times.next(moment.astimezone(UTC), there) or end) < end:
        found.append(f"{moment.astimezone(UTC):%H:%M}")
    assert found == [before, on, after]


@pytest.mark.parametrize(("zone", "day", "before", "on", "after"), EDGES)
def test_looking_back_finds_each_time_once(zone: str, day: str, before: str, on: str, after: str) -> None:
    """Asked every ten minutes through the night, as the digests' stage does."""
    times = timetable.read("02:30")
    assert times is not None
    there = ZoneInfo(zone)
    start = (datetime.fromisoformat(day).replace(tzinfo=there) - timedelta(days=1)).astimezone(UTC)
    slots = [times.last(start + timedelta(minutes=10 * n), there, within=timedelta(hours=2)) for n in range(6 * 72)]
    found = dict.fromkeys(slot.astimezone(UTC) for slot in slots if slot)
    assert [f"{slot:%H:%M}" for slot in found] == [before, on, after]


def test_of_several_times_the_nearest_counts() -> None:
    times = timetable.read("07:30 and 18:00")
    assert times is not None
    noon = datetime(2026, 12, 9, 12, tzinfo=UTC)
    assert times.next(noon, UTC) == noon.replace(hour=18)
    assert times.last(noon, UTC, within=timedelta(hours=6)) == noon.replace(hour=7, minute=30)
    assert times.last(noon, UTC, within=timedelta(hours=2)) is None


def test_a_date_that_never_comes_has_no_next() -> None:
    times = timetable.read("0 8 31 2 mon")
    assert times is not None
    assert times.next(datetime(2026, 12, 9, tzinfo=UTC), UTC) is not None  # cron's custom: that date, or a Monday
    assert timetable.read("0 8 31 2 *") is None
