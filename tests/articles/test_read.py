"""The reading stage over a real site on this machine and a real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.articles.read import once, read_one
from bot.errors import FetchError, ParseError, UsageError
from bot.model import Article, ArticleState, Enclosure, Entry
from bot.store import articles, channels, facts, notices
from bot.store.database import Database
from bot.store.schema import sources
from bot.web import Web
from tests.posts import samples

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TITLE = "City opens its first night bus line"
STANDFIRST = "Two buses an hour will run until five in the morning, the council says."
BODY = (
    "The first night bus of the city will leave the harbour on Monday at one o'clock, the council said on Friday. It "
    "will run every 30 minutes until five in the morning.",
    "Drivers allegedly learnt of the plan from the newspaper. Their union wants to talk about pay before the first "
    "wheel turns, and has asked the mayor for a meeting this week.",
    "Tickets cost as much as by day. The line crosses the river twice, stops at both hospitals, ends at the airport.",
)


def page(title: str = TITLE, standfirst: str = STANDFIRST, body: tuple[str, ...] = BODY, head: str = "") -> str:
    return (
        f'<html lang="en"><head><title>{title} - Harbor Times</title>'
        '<meta property="og:site_name" content="Harbor Times">'
        f'<meta property="og:title" content="{title}"><meta property="og:description" content="{standfirst}">'
        f'<meta property="article:published_time" content="2026-11-22T08:30:00+00:00">{head}</head>'
        f"<body><article><h1>{title}</h1>{''.join(f'<p>{part}</p>' for part in body)}</article></body></html>"
    )


async def add_source(db: Database, name: str = "harbor") -> int:
    values = {
        "name": name,
        "title": "Harbor Times",
        "kind": "feed",
        "url": f"https://{name}.example/",
        "created_at": NOW,
    }
    async with db.write() as tx:
        return int((await tx.execute(insert(sources).values(**values).returning(sources.c.id))).scalar_one())


async def find(db: Database, source: int, entry: Entry, **options: Any) -> int:
    options = {"baseline": False, "now": NOW} | options
    async with db.write() as tx:
        return (await articles.add_found(tx, source_id=source, entry=entry, **options)).article_id


async def stored(db: Database, article_id: int) -> Article:
    async with db.read() as tx:
        article = await articles.get(tx, article_id)
    assert article is not None
    return article


async def test_a_found_article_is_read_whole(db: Database, web: Web, site: Any) -> None:
    entry = Entry(id="1", url=site.page("/bus", page()), title="City opens night bus", tags=("transport",))
    article_id = await find(db, await add_source(db), entry)
    assert await once(db, web, now=NOW) == 1
    article = await stored(db, article_id)
    assert (article.state, article.title, article.standfirst) == (ArticleState.READY, TITLE, STANDFIRST)
    assert article.text is not None and article.text.startswith(BODY[0]) and "allegedly" in article.text
    assert (article.summary, article.summary_how) == ((STANDFIRST,), "standfirst")
    assert (article.language, article.site_name, article.minutes) == ("en", "Harbor Times", 1)
    assert article.published == datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    assert (article.canonical_url, article.tags) == (entry.url, ("transport",))
    assert await once(db, web, now=NOW) == 0


async def test_a_page_that_is_gone_leaves_what_the_feed_carries(sqlite_db: Database, web: Web, site: Any) -> None:
    entry = Entry(
        id="1", url=site.at("/gone"), title=TITLE, published=NOW + timedelta(days=9), authors=("Ana Ruiz",),
        description=f"<p>{STANDFIRST}</p>", content="".join(f"<p>{part}</p>" for part in BODY), language="en-GB",
        enclosures=(
            Enclosure(url="https://example.com/i.jpg", mime="image/jpeg", width=900),
            Enclosure(url="https://example.com/v.mp4", medium="video", duration=9),
        ),
    )  # fmt: skip
    article_id = await find(sqlite_db, await add_source(sqlite_db), entry)
    await once(sqlite_db, web, now=NOW)
    article = await stored(sqlite_db, article_id)
    assert (article.state, article.title, article.summary) == (ArticleState.READY, TITLE, (STANDFIRST,))
    assert article.text == "\n\n".join(BODY)
    assert article.published == NOW  # nothing is published in the future
    assert article.image is not None and article.image.url == "https://example.com/i.jpg"
    assert [video.url for video in article.videos] == ["https://example.com/v.mp4"]
    assert (article.canonical_url, article.site_name, article.authors) == (entry.url, "Harbor Times", ("Ana Ruiz",))


async def test_a_site_in_trouble_is_asked_again_before_the_feed_must_do(
    sqlite_db: Database, web: Web, site: Any
) -> None:
    entry = Entry(id="1", url=site.page("/bus", "busy", status=500), title=TITLE, description=STANDFIRST)
    article_id = await find(sqlite_db, await add_source(sqlite_db), entry)
    await once(sqlite_db, web, now=NOW)
    waiting = await stored(sqlite_db, article_id)
    assert waiting.state is ArticleState.FOUND and "500" in (waiting.problem or "")
    assert await once(sqlite_db, web, now=NOW) == 0
    assert await once(sqlite_db, web, now=NOW + timedelta(minutes=1)) == 1
    await once(sqlite_db, web, now=NOW + timedelta(minutes=7))
    article = await stored(sqlite_db, article_id)
    assert (article.state, article.summary, article.problem) == (ArticleState.READY, (STANDFIRST,), None)


async def test_an_address_alone_that_is_gone_fails_in_words(sqlite_db: Database, web: Web, site: Any) -> None:
    article_id = await find(sqlite_db, await add_source(sqlite_db), Entry(url=site.at("/gone")))
    await once(sqlite_db, web, now=NOW)
    article = await stored(sqlite_db, article_id)
    assert article.state is ArticleState.FAILED and article.problem


async def test_a_page_that_is_not_the_article_is_not_believed(sqlite_db: Database, web: Web, site: Any) -> None:
    source = await add_source(sqlite_db)
    site.page("/", page("Harbor Times, all the news of the coast"))
    site.moved["/bus"] = "/"
    site.page("/login", "<html><head><title>Please log in</title></head><body><h1>Please log in</h1></body></html>")
    site.page("/file.pdf", "%PDF-1.4 binary", kind="application/pdf")
    found = [
        await find(sqlite_db, source, Entry(id=path, url=site.at(path), title=TITLE + path, description=STANDFIRST))
        for path in ("/bus", "/login", "/file.pdf")
    ]
    await once(sqlite_db, web, now=NOW)
    for article_id, path in zip(found, ("/bus", "/login", "/file.pdf"), strict=True):
        article = await stored(sqlite_db, article_id)
        assert (article.title, article.canonical_url) == (TITLE + path, site.at(path))


async def test_a_correction_raises_the_revision(db: Database, web: Web, site: Any) -> None:
    source = await add_source(db)
    entry = Entry(id="1", url=site.page("/bus", page()), title=TITLE)
    article_id = await find(db, source, entry)
    await once(db, web, now=NOW)
    site.page("/bus", page(title="City opens its first night bus line on Tuesday"))
    await find(db, source, Entry(id="1", url=entry.url, title="City opens its first night bus line on Tuesday"))
    assert await once(db, web, now=NOW) == 1
    article = await stored(db, article_id)
    assert (article.revision, article.title) == (1, "City opens its first night bus line on Tuesday")


async def test_two_addresses_of_one_article_become_one_row(db: Database, web: Web, site: Any) -> None:
    source = await add_source(db)
    site.page("/bus", page())
    site.moved["/r/1"] = "/bus"
    first = await find(db, source, Entry(id="1", url=site.at("/bus"), title=TITLE))
    await once(db, web, now=NOW)
    second = await find(db, source, Entry(id="2", url=site.at("/r/1"), title=TITLE))
    await once(db, web, now=NOW)
    merged = await stored(db, second)
    assert merged.state is ArticleState.SKIPPED and str(first) in (merged.problem or "")
    assert (await stored(db, first)).revision == 0


PASTED = "\n\n".join(["×", TITLE, STANDFIRST, *BODY, "Share on WhatsApp Share"])


async def test_text_pushed_first_is_recognised_when_the_feed_brings_it(db: Database, web: Web, site: Any) -> None:
    pushed = await read_one(db, web, url=None, text=PASTED, now=NOW)
    assert (pushed.state, pushed.title, pushed.url) == (ArticleState.READY, TITLE, None)
    entry = Entry(id="1", url=site.page("/bus", page()), title=TITLE)
    article_id = await find(db, await add_source(db), entry)
    await once(db, web, now=NOW)
    assert (await stored(db, article_id)).state is ArticleState.SKIPPED
    article = await stored(db, pushed.id)
    assert (article.revision, article.url, article.canonical_url) == (1, entry.url, entry.url)
    assert not article.baseline and article.site_name == "Harbor Times"


async def test_text_pasted_of_an_article_that_a_feed_brought_is_that_article(db: Database, web: Web, site: Any) -> None:
    article_id = await find(db, await add_source(db), Entry(id="1", url=site.page("/bus", page()), title=TITLE))
    await once(db, web, now=NOW)
    assert (await read_one(db, web, url=None, text=PASTED, now=NOW)).id == article_id


async def test_an_address_is_read_once_and_then_known(db: Database, web: Web, site: Any) -> None:
    url = site.page("/bus", page())
    first = await read_one(db, web, url=url + "?utm_source=x", text=None, now=NOW)
    again = await read_one(db, web, url=url, text=None, now=NOW)
    assert first.id == again.id and again.title == TITLE and site.asked == ["/bus"]
    source = await add_source(db)
    assert await find(db, source, Entry(id="7", url=url, title=TITLE)) == first.id


async def test_an_article_that_waits_for_reading_is_read_at_once_when_pushed(db: Database, web: Web, site: Any) -> None:
    article_id = await find(
        db, await add_source(db), Entry(id="1", url=site.page("/bus", page()), title=TITLE), baseline=True
    )
    article = await read_one(db, web, url=site.at("/bus"), text=None, now=NOW)
    assert (article.id, article.state, article.baseline) == (article_id, ArticleState.READY, True)


async def test_what_cannot_be_read_is_told_to_who_asked(sqlite_db: Database, web: Web, site: Any) -> None:
    with pytest.raises(UsageError):
        await read_one(sqlite_db, web, url=None, text="  ", now=NOW)
    with pytest.raises(FetchError):
        await read_one(sqlite_db, web, url=site.at("/gone"), text=None, now=NOW)
    with pytest.raises(ParseError):
        await read_one(sqlite_db, web, url=site.page("/empty", "<html><body></body></html>"), text=None, now=NOW)


async def test_an_article_whose_reading_ends_the_program_is_read_alone_and_after_three_times_left_out(
    db: Database, web: Web
) -> None:
    """A death is what it leaves: a claim that ran out.  The feed alone makes these articles."""
    source = await add_source(db)
    async with db.write() as tx:
        await channels.put(tx, samples.channel(id=0), now=NOW)
    deadly, good = [
        await find(db, source, Entry(id=name, url=None, title=f"{name} {TITLE}", description=STANDFIRST))
        for name in ("Deadly", "Good")
    ]

    async def claimed_by_one_who_dies(minutes: int) -> list[int]:
        async with db.write() as tx:
            return [one.article.id for one in await articles.claim_found(tx, now=after(minutes), limit=9)]

    def after(minutes: int) -> datetime:
        return NOW + timedelta(minutes=minutes)

    assert await claimed_by_one_who_dies(0) == [deadly, good]
    assert await claimed_by_one_who_dies(6) == [deadly], "alone"
    assert await once(db, web, now=after(6)) == 1 and (await stored(db, good)).state is ArticleState.READY
    assert await claimed_by_one_who_dies(12) == [deadly] == await claimed_by_one_who_dies(18)
    assert await once(db, web, now=after(24)) == 1 and await once(db, web, now=after(60)) == 0
    assert (await stored(db, deadly)).state is ArticleState.FAILED
    async with db.read() as tx:
        (card,) = await notices.opened(tx, bot_id=samples.channel().bot_id)
    assert card.problem.code == "SW-A05" and "Deadly" in card.problem.title and "3 times" in card.problem.cause


async def test_two_deaths_are_forgotten_when_the_third_reading_ends_well(db: Database, web: Web) -> None:
    entry = Entry(id="a", url=None, title=TITLE, description=STANDFIRST)
    article = await find(db, await add_source(db), entry)
    for minutes in (0, 6, 12):
        async with db.write() as tx:
            await articles.claim_found(tx, now=NOW + timedelta(minutes=minutes), limit=9)
    assert await once(db, web, now=NOW + timedelta(minutes=18)) == 1
    assert (await stored(db, article)).state is ArticleState.READY
    async with db.read() as tx:
        assert await facts.starting_with(tx, "reading:", limit=9) == {}
