"""Digests by the clock: morning and evening, in sections, split on their borders, and the one that lives all day."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.model import PostKind, PostState
from bot.posts import digest, quarantine
from bot.posts.edition import Edition, Grouping
from bot.posts.press import Press
from bot.store import articles, channels, digests, notices, posts, schema
from bot.store.database import Database
from bot.store.digests import Digest
from tests.posts import samples, telegram_parser
from tests.posts.newsroom import NOW, Newsroom

PRESS = Press(renderer=samples.renderer())


def story(number: int, **changes: Any) -> Any:
    values = {"id": number, "title": f"Story {number}", "url": f"https://harbortimes.example/{number}", **changes}
    return samples.article(**values)


def edition(**changes: Any) -> Edition:
    return Edition(**{"name": "digest", "period": "2026-12-09T07:30", "title": "Brief", "top": 30, **changes})


def test_sections_are_the_tags_that_several_stories_share() -> None:
    found = [
        story(1, tags=("Transport", "City")),
        story(2, tags=("Weather",)),
        story(3, tags=("City",)),
        story(4, tags=("#City", "Transport")),
    ]
    (part,) = digest.write(PRESS, samples.channel(), found, edition(grouping=Grouping.TAG))
    lines = part.visible_text.split("\n")
    assert [line.split(" — ")[0] for line in lines if line] == [
        "Brief", "4 stories, 8 min", "City", "1. Story 1", "2. Story 3", "3. Story 4", "Other news", "4. Story 2",
    ]  # fmt: skip
    assert part.articles == (1, 3, 4, 2)


def test_sections_may_be_the_sources_and_one_of_each_needs_none() -> None:
    found = [story(1, site_name="Port"), story(2, site_name="Valley Post"), story(3, site_name="Port")]
    (part,) = digest.write(PRESS, samples.channel(), found, edition(grouping=Grouping.SOURCE))
    assert [line for line in part.visible_text.split("\n") if line in ("Port", "Valley Post", "Other news")] == [
        "Port", "Other news",
    ]  # fmt: skip
    (plain,) = digest.write(PRESS, samples.channel(), found[:2], edition(grouping=Grouping.SOURCE))
    assert "Other news" not in plain.visible_text


def test_a_long_digest_is_split_where_a_section_ends() -> None:
    found = [story(n, site_name=f"Paper {n % 4}", title=f"Story {n} " + "of a long night " * 8) for n in range(44)]
    parts = digest.write(PRESS, samples.channel(), found, edition(grouping=Grouping.SOURCE))
    assert sorted(n for part in parts for n in part.articles) == list(range(44))
    for part in parts:
        assert {n % 4 for n in part.articles} != set(range(4))
        for paper in {n % 4 for n in part.articles}:
            assert sum(n % 4 == paper for n in part.articles) == 11, "a section stands in one message"
        parsed = telegram_parser.parse(part.request.params["text"])
        assert len(parsed.entities) <= 100
        assert len(parsed.text.encode("utf-16-le")) // 2 <= 4096


async def plan(room: Newsroom, name: str, *at: str, **more: Any) -> Digest:
    async with room.db.write() as tx:
        channel = await channels.named(tx, "news")
        assert channel is not None
        wish = Digest(name=name, channel_id=channel.id, at=at, **more)
        return await digests.put(tx, wish, now=room.now)


async def test_a_morning_digest_gathers_what_the_channel_carried_and_what_was_folded_once(db: Database) -> None:
    room = await Newsroom.open(db, options={"pace": {"gap": "1h"}}, timezone="Europe/Paris")
    await plan(room, "morning", "every day at 18:30", title="City & sea", grouping="source")
    for number in range(6):
        await room.add_article(title=f"Story {number}")
    await room.compose()
    assert await room.posts(kind=PostKind.DIGEST) == []
    room.now = NOW.replace(hour=17, minute=31)
    assert await room.compose() == 6
    (post,) = await room.posts(kind=PostKind.DIGEST)
    assert post.once_key == f"digest:morning:{post.channel_id}:2026-12-09T18:30"
    assert post.visible_text.startswith("City & sea\n6 stories")
    room.now += timedelta(minutes=5)
    assert await room.compose() == 0
    await room.add_article(title="Later")
    await room.compose()
    room.now += timedelta(days=1)
    await room.compose()
    second = (await room.posts(kind=PostKind.DIGEST))[-1]
    assert "Later" in second.visible_text
    assert "Story" not in second.visible_text
    room.now += timedelta(days=1)
    await room.compose()
    assert len(await room.posts(kind=PostKind.DIGEST)) == 2


async def test_a_new_digest_waits_for_its_next_time_and_has_a_title_by_the_hour(db: Database) -> None:
    room = await Newsroom.open(db, language="de")
    room.now = NOW.replace(hour=8)
    await room.add_article(title="Story")
    await plan(room, "morning", "07:30")
    await room.compose()
    assert await room.posts(kind=PostKind.DIGEST) == []
    room.now = (NOW + timedelta(days=1)).replace(hour=7, minute=45)
    await room.compose()
    (post,) = await room.posts(kind=PostKind.DIGEST)
    assert post.visible_text.startswith("Der Morgen im Überblick")


@pytest.mark.parametrize(("hour", "title"), [(7, "Morning brief"), (12, "Midday brief"), (18, "Evening brief")])
def test_the_hour_gives_the_title(hour: int, title: str) -> None:
    assert digest.heading(datetime(2026, 12, 9, hour, tzinfo=UTC), "en") == title


async def test_a_live_digest_is_one_message_that_grows(db: Database) -> None:
    room = await Newsroom.open(db)
    await plan(room, "today", "06:00", live=True)
    await room.add_article(title="First")
    await room.compose()
    await room.compose()
    (post,) = await room.posts(kind=PostKind.DIGEST)
    assert post.visible_text.startswith("Today so far")
    await room.add_article(title="Second")
    await room.compose()
    (post,) = await room.posts(kind=PostKind.DIGEST)
    assert "Second" in post.visible_text, "it still waits, so its words are changed"
    async with db.write() as tx:
        sent = {"state": PostState.SENT, "remote_id": "7", "remote_ids": ["7"]}
        await tx.execute(update(schema.posts).where(schema.posts.c.id == post.id).values(**sent))
    await room.add_article(title="Third")
    await room.add_article(title="Fourth")
    await room.compose()
    await room.compose()
    (edit,) = [e for e in await room.posts(kind=PostKind.EDIT) if e.state is PostState.QUEUED]
    assert edit.target_post_id == post.id
    assert edit.requests[0].method == "editMessageText"
    assert edit.visible_text.index("Fourth") < edit.visible_text.index("First")
    room.now = (NOW + timedelta(days=1)).replace(hour=6, minute=10)
    await room.add_article(title="Tomorrow")
    await room.compose()
    await room.compose()
    assert len(await room.posts(kind=PostKind.DIGEST)) == 2


@pytest.mark.parametrize("live", [False, True], ids=["planned", "live"])
@pytest.mark.parametrize("how", ["a bug", "the program ends"])
async def test_a_digest_that_cannot_be_made_is_left_out_after_three_times_and_no_other_is(
    sqlite_db: Database, live: bool, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A death is what it leaves: the line that was written before."""
    room = await Newsroom.open(sqlite_db, options={"pace": {"gap": "1h"}})
    await plan(room, "bad", "18:30", live=live)
    await plan(room, "good", "18:30", title="Good one")
    for number in range(5):
        await room.add_article(title=f"Story {number}")
    write = digest.write

    def stumble(press: Any, channel: Any, found: Any, edition: Any) -> Any:
        if edition.name != "bad":
            return write(press, channel, found, edition)
        raise (RuntimeError if how == "a bug" else KeyboardInterrupt)(edition.name)

    with monkeypatch.context() as here:
        here.setattr(digest, "write", stumble)
        with suppress(KeyboardInterrupt):
            await room.compose()
        room.now = NOW.replace(hour=18, minute=31)
        for number in range(quarantine.TRIES):
            await room.add_article(title=f"New {number}")
            for _ in range(2 if how == "a bug" else 1):
                with suppress(KeyboardInterrupt):
                    await room.compose()
        assert len(await cards(sqlite_db)) == 0, "another program may still be at it"
        room.now += quarantine.PATIENCE
        await room.add_article(title="One more")
        for _ in range(3):
            await room.compose()
    (card,) = await cards(sqlite_db)
    assert card.problem.code == "SW-P54" and "bad" in card.problem.title and card.problem.meanwhile
    (post,) = await room.posts(kind=PostKind.DIGEST)
    assert post.visible_text.startswith("Good one") and await room.compose() == 0
    room.now += timedelta(days=1)
    await room.add_article(title="Tomorrow")
    await room.compose()
    await room.compose()
    assert any("Tomorrow" in one.visible_text for one in (await room.posts(kind=PostKind.DIGEST))[1:])


