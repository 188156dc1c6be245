"""`sources test`: the fixed JSON shape, and how a link will look when it is shared."""

from __future__ import annotations

import json

import pytest

from bot.errors import ParseError
from bot.model import SourceKind
from bot.parsing import Parser
from bot.sources.inspection import as_json, card_of, inspect, inspect_bytes, picture_width
from bot.web import Web
from tests.sources.conftest import Site, rss

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (1200).to_bytes(4) + (675).to_bytes(4)


async def test_an_address_is_read_as_what_it_is(site: Site, web: Web) -> None:
    feed = await inspect(web, site.says("/feed", rss(["a|A|10:00"])))
    value = as_json(feed)
    assert json.loads(json.dumps(value)) == value
    assert list(value)[:4] == ["kind", "format", "title", "url"]
    names = "id url title published modified authors description content image enclosures tags"
    assert set(value["entries"][0]) >= set(names.split())
    assert value["entries"][0]["published"] == "2026-01-01T10:00:00+00:00"
    listing = b"<article><h2><a href=/a>A</a></h2></article>"
    assert (await inspect(web, site.says("/", listing))).kind is SourceKind.PAGE
    async with Parser() as parser:
        assert (await inspect(web, site.at("/feed"), parser=parser)).format == "rss20"
    index = await inspect(web, site.says("/i.xml", b"<sitemapindex/>"), kind=SourceKind.SITEMAP)
    assert index.format == "sitemap-index"


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"hello", "SW-S04"), (b"<html>nothing", "SW-S01"), (b"", "SW-S03"), (b"<opml/>", "SW-S05"), (b"{}", "SW-S07")],
)
def test_a_file_that_is_no_source_is_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        inspect_bytes(data)
    assert caught.value.problem.code == code


def test_files_are_read_as_what_they_are() -> None:
    assert inspect_bytes(rss(["a|A"]), url="https://ex.org/").entries[0].url == "https://ex.org/A"
    assert inspect_bytes(b"<urlset/>").kind is SourceKind.SITEMAP
    assert inspect_bytes(b"https://ex.org/a\n").format == "sitemap-text"


async def test_a_good_card_has_no_problems_and_a_bad_one_names_each(site: Site, web: Web) -> None:
    picture = site.says("/p.png", PNG)
    head = "<meta property=og:title content=T><meta property=og:description content=D>"
    head += f"<meta property=og:image content={picture}>"
    card = await card_of(web, site.says("/good", head.encode()))
    assert (card.title, card.description, card.image_width) == ("T", "D", 1200)
    assert card.problems == ("The preview picture is not served over https.",)
    small = site.says("/s.png", PNG[:16] + (120).to_bytes(4) + bytes(400_000))
    bad = (await card_of(web, site.says("/bad", f"<meta name=twitter:image content={small}>".encode()))).as_json()[
        "problems"
    ]
    assert len(bad) == 5
    assert any("120 pixels" in problem for problem in bad)
    assert any("390 KB" in problem for problem in bad)
    missing = await card_of(web, site.says("/m", b"<meta property=og:image content=/none.png>"))
    assert any("cannot be fetched" in problem for problem in missing.problems)
    assert any("no preview picture" in p for p in (await card_of(web, site.says("/none", b"<p>x"))).problems)
    said = site.says("/w", b"<meta property=og:image content=/odd.png><meta property=og:image:width content=640>")
    site.says("/odd.png", b"odd")
    assert (await card_of(web, said)).image_width == 640
    assert (await card_of(web, site.says("/empty", b""))).title is None


@pytest.mark.parametrize(
    ("data", "width"),
    [
        (PNG, 1200),
        (b"GIF89a" + (320).to_bytes(2, "little") + b"..", 320),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x01\x00\x02\x80\x03", 640),
        (b"\xff\xd8\xff\xe0\x00\x04ab", None),
        (b"RIFF....WEBPVP8 " + bytes(10) + (800).to_bytes(2, "little") + bytes(4), 800),
        (b"RIFF....WEBPVP8L" + bytes(5) + (799).to_bytes(4, "little"), 800),
        (b"RIFF....WEBPVP8X" + bytes(8) + (799).to_bytes(3, "little"), 800),
        (b"RIFF....WEBPXXXX", None),
        (b"", None),
    ],
)
def test_a_picture_s_width_is_read_off_its_head(data: bytes, width: int | None) -> None:
    assert picture_width(data) == width
