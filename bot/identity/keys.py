"""The keys by which an article is known again; many lead to one article, and all are kept for ever."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from bot.identity.address import is_bare, key, plain_key, split
from bot.language import words

_KEY_LIMIT = 180  # characters; a longer one is hashed (the column takes 200)


@lru_cache(maxsize=4096)
def url_key(url: str | None) -> str | None:
    """The stored key of an address; None for one that names no article."""
    if not url:
        return None
    plain = plain_key(url)
    if plain is None and is_bare(url):
        return None
    return _stored("url:" + (plain or key(url)))


def guid_key(source_id: int | None, guid: str | None) -> str | None:
    """The stored key of a source's own identifier; identifiers are unique only within their source."""
    guid = (guid or "").strip()
    return _stored(f"guid:{source_id or 0}:{guid}") if guid else None


def text_key(title: str | None, text: str | None) -> str | None:
    """The stored key of a headline with the first 30 words under it; None when there is too little of them."""
    if not title or not text:
        return None
    head, body = words(title), words(text[:2_000])[:30]
    if len(head) < 3 or len(body) < 20:
        return None
    return "text:" + sha256("\n".join((" ".join(head), " ".join(body))).encode()).hexdigest()


def entry_key(source_id: int | None, title: str | None, published: datetime | None) -> str | None:
    """The last resort for an item with neither address nor identifier: its headline and time within its source."""
    if not title and not published:
        return None
    return _stored(f"item:{source_id or 0}:{published.isoformat() if published else ''}:{' '.join(words(title or ''))}")


def alike(one: str | None, other: str | None) -> float:
    """How much two headlines share: words in both over words in either, 0 to 1; 0 if one is missing."""
    a, b = set(words(one or "")), set(words(other or ""))
    return len(a & b) / len(a | b) if a and b else 0.0


def keys(
    *,
    source_id: int | None = None,
    guid: str | None = None,
    urls: tuple[str | None, ...] = (),
    title: str | None = None,
    text: str | None = None,
) -> tuple[str, ...]:
    """Every key of one article, the surest first: addresses, the source's identifier (also read as an address when it
    is one), headline with text."""
    found = [url_key(url) for url in urls]
    if guid and "://" in guid and split(guid.strip()) is not None:
        found.append(url_key(guid))
    found += [guid_key(source_id, guid), text_key(title, text)]
    return tuple(dict.fromkeys(filter(None, found)))


def _stored(text: str) -> str:
    if len(text) <= _KEY_LIMIT and "\x00" not in text:
        return text
    head, _, _ = text.partition(":")
    return f"{head}:sha256:{sha256(text.encode('utf-8', 'replace')).hexdigest()}"
