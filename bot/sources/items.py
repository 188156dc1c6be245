"""Entries as a check compares them: a key that says which item it is, a hash that says whether it has changed.

Pure: what to hand over, what to adopt, and in which order, is decided here from values.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from bot.model import Entry, SourceDocument
from bot.sources.words import absolute_links

MOST_BASELINE = 200  # of a new source's old items, the newest so many are read; the rest is only known
_ADOPT_AT_LEAST = 3
_MAKE: Final = "2:"  # of digests: one that is made in another way tells nothing of a change
_TAGS = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry of one check.  `key` is its identity within the source, `digest` its content."""

    key: str
    digest: str
    entry: Entry


def items_of(document: SourceDocument) -> tuple[Item, ...]:
    """One item per identity, in document order.  An id that several different links share is no identity alone."""
    links: dict[str, set[str | None]] = {}
    for entry in document.entries:
        if entry.id:
            links.setdefault(entry.id, set()).add(entry.url)
    found: dict[str, Item] = {}
    for entry in document.entries:
        if entry.id:
            shared = len(links[entry.id]) > 1
            identity = (entry.id, entry.url if shared else "")
        else:
            identity = ("", entry.url or f"{entry.title}\n{entry.published}\n{(entry.description or '')[:200]}")
        key = _digest(*identity)
        found.setdefault(key, Item(key=key, digest=_content_digest(entry), entry=entry))
    return tuple(found.values())


def _content_digest(entry: Entry) -> str:
    """What people would see differ.  Addresses inside the text are left out: advertisers change them at every visit."""
    content = _digest(
        entry.title,
        entry.url,
        str(entry.published),
        str(entry.modified),
        _visible(entry.description),
        _visible(entry.content),
        "\n".join(entry.authors),
        (entry.image or "").partition("?")[0],
        "\n".join([enclosure.url.partition("?")[0] for enclosure in entry.enclosures]),
    )
    return f"{_MAKE}{content[: 64 - len(_MAKE)]}"


def _visible(html: str | None) -> str | None:
    return _TAGS.sub("", html) if html and "<" in html else html


def _digest(*parts: str | None) -> str:
    return hashlib.sha256("\x00".join([part or "" for part in parts]).encode("utf-8", "replace")).hexdigest()


def news_among(items: Iterable[Item], seen: Mapping[str, str]) -> tuple[Item, ...]:
    """The items that are new or have changed."""
    return tuple(item for item in items if seen.get(item.key) != item.digest and not _is_older(item, seen))


def older_among(items: Iterable[Item], seen: Mapping[str, str]) -> tuple[Item, ...]:
    """The items whose digest an earlier version of this program made: nothing can be told of a change, so they are
    known as they stand."""
    return tuple(item for item in items if _is_older(item, seen))


def _is_older(item: Item, seen: Mapping[str, str]) -> bool:
    known = seen.get(item.key)
    return known is not None and not known.startswith(_MAKE)


def oldest_first(items: Iterable[Item]) -> tuple[Item, ...]:
    """In the order in which they came out: by date where there is one, else against the document's order, since
    documents list the newest first."""
    ordered = list(items)[::-1]
    dates = [item.entry.published or item.entry.modified for item in ordered]
    if not all(dates):
        return tuple(ordered)
    return tuple(item for _, item in sorted(zip(dates, ordered, strict=True), key=lambda pair: pair[0]))  # type: ignore[arg-type,return-value]


def renamed(items: Sequence[Item], seen: Mapping[str, str], known_titles: Mapping[str, int]) -> dict[str, int]:
    """Items that only changed their identifiers: key → article id.

    When none of a source's items is known any more and most of their titles are, the feed has changed all its ids (and
    perhaps its addresses); they are adopted, not handed over as news.
    """
    if len(items) < _ADOPT_AT_LEAST or any(item.key in seen for item in items):
        return {}
    titles = Counter(item.entry.title for item in items if item.entry.title)
    old = {
        item.key: known_titles[title]
        for item in items
        if (title := item.entry.title) and titles[title] == 1 and title in known_titles
    }
    return old if len(old) >= _ADOPT_AT_LEAST and len(old) * 2 >= len(items) else {}


def first_sight(items: Sequence[Item], backfill: int) -> tuple[tuple[Item, ...], tuple[Item, ...], tuple[Item, ...]]:
    """What to do with a new source's items: (post, read silently, only know), each oldest first."""
    ordered = oldest_first(items)
    cut = max(len(ordered) - max(backfill, 0), 0)
    read_from = max(cut - MOST_BASELINE, 0)
    return ordered[cut:], ordered[read_from:cut], ordered[:read_from]


def as_handed_over(entry: Entry, *, base: str | None, now: datetime) -> Entry:
    """The entry for the archive: addresses in its text made whole, a date in the future set to the check's time."""
    changed: dict[str, Any] = {}
    for name in ("published", "modified"):
        when = getattr(entry, name)
        if when is not None and when > now:
            changed[name] = now
    for name in ("description", "content"):
        html = getattr(entry, name)
        whole = absolute_links(html, base)
        if whole is not html:
            changed[name] = whole
    return replace(entry, **changed) if changed else entry
