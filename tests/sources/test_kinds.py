"""Every kind of source from a real site to the archive: silent at first, then what is new and only that."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from bot.model import Source, SourceKind
from bot.sources import watch
from bot.store import sources as store_sources
from bot.store.articles.entry import entry_from_json
from bot.store.database import Database
from bot.store.schema import articles
from bot.web import Web
from tests.sources.conftest import Site

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SPACES = (
    "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9' "
    "xmlns:image='http://www.google.com/schemas/sitemap-image/1.1' "
    "xmlns:video='http://www.google.com/schemas/sitemap-video/1.1'"
)


def urlset(numbers: list[int], inside: str) -> bytes:
    rows = "".join(f"<url><loc>https://p.example/story-{n}</loc>{inside.format(n=n)}</url>" for n in numbers)
    return f"<?xml version='1.0'?><urlset {SPACES}>{rows}</urlset>".encode()


NEWS = (
    "<news:news><news:publication><news:name>P</news:name><news:language>en</news:language></news:publication>"
    "<news:publication_date>2026-01-01T0{n}:00:00Z</news:publication_date>"
    "<news:title>Story {n}</news:title></news:news>"
)
IMAGES = (
    "<image:image><image:loc>https://p.example/{n}.jpg</image:loc><image:caption>C{n}</image:caption></image:image>"
)
VIDEOS = (
    "<video:video><video:title>Story {n}</video:title><video:content_loc>https://p.example/{n}.mp4</video:content_loc>"
    "<video:thumbnail_loc>https://p.example/{n}.png</video:thumbnail_loc><video:duration>90</video:duration></video:video>"
)


def news(numbers: list[int]) -> bytes:
    return urlset(numbers, NEWS)


def images(numbers: list[int]) -> bytes:
    return urlset(numbers, IMAGES)


def videos(numbers: list[int]) -> bytes:
    return urlset(numbers, VIDEOS)


def packed(numbers: list[int]) -> bytes:
    return gzip.compress(news(numbers))


def text(numbers: list[int]) -> bytes:
    return "\n".join(f"https://p.example/story-{n}" for n in numbers).encode()


def listing(numbers: list[int]) -> bytes:
    rows = "".join(
        f"<article><h2><a href='/2026/story-{n}'>Council decides question {n} of the day</a></h2></article>"
        for n in reversed(numbers)
    )
    menu = "".join(f"<li><a href='/section-{n}'>Section number {n} of the paper</a></li>" for n in range(9))
    return f"<html><body><nav><ul>{menu}</ul></nav><main>{rows}</main></body></html>".encode()


def json_feed(numbers: list[int]) -> bytes:
    rows = ",".join(f'{{"id":"{n}","url":"https://p.example/story-{n}","title":"Story {n}"}}' for n in numbers)
    return f'{{"version":"https://jsonfeed.org/version/1.1","title":"P","items":[{rows}]}}'.encode()


def atom(numbers: list[int]) -> bytes:
    rows = "".join(
        f"<entry><id>{n}</id><title>Story {n}</title><link href='https://p.example/story-{n}'/>"
        f"<updated>2026-01-01T0{n}:00:00Z</updated></entry>"
        for n in numbers
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>P</title>{rows}</feed>".encode()


def rdf(numbers: list[int]) -> bytes:
    rows = "".join(
        f"<item rdf:about='https://p.example/story-{n}'><title>Story {n}</title>"
        f"<link>https://p.example/story-{n}</link></item>"
        for n in numbers
    )
    return (
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
        f"<channel rdf:about='x'><title>P</title></channel>{rows}</rdf:RDF>"
    ).encode()


async def rows(db: Database) -> list[Any]:
    query = select(articles.c.url, articles.c.title, articles.c.baseline, articles.c.entry).order_by(articles.c.id)
    async with db.read() as tx:
        return list((await tx.execute(query)).all())


async def check(db: Database, web: Web, hours: int) -> int:
    return await watch.once(db, web, now=NOW + timedelta(hours=hours), random=Random(1))


async def add(db: Database, url: str, kind: SourceKind, **options: Any) -> None:
    async with db.write() as tx:
        await store_sources.put(tx, Source(id=0, name="paper", kind=kind, url=url, options=options), now=NOW)


@pytest.mark.parametrize(
    ("kind", "write", "last"),
    [
        (SourceKind.SITEMAP, news, "Story 4"),
        (SourceKind.SITEMAP, images, None),
        (SourceKind.SITEMAP, videos, "Story 4"),
        (SourceKind.SITEMAP, packed, "Story 4"),
        (SourceKind.SITEMAP, text, None),
        (SourceKind.PAGE, listing, "Council decides question 4 of the day"),
        (SourceKind.FEED, json_feed, "Story 4"),
        (SourceKind.FEED, atom, "Story 4"),
        (SourceKind.FEED, rdf, "Story 4"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_what_is_new_in_a_source_of_any_kind_is_found_once(
    sqlite_db: Database, site: Site, web: Web, kind: SourceKind, write: Callable[[list[int]], bytes], last: str | None
) -> None:
    await add(sqlite_db, site.says("/list", write([1, 2, 3])), kind)
    await check(sqlite_db, web, 0)
    assert [row.baseline for row in await rows(sqlite_db)] == [True] * 3
    site.says("/list", write([1, 2, 3, 4]))
    await check(sqlite_db, web, 8)
    await check(sqlite_db, web, 16)
    found = await rows(sqlite_db)
    assert [row.baseline for row in found] == [True] * 3 + [False]
    assert found[-1].url.endswith("/story-4")
    assert found[-1].title == last


async def test_pictures_and_films_of_sitemaps_are_kept_with_their_entries(
    sqlite_db: Database, site: Site, web: Web
) -> None:
    await add(sqlite_db, site.says("/list", urlset([1], NEWS + IMAGES + VIDEOS)), SourceKind.SITEMAP)
    await check(sqlite_db, web, 0)
    (row,) = await rows(sqlite_db)
    entry = entry_from_json(row.entry)
    found = {(part.medium, part.url, part.caption, part.duration) for part in entry.enclosures}
    assert ("image", "https://p.example/1.jpg", "C1", None) in found
    assert ("video", "https://p.example/1.mp4", None, 90) in found
    assert entry.language == "en"


async def test_an_index_of_packed_sitemaps_brings_what_stands_in_its_newest(
    sqlite_db: Database, site: Site, web: Web
) -> None:
    site.says("/news-1.xml.gz", gzip.compress(news([1, 2])), Content_Type="application/gzip")
    index = f"<sitemapindex {SPACES}><sitemap><loc>/news-1.xml.gz</loc></sitemap></sitemapindex>"
    await add(sqlite_db, site.says("/index.xml", index.encode()), SourceKind.SITEMAP)
    await check(sqlite_db, web, 0)
    site.says("/news-1.xml.gz", gzip.compress(news([1, 2, 3])), Content_Type="application/gzip")
    await check(sqlite_db, web, 8)
    assert [(row.title, row.baseline) for row in await rows(sqlite_db)][-1:] == [("Story 3", False)]
