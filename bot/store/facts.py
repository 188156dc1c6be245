"""Small things remembered by name: hashes of command menus, the last run, switches."""

from __future__ import annotations

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


async def forget(tx: Tx, name: str) -> None:
    await tx.execute(delete(facts).where(facts.c.name == name))
