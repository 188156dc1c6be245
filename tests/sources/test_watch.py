"""The watching stage against a real site and a real database: nothing lost, nothing doubled, silent at first sight."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from aiohttp import web as server
from sqlalchemy import select, text, update

from bot.model import Source, SourceKind
from bot.parsing import Limits, Parser
from bot.sources import room, watch
from bot.store import articles as store_articles
from bot.store import sources as store_sources
from bot.store.database import Database
from bot.store.schema import articles, entries
from bot.web import Web
from tests.sources.conftest import Site, rss

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Clock:
    """Time as the tests tell it."""

    def __init__(self) -> None:
        self.now = NOW

    def later(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def add(db: Database, url: str, name: str = "paper", **options: Any) -> Source:
    source = Source(id=0, name=name, kind=options.pop("kind", SourceKind.FEED), url=url, **options)
    async with db.write() as tx:
        return await store_sources.put(tx, source, now=NOW)


async def found(db: Database) -> list[tuple[str, bool]]:
    """Titles and whether they are of the baseline, in the order in which they will be handled."""
    async with db.read() as tx:
        rows = await tx.execute(
            select(articles.c.title, articles.c.baseline).order_by(articles.c.found_at, articles.c.id)
        )
        return [(row.title, row.baseline) for row in rows]


async def waiting(db: Database) -> list[str]:
    """Titles of articles that are to be read (again)."""
    async with db.read() as tx:
        rows = await tx.execute(
            select(articles.c.title).where(articles.c.read_after.is_not(None)).order_by(articles.c.id)
        )
        return [row.title for row in rows]


async def forget_waiting(db: Database) -> None:
    async with db.write() as tx:
        await tx.execute(articles.update().values(read_after=None))


async def source(db: Database, name: str = "paper") -> Source:
    async with db.read() as tx:
        known = await store_sources.named(tx, name)
    assert known
    return known


async def check(db: Database, web: Web, clock: Clock, **options: Any) -> int:
    return await watch.once(db, web, now=clock.later(hours=7), random=Random(1), **options)


async def test_first_sight_is_silent_and_the_next_check_brings_what_is_new_in_order(
    db: Database, site: Site, web: Web, clock: Clock
) -> None:
    await add(db, site.says("/feed", rss(["b|Second|10:00", "a|First|09:00"])))
    assert await check(db, web, clock) == 1
    assert await found(db) == [("First", True), ("Second", True)]
    site.says("/feed", rss(["d|Fourth|11:30", "c|Third|11:00", "b|Second|10:00", "a|First|09:00"]))
    await check(db, web, clock)
    assert (await found(db))[2:] == [("Third", False), ("Fourth", False)]
    known = await source(db)
    assert (known.title, known.baseline_at, known.failures, known.problem) == (
        "Paper",
        NOW + timedelta(hours=7),
        0,
        None,
    )
    assert known.checked_at == clock.now
    assert known.next_check_at
    assert known.next_check_at > clock.now
    assert await watch.once(db, web, now=clock.now) == 0


async def test_backfill_posts_the_newest_only(db: Database, site: Site, web: Web, clock: Clock) -> None:
    await add(db, site.says("/feed", rss(["c|C|11:00", "a|A|09:00", "b|B|10:00"])), backfill=1)
    await check(db, web, clock)
    assert await found(db) == [("A", True), ("B", True), ("C", False)]


async def test_an_unchanged_feed_is_asked_conditionally_and_not_parsed_again(
    db: Database, site: Site, web: Web, clock: Clock
) -> None:
    statuses = []

    async def feed(request: server.Request) -> server.Response:
        statuses.append(304 if request.headers.get("If-None-Match") == '"1"' else 200)
        return server.Response(
            body=rss(["a|A"]) if statuses[-1] == 200 else b"", status=statuses[-1], headers={"ETag": '"1"'}
        )

    site.handlers["/feed"] = feed
    await add(db, site.at("/feed"))
    for _ in range(3):
        assert await check(db, web, clock) == 1
    assert statuses == [200, 304, 304]
    assert await found(db) == [("A", True)]
    assert (await source(db)).checked_at == clock.now


async def test_a_feed_without_validators_is_known_by_the_hash_of_its_body(
    db: Database, site: Site, web: Web, clock: Clock
) -> None:
    await add(db, site.says("/feed", rss(["a|A"])))
    await check(db, web, clock)
    await forget_waiting(db)
    await check(db, web, clock)
    assert await waiting(db) == []


async def test_a_corrected_item_is_read_again_and_the_others_are_left_alone(
    db: Database, site: Site, web: Web, clock: Clock
) -> None:
    url = site.says("/feed", rss(["a|Council votes on tram|09:00", "b|Another headline here|10:00"]))
    await add(db, url)
    await check(db, web, clock)
    await forget_waiting(db)
    site.says("/feed", rss(["a|Council votes on tram|09:00|now with text", "b|Another headline here|10:00"]))
    await check(db, web, clock)
    assert await waiting(db) == ["Council votes on tram"]
    assert len(await found(db)) == 2


async def test_after_an_upgrade_that_compares_in_another_way_nothing_old_is_read_again(
    db: Database, site: Site, web: Web, clock: Clock
) -> None:
    url = site.says("/feed", rss(["a|Council votes on tram|09:00", "b|Another headline here|10:00"]))
    await add(db, url)
    await check(db, web, clock)
    await forget_waiting(db)
    async with db.write() as tx:
        await tx.execute(update(entries).values(entry_hash="0" * 64))  # as an earlier version wrote them
    site.says("/feed", rss(["c|Ferry stopped|11:00", "a|Council votes on tram|09:00", "b|Another headline here|10:00"]))
    await check(db, web, clock)
    assert await waiting(db) == ["Ferry stopped"]
    site.says(
        "/feed", rss(["c|Ferry stopped|11:00", "a|Council votes on tram|09:00|text", "b|Another headline here|10:00"])
    )
    await check(db, web, clock)
    assert await waiting(db) == ["Council votes on tram", "Ferry stopped"]
    async with db.read() as tx:
        assert None not in (await tx.execute(select(entries.c.article_id))).scalars().all()


async def test_a_feed_that_changes_all_its_ids_brings_nothing_twice(
    db: Database, site: Site, web: Web, clock: Clock
) -> None:
    old = [f"id{n}|Headline number {n} of the day|0{n}:00" for n in range(1, 9)]
    await add(db, site.says("/feed", rss(old)))
    await check(db, web, clock)
    await forget_waiting(db)
    site.says("/feed", rss(["new|Something really new|11:00", *(f"x{item}" for item in old)]))
    await check(db, web, clock)
    assert len(await found(db)) == 9
    assert await waiting(db) == ["Something really new"]
    site.says("/feed", rss([f"x{item}" for item in old[1:]]))
    await check(db, web, clock)
    assert len(await found(db)) == 9


async def test_items_that_share_an_id_by_mistake_are_all_kept(db: Database, site: Site, web: Web, clock: Clock) -> None:
    await add(db, site.says("/feed", rss(["same|Trams return to the harbour", "same|Mayor opens the new library"])))
    await check(db, web, clock)
    assert len(await found(db)) == 2


async def test_a_hundred_new_items_in_one_check_are_all_found_in_order(
    sqlite_db: Database, site: Site, web: Web, clock: Clock
) -> None:
    db = sqlite_db
    await add(db, site.says("/feed", rss(["z|Old|00:00"])))
    await check(db, web, clock)
    new = [f"n{n}|Story {n:03}|{1 + n // 60:02}:{n % 60:02}" for n in range(100)]
    site.says("/feed", rss([*reversed(new), "z|Old|00:00"]))
    await check(db, web, clock)
    assert [title for title, baseline in await found(db) if not baseline] == [f"Story {n:03}" for n in range(100)]


async def test_a_new_source_with_thousands_of_items_reads_the_newest_and_knows_the_rest(
    sqlite_db: Database, site: Site, web: Web, clock: Clock
) -> None:
    db = sqlite_db
    lines = "\n".join(f"https://ex.org/{n}" for n in range(1000))
    await add(db, site.says("/sitemap.txt", lines.encode()), kind=SourceKind.SITEMAP)
    await check(db, web, clock)
    assert len(await found(db)) == 200
    site.says("/sitemap.txt", f"https://ex.org/fresh\n{lines}".encode())
    await check(db, web, clock)
    assert len(await found(db)) == 201


async def test_a_date_in_the_future_becomes_the_time_of_the_check(
    sqlite_db: Database, site: Site, web: Web, clock: Clock
) -> None:
    feed = rss(["a|A|09:00"]).replace(b"2026", b"2031")
    await add(sqlite_db, site.says("/feed", feed))
    await check(sqlite_db, web, clock)
    async with sqlite_db.read() as tx:
        assert (await tx.execute(select(articles.c.published))).scalar_one() == clock.now


async def test_failures_are_kept_in_words_back_off_and_touch_no_other_source(
    db: Database, site: Site, web: Web, clock: Clock
) -> None:
    await add(db, site.says("/good", rss(["a|A"])), name="good")
    bad = {
        "gone": site.says("/410", status=410),
        "missing": site.says("/404", status=404),
        "slow-down": site.says("/429", status=429, Retry_After="86400"),
        "html": site.says("/html", b"<!doctype html><p>sorry"),
        "empty": site.says("/empty", b""),
        "broken": site.says("/broken", b"<<<"),
        "private": "http://10.0.0.1/feed",
    }
    for name, url in bad.items():
        await add(db, url, name=name)
    assert await check(db, web, clock) == len(bad) + 1
    assert await found(db) == [("A", True)]
    problems = {name: await source(db, name) for name in bad}
    assert len({known.problem for known in problems.values()}) == len(bad)
    assert "gone for good" in (problems["gone"].problem or "")
    assert all(known.failures == 1 and known.failing_since == clock.now for known in problems.values())
    waits = {name: known.next_check_at - clock.now for name, known in problems.items() if known.next_check_at}
    assert waits["missing"] < timedelta(minutes=5)
    assert waits["slow-down"] >= timedelta(days=1) - timedelta(hours=8)
    assert waits["gone"] > timedelta(hours=12)
    await check(db, web, clock)
    again = await source(db, "missing")
    assert again.failures == 2
    assert again.failing_since == problems["missing"].failing_since
    site.says("/404", rss(["x|X"]))
    await check(db, web, clock)
    healed = await source(db, "missing")
    assert (healed.failures, healed.failing_since, healed.problem) == (0, None, None)


async def test_a_source_gone_twice_is_paused_until_somebody_resumes_it(
    db: Database, site: Site, web: Web, clock: Clock
) -> None:
    await add(db, site.says("/feed", status=410))
    await check(db, web, clock)
    assert (await source(db)).enabled
    clock.later(days=2)
    await check(db, web, clock)
    known = await source(db)
    assert not known.enabled
    clock.later(days=9)
    assert await check(db, web, clock) == 0
    async with db.write() as tx:
        await store_sources.resume(tx, known.id, now=clock.now)
    site.says("/feed", rss(["a|A"]))
    assert await check(db, web, clock) == 1
    assert (await source(db)).problem is None


async def test_a_moved_feed_is_proposed_and_never_followed(db: Database, site: Site, web: Web, clock: Clock) -> None:
    old = site.says("/old", status=301, Location="/new")
    new = site.says("/new", rss(["a|A"]))
    await add(db, old)
    for _ in range(2):
        await check(db, web, clock)
        known = await source(db)
        assert (known.url, known.moved_to) == (old, new)
    site.says("/old", rss(["a|A"]))
    await check(db, web, clock)
    assert (await source(db)).moved_to is None
    site.says("/old", status=308, Location="/new")
    await check(db, web, clock)
    async with db.write() as tx:
        assert await store_sources.accept_move(tx, known.id, now=clock.now)
        assert not await store_sources.accept_move(tx, known.id, now=clock.now)
    assert ((await source(db)).url, (await source(db)).moved_to) == (new, None)


async def test_a_temporary_redirect_proposes_nothing(sqlite_db: Database, site: Site, web: Web, clock: Clock) -> None:
    site.says("/new", rss(["a|A"]))
    await add(sqlite_db, site.says("/old", status=302, Location="/new"))
    await check(sqlite_db, web, clock)
    assert (await source(sqlite_db)).moved_to is None


async def test_a_source_that_costs_three_parsers_is_paused_and_said_so(
    sqlite_db: Database, site: Site, web: Web, clock: Clock
) -> None:
    items = "".join(f"<item><title>{n}</title><guid>{n}</guid></item>" for n in range(60_000))
    await add(sqlite_db, site.says("/bomb", f"<rss><channel>{items}</channel></rss>".encode()), name="bomb")
    await add(sqlite_db, site.says("/good", rss(["a|A"])), name="good")
    async with Parser(Limits(memory=60 << 20)) as parser:
        for _ in range(3):
            await check(sqlite_db, web, clock, parser=parser)
    bomb = await source(sqlite_db, "bomb")
    assert (bomb.enabled, bomb.kills) == (False, 3)
    assert "three times" in (bomb.problem or "")
    assert (await source(sqlite_db, "good")).failures == 0


async def test_a_large_feed_is_read_by_the_worker(sqlite_db: Database, site: Site, web: Web, clock: Clock) -> None:
    await add(sqlite_db, site.says("/feed", rss([f"a|A|09:00|{'long ' * 40_000}"])))
    async with Parser() as parser:
        await check(sqlite_db, web, clock, parser=parser)
    assert await found(sqlite_db) == [("A", True)]


async def test_a_sitemap_index_is_opened_where_news_stands(
    sqlite_db: Database, site: Site, web: Web, clock: Clock
) -> None:
    def sitemap(*names: str) -> bytes:
        return ("<urlset>" + "".join(f"<url><loc>{site.at('/' + n)}</loc></url>" for n in names) + "</urlset>").encode()

    names = ["posts-1.xml", "posts-2.xml", "posts-10.xml", "tags.xml", "news.xml", "missing-99.xml"]
    for name in names[:-1]:
        site.says(f"/{name}", sitemap(name.partition(".")[0]))
    index = "".join(f"<sitemap><loc>/{name}</loc></sitemap>" for name in names)
    await add(
        sqlite_db,
        site.says("/index.xml", f"<sitemapindex>{index}</sitemapindex>".encode()),
        kind=SourceKind.SITEMAP,
    )
    await check(sqlite_db, web, clock)
    assert [request.path for request in site.seen] == ["/index.xml", "/news.xml", "/missing-99.xml", "/posts-10.xml"]
    async with sqlite_db.read() as tx:
        urls = set((await tx.execute(select(articles.c.url))).scalars())
    assert urls == {site.at("/news"), site.at("/posts-10")}


async def test_the_sitemaps_of_an_index_are_read_again_only_when_they_change(
    sqlite_db: Database, site: Site, web: Web, clock: Clock
) -> None:
    def says(name: str, *pages: str) -> None:
        body = "".join(f"<url><loc>{site.at('/' + page)}</loc></url>" for page in pages)

        async def handler(request: server.Request) -> server.Response:
            tag = f'"{len(pages)}"'
            known = request.headers.get("If-None-Match") == tag
            asked.append(f"{name} {304 if known else 200}")
            text = "" if known else f"<urlset>{body}</urlset>"
            return server.Response(text=text, status=304 if known else 200, headers={"ETag": tag})

        site.handlers[f"/{name}"] = handler

    async def asked_in_a_check() -> list[str]:
        asked.clear()
        await check(sqlite_db, web, clock)
        return list(asked)

    def index(**dates: str) -> str:
        parts = "".join(
            f"<sitemap><loc>/{name}.xml</loc>{date and f'<lastmod>{date}</lastmod>'}</sitemap>"
            for name, date in dates.items()
        )
        return site.says("/index.xml", f"<sitemapindex>{parts}</sitemapindex>".encode())

    asked: list[str] = []
    says("news.xml", "a")
    says("posts.xml", "old")
    await add(sqlite_db, index(news="", posts="2026-01-01"), kind=SourceKind.SITEMAP)
    assert sorted(await asked_in_a_check()) == ["news.xml 200", "posts.xml 200"]
    before = (await source(sqlite_db)).rhythm
    assert sorted(await asked_in_a_check()) == ["news.xml 304", "posts.xml 304"]
    says("news.xml", "a", "b")
    assert sorted(await asked_in_a_check()) == ["news.xml 200", "posts.xml 304"]
    assert sorted(url.rpartition("/")[2] for url in await urls(sqlite_db)) == ["a", "b", "old"]
    says("posts.xml", "old", "older")
    index(news="", posts="2026-01-02")
    assert sorted(await asked_in_a_check()) == ["news.xml 304", "posts.xml 200"]
    assert await asked_in_a_check() == ["news.xml 304"], "its date was seen to tell of changes"
    index(news="", posts="2026-01-02", tags="")
    assert await asked_in_a_check() == ["news.xml 304"]
    assert before["sitemaps"] and (await source(sqlite_db)).failures == 0


async def urls(db: Database) -> list[str]:
    async with db.read() as tx:
        return list((await tx.execute(select(articles.c.url).order_by(articles.c.id))).scalars())


async def test_a_single_page_is_a_new_version_when_its_text_changes(
    sqlite_db: Database, site: Site, web: Web, clock: Clock
) -> None:
    page = "<html><head><title>T</title><script>{}</script></head><body><h1>Live blog</h1><p>{}</p></body></html>"
    url = site.says("/live", page.format(1, "one").encode())
    await add(sqlite_db, url, kind=SourceKind.PAGE, options={"single": True})
    await check(sqlite_db, web, clock)
    await forget_waiting(sqlite_db)
    site.says("/live", page.format(2, "one").encode())
    await check(sqlite_db, web, clock)
    assert await waiting(sqlite_db) == []
    site.says("/live", page.format(2, "two").encode())
    await check(sqlite_db, web, clock)
    assert await waiting(sqlite_db) == ["Live blog"]
    assert len(await found(sqlite_db)) == 1


async def test_two_processes_never_check_the_same_source_at_once(db: Database, site: Site, web: Web) -> None:
    await add(db, site.says("/feed", rss(["a|A"])))
    async with db.write() as tx:
        assert len(await store_sources.claim_due(tx, now=NOW, limit=10)) == 1
    assert await watch.once(db, web, now=NOW) == 0
    assert await watch.once(db, web, now=NOW + timedelta(minutes=6)) == 1


async def test_something_unforeseen_costs_only_its_own_source(
    sqlite_db: Database, site: Site, web: Web, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await add(sqlite_db, site.says("/odd", rss(["a|A"])), name="odd", options={"headers": {"X-Bad": 5}})
    await add(sqlite_db, site.says("/good", rss(["a|A"])), name="good")
    assert await check(sqlite_db, web, clock) == 2
    assert "SW-S13" in ((await source(sqlite_db, "odd")).problem or "")
    assert (await source(sqlite_db, "good")).failures == 0
    assert "check stumbled" in caplog.text


async def test_the_operator_s_wish_sets_the_pace(sqlite_db: Database, site: Site, web: Web, clock: Clock) -> None:
    await add(sqlite_db, site.says("/feed", rss(["a|A"]), Cache_Control="max-age=3600"), every=timedelta(seconds=30))
    await check(sqlite_db, web, clock)
    assert (await source(sqlite_db)).next_check_at == clock.now + timedelta(seconds=30)


async def test_large_answers_are_read_few_at_a_time_and_small_ones_do_not_wait_for_them(
    sqlite_db: Database, site: Site, web: Web, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = rss([f"a|A|09:00|{'long ' * 500_000}"])
    for number in range(6):
        await add(sqlite_db, site.says(f"/large{number}", large), name=f"large{number}")
    await add(sqlite_db, site.says("/small", rss(["s|Small|10:00"])), name="small")
    async with Parser() as parser:
        assert await check(sqlite_db, web, clock, parser=parser) == 7
        first = len(site.seen)
        await check(sqlite_db, web, clock, parser=parser)
    assert len(await found(sqlite_db)) == 2  # one text, one article
    assert [(await source(sqlite_db, f"large{n}")).rhythm["lane"] for n in range(6)] == [2] * 6
    assert (first, len(site.seen)) == (6 * 3 + 1, 6 * 3 + 1 + 7)  # each lane once, then the right one at once
    full = room.Room(patience=0.05)
    async with full.lane(2):
        async with full.lane(0) as limit:
            assert limit == room.LANES[0]
        with pytest.raises(room.NoRoom):
            async with full.lane(1):
                pass
    async with full.lane(1) as limit:
        assert limit == room.LANES[1]


@pytest.mark.parametrize(
    ("size", "lane"), [(0, 0), (100_000, 0), (250_000, 1), (1_600_000, 1), (2_000_000, 2), (9**9, 2)]
)
def test_the_next_answer_has_a_quarter_to_spare(size: int, lane: int) -> None:
    assert room.lane_for(size) == lane


async def test_an_arrival_that_cannot_be_noted_costs_only_its_own_source(
    sqlite_db: Database, site: Site, web: Web, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async with sqlite_db.write() as tx:
        refuse = "BEGIN SELECT RAISE(ABORT, 'no room for this one'); END"
        await tx.execute(text(f"CREATE TRIGGER t BEFORE INSERT ON articles WHEN NEW.title = 'Bad' {refuse}"))
    for name, title in (("first", "Good one"), ("odd", "Bad"), ("last", "Good two")):
        await add(sqlite_db, site.says(f"/{name}", rss([f"{name}|{title}|10:00"])), name=name)
    assert await check(sqlite_db, web, clock) == 3
    assert sorted(await found(sqlite_db)) == [("Good one", True), ("Good two", True)]
    assert "SW-S13" in ((await source(sqlite_db, "odd")).problem or "")
    assert [(await source(sqlite_db, name)).failures for name in ("first", "odd", "last")] == [0, 1, 0]
    assert "check stumbled" in caplog.text


async def test_who_finds_no_room_comes_again(sqlite_db: Database, site: Site, web: Web, clock: Clock) -> None:
    await add(sqlite_db, site.says("/feed", rss([f"a|A|09:00|{'long ' * 100_000}"])))
    await check(sqlite_db, web, clock, room=room.Room(0, patience=0.0))
    known = await source(sqlite_db)
    assert (known.checked_at, known.failures, await found(sqlite_db)) == (None, 0, [])
    await check(sqlite_db, web, clock)
    assert await found(sqlite_db) == [("A", True)]


async def test_sources_of_one_address_are_visited_once_and_each_gets_the_articles(
    db: Database, site: Site, web: Web, clock: Clock
) -> None:
    asked = []

    async def feed(request: server.Request) -> server.Response:
        tag = f'"{len(items)}"'
        asked.append(304 if request.headers.get("If-None-Match") == tag else 200)
        return server.Response(body=rss(items) if asked[-1] == 200 else b"", status=asked[-1], headers={"ETag": tag})

    async def listing() -> dict[str, list[tuple[str, bool]]]:
        """Title → the sources that list it, and whether it was old for them."""
        async with db.read() as tx:
            rows = (await tx.execute(select(articles.c.id, articles.c.title).order_by(articles.c.id))).all()
            listed = {row.title: await store_articles.sources_of(tx, row.id) for row in rows}
        names = {first.id: "paper", second.id: "again"}
        return {title: sorted((names[one.source_id], one.baseline) for one in each) for title, each in listed.items()}

    items = ["a|A"]
    site.handlers["/feed"] = feed
    url = site.at("/feed")
    first = await add(db, url)
    await check(db, web, clock)
    second = await add(db, url, "again", backfill=1, every=timedelta(minutes=5), options={"rhash": "x"})
    assert await check(db, web, clock) == 2
    assert asked == [200, 200], "a source that never saw it needs it whole"
    assert await listing() == {"A": [("again", False), ("paper", True)]}
    items.append("b|B")
    assert await watch.once(db, web, now=clock.later(minutes=10)) == 2, "the other is not due, and comes along"
    assert (await listing())["B"] == [("again", False), ("paper", False)]
    await check(db, web, clock)
    assert asked == [200, 200, 200, 304]
    assert [title for title, _ in await found(db)] == ["A", "B"]
