"""How a database goes about a question: the plans of the statements that some work asks it."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from sqlalchemy import event

from bot.store import dialect
from bot.store.database import Tx


async def plans_of(tx: Tx, work: Awaitable[Any]) -> list[str]:
    """One text for each SELECT."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    connection = tx.sync_connection
    event.listen(connection, "before_cursor_execute", note)
    try:
        await work
    finally:
        event.remove(connection, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if dialect.is_sqlite(tx) else "EXPLAIN"
    return [
        "\n".join(str(row[-1]) for row in await tx.exec_driver_sql(f"{explain} {statement}", parameters))
        for statement, parameters in asked
    ]
