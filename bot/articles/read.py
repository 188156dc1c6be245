"""The reading stage: found articles → page → text, summary, language, keys → ready.

`once` is called by the loop; `read_one` is what a push of an address or of pasted text calls.  Fetching and parsing
happen between transactions, never inside one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.articles import merging, stories
from bot.articles.likeness import Story
from bot.articles.summary import Summary
from bot.errors import FetchError, ParseError, Problem, SharewireError, StoreError, UsageError, phrase
from bot.identity import clean, url_key
from bot.model import Article, ArticleState, Entry, Extraction
from bot.store import articles, channels, notices, search
from bot.store.articles import Claimed
from bot.store.database import Database, Tx
from bot.web import Page, Web

if TYPE_CHECKING:
    from bot.articles.model import Model
    from bot.parsing import Parser

_logger = logging.getLogger(__name__)
_RETRY = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))
_TRIES = 3
"""Readings of one article that end the whole program, after which it is left out."""
_PATIENCE = 2  # failed attempts after which an article is made of what the feed carries
_AT_ONCE = 8  # pages fetched side by side
_ACCEPT = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
_PAGE_LIMIT = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Helpers:
    """What reading uses where it is there."""

    parser: Parser | None = None
    model: Model | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A read article that is not stored yet."""

    article: Article
    keys: tuple[str, ...]
    story: Story


async def once(
    db: Database,
    web: Web,
    *,
    now: datetime,
    limit: int = 32,
    parser: Parser | None = None,
    model: Model | None = None,
) -> int:
    """Read what is due; the number of articles handled.  New ones first, then those that were there when their source
    was added; a changed one is read again and its revision rises if people would see the change."""
    async with db.write() as tx:
        claimed = await articles.claim_found(tx, now=now, limit=limit)
    if not claimed:
        return 0
    turns = asyncio.Semaphore(_AT_ONCE)
    async with asyncio.TaskGroup() as tasks:
        for one in claimed:
            tasks.create_task(_handle(db, web, one, now, _Helpers(parser, model), turns))
    return len(claimed)


async def read_one(
    db: Database,
    web: Web,
    *,
    url: str | None,
    text: str | None,
    now: datetime,
    parser: Parser | None = None,
    model: Model | None = None,
) -> Article:
    """The article behind an address or in a pasted text (or HTML), read and stored; one that is known comes from the
    store, also when its text was pasted and it had come from a feed, or the other way round; so does one that was
    withdrawn (state skipped).

    Raises FetchError (the page cannot be had), ParseError (there is nothing to read), UsageError (neither given)."""
    if url is None and not (text or "").strip():
        raise UsageError(_nothing_given())
    url = clean(url) if url else None
    known = await _known(db, tuple(filter(None, [url_key(url)])))
    if known is not None and (known.state is ArticleState.READY or await _is_withdrawn(db, known.id)):
        return known
    if url is not None:
        page = await web.fetch(url, accept=_ACCEPT, limit=_PAGE_LIMIT)
        final_url: str | None = page.final_url
        extraction = await _extract(page.body, page.final_url, _content_type(page), parser)
    else:
        final_url = None
        extraction = await _extract(text or "", None, None, parser)
    found = known or Article(id=0, source_id=None, state=ArticleState.FOUND, url=url, found_at=now)
    reading = await asyncio.to_thread(_digest, found, None, extraction, final_url, (None, None), now)
    reading = await _ask_model(reading, model)
    async with db.write() as tx:
        same = await articles.by_keys(tx, reading.keys)
        if same is not None and await articles.is_withdrawn(tx, same.id):
            return same
        if same is None or same.id == found.id:
            place = await stories.find_place(tx, reading.article, reading.story)
            same, reading = place.same, _in_story(reading, place)
        if same is not None and same.state is ArticleState.READY and merging.same_publisher(same, reading.article):
            await articles.give_keys(tx, same.id, reading.keys)
            return same
        article_id = found.id or await articles.add_pushed(tx, url=url, keys=reading.keys, now=now)
        return await _store(tx, article_id, reading, now)


# ── one article of the stage ─────────────────────────────────────────────────────────────────────────────────────


