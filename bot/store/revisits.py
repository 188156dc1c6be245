"""Posted articles whose pages are looked at again, and what the looks found (facts `missing:ARTICLE`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, exists, func, select

from bot.model import ArticleState, Json, PostKind, PostState
from bot.store import facts as store_facts
from bot.store.database import Tx
from bot.store.schema import articles, facts, posts

_PREFIX: Final = "missing:"
_KINDS: Final = (PostKind.SHARE, PostKind.FLASH, PostKind.REPOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """An article that people see.

    posted_at   when its first post was sent
    bots        ids of the bots that sent one
    found       what earlier looks left behind"""

    article_id: int
    source_id: int | None
    title: str | None
    url: str
    posted_at: datetime
    bots: tuple[int, ...]
    found: Json = None


async def posted(tx: Tx, *, since: datetime) -> tuple[Posted, ...]:
    """Articles with a page and a post that was sent since a moment and not taken back, the oldest post first."""
    taken = posts.alias()
    taken_back = exists().where(taken.c.target_post_id == posts.c.id, taken.c.kind == PostKind.RETRACT)
    url, sent = func.coalesce(articles.c.canonical_url, articles.c.url), func.min(posts.c.sent_at)
    query = (
        select(
            articles.c.id, articles.c.source_id, articles.c.title, url.label("page"), posts.c.bot_id, sent.label("at")
        )
        .join(articles, articles.c.id == posts.c.article_id)
        .where(posts.c.state == PostState.SENT, posts.c.kind.in_(_KINDS), posts.c.sent_at >= since, ~taken_back)
        .where(articles.c.state == ArticleState.READY, url.is_not(None))
        .group_by(articles.c.id, articles.c.source_id, articles.c.title, url, posts.c.bot_id)
        .order_by(sent, articles.c.id)
    )
    remembered = select(facts.c.name, facts.c.value).where(facts.c.name.startswith(_PREFIX, autoescape=True))
    known = {row.name: row.value for row in (await tx.execute(remembered)).all()}
    found: dict[int, Posted] = {}
    for row in (await tx.execute(query)).all():
        first = found.get(row.id)
        found[row.id] = Posted(
            article_id=row.id,
            source_id=row.source_id,
            title=row.title,
            url=row.page,
            posted_at=first.posted_at if first else row.at,
            bots=(*(first.bots if first else ()), row.bot_id),
            found=known.get(f"{_PREFIX}{row.id}"),
        )
    return tuple(found.values())


async def found(tx: Tx, article_id: int) -> Json:
    """What earlier looks left behind; None before the first."""
    return await store_facts.get(tx, f"{_PREFIX}{article_id}")


async def put(tx: Tx, article_id: int, found: Json, *, now: datetime) -> None:
    await store_facts.put(tx, f"{_PREFIX}{article_id}", found, now=now)


async def forget_old(tx: Tx, *, before: datetime) -> None:
    """What was found about pages that nobody looks at any more."""
    old = delete(facts).where(facts.c.name.startswith(_PREFIX, autoescape=True), facts.c.changed_at < before)
    await tx.execute(old)
