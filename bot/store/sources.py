"""Sources: what we watch, what the last check left behind, and which items were seen."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    Row,
    Select,
    Text,
    Update,
    bindparam,
    case,
    delete,
    func,
    null,
    or_,
    select,
    type_coerce,
    update,
)

from bot import identity
from bot.errors import Problem
from bot.model import Json, Media, Owner, Source, SourceKind
from bot.store import dialect, problems
from bot.store.columns import to_millis
from bot.store.database import Tx
from bot.store.schema import articles, entries, sources

LEASE = timedelta(minutes=5)


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def put(tx: Tx, source: Source, *, now: datetime) -> Source:
    """Add a source, or change the one of that name; `id` and what checks left behind are ignored.

    A changed address is a new start: what was remembered about the old one's answer is forgotten, what was seen is not.
    """
    before = await named(tx, source.name)
    values = {
        "kind": source.kind,
        "url": source.url,
        "owner": source.owner,
        "enabled": source.enabled,
        "media": source.media,
        "tags": list(source.tags),
        "backfill": source.backfill,
        "every": source.every,
        "options": dict(source.options),
    }
    told = {"title": source.title, "homepage": source.homepage, "language": source.language}
    fresh = {"etag": None, "last_modified": None, "body_hash": None, "moved_to": None, "next_check_at": now}
    changed = fresh if before and before.url != source.url else {}
    statement = dialect.insert(tx, sources).values(
        name=source.name, created_at=now, next_check_at=source.next_check_at or now, **values, **told
    )
    known = {key: value for key, value in told.items() if value}
    await tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values | known | changed))
    found = await named(tx, source.name)
    assert found is not None
    return found


async def named(tx: Tx, name: str) -> Source | None:
    row = (await tx.execute(select(sources).where(sources.c.name == name))).one_or_none()
    return source_of(row) if row else None


async def get(tx: Tx, source_id: int) -> Source | None:
    row = (await tx.execute(select(sources).where(sources.c.id == source_id))).one_or_none()
    return source_of(row) if row else None


async def find(tx: Tx, words: str) -> Source | None:
    """By name or address: whatever a person typed."""
    plain = words.strip()
    addresses = {plain, plain.rstrip("/"), f"{plain.rstrip('/')}/"}
    query = select(sources).where(or_(sources.c.name == plain, sources.c.url.in_(addresses))).order_by(sources.c.id)
    row = (await tx.execute(query)).first()
    return source_of(row) if row else None


async def addresses(tx: Tx, *, but: str | None = None) -> Mapping[str, str]:
    """Which addresses are watched, as keys that are alike however an address is written → the source's name."""
    rows = (await tx.execute(select(sources.c.url, sources.c.name).order_by(sources.c.id.desc()))).all()
    return {identity.url_key(row.url) or row.url: row.name for row in rows if row.name != but}


async def at(tx: Tx, url: str, *, but: str | None = None) -> str | None:
    """The name of the first source but one that watches an address, however that is written ("You already watch this
    as …")."""
    return (await addresses(tx, but=but)).get(identity.url_key(url) or url)


async def every(tx: Tx) -> tuple[Source, ...]:
    """All sources by name."""
    return tuple(source_of(row) for row in (await tx.execute(select(sources).order_by(sources.c.name))).all())


