"""Any address → what can be watched there, best first, with how it was found and what was tried.

`candidates` reads a page and touches no network; `discover` fetches, follows the order of the guides (already a feed,
site rules, links that the page declares, links that it shows, well-known paths, sitemaps, the page itself) and looks at
each find before it is offered.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.errors import FetchError, ParseError, Problem
from bot.model import SourceDocument, SourceKind
from bot.parsing import Parser
from bot.sources import rules
from bot.sources.charset import as_text
from bot.sources.listing import read_listing
from bot.sources.page_links import declared_feeds, shown_feeds
from bot.sources.reading import run_guarded
from bot.sources.sitemap import parse_robots
from bot.sources.sniff import read_anything
from bot.sources.words import absolute
from bot.web import Page, Web

MOST_LOOKED_AT = 6
WELL_KNOWN = (
    "/feed/", "/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml", "/feed.json", "/feed.atom", "/rss/",
    "/?feed=rss2", "/blog/feed/", "/news/rss.xml",
)  # fmt: skip
SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_index.xml", "/sitemap.xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that can be watched.  What follows `how` is known once it was looked at."""

    url: str
    kind: SourceKind
    title: str | None
    how: str  # in words
    format: str | None = None
    entries: int | None = None
    newest: datetime | None = None
    newest_titles: tuple[str, ...] = ()
    comments: bool = False  # of readers: probably not what is wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An address that was visited, and what came of it."""

    url: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """`problem` tells why the address itself could not be read; there may be candidates all the same."""

    url: str
    candidates: tuple[Candidate, ...]
    tried: tuple[Tried, ...]
    problem: Problem | None = None


# ── pure ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def candidates(
    data: bytes, base: str, *, content_type: str | None = None, charset: str | None = None
) -> tuple[Candidate, ...]:
    """What a document at `base` offers, best first: itself when it is a feed or sitemap, else what its HTML names."""
    try:
        document = read_anything(data, content_type=content_type, charset=charset, url=base)
        if document.kind is not SourceKind.PAGE:
            return (
                _described(Candidate(url=base, kind=document.kind, title=None, how="the address itself"), document),
            )
    except ParseError:
        document = None
    found: dict[str, Candidate] = {}
    for feed in rules.feeds_for(base, as_text(data, charset)[:500_000]):
        _offer(found, feed.url, feed.title, f"known of {feed.rule}", feed.kind)
    for link in declared_feeds(data, base, charset):
        _offer(found, link.url, link.title, "declared by the page")
    for link in shown_feeds(data, base, charset):
        _offer(found, link.url, link.title, "linked from the page")
    if document is not None:
        _offer(found, base, document.title, "new links in the page's main list", SourceKind.PAGE)
        found[base] = _described(found[base], document)
    return tuple(sorted(found.values(), key=lambda candidate: candidate.comments))


def as_address(words: str) -> str:
    """What a person types as the address that is meant: `news.example/city`, `@channel` of Telegram, and
    `@ann@social.example` of the networks whose names have this form."""
    words = words.strip()
    if name := _FEDERATED.fullmatch(words):
        return f"https://{name[2]}/@{name[1]}"
    if name := _CHANNEL.fullmatch(words):
        return f"https://t.me/s/{name[1]}"
    return words if "://" in words or words.lower().startswith("feed:") else f"https://{words}"


_FEDERATED = re.compile(r"@?([\w.-]{1,64})@([\w-]+(?:\.[\w-]+)+)")
_CHANNEL = re.compile(r"@([A-Za-z]\w{3,31})")


def _offer(
    found: dict[str, Candidate], url: str, title: str | None, how: str, kind: SourceKind = SourceKind.FEED
) -> None:
    comments = "comment" in f"{url} {title or ''}".lower()
    found.setdefault(url, Candidate(url=url, kind=kind, title=title, how=how, comments=comments))


def _described(candidate: Candidate, document: SourceDocument) -> Candidate:
    dates = [date for entry in document.entries if (date := entry.published or entry.modified)]
    oldest = min(dates, default=datetime.min.replace(tzinfo=UTC))
    latest = sorted(document.entries, key=lambda entry: entry.published or entry.modified or oldest, reverse=True)
    return replace(
        candidate,
        title=document.title or candidate.title,
        format=document.format,
        entries=len(document.entries),
        newest=max(dates, default=None),
        newest_titles=tuple(entry.title for entry in latest[:3] if entry.title),
    )


def usual_addresses(url: str, paths: Sequence[str]) -> tuple[str, ...]:
    """Where such a thing usually stands: beside the page for the first few paths, then at the site's root."""
    near = [absolute(url, path.lstrip("/")) for path in paths[:4]]
    return tuple(dict.fromkeys(filter(None, [*near, *(absolute(url, path) for path in paths)])))


# ── on the web ───────────────────────────────────────────────────────────────────────────────────────────────────


