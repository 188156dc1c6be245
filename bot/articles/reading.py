"""Reading without a store: one document, one text, a list of texts; for the command line and for scripts.

The shapes are those that the command line prints: plain dicts, ready for JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.articles.importing import parse_time
from bot.articles.summary import summarise
from bot.language import detect
from bot.model import Extraction

if TYPE_CHECKING:
    from bot.articles.model import Model


def read_document(body: bytes | str, *, url: str | None = None, content_type: str | None = None) -> dict[str, Any]:
    """A page or pasted text as `{title, standfirst, authors, published, …, text, related, tags, summary}`.

    Raises ParseError where there is nothing to read."""
    return _as_json(read_whole(body, url=url, content_type=content_type))


def read_metadata(body: bytes | str, *, url: str | None = None, content_type: str | None = None) -> dict[str, Any]:
    """What a page says of itself, in the same shape, with `text`, `images` and `related` empty: a tenth of the work.

    Raises ParseError where there is nothing to read."""
    from bot.articles.extraction import extract_metadata

    return _as_json(extract_metadata(body, url=url, content_type=content_type))


def read_whole(body: bytes | str, *, url: str | None = None, content_type: str | None = None) -> Extraction:
    """A page or a pasted text with its language and summary.  Raises ParseError where there is nothing to read."""
    from bot.articles.extraction import extract

    found = extract(body, url=url, content_type=content_type)
    language = detect(f"{found.title or ''}\n{found.text or ''}", found.language)
    summary = summarise(found.title, found.standfirst, found.text, language)
    return replace(found, language=language, summary=summary.sentences)


def summarise_text(text: str, *, title: str | None = None, sentences: int | None = None) -> dict[str, Any]:
    """`{summary, sentences, language}` of a plain text."""
    language = detect(text)
    chosen = summarise(title, None, text, language, sentences=sentences).sentences
    return {"summary": _joined(chosen, language), "sentences": list(chosen), "language": language}


async def summarise_with(
    model: Model, text: str, *, title: str | None = None, sentences: int | None = None
) -> dict[str, Any]:
    """`{summary, sentences, language, how}`: the language model's summary if it can be believed, else sentences of the
    text, and in `how` the reason."""
    language = detect(text)
    own = summarise(title, None, text, language, sentences=sentences)
    found = await model.summarise(title, text, language, own)
    return {
        "summary": _joined(found.sentences, language),
        "sentences": list(found.sentences),
        "language": language,
        "how": found.how,
    }


def group_stories(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """`{id, story}` for rows `{id, title, text, published, url}`: rows of one story share the id of its first row."""
    from bot.articles.likeness import Story, group

    given = [dict(row) for row in rows]
    stories = group(
        Story.of(title=row.get("title"), text=row.get("text"), published=_time(row.get("published"))) for row in given
    )
    for row, first in zip(given, stories, strict=True):
        yield {"id": row.get("id"), "story": given[first].get("id")}


def _joined(sentences: Iterable[str], language: str | None) -> str:
    return ("" if language in ("zh", "ja") else " ").join(sentences)


def _as_json(found: Extraction) -> dict[str, Any]:
    value: dict[str, Any] = asdict(found)
    for name in ("published", "modified"):
        moment: datetime | None = value[name]
        value[name] = moment.isoformat() if moment else None
    value["image"] = found.image.url if found.image else None
    value["images"] = [{"url": image.url, "caption": image.caption} for image in found.images]
    value["summary"] = _joined(found.summary, found.language) or None
    return {name: list(part) if isinstance(part, tuple) else part for name, part in value.items()}


def _time(value: Any) -> datetime | None:
    """None for what is no time."""
    try:
        return parse_time(value)
    except ValueError:
        return None
