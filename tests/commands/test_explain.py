"""`sharewire explain`: for each channel what decided, also where the post was not sent after all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.channels import causes
from bot.model import PostState
from bot.store.database import open_database
from bot.store.schema import posts
from tests.posts import samples
from tests.posts.newsroom import Newsroom


@pytest.fixture
def newsroom(sqlite_url: str) -> Callable[..., Any]:
    """One article that is posted, one that was there before, one that came by hand."""

    async def fill() -> None:
        async with open_database(sqlite_url, migrate=False) as db:
            room = Newsroom(db, Newsroom.press_of(), now=datetime.now(UTC) - timedelta(minutes=5))
            await room.add_channel("news")
            await room.add_source("harbor-times", "news")
            await room.add_article(title="Night buses for the city", canonical_url=samples.ADDRESS)
            await room.compose()
            await room.add_article(title="Old story", baseline=True, url="https://harbortimes.example/old")

    async def end(state: PostState, problem: Any) -> None:
        async with open_database(sqlite_url, migrate=False) as db, db.write() as tx:
            await tx.execute(update(posts).values(state=state, problem=problem.as_json()))

    asyncio.run(fill())
    return lambda state, problem: asyncio.run(end(state, problem))


def test_an_article_is_explained_by_its_address_and_by_its_number(shell: Any, newsroom: Any) -> None:
    assert shell("explain", "https://harbortimes.example/Night-buses-for-the-city") == 0
    assert "Night buses for the city" in shell.out and "news: posted" in shell.out and "✓ posted: Posted" in shell.out
    told = shell.json("explain", "1")
    (row,) = told["channels"]
    assert (told["state"], row["channel"], row["posted"], row["stage"]) == ("ready", "news", True, "posted")
    assert "source" in row["passed"] and row["decided_at"]


def test_what_was_there_when_its_source_was_added_says_so(shell: Any, newsroom: Any) -> None:
    assert shell("explain", "https://harbortimes.example/old") == 0
    assert "NOT posted" in shell.out and "already there when its source was added" in shell.out


@pytest.mark.parametrize(
    ("state", "problem", "stage", "words"),
    [
        (PostState.CANCELLED, causes.too_late(), "pace", "turn came too late"),
        (PostState.CANCELLED, causes.for_digest(datetime(2026, 3, 1, 8, tzinfo=UTC)), "pace", "goes into a digest"),
        (PostState.CANCELLED, causes.left_out(datetime(2026, 3, 1, 8, tzinfo=UTC)), "delivery", "left out"),
        (PostState.REFUSED, causes.content("Bad Request: x"), "delivery", "refused this post's content"),
    ],
    ids=["late", "digest", "left-out", "refused"],
)
def test_a_post_that_was_not_sent_after_all_says_why(
    shell: Any, newsroom: Any, state: PostState, problem: Any, stage: str, words: str
) -> None:
    newsroom(state, problem)
    assert shell("explain", "1") == 0
    assert "news: NOT posted" in shell.out and words in shell.out
    (row,) = shell.json("explain", "1")["channels"]
    assert (row["posted"], row["stage"]) == (False, stage)


def test_an_article_that_nobody_knows_is_answered_in_words(shell: Any, newsroom: Any) -> None:
    for given in ("999", "https://elsewhere.example/story", "no address at all"):
        assert shell("explain", given) == 2
        assert "I do not know this article" in shell.err and "SW-A20" in shell.err and "Next:" in shell.err
    assert shell("explain", "999", "--json") == 2 and json.loads(shell.out)["error"]["code"] == "SW-A20"
