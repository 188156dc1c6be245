"""A whole copy of an SQLite database while others work with it, and what stands in such a file.

The copy is SQLite's own backup (https://www.sqlite.org/backup.html) in one step: it reads one state of the database,
and in WAL mode neither waits for writers nor makes them wait.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine

from bot.store import upgrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a file holds: its schema's revision (None = no database of ours), rows of each table, and bots with the
    epoch that their sender had last."""

    schema: str | None
    tables: Mapping[str, int]
    epochs: Mapping[int, int]


def helpers(path: Path) -> list[Path]:
    """The files that SQLite may keep beside a database of this name (https://www.sqlite.org/tempfiles.html)."""
    return [path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")]


def copy(path: Path, target: Path) -> None:
    """All of it in the one file `target`, without helpers beside it.  Raises sqlite3.Error."""
    with closing(sqlite3.connect(_address(path), uri=True)) as source, closing(sqlite3.connect(target)) as made:
        source.backup(made)
        made.execute("PRAGMA journal_mode=DELETE")


def integrity(path: Path) -> str | None:
    """What SQLite finds wrong in the file, in its words; None = nothing."""
    try:
        with closing(_opened(path)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    except sqlite3.Error as error:
        return str(error)
    return None if found == ["ok"] else "; ".join(found)


def content(path: Path) -> Content:
    """Raises sqlite3.Error."""
    with closing(_opened(path)) as connection:
        tables = {name: _count(connection, name) for name in sorted(_names(connection))}
        schema, epochs = None, {}
        if "alembic_version" in tables:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            schema = str(row[0]) if row else None
        if "leases" in tables:
            epochs = {
                int(name.partition(":")[2]): int(epoch)
                for name, epoch in connection.execute("SELECT name, epoch FROM leases")
                if str(name).partition(":")[2].isdecimal()
            }
        if "bots" in tables:
            epochs = {int(row[0]): 0 for row in connection.execute("SELECT bot_id FROM bots")} | epochs
    return Content(schema=schema, tables=tables, epochs=epochs)


def strange_code(path: Path, schema: str) -> str | None:
    """The name of a trigger or view in the file that no migration up to its revision makes: it would run with our
    rights.  Raises sqlite3.Error."""
    own = _own_code(schema)
    with closing(_opened(path)) as found:
        return next((name for name, sql in _code(found) if (name, sql) not in own), None)


@cache
def _own_code(schema: str) -> frozenset[tuple[str, str]]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        upgrade.build(connection, to=schema)
        driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        found = frozenset(_code(driver))
    engine.dispose()
    return found


def keep_others_out(path: Path, *, patience: float = 2.0) -> Callable[[], None]:
    """Hold the whole file, which no other connection has open then, with all of it in the one file; gives what lets
    go.  Raises BlockingIOError where somebody works with it.  A file that is no database is nobody's."""
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")  # only the last connection may leave WAL
        connection.execute("BEGIN EXCLUSIVE")
        if connection.execute("PRAGMA journal_mode").fetchone() != ("delete",):
            raise sqlite3.OperationalError("locked again by somebody who came in between")
    except sqlite3.OperationalError as error:
        connection.close()
        if "locked" in str(error) or "busy" in str(error):
            raise BlockingIOError(str(error)) from error
        return lambda: None
    except sqlite3.DatabaseError:
        connection.close()
        return lambda: None
    return connection.close


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(_address(path), uri=True)
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    return connection


def _address(path: Path) -> str:
    return f"{path.resolve().as_uri()}?mode=rw"


def _names(connection: sqlite3.Connection) -> list[str]:
    """Tables with rows of their own, not those that a full-text index keeps for itself."""
    found = connection.execute("SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main'")
    return [str(row[0]) for row in found if not str(row[0]).startswith("sqlite_")]


def _count(connection: sqlite3.Connection, name: str) -> int:
    quoted = name.replace('"', '""')
    return int(connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0])


def _code(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')")
    return [(str(name), str(sql)) for name, sql in found]
