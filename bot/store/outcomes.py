"""What became of attempts: written down many at once, in the transaction that claims the next posts.

Most are simply sent, and two statements record them all; the few that are not are marked one by one.  The epoch under
which a post was claimed fences its mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, Boolean, Executable, Float, Integer, Text, Update, and_, select, update
from sqlalchemy.types import TypeEngine

from bot.errors import Problem
from bot.model import Outcome, PostState, Request
from bot.store import dialect, problems
from bot.store.columns import clean, to_millis
from bot.store.database import Tx
from bot.store.postrow import requests_to_json
from bot.store.schema import deliveries, posts


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


_ENDED: Final[dict[str, TypeEngine[Any]]] = {
    "id": BigInteger(),
    "epoch": BigInteger(),
    "attempt": Integer(),
    "at": BigInteger(),
    "plain": Boolean(),
    "outcome": Text(),
    "status": Integer(),
    "error": Text(),
    "retry_after": Float(),
    "remote_id": Text(),
    "remote_ids": Text(),
    "remote_url": Text(),
}
"""How outcomes are handed to the database, as their columns hold them."""


async def finish(tx: Tx, results: Sequence[Finished]) -> None:
    """Record outcomes.  A row that another epoch has taken over is left alone."""
    if not results:
        return
    for result in results:
        if not result.plain:
            await _mark(tx, result)
    given = {"given": orjson.dumps([_ended(result) for result in results]).decode()}
    await dialect.execute_all(tx, _statements(dialect.is_sqlite(tx)), given)


def _ended(result: Finished) -> list[Any]:
    """As `_ENDED` says."""
    return [
        result.post_id,
        result.epoch,
        result.attempt,
        to_millis(result.at),
        result.plain,
        result.outcome,
        result.status,
        clean(result.error) if result.error else result.error,
        result.retry_after,
        result.remote_ids[0] if result.remote_ids else None,
        result.remote_ids,
        result.remote_url,
    ]


@cache
def _statements(for_sqlite: bool) -> Sequence[Executable]:
    """For the posts and for the attempts; PostgreSQL takes both in one."""
    if for_sqlite:
        return _mark_sent(for_sqlite), _close(for_sqlite)
    return (_close(for_sqlite).add_cte(_mark_sent(for_sqlite).cte("sent")),)


def _mark_sent(for_sqlite: bool) -> Update:
    """All that went out and have nothing else to say."""
    ended = dialect.given_rows(_ENDED, for_sqlite=for_sqlite).c
    state = dialect.apart_from_indexes(posts.c.state)
    mine = ended.plain, posts.c.id == ended.id, state == PostState.SENDING, posts.c.claimed_epoch == ended.epoch
    return (
        update(posts)
        .where(*mine)
        .values(
            state=PostState.SENT,
            sent_at=ended.at,
            remote_id=ended.remote_id,
            remote_ids=ended.remote_ids,
            remote_url=ended.remote_url,
            problem=None,
            unknown_at=None,
        )
    )


def _close(for_sqlite: bool) -> Update:
    """The attempts' own rows."""
    ended = dialect.given_rows(_ENDED, for_sqlite=for_sqlite).c
    return (
        update(deliveries)
        .where(deliveries.c.post_id == ended.id, deliveries.c.attempt == ended.attempt)
        .values(
            finished_at=ended.at,
            outcome=ended.outcome,
            status=ended.status,
            error=ended.error,
            retry_after=ended.retry_after,
            remote_id=ended.remote_id,
            remote_url=ended.remote_url,
        )
    )


async def _mark(tx: Tx, result: Finished) -> None:
    values: dict[str, Any] = {
        "state": result.state,
        "problem": problems.to_json(result.problem) if result.problem else None,
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
