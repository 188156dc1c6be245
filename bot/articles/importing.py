"""An existing archive's rows become articles: found by search, never posted by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.articles.merging import merge
from bot.model import Article, ArticleState, Entry
from bot.store import articles, search
from bot.store.database import Tx


async def import_row(tx: Tx, row: Mapping[str, Any], *, now: datetime) -> bool:
    """Store `{id, title, text, published, url}` as a read article of no source; False when there is nothing new
    in it: it is known already, or holds no words.

    `id` is kept as the article's own identifier within the archive, and as its number where it is a free one.
    Raises ValueError for a row whose title, text or url is no text, or whose time is none."""
    title, text = _text(row, "title"), _text(row, "text")
    if not title and not text:
        return False
    guid = str(row["id"]) if row.get("id") is not None else None
    entry = Entry(id=guid, url=_text(row, "url"), title=title, content=text, published=parse_time(row.get("published")))
    number = int(guid) if guid and guid.isascii() and guid.isdigit() and 0 < int(guid) < 2**53 else None
    added = await articles.add_found(tx, source_id=None, entry=entry, baseline=True, now=now, wanted_id=number)
    if not added.new:
        return False
    found = Article(
        id=added.article_id, source_id=None, state=ArticleState.FOUND, url=entry.url, found_at=now, baseline=True
    )  # fmt: skip
    article = merge(found, entry, None, now=now)
    await articles.store_ready(tx, article, now=now)
    await search.index_article(tx, article, now=now)
    return True


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f'"{name}" is not text')
    return value.strip() or None if value else None


def parse_time(value: Any) -> datetime | None:
    """ISO 8601 (UTC where it has no zone) or seconds since 1970; None for None.  Raises ValueError."""
    if value is None:
        return None
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        moment = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        raise ValueError(f'"{value}" is not a time: write 2026-02-01T10:00:00+00:00') from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