async def _handle(
    db: Database, web: Web, claimed: Claimed, now: datetime, helpers: _Helpers, turns: asyncio.Semaphore
) -> None:
    if claimed.deaths > _TRIES:
        await _leave_out(db, claimed, now)
        return
    async with turns:
        try:
            reading = await _read(db, web, claimed, now, helpers)
        except StoreError:  # no fault of the article: its claim runs out, and it is read again
            raise
        except SharewireError as error:
            await _put_off(db, claimed, error, now)
            return
    async with db.write() as tx:
        await _settle(tx, claimed, reading, now)
        if claimed.deaths:
            await articles.reading_ended(tx, claimed.article.id)


async def _leave_out(db: Database, claimed: Claimed, now: datetime) -> None:
    """Reading it ended the program again and again: it is kept, and not read any more; a card says so."""
    article = claimed.article
    head = (claimed.entry.title if claimed.entry else None) or article.title or article.url or "…"
    problem = _ends_the_program(head, article.url or "–")
    async with db.write() as tx:
        await articles.fail(tx, article.id, problem, retry_at=None)
        await articles.reading_ended(tx, article.id)
        for bot_id in sorted({channel.bot_id for channel in await channels.every(tx)}):
            await notices.tell(
                tx, bot_id=bot_id, key=f"left-out:{article.id}", problem=problem, now=now
            )  # fmt: skip
    _logger.error("left out", extra={"article": article.id, "cause": problem.code})


async def _read(db: Database, web: Web, claimed: Claimed, now: datetime, helpers: _Helpers) -> _Reading:
    """Fetch, extract, merge.  A page that is gone or is not the article leaves what the feed itself carries."""
    article, entry = claimed.article, claimed.entry
    async with db.read() as tx:
        source = await articles.source_facts(tx, article.source_id)
    page, extraction = None, None
    if article.url:
        try:
            page = await web.fetch(article.url, accept=_ACCEPT, limit=_PAGE_LIMIT)
            extraction = await _extract_page(page, entry, helpers.parser)
        except (FetchError, ParseError) as error:
            if not _says_enough(entry) or (_may_pass(error) and claimed.attempts < _PATIENCE):
                raise
            _logger.info("read from the feed alone", extra={"article": article.id, "cause": error.problem.code})
    final_url = page.final_url if page and extraction else None
    reading = await asyncio.to_thread(_digest, article, entry, extraction, final_url, source, now)
    return await _ask_model(reading, helpers.model)


async def _ask_model(reading: _Reading, model: Model | None) -> _Reading:
    """A better summary than sentences of the text, where a model is there and can be believed."""
    article = reading.article
    if model is None or not article.text or not (article.summary_how or "").startswith("extractive"):
        return reading
    own = Summary(sentences=article.summary, how=article.summary_how or "extractive")
    summary = await model.summarise(article.title, article.text, article.language, own)
    return replace(reading, article=merging.with_summary(article, summary))


async def _extract_page(page: Page, entry: Entry | None, parser: Parser | None) -> Extraction | None:
    """None for a picture, a PDF or a page that is not the article."""
    kind = page.content_type or "text/html"
    if not kind.startswith("text/") and "html" not in kind and "xml" not in kind:
        return None
    extraction = await _extract(page.body, page.final_url, _content_type(page), parser)
    fits = merging.belongs(extraction, entry, url=page.url, final_url=page.final_url)
    return extraction if fits else None


async def _extract(
    document: bytes | str, url: str | None, content_type: str | None, parser: Parser | None
) -> Extraction:
    from bot.articles.extraction import extract

    if parser is not None:
        return await parser.run(extract, document, url=url, content_type=content_type)
    return await asyncio.to_thread(extract, document, url=url, content_type=content_type)


def _digest(
    found: Article,
    entry: Entry | None,
    page: Extraction | None,
    final_url: str | None,
    source: tuple[str | None, str | None],
    now: datetime,
) -> _Reading:
    """The part of reading that only computes."""
    article = merging.merge(
        found, entry, page, now=now, final_url=final_url, source_title=source[0], source_language=source[1]
    )
    guid = entry.id if entry else None
    keys = merging.keys_of(article, guid=guid, urls=(final_url,))
    return _Reading(article=article, keys=keys, story=stories.story_of(article))


