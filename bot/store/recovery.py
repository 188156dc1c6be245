"""What a sender that died left under way, as far as it can be known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, select, update

from bot.errors import Problem
from bot.model import Outcome, PostKind, PostState
from bot.store import problems
from bot.store.database import Tx
from bot.store.schema import deliveries, posts

_SEVERAL = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Aloft:
    """Calls of one epoch that were in the air when it ended: (post, attempt) -> its message, None: no answer yet."""

    epoch: int
    calls: Mapping[tuple[int, int], int | None]


class Answered(NamedTuple):
    """A post of which Telegram had said that it is there."""

    post_id: int
    channel_id: int | None
    chat: str
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """How many attempts had no outcome; of these `waiting` were surely not made, and are queued again.  Those that were
    `answered` are still to be resolved."""

    count: int
    waiting: int
    answered: tuple[Answered, ...]


async def recover(
    tx: Tx, *, bot_id: int, epoch: int, now: datetime, problem: Problem, aloft: Aloft | None = None
) -> Recovered:
    """Posts that an earlier epoch left under way: nobody knows whether they went out, so they are unknown; changes
    of a message are simply done again.  With `aloft` it is known of most."""
    left = and_(posts.c.bot_id == bot_id, posts.c.state == PostState.SENDING, posts.c.claimed_epoch < epoch)
    changes = and_(left, posts.c.kind.in_((PostKind.EDIT, PostKind.RETRACT)))
    again = (await tx.execute(update(posts).where(changes).values(state=PostState.QUEUED))).rowcount
    waiting, answered = await _looked_up(tx, left, aloft) if aloft is not None else ([], [])
    await _queue_again(tx, waiting, now)
    values = {"state": PostState.UNKNOWN, "unknown_at": now, "problem": problems.to_json(problem)}
    unknown = (await tx.execute(update(posts).where(left).values(values))).rowcount
    opened = and_(deliveries.c.bot_id == bot_id, deliveries.c.outcome.is_(None), deliveries.c.epoch < epoch)
    closed = {"outcome": Outcome.UNKNOWN, "finished_at": now, "error": problem.cause}
    await tx.execute(update(deliveries).where(opened).values(closed))
    return Recovered(count=again + unknown + len(waiting), waiting=len(waiting), answered=tuple(answered))


async def unclaim(tx: Tx, ids: Sequence[int], *, epoch: int, now: datetime) -> None:
    """Posts for which no call was made, whether or not their claim was committed: the line to the database broke in
    the middle of it.  Else nobody would end these attempts while their sender lives, and their chats would wait."""
    if ids:
        mine = and_(posts.c.id.in_(ids), posts.c.state == PostState.SENDING, posts.c.claimed_epoch == epoch)
        await _queue_again(tx, list((await tx.execute(select(posts.c.id).where(mine))).scalars()), now)


async def _looked_up(tx: Tx, left: ColumnElement[bool], aloft: Aloft) -> tuple[list[int], list[Answered]]:
    """Those that were not in the air, and those that were answered."""
    query = select(posts.c.id, posts.c.attempts, posts.c.channel_id, posts.c.chat_id)
    rows = (await tx.execute(query.where(left, posts.c.claimed_epoch == aloft.epoch))).all()
    waiting = [row.id for row in rows if (row.id, row.attempts) not in aloft.calls]
    answers = [(row, aloft.calls.get((row.id, row.attempts))) for row in rows]
    answered = [Answered(row.id, row.channel_id, row.chat_id, message) for row, message in answers if message]
    return waiting, answered


async def _queue_again(tx: Tx, ids: Sequence[int], now: datetime) -> None:
    """The intent was committed, and no call was made."""
    values = {"outcome": Outcome.NOT_SENT, "finished_at": now, "error": "it was claimed, and not sent"}
    for start in range(0, len(ids), _SEVERAL):
        some = ids[start : start + _SEVERAL]
        await tx.execute(update(posts).where(posts.c.id.in_(some)).values(state=PostState.QUEUED))
        mine = and_(deliveries.c.post_id.in_(some), deliveries.c.outcome.is_(None))
        await tx.execute(update(deliveries).where(mine).values(values))
