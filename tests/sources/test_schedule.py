"""When to look again: decisions of values, one line each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Entry, SourceDocument, SourceKind
from bot.sources import schedule
from bot.sources.schedule import Rhythm

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)  # a Thursday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def document(*ages: timedelta | None) -> SourceDocument:
    entries = tuple(Entry(published=None if age is None else NOW - age) for age in ages)
    return SourceDocument(kind=SourceKind.FEED, format="rss20", entries=entries, skip_hours=(3,), skip_days=("Friday",))


def test_the_rhythm_is_read_off_the_dates() -> None:
    rhythm = schedule.rhythm_of(document(HOUR, 2 * HOUR, 4 * HOUR, None, -DAY), NOW)
    wishes = {"skip_hours": (3,), "skip_days": ("Friday",)}
    assert rhythm == Rhythm(gap=1.5 * HOUR, longest=2 * HOUR, newest=NOW - HOUR, **wishes)  # type: ignore[arg-type]
    assert Rhythm.from_json(rhythm.as_json()) == rhythm
    assert Rhythm.from_json(schedule.rhythm_of(document(None), NOW).as_json()) == Rhythm(
        skip_hours=(3,), skip_days=("Friday",)
    )
    assert Rhythm.from_json({}) == Rhythm()


def test_nights_and_week_ends_are_remembered_and_fade() -> None:
    before = Rhythm(gap=HOUR, longest=10 * HOUR, newest=NOW - 15 * HOUR)
    assert schedule.rhythm_of(document(HOUR, 2 * HOUR), NOW, before).longest == 14 * HOUR
    assert schedule.rhythm_of(document(14 * HOUR, 15 * HOUR), NOW, before).longest == 0.98 * 10 * HOUR
    assert schedule.rhythm_of(document(), NOW, before).newest == before.newest, "nothing listed says nothing"
    quiet = Rhythm(gap=HOUR, newest=NOW - 13 * HOUR)
    assert schedule.is_silent(quiet, NOW)
    assert not schedule.is_silent(Rhythm(gap=HOUR, longest=10 * HOUR, newest=NOW - 13 * HOUR), NOW)


@pytest.mark.parametrize(
    ("rhythm", "wishes", "wait"),
    [
        (Rhythm(), {}, 15 * MINUTE),
        (Rhythm(gap=HOUR, newest=NOW), {}, 15 * MINUTE),
        (Rhythm(gap=MINUTE, newest=NOW), {}, 2 * MINUTE),
        (Rhythm(gap=HOUR, newest=NOW - 12 * HOUR), {}, 30 * MINUTE),
        (Rhythm(gap=30 * DAY, newest=NOW - 90 * DAY), {}, 6 * HOUR),
        (Rhythm(newest=NOW + HOUR), {}, 2 * MINUTE),
        (Rhythm(gap=MINUTE, newest=NOW), {"ttl": 30 * MINUTE}, 30 * MINUTE),
        (Rhythm(gap=MINUTE, newest=NOW), {"max_age": 10 * MINUTE, "ttl": MINUTE}, 10 * MINUTE),
        (Rhythm(gap=MINUTE, newest=NOW), {"ttl": 30 * DAY}, HOUR),
        (Rhythm(gap=MINUTE, newest=NOW), {"pushed": True}, HOUR),
        (Rhythm(gap=HOUR, newest=NOW), {"every": 10 * MINUTE, "max_age": HOUR}, 10 * MINUTE),
        (Rhythm(gap=HOUR, newest=NOW), {"every": timedelta(seconds=5)}, timedelta(seconds=5)),
        (Rhythm(gap=MINUTE, newest=NOW), {"retry_at": NOW + 5 * HOUR}, 5 * HOUR),
        (Rhythm(gap=MINUTE, newest=NOW), {"jitter": 0.0}, 0.9 * 2 * MINUTE),
        (Rhythm(gap=HOUR, newest=NOW, skip_hours=(12, 13)), {}, 2 * HOUR),
        (Rhythm(gap=HOUR, newest=NOW, skip_days=("Thursday", "Friday")), {}, 36 * HOUR),
        (Rhythm(gap=HOUR, newest=NOW, skip_hours=tuple(range(24))), {}, 15 * MINUTE),
    ],
)
def test_the_next_check(rhythm: Rhythm, wishes: dict[str, Any], wait: timedelta) -> None:
    assert schedule.next_check(NOW, rhythm, **wishes) - NOW == wait


@pytest.mark.parametrize(
    ("failures", "wishes", "wait"),
    [
        (1, {}, 2 * MINUTE),
        (2, {}, 4 * MINUTE),
        (5, {}, 32 * MINUTE),
        (500, {}, 6 * HOUR),
        (1, {"jitter": 1.0}, 1.2 * 2 * MINUTE),
        (1, {"retry_at": NOW + 3 * HOUR}, 3 * HOUR),
        (1, {"gone": True}, DAY),
    ],
)
def test_failures_back_off(failures: int, wishes: dict[str, Any], wait: timedelta) -> None:
    assert schedule.after_failure(NOW, failures, **wishes) - NOW == wait


@given(
    st.timedeltas(timedelta(0), 400 * DAY),
    st.timedeltas(timedelta(0), 400 * DAY),
    st.floats(0, 1),
    st.lists(st.integers(0, 23), max_size=24),
)
def test_the_next_check_is_always_ahead_and_within_a_week(
    gap: timedelta, silence: timedelta, jitter: float, hours: list[int]
) -> None:
    rhythm = Rhythm(gap=gap, newest=NOW - silence, skip_hours=tuple(hours))
    wait = schedule.next_check(NOW, rhythm, jitter=jitter) - NOW
    assert MINUTE < wait < 7 * DAY


@pytest.mark.parametrize(
    ("rhythm", "words", "silent"),
    [
        (Rhythm(gap=2 * HOUR, newest=NOW - 9 * HOUR), "usually 12 a day, none for 9 hours", False),
        (Rhythm(gap=MINUTE, newest=NOW - 7 * HOUR), "usually 1440 a day, none for 7 hours", True),
        (Rhythm(gap=3 * DAY, newest=NOW - MINUTE), "usually one every 3 days, none for 1 minute", False),
        (Rhythm(newest=NOW), "none for a minute", False),
        (Rhythm(), None, False),
    ],
)
def test_health_is_told_in_words_and_numbers(rhythm: Rhythm, words: str | None, silent: bool) -> None:
    assert schedule.usual(rhythm, NOW) == words
    assert schedule.is_silent(rhythm, NOW) == silent
