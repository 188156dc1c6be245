"""Pages to look at again, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.model import ArticleState, PostKind, PostState
from bot.store import facts, revisits
from bot.store.database import Database, Tx
from bot.store.schema import articles, posts

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def article(tx: Tx, **values: Any) -> int:
    row = {"state": ArticleState.READY, "url": "https://a.example/1", "title": "One", "found_at": NOW} | values
    number: int = (await tx.execute(insert(articles).values(**row).returning(articles.c.id))).scalar_one()
    return number


async def post(tx: Tx, key: str, article_id: int, **values: Any) -> int:
    row = {
        "bot_id": 7, "once_key": key, "kind": PostKind.SHARE, "state": PostState.SENT, "lane": 1, "chat_id": "-1",
        "requests": [], "visible_text": "x", "created_at": NOW, "sent_at": NOW, "article_id": article_id,
    } | values  # fmt: skip
    number: int = (await tx.execute(insert(posts).values(**row).returning(posts.c.id))).scalar_one()
    return number


async def test_only_pages_of_posts_that_people_see_are_looked_at_from_the_first_post_on(db: Database) -> None:
    async with db.write() as tx:
        shown = await article(tx, canonical_url="https://a.example/one")
        await post(tx, "late", shown, sent_at=NOW, bot_id=8)
        await post(tx, "first", shown, sent_at=NOW - HOUR)
        await post(tx, "again", shown, kind=PostKind.REPOST, sent_at=NOW + HOUR)
        taken = await article(tx)
        target = await post(tx, "taken", taken)
        await post(tx, "retract", taken, kind=PostKind.RETRACT, target_post_id=target)
        await post(tx, "waits", await article(tx), state=PostState.QUEUED, sent_at=None)
        await post(tx, "alert", await article(tx), kind=PostKind.ALERT)
        await post(tx, "pasted", await article(tx, url=None))
        await post(tx, "withdrawn", await article(tx, state=ArticleState.SKIPPED))
        await post(tx, "old", await article(tx), sent_at=NOW - 9 * HOUR)
        await revisits.put(tx, shown, {"misses": 1}, now=NOW)
    async with db.read() as tx:
        (one,) = await revisits.posted(tx, since=NOW - 5 * HOUR)
    assert (one.article_id, one.url, one.posted_at, one.bots, one.found) == (
        shown, "https://a.example/one", NOW - HOUR, (7, 8), {"misses": 1},
    )  # fmt: skip


async def test_what_was_found_is_forgotten_in_time_and_other_facts_are_not(db: Database) -> None:
    async with db.write() as tx:
        await revisits.put(tx, 1, {"misses": 1}, now=NOW - HOUR)
        await revisits.put(tx, 2, {"misses": 2}, now=NOW)
        await facts.put(tx, "menus", "x", now=NOW - HOUR)
        await revisits.forget_old(tx, before=NOW)
        assert await revisits.found(tx, 1) is None
        assert await revisits.found(tx, 2) == {"misses": 2}
        assert await facts.get(tx, "menus") == "x"
