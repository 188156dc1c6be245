"""STAGE: due sources → fetch → entries → new articles.

First sight of a source is a silent baseline.  After that only what is new or has changed is handed over, once each, in
the order in which it came out.  A failure is kept in words and backs off; it never touches another source.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from bot import identity
from bot.errors import FetchError, ParseError, Problem
from bot.model import Source, SourceDocument, SourceKind
from bot.parsing import TOO_HEAVY, Parser
from bot.sources import items, schedule
from bot.sources.complaints import complaint
from bot.sources.feed import ACCEPT
from bot.sources.items import Item
from bot.sources.listing import read_listing
from bot.sources.schedule import Rhythm
from bot.store import articles as store_articles
from bot.store import sources as store_sources
from bot.store import websub as store_websub
from bot.store.database import Database
from bot.web import Page, Web

AT_ONCE = 200  # sources claimed by one call
MOST_KILLS = 3  # a source whose documents cost so many parsers is paused
MOST_GONE = 2  # answers "gone for good" after which a source is paused
_CHUNK = 40  # articles added in one transaction, so that no write lock lasts long
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """What one visit brought: nothing new (`document` is None), a document, or a problem."""

    source: Source
    page: Page | None = None
    document: SourceDocument | None = None
    body_hash: str | None = None
    error: FetchError | ParseError | None = None


@dataclass(slots=True)
class _Round:
    """One call of `once`: its doors, its time, and the sources that had nothing new."""

    db: Database
    web: Web
    parser: Parser | None
    now: datetime
    random: Random
    pushed: frozenset[int] = frozenset()  # sources whose hub tells us about news
    unchanged: list[tuple[int, datetime]] = field(default_factory=list)


async def once(
    db: Database,
    web: Web,
    *,
    now: datetime,
    limit: int = AT_ONCE,
    parser: Parser | None = None,
    random: Random | None = None,
) -> int:
    """Check the sources that are due at `now`; how many there were.

    Large documents are read by `parser`, the guarded worker; without one they are read here."""
    async with db.write() as tx:
        due = await store_sources.claim_due(tx, now=now, limit=limit)
        pushed = await store_websub.active(tx, [source.id for source in due], now=now)
    if not due:
        return 0
    this = _Round(db=db, web=web, parser=parser, now=now, random=random or Random(), pushed=pushed)
    async with asyncio.TaskGroup() as tasks:
        for source in due:
            tasks.create_task(_check(this, source), name=f"check {source.name}")
    if this.unchanged:
        async with db.write() as tx:
            await store_sources.record_unchanged(tx, this.unchanged, now=now)
    return len(due)


async def _check(this: _Round, source: Source) -> None:
    visit = await _visit(this, source)
    if visit.error is not None:
        await _record_failure(this, source, visit.error)
    elif visit.document is None and not _has_news(visit):
        this.unchanged.append((source.id, _next(this, source, visit, None)))
    else:
        await _record(this, visit)


def _has_news(visit: _Visit) -> bool:
    """A check without a document still has something to note: a move, or the end of one."""
    page = visit.page
    return page is not None and page.permanent_url != visit.source.moved_to


# ── visit ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _visit(this: _Round, source: Source) -> _Visit:
    try:
        page = await this.web.fetch(
            source.url,
            etag=source.etag,
            last_modified=source.last_modified,
            accept=ACCEPT if source.kind is SourceKind.FEED else None,
            headers=source.options.get("headers"),
        )
        if page.not_modified:
            return _Visit(source=source, page=page)
        body_hash = hashlib.sha256(page.body).hexdigest()
        if body_hash == source.body_hash:
            return _Visit(source=source, page=page)
        document = await read_listing(this.web, page, source.kind, parser=this.parser, options=source.options)
        return _Visit(source=source, page=page, document=document, body_hash=body_hash)
    except (FetchError, ParseError) as error:
        return _Visit(source=source, error=error)
    except Exception as bug:  # one source's oddity that we did not foresee must not stop the others
        _logger.exception("check stumbled", extra={"action": "check_stumbled", "source": source.name})
        stumbled = ParseError(complaint("SW-S13", source.url))
        stumbled.__cause__ = bug
        return _Visit(source=source, error=stumbled)


# ── record ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def _record(this: _Round, visit: _Visit) -> None:
    source, page, document = visit.source, visit.page, visit.document
    if document is not None:
        count = await hand_over(this.db, source, document, base=page.final_url if page else None, now=this.now)
        _logger.info("checked source", extra={"action": "source_checked", "source": source.name, "articles": count})
    checked = store_sources.Checked(
        source_id=source.id,
        next_check_at=_next(this, source, visit, document),
        etag=page.etag if page else None,
        last_modified=page.last_modified if page else None,
        body_hash=visit.body_hash,
        document=about(document, this.now) if document else None,
        moved_to=page.permanent_url if page else source.moved_to,
        baseline=document is not None and source.baseline_at is None,
    )
    async with this.db.write() as tx:
        await store_sources.record_check(tx, checked, now=this.now)


def about(document: SourceDocument, now: datetime) -> dict[str, object]:
    """What a parsed document leaves in its source's row."""
    return {
        "title": document.title,
        "homepage": document.url if document.kind is SourceKind.FEED else None,
        "language": document.language,
        "ttl": document.ttl,
        "hub": document.hub,
        "topic": document.topic,
        "rhythm": schedule.rhythm_of(document, now).as_json(),
    }


