"""Articles that readers put aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select

from bot.model import Article, ArticleState
from bot.store import dialect
from bot.store.articles import get_many
from bot.store.database import Tx
from bot.store.schema import articles, saved

MOST = 1_000
"""What one person may keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One page of what a person saved, the last saved first."""

    articles: tuple[Article, ...]
    total: int


async def add(tx: Tx, *, bot_id: int, user_id: int, article_id: int, now: datetime) -> bool:
    """False when it was saved before, or the shelf is full."""
    count = (await tx.execute(select(func.count()).select_from(saved).where(*_of(bot_id, user_id)))).scalar_one()
    if count >= MOST:
        return False
    statement = dialect.insert(tx, saved).values(bot_id=bot_id, user_id=user_id, article_id=article_id, saved_at=now)
    return (await tx.execute(statement.on_conflict_do_nothing().returning(saved.c.article_id))).first() is not None


async def remove(tx: Tx, *, bot_id: int, user_id: int, article_id: int) -> bool:
    one = delete(saved).where(*_of(bot_id, user_id), saved.c.article_id == article_id)
    return (await tx.execute(one)).rowcount == 1


async def page(tx: Tx, *, bot_id: int, user_id: int, limit: int, offset: int = 0) -> Shelf:
    """Articles that are no longer there to read are left out."""
    query = (
        select(saved.c.article_id)
        .join(articles, articles.c.id == saved.c.article_id)
        .where(*_of(bot_id, user_id), articles.c.state == ArticleState.READY)
    )
    total = (await tx.execute(select(func.count()).select_from(query.subquery()))).scalar_one()
    ordered = query.order_by(saved.c.saved_at.desc(), saved.c.article_id.desc()).limit(limit).offset(offset)
    return Shelf(articles=await get_many(tx, (await tx.execute(ordered)).scalars().all()), total=total)


async def count_of(tx: Tx, article_id: int) -> int:
    """Lists that an article is on."""
    query = select(func.count()).select_from(saved).where(saved.c.article_id == article_id)
    count: int = (await tx.execute(query)).scalar_one()
    return count


async def is_saved(tx: Tx, *, bot_id: int, user_id: int, article_id: int) -> bool:
    query = select(saved.c.article_id).where(*_of(bot_id, user_id), saved.c.article_id == article_id)
    return (await tx.execute(query)).first() is not None


def _of(bot_id: int, user_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return saved.c.bot_id == bot_id, saved.c.user_id == user_id
