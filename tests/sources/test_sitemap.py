"""Sitemaps of every kind, and robots.txt."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from bot.errors import ParseError
from bot.model import SourceDocument, SourceKind
from bot.sources.listing import likeliest
from bot.sources.sitemap import parse_robots, parse_sitemap

URL = "https://ex.org/sitemap.xml"
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" '
    'xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'
)


def sitemap(text: str | bytes) -> SourceDocument:
    return parse_sitemap(text.encode() if isinstance(text, str) else text, url=URL)


def urls(text: str | bytes) -> list[str | None]:
    return [entry.url for entry in sitemap(text).entries]


def test_a_news_sitemap_is_read_whole() -> None:
    document = sitemap(
        f"<urlset {SPACES}><url><loc>/n1</loc><lastmod>2026-02-06</lastmod><news:news>"
        "<news:publication><news:name>Ex</news:name>"
        "<news:language>ur</news:language></news:publication>"
        "<news:publication_date>2026-02-05T09:15:00+05:00"
        '</news:publication_date><news:title><![CDATA[PM "claims" & more]]></news:title>'
        "<news:keywords>a, b</news:keywords>"
        "</news:news><image:image><image:loc>/i.jpg</image:loc>"
        "<image:caption>C</image:caption></image:image></url></urlset>"
    )
    assert (document.kind, document.format) == (SourceKind.SITEMAP, "news-sitemap")
    (entry,) = document.entries
    assert (entry.url, entry.title, entry.language, entry.tags) == (
        "https://ex.org/n1",
        'PM "claims" & more',
        "ur",
        ("a", "b"),
    )
    assert entry.published == datetime(2026, 2, 5, 4, 15, tzinfo=UTC)
    assert entry.modified == datetime(2026, 2, 6, tzinfo=UTC)
    assert entry.image == "https://ex.org/i.jpg"
    assert entry.enclosures[0].caption == "C"


def test_videos_carry_their_file_thumbnail_and_duration() -> None:
    document = sitemap(
        f"<urlset {SPACES}><url><loc>https://ex.org/v</loc><video:video><video:thumbnail_loc>/t.jpg</video:thumbnail_loc>"
        "<video:title>V</video:title><video:content_loc>/v.mp4</video:content_loc><video:duration>90</video:duration>"
        "<video:publication_date>2026-01-01</video:publication_date></video:video></url>"
        "<url><loc>https://ex.org/w</loc><video:video><video:player_loc>/p</video:player_loc></video:video></url>"
        "<url><loc>https://ex.org/x</loc><video:video/><image:image/></url></urlset>"
    )
    video, player, neither = document.entries
    assert (video.title, video.image, video.enclosures[0].duration) == ("V", "https://ex.org/t.jpg", 90)
    assert video.published == datetime(2026, 1, 1, tzinfo=UTC)
    assert player.enclosures[0].url == "https://ex.org/p"
    assert neither.enclosures == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<urlset><url><loc>https://ex.org/a</loc></url></urlset>", ["https://ex.org/a"]),
        ('<urlset xmlns="http://www.google.com/schemas/sitemap/0.84"><url><loc>https://ex.org/a</loc></url></urlset>',
         ["https://ex.org/a"]),
        ("<urlset><url><loc>https://ex.org/a?x=1&y=2</loc></url></urlset>", ["https://ex.org/a?x=1&y=2"]),
        ("<urlset><url><loc>https://ex.org/a</loc></url><url><loc>https://ex.or", ["https://ex.org/a"]),
        ("<urlset><url><loc>https://ex.org/a</loc></url><url><loc>https://ex.org/b</loc></url>",
         ["https://ex.org/a", "https://ex.org/b"]),
        ("<urlset><url><loc>javascript:alert(1)</loc></url><url/><url><loc>https://else.example/a</loc></url></urlset>",
         ["https://else.example/a"]),
        ("<urlset><url><loc>https://ex.org/a</loc><lastmod>yesterday</lastmod></url></urlset>", ["https://ex.org/a"]),
        (gzip.compress(b"<urlset><url><loc>https://ex.org/a</loc></url></urlset>", mtime=0), ["https://ex.org/a"]),
        ("https://ex.org/a\n\n https://ex.org/b \nnonsense", ["https://ex.org/a", "https://ex.org/b"]),
    ],
)  # fmt: skip
def test_addresses_are_read_however_they_are_written(text: str | bytes, expected: list[str]) -> None:
    assert urls(text) == expected


def test_an_empty_sitemap_says_so() -> None:
    assert sitemap("<urlset/>").problems == ("The sitemap lists no addresses.",)


def test_an_index_names_its_sitemaps() -> None:
    document = sitemap(
        f"<sitemapindex {SPACES}><sitemap><loc>https://ex.org/s1.xml.gz</loc></sitemap><sitemap><loc>/s2.xml</loc></sitemap>"
        "<sitemap/></sitemapindex>"
    )
    assert (document.format, document.sitemaps) == (
        "sitemap-index",
        ("https://ex.org/s1.xml.gz", "https://ex.org/s2.xml"),
    )


def test_robots_txt_names_sitemaps() -> None:
    text = b"User-agent: *\nDisallow: /x\nSITEMAP : https://ex.org/s1.xml\nsitemap:/s2.xml # c\nSitemap: mailto:x\n"
    expected = ("https://ex.org/s1.xml", "https://ex.org/s2.xml")
    assert parse_robots(text, url=URL).sitemaps == expected
    assert sitemap(text).sitemaps == expected
    assert sitemap(text).format == "robots"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "SW-S03"),
        (b"<!doctype html><p>Not found", "SW-S10"),
        (b"<rss/>", "SW-S10"),
        (b"\x1f\x8bnot gzip", "SW-S10"),
        (b"just words", "SW-S10"),
        (b"<", "SW-S10"),
    ],
)
def test_what_is_no_sitemap_is_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        sitemap(data)
    assert caught.value.problem.code == code


def test_of_an_index_those_are_opened_where_news_would_stand() -> None:
    names = (
        "https://e/tags-9.xml",
        "https://e/p-1.xml",
        "https://e/p-12.xml",
        "https://e/p-3.xml",
        "https://e/latest.xml",
    )
    assert likeliest(names) == ("https://e/latest.xml", "https://e/p-12.xml", "https://e/p-3.xml")
