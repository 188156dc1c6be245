"""An existing archive's rows become articles: found by search, never posted by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.articles.merging import merge
from bot.model import Article, ArticleState, Entry
from bot.store import articles, search
from bot.store.database import Database, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of an archive that can be taken in.  `number`: its identifier, where that is one an article may have."""

    entry: Entry
    number: int | None
    keys: tuple[str, ...]


def read_row(row: Mapping[str, Any]) -> Row | None:
    """`{id, title, text, published, url}`; None where it holds no words.

    `id` is kept as the article's own identifier within the archive, and as its number where it is a free one.
    Raises ValueError for a row whose title, text or url is no text, or whose time is none."""
    title, text = _text(row, "title"), _text(row, "text")
    if not title and not text:
        return None
    guid = str(row["id"]) if row.get("id") is not None else None
    entry = Entry(id=guid, url=_text(row, "url"), title=title, content=text, published=parse_time(row.get("published")))
    number = int(guid) if guid and guid.isascii() and guid.isdigit() and 0 < int(guid) < 2**53 else None
    return Row(entry=entry, number=number, keys=articles.keys_of_entry(None, entry))


async def import_rows(db: Database, rows: Sequence[Row], *, now: datetime) -> int:
    """Take in those that are not known yet; how many.  What takes long, making articles of them, is done outside of
    the transaction; what came in before costs one look for all."""
    async with db.read() as tx:
        owners = await articles.owners_of(tx, [key for row in rows for key in row.keys])
    new = [row for row in rows if not _is_known(row, owners)]
    if not new:
        return 0
    read = [_read(row, now) for row in new]
    async with db.write() as tx:
        ids = await articles.add_read(tx, read, [row.keys for row in new], now=now)
        stored = [replace(article, id=number) for article, number in zip(read, ids, strict=True) if number is not None]
        await search.index_articles(tx, stored, now=now)
        unsure = [row for row, number in zip(new, ids, strict=True) if number is None]
        added = [await import_row(tx, row, now=now) for row in unsure]
    return len(stored) + sum(added)


def _is_known(row: Row, owners: Mapping[str, int]) -> bool:
    """Whether all its keys lead to one article."""
    return len({owners.get(key) for key in row.keys} - {None}) == 1 and all(key in owners for key in row.keys)


async def import_row(tx: Tx, row: Row, *, now: datetime) -> bool:
    """Store one as a read article of no source; False when there is nothing new in it: it is known already."""
    added = await articles.add_found(tx, source_id=None, entry=row.entry, baseline=True, now=now, wanted_id=row.number)
    if not added.new:
        return False
    article = replace(_read(row, now), id=added.article_id)
    await articles.store_ready(tx, article, now=now)
    await search.index_article(tx, article, now=now)
    return True


def _read(row: Row, now: datetime) -> Article:
    found = Article(
        id=row.number or 0, source_id=None, state=ArticleState.FOUND, url=row.entry.url, found_at=now, baseline=True
    )  # fmt: skip
    return merge(found, row.entry, None, now=now)


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
