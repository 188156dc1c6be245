"""SQLite's driver with one change of thread a statement instead of four.

aiosqlite keeps each connection in a thread of its own.  SQLAlchemy opens a cursor, executes, fetches all rows and
closes the cursor: four trips to that thread and back, which cost more than most statements do.  Here they are one
trip, and no cursor outlives it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from threading import Thread
from typing import Any, Self

import aiosqlite

from bot.store.lite import LiteConnection, Several, run_in_thread


def connect(database: str, **options: Any) -> aiosqlite.Connection:
    """A connection to await: SQLAlchemy's `async_creator_fn`.  Its thread does not keep the program alive."""
    made = {**options, "factory": LiteConnection}
    connection = _Connection(lambda: sqlite3.connect(database, **made), iter_chunk_size=64)
    thread: Thread = connection if isinstance(connection, Thread) else connection._thread
    thread.daemon = True
    return connection


class _Connection(aiosqlite.Connection):
    def cursor(self) -> Any:
        return _Cursor(self)


class _Cursor:
    """What SQLAlchemy asks of an asynchronous cursor; the rows are here as soon as the statement is done."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.arraysize = 1
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> None:
        await self._trip(sqlite3.Cursor.execute, sql, parameters)

    async def executemany(self, sql: str, parameters: Any) -> None:
        await self._trip(sqlite3.Cursor.executemany, sql, parameters)

    async def fetchall(self) -> Sequence[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        self._rows = []

    async def _trip(self, method: Any, sql: str, parameters: Any) -> None:
        await run_in_thread(self._connection, lambda connection: self._run(connection, method, sql, parameters))

    def _run(self, connection: sqlite3.Connection, method: Any, sql: str, parameters: Any) -> None:
        """In the connection's thread.  Of several statements only the first may have something to tell."""
        if isinstance(sql, Several):
            first, *others = sql.steps
            self._run(connection, method, *first)
            for other in others:
                connection.execute(*other)
            return
        cursor = connection.cursor()
        try:
            method(cursor, sql, parameters)
            self._rows = cursor.fetchall() if cursor.description else []
            self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()
