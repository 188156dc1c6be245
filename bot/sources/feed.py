"""Feed bytes → `SourceDocument`: RSS, RDF, Atom, JSON Feed and CDF, however they are written.

Only what is hopeless is refused (`ParseError` says why in words); everything else is read as far as it goes, and
oddities are told in `problems`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.errors import ParseError
from bot.model import Entry, SourceDocument, SourceKind
from bot.sources import atom, jsonfeed, rss
from bot.sources.charset import as_utf8
from bot.sources.complaints import complaint
from bot.sources.draft import FeedDraft
from bot.sources.words import language_tag
from bot.sources.xmltree import name_of, parse

if TYPE_CHECKING:
    from lxml.etree import _Element

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)

_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|title|div|p|h1)\b", re.IGNORECASE)
_HTML_NAMES = frozenset(
    {"html", "head", "body", "main", "article", "section", "header", "nav", "div", "span", "p", "a", "ul", "ol", "li"}
    | {"table", "form", "h1", "h2", "h3", "link", "meta", "title", "script", "style", "img", "br", "center", "iframe"}
)
_FEED = re.compile(rb"<(?:[\w-]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_LOGIN = re.compile(rb"<input\b[^<>]*type\s*=\s*[\"']?password", re.IGNORECASE)
_CHALLENGE = re.compile(
    rb"cf-challenge|challenge-platform|<title>Just a moment|captcha-delivery|Attention Required! \| Cloudflare|"
    rb"sgcaptcha|_Incapsula_",
    re.IGNORECASE,
)


def parse_feed(
    data: bytes, *, content_type: str | None = None, charset: str | None = None, url: str | None = None
) -> SourceDocument:
    """Read a feed.

    content_type, charset   of the HTTP header; hints that the document may contradict
    url                     where it came from: the base of relative links

    Raises ParseError (SW-S01 to SW-S09) for what is no feed.
    """
    body, whole = as_utf8(data, charset)
    body = body.strip()
    if not body:
        raise ParseError(complaint("SW-S03", url))
    if body[:1] in (b"{", b"["):
        feed, entries = jsonfeed.read(body, url)
    else:
        feed, entries = _read_xml(body, url)
    if not whole:
        feed.problems.append("Some characters could not be read: the text is not in the encoding that it claims.")
    feed.problems.extend(_oddities(entries))
    return _document(feed, entries)


def _read_xml(body: bytes, url: str | None) -> tuple[FeedDraft, list[Entry]]:
    if b"<" not in body:
        raise ParseError(complaint("SW-S04", url))
    if _HTML.match(body) and not _FEED.search(body[:4096]):
        raise _web_page(body, url)
    root, well_formed = parse(body)
    if root is None:
        raise _web_page(body, url) if _HTML.search(body[:4096]) else ParseError(complaint("SW-S06", url))
    reader = _reader(root)
    if reader is None:
        name = name_of(root.tag).rpartition(":")[2]
        if name in _HTML_NAMES or _HTML.match(body):
            raise _web_page(body, url)
        raise ParseError(complaint("SW-S05", url, detail=name[:40]))
    feed, entries = reader(root, url)
    if not well_formed:
        if entries and _is_cut(body):
            entries.pop()
        feed.problems.append("The XML is not well formed; it was read as far as it goes.")
    return feed, entries


def _reader(root: _Element) -> Callable[[_Element, str | None], tuple[FeedDraft, list[Entry]]] | None:
    name = name_of(root.tag).rpartition(":")[2]
    if name in ("feed", "entry"):
        return atom.read
    return rss.read if name in ("rss", "rdf", "channel") else None


def _is_cut(body: bytes) -> bool:
    """True when the document ends inside its last entry, before what identifies it is whole."""
    for opening, closing in ((b"<item", b"</item"), (b"<entry", b"</entry")):
        start = body.rfind(opening)
        if start > body.rfind(closing):
            tail = body[start:]
            return not (b"</title" in tail and re.search(rb"</(?:link|guid|id)\b|<link\b[^<>]*>", tail))
    return False


def _web_page(body: bytes, url: str | None) -> ParseError:
    if _CHALLENGE.search(body[:20_000]):
        return ParseError(complaint("SW-S09", url))
    return ParseError(complaint("SW-S02" if _LOGIN.search(body[:200_000]) else "SW-S01", url))


def _oddities(entries: list[Entry]) -> list[str]:
    if not entries:
        return ["The feed has no entries."]
    found = []
    if not any(entry.published or entry.modified for entry in entries):
        found.append("No entry has a date that can be read.")
    missing = sum(1 for entry in entries if not entry.url)
    if missing:
        found.append(f"{missing} of {len(entries)} entries have no link.")
    return found


def _document(feed: FeedDraft, entries: list[Entry]) -> SourceDocument:
    return SourceDocument(
        kind=SourceKind.FEED,
        format=feed.format,
        title=feed.title,
        url=feed.url,
        description=feed.description,
        language=language_tag(feed.language),
        hub=feed.hub,
        topic=feed.topic,
        ttl=rss.rhythm(feed),
        skip_hours=tuple(feed.skip_hours),
        skip_days=tuple(feed.skip_days),
        entries=tuple(entries),
        problems=tuple(feed.problems),
    )
