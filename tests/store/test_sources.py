"""Sources in the store: the list, checks with their claims, and items seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.errors import Problem
from bot.model import Entry, Owner, Source, SourceKind
from bot.store import articles as store_articles
from bot.store import sources as store_sources
from bot.store.articles import New
from bot.store.database import Database
from bot.store.sources import Seen

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PROBLEM = Problem(code="SW-N17", title="There is nothing at this address (404).", cause="It was moved.", fix="Look.")


def source(name: str = "paper", **fields: Any) -> Source:
    return Source(id=0, kind=SourceKind.FEED, name=name, **{"url": f"https://{name}.example/feed"} | fields)


async def put(db: Database, name: str = "paper", **fields: Any) -> Source:
    async with db.write() as tx:
        return await store_sources.put(tx, source(name, **fields), now=NOW)


async def get(db: Database, known: Source) -> Source:
    async with db.read() as tx:
        found = await store_sources.get(tx, known.id)
    assert found
    return found


async def test_a_source_is_put_found_changed_and_removed(db: Database) -> None:
    added = await put(
        db,
        owner=Owner.FILE,
        tags=("city",),
        backfill=2,
        every=HOUR,
        options={"headers": {"X": "y"}},
        title="Paper",
        language="en",
    )
    assert (added.tags, added.every, added.options, added.next_check_at) == (
        ("city",),
        HOUR,
        {"headers": {"X": "y"}},
        NOW,
    )
    other = await put(db, "other")
    async with db.read() as tx:
        assert [s.name for s in await store_sources.every(tx)] == ["other", "paper"]
        for words in ("paper", " https://paper.example/feed ", "https://paper.example/feed/"):
            found = await store_sources.find(tx, words)
            assert found
            assert found.id == added.id
        assert await store_sources.find(tx, "nobody") is None
        assert await store_sources.named(tx, "nobody") is None
        assert await store_sources.get(tx, 999) is None
        assert await store_sources.at(tx, added.url + "#top") == added.name
    async with db.write() as tx:
        await store_sources.change(tx, other.id, enabled=False)
        await store_sources.remove(tx, added.id)
    assert not (await get(db, other)).enabled
    async with db.read() as tx:
        assert [s.name for s in await store_sources.every(tx)] == ["other"]


async def test_putting_a_source_again_keeps_what_checks_taught_unless_its_address_changes(db: Database) -> None:
    added = await put(db)
    async with db.write() as tx:
        checked = store_sources.Checked(
            source_id=added.id,
            next_check_at=NOW + HOUR,
            etag='"1"',
            last_modified="then",
            body_hash="h" * 64,
            document={"title": "Told", "ttl": HOUR, "hub": None, "rhythm": {"gap": 60}},
            baseline=True,
        )
        await store_sources.record_check(tx, checked, now=NOW)
    again = await put(db, backfill=3)
    assert (again.etag, again.title, again.backfill, again.baseline_at) == ('"1"', "Told", 3, NOW)
    assert (again.ttl, again.rhythm, again.next_check_at) == (HOUR, {"gap": 60}, NOW + HOUR)
    moved = await put(db, url="https://elsewhere.example/feed")
    assert (moved.etag, moved.last_modified, moved.body_hash, moved.baseline_at) == (None, None, None, NOW)


async def test_names_are_made_of_plain_letters_and_never_taken_twice(db: Database) -> None:
    async with db.read() as tx:
        assert await store_sources.free_name(tx, "The Harbor Times – Politics!") == "the-harbor-times-politics"
        assert await store_sources.free_name(tx, "روزنامہ") == "source"
    await put(db, "daily")
    await put(db, "daily-2")
    async with db.read() as tx:
        assert await store_sources.free_name(tx, "Daily") == "daily-3"


async def test_due_sources_are_claimed_once_and_come_back_when_the_lease_runs_out(db: Database) -> None:
    early, late = await put(db, "early"), await put(db, "late")
    paused = await put(db, "paused", enabled=False)
    async with db.write() as tx:
        await store_sources.change(tx, late.id, next_check_at=NOW + HOUR)
        assert [s.id for s in await store_sources.claim_due(tx, now=NOW, limit=9)] == [early.id]
        assert await store_sources.claim_due(tx, now=NOW, limit=9) == ()
        assert await store_sources.next_check(tx) == NOW
        again = await store_sources.claim_due(tx, now=NOW + store_sources.LEASE, limit=9)
        assert [s.id for s in again] == [early.id]
        await store_sources.record_unchanged(tx, [(early.id, NOW + 2 * HOUR)], now=NOW)
        await store_sources.record_unchanged(tx, [], now=NOW)
        assert await store_sources.next_check(tx) == NOW + HOUR
        await store_sources.check_now(tx, paused.id, now=NOW)
        assert await store_sources.claim_due(tx, now=NOW, limit=9) == ()
    known = await get(db, early)
    assert (known.checked_at, known.next_check_at, known.failures) == (NOW, NOW + 2 * HOUR, 0)


async def test_failures_are_counted_since_the_first_and_forgotten_after_a_good_check(db: Database) -> None:
    added = await put(db)
    for count in (1, 2):
        async with db.write() as tx:
            now = NOW + count * HOUR
            current = await store_sources.get(tx, added.id)
            assert current
            await store_sources.record_failure(
                tx, current, PROBLEM, now=now, next_check_at=now + HOUR, killed=count == 2
            )
    known = await get(db, added)
    assert (known.failures, known.failing_since, known.kills) == (2, NOW + HOUR, 1)
    assert known.problem == str(PROBLEM)
    async with db.write() as tx:
        await store_sources.pause(tx, added.id, PROBLEM)
    assert not (await get(db, added)).enabled
    async with db.write() as tx:
        await store_sources.resume(tx, added.id, now=NOW)
    known = await get(db, added)
    assert (known.enabled, known.failures, known.failing_since, known.problem, known.kills) == (True, 0, None, None, 0)


async def test_missing_pages_outlive_good_checks_and_end_when_they_are_back_or_a_person_says_so(db: Database) -> None:
    missing = replace(PROBLEM, code="SW-A22")
    added, other = await put(db), await put(db, "other")
    for end in ("back", "person"):
        async with db.write() as tx:
            await store_sources.mark_pages_missing(tx, added.id, missing, now=NOW)
            await store_sources.mark_pages_missing(tx, added.id, missing, now=NOW + HOUR)
            await store_sources.record_failure(tx, other, PROBLEM, now=NOW, next_check_at=NOW)
            await store_sources.record_unchanged(tx, [(added.id, NOW + HOUR), (other.id, NOW + HOUR)], now=NOW)
            check = store_sources.Checked(source_id=added.id, next_check_at=NOW + HOUR, body_hash="x")
            await store_sources.record_check(tx, check, now=NOW)
        known = await get(db, added)
        assert (known.failures, known.failing_since, known.problem) == (1, NOW, str(missing))
        assert (await get(db, other)).problem is None
        async with db.write() as tx:
            if end == "back":
                await store_sources.forget_pages_missing(tx, added.id)
            else:
                await store_sources.resume(tx, added.id, now=NOW)
        known = await get(db, added)
        assert (known.failures, known.failing_since, known.problem) == (0, None, None)


async def test_items_are_remembered_by_key_and_hash(db: Database) -> None:
    added = await put(db)
    async with db.write() as tx:
        article = await store_articles.add_found(
            tx, source_id=added.id, entry=Entry(id="1", url="https://e.example/1", title="T"), baseline=False, now=NOW
        )
        other = await store_sources.put(tx, replace(added, name="other", url="https://o.example/"), now=NOW)
        items = [Seen(added.id, f"k{n:04}", "h1") for n in range(1100)]
        await store_sources.remember(tx, items, now=NOW)
        again = [Seen(added.id, "k0000", "h2", article.article_id), Seen(other.id, "k0000", "h3")]
        await store_sources.remember(tx, again, now=NOW)
        await store_sources.remember(tx, [], now=NOW)
    async with db.read() as tx:
        seen = await store_sources.seen(tx, {added.id: [*(item.key for item in items), "x"], other.id: ["k0000", "k1"]})
        assert len(seen[added.id]) == 1100
        assert (seen[added.id]["k0000"], seen[added.id]["k0001"]) == ("h2", "h1")
        assert seen[other.id] == {"k0000": "h3"}
        assert await store_sources.seen(tx, {added.id: []}) == {}
        assert await store_sources.by_title(tx, added.id, ["T", "U"]) == {"T": article.article_id}
        assert await store_sources.counts(tx, added.id) == 1


async def test_plainly_new_articles_are_added_at_once_and_doubtful_ones_are_left_to_a_closer_look(db: Database) -> None:
    added = await put(db)

    def entry(guid: str | None, path: str | None) -> Entry:
        return Entry(id=guid, url=path and f"https://e.example/news/{path}", title=f"Title {guid}")

    async with db.write() as tx:
        known = await store_articles.add_found(tx, source_id=added.id, entry=entry("1", "one"), baseline=False, now=NOW)
        entries = [entry("1", "one"), entry("2", "two"), entry("3", "twin"), entry("4", "twin"), Entry()]
        entries.append(entry(None, "five"))
        found = [New(source_id=added.id, entry=one, found_at=NOW, baseline=True) for one in entries]
        ids = await store_articles.add_new(tx, found)
        assert [article_id is None for article_id in ids] == [True, False, True, True, True, False]
        assert known.article_id not in ids
        again = await store_articles.add_new(tx, found)
        assert set(again) == {None}
        five = await store_articles.add_found(tx, source_id=added.id, entry=entry("5", "five"), baseline=False, now=NOW)
        assert (five.new, five.article_id) == (False, ids[5])
        assert await store_articles.add_new(tx, []) == ()
    async with db.read() as tx:
        claimed = await store_articles.get_many(tx, [ids[1] or 0, ids[5] or 0])
    assert [(a.title, a.baseline, a.source_id) for a in claimed] == [
        ("Title 2", True, added.id),
        ("Title None", True, added.id),
    ]


async def test_all_are_checked_now_but_those_whose_server_asked_for_time(db: Database) -> None:
    slow_down = Problem(code="SW-N19", title="It asks us to slow down.", cause="429.", fix="Wait.")
    later = NOW + timedelta(hours=2)
    async with db.write() as tx:
        known = {}
        for name in ("well", "gone", "busy"):
            source = Source(id=0, name=name, kind=SourceKind.FEED, url=f"https://{name}.example/")
            known[name] = await store_sources.put(tx, source, now=NOW)
            await store_sources.change(tx, known[name].id, next_check_at=later)
        await store_sources.record_failure(tx, known["gone"], PROBLEM, now=NOW, next_check_at=later)
        await store_sources.record_failure(tx, known["busy"], slow_down, now=NOW, next_check_at=later)
        await store_sources.check_all_now(tx, now=NOW)
        due = await store_sources.claim_due(tx, now=NOW, limit=10)
    assert {source.name for source in due} == {"well", "gone"}
