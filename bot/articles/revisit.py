"""Looks at the pages of posted articles again: a page that is gone is told to those who run the bot, and they decide;
several gone at once are the trouble of their source.  The rules are in `missing`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.articles import missing
from bot.articles.missing import Answer, Looks, Verdict
from bot.errors import FetchError
from bot.model import Json
from bot.store import notices, revisits, sources
from bot.store.database import Database, Tx
from bot.store.revisits import Posted
from bot.web import Page, Web

_logger = logging.getLogger(__name__)
_ACCEPT: Final = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
_PAGE_LIMIT: Final = 8 * 1024 * 1024
_TIMES: Final = ("looked_at", "missing_since", "missed_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A look at one page, judged."""

    posted: Posted
    looks: Looks
    answer: Answer
    verdict: Verdict


async def once(db: Database, web: Web, *, now: datetime, limit: int = 16) -> int:
    """Look at the pages that are due; how many there were.  Nothing is withdrawn."""
    async with db.read() as tx:
        posted = await revisits.posted(tx, since=now - missing.WINDOW)
    looks = {one.article_id: looks_of(one.found) for one in posted}
    moments = ((missing.next_look(one.posted_at, looks[one.article_id]), one) for one in posted)
    due = [one for moment, one in moments if moment is not None and moment <= now][:limit]
    if not due:
        return 0
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_look(web, one, looks[one.article_id], now)) for one in due]
    seen = [task.result() for task in tasks]
    async with db.write() as tx:
        await _settle(tx, posted, looks, seen, now)
        await revisits.forget_old(tx, before=now - 2 * missing.WINDOW)
    return len(due)


def looks_of(found: Json) -> Looks:
    """Looks from what `as_json` gave; none from None."""
    if not found:
        return Looks()
    times = {name: datetime.fromisoformat(found[name]) for name in _TIMES if found.get(name)}
    return Looks(**{**found, **times})


def as_json(looks: Looks) -> Json:
    values = {name: getattr(looks, name) for name in Looks.__slots__}
    return {name: value.isoformat() if name in _TIMES else value for name, value in values.items() if value}


async def _look(web: Web, posted: Posted, past: Looks, now: datetime) -> _Seen:
    page: Page | None = None
    try:
        page = await web.fetch(
            posted.url, etag=past.etag, last_modified=past.last_modified, accept=_ACCEPT, limit=_PAGE_LIMIT
        )
        status: int | None = page.status
    except FetchError as error:
        status = error.status
    answer = missing.answer_of(status)
    looks, verdict = missing.judge(past, answer, now)
    if page is not None and not page.not_modified:
        looks = replace(looks, etag=page.etag, last_modified=page.last_modified)
    if verdict is not Verdict.NOTHING:
        _logger.info("page looked at", extra={"article": posted.article_id, "status": status, "verdict": verdict})
    return _Seen(posted=posted, looks=looks, answer=answer, verdict=verdict)


async def _settle(
    tx: Tx, posted: Sequence[Posted], before: Mapping[int, Looks], seen: Sequence[_Seen], now: datetime
) -> None:
    """Write down what was seen; cards for single pages, a notice for a source that misses several."""
    known = {**before, **{one.posted.article_id: one.looks for one in seen}}
    together: set[int] = set()
    for source_id in sorted({one.posted.source_id for one in seen if one.posted.source_id is not None}):
        mine = [one for one in posted if one.source_id == source_id]
        news = [one for one in seen if one.posted.source_id == source_id]
        together |= await _settle_source(
            tx, source_id, mine, {one.article_id: known[one.article_id] for one in mine}, news, now
        )
    for one in seen:
        if one.posted.article_id not in together:
            await _tell(tx, one, now)
    for number in sorted({one.posted.article_id for one in seen} | together):
        kept = looks_of(await revisits.found(tx, number)).kept  # a person may have pressed meanwhile
        looks = replace(known[number], told=known[number].told or number in together, kept=kept)
        await revisits.put(tx, number, as_json(looks), now=now)


async def _settle_source(
    tx: Tx, source_id: int, mine: Sequence[Posted], known: Mapping[int, Looks], news: Sequence[_Seen], now: datetime
) -> frozenset[int]:
    """The articles of a source whose pages went missing together, once it was told."""
    lost = missing.at_once(known, now)
    if any(one.looks.missing_since == now for one in news if one.posted.article_id in lost):
        await _tell_source(tx, source_id, [one for one in mine if one.article_id in lost], now)
        return lost
    back = any(one.verdict is Verdict.BACK for one in news)
    if back and sum(looks.told for looks in known.values()) < missing.SEVERAL:
        await _source_is_well(tx, source_id, mine, now)
    return frozenset()


async def _tell(tx: Tx, seen: _Seen, now: datetime) -> None:
    posted, key = seen.posted, f"page-missing:{seen.posted.article_id}"
    for bot_id in posted.bots:
        if seen.verdict is Verdict.CARD:
            problem = missing.page_is_gone(posted.title, posted.url, seen.answer)
            await notices.tell(tx, bot_id=bot_id, key=key, problem=problem, now=now)
        elif seen.verdict is Verdict.BACK:
            await notices.close(tx, bot_id=bot_id, key=key, now=now)


async def _tell_source(tx: Tx, source_id: int, lost: Sequence[Posted], now: datetime) -> None:
    """One notice in place of cards, those of the last hour too; the source is failing until its pages are back or a
    person resumes it."""
    source = await sources.get(tx, source_id)
    if source is None:
        return
    problem = missing.pages_are_missing(len(lost), source.name)
    await sources.mark_pages_missing(tx, source_id, problem, now=now)
    for bot_id in sorted({bot_id for one in lost for bot_id in one.bots}):
        await notices.tell(tx, bot_id=bot_id, key=f"pages-missing:{source_id}", problem=problem, now=now)
    for one in lost:
        for bot_id in one.bots:
            await notices.close(tx, bot_id=bot_id, key=f"page-missing:{one.article_id}", now=now)


async def _source_is_well(tx: Tx, source_id: int, mine: Sequence[Posted], now: datetime) -> None:
    await sources.forget_pages_missing(tx, source_id)
    for bot_id in sorted({bot_id for one in mine for bot_id in one.bots}):
        await notices.close(tx, bot_id=bot_id, key=f"pages-missing:{source_id}", now=now)
