"""Articles that were found and wait to be read: add, claim, fail, skip, merge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update

from bot import identity
from bot.errors import Problem
from bot.model import Article, ArticleState, Entry
from bot.store import dialect, facts, problems
from bot.store.articles.entry import entry_from_json, entry_to_json
from bot.store.articles.find import get
from bot.store.articles.listed import list_too, pass_on
from bot.store.database import Tx
from bot.store.schema import article_keys, articles, entries

_DEATHS = "reading:"
ALIKE = 0.34  # share of words two headlines have in common when they are versions of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of a found entry: its article, and whether that is new or will be read again."""

    article_id: int
    new: bool
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """An article to read, taken for a while.  `entry` is what the source said, None for one found by its address."""

    article: Article
    entry: Entry | None
    attempts: int  # failed ones so far
    deaths: int = 0  # readings that began and never ended


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owner:
    """An article that already has one of an entry's keys."""

    id: int
    source_id: int | None
    state: str
    url: str | None
    title: str | None
    published: datetime | None
    kinds: set[str] = field(default_factory=set)  # which kinds of key matched: url, guid, item


async def add_found(
    tx: Tx, *, source_id: int | None, entry: Entry, baseline: bool, now: datetime, wanted_id: int | None = None
) -> Added:
    """Remember what a check found, once for ever.

    Call it for each item that is new or has changed.  A known key leads to the known article: it gets the new keys
    (so a feed may change all its identifiers, http may become https, a slug may change), and if the item comes from
    its own source it is read again; whether people then see a correction, reading decides.  An item that shares only
    an identifier or only an address with a plainly different one (a feed's mistake) is an article of its own.
    `baseline`: old for this source; an article that is old for all of its sources is read at low priority and never
    posted unless pushed.  `wanted_id`: the number
    that a new article should have, if it is free (an imported archive keeps its numbers)."""
    keys = keys_of_entry(source_id, entry)
    for _ in range(3):  # another process may add the same article between our look and our insert
        owners = await _owners(tx, keys)
        known = await _known(tx, owners, source_id, entry)
        if known is not None:
            return await _see_again(tx, known, keys, source_id, entry, now, baseline)
        taken = {key for key, owner in owners.items() if owner is not None}
        article_id = await _insert(tx, source_id, entry, baseline, now, wanted_id)
        if await _give_keys(tx, article_id, [key for key in keys if key not in taken]):
            return Added(article_id=article_id, new=True)
        await tx.execute(delete(articles).where(articles.c.id == article_id))
    raise RuntimeError("an article's keys kept changing hands")


async def add_pushed(tx: Tx, *, url: str | None, keys: Sequence[str], now: datetime) -> int:
    """A row for an article that a person asked for; claimed at once by who asked, so no stage takes it meanwhile."""
    values = {"state": ArticleState.FOUND, "url": url, "baseline": False, "found_at": now, "source_id": None}
    article_id = int(
        (await tx.execute(dialect.insert(tx, articles).values(**values).returning(articles.c.id))).scalar_one()
    )
    await _give_keys(tx, article_id, keys)
    return article_id


async def claim_found(
    tx: Tx, *, now: datetime, limit: int, lease: timedelta = timedelta(minutes=5)
) -> tuple[Claimed, ...]:
    """Take articles that are due for reading; given back by itself when the lease runs out.  What is new comes before
    what was there when its source was added.

    One whose lease ran out was left by a reader that ended: it comes last and alone, and each time it is counted, so
    that an article which ends the program is known (`reading_ended` forgets it)."""
    rows = await _due(tx, articles.c.claimed_until.is_(None), now, limit)
    left = not rows and limit > 0
    if left:
        rows = await _due(tx, articles.c.claimed_until <= now, now, 1)
    ids = [row.id for row in rows]
    await tx.execute(update(articles).where(articles.c.id.in_(ids)).values(claimed_until=now + lease))
    claimed = []
    for row in rows:
        article = await get(tx, row.id)
        assert article is not None
        entry = entry_from_json(row.entry) if row.entry else None
        deaths = await _one_more_death(tx, row.id, now) if left else 0
        claimed.append(Claimed(article=article, entry=entry, attempts=row.attempts, deaths=deaths))
    return tuple(claimed)


async def reading_ended(tx: Tx, article_id: int) -> None:
    """Well or not: nobody is suspected."""
    await facts.forget(tx, f"{_DEATHS}{article_id}")


