"""Rows for every table there is, from the tables' own description: one that is added later has rows too."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, create_engine, func, insert, select
from sqlalchemy import types as sa

from bot.store.columns import Instant, JsonText, Seconds
from bot.store.schema import metadata

WHEN = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def value(column: Column[Any], number: int) -> Any:
    kind = column.type
    match kind:
        case Instant():
            return WHEN + timedelta(minutes=number)
        case Seconds():
            return timedelta(seconds=60 + number)
        case JsonText():
            return {"some": [number, "ü", None]}
        case sa.Boolean():
            return bool(number % 2)
        case sa.Float():
            return number + 0.25
        case sa.Integer():
            return number
        case _:
            length = getattr(kind, "length", None) or 60
            return f"{column.name}-{number} नमस्ते"[:length]


def fill_empty_tables(path: Path) -> None:
    """Two rows into each table that has none."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            if not connection.execute(select(func.count()).select_from(table)).scalar_one():
                rows = [{c.name: value(c, 900 + n) for c in table.columns} for n in range(2)]
                connection.execute(insert(table), rows)
    engine.dispose()


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, those that the full-text index keeps for itself included."""
    with closing(sqlite3.connect(path)) as connection:
        names = [str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in names}
