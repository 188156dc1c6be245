"""When a posted page counts as missing: one table of looks, and pages of one source that go together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.articles import missing
from bot.articles.missing import Answer, Looks, Verdict
from bot.articles.revisit import as_json, looks_of

POSTED = datetime(2026, 11, 22, 9, tzinfo=UTC)
NOTHING, COUNT, CARD, BACK = Verdict.NOTHING, Verdict.COUNT, Verdict.CARD, Verdict.BACK

HISTORIES: dict[str, list[tuple[float, int | None, Verdict]]] = {  # hours after posting, status, what follows
    "there": [(1, 200, NOTHING), (6, 304, NOTHING)],
    "gone": [(1, 410, CARD), (6, 410, NOTHING), (24, 410, NOTHING)],
    "three-times-in-a-day": [(1, 404, COUNT), (13, 404, COUNT), (25, 404, CARD), (48, 404, NOTHING)],
    "three-times-too-soon": [(1, 404, COUNT), (9, 404, COUNT), (17, 404, COUNT), (25, 404, CARD)],
    "twice-in-a-day": [(1, 404, COUNT), (25, 404, COUNT)],
    "two-processes": [(1, 404, COUNT), (1.1, 404, NOTHING), (25, 404, COUNT), (25.1, 404, NOTHING)],
    "back-in-between": [(1, 404, COUNT), (13, 200, BACK), (25, 404, COUNT), (37, 404, COUNT), (49, 404, CARD)],
    "no-evidence": [(1, 404, COUNT), (13, 503, NOTHING), (14, None, NOTHING), (15, 403, NOTHING), (25, 404, COUNT)],
    "missing-then-gone": [(1, 404, COUNT), (2, 410, CARD)],
    "back-after-the-card": [(1, 410, CARD), (6, 200, BACK), (24, 200, NOTHING), (48, 410, CARD)],
}


@pytest.mark.parametrize("name", HISTORIES)
def test_looks_at_a_page_become_a_card_only_when_it_is_surely_gone(name: str) -> None:
    looks = Looks()
    for hours, status, expected in HISTORIES[name]:
        looks, verdict = missing.judge(looks, missing.answer_of(status), POSTED + timedelta(hours=hours))
        assert (hours, verdict) == (hours, expected)
        assert looks_of(as_json(looks)) == looks


def test_a_page_that_a_person_keeps_makes_no_card_and_is_not_looked_at() -> None:
    looks, verdict = missing.judge(Looks(kept=True), Answer.GONE, POSTED)
    assert verdict is NOTHING
    assert missing.next_look(POSTED, looks) is None


def test_a_page_is_looked_at_after_1_6_and_24_hours_then_daily_to_three_days() -> None:
    looks, hours = Looks(), []
    while (moment := missing.next_look(POSTED, looks)) is not None:
        hours.append((moment - POSTED) / timedelta(hours=1))
        looks, _ = missing.judge(looks, Answer.THERE, moment)
    assert hours == [1, 6, 24, 48, 72]


def test_a_miss_is_looked_at_again_twice_a_day_and_late_ones_still_come_to_an_end_within_the_window() -> None:
    last = POSTED + missing.LOOKS[-1]
    looks, verdict = missing.judge(Looks(), Answer.MISSING, last)
    while (moment := missing.next_look(POSTED, looks)) is not None and verdict is not CARD:
        looks, verdict = missing.judge(looks, Answer.MISSING, moment)
        last = moment
    assert verdict is CARD
    assert last - POSTED <= missing.WINDOW


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [((0, 10), ()), ((0, 10, 20), (0, 1, 2)), ((0, 30, 90), ()), ((0, 70, 80, 90), (1, 2, 3)), ((), ())],
)
def test_three_pages_that_go_missing_within_an_hour_go_together(
    minutes: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    pages = {
        number: Looks(misses=1, missing_since=POSTED + timedelta(minutes=after)) for number, after in enumerate(minutes)
    }
    now = POSTED + timedelta(minutes=max(minutes, default=0))
    assert missing.at_once(pages | {99: Looks()}, now) == frozenset(expected)