async def _due(tx: Tx, unclaimed: ColumnElement[bool], now: datetime, limit: int) -> Sequence[Any]:
    due = (
        select(articles.c.id, articles.c.entry, articles.c.attempts)
        .where(articles.c.state.in_([ArticleState.FOUND, ArticleState.READY]), articles.c.read_after <= now, unclaimed)
        .order_by(articles.c.baseline, articles.c.read_after, articles.c.id)
        .limit(limit)
    )
    if not dialect.is_sqlite(tx):
        due = due.with_for_update(skip_locked=True)
    return (await tx.execute(due)).all()


async def _one_more_death(tx: Tx, article_id: int, now: datetime) -> int:
    deaths = int(await facts.get(tx, f"{_DEATHS}{article_id}") or 0) + 1
    await facts.put(tx, f"{_DEATHS}{article_id}", deaths, now=now)
    return deaths


async def next_reading(tx: Tx) -> datetime | None:
    """When the next article is due for reading; None when nothing waits."""
    waiting = select(articles.c.read_after, articles.c.claimed_until).where(
        articles.c.state.in_([ArticleState.FOUND, ArticleState.READY]), articles.c.read_after.is_not(None)
    )
    rows = (await tx.execute(waiting.order_by(articles.c.read_after).limit(200))).all()
    times = [max(row.read_after, row.claimed_until or row.read_after) for row in rows]
    return min(times, default=None)


async def fail(tx: Tx, article_id: int, problem: Problem, *, retry_at: datetime | None) -> None:
    """Reading failed: again at `retry_at`, or for good.  An article that was read once stays as it was."""
    values: dict[str, Any] = {"attempts": articles.c.attempts + 1, "claimed_until": None, "read_after": retry_at}
    await tx.execute(
        update(articles).where(articles.c.id == article_id).values(problem=problems.to_json(problem), **values)
    )
    if retry_at is None:
        found = (articles.c.id == article_id) & (articles.c.state == ArticleState.FOUND)
        await tx.execute(update(articles).where(found).values(state=ArticleState.FAILED))


async def skip(tx: Tx, article_id: int, problem: Problem) -> None:
    """Not to be read or posted, and why."""
    values = {
        "state": ArticleState.SKIPPED,
        "problem": problems.to_json(problem),
        "read_after": None,
        "claimed_until": None,
    }
    await tx.execute(update(articles).where(articles.c.id == article_id).values(entry=None, **values))


async def read_again(tx: Tx, article_id: int, *, now: datetime) -> None:
    """Put an article back among those to read."""
    await tx.execute(update(articles).where(articles.c.id == article_id).values(read_after=now, attempts=0))


async def merge(tx: Tx, article_id: int, *, into: int, problem: Problem, now: datetime) -> None:
    """Two rows turned out to be one article: `into` gets the keys, the sources and what they know of the other, which
    is skipped."""
    await pass_on(tx, article_id, into=into, now=now)
    await tx.execute(update(article_keys).where(article_keys.c.article_id == article_id).values(article_id=into))
    await tx.execute(update(entries).where(entries.c.article_id == article_id).values(article_id=into))
    await skip(tx, article_id, problem)


async def give_keys(tx: Tx, article_id: int, keys: Sequence[str]) -> None:
    """Keys that nobody has yet; one that leads to another article stays where it is."""
    if keys:
        rows = [{"key": key, "article_id": article_id} for key in sorted(keys)]  # one order: no deadlock
        await tx.execute(dialect.insert(tx, article_keys).on_conflict_do_nothing(), rows)


# ── which article an entry is ────────────────────────────────────────────────────────────────────────────────────


def keys_of_entry(source_id: int | None, entry: Entry) -> tuple[str, ...]:
    """The keys by which an entry is known again, the surest first."""
    keys = identity.keys(source_id=source_id, guid=entry.id, urls=(entry.url,))
    if keys:
        return keys
    last = identity.entry_key(source_id, entry.title or entry.description, entry.published)
    return (last,) if last else ()


async def _owners(tx: Tx, keys: Sequence[str]) -> Mapping[str, _Owner | None]:
    """For each key the article it leads to; merged rows lead to where they went, by their keys."""
    owners: dict[str, _Owner | None] = dict.fromkeys(keys)
    columns = articles.c
    query = (
        select(
            article_keys.c.key,
            columns.id,
            columns.source_id,
            columns.state,
            columns.url,
            columns.title,
            columns.published,
        )
        .join(articles, columns.id == article_keys.c.article_id)
        .where(article_keys.c.key.in_(keys))
    )
    by_id: dict[int, _Owner] = {}
    for key, *values in (await tx.execute(query)).all():
        names = ("id", "source_id", "state", "url", "title", "published")
        owner = by_id.setdefault(values[0], _Owner(**dict(zip(names, values, strict=True))))
        owner.kinds.add(key.partition(":")[0])
        owners[key] = owner
    return owners


