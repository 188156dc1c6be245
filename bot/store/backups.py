"""When the last backup of this database was made, and where it was put."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from bot.model import PostState
from bot.store import facts
from bot.store.database import Tx
from bot.store.schema import bots, posts

_NAME: Final = "backup"
TOO_OLD: Final = timedelta(hours=48)
"""A day later than a daily backup should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastBackup:
    """size   bytes"""

    at: datetime
    path: str
    size: int


async def last(tx: Tx) -> LastBackup | None:
    found = await facts.get(tx, _NAME)
    if found is None:
        return None
    return LastBackup(at=datetime.fromisoformat(found["at"]), path=found["path"], size=found["size"])


async def put(tx: Tx, backup: LastBackup) -> None:
    value = {"at": backup.at.isoformat(), "path": backup.path, "size": backup.size}
    await facts.put(tx, _NAME, value, now=backup.at)


async def began(tx: Tx) -> datetime | None:
    """When the first bot worked with this database."""
    found: datetime | None = (await tx.execute(select(func.min(bots.c.met_at)))).scalar_one()
    return found


async def is_busy(tx: Tx, *, until: datetime) -> bool:
    """Whether a post is on its way, or due before then."""
    due = (posts.c.state == PostState.QUEUED) & (posts.c.due_at <= until)
    query = select(posts.c.id).where((posts.c.state == PostState.SENDING) | due).limit(1)
    return (await tx.execute(query)).first() is not None
