"""RSS 0.9x to 2.0, RDF (RSS 0.90, 1.0, 1.1) and CDF: a channel and its items, with the modules that feeds use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Entry
from bot.sources import media
from bot.sources.dates import parse_date
from bot.sources.draft import MOST_ENTRIES, MOST_FEED_AUTHORS, EntryDraft, FeedDraft
from bot.sources.words import absolute, plain
from bot.sources.xmltree import XML_BASE, XML_LANG, flat_text, name_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

Reader = Callable[[EntryDraft, "_Element"], None]

_ADDRESS_AND_NAME = re.compile(r"^\s*\S+@\S+\s*\((.+)\)\s*$", re.DOTALL)
_NAME_AND_ADDRESS = re.compile(r"^\s*(.+?)\s*[<(]\s*\S+@\S+\s*[>)]\s*$", re.DOTALL)
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 7 * 24, "monthly": 30 * 24, "yearly": 365 * 24}


def read(root: _Element, base: str | None) -> tuple[FeedDraft, list[Entry]]:
    """The feed and its entries, in document order."""
    channel = next((child for child in root if name_of(child.tag) == "channel"), root)
    feed = FeedDraft(format=_format(root), base=_join(_join(base, root), channel))
    feed.language = channel.get(XML_LANG) or root.get(XML_LANG)
    if channel.get("HREF") or channel.get("href"):  # CDF
        feed.url = absolute(feed.base, channel.get("HREF") or channel.get("href"))
    for child in channel:
        _read_channel(feed, name_of(child.tag), child)
    entries: list[Entry] = []
    for item in _items(root, channel):
        if len(entries) >= MOST_ENTRIES:
            feed.problems.append(f"Only the first {MOST_ENTRIES:,} entries were read.")
            break
        entries.append(_read_item(item, feed))
    return feed, entries


def _format(root: _Element) -> str:
    name, version = name_of(root.tag), (root.get("version") or "").strip()
    if name == "rdf:rdf":
        old = any("netscape" in (uri or "").lower() for uri in root.nsmap.values())
        return "rss090" if old else "rss10"
    if name == "channel":
        return "cdf" if root.get("HREF") or root.get("href") else "rss"
    if name == "rss" and version:
        return {"0.91": "rss091", "0.92": "rss092", "0.93": "rss093", "0.94": "rss094", "1.0": "rss10"}.get(
            version, "rss20"
        )
    return "rss"


def _items(root: _Element, channel: _Element) -> Iterator[_Element]:
    """Items of the channel, those beside it (RDF), and those in an `items` wrapper (RSS 1.1)."""
    for child in channel:
        name = name_of(child.tag)
        if name == "item":
            yield child
        elif name == "items":
            yield from (inner for inner in child if name_of(inner.tag) == "item")
    if channel is not root:
        yield from (child for child in root if name_of(child.tag) == "item")


def _join(base: str | None, element: _Element) -> str | None:
    own = element.get(XML_BASE)
    return absolute(base, own) or base if own else base


# ── the channel ──────────────────────────────────────────────────────────────────────────────────────────────────


def _read_channel(feed: FeedDraft, name: str, element: _Element) -> None:
    match name:
        case "title":
            feed.title = feed.title or plain(text_of(element))
        case "link" | "atom:link":
            _read_channel_link(feed, element)
        case "description" | "abstract":
            feed.description = feed.description or text_of(element) or None
        case "itunes:summary" | "itunes:subtitle" | "dc:description":
            feed.description = feed.description or text_of(element) or None
        case "dc:title" | "itunes:title":
            feed.title = feed.title or plain(text_of(element))
        case "language" | "dc:language":
            feed.language = text_of(element) or feed.language
        case "managingeditor" | "dc:creator" | "itunes:author" | "author":
            feed.authors.extend(author(element))
        case _:
            _read_rhythm(feed, name, element)


def _read_channel_link(feed: FeedDraft, element: _Element) -> None:
    rel = (element.get("rel") or "alternate").lower()
    link = absolute(_join(feed.base, element), element.get("href") or text_of(element))
    if rel == "alternate":
        feed.url = feed.url or link
    elif rel == "hub":
        feed.hub = feed.hub or link
    elif rel == "self":
        feed.topic = feed.topic or link


def _read_rhythm(feed: FeedDraft, name: str, element: _Element) -> None:
    """What the feed says about when to look again (RSS 2.0, Syndication module)."""
    match name:
        case "ttl":
            minutes = media.number(text_of(element))
            feed.ttl = timedelta(minutes=minutes) if minutes and minutes < 10**6 else None
        case "sy:updateperiod":
            feed.period = text_of(element).lower()
        case "sy:updatefrequency":
            feed.frequency = min(media.number(text_of(element)) or 1, 3600)
        case "skiphours":
            hours = (media.number(flat_text(child)) for child in element)
            feed.skip_hours.extend(sorted({hour % 24 for hour in hours if hour is not None and hour <= 24}))
        case "skipdays":
            feed.skip_days.extend(day for child in element if (day := flat_text(child).capitalize()))
        case _:
            pass


def rhythm(feed: FeedDraft) -> timedelta | None:
    """`ttl`, else the Syndication module's period."""
    if feed.ttl or not feed.period:
        return feed.ttl
    hours = _PERIODS.get(feed.period)
    return timedelta(hours=hours) / feed.frequency if hours else None


