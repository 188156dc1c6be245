"""Updates already handled: Telegram may deliver one twice, and a restart may fetch it again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from bot.store import dialect
from bot.store.database import Tx
from bot.store.schema import updates

KEPT = timedelta(days=2)  # Telegram itself keeps them for 24 hours


async def remember(tx: Tx, *, bot_id: int, update_id: int, now: datetime) -> bool:
    """True when it is new; False when it was handled before."""
    statement = dialect.insert(tx, updates).values(bot_id=bot_id, update_id=update_id, received_at=now)
    statement = statement.on_conflict_do_nothing().returning(updates.c.update_id)
    return (await tx.execute(statement)).first() is not None


async def latest(tx: Tx, *, bot_id: int) -> int | None:
    query = select(func.max(updates.c.update_id)).where(updates.c.bot_id == bot_id)
    found: int | None = (await tx.execute(query)).scalar_one()
    return found


async def forget_old(tx: Tx, *, now: datetime) -> int:
    return (await tx.execute(delete(updates).where(updates.c.received_at <= now - KEPT))).rowcount
