"""How a search asks the database: many small questions in a row, without a thread's hop for each.

A search is plain, synchronous work over `Ask`.  On SQLite all of it runs in the connection's own thread, which saves
more time than the questions take; on PostgreSQL each goes over the driver.  Both stay in the caller's transaction.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Connection

from bot.store import dialect, lite
from bot.store.columns import decode
from bot.store.database import Tx

Rows = Sequence[Any]
Value = TypeVar("Value")
_NAMED: Final = re.compile(r"(?<![:\w]):(\w+)")  # a parameter, and no cast


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
        costs either driver more than its values do."""


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
        (row,) = self(_as_columns("json_group_array", names, source), **values)
        return [decode(column) for column in row]


class _Postgres:
    lite = False

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __call__(self, statement: str, /, **values: Any) -> Rows:
        return self._connection.exec_driver_sql(_for_psycopg(statement), values).all()

    def among(self, name: str) -> str:
        return f"= ANY(CAST(:{name} AS text[]))"

    def listed(self, values: Sequence[str]) -> Any:
        """As PostgreSQL writes an array: the driver takes a millisecond for some hundred values."""
        joined = "\0".join(values)
        if "\\" in joined or '"' in joined:
            joined = joined.replace("\\", "\\\\").replace('"', '\\"')
        return '{"' + joined.replace("\0", '","') + '"}' if values else "{}"

    def numbers(self, name: str) -> str:
        return f"= ANY(CAST(:{name} AS bigint[]))"

    def counted(self, values: Sequence[int]) -> Any:
        return f"{{{','.join(map(str, values))}}}"

    def columns(self, names: Sequence[str], source: str, /, **values: Any) -> Sequence[Sequence[Any]]:
        (row,) = self(_as_columns("array_agg", names, source), **values)
        return [column or () for column in row]


def _as_columns(gathered: str, names: Sequence[str], source: str) -> str:
    named = ", ".join(f"{name} AS c{number}" for number, name in enumerate(names))
    every = ", ".join(f"{gathered}(c{number})" for number in range(len(names)))
    return f"SELECT {every} FROM (SELECT {named} FROM {source}) AS found"


@lru_cache(maxsize=500)
def _for_psycopg(statement: str) -> str:
    """In the driver's own words: SQLAlchemy would take a statement apart again each time, which costs more than many of
    them do."""
    return _NAMED.sub(r"%(\1)s", statement.replace("%", "%%"))
