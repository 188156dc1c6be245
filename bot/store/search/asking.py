"""How a search asks the database: many small questions in a row, without a thread's hop for each.

A search is plain, synchronous work over `Ask`.  On SQLite all of it runs in the connection's own thread, which saves
more time than the questions take; on PostgreSQL each goes over the driver.  Both stay in the caller's transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, text

from bot.store import dialect, lite
from bot.store.database import Tx

Rows = Sequence[Any]
Value = TypeVar("Value")


class Ask(Protocol):
    lite: bool
    """Whether this is SQLite."""

    def __call__(self, statement: str, /, **values: Any) -> Rows: ...

    def among(self, name: str) -> str:
        """SQL that follows a column: that it is one of the texts bound to `name`; bind what `listed` makes of them."""

    def listed(self, values: Sequence[str]) -> Any: ...

    def numbers(self, name: str) -> str:
        """The same for whole numbers; bind what `counted` makes of them."""

    def counted(self, values: Sequence[int]) -> Any: ...

    def columns(self, names: Sequence[str], source: str, /, **values: Any) -> Sequence[Sequence[Any]]:
        """What `SELECT names FROM source` gives, but a sequence for each name: for thousands of rows, of which each
        costs PostgreSQL's driver more than its values do."""


async def ask_in(tx: Tx, work: Callable[[Ask], Value]) -> Value:
    """Run `work` in the transaction; it may ask as often as it likes."""
    if not dialect.is_sqlite(tx):
        return await tx.run_sync(lambda connection: work(_Postgres(connection)))
    driver: Any = (await tx.get_raw_connection()).driver_connection
    return await lite.run_in_thread(driver, lambda connection: work(_Lite(connection)))


class _Lite:
    lite = True

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __call__(self, statement: str, /, **values: Any) -> Rows:
        rows: Rows = self._connection.execute(statement, values).fetchall()
        return rows

    def among(self, name: str) -> str:
        return f"IN (SELECT value FROM json_each(:{name}))"

    def listed(self, values: Sequence[str]) -> Any:
        return json.dumps(list(values), ensure_ascii=False)

    def numbers(self, name: str) -> str:
        return self.among(name)

    def counted(self, values: Sequence[int]) -> Any:
        return json.dumps(list(values))

    def columns(self, names: Sequence[str], source: str, /, **values: Any) -> Sequence[Sequence[Any]]:
        rows = self(f"SELECT {', '.join(names)} FROM {source}", **values)
        return tuple(zip(*rows, strict=True)) or ((),) * len(names)


class _Postgres:
    lite = False

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __call__(self, statement: str, /, **values: Any) -> Rows:
        return self._connection.execute(text(statement), values).all()

    def among(self, name: str) -> str:
        return f"= ANY(CAST(:{name} AS text[]))"

    def listed(self, values: Sequence[str]) -> Any:
        return list(values)

    def numbers(self, name: str) -> str:
        return f"= ANY(CAST(:{name} AS bigint[]))"

    def counted(self, values: Sequence[int]) -> Any:
        return list(values)

    def columns(self, names: Sequence[str], source: str, /, **values: Any) -> Sequence[Sequence[Any]]:
        named = ", ".join(f"{name} AS c{number}" for number, name in enumerate(names))
        every = ", ".join(f"array_agg(c{number})" for number in range(len(names)))
        (row,) = self(f"SELECT {every} FROM (SELECT {named} FROM {source}) AS rows", **values)
        return tuple(column or () for column in row)