async def cards(db: Database) -> Sequence[notices.Notice]:
    async with db.read() as tx:
        return await notices.opened(tx, bot_id=samples.channel().bot_id)


async def test_a_live_digest_that_was_withdrawn_stays_so(db: Database) -> None:
    room = await Newsroom.open(db)
    await plan(room, "today", "06:00", live=True)
    await room.add_article(title="First")
    await room.compose()
    await room.compose()
    (post,) = await room.posts(kind=PostKind.DIGEST)
    async with db.write() as tx:
        await posts.cancel(tx, post.id)
    await room.add_article(title="Second")
    await room.compose()
    assert await room.posts(kind=PostKind.EDIT) == []


async def test_a_preview_writes_nothing_down(db: Database) -> None:
    room = await Newsroom.open(db)
    planned = await plan(room, "morning", "07:30")
    async with db.read() as tx:
        channel = await channels.named(tx, "news")
    assert channel is not None
    assert await digest.preview(db, room.press, planned, channel, now=room.now) == ()
    await room.add_article(title="Story")
    await room.compose()
    (part,) = await digest.preview(db, room.press, planned, channel, now=room.now)
    assert "Story" in part.visible_text
    assert await room.posts(kind=PostKind.DIGEST) == []
    async with db.read() as tx:
        (kept,) = await digests.every(tx)
    assert kept.last_at is None


async def test_digests_are_changed_by_name_and_removed(db: Database) -> None:
    room = await Newsroom.open(db)
    first = await plan(room, "morning", "07:30")
    second = await plan(room, "morning", "08:00", top=3)
    assert (first.id, second.at, second.top) == (second.id, ("08:00",), 3)
    async with db.write() as tx:
        assert await digests.remove(tx, "morning")
        assert not await digests.remove(tx, "morning")
        assert await digests.named(tx, "morning") is None
    assert await articles_in(db) == ()


async def articles_in(db: Database) -> tuple[Any, ...]:
    async with db.read() as tx:
        return await articles.latest(tx, limit=5)
