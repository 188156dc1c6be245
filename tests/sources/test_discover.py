"""Discovery: any address → what can be watched, best first, with how it was found and what was tried."""

from __future__ import annotations

import pytest
from aiohttp.web import HTTPFound, Request, Response

from bot.errors import FetchError
from bot.model import SourceKind
from bot.sources import rules
from bot.sources.discover import Candidate, as_address, candidates, discover
from bot.web import Web
from tests.sources.conftest import Site, rss

BASE = "https://ex.org/news/x.html"


def found(html: str, base: str = BASE) -> list[str]:
    return [candidate.url for candidate in candidates(html.encode(), base)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            '<link rel="alternate" type="application/rss+xml" href="/feed.xml"><link rel=alternate '
            "type=application/atom+xml href=atom.xml>",
            ["https://ex.org/feed.xml", "https://ex.org/news/atom.xml"],
        ),
        (
            '<link rel="alternate" type="application/feed+json" href="/f.json"><link rel="alternate" '
            'type="application/json" href="/wp-json/wp/v2/posts/1">',
            ["https://ex.org/f.json"],
        ),
        (
            '<link rel=alternate type="application/rss+xml" title="Comments Feed" href="/comments/feed/">'
            '<link rel=alternate type="application/rss+xml" href="/feed/">',
            ["https://ex.org/feed/", "https://ex.org/comments/feed/"],
        ),
        ('<a href="/rss/top.xml">RSS</a><a href="/feedback">Feedback</a>', ["https://ex.org/rss/top.xml"]),
        ('<a href="/?feed=atom">x</a><a href="http://[x/rss">y</a>', ["https://ex.org/?feed=atom"]),
        ('<link rel="feed" href="/f"><link rel="stylesheet alternate" href="/rss.css">', ["https://ex.org/f"]),
        (
            '<link rel="alternate" href="/feed.json"><link rel="alternate" hreflang=ur href=/ur>',
            ["https://ex.org/feed.json"],
        ),
        ('<base href="https://cdn.example/"><a href="rss.xml">R</a>', ["https://cdn.example/rss.xml"]),
        ("<p>nothing here</p>", []),
        ("", []),
    ],
)
def test_feeds_are_found_in_a_page(html: str, expected: list[str]) -> None:
    assert found(html) == expected


def test_a_document_that_is_a_source_is_its_own_best_candidate() -> None:
    (feed,) = candidates(rss(["a|A|10:00"]), "https://ex.org/f")
    assert (feed.kind, feed.title, feed.format, feed.entries, feed.newest_titles) == (
        SourceKind.FEED,
        "Paper",
        "rss20",
        1,
        ("A",),
    )
    (sitemap,) = candidates(b"<urlset><url><loc>https://ex.org/a</loc></url></urlset>", "https://ex.org/s")
    assert (sitemap.kind, sitemap.entries) == (SourceKind.SITEMAP, 1)


def test_the_newest_titles_are_those_of_the_latest_wherever_they_stand() -> None:
    (feed,) = candidates(rss(["a|Pinned|08:00", "b|Late|11:00", "c|Early|09:00", "d|Later|12:00"]), "https://ex.org/f")
    assert feed.newest_titles == ("Later", "Late", "Early")


@pytest.mark.parametrize(
    ("url", "page", "expected"),
    [
        ("https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv", "",
         "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"),
        ("https://youtube.com/@harbour", '"externalId":"UCabcdefghijklmnopqrstuv"',
         "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"),
        ("https://www.youtube.com/playlist?list=PL12-x", "", "https://www.youtube.com/feeds/videos.xml?playlist_id=PL12-x"),
        ("https://www.youtube.com/watch?v=a",
         '"browseId":"UCzzzzzzzzzzzzzzzzzzzzzz","videoDetails":{"title":"{x}","channelId":"UCabcdefghijklmnopqrstuv"',
         "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"),
        ("https://m.youtube.com/shorts/a", '<meta itemprop="channelId" content="UCabcdefghijklmnopqrstuv">',
         "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"),
        ("https://old.reddit.com/r/worldnews/", "", "https://www.reddit.com/r/worldnews/.rss"),
        ("https://www.reddit.com/r/a/comments/1abc/title/", "", "https://www.reddit.com/r/a/comments/1abc/.rss"),
        ("https://github.com/a/b.git", "", "https://github.com/a/b/releases.atom"),
        ("https://github.com/a/b/tree/main/x", "", "https://github.com/a/b/releases.atom"),
        ("https://github.com/torvalds", "", "https://github.com/torvalds.atom"),
        ("https://social.example/@ann", "<meta content='Mastodon'>", "https://social.example/@ann.rss"),
        ("https://social.example/tags/trams", "mastodon", "https://social.example/tags/trams.rss"),
        ("https://desk.substack.com/p/one", "", "https://desk.substack.com/feed"),
        ("https://letters.example/p/one", "<img src=https://substackcdn.com/x>", "https://letters.example/feed"),
        ("https://paper.example:8080/city/?p=1", "<link href=/wp-content/x.css>", "https://paper.example:8080/city/feed/"),
        ("https://t.me/harbour", "", "https://t.me/s/harbour"),
        ("https://t.me/s/harbour/12", "", "https://t.me/s/harbour"),
        ("https://social.example/@ann", "nothing of the kind", None),
        ("https://github.com/search/x", "", None),
        ("https://example.org/r/worldnews", "", None),
    ],
)  # fmt: skip
def test_site_rules_know_where_feeds_are(url: str, page: str, expected: str | None) -> None:
    feeds = rules.feeds_for(url, page)
    assert (feeds[0].url if feeds else None) == expected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" news.example/city ", "https://news.example/city"),
        ("http://news.example", "http://news.example"),
        ("feed://news.example/rss", "feed://news.example/rss"),
        ("@harbour", "https://t.me/s/harbour"),
        ("@ann@social.example", "https://social.example/@ann"),
        ("ann@social.example", "https://social.example/@ann"),
    ],
)
def test_what_people_type_is_understood(typed: str, meant: str) -> None:
    assert as_address(typed) == meant


