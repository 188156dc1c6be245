"""The outbox from the sender's side: what is due, the intent before the call, the outcome after it.

Everything is set-based and short: one round of the sender is one write transaction that records the outcomes of the
last calls and claims the next posts.  The epoch of the lease fences every claim and every mark.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    type_coerce,
    union_all,
    update,
)

from bot.errors import Problem
from bot.model import Lane, Outcome, Post, PostKind, PostState, Request
from bot.store.database import Tx
from bot.store.postrow import post_of, requests_to_json
from bot.store.schema import channels, deliveries, posts

IN_THE_WAY: Final = (PostState.SENDING, PostState.UNKNOWN)
"""States that keep later posts of the same chat waiting."""


_AT_ONCE: Final = type_coerce(posts.c.due_at, BigInteger) - type_coerce(posts.c.created_at, BigInteger) <= 60_000
"""Written down to go out within a minute.  Where the clock was set back since, so that it was written in what is the
future now, its time has come all the same; what was planned for a certain time waits for that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A post that is ours to send: its intent is committed, under attempt `post.attempts`.

    target   message ids of the post that this one edits or retracts
    """

    post: Post
    target: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What became of one attempt, and what the post is now."""

    post_id: int
    attempt: int
    epoch: int
    outcome: Outcome
    state: PostState
    at: datetime
    status: int | None = None
    error: str | None = None
    retry_after: float | None = None
    remote_ids: tuple[str, ...] = ()
    remote_url: str | None = None
    problem: Problem | None = None
    request_index: int | None = None  # the fallback that is next
    requests: tuple[Request, ...] | None = None  # when a fallback was added
    chat_id: int | str | None = None  # when the chat has a new id

    @property
    def plain(self) -> bool:
        """Sent, and nothing else to say: the common case, written many at once."""
        return self.state is PostState.SENT and self.problem is None


# ── what is due ──────────────────────────────────────────────────────────────────────────────────────────────────


async def due(
    tx: Tx, *, bot_id: int, now: datetime, without: Collection[str] = (), per_lane: int = 1_000
) -> Sequence[tuple[int, int, int, str, int]]:
    """Queued posts whose time has come, the first of each lane: (lane, due in ms, id, chat, weight).

    Left out: paused channels, chats in `without`, and changes to a message that has not been sent yet."""
    values = {"bot_id": bot_id, "now": now, "without": list(without), "per_lane": per_lane}
    return [(row[0], row[1], row[2], row[3], row[4]) for row in await tx.execute(_due(), values)]


@cache
def _due() -> Any:
    """Built once: it is asked several times a second."""
    return union_all(*[select(_due_in(lane).subquery()) for lane in Lane])


def _due_in(lane: Lane) -> Select[Any]:
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
            posts.c.chat_id.not_in(bindparam("without", expanding=True)),
        )
        .order_by(posts.c.due_at, posts.c.id)
        .limit(bindparam("per_lane", type_=Integer))
    )


async def chats_in_the_way(tx: Tx, *, bot_id: int) -> set[str]:
    """Chats with a post under way or of unknown outcome: nothing else goes there meanwhile."""
    query = select(posts.c.chat_id).where(posts.c.bot_id == bot_id, posts.c.state.in_(IN_THE_WAY)).distinct()
    return set((await tx.execute(query)).scalars())


