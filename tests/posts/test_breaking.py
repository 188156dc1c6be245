"""Breaking news: one post that grows in place, a flash that becomes its article, and for how long it stands pinned."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model import Lane, Post, PostKind, PostState, Stage
from bot.posts import compose, developments, flash, preview
from bot.posts.context import Extras, Known
from bot.posts.preview import Wish
from bot.store import pins, posts
from bot.store.database import Database
from tests.posts import samples, telegram_parser
from tests.posts.newsroom import Newsroom

TRUSTED = {"breaking": {"when": ["suspended"], "pin": "2h"}}


async def newsroom(db: Database, **channel: Any) -> Newsroom:
    room = await Newsroom.open(db, sources_to=(), **channel)
    await room.add_source("ferry", "news", options=TRUSTED)
    await room.add_source("others", "news")
    return room


async def tell(room: Newsroom, number: int, title: str, *, source: str = "others", **more: Any) -> int:
    values = {"site_name": f"Paper {number}", "story_id": 5, "published": room.now - timedelta(minutes=2)} | more
    return await room.add_article(source=source, url=f"https://paper{number}.example/ferry", title=title, **values)


async def shown(room: Newsroom) -> Post:
    return (await room.posts(kind=PostKind.EDIT))[-1]


async def test_later_articles_of_the_story_are_told_in_the_breaking_post_and_never_by_a_second_one(
    db: Database,
) -> None:
    room = await newsroom(db)
    first = await tell(room, 1, "Ferry suspended", source="ferry")
    await room.compose()
    (post,) = await room.posts()
    await room.send(post)
    for number, title in ((2, "Two passengers treated <on> the pier"), (3, "Both piers closed")):
        room.now += timedelta(minutes=20)
        later = await tell(room, number, title)
        await room.compose()
    assert len(await room.posts(kind=PostKind.SHARE)) == 1
    edit = await shown(room)
    lines = edit.visible_text.split("\n")
    assert lines[:2] == ["BREAKING", "Ferry suspended"]
    assert "Updated 14:53 · first posted 14:15" in lines
    start = lines.index("What we know so far")
    assert lines[start + 1 : start + 4] == [
        "14:53 Both piers closed (Paper 3)",
        "14:33 Two passengers treated <on> the pier (Paper 2)",
        "14:13 Ferry suspended (Paper 1)",
    ]
    html = edit.requests[0].params["text"]
    assert "<blockquote expandable>" in html
    assert '<a href="https://paper3.example/ferry">Paper 3</a>' in html
    assert (edit.silent, edit.lane, edit.target_post_id) == (True, Lane.CORRECTION, post.id)
    assert edit.requests[0].params["reply_markup"], "an edit without its keyboard would remove it"
    decision = await room.decision(later)
    assert (decision.stage, decision.posted) == (Stage.STORY, False)
    assert decision.reason == "It is told in the breaking post about the same story, from Paper 1."
    (told,) = await compose.explain(db, later, now=room.now)
    assert told.reason == decision.reason
    await room.change(first, summary=("Nobody was hurt.",))
    await room.compose()
    assert "Both piers closed" in (await shown(room)).visible_text, "a correction keeps what is known"


async def test_a_breaking_post_that_still_waits_has_the_list_in_its_first_words(sqlite_db: Database) -> None:
    room = await newsroom(sqlite_db, options={"also": "reply"})
    await tell(room, 1, "Ferry suspended", source="ferry")
    await tell(room, 2, "Both piers closed")
    await room.compose()
    (post,) = await room.posts()
    assert "What we know so far" in post.visible_text
    assert "first posted" not in post.visible_text


async def test_an_editors_tap_makes_a_post_that_grows_as_well(sqlite_db: Database) -> None:
    room = await newsroom(sqlite_db, options={"pin_breaking": "90m"})
    first = await tell(room, 1, "Ferry late", source="ferry")
    pushed = await preview.push(sqlite_db, room.press, first, 1, now=room.now, by=5, wish=Wish(breaking=True))
    async with sqlite_db.read() as tx:
        post = await posts.get(tx, pushed.post_id or 0)
    assert post is not None
    await room.send(post)
    await room.compose()
    await tell(room, 2, "Both piers closed")
    await room.compose()
    assert "Both piers closed (Paper 2)" in (await shown(room)).visible_text
    async with sqlite_db.read() as tx:
        (pin,) = await pins.opened(tx, bot_id=post.bot_id)
    assert pin.until == room.now + timedelta(minutes=90)


def known(count: int, *, text: str = "Ferry stops at the outer pier until evening ") -> tuple[Known, ...]:
    at = samples.NOON
    return tuple(
        Known(
            text=f"{text}{n}", at=at - timedelta(minutes=n), source=f"Paper {n}", url=f"https://p{n}.example/{'x' * 99}"
        )
        for n in range(count)
    )


@pytest.mark.parametrize("media", ["link", "copy"])
@pytest.mark.parametrize("count", [1, 7, 20])
def test_a_long_list_fits_and_loses_its_oldest_lines_first(count: int, media: str) -> None:
    press = Newsroom.press_of()
    channel = samples.channel(options={"media": media})
    article = samples.article(summary=tuple(f"Sentence {n} tells {'more ' * 30}." for n in range(4)))
    order = press.order(article, channel)
    order = replace(
        order, template="flash", extras=Extras(breaking=True, updates=known(count, text="Ferry stops " * 9))
    )
    made = press.write(order)
    request = made.requests[0]
    limit = 4096 if "text" in request.params else 1024
    seen = telegram_parser.parse(request.params.get("text") or request.params["caption"])
    assert made.markup.length <= limit
    assert made.markup.entities <= 100
    assert "(Paper 0)" in seen.text, "the newest line stays"
    assert "What we know so far" in seen.text
    numbers = [n for n in range(20) if f"(Paper {n})" in seen.text]
    assert numbers == list(range(len(numbers))), "what is left out is the oldest"


def test_lines_are_counted_and_a_publishers_wrong_clock_is_not_believed() -> None:
    first = samples.article(id=1, title="First", found_at=samples.NOON, published=samples.NOON)
    assert developments.so_far(first, ()) == ()
    assert developments.so_far(first, (first,)) == ()
    many = [
        samples.article(id=n, title=f"N {n}", found_at=samples.NOON + timedelta(minutes=n), published=None)
        for n in range(2, 40)
    ]
    lines = developments.so_far(first, many)
    assert len(lines) == developments.MOST
    assert (lines[0].text, lines[-1].text) == ("N 39", "N 20")
    day = samples.article(id=2, title="Day", found_at=samples.NOON, published=samples.NOON - timedelta(days=2))
    ahead = samples.article(id=3, title="Ahead", found_at=samples.NOON, published=samples.NOON + timedelta(hours=2))
    assert {line.at for line in developments.so_far(first, (day, ahead))} == {samples.NOON}


def test_a_rule_or_source_says_how_long_a_pin_lasts_before_the_channel_does() -> None:
    channel = samples.channel(options={"pin_breaking": "3h"})
    assert developments.pinned_for(samples.channel()) is None
    assert developments.pinned_for(channel, None, True) == timedelta(hours=3)
    assert developments.pinned_for(channel, {"when": ["x"]}, {"pin": "30m"}) == timedelta(minutes=30)


# ── a flash and the article that tells it ─────────────────────────────────────────────────────────────────────────


async def flashed(room: Newsroom, words: str = "Ferry service suspended after collision") -> Post:
    post_id = await flash.publish_flash(room.db, room.press, 1, words, once_key="k", now=room.now, by=5)
    async with room.db.read() as tx:
        post = await posts.get(tx, post_id or 0)
    assert post is not None
    await room.send(post)
    return post


@pytest.mark.parametrize("by", [7, None], ids=["an-editor", "by-itself"])
async def test_an_approved_article_becomes_the_flash_and_no_second_post(sqlite_db: Database, by: int | None) -> None:
    room = await newsroom(sqlite_db, approve=True)
    post = await flashed(room)
    article = await tell(room, 1, "Ferry service suspended after a collision in fog")
    await room.compose()
    (draft,) = await room.posts(state=PostState.DRAFT)
    assert await preview.approve(sqlite_db, room.press, draft.id, now=room.now, by=by)
    assert not await preview.approve(sqlite_db, room.press, draft.id, now=room.now, by=8)
    assert [p.id for p in await room.posts(kind=PostKind.SHARE, state=PostState.QUEUED)] == []
    edit = await shown(room)
    assert edit.target_post_id == post.id
    assert edit.visible_text.startswith("BREAKING\nFerry service suspended after a collision in fog")
    decision = await room.decision(article)
    assert (decision.posted, decision.reason) == (True, "It became the flash that was posted before.")
    await room.send(edit)
    await tell(room, 2, "Both piers closed")
    await room.compose()
    assert "Both piers closed (Paper 2)" in (await shown(room)).visible_text, "and it grows from there"


async def test_an_approved_article_that_tells_no_flash_is_a_post_of_its_own(sqlite_db: Database) -> None:
    room = await newsroom(sqlite_db, approve=True)
    await flashed(room)
    await tell(room, 1, "Night bus begins in March")
    await room.compose()
    (draft,) = await room.posts(state=PostState.DRAFT)
    assert await preview.approve(sqlite_db, room.press, draft.id, now=room.now, by=7)
    assert len(await room.posts(kind=PostKind.SHARE, state=PostState.QUEUED)) == 1
    assert await room.posts(kind=PostKind.EDIT) == []
