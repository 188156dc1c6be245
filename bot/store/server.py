"""Which PostgreSQL server answers, and how far its log is: a replica that took over may not have the last commits.

A promoted server, or one that was restored from its archive, writes its log on another timeline
(https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES); one whose disk was set back goes
on on the same timeline, at an earlier place.  Each new connection is asked once, so looking costs nothing afterwards.
"""

from __future__ import annotations

import time
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_MAY_ASK: Final = (
    "SELECT NOT pg_is_in_recovery() AND has_function_privilege('pg_current_wal_lsn()', 'execute')"
    " AND has_function_privilege('pg_walfile_name(pg_lsn)', 'execute')"
)
_TIMELINE: Final = "SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int"
_PLACE: Final = "SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint"


def note(connection: Any, record: Any) -> None:
    """Called for each new connection of the driver."""
    cursor = connection.cursor()
    cursor.execute(_MAY_ASK)
    if cursor.fetchone()[0]:
        cursor.execute(_TIMELINE)
        record.info["timeline"] = cursor.fetchone()[0]
        cursor.execute(_PLACE)
        record.info["began"] = (time.monotonic(), cursor.fetchone()[0])
    cursor.close()
    connection.rollback()


def timeline(tx: AsyncConnection) -> int | None:
    """The timeline of the server that this transaction speaks to; None on SQLite, or where this role may not ask."""
    connection = tx.sync_connection
    return None if connection is None else connection.info.get("timeline")


def went_back(tx: AsyncConnection, *, since: float, place: int) -> bool:
    """Whether this transaction's connection was made after `since` (monotonic) and found less than `place` then."""
    connection = tx.sync_connection
    at, found = connection.info.get("began", (since, place)) if connection is not None else (since, place)
    return bool(at > since and found < place)


async def place(tx: AsyncConnection) -> int:
    """How far the server's log is, in bytes; never less than before, unless the server was set back.  0 = not known."""
    if timeline(tx) is None:
        return 0
    found: int = (await tx.execute(text(_PLACE))).scalar_one()
    return found
