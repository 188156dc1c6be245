"""Bring a database's schema up to date, once, with a way back.

Migrations are Alembic's, applied in the caller's transaction; an SQLite file is copied before its schema changes, and
a schema that this program does not know is refused.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import Connection

from bot.errors import Problem, StoreError

KEEP_COPIES = 3


def bring_up_to_date(connection: Connection, *, path: Path | None, migrate: bool) -> None:
    """Raises StoreError when the schema is newer than this program, or older and `migrate` is false."""
    from alembic.runtime.migration import MigrationContext

    known, head = _known_revisions()
    current = MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return
    if current is not None and current not in known:
        raise StoreError(_too_new(current, head, path))
    if not migrate:
        raise StoreError(_too_old(current, head, path))
    if current is not None and path is not None:
        copy_before_upgrade(path, current)
    _upgrade(connection)


def copy_before_upgrade(path: Path, revision: str) -> Path:
    """An exact copy by SQLite's own backup, in `backups/` beside the file; the newest three are kept."""
    folder = path.parent / "backups"
    folder.mkdir(exist_ok=True)
    target = folder / f"{path.stem}.before-{revision}.db"
    count = 1
    while target.exists():
        count += 1
        target = folder / f"{path.stem}.before-{revision}-{count}.db"
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    for old in sorted(folder.glob(f"{path.stem}.before-*.db"), key=lambda p: p.stat().st_mtime)[:-KEEP_COPIES]:
        old.unlink()
    return target


def head_revision() -> str:
    return _known_revisions()[1]


def _known_revisions() -> tuple[frozenset[str], str]:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(Path(__file__).parent / "migrations"))
    head = scripts.get_current_head()
    assert head is not None
    return frozenset(script.revision for script in scripts.walk_revisions()), head


def _upgrade(connection: Connection) -> None:
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(Path(__file__).parent / "migrations"))
    context = MigrationContext.configure(
        connection, opts={"fn": lambda rev, _context: scripts._upgrade_revs("head", rev), "transactional_ddl": True}
    )
    with Operations.context(context):
        context.run_migrations()


def _too_new(current: str, head: str, path: Path | None) -> Problem:
    return Problem(
        code="SW-D04",
        title=f"This data was made by a newer sharewire (schema {current}, this program knows {head}).",
        cause="The program is older than its data.",
        fix="Install the newer version again, or restore a copy from the backups folder beside the database.",
        where=str(path) if path else "BOT_DATABASE_URL",
        meanwhile="Nothing was changed.",
    )


def _too_old(current: str | None, head: str, path: Path | None) -> Problem:
    return Problem(
        code="SW-D05",
        title=f"The database has schema {current or 'none'}, this program needs {head}.",
        cause="It has not been upgraded yet.",
        fix="Run: sharewire run  (it makes a copy first, then upgrades).",
        where=str(path) if path else "BOT_DATABASE_URL",
        meanwhile="Nothing was changed.",
    )
