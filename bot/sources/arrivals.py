"""What several checks brought → the archive: what is new or changed, once each, in the order in which it came out.

Many sources share a transaction, since a statement costs as much as ten rows; each is noted as checked in the
transaction that takes its last item, so that a check which was cut short is simply done again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import identity
from bot.model import Source, SourceDocument
from bot.sources import items
from bot.sources.items import Item
from bot.store import articles as store_articles
from bot.store import sources as store_sources
from bot.store.articles import New
from bot.store.database import Database, Tx
from bot.store.sources import Checked, Seen

MOST_ROWS = 480  # articles added in one transaction, so that no write lock lasts long
LARGE = 300  # entries whose comparing would hold up the loop


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What one check brought.  `base` is where relative links start, `checked` what the check leaves behind."""

    source: Source
    items: tuple[Item, ...] = ()
    base: str | None = None
    checked: Checked | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """What of an arrival is news.  `add` in order, each with whether it is of the baseline; `adopt` only changed their
    identifiers (each with its article); `know` are too old to be read; `renew` were noted by an older version."""

    arrival: Arrival
    add: tuple[tuple[Item, bool], ...] = ()
    adopt: tuple[tuple[Item, int], ...] = ()
    know: tuple[Item, ...] = ()
    renew: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    """An item on its way into the archive: its place among those of its arrival, and whether it is the last."""

    arrival: Arrival
    item: Item
    baseline: bool
    place: int
    last: bool

    def new(self, now: datetime) -> New:
        """A millisecond apart keeps the order of one check."""
        entry = items.as_handed_over(self.item.entry, base=self.arrival.base, now=now)
        found_at = now + timedelta(milliseconds=self.place)
        return New(source_id=self.arrival.source.id, entry=entry, found_at=found_at, baseline=self.baseline)


async def hand_over(db: Database, arrivals: Sequence[Arrival], *, now: datetime) -> dict[int, int]:
    """Give what is new or changed to the archive; how many items that were, by the source's id."""
    async with db.write() as tx:
        wanted = {arrival.source.id: [item.key for item in arrival.items] for arrival in arrivals}
        seen = await store_sources.seen(tx, wanted)
        news = [await _news(tx, arrival, seen.get(arrival.source.id, {})) for arrival in arrivals]
        await _adopt(tx, news, now)
        rows = _rows(news)
        await _add(tx, rows[:MOST_ROWS], now)
        await _note(tx, [one.arrival for one in news if not one.add], now)
    for start in range(MOST_ROWS, len(rows), MOST_ROWS):
        async with db.write() as tx:
            await _add(tx, rows[start : start + MOST_ROWS], now)
    return {one.arrival.source.id: len(one.add) + len(one.know) for one in news}


async def items_in(document: SourceDocument) -> tuple[Item, ...]:
    """The items of a document; of a large one made beside the loop, which goes on."""
    if len(document.entries) > LARGE:
        return await asyncio.to_thread(items.items_of, document)
    return items.items_of(document)


async def _news(tx: Tx, arrival: Arrival, seen: Mapping[str, str]) -> _News:
    """At first sight everything is old, but for what the operator wants posted all the same."""
    source, found = arrival.source, arrival.items
    news = items.news_among(found, seen)
    if news and source.baseline_at is None:
        post, read, know = items.first_sight(news, source.backfill)
        add = (*((item, True) for item in read), *((item, False) for item in post))
        return _News(arrival=arrival, add=add, know=know)
    titles = [item.entry.title for item in found if item.entry.title] if news and not seen else []
    known = await store_sources.by_title(tx, source.id, titles) if titles else {}
    adopt = items.renamed(found, seen, known)
    fresh = items.oldest_first(item for item in news if item.key not in adopt)
    renamed = tuple((item, adopt[item.key]) for item in news if item.key in adopt)
    renew = items.older_among(found, seen)
    return _News(arrival=arrival, add=tuple((item, False) for item in fresh), adopt=renamed, renew=renew)


def _rows(news: Sequence[_News]) -> list[_Row]:
    return [
        _Row(one.arrival, item, baseline, place, place == len(one.add) - 1)
        for one in news
        for place, (item, baseline) in enumerate(one.add)
    ]


async def _add(tx: Tx, rows: Sequence[_Row], now: datetime) -> None:
    found = [row.new(now) for row in rows]
    ids = list(await store_articles.add_new(tx, found))
    for place, new in enumerate(found):
        if ids[place] is None:  # perhaps known already
            added = await store_articles.add_found(
                tx, source_id=new.source_id, entry=new.entry, baseline=new.baseline, now=new.found_at
            )
            ids[place] = added.article_id
    seen = [
        Seen(row.arrival.source.id, row.item.key, row.item.digest, article_id)
        for row, article_id in zip(rows, ids, strict=True)
    ]
    await store_sources.remember(tx, seen, now=now)
    await _note(tx, [row.arrival for row in rows if row.last], now)


async def _note(tx: Tx, arrivals: Sequence[Arrival], now: datetime) -> None:
    await store_sources.record_checks(tx, [one.checked for one in arrivals if one.checked], now=now)


async def _adopt(tx: Tx, news: Sequence[_News], now: datetime) -> None:
    """Items that only changed their identifiers keep their articles, which learn the new ones; those of a new source
    that are too old to be read are only known."""
    for one in news:
        source_id = one.arrival.source.id
        for item, article_id in one.adopt:
            keys = identity.keys(source_id=source_id, guid=item.entry.id, urls=(item.entry.url,))
            await store_articles.give_keys(tx, article_id, keys)
    seen = [Seen(one.arrival.source.id, item.key, item.digest, kept) for one in news for item, kept in one.adopt]
    seen += [
        Seen(one.arrival.source.id, item.key, item.digest, None) for one in news for item in (*one.know, *one.renew)
    ]
    await store_sources.remember(tx, seen, now=now)
