"""Articles as values: by id, by key, the latest, and what stages look for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from bot.errors import sentences
from bot.model import Alternate, Article, ArticleState, Image, Json, Link, Video
from bot.store import dialect, problems
from bot.store.database import Tx
from bot.store.schema import article_keys, articles, media, related_links, sources

_VIDEO = ("url", "player", "title", "thumbnail", "mime", "duration", "size", "width", "height")
_IMAGE = ("url", "caption", "credit", "width", "height")
_LISTS = ("authors", "tags", "summary")
_PLAIN = (
    "id", "source_id", "url", "canonical_url", "baseline", "title", "standfirst", "published", "modified", "site_name",
    "language", "text", "summary_how", "shortlink", "minutes", "story_id", "revision", "found_at", "read_at",
)  # fmt: skip


async def get(tx: Tx, article_id: int) -> Article | None:
    found = await get_many(tx, [article_id])
    return found[0] if found else None


async def get_many(tx: Tx, ids: Sequence[int]) -> tuple[Article, ...]:
    """In the order asked for; unknown ids are left out."""
    rows = (await tx.execute(select(articles).where(articles.c.id.in_(ids)))).all() if ids else []
    by_id = {article.id: article for article in await _articles(tx, rows)}
    return tuple(by_id[article_id] for article_id in ids if article_id in by_id)


async def by_keys(tx: Tx, keys: Sequence[str]) -> Article | None:
    """The article that the first known key leads to."""
    owners = await owners_of(tx, keys)
    first = next((owners[key] for key in keys if key in owners), None)
    return None if first is None else await get(tx, first)


async def owners_of(tx: Tx, keys: Sequence[str]) -> dict[str, int]:
    """The article that each known key leads to."""
    if not keys:
        return {}
    query = select(article_keys.c.key, article_keys.c.article_id).where(article_keys.c.key.in_(keys))
    return {row.key: row.article_id for row in await tx.execute(query)}


async def latest(
    tx: Tx, *, limit: int, offset: int = 0, since: datetime | None = None, source_id: int | None = None,
    language: str | None = None,
) -> tuple[Article, ...]:  # fmt: skip
    """Read articles, the newest first, those of no known day last."""
    # "||": else SQLite reads all that are ready, and sorts them
    state = articles.c.state.concat("") if dialect.is_sqlite(tx) else articles.c.state
    query = select(articles).where(state == ArticleState.READY)
    if source_id is not None:
        query = query.where(articles.c.source_id == source_id)
    if language is not None:
        query = query.where(articles.c.language == language)
    dated = query.where(articles.c.published.is_not(None) if since is None else articles.c.published >= since)
    rows = await _part(tx, dated, limit, offset)
    if since is None and len(rows) < limit:  # apart, since neither database has an index in which they come last
        passed = offset
        if not rows and offset:
            passed = (await tx.execute(select(func.count()).select_from(dated.subquery()))).scalar_one()
        rows += await _part(tx, query.where(articles.c.published.is_(None)), limit - len(rows), offset - passed)
    return await _articles(tx, rows)


async def _part(tx: Tx, query: Select[Any], limit: int, offset: int) -> list[Row[Any]]:
    ordered = query.order_by(articles.c.published.desc(), articles.c.id.desc()).limit(limit).offset(offset)
    return list((await tx.execute(ordered)).all())


async def of_story(tx: Tx, story_id: int) -> tuple[Article, ...]:
    """All read articles of one story, the first found first."""
    query = select(articles).where(articles.c.story_id == story_id, articles.c.state == ArticleState.READY)
    return await _articles(tx, (await tx.execute(query.order_by(articles.c.id))).all())


async def keys_of(tx: Tx, article_id: int) -> tuple[str, ...]:
    query = select(article_keys.c.key).where(article_keys.c.article_id == article_id).order_by(article_keys.c.key)
    return tuple((await tx.execute(query)).scalars())


async def fingerprints(tx: Tx, ids: Sequence[int]) -> dict[int, Json]:
    """What likeness stored with articles."""
    query = select(articles.c.id, articles.c.fingerprint).where(articles.c.id.in_(ids))
    return {row.id: row.fingerprint for row in await tx.execute(query) if row.fingerprint is not None}


async def source_facts(tx: Tx, source_id: int | None) -> tuple[str | None, str | None]:
    """A source's title (else its name) and declared language."""
    query = select(sources.c.title, sources.c.name, sources.c.language).where(sources.c.id == source_id)
    row = (await tx.execute(query)).one_or_none() if source_id is not None else None
    return (row.title or row.name, row.language) if row else (None, None)


# ── rows → values ────────────────────────────────────────────────────────────────────────────────────────────────


async def _articles(tx: Tx, rows: Sequence[Row[Any]]) -> tuple[Article, ...]:
    ids = [row.id for row in rows]
    if not ids:
        return ()
    pictures: dict[int, list[Row[Any]]] = defaultdict(list)
    for part in (await tx.execute(select(media).where(media.c.article_id.in_(ids)).order_by(media.c.position))).all():
        pictures[part.article_id].append(part)
    links: dict[int, list[Link]] = defaultdict(list)
    query = select(related_links).where(related_links.c.article_id.in_(ids)).order_by(related_links.c.position)
    for link in (await tx.execute(query)).all():
        links[link.article_id].append(Link(title=link.title, url=link.url))
    return tuple(_article(row, pictures[row.id], links[row.id]) for row in rows)


def _article(row: Row[Any], parts: Sequence[Row[Any]], links: Sequence[Link]) -> Article:
    fields: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    fields |= {name: tuple(getattr(row, name) or ()) for name in _LISTS}
    pictures = {kind: [_image(part) for part in parts if part.kind == kind] for kind in ("lead", "image")}
    return Article(
        **fields,
        state=ArticleState(row.state),
        image=pictures["lead"][0] if pictures["lead"] else None,
        images=tuple(pictures["image"]),
        videos=tuple(_video(part) for part in parts if part.kind == "video"),
        related=tuple(links),
        alternates=tuple(Alternate(**alternate) for alternate in row.alternates or ()),
        problem=_in_words(row.problem),
    )


def _image(part: Row[Any]) -> Image:
    return Image(**{name: getattr(part, name) for name in _IMAGE})


def _video(part: Row[Any]) -> Video:
    return Video(**{name: getattr(part, name) for name in _VIDEO})


def _in_words(row: dict[str, Any] | None) -> str | None:
    problem = problems.of_json(row)
    return sentences(problem.title, problem.cause, problem.fix) if problem else None
