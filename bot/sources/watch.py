"""STAGE: due sources → fetch → entries → new articles.

First sight of a source is a silent baseline.  After that only what is new or has changed is handed over, once each, in
the order in which it came out.  A failure is kept in words and backs off; it never touches another source.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

from bot.errors import FetchError, ParseError, Problem
from bot.model import Json, Source, SourceDocument, SourceKind
from bot.parsing import TOO_HEAVY, Parser
from bot.sources import schedule
from bot.sources.arrivals import Arrival, hand_over, items_in
from bot.sources.complaints import complaint
from bot.sources.feed import ACCEPT
from bot.sources.items import Item
from bot.sources.listing import Listing, open_index
from bot.sources.reading import read_document
from bot.sources.room import LANES, NoRoom, Room, lane_for, lane_of
from bot.sources.schedule import Rhythm
from bot.store import sources as store_sources
from bot.store import websub as store_websub
from bot.store.database import Database
from bot.store.sources import Checked
from bot.web import Page, Web

AT_ONCE = 200  # sources claimed by one call
TOO_LARGE = "SW-N22"
MOST_KILLS = 3  # a source whose documents cost so many parsers is paused
MOST_GONE = 2  # answers "gone for good" after which a source is paused
_OF_REQUESTS = ("headers", "single")  # options on which it depends what a visit brings
_STARTING = 8  # checks begun each time around the loop
_WAITING = 32  # finished checks that wait to be noted
_TOGETHER = 16  # checks noted in one transaction
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """What one visit brought: nothing new (`document` is None), a document, or a problem."""

    source: Source
    page: Page | None = None
    document: SourceDocument | None = None
    items: tuple[Item, ...] = ()
    body_hash: str | None = None
    lane: int = 0  # where the next answer is read
    parts: Mapping[str, Json] = field(default_factory=dict)  # what to remember of an index's sitemaps
    error: FetchError | ParseError | None = None


@dataclass(slots=True)
class _Round:
    """One call of `once`: its doors, its time, and the sources that had nothing new."""

    db: Database
    web: Web
    parser: Parser | None
    now: datetime
    random: Random
    room: Room
    pushed: frozenset[int] = frozenset()  # sources whose hub tells us about news
    unchanged: list[tuple[int, datetime]] = field(default_factory=list)
    finished: asyncio.Queue[_Visit | None] = field(default_factory=lambda: asyncio.Queue(_WAITING))  # None: no more
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)


async def once(
    db: Database,
    web: Web,
    *,
    now: datetime,
    limit: int = AT_ONCE,
    parser: Parser | None = None,
    random: Random | None = None,
    room: Room | None = None,
) -> int:
    """Check the sources that are due at `now`; how many there were.

    Large documents are read by `parser`, the guarded worker; without one they are read here.  What there may be of
    them at once is bounded by `room`."""
    async with db.write() as tx:
        due = await store_sources.claim_due(tx, now=now, limit=limit)
        pushed = await store_websub.active(tx, [source.id for source in due], now=now)
    if not due:
        return 0
    this = _Round(db=db, web=web, parser=parser, now=now, random=random or Random(), pushed=pushed, room=room or Room())
    async with asyncio.TaskGroup() as writing:
        writing.create_task(_write_down(this), name="write down what checks bring")
        async with asyncio.TaskGroup() as tasks:
            for number, several in enumerate(_by_address(due), 1):
                tasks.create_task(_check(this, several), name=f"check {several[0].name}")
                if number % _STARTING == 0:
                    await asyncio.sleep(0)
        await this.finished.put(None)
    if this.unchanged:
        async with db.write() as tx:
            await store_sources.record_unchanged(tx, this.unchanged, now=now)
    return len(due)


def _by_address(due: Iterable[Source]) -> Collection[list[Source]]:
    """Sources that one request serves."""
    found: dict[str, list[Source]] = {}
    for source in due:
        key = f"{source.kind} {source.url} {[source.options.get(name) for name in _OF_REQUESTS]}"
        found.setdefault(key, []).append(source)
    return found.values()


async def _check(this: _Round, several: Sequence[Source]) -> None:
    """Visit the address of one source, or of several that share it; once more in a larger lane when its answer is
    larger than it used to be."""
    source = _common(several)
    lane, last = max(map(lane_of, several)), len(LANES) - 1
    try:
        while True:
            async with this.room.lane(lane) as limit:
                visit = await _visit(this, source, limit)
                if visit.error is None or visit.error.problem.code != TOO_LARGE or lane == last:
                    for each in several:
                        await _settle(this, _as_seen_by(each, visit), alone=lane > 0)
                    return
            lane += 1
    except NoRoom:  # its claim runs out, and somebody takes it again
        _logger.info("check put off", extra={"action": "check_put_off", "source": source.name})


def _common(several: Sequence[Source]) -> Source:
    """As one source; where not all have seen the same answer last, the next one has to come whole."""
    first = several[0]
    if len({(each.etag, each.last_modified, each.body_hash) for each in several}) == 1:
        return first
    return replace(first, etag=None, last_modified=None, body_hash=None, rhythm={})


def _as_seen_by(source: Source, visit: _Visit) -> _Visit:
    """The visit for one of those that share its address: some may have seen this answer before."""
    if source is visit.source:
        return visit
    if visit.body_hash is not None and visit.body_hash == source.body_hash:
        return replace(visit, source=source, document=None, items=(), body_hash=None)
    return replace(visit, source=source)


async def _settle(this: _Round, visit: _Visit, *, alone: bool) -> None:
    """Note what a visit brought: with others as they come, or at once where it takes much room."""
    if visit.error is not None:
        await _record_failure(this, visit.source, visit.error)
    elif visit.document is None and not _has_news(visit):
        this.unchanged.append((visit.source.id, _next(this, visit.source, visit, None)))
    elif alone:
        await _record(this, [visit])
    else:
        await this.finished.put(visit)


def _has_news(visit: _Visit) -> bool:
    """A check without a document still has something to note: a move, or the end of one."""
    page = visit.page
    return page is not None and page.permanent_url != visit.source.moved_to


# ── visit ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _visit(this: _Round, source: Source, limit: int) -> _Visit:
    try:
        page = await this.web.fetch(
            source.url,
            etag=source.etag,
            last_modified=source.last_modified,
            accept=ACCEPT if source.kind is SourceKind.FEED else None,
            headers=source.options.get("headers"),
            limit=limit,
        )
        body_hash = None if page.not_modified else hashlib.sha256(page.body).hexdigest()
        known = source.rhythm.get("sitemaps") or {}
        if body_hash in (None, source.body_hash):
            if not known:
                return _Visit(source=source, page=page)
            listing, body_hash = await open_index(this.web, None, known, this.parser), None
        else:
            async with this.gate:  # one document each time around the loop, so that nobody waits for many
                await asyncio.sleep(0)
            single = bool(source.options.get("single"))
            document = await read_document(page, source.kind, parser=this.parser, single=single)
            listing = await open_index(this.web, document, known, this.parser)
        if listing.document is None and body_hash is None:
            return _Visit(source=source, page=page)
        return await _seen(source, page, listing, body_hash)
    except (FetchError, ParseError) as error:
        return _Visit(source=source, error=error)
    except Exception as bug:  # one source's oddity that we did not foresee must not stop the others
        return _Visit(source=source, error=_stumbled(source, bug))


async def _seen(source: Source, page: Page, listing: Listing, body_hash: str | None) -> _Visit:
    document = listing.document or SourceDocument(
        kind=source.kind, format="sitemap-index", sitemaps=tuple(listing.parts)
    )
    lane = len(LANES) - 1 if document.sitemaps else lane_for(len(page.body))
    page = replace(page, body=b"")  # it may have to wait until it is noted
    found = await items_in(document)
    return _Visit(
        source=source, page=page, document=document, items=found, body_hash=body_hash, lane=lane, parts=listing.parts
    )


def _stumbled(source: Source, bug: Exception) -> ParseError:
    """A failure of ours, told as the source's; called while it is being handled."""
    _logger.exception("check stumbled", extra={"action": "check_stumbled", "source": source.name})
    error = ParseError(complaint("SW-S13", source.url))
    error.__cause__ = bug
    return error


