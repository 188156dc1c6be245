"""Small things remembered by name: hashes of command menus, the last run, switches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select

from bot.model import Json
from bot.store import dialect
from bot.store.database import Tx
from bot.store.schema import facts


async def get(tx: Tx, name: str) -> Json | None:
    return (await tx.execute(select(facts.c.value).where(facts.c.name == name))).scalar_one_or_none()


async def put(tx: Tx, name: str, value: Json, *, now: datetime) -> None:
    changed = {"value": value, "changed_at": now}
    statement = dialect.insert(tx, facts).values(name=name, **changed)
    await tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changed))


async def put_all(tx: Tx, values: Mapping[str, Json], *, now: datetime) -> None:
    """Several at once."""
    statement = dialect.insert(tx, facts)
    changed = {name: statement.excluded[name] for name in ("value", "changed_at")}
    statement = statement.on_conflict_do_update(index_elements=["name"], set_=changed)
    await tx.execute(statement, [{"name": name, "value": value, "changed_at": now} for name, value in values.items()])


async def forget(tx: Tx, name: str) -> None:
    await tx.execute(delete(facts).where(facts.c.name == name))


async def starting_with(tx: Tx, head: str, *, limit: int) -> Mapping[str, Json]:
    """Those whose names begin so, by name."""
    query = select(facts.c.name, facts.c.value).where(facts.c.name.startswith(head, autoescape=True))
    if dialect.is_sqlite(tx):  # which looks up a range by its index, and a prefix by reading all
        query = query.where(facts.c.name >= head, facts.c.name < f"{head}~")
    return {row.name: row.value for row in await tx.execute(query.order_by(facts.c.name).limit(limit))}
