"""Atom 1.0 (RFC 4287) and 0.3: a feed and its entries; a single entry counts as a feed of one."""

from __future__ import annotations

import base64
import binascii
from html import escape
from typing import TYPE_CHECKING

from bot.model import Entry
from bot.sources import media
from bot.sources.dates import parse_date
from bot.sources.draft import MOST_ENTRIES, MOST_FEED_AUTHORS, EntryDraft, FeedDraft
from bot.sources.rss import author
from bot.sources.words import absolute, has_markup, plain
from bot.sources.xmltree import XML_BASE, XML_LANG, flat_text, inner_html, name_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_FEED_WORDS = frozenset({"title", "subtitle", "tagline", "link", "id", "author"})


def read(root: _Element, base: str | None) -> tuple[FeedDraft, list[Entry]]:
    """The feed and its entries, in document order."""
    feed = FeedDraft(format=_format(root), base=_join(base, root), language=root.get(XML_LANG))
    if _name(root) == "entry":
        return feed, [_read_entry(root, feed)]
    items = []
    for child in root:
        name = _name(child)
        if name == "entry":
            items.append(child)
        else:
            _read_feed(feed, name, child)
    if len(items) > MOST_ENTRIES:
        feed.problems.append(f"Only the first {MOST_ENTRIES:,} entries were read.")
    return feed, [_read_entry(item, feed) for item in items[:MOST_ENTRIES]]


def _format(root: _Element) -> str:
    old = (root.get("version") or "").strip() == "0.3" or "purl.org/atom" in root.tag.lower()
    return "atom03" if old else "atom10"


def _name(element: _Element) -> str:
    return name_of(element.tag).removeprefix("atom:")


def _join(base: str | None, element: _Element) -> str | None:
    own = element.get(XML_BASE)
    return absolute(base, own) or base if own else base


def _read_feed(feed: FeedDraft, name: str, element: _Element) -> None:
    match name:
        case "title":
            feed.title = feed.title or plain(html_of(element))
        case "subtitle" | "tagline" | "info":
            feed.description = feed.description or html_of(element) or None
        case "author":
            feed.authors.extend(author(element))
        case "link":
            _read_feed_link(feed, element)
        case "dc:language" | "language":
            feed.language = feed.language or text_of(element)
        case _:
            pass


def _read_feed_link(feed: FeedDraft, element: _Element) -> None:
    rel = (element.get("rel") or "alternate").lower()
    link = absolute(_join(feed.base, element), element.get("href") or text_of(element))
    if rel == "alternate" and (feed.url is None or "html" in (element.get("type") or "")):
        feed.url = feed.url if feed.url and "html" not in (element.get("type") or "") else link
    elif rel == "hub":
        feed.hub = feed.hub or link
    elif rel == "self":
        feed.topic = feed.topic or link


def _read_entry(item: _Element, feed: FeedDraft) -> Entry:
    draft = EntryDraft(base=_join(feed.base, item), language=item.get(XML_LANG))
    rank = 0
    for element in item:
        name = _name(element)
        if name == "link":
            rank = _read_link(draft, element, rank)
        elif name.startswith("media:"):
            media.read_media(draft, element, name)
        else:
            _read_part(draft, name, element)
    draft.authors_spare = draft.authors_spare or feed.authors[:MOST_FEED_AUTHORS]
    return draft.finish()


def _read_part(draft: EntryDraft, name: str, element: _Element) -> None:
    match name:
        case "title":
            draft.title = draft.title or html_of(element)
        case "id":
            draft.id = draft.id or flat_text(element)
        case "published":
            draft.published = parse_date(flat_text(element)) or draft.published
        case "issued" | "created" | "dc:date" | "pubdate":
            draft.published = draft.published or parse_date(flat_text(element))
        case "updated" | "modified" | "dc:modified":
            draft.modified = draft.modified or parse_date(flat_text(element))
        case "summary" | "description":
            draft.description = draft.description or html_of(element)
        case "content":
            _read_content(draft, element)
        case "content:encoded":
            draft.content = draft.content or text_of(element)
        case "author" | "dc:creator":
            draft.authors.extend(author(element))
        case "source":
            _read_source(draft, element)
        case _:
            _read_rest(draft, name, element)


def _read_rest(draft: EntryDraft, name: str, element: _Element) -> None:
    match name:
        case "category" | "dc:subject":
            word = plain(element.get("label") or element.get("term") or text_of(element))
            draft.tags.extend([word] if word else [])
        case "feedburner:origlink":
            draft.url = flat_text(element) or draft.url
        case "dc:title":
            draft.title_spare = draft.title_spare or text_of(element)
        case "dc:language":
            draft.language = text_of(element) or draft.language
        case "itunes:summary":
            draft.description_spare = draft.description_spare or text_of(element)
        case "itunes:image":
            media.read_podcast_picture(draft, element)
        case _:
            pass


def _read_link(draft: EntryDraft, element: _Element, rank: int) -> int:
    """Keep the best link of the entry; `rank` tells how good the kept one is."""
    rel = (element.get("rel") or "alternate").lower()
    link = absolute(_join(draft.base, element), element.get("href") or flat_text(element))
    if not link:
        return rank
    kind = (element.get("type") or "").lower()
    if rel == "enclosure":
        media.read_enclosure(draft, element)
    elif rel == "replies":
        draft.comments = draft.comments or link
    elif rel in ("alternate", "http://www.iana.org/assignments/relation/alternate"):
        worth = 3 if "html" in kind or not kind else 2
        if worth > rank:
            draft.url = link
            return worth
    elif rel in ("self", "via", "related") and not rank and not draft.url_spare:
        draft.url_spare = link
    return rank


def _read_content(draft: EntryDraft, element: _Element) -> None:
    source = absolute(_join(draft.base, element), element.get("src"))
    if source:
        kind = (element.get("type") or "").lower()
        if kind.startswith(("image/", "video/", "audio/")):
            media.read_enclosure(draft, _as_enclosure(element, source))
        draft.url_spare = draft.url_spare or source
        return
    draft.content = draft.content or html_of(element)


def _as_enclosure(element: _Element, source: str) -> _Element:
    element.set("href", source)
    return element


def _read_source(draft: EntryDraft, element: _Element) -> None:
    """The feed that an aggregated entry comes from lends its authors."""
    for child in element:
        if _name(child) == "author":
            draft.authors_spare.extend(author(child))


def html_of(element: _Element) -> str:
    """A text construct as HTML: escaped plain text, HTML as it is, XHTML without its wrapper, base64 decoded."""
    kind = (element.get("type") or "").strip().lower()
    mode = (element.get("mode") or "").strip().lower()
    if len(element):
        children = [child for child in element if isinstance(child.tag, str)]
        only = len(children) == 1 and name_of(children[0].tag).rpartition(":")[2] == "div"
        wrapped = only and not (element.text or "").strip() and not (children[0].tail or "").strip()
        return inner_html(children[0]) if wrapped else inner_html(element)
    text = (element.text or "").strip()
    if mode == "base64" or _is_binary(kind):
        return _decoded(text)
    said_plain = kind in ("text", "text/plain") and mode != "escaped"
    unsaid = not kind and not mode and not has_markup(text)  # plain by the standard, HTML by many writers
    return escape(text, quote=False) if said_plain or unsaid else text


def _is_binary(kind: str) -> bool:
    """RFC 4287, 4.1.3.3: a media type that is neither text nor XML holds base64."""
    return "/" in kind and not kind.startswith("text/") and not kind.endswith(("/xml", "+xml", "/html"))


def _decoded(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace").strip()
    except (binascii.Error, ValueError):
        return text