# ── record ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def _write_down(this: _Round) -> None:
    """Note what checks brought as they finish: all that are there by the time the last ones are noted, together."""
    while (visit := await this.finished.get()) is not None:
        several = [visit]
        while not this.finished.empty() and len(several) < _TOGETHER:
            following = this.finished.get_nowait()
            if following is None:
                await _record(this, several)
                return
            several.append(following)
        await _record(this, several)


async def _record(this: _Round, visits: Sequence[_Visit]) -> None:
    """Each alone where together it fails: one source's oddity must not cost the others their news."""
    try:
        found = await hand_over(this.db, [_arrival(this, visit) for visit in visits], now=this.now)
    except Exception as bug:
        if len(visits) > 1:
            for visit in visits:
                await _record(this, [visit])
            return
        await _record_failure(this, visits[0].source, _stumbled(visits[0].source, bug))
        return
    for visit in visits:
        extra = {"action": "source_checked", "source": visit.source.name, "articles": found[visit.source.id]}
        _logger.info("checked source", extra=extra)


def _arrival(this: _Round, visit: _Visit) -> Arrival:
    source, page, document = visit.source, visit.page, visit.document
    checked = Checked(
        source_id=source.id,
        next_check_at=_next(this, source, visit, document),
        etag=page.etag if page else None,
        last_modified=page.last_modified if page else None,
        body_hash=visit.body_hash,
        document=about(document, this.now, visit.lane, source, visit.parts) if document else None,
        moved_to=page.permanent_url if page else source.moved_to,
        baseline=document is not None and source.baseline_at is None,
    )
    return Arrival(source=source, items=visit.items, base=page.final_url if page else None, checked=checked)


def about(
    document: SourceDocument,
    now: datetime,
    lane: int = 0,
    source: Source | None = None,
    parts: Mapping[str, Json] | None = None,
) -> dict[str, object]:
    """What a parsed document leaves in its source's row."""
    more: dict[str, Json] = ({"lane": lane} if lane else {}) | ({"sitemaps": dict(parts)} if parts else {})
    before = Rhythm.from_json(source.rhythm) if source is not None else None
    return {
        "title": document.title,
        "homepage": document.url if document.kind is SourceKind.FEED else None,
        "language": document.language,
        "ttl": document.ttl,
        "hub": document.hub,
        "topic": document.topic,
        "rhythm": schedule.rhythm_of(document, now, before).as_json() | more,
    }


def _next(this: _Round, source: Source, visit: _Visit, document: SourceDocument | None) -> datetime:
    before = Rhythm.from_json(source.rhythm)
    rhythm = schedule.rhythm_of(document, this.now, before) if document else before
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