async def next_due(tx: Tx, *, bot_id: int) -> datetime | None:
    """When the next queued post of an open channel is due, in the past if it waits for its pace; None = nothing."""
    query = (
        select(func.min(func.coalesce(posts.c.due_at, posts.c.created_at)))
        .outerjoin(channels, channels.c.id == posts.c.channel_id)
        .where(posts.c.bot_id == bot_id, posts.c.state == PostState.QUEUED, channels.c.paused_at.is_(None))
    )
    moment: datetime | None = (await tx.execute(query)).scalar_one_or_none()
    return moment


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
    statement = (
        update(posts)
        .where(posts.c.bot_id == bot_id, posts.c.id.in_(ids), posts.c.state == PostState.QUEUED)
        .values(state=PostState.SENDING, claimed_epoch=epoch, attempts=posts.c.attempts + 1)
        .returning(posts)
    )
    claimed = {row.id: post_of(row) for row in (await tx.execute(statement)).all()}
    if not claimed:
        return []
    await tx.execute(
        insert(deliveries),
        [
            {
                "bot_id": bot_id,
                "post_id": post.id,
                "attempt": post.attempts,
                "epoch": epoch,
                "request_index": post.request_index,
                "started_at": now,
            }
            for post in claimed.values()
        ],
    )
    targets = await _targets(tx, claimed.values())
    found = (claimed.get(id) for id in ids)
    return [Claim(post=post, target=targets.get(post.target_post_id or 0, ())) for post in found if post is not None]


async def _targets(tx: Tx, claimed: Iterable[Post]) -> dict[int, tuple[str, ...]]:
    ids = {post.target_post_id for post in claimed if post.target_post_id is not None}
    if not ids:
        return {}
    rows = await tx.execute(select(posts.c.id, posts.c.remote_ids).where(posts.c.id.in_(ids)))
    return {row.id: tuple(row.remote_ids or ()) for row in rows}


async def release(tx: Tx, *, claims: Iterable[Claim], epoch: int, now: datetime) -> None:
    """Give back what was claimed and surely not sent (the sender stops, or lost its lease)."""
    for item in claims:
        await finish(
            tx,
            [
                Finished(
                    post_id=item.post.id,
                    attempt=item.post.attempts,
                    epoch=epoch,
                    outcome=Outcome.NOT_SENT,
                    state=PostState.QUEUED,
                    at=now,
                    error="given back before it was sent",
                )
            ],
        )


# ── outcome ──────────────────────────────────────────────────────────────────────────────────────────────────────

_MARK = update(posts).where(
    posts.c.id == bindparam("b_id"),
    posts.c.state == PostState.SENDING,
    posts.c.claimed_epoch == bindparam("b_epoch"),
)
_MARK_SENT = _MARK.values(
    state=PostState.SENT,
    sent_at=bindparam("b_at"),
    remote_id=bindparam("b_remote_id"),
    remote_ids=bindparam("b_remote_ids"),
    remote_url=bindparam("b_remote_url"),
    problem=None,
    unknown_at=None,
)
_CLOSE = (
    update(deliveries)
    .where(deliveries.c.post_id == bindparam("b_id"), deliveries.c.attempt == bindparam("b_attempt"))
    .values(
        finished_at=bindparam("b_at"),
        outcome=bindparam("b_outcome"),
        status=bindparam("b_status"),
        error=bindparam("b_error"),
        retry_after=bindparam("b_retry_after"),
        remote_id=bindparam("b_remote_id"),
        remote_url=bindparam("b_remote_url"),
    )
)


async def finish(tx: Tx, results: Sequence[Finished]) -> None:
    """Record outcomes.  A row that another epoch has taken over is left alone."""
    if not results:
        return
    values = [
        {
            "b_id": result.post_id,
            "b_epoch": result.epoch,
            "b_attempt": result.attempt,
            "b_at": result.at,
            "b_outcome": result.outcome,
            "b_status": result.status,
            "b_error": result.error,
            "b_retry_after": result.retry_after,
            "b_remote_id": result.remote_ids[0] if result.remote_ids else None,
            "b_remote_ids": list(result.remote_ids),
            "b_remote_url": result.remote_url,
        }
        for result in results
    ]
    sent = [value for value, result in zip(values, results, strict=True) if result.plain]
    if sent:
        await tx.execute(_MARK_SENT, [{key: value[key] for key in _SENT_KEYS} for value in sent])
    for result in results:
        if not result.plain:
            await _mark(tx, result)
    await tx.execute(_CLOSE, [{key: value[key] for key in _CLOSE_KEYS} for value in values])


