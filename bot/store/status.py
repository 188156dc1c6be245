"""How things are, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Table, func, select

from bot.model import PostKind, PostState
from bot.store.database import Tx
from bot.store.schema import articles, channels, posts, sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """`posts`: by state; what was changed or taken back in a channel is no post that was sent."""

    sources: int = 0
    failing: int = 0
    articles: int = 0
    channels: int = 0
    paused: int = 0
    posts: Mapping[PostState, int] = field(default_factory=dict)


async def count(tx: Tx, *, bot_id: int) -> Counts:
    done = (posts.c.state == PostState.SENT) & posts.c.kind.in_((PostKind.EDIT, PostKind.RETRACT))
    by_state = select(posts.c.state, func.count()).where(posts.c.bot_id == bot_id, ~done).group_by(posts.c.state)
    return Counts(
        sources=await _rows(tx, sources),
        failing=await _rows(tx, sources, sources.c.failures > 0),
        articles=await _rows(tx, articles, articles.c.state == "ready"),
        channels=await _rows(tx, channels, channels.c.bot_id == bot_id),
        paused=await _rows(tx, channels, channels.c.bot_id == bot_id, channels.c.paused_at.is_not(None)),
        posts={PostState(row[0]): row[1] for row in (await tx.execute(by_state)).all()},
    )


async def _rows(tx: Tx, table: Table, *conditions: ColumnElement[bool]) -> int:
    found: int = (await tx.execute(select(func.count()).select_from(table).where(*conditions))).scalar_one()
    return found
