"""Breaking posts that are to stand pinned for a while (written down with the post), and which of them do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update

from bot.model import PostKind, PostState
from bot.store.database import Tx
from bot.store.schema import pins, posts

_GONE = (PostState.CANCELLED, PostState.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """`until`: None while the post was not sent; `gone`: it was cancelled, refused or taken back."""

    post_id: int
    channel_id: int
    chat_id: str
    message_id: int | None
    until: datetime | None
    pinned_at: datetime | None
    gone: bool


async def opened(tx: Tx, *, bot_id: int) -> tuple[Pin, ...]:
    """Pins that are still to be made or taken off, the earliest post first."""
    change = posts.alias("change")
    taken_back = exists().where(
        change.c.target_post_id == posts.c.id, change.c.kind == PostKind.RETRACT, change.c.state.not_in(_GONE)
    )
    query = (
        select(pins, posts.c.chat_id, posts.c.remote_id, posts.c.sent_at, posts.c.state, taken_back.label("taken"))
        .join(posts, posts.c.id == pins.c.post_id)
        .where(pins.c.bot_id == bot_id, pins.c.over_at.is_(None))
        .order_by(pins.c.post_id)
    )
    return tuple(
        Pin(
            post_id=row.post_id,
            channel_id=row.channel_id,
            chat_id=row.chat_id,
            message_id=int(row.remote_id) if row.remote_id else None,
            until=_until(row.sent_at, row.lasts),
            pinned_at=row.pinned_at,
            gone=bool(row.taken) or row.state in _GONE,
        )
        for row in (await tx.execute(query)).all()
    )


async def pinned(tx: Tx, post_id: int, *, now: datetime) -> None:
    await tx.execute(update(pins).where(pins.c.post_id == post_id).values(pinned_at=now))


async def over(tx: Tx, post_id: int, *, now: datetime) -> None:
    await tx.execute(update(pins).where(pins.c.post_id == post_id).values(over_at=now))


def _until(sent_at: datetime | None, lasts: timedelta) -> datetime | None:
    return sent_at + lasts if sent_at is not None else None
