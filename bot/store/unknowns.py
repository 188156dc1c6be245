"""Posts of unknown outcome: what is needed to look for them, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from bot.errors import Problem
from bot.model import Channel, Outcome, Post, PostState
from bot.store import gaps, problems, sightings
from bot.store.database import Tx
from bot.store.postrow import post_of
from bot.store.schema import channels, deliveries, posts


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A post that may have gone out.

    last_known   the highest message id known in its chat before the attempt, None where nothing is known
    told         messages above it that Telegram told us of: None for one that a person posted, else its copy
    only         after a restore: the messages that the ledger does not know, and no others, may be this post
    """

    post: Post
    started_at: datetime
    unknown_at: datetime
    last_known: int | None
    told: Mapping[int, Any] = field(default_factory=dict)
    only: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What the looking came to: sent, queued again, held for a person, or cancelled."""

    post_id: int
    state: PostState
    remote_ids: tuple[str, ...] = ()
    remote_url: str | None = None
    problem: Problem | None = None
    out_of_order: bool = False


async def earliest(tx: Tx, *, bot_id: int) -> datetime | None:
    """Since when the oldest unknown post is unknown."""
    query = select(func.min(posts.c.unknown_at)).where(posts.c.bot_id == bot_id, posts.c.state == PostState.UNKNOWN)
    found: datetime | None = (await tx.execute(query)).scalar_one_or_none()
    return found


async def begin_again(tx: Tx, *, bot_id: int, now: datetime) -> int:
    """The clock was set back since these posts became unknown: they settle from now on, not an hour longer."""
    ahead = and_(posts.c.bot_id == bot_id, posts.c.state == PostState.UNKNOWN, posts.c.unknown_at > now)
    return (await tx.execute(update(posts).where(ahead).values(unknown_at=now))).rowcount


async def settled(tx: Tx, *, bot_id: int, now: datetime, settle: timedelta) -> list[Unknown]:
    """Unknown posts that had time to settle, oldest first."""
    query = (
        select(posts, deliveries.c.started_at)
        .outerjoin(deliveries, and_(deliveries.c.post_id == posts.c.id, deliveries.c.attempt == posts.c.attempts))
        .where(posts.c.bot_id == bot_id, posts.c.state == PostState.UNKNOWN, posts.c.unknown_at <= now - settle)
        .order_by(posts.c.unknown_at, posts.c.id)
        .limit(200)
    )
    doubt = await gaps.doubtful_since(tx, bot_id=bot_id)
    forgotten = await gaps.forgotten(tx, bot_id=bot_id, now=now)
    found = []
    for row in (await tx.execute(query)).all():
        post = post_of(row)
        in_doubt = row.started_at is None  # after a restore: sent by a life of the bot that it does not remember
        known = forgotten.get(post.channel_id or 0) if in_doubt else None
        last = await last_known_id(tx, post, before=doubt if in_doubt else None)
        began = (known.since if known else doubt or row.created_at) if in_doubt else row.started_at
        found.append(
            Unknown(
                post=post,
                started_at=began,
                unknown_at=row.unknown_at,
                last_known=last,
                told=await _told(tx, post, last),
                only=known.ids if known else None,
            )
        )
    return found


async def _told(tx: Tx, post: Post, last: int | None) -> Mapping[int, Any]:
    chat: Any = post.chat_id
    if not isinstance(chat, int) and post.channel_id is not None:
        chat = (await tx.execute(select(channels.c.chat_id).where(channels.c.id == post.channel_id))).scalar_one()
    if last is None or not isinstance(chat, int):
        return {}
    return await sightings.above(tx, bot_id=post.bot_id, chat_id=chat, message_id=last)


async def ids_of(tx: Tx, channel: Channel, *, before: datetime) -> tuple[set[int], bool]:
    """Message ids of our posts in a channel that were sent before this time, the newest 500 posts; and whether there
    is one that may be there without our knowing."""
    sent = select(posts.c.remote_ids).where(
        posts.c.channel_id == channel.id, posts.c.state == PostState.SENT, posts.c.sent_at <= before
    )
    rows = (await tx.execute(sent.order_by(posts.c.sent_at.desc()).limit(500))).scalars()
    open_states = (PostState.SENDING, PostState.UNKNOWN, PostState.HELD)
    in_the_air = (
        select(posts.c.id)
        .where(posts.c.channel_id == channel.id, posts.c.state.in_(open_states), posts.c.target_post_id.is_(None))
        .limit(1)
    )
    is_open = (await tx.execute(in_the_air)).first() is not None
    return {int(id) for ids in rows for id in ids or () if str(id).isdecimal()}, is_open


async def last_known_id(tx: Tx, post: Post, *, before: datetime | None = None) -> int | None:
    """The highest message id that the ledger has of this post's chat (by number, by name, or by channel), of what was
    sent before that time."""
    same_chat = posts.c.chat_id == str(post.chat_id)
    if post.channel_id is not None:
        same_chat = or_(same_chat, posts.c.channel_id == post.channel_id)
    known = and_(posts.c.bot_id == post.bot_id, same_chat)
    return await _highest(tx, known if before is None else and_(known, posts.c.sent_at <= before))


async def last_known_of(tx: Tx, channel: Channel) -> tuple[int, datetime] | None:
    """The highest message id that the ledger has of a channel, and when our last post there was sent."""
    mine = posts.c.channel_id == channel.id
    newest = select(func.max(posts.c.sent_at)).where(mine, posts.c.state == PostState.SENT)
    sent_at: datetime | None = (await tx.execute(newest)).scalar_one_or_none()
    highest = await _highest(tx, mine)
    return None if highest is None or sent_at is None else (highest, sent_at)


async def _highest(tx: Tx, chat: ColumnElement[bool]) -> int | None:
    query = select(posts.c.remote_ids).where(chat, posts.c.state == PostState.SENT)
    rows = (await tx.execute(query.order_by(posts.c.sent_at.desc()).limit(100))).scalars()
    return max((int(id) for ids in rows for id in ids or () if str(id).isdecimal()), default=None)


async def resolve(tx: Tx, resolutions: Sequence[Resolution], *, now: datetime, by_hand: bool = False) -> int:
    """Write down what became of unknown (by a person also of held) posts; gives how many still were.

    Found ones count as sent with their attempt; the others keep the attempt's outcome as unknown."""
    changed = 0
    may_change = (PostState.UNKNOWN, PostState.HELD) if by_hand else (PostState.UNKNOWN,)
    for item in resolutions:
        values: dict[str, Any] = {
            "state": item.state,
            "unknown_at": None,
            "problem": problems.to_json(item.problem) if item.problem else None,
            "out_of_order": item.out_of_order,
        }
        if item.state is PostState.SENT:
            values |= {
                "sent_at": now,
                "remote_ids": list(item.remote_ids),
                "remote_id": item.remote_ids[0] if item.remote_ids else None,
                "remote_url": item.remote_url,
            }
        mine = and_(posts.c.id == item.post_id, posts.c.state.in_(may_change))
        attempt = (
            await tx.execute(update(posts).where(mine).values(values).returning(posts.c.attempts))
        ).scalar_one_or_none()
        if attempt is None:
            continue
        changed += 1
        if item.state is PostState.SENT:
            told = {"outcome": Outcome.SENT, "remote_id": values["remote_id"], "remote_url": item.remote_url}
            latest = and_(deliveries.c.post_id == item.post_id, deliveries.c.attempt == attempt)
            await tx.execute(update(deliveries).where(latest).values(told))
    return changed
