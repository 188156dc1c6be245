"""Times that people type, in the channel's zone; an hour that the clocks skip or repeat is told, never guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import UsageError
from bot.posts.moments import offset_if_twice, parse_moment

NOW = datetime(2026, 12, 8, 14, 0, tzinfo=UTC)  # a Tuesday, 15:00 in Paris


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("18:00", "2026-12-08 18:00"),
        ("9", "2026-12-09 09:00"),
        ("tomorrow 9", "2026-12-09 09:00"),
        ("Tomorrow at 9", "2026-12-09 09:00"),
        ("in 2 hours", "2026-12-08 17:00"),
        ("in 45m", "2026-12-08 15:45"),
        ("45m", "2026-12-08 15:45"),
        ("+1h 30m", "2026-12-08 16:30"),
        ("in 2 days", "2026-12-10 15:00"),
        ("18h", "2026-12-08 18:00"),
        ("18h30", "2026-12-08 18:30"),
        ("18.30", "2026-12-08 18:30"),
        ("9 pm", "2026-12-08 21:00"),
        ("12am", "2026-12-09 00:00"),
        ("noon", "2026-12-09 12:00"),
        ("tonight 21:00", "2026-12-08 21:00"),
        ("fri 18:30", "2026-12-11 18:30"),
        ("tue 9:30", "2026-12-15 09:30"),
        ("tuesday 18:00", "2026-12-08 18:00"),
        ("24 dec 09:30", "2026-12-24 09:30"),
        ("Dec 24, 9pm", "2026-12-24 21:00"),
        ("24.12. 09:30", "2026-12-24 09:30"),
        ("5/1 9:00", "2027-01-05 09:00"),
        ("2026-12-24T09:30", "2026-12-24 09:30"),
    ],
)
def test_words_become_moments_in_the_channels_zone(text: str, local: str) -> None:
    moment = parse_moment(text, zone="Europe/Paris", now=NOW)
    assert f"{moment.astimezone(ZoneInfo('Europe/Paris')):%Y-%m-%d %H:%M}" == local
    assert moment.tzinfo is UTC or moment.utcoffset() == timedelta()


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "not a time"),
        ("soon", "not a time"),
        ("tomorrow", "names no hour"),
        ("25:00", "no such hour"),
        ("13pm", "no such hour"),
        ("31 feb 10:00", "no such day"),
        ("2026-13-01 10:00", "no such day"),
        ("today 10:00", "in the past"),
        ("2020-01-01 10:00", "in the past"),
        ("in 900d", "more than a year"),
        ("in 99999w", "more than a year"),
    ],
)
def test_what_is_no_time_is_told_with_an_example(text: str, cause: str) -> None:
    with pytest.raises(UsageError) as told:
        parse_moment(text, zone="Europe/Paris", now=NOW)
    assert cause in told.value.problem.cause
    assert "18:00" in told.value.problem.fix


# zone, the day and hour that do not exist, the day and hour that come twice, and its two offsets
EDGES = [
    ("Europe/Paris", "2027-03-28 02:30", "2027-10-31 02:30", ("UTC+2", "UTC+1")),
    ("America/New_York", "2027-03-14 02:30", "2027-11-07 01:30", ("UTC-4", "UTC-5")),
    ("Australia/Lord_Howe", "2027-10-03 02:15", "2027-04-04 01:45", ("UTC+11", "UTC+10:30")),
    ("America/Santiago", "2027-09-05 00:30", "2027-04-03 23:30", ("UTC-3", "UTC-4")),
]


@pytest.mark.parametrize(("zone", "skipped", "twice", "offsets"), EDGES, ids=[edge[0] for edge in EDGES])
def test_both_edges_of_summer_time_are_safe(zone: str, skipped: str, twice: str, offsets: tuple[str, str]) -> None:
    place = ZoneInfo(zone)
    before = datetime.fromisoformat(skipped).replace(tzinfo=place) - timedelta(days=1)
    with pytest.raises(UsageError) as told:
        parse_moment(skipped, zone=zone, now=before)
    assert told.value.problem.code == "SW-P40"
    offered = told.value.problem.fix.rstrip(".").split()[-1]
    assert parse_moment(f"{skipped[:10]} {offered}", zone=zone, now=before) > before, "what is offered can be used"

    before = datetime.fromisoformat(twice).replace(tzinfo=place) - timedelta(days=1)
    with pytest.raises(UsageError) as told:
        parse_moment(twice, zone=zone, now=before)
    assert told.value.problem.code == "SW-P41"
    first, second = (parse_moment(f"{twice} {word}", zone=zone, now=before) for word in ("first", "second"))
    assert first < second
    assert {f"{moment.astimezone(place):%Y-%m-%d %H:%M}" for moment in (first, second)} == {twice}
    assert tuple(offset_if_twice(moment, place) for moment in (first, second)) == offsets
    day_after = parse_moment(f"in {24 * 60}m", zone=zone, now=first)
    assert day_after - first == timedelta(days=1), "spans of time do not know of clocks"


@pytest.mark.parametrize("zone", [edge[0] for edge in EDGES])
def test_the_same_clock_time_is_kept_across_an_edge(zone: str) -> None:
    place = ZoneInfo(zone)
    for month in (3, 4, 9, 10, 11):
        for day in range(1, 29):
            now = datetime(2027, month, day, 12, 0, tzinfo=place)
            moment = parse_moment("tomorrow 9:00", zone=zone, now=now.astimezone(UTC))
            assert f"{moment.astimezone(place):%H:%M}" == "09:00"
            assert offset_if_twice(moment, place) == ""
