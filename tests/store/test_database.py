"""The two doors, migrations, and what happens when a database cannot be used."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiosqlite
import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from bot.errors import SettingsError, StoreError
from bot.store import facts, schema, upgrade
from bot.store.columns import from_millis, to_millis
from bot.store.database import Database, open_database, parse_url

NOW = datetime(2026, 11, 22, 9, 30, 0, 123000, tzinfo=UTC)


async def put(db: Database, name: str, value: object) -> None:
    async with db.write() as tx:
        await tx.execute(insert(schema.facts).values(name=name, value=value, changed_at=NOW))


async def names(db: Database) -> list[str]:
    async with db.read() as tx:
        return list((await tx.execute(select(schema.facts.c.name).order_by(schema.facts.c.name))).scalars())


async def test_what_is_written_is_read_again_with_its_time_and_shape(db: Database) -> None:
    await put(db, "a", {"list": [1, "ب", None]})
    async with db.read() as tx:
        row = (await tx.execute(select(schema.facts))).one()
    assert row.value == {"list": [1, "ب", None]}
    assert row.changed_at == NOW
    assert row.changed_at.tzinfo is UTC


async def test_a_failed_transaction_leaves_nothing_behind(db: Database) -> None:
    with pytest.raises(RuntimeError):
        async with db.write() as tx:
            await tx.execute(insert(schema.facts).values(name="a", value=1, changed_at=NOW))
            raise RuntimeError("on purpose")
    assert await names(db) == []


async def test_many_writers_at_once_all_succeed(db: Database) -> None:
    await put(db, "n", 0)

    async def add_one() -> None:
        async with db.write() as tx:
            query = select(schema.facts.c.value).where(schema.facts.c.name == "n").with_for_update()
            value = (await tx.execute(query)).scalar_one()
            await tx.execute(update(schema.facts).values(value=value + 1))

    await asyncio.gather(*(add_one() for _ in range(40)))
    async with db.read() as tx:
        assert (await tx.execute(select(schema.facts.c.value))).scalar_one() == 40


async def test_writers_cancelled_anywhere_leave_no_lock_behind(db: Database) -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)

    async def write(value: str) -> None:
        async with db.write() as tx:
            for name in ("a", "b", "c"):
                await facts.put(tx, name, value, now=moment)

    await write("first")
    for number in range(60):
        writers = [asyncio.create_task(write(str(number))) for _ in range(3)]
        await asyncio.sleep(number % 20 / 1000)
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
        async with asyncio.timeout(10):
            await write("whole")
    async with db.read() as tx:
        assert [await facts.get(tx, name) for name in ("a", "b", "c")] == ["whole"] * 3


async def test_two_programs_can_write_to_one_file(sqlite_url: str) -> None:
    async with open_database(sqlite_url) as one, open_database(sqlite_url) as two:
        await asyncio.gather(*(put(db, f"{i}-{n}", n) for n in range(20) for i, db in enumerate((one, two))))
        assert len(await names(one)) == 40


async def test_foreign_keys_are_enforced(db: Database) -> None:
    with pytest.raises(DBAPIError):
        async with db.write() as tx:
            await tx.execute(insert(schema.article_keys).values(key="url:x", article_id=999))


async def test_text_with_nul_and_lone_surrogates_is_stored_all_the_same(db: Database) -> None:
    async with db.write() as tx:
        await tx.execute(
            insert(schema.articles).values(state="found", title="a\x00b\ud800c", tags=["x\x00y"], found_at=NOW)
        )
        row = (await tx.execute(select(schema.articles.c.title, schema.articles.c.tags))).one()
    assert row.title == "ab?c"
    assert row.tags == ["xy"]


@pytest.mark.parametrize("written", ["\\u0000", "\\\\u0000 is how JSON writes it", "a\x00\x00b", "\\\x00"])
async def test_what_only_looks_like_a_nul_is_kept(db: Database, written: str) -> None:
    await put(db, "a", {"text": written})
    async with db.read() as tx:
        value = (await tx.execute(select(schema.facts.c.value))).scalar_one()
    assert value == {"text": written.replace("\x00", "")}


async def test_a_statement_on_sqlite_is_one_trip_to_the_connections_thread(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    trips: list[object] = []
    travel = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, *how: object) -> object:
        trips.append(how)
        return await travel(self, *how)  # type: ignore[no-untyped-call]

    async with sqlite_db.write() as tx:
        monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
        rows = [{"name": f"{n}", "value": n, "changed_at": NOW} for n in range(3)]
        assert (await tx.execute(insert(schema.facts), rows)).rowcount == 3
        assert (await tx.execute(update(schema.facts).values(value=7))).rowcount == 3
        assert len((await tx.execute(select(schema.facts))).all()) == 3
        assert len(trips) == 3


async def test_sqlite_is_durable_and_strict(sqlite_db: Database) -> None:
    async with sqlite_db.read() as tx:
        pragmas = {
            name: (await tx.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.postgres
async def test_postgresql_commits_durably(postgres_url: str) -> None:
    async with open_database(postgres_url) as db, db.read() as tx:
        assert (await tx.execute(text("SHOW synchronous_commit"))).scalar_one() == "on"


async def test_the_migrations_make_exactly_the_tables_of_the_schema(db: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    def ours(_object: object, name: str | None, kind: str, *_rest: object) -> bool:
        return not (kind == "table" and str(name).startswith("search"))  # full-text tables are the migrations' own

    async with db.read() as tx:
        differences = await tx.run_sync(
            lambda connection: compare_metadata(
                MigrationContext.configure(connection, opts={"include_object": ours}), schema.metadata
            )
        )
    assert differences == []


async def test_opening_again_changes_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with open_database(sqlite_url):
        pass
    assert not (tmp_path / "backups").exists()


async def test_a_newer_schema_is_refused_with_both_versions_named(sqlite_url: str) -> None:
    async with open_database(sqlite_url) as db, db.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as caught:
        async with open_database(sqlite_url):
            raise AssertionError("must not open")
    assert caught.value.problem.code == "SW-D04"
    assert "9999" in caught.value.problem.title
    assert upgrade.head_revision() in caught.value.problem.title


async def test_an_empty_database_is_refused_where_no_upgrade_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        async with open_database(f"sqlite:///{tmp_path / 'x.db'}", migrate=False):
            raise AssertionError("must not open")
    assert caught.value.problem.code == "SW-D05"


def test_a_copy_is_made_before_an_upgrade_and_the_newest_three_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "sharewire.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (n)")
        connection.execute("INSERT INTO t VALUES (7)")
    connection.close()
    copies = [upgrade.copy_before_upgrade(path, "0001") for _ in range(5)]
    assert sorted(p.name for p in (tmp_path / "backups").iterdir()) == sorted(p.name for p in copies[-3:])
    with sqlite3.connect(copies[-1]) as copy:
        assert copy.execute("SELECT n FROM t").fetchall() == [(7,)]
    copy.close()


@pytest.mark.parametrize("address", ["nonsense", "mysql://u:s3cret@h/d", "://", "oracle://x"])
def test_an_address_that_names_no_known_database_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_url(address)
    assert "s3cret" not in str(caught.value)
    assert "BOT_DATABASE_URL" in str(caught.value)


async def test_a_folder_that_cannot_be_made_is_told_with_the_command_that_helps(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError) as caught:
        async with open_database(f"sqlite:///{tmp_path / 'file' / 'x.db'}"):
            raise AssertionError("must not open")
    assert caught.value.problem.code == "SW-D01"
    assert "chown" in caught.value.problem.fix


async def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"this is not a database, it is a letter to my aunt" * 100)
    with pytest.raises(StoreError) as caught:
        async with open_database(f"sqlite:///{path}"):
            raise AssertionError("must not open")
    assert caught.value.problem.code == "SW-D02"
    assert path.read_bytes().startswith(b"this is not")


async def test_a_server_that_does_not_answer_is_told_without_its_password() -> None:
    with pytest.raises(StoreError) as caught:
        async with open_database("postgresql://u:s3cret@127.0.0.1:1/d"):
            raise AssertionError("must not open")
    assert caught.value.problem.code == "SW-D03"
    assert "s3cret" not in str(caught.value)


def test_instants_survive_the_round_trip_and_naive_ones_are_refused() -> None:
    assert from_millis(to_millis(NOW)) == NOW
    assert to_millis(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)) == -1000
    assert from_millis(-1000) == datetime(1970, 1, 1, tzinfo=UTC) - timedelta(seconds=1)
    with pytest.raises(ValueError, match="without zone"):
        to_millis(datetime(2026, 1, 1))