async def _settle(tx: Tx, claimed: Claimed, reading: _Reading, now: datetime) -> None:
    """Store a reading; where its keys or its words lead to another row, the two become one, the older staying."""
    article = reading.article
    owners = await articles.owners_of(tx, reading.keys)
    elsewhere = [key for key in reading.keys if owners.get(key, article.id) != article.id]
    other = await articles.get(tx, owners[elsewhere[0]]) if elsewhere else None
    if other is not None and not _is_one(elsewhere, article, other):
        other = None
    if other is None and not article.baseline and article.story_id is None:
        place = await stories.find_place(tx, article, reading.story)
        other, reading = place.same, _in_story(reading, place)
    if other is None:
        await _store(tx, article.id, reading, now)
        return
    await articles.merge(tx, article.id, into=other.id, problem=_same(other), now=now)
    if other.state is not ArticleState.READY or not other.url or other.source_id in (None, article.source_id):
        survivor = replace(
            reading.article, source_id=other.source_id or article.source_id, baseline=other.baseline,
            found_at=other.found_at, url=other.url or article.url, story_id=other.story_id,
        )  # fmt: skip
        await _store(tx, other.id, replace(reading, article=survivor), now)


def _in_story(reading: _Reading, place: stories.Place) -> _Reading:
    if place.story_id is None:
        return reading
    return replace(reading, article=replace(reading.article, story_id=place.story_id))


def _is_one(shared: Sequence[str], article: Article, other: Article) -> bool:
    """Rows that share an address are one article; those that share words are, unless two publishers print them."""
    return any(key.startswith("url:") for key in shared) or merging.same_publisher(article, other)


async def _store(tx: Tx, article_id: int, reading: _Reading, now: datetime) -> Article:
    article = replace(reading.article, id=article_id)
    await articles.store_ready(tx, article, keys=reading.keys, fingerprint=reading.story.as_json(), now=now)
    stored = await articles.get(tx, article_id)
    assert stored is not None
    await search.index_article(tx, stored, now=now)
    return stored


async def _put_off(db: Database, claimed: Claimed, error: SharewireError, now: datetime) -> None:
    retry_at = None
    if _may_pass(error) and claimed.attempts < len(_RETRY):
        retry_at = now + _RETRY[claimed.attempts]
        if isinstance(error, FetchError) and error.retry_at:
            retry_at = min(max(retry_at, error.retry_at), now + timedelta(days=1))
    async with db.write() as tx:
        await articles.fail(tx, claimed.article.id, error.problem, retry_at=retry_at)
        if claimed.deaths:
            await articles.reading_ended(tx, claimed.article.id)
    _logger.info("not read", extra={"article": claimed.article.id, "cause": error.problem.code, "again": str(retry_at)})


def _may_pass(error: SharewireError) -> bool:
    """Whether trying later may help: the network and 5xx, not a page that is gone, forbidden or blocked."""
    if not isinstance(error, FetchError):
        return False
    if error.status is not None:
        return error.status >= 500 or error.status in (408, 425, 429)
    return error.problem.code not in _LASTING


_LASTING = frozenset({"SW-N01", "SW-N02", "SW-N03", "SW-N04", "SW-N22", "SW-N23", "SW-N24", "SW-N27"})


def _says_enough(entry: Entry | None) -> bool:
    """Whether a feed's item alone makes an article."""
    return entry is not None and bool(entry.title or entry.content or entry.description)


def _content_type(page: Page) -> str | None:
    if page.content_type and page.charset:
        return f"{page.content_type}; charset={page.charset}"
    return page.content_type


async def _is_withdrawn(db: Database, article_id: int) -> bool:
    async with db.read() as tx:
        return await articles.is_withdrawn(tx, article_id)


async def _known(db: Database, wanted: tuple[str, ...]) -> Article | None:
    async with db.read() as tx:
        return await articles.by_keys(tx, wanted)


def _ends_the_program(head: str, url: str) -> Problem:
    short = " ".join(head.split())[:120]
    return Problem(
        code="SW-A05",
        title=phrase("The article “{head}” is not read.", head=short),
        cause=phrase("The program ended {times} times while it read it.", times=_TRIES),
        fix=phrase("Please report its address: {url} . To try once more: sharewire push", url=url),
        meanwhile=phrase("Everything else goes on."),
        where=url,
    )


def _same(other: Article) -> Problem:
    return Problem(
        code="SW-A03",
        title="This is an article that we have already.",
        cause=f"Article {other.id} is the same.",
        fix=f"See article {other.id}; nothing has to be done.",
        meanwhile="Nothing was posted twice.",
        where="the archive",
    )


def _nothing_given() -> Problem:
    return Problem(
        code="SW-A02",
        title=phrase("There is nothing to read."),
        cause=phrase("Neither an address nor a text was given."),
        fix=phrase("Send the address of an article, or paste its text."),
        meanwhile="Nothing was posted.",
        where="the text that was given",
    )
