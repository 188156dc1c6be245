"""How it went: what was delivered, how fast, what readers thought of it, and how many they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, and_, cast, func, select

from bot.model import PostKind, PostState
from bot.store import buttons, dialect
from bot.store.database import Tx
from bot.store.schema import articles, audience, channels, posts, reactions


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFigures:
    """One post.  `seconds`: from the publisher's own time (or from when we found it) to the channel."""

    post_id: int
    channel: str
    title: str | None
    sent_at: datetime
    seconds: float | None
    reactions: int
    url: str | None
    presses: Mapping[str, int] = field(default_factory=dict)
    """Of buttons, where they are counted: read, whatsapp, …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Subscribers at two moments."""

    then: int | None
    now: int | None
    at: datetime | None = None


async def react(
    tx: Tx, *, bot_id: int, chat_id: int, message_id: int, counts: Mapping[str, int], now: datetime
) -> None:
    """What Telegram says of a message's reactions replaces what it said before."""
    values = {"counts": dict(counts), "total": sum(counts.values()), "told_at": now}
    key = {"bot_id": bot_id, "chat_id": chat_id, "message_id": message_id}
    statement = dialect.insert(tx, reactions).values(**key, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


async def count_members(tx: Tx, *, channel_id: int, members: int, at: datetime) -> None:
    statement = dialect.insert(tx, audience).values(channel_id=channel_id, at=at, members=members)
    await tx.execute(statement.on_conflict_do_update(index_elements=["channel_id", "at"], set_={"members": members}))


async def last_counted(tx: Tx, *, channel_id: int) -> datetime | None:
    query = select(func.max(audience.c.at)).where(audience.c.channel_id == channel_id)
    at: datetime | None = (await tx.execute(query)).scalar_one_or_none()
    return at


async def sent_posts(
    tx: Tx, *, bot_id: int, since: datetime, until: datetime, channel_id: int | None = None
) -> tuple[PostFigures, ...]:
    """Articles and digests that reached a channel in the time, the newest first."""
    liked = and_(
        reactions.c.bot_id == posts.c.bot_id,
        reactions.c.chat_id == channels.c.chat_id,
        reactions.c.message_id == cast(posts.c.remote_id, BigInteger),
    )
    found = (articles.c.title, articles.c.published, articles.c.found_at)
    query = (
        select(
            posts.c.id, posts.c.sent_at, posts.c.created_at, posts.c.remote_url, posts.c.created_by,
            channels.c.name, *found, reactions.c.total,
        )
        .join(channels, channels.c.id == posts.c.channel_id)
        .outerjoin(articles, articles.c.id == posts.c.article_id)
        .outerjoin(reactions, liked)
        .where(
            posts.c.bot_id == bot_id,
            posts.c.state == PostState.SENT,
            posts.c.kind.in_((PostKind.SHARE, PostKind.FLASH, PostKind.REPOST, PostKind.DIGEST)),
            posts.c.sent_at >= since,
            posts.c.sent_at < until,
        )
        .order_by(posts.c.sent_at.desc(), posts.c.id.desc())
    )  # fmt: skip
    if channel_id is not None:
        query = query.where(posts.c.channel_id == channel_id)
    rows = (await tx.execute(query)).all()
    pressed = await buttons.of_posts(tx, [row.id for row in rows])
    return tuple(
        PostFigures(
            post_id=row.id,
            channel=row.name,
            title=row.title,
            sent_at=row.sent_at,
            seconds=_took(row.sent_at, row.published, row.found_at) if row.created_by is None else None,
            reactions=row.total or 0,
            url=row.remote_url,
            presses=pressed.get(row.id, {}),
        )
        for row in rows
    )


def _took(sent: datetime, published: datetime | None, found: datetime | None) -> float | None:
    """A publisher's clock may run ahead, and many give a day alone: then it counts from when we found the article."""
    began = published if published and found and timedelta(0) <= found - published < timedelta(days=1) else found
    return max(0.0, (sent - began).total_seconds()) if began else None


async def members(tx: Tx, *, channel_id: int, since: datetime) -> Audience:
    """Subscribers when the time began (or at the first count in it) and now."""
    mine = audience.c.channel_id == channel_id
    points = (await tx.execute(select(audience.c.at, audience.c.members).where(mine).order_by(audience.c.at))).all()
    if not points:
        return Audience(then=None, now=None)
    earlier = [p for p in points if p.at <= since]
    return Audience(then=(earlier[-1] if earlier else points[0]).members, now=points[-1].members, at=points[-1].at)


async def refused_count(tx: Tx, *, bot_id: int, since: datetime, until: datetime, channel_id: int | None = None) -> int:
    """Posts that could not be delivered in the time."""
    query = select(func.count()).where(
        posts.c.bot_id == bot_id,
        posts.c.state.in_((PostState.REFUSED, PostState.HELD)),
        posts.c.created_at >= since,
        posts.c.created_at < until,
    )
    if channel_id is not None:
        query = query.where(posts.c.channel_id == channel_id)
    count: int = (await tx.execute(query)).scalar_one()
    return count