async def discover(web: Web, url: str, *, parser: Parser | None = None) -> Discovery:
    """Find what can be watched at an address as a person types it.  Raises FetchError only for what is no address."""
    search = _Search(web, parser)
    address = as_address(url)
    try:
        page = await search.visit(address)
    except FetchError as error:
        if error.problem.code in ("SW-N01", "SW-N02"):
            raise
        known = await search.look([_from_rule(feed) for feed in rules.feeds_for(address)])
        return Discovery(url=address, candidates=known, tried=tuple(search.tried), problem=error.problem)
    found = await search.from_page(page)
    return Discovery(url=page.final_url, candidates=found, tried=tuple(search.tried))


def _from_rule(feed: rules.SiteFeed) -> Candidate:
    return Candidate(url=feed.url, kind=feed.kind, title=feed.title, how=f"known of {feed.rule}")


class _Search:
    """One discovery under way: what was tried, each address once."""

    def __init__(self, web: Web, parser: Parser | None) -> None:
        self._web = web
        self._parser = parser
        self.tried: list[Tried] = []

    async def visit(self, url: str, *, follow: bool = True) -> Page:
        try:
            page = await self._web.fetch(url, timeout=20, follow=follow)
            if asked := rules.refused_consent(page.final_url):  # what lies behind that question is asked for again
                page = await self._web.fetch(asked.url, timeout=20, headers={"Cookie": asked.cookie})
        except FetchError as error:
            self.tried.append(Tried(url=url, result=error.problem.title))
            raise
        return page

    async def from_page(self, page: Page) -> tuple[Candidate, ...]:
        offered = await run_guarded(
            self._parser,
            candidates,
            page.body,
            base=page.final_url,
            content_type=page.content_type,
            charset=page.charset,
        )
        if offered and offered[0].how == "the address itself":
            self.tried.append(Tried(url=page.final_url, result=f"is a {offered[0].kind}"))
            return offered[:1]
        self.tried.append(Tried(url=page.final_url, result="is a web page"))
        own = tuple(candidate for candidate in offered if candidate.url == page.final_url)
        feeds = await self.look([candidate for candidate in offered if candidate not in own])
        if any(not feed.comments for feed in feeds):
            return feeds + own
        guessed = await self.look(
            [
                Candidate(url=address, kind=SourceKind.FEED, title=None, how="at a usual address")
                for address in usual_addresses(page.final_url, WELL_KNOWN)
            ],
            follow=False,
            enough=1,
        )
        sitemaps = () if guessed else await self._sitemaps(page)
        return (*guessed, *sitemaps, *own, *feeds)

    async def look(
        self, offered: Sequence[Candidate], *, follow: bool = True, enough: int = MOST_LOOKED_AT
    ) -> tuple[Candidate, ...]:
        """The candidates that really are what they should be, described; at most `enough`."""
        found: dict[str, Candidate] = {}
        step = MOST_LOOKED_AT if enough > 1 else 3
        for start in range(0, len(offered), step):
            looks = [self._look_at(candidate, follow) for candidate in offered[start : start + step]]
            for candidate in await asyncio.gather(*looks):
                if candidate is not None:
                    found.setdefault(candidate.url, candidate)
            if len(found) >= enough:
                break
        return tuple(sorted(found.values(), key=lambda candidate: candidate.comments))[: max(enough, 1)]

    async def _look_at(self, candidate: Candidate, follow: bool) -> Candidate | None:
        try:
            page = await self.visit(candidate.url, follow=follow)
            document = await read_listing(self._web, page, candidate.kind, parser=self._parser)
        except FetchError:
            return None
        except ParseError as error:
            self.tried.append(Tried(url=candidate.url, result=error.problem.title))
            return None
        self.tried.append(Tried(url=candidate.url, result=f"is a {document.kind} ({document.format})"))
        return _described(candidate, document)

    async def _sitemaps(self, page: Page) -> tuple[Candidate, ...]:
        """What robots.txt names, else the usual addresses; one with news or dates is worth watching."""
        named: tuple[str, ...] = ()
        robots = absolute(page.final_url, "/robots.txt")
        try:
            answer = await self.visit(robots or page.final_url)
            named = parse_robots(answer.body, charset=answer.charset, url=answer.final_url).sitemaps
            self.tried.append(Tried(url=answer.final_url, result=f"names {len(named)} sitemaps"))
        except FetchError:
            pass  # noted by `visit`
        how = "named by robots.txt" if named else "at a usual address"
        addresses = named or usual_addresses(page.final_url, SITEMAPS)
        offered = [
            Candidate(url=address, kind=SourceKind.SITEMAP, title=None, how=how)
            for address in sorted(addresses, key=lambda address: "news" not in address)
        ]
        found = await self.look(offered[:MOST_LOOKED_AT], follow=False, enough=1)
        return tuple(candidate for candidate in found if candidate.entries)
