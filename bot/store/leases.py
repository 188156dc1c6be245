"""Who is the sender: one lease row a bot, with an epoch that only ever rises.

On SQLite the file lock decides and the row only counts epochs; on PostgreSQL the row is the lock: taken when it is
free or has run out by the database's own clock, and checked in every transaction of its holder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, bindparam, func, literal, select, text, update

from bot.store import dialect
from bot.store.columns import from_millis
from bot.store.database import Tx
from bot.store.schema import leases


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    name: str
    holder: str
    epoch: int
    expires_at: datetime


async def database_now(tx: Tx) -> datetime:
    """The database's clock: the same for all who compete."""
    if dialect.is_sqlite(tx):
        query = "SELECT CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"
    else:
        query = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
    return from_millis((await tx.execute(text(query))).scalar_one())


async def take(tx: Tx, *, name: str, holder: str, lasts: timedelta, force: bool = False) -> Lease | None:
    """Take the lease with a new epoch if it is free, run out, or (`force`) held by a file lock of ours.
    None = somebody else holds it; `current` says who."""
    await _limit_idling(tx, lasts)
    now = await database_now(tx)
    fresh = {"holder": holder, "epoch": 1, "expires_at": now + lasts, "taken_at": now}
    inserted = dialect.insert(tx, leases).values(name=name, **fresh).on_conflict_do_nothing(index_elements=["name"])
    if (await tx.execute(inserted.returning(leases.c.epoch))).scalar_one_or_none() is not None:
        return Lease(name=name, holder=holder, epoch=1, expires_at=now + lasts)
    statement = update(leases).where(leases.c.name == name)
    if not force:
        statement = statement.where(leases.c.expires_at <= now)
    statement = statement.values(holder=holder, epoch=leases.c.epoch + 1, expires_at=now + lasts, taken_at=now)
    epoch = (await tx.execute(statement.returning(leases.c.epoch))).scalar_one_or_none()
    return None if epoch is None else Lease(name=name, holder=holder, epoch=epoch, expires_at=now + lasts)


async def renew(tx: Tx, *, name: str, epoch: int, lasts: timedelta) -> bool:
    """Prolong our lease.  False = it is no longer ours."""
    await _limit_idling(tx, lasts)
    now = await database_now(tx)
    mine = update(leases).where(leases.c.name == name, leases.c.epoch == epoch, leases.c.expires_at > now)
    return (await tx.execute(mine.values(expires_at=now + lasts))).rowcount == 1


async def give_back(tx: Tx, *, name: str, epoch: int) -> None:
    """Let a standby take over at once.  Frozen in the middle of it, we hold the row no longer than a second."""
    await _limit_idling(tx, timedelta())
    now = await database_now(tx)
    await tx.execute(update(leases).where(leases.c.name == name, leases.c.epoch == epoch).values(expires_at=now))


async def is_ours(tx: Tx, *, name: str, epoch: int, lasts: timedelta) -> bool:
    """Whether the epoch still stands.  Locks the row to the end of the transaction, so that nobody can take over
    between this look and our commit; a holder that is frozen in between loses the lock when its lease is over."""
    values = {"asked": name} if dialect.is_sqlite(tx) else {"asked": name, "idle": _milliseconds(lasts)}
    row = (await tx.execute(_held(dialect.is_sqlite(tx)), values)).one_or_none()
    return row is not None and row.epoch == epoch


@cache
def _held(for_sqlite: bool) -> Select[Any]:
    """Built once: each round of a sender asks."""
    query = select(leases.c.epoch).where(leases.c.name == bindparam("asked")).with_for_update(read=True)
    return query if for_sqlite else query.add_columns(_idle_limit(bindparam("idle", type_=Text)), *_BY_KEYS)


async def _limit_idling(tx: Tx, lasts: timedelta) -> None:
    if not dialect.is_sqlite(tx):
        await tx.execute(select(_idle_limit(literal(_milliseconds(lasts)))))


def _idle_limit(milliseconds: ColumnElement[str]) -> ColumnElement[str]:
    """PostgreSQL ends this transaction when its client says nothing for so long
    (https://www.postgresql.org/docs/current/runtime-config-client.html, idle_in_transaction_session_timeout)."""
    return func.set_config("idle_in_transaction_session_timeout", milliseconds, True)


def _milliseconds(lasts: timedelta) -> str:
    return str(max(1_000, round(lasts.total_seconds() * 1000)))


_BY_KEYS: Final = tuple(
    func.set_config(name, value, True)
    for name, value in (
        ("plan_cache_mode", "force_custom_plan"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
    )
)
"""In the sender's transactions rows are looked up by their keys.  A plan that was made while a table was small, and is
kept, would read all of it later, round after round
(https://www.postgresql.org/docs/current/runtime-config-query.html)."""


async def current(tx: Tx, *, name: str) -> Lease | None:
    row = (await tx.execute(select(leases).where(leases.c.name == name))).one_or_none()
    if row is None:
        return None
    return Lease(name=row.name, holder=row.holder, epoch=row.epoch, expires_at=row.expires_at)