_SENT_KEYS: Final = ("b_id", "b_epoch", "b_at", "b_remote_id", "b_remote_ids", "b_remote_url")
_CLOSE_KEYS: Final = (
    "b_id", "b_attempt", "b_at", "b_outcome", "b_status", "b_error", "b_retry_after", "b_remote_id", "b_remote_url",
)  # fmt: skip


async def _mark(tx: Tx, result: Finished) -> None:
    values: dict[str, Any] = {
        "state": result.state,
        "problem": result.problem.as_json() if result.problem else None,
        "unknown_at": result.at if result.state is PostState.UNKNOWN else None,
    }
    if result.state is PostState.SENT:
        values |= {
            "sent_at": result.at,
            "remote_id": result.remote_ids[0] if result.remote_ids else None,
            "remote_ids": list(result.remote_ids),
            "remote_url": result.remote_url,
        }
    if result.request_index is not None:
        values["request_index"] = result.request_index
    if result.requests is not None:
        values["requests"] = requests_to_json(result.requests)
    mine = and_(
        posts.c.id == result.post_id,
        posts.c.state == PostState.SENDING,
        posts.c.claimed_epoch == result.epoch,
    )
    await tx.execute(update(posts).where(mine).values(values))
    if result.chat_id is not None:
        await _move_chat(tx, result.post_id, result.chat_id)
    if result.state in (PostState.REFUSED, PostState.CANCELLED):
        await cancel_followers(tx, post_id=result.post_id)


async def _move_chat(tx: Tx, post_id: int, chat_id: int | str) -> None:
    """A group became a supergroup: everything that waits for the old id goes to the new one."""
    old = (await tx.execute(select(posts.c.bot_id, posts.c.chat_id).where(posts.c.id == post_id))).one()
    waiting = and_(posts.c.bot_id == old.bot_id, posts.c.chat_id == old.chat_id, posts.c.state != PostState.SENT)
    await tx.execute(update(posts).where(waiting).values(chat_id=str(chat_id)))


async def cancel_followers(tx: Tx, *, post_id: int) -> None:
    """Edits of a message that will never be: nothing to edit."""
    followers = and_(posts.c.target_post_id == post_id, posts.c.state.in_((PostState.QUEUED, PostState.HELD)))
    await tx.execute(update(posts).where(followers).values(state=PostState.CANCELLED))


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
    values = {"state": PostState.CANCELLED, "unknown_at": None, "problem": problem.as_json()}
    await tx.execute(update(posts).where(posts.c.id == post_id).values(values))
    await cancel_followers(tx, post_id=post_id)


async def recover(tx: Tx, *, bot_id: int, epoch: int, now: datetime, problem: Problem) -> int:
    """Posts that an earlier epoch left under way: nobody knows whether they went out, so they are unknown; changes
    of a message are simply done again.  Gives their number."""
    left = and_(posts.c.bot_id == bot_id, posts.c.state == PostState.SENDING, posts.c.claimed_epoch < epoch)
    changes = and_(left, posts.c.kind.in_((PostKind.EDIT, PostKind.RETRACT)))
    again = (await tx.execute(update(posts).where(changes).values(state=PostState.QUEUED))).rowcount
    values = {"state": PostState.UNKNOWN, "unknown_at": now, "problem": problem.as_json()}
    unknown = (await tx.execute(update(posts).where(left).values(values))).rowcount
    opened = and_(deliveries.c.bot_id == bot_id, deliveries.c.outcome.is_(None), deliveries.c.epoch < epoch)
    closed = {"outcome": Outcome.UNKNOWN, "finished_at": now, "error": problem.cause}
    await tx.execute(update(deliveries).where(opened).values(closed))
    return again + unknown


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
    values = {"state": PostState.CANCELLED, "problem": problem.as_json()}
    return list((await tx.execute(update(posts).where(late).values(values).returning(posts.c.id))).scalars())
