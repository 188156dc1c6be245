"""Is this database a copy that was put back?  PostgreSQL tells by itself.

A row remembers which transaction wrote it (xmin, https://www.postgresql.org/docs/current/ddl-system-columns.html).
Ours also holds that number as its value: where the two differ, a dump was loaded and its rows were written anew.  A
server that was restored from its archive, or promoted from a replica, begins another timeline (store.server).  SQLite
has neither.  For both a count of ours rises with each claim of posts, each deed of a person and each half minute, and
is remembered outside of the database as well (channels.lease): one that is lower inside is that of a copy.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text

from bot.store import dialect, facts, server
from bot.store.database import Tx

_MODULUS: Final = 1 << 32
"""xmin holds the last 32 bits of a transaction's number."""


async def is_copy(tx: Tx, *, bot_id: int) -> bool:
    """Whether rows were written by another transaction, or on another timeline, than `sign` said."""
    if dialect.is_sqlite(tx):
        return False
    query = text("SELECT CAST(CAST(xmin AS text) AS bigint) AS written_by, value FROM facts WHERE name = :name")
    row = (await tx.execute(query, {"name": _name(bot_id)})).one_or_none()
    if row is None:
        return False
    signed: dict[str, Any] = json.loads(row.value)
    return bool(row.written_by != signed["transaction"] or server.timeline(tx) != signed["timeline"])


async def sign(tx: Tx, *, bot_id: int, now: datetime) -> None:
    """Leave the mark by which a copy is told."""
    if not dialect.is_sqlite(tx):
        number = (await tx.execute(text("SELECT txid_current()"))).scalar_one()
        mark = {"transaction": number % _MODULUS, "timeline": server.timeline(tx)}
        await facts.put(tx, _name(bot_id), mark, now=now)


async def counted(tx: Tx, *, bot_id: int) -> int:
    """How far the count is."""
    return int(await facts.get(tx, f"count:{bot_id}") or 0)


async def count(tx: Tx, *, bot_id: int, now: datetime) -> int:
    """One more; gives it."""
    number = await counted(tx, bot_id=bot_id) + 1
    await facts.put(tx, f"count:{bot_id}", number, now=now)
    return number


def _name(bot_id: int) -> str:
    return f"signed:{bot_id}"
