"""What happened lately, as people tell it: articles found, deliveries with their outcome, sources in trouble."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from bot.model import Outcome, PostKind
from bot.store.database import Tx
from bot.store.schema import articles, channels, deliveries, posts, sources
from bot.store.schema import decisions as decided


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticle:
    at: datetime
    id: int
    title: str | None
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One finished attempt."""

    at: datetime
    delivery_id: int
    post_id: int
    kind: PostKind
    outcome: Outcome
    method: str
    took: float  # seconds from the written intent to the written outcome
    channel: str | None
    chat_id: str
    remote_id: str | None
    title: str | None
    source: str | None
    reason: str | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A source whose last check failed."""

    source: str
    since: datetime | None
    title: str


async def found_since(tx: Tx, since: datetime) -> tuple[FoundArticle, ...]:
    """Articles that are no part of a first check, the earliest first."""
    query = (
        select(articles.c.found_at, articles.c.id, articles.c.title, articles.c.entry, sources.c.title.label("source"))
        .outerjoin(sources, sources.c.id == articles.c.source_id)
        .where(articles.c.found_at > since, articles.c.baseline.is_(False))
        .order_by(articles.c.found_at, articles.c.id)
    )
    return tuple(
        FoundArticle(at=row.found_at, id=row.id, title=row.title or (row.entry or {}).get("title"), source=row.source)
        for row in (await tx.execute(query)).all()
    )


async def delivered_since(tx: Tx, since: datetime) -> tuple[Delivered, ...]:
    """Attempts that ended after a moment, the earliest first."""
    query = (
        select(
            deliveries,
            posts.c.kind,
            posts.c.chat_id,
            posts.c.requests,
            posts.c.remote_id.label("post_remote_id"),
            posts.c.target_post_id,
            channels.c.title.label("channel"),
            articles.c.title.label("article"),
            sources.c.title.label("source"),
            decided.c.reason,
        )
        .join(posts, posts.c.id == deliveries.c.post_id)
        .outerjoin(channels, channels.c.id == posts.c.channel_id)
        .outerjoin(articles, articles.c.id == posts.c.article_id)
        .outerjoin(sources, sources.c.id == articles.c.source_id)
        .outerjoin(
            decided, and_(decided.c.article_id == posts.c.article_id, decided.c.channel_id == posts.c.channel_id)
        )
        .where(deliveries.c.finished_at > since)
        .order_by(deliveries.c.finished_at, deliveries.c.id)
    )
    return tuple(
        Delivered(
            at=row.finished_at,
            delivery_id=row.id,
            post_id=row.post_id,
            kind=PostKind(row.kind),
            outcome=Outcome(row.outcome),
            method=row.requests[min(row.request_index, len(row.requests) - 1)]["method"],
            took=(row.finished_at - row.started_at).total_seconds(),
            channel=row.channel,
            chat_id=row.chat_id,
            remote_id=row.remote_id or row.post_remote_id,
            title=row.article,
            source=row.source,
            reason=row.reason,
            error=row.error,
        )
        for row in (await tx.execute(query)).all()
        if row.outcome
    )


async def troubles(tx: Tx) -> tuple[Trouble, ...]:
    query = select(sources).where(sources.c.failures > 0).order_by(sources.c.name)
    return tuple(
        Trouble(source=row.title or row.name, since=row.failing_since, title=(row.problem or {}).get("title", ""))
        for row in (await tx.execute(query)).all()
    )
