"""The inbox: an update is written down before Telegram is told that we have it, and struck off when handled, so that a
crash loses none and a second delivery is seen as one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from bot.model import Json
from bot.store import dialect
from bot.store.database import Tx
from bot.store.schema import updates

KEPT = timedelta(days=2)  # Telegram itself keeps them for 24 hours


async def receive(tx: Tx, *, bot_id: int, update_id: int, body: Mapping[str, Json], now: datetime) -> bool:
    """True when it is new; False when it was received before."""
    statement = dialect.insert(tx, updates).values(bot_id=bot_id, update_id=update_id, body=dict(body), received_at=now)
    statement = statement.on_conflict_do_nothing().returning(updates.c.update_id)
    return (await tx.execute(statement)).first() is not None


async def mark_handled(tx: Tx, *, bot_id: int, update_id: int, now: datetime) -> None:
    await tx.execute(
        update(updates)
        .where(updates.c.bot_id == bot_id, updates.c.update_id == update_id)
        .values(handled_at=now, body=None)
    )


async def unhandled(tx: Tx, *, bot_id: int, since: datetime) -> tuple[Mapping[str, Json], ...]:
    """Bodies of updates that a crash interrupted, oldest first."""
    query = (
        select(updates.c.body)
        .where(updates.c.bot_id == bot_id, updates.c.handled_at.is_(None), updates.c.received_at >= since)
        .order_by(updates.c.update_id)
    )
    return tuple(body for body in (await tx.execute(query)).scalars() if body)


async def latest(tx: Tx, *, bot_id: int) -> int | None:
    query = select(func.max(updates.c.update_id)).where(updates.c.bot_id == bot_id)
    found: int | None = (await tx.execute(query)).scalar_one()
    return found


async def forget_old(tx: Tx, *, now: datetime) -> int:
    return (await tx.execute(delete(updates).where(updates.c.received_at <= now - KEPT))).rowcount
