"""Digests: several articles in one post, on time, each article in one of them, nothing folded in silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.model import PostKind, PostState, Stage
from bot.posts import digest
from bot.posts.digest import Edition
from bot.posts.press import Press
from bot.store import schema
from bot.store.database import Database
from tests.posts import samples, telegram_parser
from tests.posts.newsroom import NOW, Newsroom

PRESS = Press(renderer=samples.renderer())
BRIEF = Edition(name="digest", period="2026-12-09T07:30", title="Morning brief", top=2)


def stories(count: int, **changes: Any) -> list[Any]:
    return [
        samples.article(id=number, title=f"Story {number}", url=f"https://harbortimes.example/{number}", **changes)
        for number in range(1, count + 1)
    ]


def test_a_digest_lists_its_stories_and_folds_the_rest() -> None:
    (part,) = digest.write(PRESS, samples.channel(), stories(4), BRIEF)
    assert part.visible_text == (
        "Morning brief\n4 stories, 8 min\n\n1. Story 1 — Harbor Times\n2. Story 2 — Harbor Times\n\n"
        "2 more\n3. Story 3 — Harbor Times\n4. Story 4 — Harbor Times"
    )
    parsed = telegram_parser.parse(part.request.params["text"])
    assert len(parsed.links) == 4
    assert any(kind == "ExpandableBlockQuote" for kind, *_ in parsed.entities)
    assert part.request.params["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in part.plain.params


@pytest.mark.no_cover
@settings(max_examples=25, deadline=None)
@example(1, "", "\u200b")  # a name in which nothing can be seen
@given(st.integers(1, 70), st.text(max_size=400), st.text(max_size=90))
def test_a_digest_of_any_size_is_split_between_stories_and_keeps_every_link(count: int, title: str, site: str) -> None:
    found = [
        samples.article(id=number, title=title, site_name=site, url=f"https://a.example/{number}/" + "x" * 300)
        for number in range(count)
    ]
    parts = digest.write(PRESS, samples.channel(), found, BRIEF)
    assert [number for part in parts for number in part.articles] == list(range(count))
    for part in parts:
        html = part.request.params["text"]
        parsed = telegram_parser.parse(html)
        assert parsed.text == part.visible_text
        assert len(parsed.links) == len(part.articles)
        assert len(parsed.entities) <= 100
        assert len(parsed.text.encode("utf-16-le")) // 2 <= 4096
        assert len(html.encode()) <= 32_768


def test_a_right_to_left_digest_reads_from_the_right() -> None:
    (part,) = digest.write(PRESS, samples.channel(language="ur"), [samples.URDU, samples.article()], BRIEF)
    lines = part.visible_text.split("\n")
    assert lines[0] == "\u200f\u2068Morning brief\u2069"
    assert lines[-1].startswith("\u200f2. \u2068City opens")


@pytest.mark.parametrize(
    ("at", "now", "period"),
    [
        ("07:30 mon-fri", "2026-12-09T07:30:00+00:00", "2026-12-09T07:30"),
        ("07:30 mon-fri", "2026-12-09T09:29:00+00:00", "2026-12-09T07:30"),
        ("07:30 mon-fri", "2026-12-09T09:31:00+00:00", None),
        ("07:30 mon-fri", "2026-12-12T07:40:00+00:00", None),
        ("07:30 sat-mon", "2026-12-12T07:40:00+00:00", "2026-12-12T07:30"),
        ("07:30 sun", "2026-12-12T07:40:00+00:00", None),
        (["07:30", "18:00"], "2026-12-12T18:40:00+00:00", "2026-12-12T18:00"),
        ("23:50", "2026-12-13T00:10:00+00:00", "2026-12-12T23:50"),
        ("7.30", "2026-12-09T07:40:00+00:00", "2026-12-09T07:30"),
        ("25:00", "2026-12-09T07:40:00+00:00", None),
        ("07:30 xxx", "2026-12-09T07:40:00+00:00", None),
        (None, "2026-12-09T07:40:00+00:00", None),
    ],
)
def test_an_edition_is_due_at_its_times(at: Any, now: str, period: str | None) -> None:
    channel = samples.channel(options={"digest": {"at": at, "title": "Brief", "top": 5}})
    moment = datetime.fromisoformat(now)
    edition = digest.due_edition(channel, [moment], now=moment)
    assert (edition.period if edition else None) == period
    assert digest.due_edition(channel, [], now=moment) is None
    if edition:
        assert (edition.title, edition.top) == ("Brief", 5)


def test_times_are_the_channels_own() -> None:
    channel = samples.channel(timezone="Asia/Karachi", options={"digest": {"at": "07:30"}})
    moment = datetime(2026, 12, 9, 2, 45, tzinfo=UTC)
    edition = digest.due_edition(channel, [moment], now=moment)
    assert edition is not None
    assert (edition.period, edition.title) == ("2026-12-09T07:30", "Other news")


def test_a_channel_without_digests_gets_what_was_folded_after_an_hour_and_not_at_night() -> None:
    channel = samples.channel(options={"quiet": "22:00-07:00"})
    assert digest.due_edition(channel, [], now=NOW) is None
    assert digest.due_edition(channel, [NOW - timedelta(minutes=30)], now=NOW) is None
    edition = digest.due_edition(channel, [NOW - timedelta(minutes=70), NOW], now=NOW)
    assert edition is not None
    assert (edition.name, edition.title) == ("folded", "Other news")
    night = NOW.replace(hour=23)
    assert digest.due_edition(channel, [night - timedelta(hours=3)], now=night) is None


async def test_what_comes_too_late_for_the_pace_goes_into_one_digest_with_that_reason(db: Database) -> None:
    room = await Newsroom.open(db, options={"pace": {"gap": "1h"}})
    for number in range(7):
        await room.add_article(title=f"Story {number}")
    await room.compose()
    assert len(await room.posts(kind=PostKind.DIGEST)) == 0
    room.now = NOW + timedelta(hours=1)
    assert await room.compose() == 3
    (post,) = await room.posts(kind=PostKind.DIGEST)
    assert post.visible_text.count(" — Harbor Times") == 3
    assert (post.state, post.due_at) == (PostState.QUEUED, room.now)
    decision = await room.decision(5)
    assert (decision.posted, decision.stage, decision.post_id) == (True, Stage.PACE, post.id)
    assert "it goes into the next digest" in decision.reason
    room.now += timedelta(hours=2)
    assert await room.compose() == 0


async def test_what_the_sender_found_too_late_is_folded_as_well(db: Database) -> None:
    room = await Newsroom.open(db)
    for number in range(3):
        await room.add_article(title=f"Story {number}")
    await room.compose()
    late = {"code": digest.TOO_LATE, "title": "Late.", "cause": "Busy.", "fix": "Wait."}
    other = {**late, "code": "SW-T999"}
    async with db.write() as tx:
        for number, problem in ((1, late), (2, late), (3, other)):
            values = {"state": PostState.CANCELLED, "problem": problem | {"where": None, "meanwhile": None}}
            await tx.execute(update(schema.posts).where(schema.posts.c.id == number).values(**values))
    room.now = NOW + timedelta(hours=2)
    assert await room.compose() == 2
    (post,) = await room.posts(kind=PostKind.DIGEST)
    assert "Story 0" in post.visible_text
    assert "Story 2" not in post.visible_text
    assert "Late." in (await room.decision(1)).reason
    assert await room.compose() == 0


async def test_a_digest_that_a_person_chose_after_a_pause_comes_at_once_and_holds_what_is_old(
    sqlite_db: Database,
) -> None:
    room = await Newsroom.open(sqlite_db)
    for number in range(2):
        await room.add_article(title=f"Story {number}")
    await room.compose()
    chosen = {"code": digest.CHOSEN, "title": "Folded.", "cause": "A person chose.", "fix": "Wait."}
    async with sqlite_db.write() as tx:
        await tx.execute(update(schema.posts).values(state=PostState.CANCELLED, problem=chosen))
    room.now = NOW + timedelta(days=4)
    assert await room.compose() == 2
    (post,) = await room.posts(kind=PostKind.DIGEST)
    assert "Story 0" in post.visible_text and "Story 1" in post.visible_text
    assert "A person chose." in (await room.decision(1)).reason
    assert await room.compose() == 0


async def test_quiet_hours_can_fold_into_the_morning(db: Database) -> None:
    options = {"quiet": {"hours": "13:00-16:00", "mode": "digest"}, "digest": {"at": "16:30", "title": "Brief"}}
    room = await Newsroom.open(db, options=options)
    await room.add_article(title="Story")
    await room.compose()
    assert await room.posts() == []
    room.now = NOW.replace(hour=16, minute=31)
    await room.compose()
    (post,) = await room.posts()
    assert post.once_key.endswith(":2026-12-09T16:30")
    assert post.visible_text.startswith("Brief\n")
