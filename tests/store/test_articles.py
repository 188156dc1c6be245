"""Articles in the store, on both databases: known again by any key, claimed once, corrected with the old words kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from bot.errors import Problem
from bot.model import Alternate, Article, ArticleState, Enclosure, Entry, Image, Link, Video
from bot.store import articles
from bot.store.database import Database, Tx
from bot.store.schema import articles as table
from bot.store.schema import sources
from tests.plans import plans_of

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TROUBLE = Problem(code="SW-A01", title="The page is gone.", cause="The site says 404.", fix="Look at the source.")
BUS = Entry(id="1", url="https://example.com/bus", title="Night bus opens on Monday", published=NOW)


async def add_source(tx: Tx, name: str = "one") -> int:
    values = {"name": name, "kind": "feed", "url": f"https://{name}.example/feed", "created_at": NOW}
    return int((await tx.execute(insert(sources).values(**values).returning(sources.c.id))).scalar_one())


async def add(
    tx: Tx, source: int | None, entry: Entry, *, baseline: bool = False, now: datetime = NOW
) -> articles.Added:
    return await articles.add_found(tx, source_id=source, entry=entry, baseline=baseline, now=now)


def read(article: Article, **fields: object) -> Article:
    values: dict[str, object] = {"title": "Night bus opens", "summary": ("It opens.",), "text": "It opens. It runs."}
    return replace(article, **(values | fields))  # type: ignore[arg-type]


async def test_an_article_is_known_again_whatever_its_feed_changes(db: Database) -> None:
    async with db.write() as tx:
        source = await add_source(tx)
        first = await add(tx, source, BUS)
        assert first.new
        for changed in (
            replace(BUS, id="other-guid"),
            replace(BUS, url="http://www.example.com/bus/?utm_source=rss"),
            replace(BUS, url="https://example.com/night-bus", title="Night bus opens on Tuesday"),
            replace(BUS, id=None),
        ):
            again = await add(tx, source, changed)
            assert (again.article_id, again.new, again.again) == (first.article_id, False, True)
        assert "url:example.com/night-bus" in await articles.keys_of(tx, first.article_id)


async def test_two_items_with_one_identifier_or_one_page_stay_two_articles(db: Database) -> None:
    other = Entry(id="2", url=BUS.url, title="School meals get dearer", published=NOW - timedelta(days=1))
    async with db.write() as tx:
        source = await add_source(tx)
        first = await add(tx, source, BUS)
        same_guid = await add(tx, source, replace(other, id=BUS.id, url="https://example.com/meals"))
        same_page = await add(tx, source, other)
        assert len({first.article_id, same_guid.article_id, same_page.article_id}) == 3
        assert not (await add(tx, source, other)).new


async def test_an_identifier_counts_only_within_its_source_and_an_address_everywhere(db: Database) -> None:
    async with db.write() as tx:
        one, two = await add_source(tx), await add_source(tx, "two")
        first = await add(tx, one, BUS)
        other = await add(tx, two, replace(BUS, url="https://other.example/bus"))
        shared = await add(tx, two, replace(BUS, id="9"))
        assert other.new and not shared.new
        assert (shared.article_id, shared.again) == (first.article_id, False)


async def test_an_item_without_address_and_identifier_is_known_by_headline_and_time(db: Database) -> None:
    note = Entry(title="Water off", published=NOW)
    async with db.write() as tx:
        source = await add_source(tx)
        first = await add(tx, source, note)
        assert not (await add(tx, source, note)).new
        assert (await add(tx, source, replace(note, published=NOW + timedelta(days=1)))).article_id != first.article_id
        assert (await add(tx, source, Entry())).new


async def test_new_articles_are_claimed_before_a_baseline_and_once_at_a_time(db: Database) -> None:
    async with db.write() as tx:
        source = await add_source(tx)
        old = await add(tx, source, replace(BUS, id="0", url="https://example.com/old"), baseline=True)
        new = await add(tx, source, BUS)
        claimed = await articles.claim_found(tx, now=NOW, limit=10)
        assert [c.article.id for c in claimed] == [new.article_id, old.article_id]
        assert claimed[0].entry == BUS and claimed[1].article.baseline
        assert await articles.claim_found(tx, now=NOW, limit=10) == ()
        later = NOW + timedelta(minutes=6)
        assert await articles.next_reading(tx) == NOW + timedelta(minutes=5)
        assert len(await articles.claim_found(tx, now=later, limit=1)) == 1


async def test_an_entry_keeps_all_it_said_until_it_is_read(db: Database) -> None:
    full = replace(
        BUS, modified=NOW, authors=("Ana",), description="<p>x</p>", content="y", image="https://example.com/i.jpg",
        tags=("bus",), language="en", comments="https://example.com/bus#c",
        enclosures=(Enclosure(url="https://example.com/v.mp4", mime="video/mp4", length=5),),
    )  # fmt: skip
    async with db.write() as tx:
        await add(tx, await add_source(tx), full)
        (claimed,) = await articles.claim_found(tx, now=NOW, limit=1)
        assert claimed.entry == full


async def test_a_read_article_comes_back_whole(db: Database) -> None:
    async with db.write() as tx:
        added = await add(tx, await add_source(tx), BUS)
        found = await articles.get(tx, added.article_id)
        assert found is not None
        article = read(
            found, standfirst="A line.", authors=("Ana", "Bo"), published=NOW, modified=NOW, site_name="Post",
            language="en", image=Image(url="https://example.com/i.jpg", caption="A bus", width=800),
            images=(Image(url="https://example.com/2.jpg"),), related=(Link(title="More"),), tags=("bus",), minutes=1,
            videos=(Video(url="https://example.com/v.mp4", duration=9),), summary_how="standfirst", story_id=5,
            alternates=(Alternate(language="hi", url="https://example.com/hi/bus"),), shortlink="https://example.com/s",
            canonical_url="https://example.com/bus",
        )  # fmt: skip
        stored = await articles.store_ready(tx, article, keys=("url:example.com/bus-2",), now=NOW)
        assert (stored.revision, stored.changed) == (0, False)
        assert await articles.get(tx, article.id) == replace(article, state=ArticleState.READY, read_at=NOW)
        assert (await articles.by_keys(tx, ("nothing", "url:example.com/bus-2"))) is not None
        assert await articles.by_keys(tx, ()) is None and await articles.by_keys(tx, ("nothing",)) is None
        assert [a.id for a in await articles.of_story(tx, 5)] == [article.id]
        assert await articles.next_reading(tx) is None


async def test_a_correction_raises_the_revision_and_keeps_the_old_words(db: Database) -> None:
    async with db.write() as tx:
        added = await add(tx, await add_source(tx), BUS)
        found = await articles.get(tx, added.article_id)
        assert found is not None
        await articles.store_ready(tx, read(found), now=NOW)
        assert [a.id for a in await articles.to_compose(tx, limit=5)] == [found.id]
        await articles.mark_decided(tx, found.id, 0)
        await articles.store_ready(tx, read(found, text="A longer text that no post shows."), now=NOW)
        assert await articles.to_compose(tx, limit=5) == ()
        stored = await articles.store_ready(tx, read(found, title="Night bus opens late"), now=NOW)
        assert (stored.revision, stored.changed) == (1, True)
        assert [a.revision for a in await articles.to_compose(tx, limit=5)] == [1]
        (version,) = await articles.versions(tx, found.id)
        assert (version.revision, version.title, version.summary) == (0, "Night bus opens", ("It opens.",))


async def test_a_baseline_is_read_and_listed_but_never_offered_to_compose(db: Database) -> None:
    async with db.write() as tx:
        source = await add_source(tx)
        for number in range(3):
            entry = replace(
                BUS, id=str(number), url=f"https://example.com/{number}", published=NOW + timedelta(hours=number)
            )
            found = await articles.get(tx, (await add(tx, source, entry, baseline=True)).article_id)
            assert found is not None
            await articles.store_ready(tx, read(found, published=entry.published, language="en"), now=NOW)
        assert await articles.to_compose(tx, limit=5) == ()
        newest = await articles.latest(tx, limit=2, since=NOW, source_id=source, language="en")
        assert [a.url for a in newest] == ["https://example.com/2", "https://example.com/1"]


async def test_the_latest_are_listed_by_their_index_those_of_no_known_day_last(db: Database) -> None:
    async with db.write() as tx:
        common = {"state": ArticleState.READY, "found_at": NOW, "title": "Bus"}
        rows = [{**common, "published": NOW - timedelta(minutes=n)} for n in range(400)]
        await tx.execute(insert(table), [*rows, *({**common, "published": None} for _ in range(3))])
        await tx.exec_driver_sql("ANALYZE articles")

        async def listed(**options: Any) -> list[int]:
            return [article.id for article in await articles.latest(tx, **options)]

        first = (await tx.execute(select(func.min(table.c.id)))).scalar_one()
        assert await listed(limit=2) == [first, first + 1]
        assert await listed(limit=4, offset=398) == [first + 398, first + 399, first + 402, first + 401]
        assert await listed(limit=4, offset=401) == [first + 401, first + 400]
        assert await listed(limit=4, offset=403) == []
        assert await listed(limit=9, since=NOW - timedelta(minutes=1)) == [first, first + 1]
        plan = (await plans_of(tx, articles.latest(tx, limit=5)))[0]
        assert "ix_articles_published" in plan


async def test_failures_are_retried_then_kept_in_words(db: Database) -> None:
    async with db.write() as tx:
        added = await add(tx, await add_source(tx), BUS)
        await articles.claim_found(tx, now=NOW, limit=1)
        await articles.fail(tx, added.article_id, TROUBLE, retry_at=NOW + timedelta(minutes=2))
        assert await articles.claim_found(tx, now=NOW, limit=1) == ()
        (claimed,) = await articles.claim_found(tx, now=NOW + timedelta(minutes=2), limit=1)
        assert claimed.attempts == 1
        await articles.fail(tx, added.article_id, TROUBLE, retry_at=None)
        failed = await articles.get(tx, added.article_id)
        assert failed is not None and failed.state is ArticleState.FAILED
        assert failed.problem == "The page is gone. The site says 404. Look at the source."
        await add(tx, failed.source_id, BUS)
        assert len(await articles.claim_found(tx, now=NOW + timedelta(hours=1), limit=1)) == 1


async def test_a_failed_re_reading_leaves_a_read_article_as_it_was(db: Database) -> None:
    async with db.write() as tx:
        added = await add(tx, await add_source(tx), BUS)
        found = await articles.get(tx, added.article_id)
        assert found is not None
        await articles.store_ready(tx, read(found), now=NOW)
        await articles.read_again(tx, found.id, now=NOW)
        await articles.fail(tx, found.id, TROUBLE, retry_at=None)
        after = await articles.get(tx, found.id)
        assert after is not None and (after.state, after.title) == (ArticleState.READY, "Night bus opens")


async def test_two_rows_of_one_article_become_one(db: Database) -> None:
    async with db.write() as tx:
        pushed = await articles.add_pushed(tx, url=None, keys=("text:1",), now=NOW)
        added = await add(tx, await add_source(tx), BUS)
        await articles.merge(tx, added.article_id, into=pushed, problem=TROUBLE, now=NOW)
        await articles.set_story(tx, [pushed], 3)
        other = await articles.get(tx, added.article_id)
        assert other is not None and other.state is ArticleState.SKIPPED
        again = await add(tx, other.source_id, BUS)
        kept = await articles.get(tx, pushed)
        assert again.article_id == pushed and again.again
        assert kept is not None and (kept.url, kept.source_id, kept.story_id) == (BUS.url, other.source_id, 3)


async def test_each_source_that_lists_an_article_is_known_and_says_whether_it_was_news_to_it(db: Database) -> None:
    async with db.write() as tx:
        one, two, three = [await add_source(tx, name) for name in ("one", "two", "three")]
        first = await add(tx, one, BUS, baseline=True)
        await add(tx, two, BUS, baseline=True)
        assert (await articles.get(tx, first.article_id)).baseline, "old for all of them"  # type: ignore[union-attr]
        await articles.mark_decided(tx, first.article_id, 0)
        await add(tx, three, BUS)
        known = await articles.get(tx, first.article_id)
        assert known is not None and not known.baseline
        listed = await articles.sources_of(tx, first.article_id)
        assert [(each.source_id, each.baseline) for each in listed] == [(one, True), (two, True), (three, False)]
        await articles.store_ready(tx, read(known), now=NOW)
        assert [each.id for each in await articles.to_compose(tx, limit=5)] == [first.article_id]
        await articles.mark_decided(tx, first.article_id, 0, sources=2)
        assert await articles.to_compose(tx, limit=5), "another source listed it while compose was thinking"
        await articles.mark_decided(tx, first.article_id, 0, sources=3)
        await add(tx, three, BUS)
        assert await articles.to_compose(tx, limit=5) == ()
        assert await articles.sources_of(tx, 99) == ()


async def test_two_rows_that_become_one_keep_the_sources_of_both(db: Database) -> None:
    async with db.write() as tx:
        one, two = await add_source(tx), await add_source(tx, "two")
        first = await add(tx, one, BUS)
        other = await add(tx, two, replace(BUS, url="https://example.com/amp/bus"))
        await articles.merge(tx, other.article_id, into=first.article_id, problem=TROUBLE, now=NOW)
        assert [each.source_id for each in await articles.sources_of(tx, first.article_id)] == [one, two]
