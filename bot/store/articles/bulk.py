"""Many plainly new articles at once: what a check brings is mostly new to everybody, and one look tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from bot.model import Entry
from bot.store import dialect
from bot.store.articles.found import keys_of_entry, row_of
from bot.store.database import Tx
from bot.store.schema import article_keys, articles


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """An entry as a check found it."""

    source_id: int
    entry: Entry
    found_at: datetime
    baseline: bool = False


async def add_new(tx: Tx, found: Sequence[New]) -> tuple[int | None, ...]:
    """Add the entries of which nobody has any key; the article id of each.

    None for an entry that may be known, or shares a key with another of them: hand it to `add_found`."""
    keys = [keys_of_entry(new.source_id, new.entry) for new in found]
    counts = Counter(key for several in keys for key in set(several))
    known = await dialect.known_among(tx, article_keys, "key", list(counts))
    plain = [
        place
        for place, several in enumerate(keys)
        if several and known.isdisjoint(several) and all(counts[key] == 1 for key in several)
    ]
    ids: list[int | None] = [None] * len(found)
    if not plain:
        return tuple(ids)
    added = await dialect.next_ids(tx, articles, len(plain))
    rows = [row_of(new.source_id, new.entry, new.baseline, new.found_at) for new in (found[place] for place in plain)]
    numbered = [(article_id, *row.values()) for article_id, row in zip(added, rows, strict=True)]
    await dialect.insert_rows(tx, articles, ("id", *rows[0]), numbered)
    wanted = {key: article_id for place, article_id in zip(plain, added, strict=True) for key in keys[place]}
    lost = await _give(tx, wanted)
    for place, article_id in zip(plain, added, strict=True):
        ids[place] = None if article_id in lost else article_id
    return tuple(ids)


async def _give(tx: Tx, wanted: dict[str, int]) -> set[int]:
    """Write the keys; the articles of which another process took one meanwhile are taken back."""
    rows = [(key, wanted[key]) for key in sorted(wanted)]  # one order: no deadlock
    await dialect.insert_rows(tx, article_keys, ("key", "article_id"), rows, conflict="ON CONFLICT DO NOTHING")
    if dialect.is_sqlite(tx):
        return set()  # its one writer is us
    lost: set[int] = set()
    keys = list(wanted)
    for start in range(0, len(keys), 500):
        query = select(article_keys.c.key, article_keys.c.article_id).where(
            article_keys.c.key.in_(keys[start : start + 500])
        )
        for key, article_id in (await tx.execute(query)).all():
            if article_id != wanted[key]:
                lost.add(wanted[key])
    if lost:
        await tx.execute(delete(articles).where(articles.c.id.in_(lost)))
    return lost
