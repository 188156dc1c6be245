"""What is known of a person: found in every table there is, shown, and deleted.

Each table that has a column for people gets a row of one person by itself, so that a new table fails here until
`/forgetme` and `/export` know it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Float, Table, select, text

from bot.model import Role
from bot.store import facts, personal, schema
from bot.store.columns import Instant, JsonText
from bot.store.database import Database, Tx

BOT, SAM, KIM = 1000001, 770011223344, 550099887766
NAME = "Samira Unmistakable"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OF_PEOPLE = {"user_id", "used_by", "created_by", "changed_by"}
"""Columns that hold a person's number.  A new name for one belongs here."""
NOT_OF_PEOPLE = {"claimed_epoch", "holder"}


def of_people(table: Table) -> set[str]:
    return {column.name for column in table.columns if column.name in OF_PEOPLE}


def row_of(table: Table, person: int, number: int) -> dict[str, Any]:
    """A row with this person wherever the table names one, and something in every column that must have it."""
    return {column.name: value for column in table.columns if (value := _value(column, person, number)) is not None}


def _value(column: Column[Any], person: int, number: int) -> Any:
    name = column.name
    given = {"bot_id": BOT, "role": "reader", "name": NAME, "who": NAME, "chat_id": str(person), "kind": "alert",
             "state": "sent", "code_hash": f"hash{number}", "once_key": f"key{number}"}  # fmt: skip
    if name in OF_PEOPLE:
        return person
    if name in given:
        return given[name]
    if column.primary_key:
        return f"id{number}" if column.type.python_type is str else number
    if column.nullable or column.server_default is not None:
        return None
    if isinstance(column.type, Instant):
        return NOW
    if isinstance(column.type, JsonText):
        return []
    if isinstance(column.type, Boolean):
        return False
    return 1.0 if isinstance(column.type, Float) else 1 if column.type.python_type is int else "x"


async def fill(tx: Tx, person: int, number: int) -> set[str]:
    """The tables that hold something of this person now."""
    await tx.execute(text("PRAGMA defer_foreign_keys = on"))  # rows without those that they refer to
    named = [table for table in schema.metadata.sorted_tables if of_people(table)]
    for table in named:
        await tx.execute(table.insert().values(row_of(table, person, number)))
    await facts.put(tx, f"asked:{BOT}:{person}:{person}", {"about": NAME}, now=NOW)
    await facts.put(tx, f"returned:{BOT}:{person}", "x", now=NOW)
    await facts.put(tx, f"revisit:{person}", "no person", now=NOW)
    card = {"bot_id": BOT, "key": f"k{number}", "problem": {}, "raised_at": NOW, "changed_at": NOW}
    await tx.execute(schema.notices.insert().values(**card, messages={str(person): 7, "1": 8}))
    told = {"bot_id": BOT, "at": NOW, "user_id": 1, "who": "Owner", "what": "person-removed", "about": f"{NAME} (1)"}
    await tx.execute(schema.audit.insert().values(**told))
    return {table.name for table in named}


async def where_known(tx: Tx, person: int) -> set[str]:
    """Tables in which the number or the name stands anywhere."""
    found = set()
    for table in schema.metadata.sorted_tables:
        for row in (await tx.execute(select(table))).all():
            if any(sign in value for value in _texts(row) for sign in (str(person), NAME)):
                found.add(table.name)
    return found


def _texts(row: Any) -> Iterator[str]:
    for name, value in row._mapping.items():
        if not (name == "name" and str(value).startswith("revisit:")):
            yield str(value)


async def test_every_table_that_knows_a_person_forgets_them(sqlite_db: Database) -> None:
    async with sqlite_db.write() as tx:
        named = await fill(tx, SAM, 11)
        assert {"people", "alerts", "saved", "drafts", "posts", "audit", "queries"} <= named
        assert named <= await where_known(tx, SAM)
        await personal.forget(tx, bot_id=BOT, user_id=SAM)
        assert await where_known(tx, SAM) == set()
        assert await facts.get(tx, f"revisit:{SAM}") == "no person"
        assert (await tx.execute(select(schema.notices.c.messages))).scalar_one() == {"1": 8}
        deeds = (await tx.execute(select(schema.audit.c.user_id, schema.audit.c.who))).all()
        assert sorted(deeds) == [(personal.NOBODY, ""), (1, "Owner")]
        await tx.execute(text("DELETE FROM saved"))
        await tx.rollback()  # the rows that this one referred to were never there


async def test_nobody_else_is_forgotten(sqlite_db: Database) -> None:
    async with sqlite_db.write() as tx:
        await fill(tx, SAM, 11)
        known = await fill(tx, KIM, 32)
        await personal.forget(tx, bot_id=BOT, user_id=SAM)
        for table in schema.metadata.sorted_tables:
            for name in of_people(table):
                left = (await tx.execute(select(table.c[name]))).scalars().all()
                assert KIM in left, table.name
        assert "people" in known
        assert await facts.get(tx, f"asked:{BOT}:{KIM}:{KIM}") is not None
        await tx.rollback()


async def test_export_shows_every_table_that_knows_a_person(sqlite_db: Database) -> None:
    async with sqlite_db.write() as tx:
        named = await fill(tx, SAM, 11)
        shown = await personal.everything(tx, bot_id=BOT, user_id=SAM)
        await tx.rollback()
    places = {"people": "person", "alert_finds": "found_by_alerts", "reader_digests": "digest", "queries": "searches",
              "posts": "posts_you_made", "audit": "what_you_did", "claim_codes": "codes_you_used"}  # fmt: skip
    lacking = {table for table in named if places.get(table, table) not in shown}
    assert lacking == set()
    assert {name for name, rows in shown.items() if not rows} <= {"alerts", "saved"}  # joined with rows not made here
    assert NAME in str(shown["person"])


async def test_an_owner_keeps_the_role_and_the_number_alone(sqlite_db: Database) -> None:
    async with sqlite_db.write() as tx:
        await fill(tx, SAM, 11)
        await tx.execute(schema.people.update().values(role=Role.OWNER))
        await personal.forget(tx, bot_id=BOT, user_id=SAM)
        row = (await tx.execute(select(schema.people))).one()
        assert (row.user_id, row.role, row.name, row.options, row.seen_at) == (SAM, "owner", None, None, None)
        await tx.rollback()


def test_a_column_that_may_hold_a_person_is_known_here() -> None:
    """By its name: somebody who did something, or whose row it is."""
    strange = {
        f"{table.name}.{column.name}"
        for table in schema.metadata.sorted_tables
        for column in table.columns
        if column.name not in OF_PEOPLE | NOT_OF_PEOPLE
        and ("user" in column.name or "person" in column.name or column.name.endswith("_by"))
        and column.name != "username"
    }
    assert strange == set()
