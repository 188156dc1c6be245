"""The demo's news site, visited over HTTP as the pipeline does it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import feedparser
import pytest
from lxml import etree, html

from bot.demo.site import Breakage, Site, running_site
from bot.model import SourceKind

START = datetime(2026, 3, 14, 9, 26, 53, 500_000, tzinfo=UTC)
MEDIA = "{http://search.yahoo.com/mrss/}"
NEWS = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
}


class Clock:
    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def site(clock: Clock) -> AsyncIterator[Site]:
    async with running_site(now=clock) as site:
        yield site


@pytest.fixture
async def visitor() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def text_of(visitor: aiohttp.ClientSession, address: str, status: int = 200) -> str:
    async with visitor.get(address) as answer:
        assert answer.status == status, (address, answer.status)
        return await answer.text()


def source(site: Site, name: str) -> str:
    return next(source.address for source in site.sources if source.name == name)


def publish_everything(site: Site) -> None:
    while site.publish_next():
        pass
    while site.breaking():
        pass


def titles_in(format: str, body: str) -> list[str]:
    if format == "json":
        return [item["title"] for item in json.loads(body)["items"]]
    if format == "news-sitemap":
        return etree.fromstring(body.encode()).xpath("//news:title/text()", namespaces=NEWS)
    if format == "page":
        return [node.text_content() for node in html.fromstring(body).cssselect(".card h2 a")]
    parsed = feedparser.parse(body.encode())
    assert not parsed.bozo, parsed.get("bozo_exception")
    return [entry.title for entry in parsed.entries]


def expected_titles(site: Site, name: str) -> list[str]:
    own = [article for article in site.out.values() if article.paper.name == name]
    own.sort(key=lambda article: (article.published, article.slug), reverse=True)
    return [article.piece.title for article in own][:15]


async def test_there_are_six_formats_five_languages_and_forty_articles(site: Site) -> None:
    formats = {source.format for source in site.sources}
    assert formats == {"rss", "atom", "json", "rdf", "news-sitemap", "page"}
    assert {source.kind for source in site.sources} == {kind.value for kind in SourceKind}
    assert {source.language for source in site.sources} == {"en", "fr", "ur", "ar", "hi", "es"}
    baseline = len(site.out)
    publish_everything(site)
    assert baseline >= 14
    assert len(site.out) >= 40


@pytest.mark.parametrize("everything", [False, True])
async def test_every_source_parses_and_lists_what_is_out(
    site: Site, visitor: aiohttp.ClientSession, everything: bool
) -> None:
    if everything:
        publish_everything(site)
    for source in site.sources:
        body = await text_of(visitor, source.address)
        assert titles_in(source.format, body) == expected_titles(site, source.name), source.name
        assert len(titles_in(source.format, body)) >= 2


async def test_rss_entries_carry_date_author_tags_pictures_and_film(site: Site, visitor: aiohttp.ClientSession) -> None:
    publish_everything(site)
    entries = feedparser.parse((await text_of(visitor, source(site, "harbor-times"))).encode()).entries
    crane = next(entry for entry in entries if entry.title.startswith("Hundred-year-old"))
    assert crane.published == "Sat, 14 Mar 2026 10:26:53 +0100"
    assert crane.author == "Jonas Feld"
    assert [tag.term for tag in crane.tags] == ["harbor", "heritage", "video"]
    film = next(item for item in crane.media_content if item["medium"] == "video")
    assert film["duration"] == "14"
    assert crane.enclosures[0].type == "video/mp4"
    gallery = next(entry for entry in entries if entry.title.startswith("Eight sails"))
    assert [item["url"].rsplit("-", 1)[1] for item in gallery.media_content] == [f"{n}.png" for n in range(1, 9)]


async def test_atom_json_rdf_and_sitemap_dates_carry_the_zone_of_the_paper(
    site: Site, visitor: aiohttp.ClientSession
) -> None:
    atom = etree.fromstring((await text_of(visitor, source(site, "valley-post"))).encode())
    assert atom.findtext(".//{*}entry/{*}published") == "2026-03-14T03:26:53+01:00"
    items = json.loads(await text_of(visitor, source(site, "courrier")))["items"]
    assert items[0]["date_published"] == "2026-03-14T04:26:53+01:00"
    rdf = etree.fromstring((await text_of(visitor, source(site, "sahil"))).encode())
    assert rdf.findtext(".//{*}item/{*}date") == "2026-03-14T10:26:53+05:00"
    sitemap = etree.fromstring((await text_of(visitor, source(site, "nawaris"))).encode())
    assert sitemap.xpath("string(//news:publication_date)", namespaces=NEWS) == "2026-03-14T09:26:53+03:00"
    assert len(sitemap.xpath("//image:loc", namespaces=NEWS)) == 2


async def test_an_article_arrives_only_on_cue_and_at_the_head_of_its_source(
    site: Site, visitor: aiohttp.ClientSession, clock: Clock
) -> None:
    address = site.address("night-bus")
    await text_of(visitor, address, status=404)
    clock.forward(minutes=7)
    assert site.publish_next() == "night-bus"
    entries = feedparser.parse((await text_of(visitor, source(site, "harbor-times"))).encode()).entries
    assert entries[0].title == "City opens its first night-bus line"
    assert entries[0].link == address
    assert entries[0].published == "Sat, 14 Mar 2026 10:33:53 +0100"
    assert "N1" in await text_of(visitor, address)


async def test_the_script_comes_to_an_end(site: Site) -> None:
    script = []
    while slug := site.publish_next():
        script.append(slug)
    assert len(script) == len(set(script)) >= 24
    assert {site.out[slug].paper.language for slug in script[:5]} == {"en", "fr", "ar", "hi", "ur"}
    assert site.waiting == ()
    assert site.publish("night-bus") == "night-bus"


def meta(page: Any, name: str) -> list[str]:
    return page.xpath(f"//meta[@property='{name}' or @name='{name}']/@content")


async def test_every_page_is_well_formed_and_complete(site: Site, visitor: aiohttp.ClientSession) -> None:
    publish_everything(site)
    for slug, article in site.out.items():
        body = await text_of(visitor, site.address(slug))
        page = html.fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
        piece = article.piece
        assert page.get("lang") == article.paper.language
        assert page.get("dir") == article.paper.direction
        assert [h1.text_content() for h1 in page.cssselect("h1")] == [piece.title]
        assert meta(page, "og:title") == [piece.title]
        assert meta(page, "og:description") == [piece.standfirst]
        assert meta(page, "author") == list(piece.authors)
        assert meta(page, "article:tag") == list(piece.tags)
        assert page.xpath("//link[@rel='canonical']/@href") == [site.address(slug)]
        assert bool(meta(page, "og:image")) == bool(piece.pictures), slug
        assert len(page.cssselect("time[datetime]")) >= 1
        assert len(page.cssselect(".sharebar")) == 2
        for kind, text in piece.blocks:
            if kind == "text":
                assert text in page.cssselect(".body")[0].text_content()
        for data in page.xpath("//script[@type='application/ld+json']/text()"):
            linked = json.loads(data)
            news = linked["@graph"][-1] if "@graph" in linked else linked
            assert (news["@type"], news["headline"]) == ("NewsArticle", piece.title)


async def test_pages_describe_themselves_in_four_ways(site: Site, visitor: aiohttp.ClientSession) -> None:
    marks = {}
    for slug in ("lighthouse-stairs", "footbridge", "faro-pintado", "aam-mela"):
        body = await text_of(visitor, site.address(slug))
        marks[slug] = ("ld+json" in body, "@graph" in body, "itemprop" in body)
    assert marks == {
        "lighthouse-stairs": (True, False, False),
        "footbridge": (True, True, False),
        "faro-pintado": (False, False, True),
        "aam-mela": (False, False, False),
    }


async def test_the_gallery_keeps_order_captions_and_alternative_texts(
    site: Site, visitor: aiohttp.ClientSession
) -> None:
    site.publish("tall-ships")
    page = html.fromstring(await text_of(visitor, site.address("tall-ships")))
    shots = page.cssselect(".gallery figure")
    assert len(shots) == 8
    assert shots[0].cssselect("figcaption")[0].text == "The fleet passes Mitten Bank shortly after sunrise."
    assert all(shot.cssselect("img")[0].get("alt") for shot in shots)
    async with visitor.get(shots[3].cssselect("img")[0].get("src")) as answer:
        assert answer.content_type == "image/png"


async def test_the_film_is_a_real_mp4_that_serves_ranges(site: Site, visitor: aiohttp.ClientSession) -> None:
    site.publish("old-crane")
    page = html.fromstring(await text_of(visitor, site.address("old-crane")))
    address = meta(page, "og:video")[0]
    linked = json.loads(page.xpath("//script[@type='application/ld+json']/text()")[0])["video"]
    assert (linked["duration"], linked["contentUrl"]) == ("PT14S", address)
    async with visitor.get(address) as answer:
        body = await answer.read()
        assert answer.content_type == "video/mp4"
        assert (body[4:8], str(len(body))) == (b"ftyp", linked["contentSize"])
    async with visitor.get(address, headers={"Range": "bytes=0-9"}) as answer:
        assert (answer.status, await answer.read()) == (206, body[:10])


async def test_one_story_has_three_languages_once_all_are_out(site: Site, visitor: aiohttp.ClientSession) -> None:
    site.publish("night-bus")
    assert "hreflang" not in await text_of(visitor, site.address("night-bus"))
    site.publish("bus-de-nuit")
    site.publish("autobus-nocturno")
    page = html.fromstring(await text_of(visitor, site.address("bus-de-nuit")))
    others = {link.get("hreflang"): link.get("href") for link in page.cssselect("link[hreflang]")}
    assert others == {
        "en": site.address("night-bus"),
        "fr": site.address("bus-de-nuit"),
        "es": site.address("autobus-nocturno"),
    }


async def test_also_read_links_only_to_what_is_out(site: Site, visitor: aiohttp.ClientSession) -> None:
    site.publish("tram-vote")
    assert "Also read:" not in await text_of(visitor, site.address("tram-vote"))
    site.publish("night-bus")
    also = html.fromstring(await text_of(visitor, site.address("tram-vote"))).cssselect(".also a")
    assert [(link.text, link.get("href")) for link in also] == [
        ("City opens its first night-bus line", site.address("night-bus"))
    ]


async def test_short_addresses_are_unique_and_lead_to_the_article(site: Site, visitor: aiohttp.ClientSession) -> None:
    publish_everything(site)
    seen = set()
    for slug in site.out:
        page = html.fromstring(await text_of(visitor, site.address(slug)))
        seen.add(short := page.xpath("//link[@rel='shortlink']/@href")[0])
    async with visitor.get(short, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (301, site.address(slug))
    assert len(seen) == len(site.out)
    await text_of(visitor, f"{site.url}/s/zzzzz", status=404)


async def test_one_address_has_letters_of_another_script(site: Site, visitor: aiohttp.ClientSession) -> None:
    site.publish("raat-pustakalay")
    address = site.address("raat-pustakalay")
    assert "%E0%A4%A8" in address
    assert "पुस्तकालय" in await text_of(visitor, address)


async def test_an_unchanged_source_answers_304_by_tag_and_by_date(
    site: Site, visitor: aiohttp.ClientSession, clock: Clock
) -> None:
    for source in site.sources:
        async with visitor.get(source.address) as first:
            tag, date = first.headers["ETag"], first.headers["Last-Modified"]
            assert first.headers["Content-Encoding"] in {"gzip", "deflate"}
        for headers in ({"If-None-Match": tag}, {"If-Modified-Since": date}, {"If-None-Match": f'"other", {tag}'}):
            async with visitor.get(source.address, headers=headers) as again:
                assert (again.status, await again.read()) == (304, b""), (source.name, headers)
        async with visitor.get(source.address, headers={"If-Modified-Since": "yesterday"}) as again:
            assert again.status == 200
    clock.forward(seconds=5)
    site.publish("night-bus")
    address = next(source.address for source in site.sources if source.name == "harbor-times")
    async with visitor.get(address, headers={"If-Modified-Since": date}) as again:
        assert again.status == 200
    async with visitor.get(address, headers={"If-None-Match": tag, "If-Modified-Since": date}) as again:
        assert again.status == 200
    assert site.answers["/harbor-times/feed.xml", 304] == 3


async def test_a_correction_changes_page_feed_and_modified_time(
    site: Site, visitor: aiohttp.ClientSession, clock: Clock
) -> None:
    assert site.correct() is None
    site.publish("night-bus")
    clock.forward(minutes=3)
    assert site.correct() == "night-bus"
    page = html.fromstring(await text_of(visitor, site.address("night-bus")))
    body = page.cssselect(".body")[0].text_content()
    assert "every 30 minutes" in body
    assert "earlier version of this article said" in body
    assert meta(page, "article:published_time") == ["2026-03-14T10:26:53+01:00"]
    assert meta(page, "article:modified_time") == ["2026-03-14T10:29:53+01:00"]
    entries = feedparser.parse((await text_of(visitor, source(site, "harbor-times"))).encode()).entries
    assert entries[0].description.startswith("Buses will run every 30 minutes")
    assert site.correct() is None
    with pytest.raises(ValueError, match="rain has no correction"):
        site.out[site.publish("rain")].corrected(START)


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        (Breakage.DOWN, 503, "oiled"),
        (Breakage.GONE, 410, "closed"),
        (Breakage.HTML, 200, "<h1>We are repairing"),
        (Breakage.CUT, 200, "<rss"),
    ],
)
async def test_a_source_breaks_and_heals_on_cue_and_the_others_go_on(
    site: Site, visitor: aiohttp.ClientSession, how: Breakage, status: int, words: str
) -> None:
    site.break_feed("harbor-times", how)
    body = await text_of(visitor, source(site, "harbor-times"), status=status)
    assert words in body
    assert "</rss>" not in body
    await text_of(visitor, source(site, "valley-post"))
    await text_of(visitor, site.address("rain-jackets"))
    site.heal_feed("harbor-times")
    assert (await text_of(visitor, source(site, "harbor-times"))).rstrip().endswith("</rss>")
    with pytest.raises(KeyError):
        site.break_feed("no-such-paper")


async def test_breaking_news_comes_on_cue_and_is_marked(site: Site, visitor: aiohttp.ClientSession) -> None:
    assert site.breaking() == "ferry-collision"
    page = html.fromstring(await text_of(visitor, site.address("ferry-collision")))
    assert page.cssselect(".flag")[0].text == "Breaking"
    assert "breaking" in meta(page, "article:tag")
    assert site.breaking() == "storm-warning"
    assert site.breaking() is None


async def test_front_pages_lead_to_sources_and_articles(site: Site, visitor: aiohttp.ClientSession) -> None:
    kiosk = html.fromstring(await text_of(visitor, site.url + "/"))
    assert kiosk.cssselect("li a")[0].get("href") == f"{site.url}/harbor-times/"
    for source in site.sources:
        front = html.fromstring(await text_of(visitor, source.homepage))
        assert front.cssselect(".card h2 a")[0].get("href").startswith(source.homepage)
        announced = front.xpath("//link[(@rel='alternate' and @type) or @rel='sitemap']/@href")
        assert announced == ([] if source.format == "page" else [source.address])


async def test_small_things_a_browser_or_a_polite_robot_asks_for(site: Site, visitor: aiohttp.ClientSession) -> None:
    assert "Allow: /" in await text_of(visitor, f"{site.url}/robots.txt")
    assert "--paper" in await text_of(visitor, f"{site.url}/site.css")
    assert "<svg" in await text_of(visitor, f"{site.url}/sahil/icon.svg")
    await text_of(visitor, f"{site.url}/favicon.ico", status=204)
    await text_of(visitor, f"{site.url}/nobody/", status=404)
    await text_of(visitor, f"{site.url}/pictures/none.png", status=404)


async def test_a_taken_port_is_said_so(site: Site) -> None:
    with pytest.raises(OSError, match="in use"):
        async with running_site(port=int(site.url.rsplit(":", 1)[1])):
            raise AssertionError("the port was free")
