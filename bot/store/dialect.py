"""The few places where the two databases differ, each named."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert(tx: AsyncConnection, table: Table) -> Any:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update` (the same words on both)."""
    return sqlite.insert(table) if is_sqlite(tx) else postgresql.insert(table)


def is_sqlite(tx: AsyncConnection) -> bool:
    return tx.dialect.name == "sqlite"