# ── an item ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _read_item(item: _Element, feed: FeedDraft) -> Entry:
    draft = EntryDraft(base=_join(feed.base, item), language=item.get(XML_LANG))
    for element in item:
        name = name_of(element.tag)
        reader = _READERS.get(name)
        if reader is not None:
            reader(draft, element)
        elif name.startswith("media:"):
            media.read_media(draft, element, name)
    about = item.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about")
    if about and not draft.id:
        draft.id = about.strip()
    draft.url_spare = draft.url_spare or item.get("HREF") or item.get("href") or about
    draft.authors_spare = draft.authors_spare or feed.authors[:MOST_FEED_AUTHORS]
    return draft.finish()


def _title(draft: EntryDraft, element: _Element) -> None:
    draft.title = draft.title or text_of(element)


def _title_spare(draft: EntryDraft, element: _Element) -> None:
    draft.title_spare = draft.title_spare or text_of(element)


def _link(draft: EntryDraft, element: _Element) -> None:
    rel = (element.get("rel") or "alternate").lower()
    if rel == "alternate":
        own = element.get(XML_BASE)
        link = flat_text(element) or element.get("href")
        draft.url = draft.url or (absolute(own, link) if own else link)
    elif rel == "enclosure":
        media.read_enclosure(draft, element)


def _original_link(draft: EntryDraft, element: _Element) -> None:
    draft.url = flat_text(element) or draft.url


def _guid(draft: EntryDraft, element: _Element) -> None:
    if not draft.id:
        draft.id = text_of(element)
        if (element.get("isPermaLink") or element.get("ispermalink") or "true").lower() != "false":
            draft.url_spare = flat_text(element)


def _identifier(draft: EntryDraft, element: _Element) -> None:
    draft.id = draft.id or text_of(element)


def _published(draft: EntryDraft, element: _Element) -> None:
    draft.published = draft.published or parse_date(flat_text(element))


def _modified(draft: EntryDraft, element: _Element) -> None:
    draft.modified = draft.modified or parse_date(flat_text(element))


def _description(draft: EntryDraft, element: _Element) -> None:
    draft.description = draft.description or text_of(element)


def _description_spare(draft: EntryDraft, element: _Element) -> None:
    draft.description_spare = draft.description_spare or text_of(element)


def _content(draft: EntryDraft, element: _Element) -> None:
    draft.content = draft.content or text_of(element)


def _author(draft: EntryDraft, element: _Element) -> None:
    draft.authors.extend(author(element))


def _author_spare(draft: EntryDraft, element: _Element) -> None:
    draft.authors_spare.extend(author(element))


def _tag(draft: EntryDraft, element: _Element) -> None:
    word = plain(flat_text(element) or element.get("text") or element.get("term") or element.get("label"))
    if word:
        draft.tags.append(word)


def _keywords(draft: EntryDraft, element: _Element) -> None:
    draft.tags.extend(media.split_words(text_of(element)))


def _comments(draft: EntryDraft, element: _Element) -> None:
    draft.comments = draft.comments or flat_text(element)


def _language(draft: EntryDraft, element: _Element) -> None:
    draft.language = text_of(element) or draft.language


def _item_image(draft: EntryDraft, element: _Element) -> None:
    inner = next((flat_text(child) for child in element if name_of(child.tag) == "url"), None)
    draft.image = draft.image or inner or element.get("href") or element.get("url") or flat_text(element) or None


def _duration(draft: EntryDraft, element: _Element) -> None:
    media.set_duration(draft, text_of(element))


def author(element: _Element) -> list[str]:
    """`ann@example.org (Ann Lee)` → `Ann Lee`; a bare address only when there is no name; Atom's person as well."""
    persons = element if len(element) else ()
    name = next((flat_text(child) for child in persons if name_of(child.tag).rpartition(":")[2] == "name"), None)
    text = name or text_of(element)
    if "@" in text and len(text) < 300:
        match = _ADDRESS_AND_NAME.match(text) or _NAME_AND_ADDRESS.match(text)
        text = match[1] if match else text
    return [text] if text else []


_READERS: dict[str, Reader] = {
    "title": _title,
    "dc:title": _title_spare,
    "itunes:title": _title_spare,
    "atom:title": _title_spare,
    "link": _link,
    "atom:link": _link,
    "feedburner:origlink": _original_link,
    "guid": _guid,
    "atom:id": _identifier,
    "dc:identifier": _identifier,
    "pubdate": _published,
    "dc:date": _published,
    "dc:created": _published,
    "dc:issued": _published,
    "atom:published": _published,
    "published": _published,
    "date": _published,
    "atom:updated": _modified,
    "dc:modified": _modified,
    "lastbuilddate": _modified,
    "updated": _modified,
    "description": _description,
    "abstract": _description,
    "itunes:summary": _description_spare,
    "googleplay:description": _description_spare,
    "itunes:subtitle": _description_spare,
    "dc:description": _description_spare,
    "dc:abstract": _description_spare,
    "atom:summary": _description_spare,
    "summary": _description_spare,
    "content:encoded": _content,
    "encoded": _content,
    "fulltext": _content,
    "xhtml:body": _content,
    "xhtml:div": _content,
    "atom:content": _content,
    "author": _author,
    "dc:creator": _author,
    "atom:author": _author,
    "creator": _author,
    "dc:author": _author,
    "itunes:author": _author_spare,
    "googleplay:author": _author_spare,
    "dc:contributor": _author_spare,
    "category": _tag,
    "dc:subject": _tag,
    "itunes:category": _tag,
    "atom:category": _tag,
    "itunes:keywords": _keywords,
    "keywords": _keywords,
    "comments": _comments,
    "language": _language,
    "dc:language": _language,
    "enclosure": media.read_enclosure,
    "image": _item_image,
    "itunes:image": media.read_podcast_picture,
    "googleplay:image": media.read_podcast_picture,
    "itunes:duration": _duration,
}
