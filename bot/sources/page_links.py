"""Feeds that an HTML page names: in `<link rel="alternate">`, and in links that people can see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.sources.page import base_of, html_root
from bot.sources.words import absolute, is_web, plain

_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "application/x-rss+xml",
        "application/xml",
        "text/xml",
        "text/rss+xml",
        "application/rss",
        "application/atom",
    }
)
_FEED_PATH = re.compile(
    r"(?:^|/)(?:rss|feeds?|atom|rdf|syndication)(?:[/.?_-]|\d|$)|\.(?:rss|atom|rdf)$|(?:rss|feed|atom|index)[\w-]*\.(?:xml|json)$"
    r"|[?&](?:feed|format|output|type)=(?:rss|atom|rdf)",
    re.IGNORECASE,
)
_NO_FEED = re.compile(r"/wp-json/|/oembed|feedback|sitemap|opensearch|opml", re.IGNORECASE)
_MOST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    url: str
    title: str | None


def declared_feeds(data: bytes, url: str | None, charset: str | None = None) -> tuple[FeedLink, ...]:
    """`<link rel="alternate" type="application/rss+xml">` and its kin, in document order."""
    root = html_root(data, charset)
    if root is None:
        return ()
    base = base_of(root, url)
    links = (
        FeedLink(url=address, title=plain(link.get("title")))
        for link in root.iter("link")
        if _declares(link.get("rel") or "", link.get("type") or "", link.get("href") or "")
        if (address := absolute(base, link.get("href"))) and is_web(address)
    )
    return _unique(links)


def _declares(rel: str, kind: str, href: str) -> bool:
    words = rel.lower().split()
    kind = kind.partition(";")[0].strip().lower()
    if _NO_FEED.search(href) or not ({"alternate", "feed"} & set(words)) or "stylesheet" in words:
        return False
    if kind in _FEED_TYPES or "feed" in words:
        return True
    return kind in ("application/json", "") and bool(_FEED_PATH.search(_path(href)))


def shown_feeds(data: bytes, url: str | None, charset: str | None = None) -> tuple[FeedLink, ...]:
    """Links in the page whose address looks like a feed's."""
    root = html_root(data, charset)
    if root is None:
        return ()
    base = base_of(root, url)
    links = (
        FeedLink(url=address, title=plain(" ".join(anchor.itertext())) or plain(anchor.get("title")))
        for anchor in root.iter("a")
        if (href := anchor.get("href")) and not _NO_FEED.search(href) and _FEED_PATH.search(_path(href))
        if (address := absolute(base, href)) and is_web(address)
    )
    return _unique(links)


def _path(href: str) -> str:
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _unique(links: Iterable[FeedLink]) -> tuple[FeedLink, ...]:
    found: dict[str, FeedLink] = {}
    for link in links:
        found.setdefault(link.url, link)
        if len(found) >= _MOST:
            break
    return tuple(found.values())
