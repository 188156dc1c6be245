"""The outbox from the sender's side: what is due, the intent before the call, what a person or a new sender decides
afterwards (the outcome of a call: `store.outcomes`).

Everything is set-based and short: one round of the sender is one write transaction that records the outcomes of the
last calls and claims the next posts, in a handful of statements however many they are.  The epoch of the lease fences
every claim and every mark.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    Insert,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
    update,
)

from bot.errors import Problem
from bot.model import Lane, Post, PostState, Request
from bot.store import dialect, problems
from bot.store.columns import decode, to_millis
from bot.store.database import Tx
from bot.store.outcomes import cancel_followers
from bot.store.postrow import COLUMNS, chat_of, requests_of, stored_post
from bot.store.schema import channels, deliveries, posts

IN_THE_WAY: Final = (PostState.SENDING, PostState.UNKNOWN)
"""States that keep later posts of the same chat waiting."""

PER_LANE: Final = 1_000
"""Posts of a lane that one look reads at most."""

_AT_ONCE: Final = type_coerce(posts.c.due_at, BigInteger) - type_coerce(posts.c.created_at, BigInteger) <= 60_000
"""Written down to go out within a minute.  Where the clock was set back since, so that it was written in what is the
future now, its time has come all the same; what was planned for a certain time waits for that time."""


_HELD_FOR: Final = type_coerce(posts.c.due_at, BigInteger) - type_coerce(posts.c.created_at, BigInteger)
"""Milliseconds in which a post can be taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A post that is ours to send: its intent is committed, under this attempt.

    What every call needs is read at once, the rest of the row only when `post` is asked for.

    chat     a number or @username, as text
    request  the one that is next
    target   message ids of the post that this one edits or retracts
    """

    id: int
    chat: str
    weight: int
    attempt: int
    channel_id: int | None
    request: Request
    target: tuple[str, ...] = ()
    row: Sequence[Any] = field(repr=False)

    @property
    def chat_id(self) -> int | str:
        return chat_of(self.chat)

    @property
    def post(self) -> Post:
        return stored_post(self.row)


# ── what is due ──────────────────────────────────────────────────────────────────────────────────────────────────


async def due(
    tx: Tx, *, bot_id: int, now: datetime, without: Collection[str] = (), per_lane: int = PER_LANE
) -> Sequence[tuple[int, int, int, str, int]]:
    """Queued posts whose time has come, the first of each lane: (lane, due in ms, id, chat, weight).

    Left out: paused channels, chats in `without`, and changes to a message that has not been sent yet."""
    values = {"bot_id": bot_id, "now": now, "without": json.dumps(list(without)), "per_lane": per_lane}
    rows = (await tx.execute(_due(dialect.is_sqlite(tx)), values)).scalar_one()
    found: list[tuple[int, int, int, str, int]] = decode(rows)
    return found


@cache
def _due(for_sqlite: bool) -> Any:
    """Built once: it is asked several times a second."""
    without = dialect.given_texts("without", for_sqlite=for_sqlite)
    lanes = union_all(*[select(_due_in(lane, without).subquery()) for lane in Lane])
    return dialect.in_one_row(lanes, for_sqlite=for_sqlite)


def _due_in(lane: Lane, without: Any) -> Select[Any]:
    target = posts.alias("target")
    now = bindparam("now", type_=posts.c.due_at.type)
    when = type_coerce(func.coalesce(posts.c.due_at, posts.c.created_at), BigInteger)
    return (
        select(posts.c.lane, when.label("due"), posts.c.id, posts.c.chat_id, posts.c.weight)
        .outerjoin(channels, channels.c.id == posts.c.channel_id)
        .outerjoin(target, target.c.id == posts.c.target_post_id)
        .where(
            posts.c.bot_id == bindparam("bot_id"),
            posts.c.state == PostState.QUEUED,
            posts.c.lane == lane,
            or_(posts.c.due_at.is_(None), posts.c.due_at <= now, _AT_ONCE & (posts.c.created_at > now)),
            or_(posts.c.fresh_until.is_(None), posts.c.fresh_until >= now, posts.c.attempts > 0),
            channels.c.paused_at.is_(None),
            or_(posts.c.target_post_id.is_(None), target.c.state == PostState.SENT),
            posts.c.chat_id.not_in(without),
        )
        .order_by(posts.c.due_at, posts.c.id)
        .limit(bindparam("per_lane", type_=Integer))
    )


async def chats_in_the_way(tx: Tx, *, bot_id: int) -> set[str]:
    """Chats with a post under way or of unknown outcome: nothing else goes there meanwhile."""
    query = select(posts.c.chat_id).where(posts.c.bot_id == bot_id, posts.c.state.in_(IN_THE_WAY)).distinct()
    rows = (await tx.execute(dialect.in_one_row(query, for_sqlite=dialect.is_sqlite(tx)))).scalar_one()
    return {chat for (chat,) in decode(rows)}


async def doubt(tx: Tx, *, bot_id: int, ids: Sequence[int], now: datetime) -> set[int]:
    """Of these posts, those that a forgotten life of the bot may have sent are to be looked up first.  Not doubted:
    changes of a message, and what was attempted since.  Gives their ids."""
    waiting = and_(
        posts.c.bot_id == bot_id,
        posts.c.id.in_(ids),
        posts.c.state == PostState.QUEUED,
        posts.c.attempts == 0,
        posts.c.target_post_id.is_(None),
    )
    settled = now - timedelta(hours=1)
    statement = update(posts).where(waiting).values(state=PostState.UNKNOWN, unknown_at=settled)
    return set((await tx.execute(statement.returning(posts.c.id))).scalars())


# ── intent ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def claim(tx: Tx, *, bot_id: int, ids: Sequence[int], epoch: int, now: datetime) -> list[Claim]:
    """Write down that these posts are about to be sent.  Gives those that were still queued, in the order asked."""
    if not ids:
        return []
    values = {"b_bot": bot_id, "b_ids": json.dumps(ids), "b_epoch": epoch, "b_now": to_millis(now)}
    queued = await dialect.execute_all(tx, _to_claim(dialect.is_sqlite(tx)), values)
    claimed = {row[_ID]: row for row in decode(queued)}
    targets = await _targets(tx, {row[_TARGET] for row in claimed.values()} - {None})
    found = (claimed.get(id) for id in ids)
    return [_claim(row, targets.get(row[_TARGET], ())) for row in found if row is not None]


def _claim(row: Sequence[Any], target: tuple[str, ...]) -> Claim:
    return Claim(
        id=row[_ID],
        chat=row[_CHAT],
        weight=row[_WEIGHT],
        attempt=row[_ATTEMPTS],
        channel_id=row[_CHANNEL],
        request=requests_of(decode(row[_REQUESTS]))[row[_INDEX]],
        target=target,
        row=row,
    )


_ID, _CHAT, _WEIGHT, _ATTEMPTS, _CHANNEL, _REQUESTS, _INDEX, _TARGET = (
    COLUMNS.index(name)
    for name in (
        "id",
        "chat_id",
        "weight",
        "attempts",
        "channel_id",
        "requests",
        "request_index",
        "target_post_id",
    )
)
_EPOCH: Final = bindparam("b_epoch", type_=BigInteger)


@cache
def _to_claim(for_sqlite: bool) -> Sequence[Executable]:
    """Gives the asked posts that are still queued, as they are when they are claimed, marks them and opens an attempt
    for each.  PostgreSQL does it in one statement; on SQLite nobody else writes between ours."""
    asked = dialect.given_numbers("b_ids", for_sqlite=for_sqlite)
    state, bot = dialect.apart_from_indexes(posts.c.state), dialect.apart_from_indexes(posts.c.bot_id)
    queued = posts.c.id.in_(asked), bot == bindparam("b_bot"), state == PostState.QUEUED
    claimed: dict[str, ColumnElement[Any]] = {
        "state": literal(PostState.SENDING.value),
        "claimed_epoch": _EPOCH,
        "attempts": posts.c.attempts + 1,
    }
    mark = update(posts).where(*queued).values(claimed)
    if not for_sqlite:
        marked = mark.returning(*posts.columns).cte("claimed")
        opened = _open_attempts(marked.c).cte("opened")
        return (dialect.in_one_row(select(marked), for_sqlite=for_sqlite).add_cte(opened),)
    columns = [claimed[item.name].label(item.name) if item.name in claimed else item for item in posts.columns]
    mine = select(*columns).where(*queued).subquery("claimed")
    return dialect.in_one_row(select(mine), for_sqlite=for_sqlite), _open_attempts(mine.c), mark


def _open_attempts(claimed: Any) -> Insert:
    attempt = {
        "bot_id": claimed.bot_id,
        "post_id": claimed.id,
        "attempt": claimed.attempts,
        "epoch": _EPOCH,
        "request_index": claimed.request_index,
        "started_at": bindparam("b_now", type_=BigInteger),
    }
    return insert(deliveries).from_select(list(attempt), select(*attempt.values()).order_by(claimed.id))


async def _targets(tx: Tx, ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    if not ids:
        return {}
    rows = await tx.execute(select(posts.c.id, posts.c.remote_ids).where(posts.c.id.in_(ids)))
    return {row.id: tuple(row.remote_ids or ()) for row in rows}


# ── afterwards ───────────────────────────────────────────────────────────────────────────────────────────────────


async def was_overtaken(tx: Tx, post: Post) -> bool:
    """Whether a later post of the same chat and lane was sent already, so that this one would come out of order."""
    later = and_(
        posts.c.bot_id == post.bot_id,
        posts.c.chat_id == str(post.chat_id),
        posts.c.lane == post.lane,
        posts.c.state == PostState.SENT,
        posts.c.id > post.id,
    )
    return (await tx.execute(select(posts.c.id).where(later).limit(1))).first() is not None


async def queue_again(tx: Tx, post_id: int, *, now: datetime, out_of_order: bool) -> None:
    """A person wants it sent: from its first form, at once, however old."""
    values = {
        "state": PostState.QUEUED,
        "request_index": 0,
        "due_at": now,
        "fresh_until": None,
        "unknown_at": None,
        "problem": None,
        "out_of_order": out_of_order,
    }
    await tx.execute(update(posts).where(posts.c.id == post_id).values(values))


async def withdraw(tx: Tx, post_id: int, *, problem: Problem) -> None:
    """A person does not want it sent; its edits go with it."""
    values = {"state": PostState.CANCELLED, "unknown_at": None, "problem": problems.to_json(problem)}
    await tx.execute(update(posts).where(posts.c.id == post_id).values(values))
    await cancel_followers(tx, post_id=post_id)


async def move_holds(tx: Tx, *, bot_id: int, before: datetime, by: timedelta) -> int:
    """The clock was set from `before` by so much: what still could be taken back can be as long as before."""
    still = and_(_in_hold(bot_id), posts.c.created_at <= before, posts.c.due_at > before)
    step = round(by.total_seconds() * 1000)
    values = {"due_at": _moved(posts.c.due_at, step), "created_at": _moved(posts.c.created_at, step)}
    return (await tx.execute(update(posts).where(still).values(values))).rowcount


async def begin_holds_again(tx: Tx, *, bot_id: int, now: datetime) -> int:
    """What was written down in what is the future now can be taken back from now on: nobody knows how long it could."""
    ahead = and_(_in_hold(bot_id), posts.c.created_at > now + timedelta(seconds=1))
    millis = round(now.timestamp() * 1000)
    values = {"due_at": type_coerce(_HELD_FOR + millis, posts.c.due_at.type), "created_at": now}
    return (await tx.execute(update(posts).where(ahead).values(values))).rowcount


def _in_hold(bot_id: int) -> ColumnElement[bool]:
    return and_(posts.c.bot_id == bot_id, posts.c.state == PostState.QUEUED, _HELD_FOR.between(1, 60_000))


def _moved(column: Any, step: int) -> ColumnElement[Any]:
    return type_coerce(type_coerce(column, BigInteger) + step, column.type)


async def sent_lately(tx: Tx, *, bot_id: int, since: datetime) -> list[tuple[str, int, datetime]]:
    """(chat, messages, when) of each attempt since then, oldest first: what a new sender's pace must count."""
    query = (
        select(posts.c.chat_id, posts.c.weight, deliveries.c.started_at)
        .join(posts, posts.c.id == deliveries.c.post_id)
        .where(deliveries.c.bot_id == bot_id)
        .order_by(deliveries.c.id.desc())
        .limit(2_000)
    )
    rows = [(row.chat_id, row.weight, row.started_at) for row in (await tx.execute(query)).all()]
    return [row for row in reversed(rows) if row[2] >= since]


async def fold_late(tx: Tx, *, bot_id: int, now: datetime, problem: Problem) -> list[int]:
    """Posts whose turn would come after `fresh_until` are withdrawn with that reason, for the next digest to take.
    Gives their ids."""
    late = and_(
        posts.c.bot_id == bot_id,
        posts.c.state == PostState.QUEUED,
        posts.c.due_at <= now,
        posts.c.fresh_until < now,
        posts.c.attempts == 0,
    )
    values = {"state": PostState.CANCELLED, "problem": problems.to_json(problem)}
    return list((await tx.execute(update(posts).where(late).values(values).returning(posts.c.id))).scalars())
