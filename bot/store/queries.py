"""Readers' searches, kept for a week so that paging works after a restart."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from bot.model import Json
from bot.store.database import Tx
from bot.store.schema import queries

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    id: str
    user_id: int
    words: str
    options: Mapping[str, Json]


async def add(tx: Tx, *, bot_id: int, user_id: int, words: str, options: Mapping[str, Json], now: datetime) -> Query:
    query = Query(id=secrets.token_urlsafe(9), user_id=user_id, words=words, options=options)
    await tx.execute(
        insert(queries).values(
            id=query.id, bot_id=bot_id, user_id=user_id, words=words, options=dict(options), created_at=now
        )
    )
    return query


async def get(tx: Tx, query_id: str, *, bot_id: int, now: datetime) -> Query | None:
    """None when it was never there or is older than a week."""
    row = (
        await tx.execute(
            select(queries).where(
                queries.c.id == query_id, queries.c.bot_id == bot_id, queries.c.created_at > now - KEPT
            )
        )
    ).one_or_none()
    return Query(id=row.id, user_id=row.user_id, words=row.words, options=row.options or {}) if row else None


async def change(tx: Tx, query_id: str, *, bot_id: int, options: Mapping[str, Json]) -> None:
    """Other filters or another order for the same words."""
    one = update(queries).where(queries.c.id == query_id, queries.c.bot_id == bot_id)
    await tx.execute(one.values(options=dict(options)))


async def forget_old(tx: Tx, *, now: datetime) -> int:
    return (await tx.execute(delete(queries).where(queries.c.created_at <= now - KEPT))).rowcount
