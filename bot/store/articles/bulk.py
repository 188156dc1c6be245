"""Many plainly new articles at once: what a check brings is mostly new to everybody, and one look tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bot.model import Article, Entry
from bot.store import dialect
from bot.store.articles.found import keys_of_entry, pass_by, row_of
from bot.store.articles.ready import add_parts, content_hash, values_of
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
    plain = await _plainly_new(tx, keys)
    if not plain:
        return (None,) * len(found)
    rows = [row_of(new.source_id, new.entry, new.baseline, new.found_at) for new in (found[place] for place in plain)]
    added = dict(zip(plain, await dialect.next_ids(tx, articles, len(plain)), strict=True))
    await _insert(tx, list(added.values()), rows)
    return await _kept(tx, added, keys)


async def add_read(
    tx: Tx, read: Sequence[Article], keys: Sequence[Sequence[str]], *, now: datetime
) -> tuple[int | None, ...]:
    """Store articles that were read before they came here (an imported archive's), of which nobody has any key; the id
    of each: its own where that is not 0 and free, else a new one.

    None for one that may be known: hand it to `add_found`."""
    plain = await _plainly_new(tx, keys)
    if not plain:
        return (None,) * len(read)
    wanted = [read[place].id for place in plain]
    taken = await _taken(tx, wanted)
    added = {place: number for place, number in zip(plain, wanted, strict=True) if number and number not in taken}
    if added:
        await pass_by(tx, max(added.values()))
    others = [place for place in plain if place not in added]
    last = max(added.values(), default=0) if dialect.is_sqlite(tx) else 0
    free = await dialect.next_ids(tx, articles, len(others))
    added |= {place: max(number, last + n) for n, (place, number) in enumerate(zip(others, free, strict=True), 1)}
    rows = []
    for place in added:
        values = values_of(read[place], seen=content_hash(read[place]), revision=0, now=now)
        rows.append(values | {"found_at": now, "baseline": read[place].baseline})
    await _insert(tx, list(added.values()), rows)
    kept = await _kept(tx, added, keys)
    for article, number in zip(read, kept, strict=True):
        if number is not None and (article.image or article.images or article.videos or article.related):
            await add_parts(tx, replace(article, id=number))
    return kept


async def _plainly_new(tx: Tx, keys: Sequence[Sequence[str]]) -> list[int]:
    """The places of those that have keys, none of which anybody has, in the archive or among them."""
    counts = Counter(key for several in keys for key in set(several))
    known = await dialect.known_among(tx, article_keys, "key", list(counts))
    return [
        place
        for place, several in enumerate(keys)
        if several and known.isdisjoint(several) and all(counts[key] == 1 for key in several)
    ]


async def _insert(tx: Tx, ids: Sequence[int], rows: Sequence[dict[str, Any]]) -> None:
    numbered = [(article_id, *row.values()) for article_id, row in zip(ids, rows, strict=True)]
    await dialect.insert_rows(tx, articles, ("id", *rows[0]), numbered)


async def _kept(tx: Tx, added: dict[int, int], keys: Sequence[Sequence[str]]) -> tuple[int | None, ...]:
    """For every place its article; None where another process was first."""
    lost = await _give(tx, {key: article_id for place, article_id in added.items() for key in keys[place]})
    return tuple(None if added.get(place) in lost else added.get(place) for place in range(len(keys)))


async def _taken(tx: Tx, ids: Sequence[int]) -> set[int]:
    """Those of the numbers that an article has, and those that are wanted twice."""
    found = {article_id for article_id, times in Counter(ids).items() if times > 1}
    for start in range(0, len(ids), 500):
        query = select(articles.c.id).where(articles.c.id.in_(ids[start : start + 500]))
        found.update((await tx.execute(query)).scalars())
    return found


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
