"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from bot.errors import ParseError
from bot.model import Enclosure, Entry
from bot.sources import complaints
from bot.sources.dates import parse_date
from bot.sources.draft import MOST_ENTRIES, MOST_FEED_AUTHORS, EntryDraft, FeedDraft
from bot.sources.media import number
from bot.sources.words import absolute, plain


def read(data: bytes, base: str | None) -> tuple[FeedDraft, list[Entry]]:
    """The feed and its entries.  Raises ParseError for JSON that is no feed."""
    root = _load(data)
    items = root.get("items") if isinstance(root, dict) else None
    if not isinstance(root, dict) or not isinstance(items, list):
        raise ParseError(complaints.other_json(base))
    version = _text(root.get("version")) or ""
    feed = FeedDraft(
        format="json10" if version.rstrip("/").endswith("/1") else "json11",
        base=base,
        title=plain(_text(root.get("title"))),
        url=absolute(base, _text(root.get("home_page_url"))),
        description=_text(root.get("description")),
        language=_text(root.get("language")),
        topic=absolute(base, _text(root.get("feed_url"))),
        authors=_authors(root),
    )
    hubs = [hub for hub in _list(root.get("hubs")) if isinstance(hub, dict)]
    feed.hub = next((absolute(base, _text(h.get("url"))) for h in hubs if _text(h.get("type")) == "WebSub"), None)
    if len(items) > MOST_ENTRIES:
        feed.problems.append(f"Only the first {MOST_ENTRIES:,} entries were read.")
    return feed, [_entry(item, feed) for item in items[:MOST_ENTRIES] if isinstance(item, dict)]


def _load(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError) as error:
        raise ParseError(complaints.broken_json()) from error


def _entry(item: dict[str, Any], feed: FeedDraft) -> Entry:
    draft = EntryDraft(base=feed.base)
    draft.id = _text(item.get("id"))
    draft.url = _text(item.get("url"))
    draft.url_spare = _text(item.get("external_url")) or draft.id
    draft.title = _text(item.get("title"))
    draft.published = parse_date(_text(item.get("date_published")))
    draft.modified = parse_date(_text(item.get("date_modified")))
    draft.authors = _authors(item)
    draft.authors_spare = feed.authors[:MOST_FEED_AUTHORS]
    draft.description = _text(item.get("summary"))
    plain_content = _text(item.get("content_text"))
    draft.content = _text(item.get("content_html")) or (escape(plain_content, quote=False) if plain_content else None)
    draft.image = _text(item.get("image"))
    draft.image_spare = _text(item.get("banner_image"))
    draft.tags = [tag for value in _list(item.get("tags")) if (tag := plain(_text(value)))]
    draft.language = _text(item.get("language"))
    for attachment in _list(item.get("attachments")):
        _attach(draft, attachment)
    return draft.finish()


def _attach(draft: EntryDraft, attachment: Any) -> None:
    if not isinstance(attachment, dict):
        return
    url = absolute(draft.base, _text(attachment.get("url")))
    if not url:
        return
    mime = _text(attachment.get("mime_type"))
    kind = (mime or "").partition("/")[0]
    draft.enclose(
        Enclosure(
            url=url,
            mime=mime,
            length=number(_text(attachment.get("size_in_bytes"))),
            duration=number((_text(attachment.get("duration_in_seconds")) or "").partition(".")[0]),
            medium=kind if kind in ("image", "audio", "video") else None,
            caption=plain(_text(attachment.get("title"))),
        )
    )


def _authors(holder: dict[str, Any]) -> list[str]:
    people = [*_list(holder.get("authors")), holder.get("author")]
    names = [_text(person.get("name")) if isinstance(person, dict) else _text(person) for person in people]
    return list(dict.fromkeys(name for name in names if name))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    """Strings as they are and numbers as text (many write ids so); None for anything else."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return None