async def _known(tx: Tx, owners: Mapping[str, _Owner | None], source_id: int | None, entry: Entry) -> _Owner | None:
    """The surest owner that really is this entry."""
    ordered = dict.fromkeys(owner.id for owner in owners.values() if owner)
    by_id = {owner.id: owner for owner in owners.values() if owner}
    for owner in (by_id[article_id] for article_id in ordered):
        if "url" in owner.kinds and "guid" not in owner.kinds:
            if not await _shares_only_a_page(tx, owner, source_id, entry):
                return owner
        elif "url" in owner.kinds or "item" in owner.kinds or _is_one(owner, entry):
            return owner
    return None


def _is_one(owner: _Owner, entry: Entry) -> bool:
    """The source's identifier is the same and the address is not: a changed slug, or a feed that repeats itself?"""
    if not owner.url or not entry.url or not owner.title or not entry.title:
        return True
    same_time = owner.published is not None and owner.published == entry.published
    return same_time or identity.alike(owner.title, entry.title) >= ALIKE


async def _shares_only_a_page(tx: Tx, owner: _Owner, source_id: int | None, entry: Entry) -> bool:
    """Another item of the same source that links to the same page (a podcast's, a status page's): its own identifier,
    and another headline."""
    if not entry.id or owner.source_id != source_id or not owner.title or not entry.title:
        return False
    if identity.alike(owner.title, entry.title) >= ALIKE:
        return False
    own = select(article_keys.c.key).where(
        article_keys.c.article_id == owner.id, article_keys.c.key.startswith(f"guid:{source_id or 0}:")
    )
    has_identifier = (await tx.execute(own.limit(1))).first() is not None
    return has_identifier and (owner.published is None or owner.published != entry.published)


async def _see_again(
    tx: Tx, owner: _Owner, keys: Sequence[str], source_id: int | None, entry: Entry, now: datetime, baseline: bool
) -> Added:
    await give_keys(tx, owner.id, keys)
    if owner.state == ArticleState.SKIPPED:
        return Added(article_id=owner.id, new=False)
    if owner.source_id is not None and owner.source_id != source_id:
        if source_id is not None:
            await list_too(tx, owner.id, source_id, baseline=baseline, now=now)
        return Added(article_id=owner.id, new=False)
    values: dict[str, Any] = {"entry": entry_to_json(entry), "read_after": now, "attempts": 0}
    if owner.source_id is None:
        values["source_id"] = source_id
    if entry.url and (owner.url is None or identity.key(owner.url) != identity.key(entry.url)):
        values["url"] = entry.url
    if owner.state == ArticleState.FAILED:
        values["state"] = ArticleState.FOUND
    await tx.execute(update(articles).where(articles.c.id == owner.id).values(**values))
    return Added(article_id=owner.id, new=False, again=True)


async def _insert(
    tx: Tx, source_id: int | None, entry: Entry, baseline: bool, now: datetime, wanted_id: int | None
) -> int:
    values = row_of(source_id, entry, baseline, now)
    taken = select(articles.c.id).where(articles.c.id == wanted_id)
    if wanted_id is not None and (await tx.execute(taken)).first() is None:
        values["id"] = wanted_id
        await pass_by(tx, wanted_id)
    return int((await tx.execute(dialect.insert(tx, articles).values(**values).returning(articles.c.id))).scalar_one())


def row_of(source_id: int | None, entry: Entry, baseline: bool, now: datetime) -> dict[str, Any]:
    """A new article's row, waiting to be read."""
    return {
        "source_id": source_id,
        "state": ArticleState.FOUND,
        "baseline": baseline,
        "url": entry.url,
        "title": entry.title,
        "published": entry.published,
        "modified": entry.modified,
        "entry": entry_to_json(entry),
        "found_at": now,
        "read_after": now,
    }


async def pass_by(tx: Tx, article_id: int) -> None:
    """Let PostgreSQL's counter go on above a number that was given by hand; SQLite's does by itself."""
    if not dialect.is_sqlite(tx):
        sequence = func.pg_get_serial_sequence("articles", "id")
        await tx.execute(select(func.setval(sequence, func.greatest(article_id, func.nextval(sequence)))))


async def _give_keys(tx: Tx, article_id: int, keys: Sequence[str]) -> bool:
    """Whether all of them are ours now."""
    await give_keys(tx, article_id, keys)
    mine = select(article_keys.c.key).where(article_keys.c.article_id == article_id, article_keys.c.key.in_(keys))
    return len((await tx.execute(mine)).all()) == len(set(keys))
