"""Bring a database's schema up to date, once, with a way back.

Migrations are Alembic's, applied in the caller's transaction; an SQLite file is copied before its schema changes, and
not changed while another program sends from it.  On PostgreSQL an older program may go on meanwhile: a migration adds
tables, columns that may be empty, and indexes, and takes nothing away.  A schema that this program does not know is
refused.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from sqlalchemy.engine import Connection

from bot.errors import Problem, StoreError
from bot.store import locks

KEEP_COPIES = 3
MIGRATIONS = Path(__file__).parent / "migrations"


def bring_up_to_date(connection: Connection, *, path: Path | None, migrate: bool, scripts: Path = MIGRATIONS) -> None:
    """Raises StoreError when the schema is newer than this program, or older and `migrate` is false, or older and in
    use (SQLite)."""
    from alembic.runtime.migration import MigrationContext

    known, head = _known_revisions(scripts)
    current = MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return
    if current is not None and current not in known:
        raise StoreError(_too_new(current, head, path))
    if not migrate:
        raise StoreError(_too_old(current, head, path))
    if current is not None and path is not None:
        if holder := sender_of(path):
            raise StoreError(_in_use(holder, path))
        copy_before_upgrade(path, current)
    _upgrade(connection, scripts)


def sender_of(path: Path) -> str | None:
    """Who sends from this file now, by the lock that it holds; None = nobody."""
    import fcntl

    for lock in locks.beside(path):
        with lock.open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return file.readline().strip() or "another process"
    return None


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
    return _known_revisions(MIGRATIONS)[1]


def knows(revision: str) -> bool:
    """Whether this program can work with data of that schema, after an upgrade if need be."""
    return revision in _known_revisions(MIGRATIONS)[0]


def build(connection: Connection, *, to: str) -> None:
    """The schema of that revision, in an empty database."""
    _upgrade(connection, MIGRATIONS, to=to)


@cache
def _known_revisions(folder: Path) -> tuple[frozenset[str], str]:
    """A program's migrations do not change while it runs."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(folder))
    head = scripts.get_current_head()
    assert head is not None
    return frozenset(script.revision for script in scripts.walk_revisions()), head


def _upgrade(connection: Connection, folder: Path, *, to: str = "head") -> None:
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(folder))
    context = MigrationContext.configure(
        connection, opts={"fn": lambda rev, _context: scripts._upgrade_revs(to, rev), "transactional_ddl": True}
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


def _in_use(holder: str, path: Path) -> Problem:
    return Problem(
        code="SW-D06",
        title="An older sharewire still works with this data.",
        cause=f"{holder} sends from it, and this program would change its tables.",
        fix="Stop the older one, then start this one again.",
        where=str(path),
        meanwhile="Nothing was changed; the older one goes on.",
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
