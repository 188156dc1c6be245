"""What alerts found: which articles were looked at, and what a reader is told later, gathered with others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update

from bot.model import ArticleState
from bot.store import dialect
from bot.store.database import Tx
from bot.store.schema import alert_finds, alert_looks, articles

LOOKS_BACK = timedelta(days=1)
"""An article that was read longer ago is news to nobody."""
_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An article to look for alerts of; `after`: the last alert that was told of it."""

    article_id: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    bot_id: int
    user_id: int
    article_id: int
    words: str  # of the alert
    due_at: datetime


async def to_look(tx: Tx, *, now: datetime, limit: int) -> tuple[Look, ...]:
    """Articles read lately whose alerts nobody has looked for yet, or not to the end; the first read first."""
    query = (
        select(articles.c.id, alert_looks.c.told_up_to)
        .outerjoin(alert_looks, alert_looks.c.article_id == articles.c.id)
        .where(
            articles.c.state == ArticleState.READY,
            articles.c.baseline.is_(False),
            articles.c.read_at > now - LOOKS_BACK,
            or_(articles.c.published.is_(None), articles.c.published > now - 2 * LOOKS_BACK),
            alert_looks.c.done_at.is_(None),
        )
        .order_by(articles.c.read_at, articles.c.id)
        .limit(limit)
    )
    return tuple(Look(article_id=row.id, after=row.told_up_to or 0) for row in (await tx.execute(query)).all())


async def looked(tx: Tx, article_id: int, *, up_to: int, done: bool, now: datetime) -> None:
    """Alerts up to this one were told."""
    values = {"told_up_to": up_to, "looked_at": now, "done_at": now if done else None}
    statement = dialect.insert(tx, alert_looks).values(article_id=article_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["article_id"], set_=values))


async def add(tx: Tx, found: Sequence[Find], *, now: datetime) -> None:
    """What is known already stays as it is."""
    if not found:
        return
    names = ("bot_id", "user_id", "article_id", "words", "due_at")
    rows = [{name: getattr(find, name) for name in names} | {"found_at": now} for find in found]
    await tx.execute(dialect.insert(tx, alert_finds).on_conflict_do_nothing(), rows)


async def due(tx: Tx, *, bot_id: int, now: datetime, limit: int) -> tuple[tuple[int, ...], tuple[Find, ...]]:
    """People to be told now, and what was found for them; the longest waiting first."""
    waiting = (alert_finds.c.bot_id == bot_id, alert_finds.c.told_at.is_(None), alert_finds.c.due_at <= now)
    asked = select(alert_finds.c.user_id).where(*waiting).order_by(alert_finds.c.due_at).limit(limit)
    people = tuple(dict.fromkeys((await tx.execute(asked)).scalars()))
    if not people:
        return (), ()
    query = select(alert_finds).where(*waiting, alert_finds.c.user_id.in_(people))
    rows = (await tx.execute(query.order_by(alert_finds.c.found_at, alert_finds.c.article_id))).all()
    names = ("bot_id", "user_id", "article_id", "words", "due_at")
    return people, tuple(Find(**{name: getattr(row, name) for name in names}) for row in rows)


async def told(tx: Tx, *, bot_id: int, user_id: int, article_ids: Sequence[int], now: datetime) -> None:
    mine = and_(alert_finds.c.bot_id == bot_id, alert_finds.c.user_id == user_id)
    those = mine & alert_finds.c.article_id.in_(list(article_ids))
    await tx.execute(update(alert_finds).where(those).values(told_at=now))


async def drop_article(tx: Tx, article_id: int) -> None:
    """It was withdrawn: nobody is told of it any more."""
    waiting = and_(alert_finds.c.article_id == article_id, alert_finds.c.told_at.is_(None))
    await tx.execute(delete(alert_finds).where(waiting))


async def drop_alert(tx: Tx, *, bot_id: int, user_id: int, words: str) -> None:
    """Its reader stopped the alert: what it found meanwhile goes too."""
    mine = and_(alert_finds.c.bot_id == bot_id, alert_finds.c.user_id == user_id, alert_finds.c.told_at.is_(None))
    await tx.execute(delete(alert_finds).where(mine, alert_finds.c.words == words))


async def forget_old(tx: Tx, *, now: datetime) -> int:
    """Looks and finds that nothing needs any more."""
    looks = await tx.execute(delete(alert_looks).where(alert_looks.c.looked_at < now - _KEPT))
    finds = await tx.execute(delete(alert_finds).where(alert_finds.c.told_at < now - _KEPT))
    return looks.rowcount + finds.rowcount
