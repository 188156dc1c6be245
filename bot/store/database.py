"""The database and its two doors.

`db.read()` opens a snapshot to look at, `db.write()` a transaction that changes things and commits at its end.
Nothing but the database may be awaited inside either (tests/test_architecture.py holds that): a write lock held over a
network call would stop every stage.

SQLite: WAL, synchronous=FULL (a commit is on disk when it returns), foreign keys, BEGIN IMMEDIATE for writers, since a
deferred one that turns writer late fails with "database is locked" however long it waits
(https://www.sqlite.org/lang_transaction.html).  PostgreSQL: synchronous_commit=on for the same promise.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import PoolResetState

from bot.errors import Problem, SettingsError, StoreError
from bot.store import failures, swap, upgrade

Tx = AsyncConnection
"""An open transaction; the first argument of every query."""

_BUSY_SECONDS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """Since when nothing can be written, and why."""

    since: datetime
    problem: Problem


class Database:
    """One engine, two doors.  Use `open_database`.

    What the database cannot do now (full, not writable, gone) is a StoreError at either door."""

    def __init__(self, engine: AsyncEngine, url: URL) -> None:
        self._engine = engine
        self._url = url
        self.stuck: Stuck | None = None
        """The first failure to write since `works_again`; what changes nothing may still pass."""
        self._writer = asyncio.Lock()  # one writer at a time in this process, so that SQLite never has to wait busily

    @property
    def is_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path | None:
        """The SQLite file, or None."""
        name = self._url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    @property
    def url(self) -> str:
        """The address with its password, for another process of ours; never print it."""
        return self._url.render_as_string(hide_password=False)

    @property
    def place(self) -> str:
        """Host, port and name, without user and password."""
        return f"{self._url.host or self._url.query.get('host')}:{self._url.port}/{self._url.database}"

    def __repr__(self) -> str:
        return f"Database({self._url.render_as_string(hide_password=True)})"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        with self._told():
            async with self._engine.connect() as connection, connection.begin():
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        with self._told(writing=True):
            async with AsyncExitStack() as stack:
                if self.is_sqlite:
                    await stack.enter_async_context(self._writer)
                connection = await stack.enter_async_context(self._engine.connect())
                connection = await connection.execution_options(door="write")
                await stack.enter_async_context(connection.begin())
                yield connection

    def works_again(self) -> Stuck | None:
        """It was written to as a trial, and it went well; what it was."""
        before, self.stuck = self.stuck, None
        return before

    @contextmanager
    def _told(self, *, writing: bool = False) -> Iterator[None]:
        """A trouble of the database itself in people's words, remembered if it kept us from writing."""
        try:
            yield
        except DBAPIError as error:
            told = failures.told(error, self._url)
            if told is None:
                raise
            if writing:
                since = self.stuck.since if self.stuck else datetime.now(UTC)
                self.stuck = Stuck(since=since, problem=told.problem)
            raise told from error

    async def close(self) -> None:
        await self._engine.dispose()


