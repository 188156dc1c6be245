"""Sources that may need a person, each with the problem of its last check."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from bot.errors import Problem
from bot.model import Source
from bot.store import problems
from bot.store.database import Tx
from bot.store.schema import sources
from bot.store.sources import source_of


async def in_turn(tx: Tx, *, after: int, limit: int) -> list[tuple[Source, Problem | None]]:
    """Sources by number, from the one after `after`, each with the problem of its last check."""
    return await _with_problems(tx, select(sources).where(sources.c.id > after).order_by(sources.c.id).limit(limit))


async def troubled(tx: Tx, also: Collection[int], *, failures: int) -> list[tuple[Source, Problem | None]]:
    """Sources that fail, were paused or have moved, and these others."""
    paused = and_(sources.c.enabled.is_(False), sources.c.problem.is_not(None))
    worth = or_(sources.c.failures >= failures, paused, sources.c.moved_to.is_not(None), sources.c.id.in_(list(also)))
    return await _with_problems(tx, select(sources).where(worth).order_by(sources.c.id))


async def count_failing(tx: Tx, *, failures: int) -> tuple[int, int]:
    """(sources that fail, all that are watched)."""
    many = func.count(case((sources.c.failures >= failures, 1)))
    row = (await tx.execute(select(many, func.count()).where(sources.c.enabled))).one()
    return row[0], row[1]


async def _with_problems(tx: Tx, query: Select[Any]) -> list[tuple[Source, Problem | None]]:
    rows = (await tx.execute(query)).all()
    return [(source_of(row), problems.of_json(row.problem)) for row in rows]
