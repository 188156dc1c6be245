"""Which sources list an article: the one that brought it first, and others that list it too (a section's feed beside
the site's own, two sources of one address).  Each has rules of its own, and each may have had it in its first check."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from bot.store import dialect
from bot.store.database import Tx
from bot.store.schema import articles, listings


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """`baseline`: the source listed it when it was new itself, so for this source it is old."""

    source_id: int
    baseline: bool


async def list_too(tx: Tx, article_id: int, source_id: int, *, baseline: bool, now: datetime) -> None:
    """Another source lists a known article.  Where that is news, composing looks at the article once more."""
    if not await _add(tx, article_id, source_id, baseline, now) or baseline:
        return
    query = select(articles.c.source_id, articles.c.baseline).where(articles.c.id == article_id)
    own = (await tx.execute(query)).one()
    if own.baseline and own.source_id is not None:
        await _add(tx, article_id, own.source_id, True, now)
    await tx.execute(update(articles).where(articles.c.id == article_id).values(baseline=False, decided_revision=None))


async def sources_of(tx: Tx, article_id: int) -> tuple[Listing, ...]:
    """The source that brought it first, then the others in the order in which they listed it."""
    return (await sources_of_each(tx, [article_id])).get(article_id, ())


async def sources_of_each(tx: Tx, article_ids: Collection[int]) -> Mapping[int, tuple[Listing, ...]]:
    """The same for many articles with two queries."""
    query = select(articles.c.id, articles.c.source_id, articles.c.baseline).where(articles.c.id.in_(article_ids))
    rows = select(listings).where(listings.c.article_id.in_(article_ids))
    more: dict[int, dict[int, bool]] = {}
    for row in (await tx.execute(rows.order_by(listings.c.listed_at, listings.c.source_id))).all():
        more.setdefault(row.article_id, {})[row.source_id] = row.baseline
    every: dict[int, tuple[Listing, ...]] = {}
    for own in (await tx.execute(query)).all():
        others = more.get(own.id, {})
        first = {} if own.source_id is None else {own.source_id: others.get(own.source_id, own.baseline)}
        every[own.id] = tuple(Listing(source_id=number, baseline=old) for number, old in (first | others).items())
    return every


async def pass_on(tx: Tx, article_id: int, *, into: int, now: datetime) -> None:
    """Two rows turned out to be one article: what lists the one lists the other, if that came from a source."""
    known = {listing.source_id for listing in await sources_of(tx, into)}
    for listing in await sources_of(tx, article_id) if known else ():
        if listing.source_id not in known:
            await list_too(tx, into, listing.source_id, baseline=listing.baseline, now=now)


async def _add(tx: Tx, article_id: int, source_id: int, baseline: bool, now: datetime) -> bool:
    """False when it was known."""
    row = {"article_id": article_id, "source_id": source_id, "baseline": baseline, "listed_at": now}
    statement = dialect.insert(tx, listings).values(**row).on_conflict_do_nothing()
    return (await tx.execute(statement.returning(listings.c.article_id))).first() is not None
