"""Context: the plain values that a template sees, and their names, which a check compares with what it uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from bot.model import Article, Channel, Link
from bot.posts import characters, hashtags, links
from bot.posts.versions import versions_of

MAX_TEXT = 8_192
MAX_TAGS = 12

VARIABLES: Mapping[str, str] = MappingProxyType(
    {
        "title": "the headline",
        "link": "the article's address, or nothing",
        "domain": "the site people know the address by",
        "summary": "whole sentences; fewer when the message would be too long",
        "standfirst": "the publisher's own short text",
        "source": "the site's name",
        "authors": "names",
        "published": "when it was published, for tg_time",
        "modified": "when it was changed, for tg_time",
        "minutes": "reading time",
        "tags": "hashtags that Telegram reads as one word",
        "language": "the article's language",
        "also": "other sources of the same story: source, link",
        "related": "related articles: title, link",
        "versions": "the article in other languages, where the channel shows them: language, name, link",
        "note": "a few words of the editor",
        "mark": "on a changed post: kind (Corrected or Updated), at and, on a breaking one, first, for tg_time",
        "breaking": "true on a breaking post",
        "updates": "what is known so far on a breaking post: text, at, source, link",
        "photos": "of a gallery: shown, total, credit, link",
        "video": "of a video: length, size, link",
        "digest": "of a digest: title, count, minutes, sections of stories, more",
        "withdrawn": "on a withdrawn post: at, reason, link",
        "actions": '"buttons", "links" or "none"',
        "action_links": "the share links, where no buttons can stand",
        "bare_link": "the short address for the last line, or nothing",
        "article": "the same by longer names: id, title, url, summary, tags, source.name, …",
        "channel": "name, title, language",
    }
)
_ARTICLE = frozenset(
    "id title url summary standfirst text tags authors source language published modified minutes image".split()
)
FIELDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys(VARIABLES, frozenset[str]()),
        "article": _ARTICLE,
        "channel": frozenset({"name", "title", "language"}),
        "mark": frozenset({"kind", "at", "first"}),
        "photos": frozenset({"shown", "total", "credit", "link"}),
        "video": frozenset({"length", "size", "link"}),
        "digest": frozenset({"title", "count", "minutes", "sections", "more"}),
        "withdrawn": frozenset({"at", "reason", "link", "domain"}),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The visible sign on a post whose words were changed; `first`: when people saw the post first, if it says so."""

    kind: str  # Corrected, Updated
    at: datetime
    first: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One line of what is known so far."""

    text: str
    at: datetime
    source: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Also:
    """Another source of the same story."""

    source: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a post says besides its article."""

    note: str | None = None
    mark: Mark | None = None
    also: tuple[Also, ...] = ()
    breaking: bool = False
    updates: tuple[Known, ...] = ()
    photos: Mapping[str, Any] | None = None
    video: Mapping[str, Any] | None = None


def article_values(article: Article, channel: Channel, sentences: Sequence[str], extras: Extras) -> dict[str, Any]:
    """Everything but the actions; `sentences` is as much of the summary as fits."""
    link = links.acceptable(article.canonical_url or article.url or "")
    summary = _text(_joined_sentences(sentences))
    tags = tuple(hashtags.hashtags(article.tags, limit=3))
    source = _line(article.site_name) or links.host(link)
    title = _line(article.title) or source or _line((article.text or "")[:120])
    published, modified = _unix(_said(article)), _unix(article.modified)
    authors = tuple(_line(name) for name in article.authors[:8])
    return {
        **empty_values(channel),
        "title": title,
        "link": link,
        "domain": links.host(link),
        "summary": summary,
        "standfirst": _text(article.standfirst),
        "source": source,
        "authors": authors,
        "published": published,
        "modified": modified,
        "minutes": article.minutes,
        "tags": tags,
        "language": article.language,
        "also": tuple(_also(other) for other in extras.also[:3]),
        "related": tuple(_related(other) for other in article.related[:5]),
        "versions": versions_of(article) if channel.options.get("versions") else (),
        "note": _text(extras.note),
        "mark": _mark(extras.mark) if extras.mark else None,
        "breaking": extras.breaking,
        "updates": tuple(_known(line) for line in extras.updates),
        "photos": extras.photos,
        "video": extras.video,
        "article": {
            "id": article.id,
            "title": title,
            "url": link,
            "summary": summary,
            "standfirst": _text(article.standfirst),
            "text": _text(article.text),
            "tags": tuple(_line(tag) for tag in article.tags[:MAX_TAGS]),
            "authors": authors,
            "source": {"name": source},
            "language": article.language,
            "published": published,
            "modified": modified,
            "minutes": article.minutes,
            "image": article.image.url if article.image else None,
        },
    }


def empty_values(channel: Channel) -> dict[str, Any]:
    """Every variable, with nothing in it; so that a template for one kind of post fails on none."""
    return {
        **dict.fromkeys(VARIABLES),
        "title": "",
        "summary": "",
        "source": "",
        "tags": (),
        "authors": (),
        "also": (),
        "related": (),
        "versions": (),
        "updates": (),
        "breaking": False,
        "actions": "none",
        "action_links": Markup(""),
        "article": dict.fromkeys(_ARTICLE) | {"tags": (), "authors": (), "source": {"name": ""}},
        "channel": {"name": channel.name, "title": _line(channel.title), "language": channel.language},
    }


def _joined_sentences(sentences: Sequence[str]) -> str:
    """Sentences as one text; scripts written without spaces are joined without."""
    text = ""
    for sentence in sentences:
        text += sentence if not text or text[-1] in "。！？" else f" {sentence}"
    return text


def _mark(mark: Mark) -> dict[str, Any]:
    return {"kind": mark.kind, "at": _unix(mark.at), "first": _unix(mark.first)}


def _known(line: Known) -> dict[str, Any]:
    link = links.acceptable(line.url or "")
    return {"text": _line(line.text), "at": _unix(line.at), "source": _line(line.source), "link": link}


def _also(other: Also) -> dict[str, str | None]:
    return {"source": _line(other.source), "link": links.acceptable(other.url)}


def _related(other: Link) -> dict[str, str | None]:
    return {"title": _line(other.title), "link": links.acceptable(other.url or "")}


def _said(article: Article) -> datetime | None:
    """When its publisher says it came out; an article that says nothing was given the time it was found, for order."""
    return None if article.published == article.found_at else article.published


def _unix(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment else None


def _line(text: str | None) -> str:
    """One line; nothing if nothing in it can be seen."""
    line = characters.prefix(characters.one_line(text or ""), 1024)
    return "" if characters.is_empty(line) else line


def _text(text: str | None) -> str:
    return characters.prefix(characters.clean(text or "").strip(), MAX_TEXT)
