"""What is found and read before it is a row: entries, source documents, extractions and their parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.words import SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    url: str
    caption: str | None = None
    credit: str | None = None
    width: int | None = None  # pixels
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A playable file (`url`), a player page (`player`), or both."""

    url: str | None = None
    player: str | None = None
    title: str | None = None
    thumbnail: str | None = None
    mime: str | None = None
    duration: int | None = None  # seconds
    size: int | None = None  # bytes
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to another article ("Also read").  `url` is None where pasted text carries the title alone."""

    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """The same article in another language (hreflang)."""

    language: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    url: str
    mime: str | None = None
    length: int | None = None  # bytes
    medium: str | None = None  # image, video, audio, document (media RSS)
    width: int | None = None
    height: int | None = None
    duration: int | None = None  # seconds
    thumbnail: str | None = None
    caption: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item as found in a source, before it is an article.  Text fields are as the source has them (HTML allowed
    in `description` and `content`); `title` is plain text."""

    id: str | None = None
    url: str | None = None
    title: str | None = None
    published: datetime | None = None
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    description: str | None = None
    content: str | None = None
    image: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    comments: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDocument:
    """What one check of a source brought: the parsed feed, sitemap or listing page."""

    kind: SourceKind
    format: str  # rss20, rss10, atom10, json11, sitemap, sitemap-index, news-sitemap, page, …
    title: str | None = None
    url: str | None = None  # the site's address as the document gives it
    description: str | None = None
    language: str | None = None
    hub: str | None = None  # WebSub hub
    topic: str | None = None  # rel=self
    ttl: timedelta | None = None
    skip_hours: tuple[int, ...] = ()  # hours of the day in UTC
    skip_days: tuple[str, ...] = ()  # English day names
    entries: tuple[Entry, ...] = ()
    sitemaps: tuple[str, ...] = ()  # of a sitemap index
    sitemap_dates: tuple[str | None, ...] = ()  # of each, what the index calls its last change
    problems: tuple[str, ...] = ()  # oddities met while parsing, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Everything read off one page or one pasted text.  None or () when absent."""

    title: str | None = None
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None  # with the zone the page gives
    modified: datetime | None = None
    canonical_url: str | None = None
    shortlink: str | None = None
    alternates: tuple[Alternate, ...] = ()
    site_name: str | None = None
    language: str | None = None
    image: Image | None = None
    images: tuple[Image, ...] = ()
    videos: tuple[Video, ...] = ()
    text: str | None = None  # paragraphs split by "\n\n"
    related: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()  # whole sentences
