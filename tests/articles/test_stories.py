"""One event told by several sources, through the reading stage and the archive's index."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from bot.articles.read import once, read_one
from bot.model import Article, ArticleState, Entry
from bot.store import articles
from bot.store.database import Database
from bot.store.schema import sources
from bot.web import Web

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AGENCY = (
    "The first night bus of the city will leave the harbour on Monday at one o'clock, the council said on Friday. "
    "It will run every 30 minutes until five in the morning. Drivers learnt of the plan from the newspaper, and their "
    "union wants to talk about pay before the first wheel turns. Tickets cost as much as by day."
)
RETOLD = (
    "Night buses will run in the city from Monday, every half hour until five in the morning, the council said. The "
    "drivers' union has not agreed to the plan for the first night bus and asks for better pay."
)
MEALS = "Parents will pay four euros for a lunch in the schools of the district, ten per cent more than last year."


async def tell(
    db: Database, web: Web, name: str, title: str, text: str, *, path: str = "a", hours: float = 0
) -> Article:
    """Found in the feed of a source of its own, read without its page (the address is blocked), and stored."""
    async with db.write() as tx:
        values = {"name": f"{name}{path}", "kind": "feed", "url": f"https://{name}/feed", "created_at": NOW}
        source = int((await tx.execute(insert(sources).values(**values).returning(sources.c.id))).scalar_one())
        entry = Entry(
            id=path, url=f"http://{name}:1/{path}", title=title, content=text, published=NOW + timedelta(hours=hours)
        )
        added = await articles.add_found(tx, source_id=source, entry=entry, baseline=False, now=NOW)
    await once(db, web, now=NOW + timedelta(days=30))
    async with db.read() as tx:
        article = await articles.get(tx, added.article_id)
    assert article is not None
    return article


async def test_other_sources_of_one_event_share_a_story_and_other_news_does_not(db: Database, web: Web) -> None:
    first = await tell(db, web, "10.0.0.1", "City opens its first night bus line", AGENCY)
    second = await tell(db, web, "10.0.0.2", "First night bus line of the city opens on Monday", RETOLD, hours=4)
    other = await tell(db, web, "10.0.0.3", "School meals get dearer", MEALS)
    async with db.read() as tx:
        told = await articles.of_story(tx, first.id)
    assert [article.id for article in told] == [first.id, second.id]
    assert second.story_id == first.id and other.story_id is None


async def test_a_reprint_under_another_headline_is_the_same_story(sqlite_db: Database, web: Web) -> None:
    first = await tell(sqlite_db, web, "10.0.0.1", "City opens its first night bus line", AGENCY)
    reprint = await tell(sqlite_db, web, "10.0.0.2", "All aboard after midnight", AGENCY + " (agency)", hours=1)
    assert reprint.story_id == first.id


async def test_a_story_ends_after_three_days_and_a_publisher_never_repeats_itself(
    sqlite_db: Database, web: Web
) -> None:
    await tell(sqlite_db, web, "10.0.0.1", "City opens its first night bus line", AGENCY)
    late = await tell(sqlite_db, web, "10.0.0.2", "First night bus line of the city opens on Monday", RETOLD, hours=90)
    own = await tell(sqlite_db, web, "10.0.0.1", "First night bus line of the city opens on Monday", RETOLD, path="b")
    assert late.story_id is None and own.story_id is None and own.state is ArticleState.READY


async def test_the_same_text_under_a_new_address_of_its_site_is_the_same_article(sqlite_db: Database, web: Web) -> None:
    first = await tell(sqlite_db, web, "10.0.0.1", "City opens its first night bus line", AGENCY)
    moved = await tell(sqlite_db, web, "10.0.0.1", "City opens its very first night bus line", AGENCY, path="b")
    assert moved.state is ArticleState.SKIPPED and str(first.id) in (moved.problem or "")


async def test_a_text_pasted_with_small_changes_is_recognised(sqlite_db: Database, web: Web) -> None:
    first = await tell(sqlite_db, web, "10.0.0.1", "City opens its first night bus line", AGENCY)
    pasted = f"City opens its first night bus line\n\nBy Ana Ruiz, Harbor\n\n{AGENCY}\n\nAnd one line more."
    known = await read_one(sqlite_db, web, url=None, text=pasted, now=NOW)
    assert replace(known, story_id=None).id == first.id