async def free_name(tx: Tx, wish: str) -> str:
    """A name that nobody has, made of letters, digits and dashes: `harbor-times`, `harbor-times-2`."""
    base = re.sub(r"[^a-z0-9]+", "-", wish.lower()).strip("-")[:60] or "source"
    query = select(sources.c.name).where(sources.c.name.startswith(base))
    taken = set((await tx.execute(query)).scalars())
    number = 1
    while (name := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return name


async def change(tx: Tx, source_id: int, **values: Any) -> None:
    """Set columns by name."""
    await tx.execute(update(sources).where(sources.c.id == source_id).values(**values))


async def remove(tx: Tx, source_id: int) -> None:
    """Forget the source and what it listed; its articles stay."""
    await tx.execute(delete(sources).where(sources.c.id == source_id))


async def accept_move(tx: Tx, source_id: int, *, now: datetime) -> bool:
    """A person agreed that a moved source is followed to its new address.  False when none was proposed."""
    proposed = update(sources).where(sources.c.id == source_id, sources.c.moved_to.is_not(None))
    fresh = {"etag": None, "last_modified": None, "body_hash": None, "next_check_at": now}
    done = await tx.execute(proposed.values(url=sources.c.moved_to, moved_to=None, **fresh))
    return done.rowcount == 1


async def resume(tx: Tx, source_id: int, *, now: datetime) -> None:
    """Look again at once, with a clean slate: failures and lost parsers are forgotten."""
    clean = {"failures": 0, "failing_since": None, "problem": None, "kills": 0}
    await change(tx, source_id, enabled=True, next_check_at=now, claimed_until=None, **clean)


# ── checks ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def claim_due(tx: Tx, *, now: datetime, limit: int, lease: timedelta = LEASE) -> tuple[Source, ...]:
    """Take sources whose check is due, and those that share an address with one of them (one visit tells both); given
    back by itself when the lease runs out."""
    free = (sources.c.enabled, or_(sources.c.claimed_until.is_(None), sources.c.claimed_until <= now))
    due = select(sources).where(*free, sources.c.next_check_at <= now).order_by(sources.c.next_check_at, sources.c.id)
    rows = await _locked(tx, due.limit(limit))
    if not rows:
        return ()
    ids, addresses = {row.id for row in rows}, {row.url for row in rows}
    rows += await _locked(tx, select(sources).where(*free, sources.c.url.in_(addresses), sources.c.id.not_in(ids)))
    await tx.execute(
        update(sources).where(sources.c.id.in_([row.id for row in rows])).values(claimed_until=now + lease)
    )
    return tuple(source_of(row) for row in rows)


async def _locked(tx: Tx, query: Select[Any]) -> list[Row[Any]]:
    """Rows that nobody else takes meanwhile."""
    locked = query if dialect.is_sqlite(tx) else query.with_for_update(skip_locked=True)
    return list((await tx.execute(locked)).all())


async def next_check(tx: Tx) -> datetime | None:
    """When the next check is due; None when nothing is watched."""
    moment: datetime | None = (
        await tx.execute(select(func.min(sources.c.next_check_at)).where(sources.c.enabled))
    ).scalar_one()
    return moment


async def check_now(tx: Tx, source_id: int, *, now: datetime) -> None:
    """Make a check due (a hub told that there is news, or a person asked)."""
    await change(tx, source_id, next_check_at=now)


async def check_all_now(tx: Tx, *, now: datetime) -> None:
    """Make every check due, but for sources whose server asked us to come later (429)."""
    told = type_coerce(sources.c.problem, Text)
    free = or_(told.is_(None), told.not_like('%"SW-N19"%'))
    await tx.execute(update(sources).where(sources.c.enabled, free).values(next_check_at=now))


_CLEAN: Mapping[str, Any] = {"failures": 0, "failing_since": null(), "problem": null()}
_PAGES_MISSING = type_coerce(sources.c.problem, Text).like('%"SW-A22"%')
_WELL = {  # what a good check clears; that its pages are missing is another trouble, which the document cannot end
    name: case((_PAGES_MISSING, sources.c[name]), else_=nothing) for name, nothing in _CLEAN.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check that went well leaves behind.  Fields that are None keep what was known."""

    source_id: int
    next_check_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    document: Mapping[str, Any] | None = None  # title, homepage, language, ttl, hub, topic, rhythm of a parsed document
    moved_to: str | None = None
    baseline: bool = False


async def record_unchanged(tx: Tx, checks: Iterable[tuple[int, datetime]], *, now: datetime) -> None:
    """Note checks that found nothing new, many at once: (source id, next check) each."""
    rows = [(source_id, to_millis(due)) for source_id, due in checks]
    if rows:
        given = {"given": json.dumps(rows), "now": now}
        await tx.execute(_mark_unchanged(for_sqlite=dialect.is_sqlite(tx)), given)


@cache
def _mark_unchanged(*, for_sqlite: bool) -> Update:
    checks = dialect.given_rows({"id": BigInteger(), "due": BigInteger()}, for_sqlite=for_sqlite).c
    due = type_coerce(checks.due, sources.c.next_check_at.type)
    at = bindparam("now", type_=sources.c.checked_at.type)
    return (
        update(sources)
        .where(sources.c.id == checks.id)
        .values(**_WELL, claimed_until=None, checked_at=at, next_check_at=due)
    )


async def record_check(tx: Tx, check: Checked, *, now: datetime) -> None:
    """Note a check that went well: no failure counts any more."""
    await record_checks(tx, [check], now=now)


async def record_checks(tx: Tx, checks: Sequence[Checked], *, now: datetime) -> None:
    """The same for many at once."""
    for names, several in _by_columns(checks, now).items():
        columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        statement = update(sources).where(sources.c.id == bindparam("source")).values(**_WELL, **columns)
        await tx.execute(statement, several)


def _by_columns(checks: Iterable[Checked], now: datetime) -> Mapping[tuple[str, ...], list[dict[str, Any]]]:
    """Parameters of one statement for each set of columns that checks change."""
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for check in checks:
        values = _values(check, now)
        row = {f"new_{name}": value for name, value in values.items()}
        found.setdefault(tuple(sorted(values)), []).append(row | {"source": check.source_id})
    return found


def _values(check: Checked, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "claimed_until": None,
        "checked_at": now,
        "next_check_at": check.next_check_at,
        "moved_to": check.moved_to,
    }
    if check.body_hash:  # a new body brings its own validators
        values |= {"etag": check.etag, "last_modified": check.last_modified, "body_hash": check.body_hash}
    if check.document is not None:
        values |= {key: value for key, value in check.document.items() if value is not None} | {"kills": 0}
    if check.baseline:
        values["baseline_at"] = now
    return values


async def record_failure(
    tx: Tx, source: Source, problem: Problem, *, now: datetime, next_check_at: datetime, killed: bool = False
) -> None:
    """Note a check that failed, in words; `killed` when the document cost us a parser."""
    values: dict[str, Any] = {"kills": sources.c.kills + 1} if killed else {}
    await change(
        tx,
        source.id,
        checked_at=now,
        next_check_at=next_check_at,
        claimed_until=None,
        failures=sources.c.failures + 1,
        failing_since=source.failing_since or now,
        problem=problems.to_json(problem),
        **values,
    )


async def mark_pages_missing(tx: Tx, source_id: int, problem: Problem, *, now: datetime) -> None:
    """Its document is well, but the pages behind it went missing (code SW-A22): failing, and checked as before."""
    failing = {
        "failures": case((sources.c.failures == 0, 1), else_=sources.c.failures),
        "failing_since": func.coalesce(sources.c.failing_since, type_coerce(now, sources.c.failing_since.type)),
    }
    await change(tx, source_id, problem=problems.to_json(problem), **failing)


async def forget_pages_missing(tx: Tx, source_id: int) -> None:
    """The pages are back; another trouble stays."""
    await tx.execute(update(sources).where(sources.c.id == source_id, _PAGES_MISSING).values(**_CLEAN))


async def pause(tx: Tx, source_id: int, problem: Problem | None = None) -> None:
    """Watch it no more until a person says so; without a problem, a person wished it."""
    why = problems.to_json(problem) if problem else None
    await change(tx, source_id, enabled=False, claimed_until=None, problem=why)


# ── items seen ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Seen:
    """An item that a source listed: its identity there, its content, and the article that it became."""

    source_id: int
    key: str
    digest: str
    article_id: int | None = None


async def seen(tx: Tx, wanted: Mapping[int, Collection[str]]) -> Mapping[int, Mapping[str, str]]:
    """The hashes under which items were last seen: source id → key → hash."""
    found: dict[int, dict[str, str]] = {}
    pairs = [(source_id, key) for source_id, keys in wanted.items() for key in keys]
    for start in range(0, len(pairs), 1_000):
        query = dialect.with_pairs(tx, entries, ("source_id", "entry_key"), pairs[start : start + 1_000])
        for row in (await tx.execute(query)).all():
            if row.source_id is not None:
                found.setdefault(row.source_id, {})[row.entry_key] = row.entry_hash
    return found


async def remember(tx: Tx, items: Iterable[Seen], *, now: datetime) -> None:
    """Note items as seen; one that became an article stays with it."""
    rows = [  # in one order, so that two processes never wait for each other
        (item.source_id, item.key, item.digest, item.article_id, now)
        for item in sorted(items, key=attrgetter("source_id", "key"))
    ]
    names = ("source_id", "entry_key", "entry_hash", "article_id", "seen_at")
    conflict = (
        "ON CONFLICT (source_id, entry_key) DO UPDATE SET entry_hash = excluded.entry_hash, "
        "article_id = COALESCE(excluded.article_id, entries.article_id), seen_at = excluded.seen_at"
    )
    for start in range(0, len(rows), 500):  # the loop goes on between them
        await dialect.insert_rows(tx, entries, names, rows[start : start + 500], conflict=conflict)


async def by_title(tx: Tx, source_id: int, titles: Collection[str]) -> Mapping[str, int]:
    """The articles of a source that carry one of these titles: title → article id, the newest of several."""
    query = select(articles.c.title, articles.c.id).where(
        articles.c.source_id == source_id, articles.c.title.in_(list(titles)[:500])
    )
    return {row.title: row.id for row in (await tx.execute(query.order_by(articles.c.id))).all()}


async def counts(tx: Tx, source_id: int) -> int:
    """How many articles came from a source."""
    query = select(func.count()).where(articles.c.source_id == source_id)
    count: int = (await tx.execute(query)).scalar_one()
    return count


def source_of(row: Row[Any]) -> Source:
    """A row of `sources` with all its columns."""
    options: Mapping[str, Json] = row.options or {}
    return Source(
        id=row.id,
        name=row.name,
        kind=SourceKind(row.kind),
        url=row.url,
        title=row.title,
        homepage=row.homepage,
        language=row.language,
        owner=Owner(row.owner),
        enabled=row.enabled,
        media=Media(row.media),
        tags=tuple(row.tags or ()),
        backfill=row.backfill,
        every=row.every,
        options=options,
        checked_at=row.checked_at,
        next_check_at=row.next_check_at,
        baseline_at=row.baseline_at,
        etag=row.etag,
        last_modified=row.last_modified,
        body_hash=row.body_hash,
        failures=row.failures,
        failing_since=row.failing_since,
        problem=problem.line() if (problem := problems.of_json(row.problem)) else None,
        moved_to=row.moved_to,
        ttl=row.ttl,
        hub=row.hub,
        topic=row.topic,
        kills=row.kills,
        rhythm=row.rhythm or {},
    )