def parse_url(address: str) -> URL:
    """`sqlite:///data/x.db` or `postgresql://user:password@host/name` with the async driver put in.

    Raises SettingsError for anything else; the address, which may hold a password, is not repeated."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise _bad_url("It is not an address.") from None
    match url.get_backend_name():
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise _bad_url(f'The database kind "{other}" is not supported.')


@asynccontextmanager
async def open_database(
    address: str, *, migrate: bool = True, scripts: Path = upgrade.MIGRATIONS
) -> AsyncIterator[Database]:
    """Open, bring the schema up to date (with a copy of an SQLite file made before an upgrade), close at the end.  A
    restore that was cut short is finished first, or forgotten.

    Raises StoreError when it cannot be opened, is too new for this program, or (with `migrate=False`) too old, or is
    to be upgraded while an older program sends from it (SQLite)."""
    url = parse_url(address)
    engine = _create_engine(url)
    database = Database(engine, url)
    try:
        if database.path:
            _prepare_folder(database.path)
            await asyncio.to_thread(swap.settle, database.path)
        await _bring_up_to_date(engine, database, migrate, scripts)
        if database.path and swap.is_at_work(database.path):  # it began while we opened what it replaces
            await database.close()
            await asyncio.to_thread(swap.settle, database.path)
            await _bring_up_to_date(engine, database, migrate, scripts)
        yield database
    finally:
        await database.close()


async def _bring_up_to_date(engine: AsyncEngine, database: Database, migrate: bool, scripts: Path) -> None:
    try:
        async with database.write() as tx:
            if not database.is_sqlite:  # two processes that start together upgrade one after the other
                await tx.execute(text("SELECT pg_advisory_xact_lock(7305813)"))
            await tx.run_sync(upgrade.bring_up_to_date, path=database.path, migrate=migrate, scripts=scripts)
    except StoreError as error:
        if error.problem.code == failures.FULL or not isinstance(error.__cause__, DBAPIError):
            raise
        raise _cannot_open(database, error.__cause__) from error.__cause__
    except DBAPIError as error:
        raise _cannot_open(database, error) from error
    except OSError as error:
        raise _cannot_open(database, error) from error


def _create_engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        from bot.store import onetrip

        # a memory database lives in its one connection
        memory = not url.database or url.database == ":memory:"
        sizes: dict[str, Any] = {} if memory else {"pool_size": 5, "max_overflow": 3}
        own = {"timeout": _BUSY_SECONDS, "async_creator_fn": onetrip.connect}
        engine = create_async_engine(url, connect_args=own, pool_reset_on_return=None, **sizes)
        event.listen(engine.sync_engine, "connect", _set_pragmas)
        event.listen(engine.sync_engine, "begin", _begin)
        event.listen(engine.sync_engine, "reset", _reset)
        event.listen(engine.sync_engine, "invalidate", _roll_back)
        return engine
    # no compiling (jit): it would take longer than any question of ours
    settings = "-c synchronous_commit=on -c timezone=UTC -c idle_in_transaction_session_timeout=15000 -c jit=off"
    from bot.store import server

    engine = create_async_engine(
        url,
        connect_args={"options": settings, "connect_timeout": 10, "prepare_threshold": 5},
        pool_size=8,
        max_overflow=4,
        pool_pre_ping=True,
        pool_timeout=30,
    )
    event.listen(engine.sync_engine, "connect", server.note)
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; `_begin` does
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-4000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    door = connection.get_execution_options().get("door")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if door == "write" else "BEGIN")


def _reset(connection: Any, _record: Any, state: PoolResetState) -> None:
    """A connection that comes back with a transaction still open.  Nearly none does, and to ask costs no trip to the
    driver's thread."""
    if not state.terminate_only and connection.driver_connection.in_transaction:
        connection.rollback()


def _roll_back(connection: Any, _record: Any, _error: BaseException | None) -> None:
    """A cancelled statement closes its connection while its cursor is still referred to: SQLite then keeps the
    transaction, and with it the write lock, until the cursor is gone (sqlite3_close_v2, "zombie").  So roll back first,
    even when cancelled once more."""
    connection.run_async(lambda driver: asyncio.shield(driver.rollback()))


def _prepare_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(_unwritable(path.parent, error)) from error
    if not os.access(path.parent, os.W_OK):
        raise StoreError(_unwritable(path.parent, None))


def _unwritable(folder: Path, error: OSError | None) -> Problem:
    reason = f" ({error.strerror})" if error and error.strerror else ""
    me = os.getuid() if hasattr(os, "getuid") else "you"
    return Problem(
        code="SW-D01",
        title=f"I can't write to {folder}{reason}.",
        cause=f"The folder does not let user {me} write.",
        fix=f"Run: sudo chown {me} {folder}  or set BOT_DATA_DIR to another folder.",
        where=str(folder),
        meanwhile="Nothing was changed.",
    )


def _cannot_open(database: Database, error: Exception) -> StoreError:
    if database.path is not None:
        detail = str(getattr(error, "orig", error) or error)
        if (isinstance(error, OperationalError) and "readonly" in detail) or "unable to open" in detail:
            return StoreError(_unwritable(database.path.parent, None))
        return StoreError(
            Problem(
                code="SW-D02",
                title="The database could not be opened.",
                cause=f"SQLite says: {detail}.",
                fix="Restore the newest copy from the backups folder beside it, or choose another BOT_DATA_DIR.",
                where=str(database.path),
                meanwhile="Nothing was changed.",
            )
        )
    return StoreError(
        Problem(
            code="SW-D03",
            title="The PostgreSQL database does not answer.",
            cause=f"{type(getattr(error, 'orig', error)).__name__} while connecting.",
            fix="Check that the server runs and that BOT_DATABASE_URL names its host, user and database.",
            where=repr(database),
            meanwhile="Nothing was changed.",
        )
    )


def _bad_url(cause: str) -> SettingsError:
    return SettingsError(
        [
            Problem(
                code="SW-C10",
                title="BOT_DATABASE_URL cannot be used.",
                cause=cause,
                fix="Write sqlite:///path/to/file.db or postgresql://user:password@host/name.",
                where="BOT_DATABASE_URL",
                meanwhile="Nothing was started.",
            )
        ]
    )
