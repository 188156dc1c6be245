"""Cards about sources: which trouble is worth one, one for each source, changed in place and closed when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.errors import Problem
from bot.model import Owner, Source, SourceKind
from bot.sources import troubles
from bot.sources.schedule import Rhythm
from bot.sources.troubles import trouble_of
from bot.store import channels, notices, sources
from bot.store.database import Database
from bot.store.notices import Notice

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CAUSE = Problem(code="SW-N17", title="There is no such page (404).", cause="It was removed.", fix="Look for its feed.")
OFTEN = Rhythm(gap=2 * HOUR, newest=NOW - 26 * HOUR).as_json()
FAILING: dict[str, Any] = {"failures": 5, "failing_since": NOW - 3 * HOUR}
PLAIN = Source(id=7, name="paper", kind=SourceKind.FEED, url="https://paper.example/feed", checked_at=NOW)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"failures": 1, "failing_since": NOW - 3 * HOUR}, None),
        ({"failures": 5, "failing_since": NOW - 0.2 * HOUR}, None),
        (FAILING, ("failing", "paper has failed for 3 hours.", "There is no such page (404).")),
        ({**FAILING, "failing_since": NOW - HOUR}, ("failing", "paper has failed for over an hour.", CAUSE.title)),
        ({**FAILING, "failing_since": NOW - HOUR / 2}, ("failing", "paper has failed for half an hour.", CAUSE.title)),
        ({"enabled": False}, ("paused", "paper is paused.", "It was removed.")),
        (
            {"rhythm": OFTEN},
            ("silent", "paper has gone quiet: usually 12 a day, none for 26 hours.", "answers"),
        ),
        ({"rhythm": {**OFTEN, "longest": 20 * 3600}}, None),
        ({"rhythm": OFTEN, "checked_at": None}, None),
        ({"moved_to": "https://new.example/feed"}, ("moved", "paper has moved.", "https://new.example/feed")),
        ({"moved_to": "https://new.example/feed", "owner": Owner.FILE}, ("moved-file", "paper has moved.", "for good")),
    ],
    ids=str,
)
def test_only_what_a_person_should_know_makes_a_card(
    changes: dict[str, Any], expected: tuple[str, str, str] | None
) -> None:
    found = trouble_of(replace(PLAIN, **changes), CAUSE, NOW)
    if expected is None:
        assert found is None
        return
    assert found is not None
    assert (found.kind, found.problem.title) == expected[:2]
    assert expected[2] in found.problem.cause
    assert found.problem.fix and found.problem.meanwhile


def test_what_has_a_card_of_its_own_or_was_wished_by_a_person_makes_none() -> None:
    missing = replace(CAUSE, code=troubles.PAGES_MISSING)
    assert trouble_of(replace(PLAIN, **FAILING), missing, NOW) is None
    assert trouble_of(replace(PLAIN, enabled=False), missing, NOW) is None
    assert trouble_of(replace(PLAIN, enabled=False), None, NOW) is None


async def add(db: Database, count: int = 1) -> list[Source]:
    async with db.write() as tx:
        await channels.meet_bot(tx, bot_id=1, username="news_bot", name="News", now=NOW)
        return [
            await sources.put(tx, replace(PLAIN, name=f"paper{n}", url=f"{PLAIN.url}/{n}", checked_at=None), now=NOW)
            for n in range(count)
        ]


async def fail(db: Database, *several: Source, times: int = 3) -> None:
    async with db.write() as tx:
        for source in several:
            for _ in range(times):
                await sources.record_failure(
                    tx, replace(source, failing_since=NOW - 2 * HOUR), CAUSE, now=NOW, next_check_at=NOW
                )


async def card(db: Database, source: Source | None = None) -> Notice | None:
    key = f"source:{source.id if source else troubles.ALL}"
    async with db.read() as tx:
        found = {one.key: one for one in await notices.about(tx, bot_id=1, prefix="source:")}
    return found.get(key)


async def test_a_card_comes_once_is_reworded_and_closes_by_itself(db: Database) -> None:
    (source,) = await add(db)
    assert await troubles.once(db, now=NOW) == 0
    await fail(db, source)
    assert [await troubles.once(db, now=NOW) for _ in range(3)] == [1, 0, 0]
    first = await card(db, source)
    assert first is not None and "2 hours" in first.problem.title and first.count == 1
    async with db.write() as tx:
        await notices.shown(tx, notice_id=first.id, messages={"5": 77}, now=NOW)
    assert await troubles.once(db, now=NOW + HOUR) == 1
    later = await card(db, source)
    assert later is not None and "3 hours" in later.problem.title
    assert (later.count, later.messages) == (1, {"5": 77}), "edited in place"
    async with db.write() as tx:
        await sources.record_unchanged(tx, [(source.id, NOW)], now=NOW)
    assert await troubles.once(db, now=NOW + HOUR) == 1
    over = await card(db, source)
    assert over is not None and over.closed_at is not None
    await fail(db, source)
    await troubles.once(db, now=NOW + 9 * HOUR)
    anew = await card(db, source)
    assert anew is not None and not anew.messages and anew.closed_at is None, "a new trouble is a new message"
    async with db.write() as tx:
        await sources.remove(tx, source.id)
    await troubles.once(db, now=NOW + 9 * HOUR)
    gone = await card(db, source)
    assert gone is not None and gone.closed_at is not None


async def test_a_trouble_that_a_person_has_seen_is_not_told_again(db: Database) -> None:
    (source,) = await add(db)
    for target, told in (("https://a.example/", 1), ("https://a.example/", 0), ("https://b.example/", 1)):
        async with db.write() as tx:
            await sources.change(tx, source.id, moved_to=target)
        assert await troubles.once(db, now=NOW) == told
        shown = await card(db, source)
        assert shown is not None
        seen = {**shown.options, "seen": shown.options["mark"]}
        async with db.write() as tx:
            await notices.settle(tx, bot_id=1, key=shown.key, options=seen, now=NOW)


async def test_when_most_sources_fail_there_is_one_card_about_this_machine(db: Database) -> None:
    several = await add(db, 9)
    await fail(db, *several[:8])
    assert await troubles.once(db, now=NOW) == 1
    shown = await card(db)
    assert shown is not None and shown.problem.code == "SW-S44" and shown.problem.where == "8 of 9 sources"
    async with db.write() as tx:
        await sources.record_unchanged(tx, [(source.id, NOW) for source in several[2:]], now=NOW)
    assert await troubles.once(db, now=NOW) == 3
    shown = await card(db)
    assert shown is not None and shown.closed_at is not None
    assert (await card(db, several[0])) is not None and (await card(db, several[2])) is None


async def test_every_source_is_looked_at_in_its_turn(db: Database) -> None:
    several = await add(db, 4)
    async with db.write() as tx:
        await sources.change(tx, several[3].id, rhythm=OFTEN, checked_at=NOW)
    assert [await troubles.once(db, now=NOW, limit=2) for _ in range(3)] == [0, 1, 0]