def _next(this: _Round, source: Source, visit: _Visit, document: SourceDocument | None) -> datetime:
    rhythm = schedule.rhythm_of(document, this.now) if document else Rhythm.from_json(source.rhythm)
    return schedule.next_check(
        this.now,
        rhythm,
        every=source.every,
        ttl=document.ttl if document else source.ttl,
        max_age=visit.page.max_age if visit.page else None,
        retry_at=visit.page.retry_at if visit.page else None,
        pushed=source.id in this.pushed,
        jitter=this.random.random(),
    )


async def _record_failure(this: _Round, source: Source, error: FetchError | ParseError) -> None:
    problem = error.problem
    killed = problem.code == TOO_HEAVY
    status = error.status if isinstance(error, FetchError) else None
    when = schedule.after_failure(
        this.now,
        source.failures + 1,
        retry_at=error.retry_at if isinstance(error, FetchError) else None,
        gone=status == 410,
        jitter=this.random.random(),
    )
    pause = _reason_to_pause(source, problem, killed=killed, gone=status == 410)
    _logger.warning("check failed", extra={"action": "check_failed", "source": source.name, "problem": problem.code})
    async with this.db.write() as tx:
        await store_sources.record_failure(tx, source, problem, now=this.now, next_check_at=when, killed=killed)
        if pause:
            await store_sources.pause(tx, source.id, pause)


def _reason_to_pause(source: Source, problem: Problem, *, killed: bool, gone: bool) -> Problem | None:
    if killed and source.kills + 1 >= MOST_KILLS:
        return complaint("SW-S14", source.url, detail=source.name)
    if gone and source.failures + 1 >= MOST_GONE:
        return problem
    return None


# ── hand over ────────────────────────────────────────────────────────────────────────────────────────────────────


async def hand_over(db: Database, source: Source, document: SourceDocument, *, base: str | None, now: datetime) -> int:
    """Give what is new or changed in a document to the archive; how many items that were."""
    found = items.items_of(document)
    async with db.read() as tx:
        seen = await store_sources.seen(tx, source.id, [item.key for item in found])
        titles = [item.entry.title for item in found if item.entry.title]
        known = await store_sources.by_title(tx, source.id, titles) if source.baseline_at and not seen else {}
    news = items.news_among(found, seen)
    if not news:
        return 0
    if source.baseline_at is None:
        return await _take_baseline(db, source, news, base, now)
    adopted = items.renamed(found, seen, known)
    await _adopt(db, source, [item for item in news if item.key in adopted], adopted, now)
    fresh = items.oldest_first(item for item in news if item.key not in adopted)
    await _add(db, source, fresh, base, now, baseline=False)
    return len(fresh)


async def _take_baseline(db: Database, source: Source, news: Sequence[Item], base: str | None, now: datetime) -> int:
    post, read, only_know = items.first_sight(news, source.backfill)
    async with db.write() as tx:
        await store_sources.remember(tx, source.id, [(item.key, item.digest, None) for item in only_know], now=now)
    await _add(db, source, read, base, now, baseline=True)
    await _add(db, source, post, base, now + timedelta(milliseconds=len(read)), baseline=False)
    return len(news)


async def _add(
    db: Database, source: Source, news: Sequence[Item], base: str | None, now: datetime, *, baseline: bool
) -> None:
    for start in range(0, len(news), _CHUNK):
        chunk = news[start : start + _CHUNK]
        found = [  # a millisecond apart: keeps the order of one check
            (items.as_handed_over(item.entry, base=base, now=now), now + timedelta(milliseconds=start + place))
            for place, item in enumerate(chunk)
        ]
        async with db.write() as tx:
            ids = list(await store_articles.add_new(tx, source_id=source.id, found=found, baseline=baseline))
            for place, (entry, found_at) in enumerate(found):
                if ids[place] is None:  # perhaps known already
                    added = await store_articles.add_found(
                        tx, source_id=source.id, entry=entry, baseline=baseline, now=found_at
                    )
                    ids[place] = added.article_id
            rows = [(item.key, item.digest, article_id) for item, article_id in zip(chunk, ids, strict=True)]
            await store_sources.remember(tx, source.id, rows, now=now)


async def _adopt(
    db: Database, source: Source, renamed: Sequence[Item], article_ids: dict[str, int], now: datetime
) -> None:
    """Items that only changed their identifiers keep their articles, which learn the new ones."""
    if not renamed:
        return
    async with db.write() as tx:
        for item in renamed:
            keys = identity.keys(source_id=source.id, guid=item.entry.id, urls=(item.entry.url,))
            await store_articles.give_keys(tx, article_ids[item.key], keys)
        rows = [(item.key, item.digest, article_ids[item.key]) for item in renamed]
        await store_sources.remember(tx, source.id, rows, now=now)