async def test_a_question_for_consent_is_answered_with_no_and_what_lies_behind_it_is_read(site: Site) -> None:
    channel = "UCabcdefghijklmnopqrstuv"

    async def page(request: Request) -> Response:
        if request.headers.get("Cookie") != "SOCS=CAE=":
            raise HTTPFound("http://consent.youtube.com/m?continue=http%3A%2F%2Fwww.youtube.com%2F%40harbour&gl=DE")
        return Response(
            text=f'<title>Harbour</title><script>{{"externalId":"{channel}"}}</script>', content_type="text/html"
        )

    site.handlers["/@harbour"] = page
    site.says("/m", b"<title>Before you continue</title>", Content_Type="text/html")
    async with Web(proxy=site.at("")) as web:  # the proxy is the whole internet
        result = await discover(web, "http://www.youtube.com/@harbour")
    assert f"https://www.youtube.com/feeds/videos.xml?channel_id={channel}" in {visit.url for visit in result.tried}
    elsewhere = "https://consent.youtube.com/m?continue=https%3A%2F%2Fevil.example%2F"
    assert rules.refused_consent(elsewhere) is rules.refused_consent("https://www.youtube.com/@harbour") is None


async def test_declared_feeds_are_looked_at_and_described(site: Site, web: Web) -> None:
    site.says(
        "/politics",
        b"<link rel=alternate type=application/rss+xml title=News href=/feed>"
        b"<link rel=alternate type=application/rss+xml title=Comments href=/comments/feed>"
        b"<link rel=alternate type=application/rss+xml href=/dead><a href=/fake.rss>RSS</a>",
        Content_Type="text/html",
    )
    site.says("/feed", rss(["b|Second thing|10:00", "a|First thing|09:00"]))
    site.says("/comments/feed", rss(["c|Reply"]))
    site.says("/fake.rss", b"<html>")
    result = await discover(web, site.at("/politics"))
    best, comments = result.candidates
    assert best == Candidate(
        url=site.at("/feed"),
        kind=SourceKind.FEED,
        title="Paper",
        how="declared by the page",
        format="rss20",
        entries=2,
        newest=best.newest,
        newest_titles=("Second thing", "First thing"),
    )
    assert comments.comments
    tried = {t.url.removeprefix(site.at("")): t.result for t in result.tried}
    assert tried == {
        "/politics": "is a web page",
        "/feed": "is a feed (rss20)",
        "/comments/feed": "is a feed (rss20)",
        "/dead": "There is nothing at this address (404).",
        "/fake.rss": "This is a web page, not a feed.",
    }


async def test_a_feed_s_own_address_needs_no_search(site: Site, web: Web) -> None:
    result = await discover(web, site.says("/feed", rss(["a|A"])))
    assert [(c.url, c.how) for c in result.candidates] == [(site.at("/feed"), "the address itself")]
    assert len(site.seen) == 1


async def test_usual_addresses_are_tried_without_following_redirects(site: Site, web: Web) -> None:
    site.says("/", b"<p>Welcome")
    site.says("/feed/", status=301, Location="/")
    site.says("/rss.xml", rss(["a|A"]))
    result = await discover(web, site.at("/"))
    assert [(c.url, c.how) for c in result.candidates] == [(site.at("/rss.xml"), "at a usual address")]


async def test_a_usual_address_beside_the_page_comes_first(site: Site, web: Web) -> None:
    site.says("/paper/", b"<p>Welcome")
    site.says("/paper/feed/", rss(["a|A"]))
    site.says("/feed/", rss(["b|B"]))
    result = await discover(web, site.at("/paper/"))
    assert result.candidates[0].url == site.at("/paper/feed/")


async def test_robots_and_sitemaps_come_before_the_page_itself(site: Site, web: Web) -> None:
    listing = "".join(f"<article><h2><a href=/a/{n}>Headline {n}</a></h2></article>" for n in range(4))
    site.says("/", listing.encode())
    site.says("/robots.txt", b"Sitemap: /all.xml\nSitemap: /news.xml\n")
    site.says("/news.xml", f"<urlset><url><loc>{site.at('/a/1')}</loc></url></urlset>".encode())
    result = await discover(web, site.at("/"))
    assert [(c.url, c.kind, c.how) for c in result.candidates] == [
        (site.at("/news.xml"), SourceKind.SITEMAP, "named by robots.txt"),
        (site.at("/"), SourceKind.PAGE, "new links in the page's main list"),
    ]
    assert result.candidates[1].entries == 4


async def test_a_page_with_nothing_tells_what_was_tried(site: Site, web: Web) -> None:
    site.says("/", b"<p>Welcome")
    result = await discover(web, site.at("/"))
    assert result.candidates == ()
    assert len(result.tried) > 12


async def test_an_address_that_fails_is_told_and_what_is_no_address_raises(site: Site, web: Web) -> None:
    result = await discover(web, site.at("/missing"))
    assert result.problem
    assert result.problem.code == "SW-N17"
    with pytest.raises(FetchError):
        await discover(web, "no address at all")
    with pytest.raises(FetchError):
        await discover(web, "ftp://ex.org/")
    typed = await discover(web, "no-such-host.invalid/news")
    assert typed.url == "https://no-such-host.invalid/news"
    assert typed.problem
