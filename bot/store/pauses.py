"""Flood pauses that survive a restart; chat "" is the whole bot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from bot.store import dialect
from bot.store.database import Tx
from bot.store.schema import pauses


async def keep(tx: Tx, *, bot_id: int, pause: Iterable[tuple[str, datetime, str]]) -> None:
    """Remember (chat, until, reason)."""
    for chat, until, reason in pause:
        values = {"until": until, "reason": reason}
        statement = dialect.insert(tx, pauses).values(bot_id=bot_id, chat_id=chat, **values)
        await tx.execute(statement.on_conflict_do_update(index_elements=["bot_id", "chat_id"], set_=values))


async def current(tx: Tx, *, bot_id: int, now: datetime) -> list[tuple[str, datetime, str]]:
    """Those that are not over: (chat, until, reason)."""
    query = select(pauses.c.chat_id, pauses.c.until, pauses.c.reason)
    rows = await tx.execute(query.where(pauses.c.bot_id == bot_id, pauses.c.until > now))
    return [(row.chat_id, row.until, row.reason) for row in rows.all()]


async def forget_over(tx: Tx, *, bot_id: int, now: datetime) -> None:
    await tx.execute(delete(pauses).where(pauses.c.bot_id == bot_id, pauses.c.until <= now))
