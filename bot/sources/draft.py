"""An entry and a feed while they are being read: first value wins, lists grow, `finish` makes them whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.model import Enclosure, Entry
from bot.sources.words import absolute, first_image, is_web, language_tag, plain

MOST_ENTRIES = 10_000
MOST_FEED_AUTHORS = 10  # that an entry without its own takes from its feed
_MOST_PARTS = 200  # tags, authors and enclosures of one entry


@dataclass(slots=True)
class EntryDraft:
    """What an item has said so far.  `*_spare` values stand in when the proper element is missing."""

    base: str | None = None
    id: str | None = None
    url: str | None = None
    url_spare: str | None = None
    title: str | None = None
    title_spare: str | None = None
    published: datetime | None = None
    modified: datetime | None = None
    authors: list[str] = field(default_factory=list)
    authors_spare: list[str] = field(default_factory=list)
    description: str | None = None
    description_spare: str | None = None
    content: str | None = None
    image: str | None = None
    image_spare: str | None = None
    enclosures: dict[str, Enclosure] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    language: str | None = None
    comments: str | None = None

    def enclose(self, enclosure: Enclosure) -> None:
        """Add a file, or what is new about one already named."""
        known = self.enclosures.get(enclosure.url)
        if known is None:
            if len(self.enclosures) < _MOST_PARTS:
                self.enclosures[enclosure.url] = enclosure
            return
        news = {
            name: getattr(enclosure, name)
            for name in Enclosure.__slots__
            if getattr(known, name) is None and getattr(enclosure, name) is not None
        }
        if news:
            self.enclosures[enclosure.url] = replace(known, **news)

    def finish(self) -> Entry:
        base = self.base
        enclosures = tuple(self.enclosures.values())
        url = absolute(base, self.url) or (self.url_spare if is_web(self.url_spare) else None)
        return Entry(
            id=self.id or None,
            url=url or (enclosures[0].url if enclosures else None),
            title=plain(self.title) or plain(self.title_spare),
            published=self.published,
            modified=self.modified,
            authors=_names(self.authors or self.authors_spare),
            description=self.description or self.description_spare or None,
            content=self.content or None,
            image=self._picture(enclosures),
            enclosures=enclosures,
            tags=_unique(self.tags),
            language=language_tag(self.language),
            comments=absolute(base, self.comments),
        )

    def _picture(self, enclosures: tuple[Enclosure, ...]) -> str | None:
        """The largest picture named, else a video's thumbnail, else the first in the text, else the item's icon."""
        pictures = [e for e in enclosures if e.medium == "image" or (e.mime or "").startswith("image/")]
        if self.image:
            return absolute(self.base, self.image)
        if pictures:
            return max(pictures, key=lambda e: e.width or 0).url
        thumbnails = (e.thumbnail for e in enclosures if e.thumbnail)
        return (
            next(thumbnails, None)
            or first_image(self.content, self.base)
            or first_image(self.description, self.base)
            or absolute(self.base, self.image_spare)
        )


@dataclass(slots=True)
class FeedDraft:
    """What a feed has said about itself."""

    format: str
    base: str | None = None
    title: str | None = None
    url: str | None = None
    description: str | None = None
    language: str | None = None
    hub: str | None = None
    topic: str | None = None
    ttl: timedelta | None = None
    period: str | None = None
    frequency: int = 1
    skip_hours: list[int] = field(default_factory=list)
    skip_days: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def _names(names: list[str]) -> tuple[str, ...]:
    return _unique([name for text in names[:_MOST_PARTS] if (name := plain(text))])


def _unique(values: list[str]) -> tuple[str, ...]:
    if len(values) < 2:
        return tuple(values)
    return tuple(dict.fromkeys(values[:_MOST_PARTS]))
