"""Digests: which channels get them and when, what goes into them, and who of the readers gets the news of the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, or_, select, update

from bot.model import Article, ArticleState, Owner, PostKind, PostState
from bot.store import dialect
from bot.store.articles import get_many
from bot.store.database import Tx
from bot.store.schema import articles, channels, decisions, digests, posts, reader_digests

_CARRY = (PostKind.SHARE, PostKind.FLASH, PostKind.REPOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """at         times in plain words or cron, in the channel's zone (posts.timetable)
    title      None = by the hour: Morning brief, Evening brief
    top        stories shown; the rest is folded
    grouping   none, tag or source
    takes      all: also what was posted since the last edition; folded: only what was not posted by itself
    live       one message from each time to the next, edited as articles come
    """

    name: str
    channel_id: int
    at: tuple[str, ...]
    bot_id: int = 0
    id: int = 0
    owner: Owner = Owner.CHAT
    title: str | None = None
    top: int = 7
    grouping: str = "none"
    takes: str = "all"
    live: bool = False
    created_at: datetime | None = None
    last_at: datetime | None = None


async def put(tx: Tx, digest: Digest, *, now: datetime) -> Digest:
    """Add a digest, or change the one of that name; `id`, `bot_id` and times are ignored."""
    bot = (await tx.execute(select(channels.c.bot_id).where(channels.c.id == digest.channel_id))).scalar_one()
    names = ("channel_id", "title", "top", "grouping", "takes", "live")
    values: dict[str, Any] = {name: getattr(digest, name) for name in names}
    values |= {"bot_id": bot, "owner": digest.owner, "at": list(digest.at)}
    statement = dialect.insert(tx, digests).values(name=digest.name, created_at=now, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
    found = await named(tx, digest.name)
    assert found is not None
    return found


async def named(tx: Tx, name: str) -> Digest | None:
    row = (await tx.execute(select(digests).where(digests.c.name == name))).one_or_none()
    return _digest(row) if row else None


async def every(tx: Tx, *, owner: Owner | None = None) -> tuple[Digest, ...]:
    """All digests of channels, by name."""
    query = select(digests).order_by(digests.c.name)
    if owner is not None:
        query = query.where(digests.c.owner == owner)
    return tuple(_digest(row) for row in (await tx.execute(query)).all())


async def remove(tx: Tx, name: str) -> bool:
    return (await tx.execute(delete(digests).where(digests.c.name == name))).rowcount == 1


async def mark(tx: Tx, digest_id: int, *, at: datetime) -> None:
    """Its edition of that time was made, or had nothing to say."""
    await tx.execute(update(digests).where(digests.c.id == digest_id).values(last_at=at))


async def carried(tx: Tx, channel_id: int, *, since: datetime, limit: int = 100) -> Sequence[int]:
    """Articles that a channel got by themselves since then, or will, the first decided first."""
    query = (
        select(decisions.c.article_id)
        .join(posts, posts.c.id == decisions.c.post_id)
        .join(articles, articles.c.id == decisions.c.article_id)
        .where(
            decisions.c.channel_id == channel_id,
            decisions.c.decided_at > since,
            decisions.c.posted.is_(True),
            posts.c.kind.in_(_CARRY),
            posts.c.state.not_in((PostState.CANCELLED, PostState.REFUSED)),
            articles.c.state == ArticleState.READY,
        )
        .order_by(decisions.c.decided_at, decisions.c.article_id)
        .limit(limit)
    )
    return list((await tx.execute(query)).scalars())


async def carried_by(tx: Tx, post_id: int) -> Sequence[int]:
    """Articles whose post is this one."""
    query = select(decisions.c.article_id).where(decisions.c.post_id == post_id).order_by(decisions.c.article_id)
    return list((await tx.execute(query)).scalars())


# ── readers ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderDigest:
    """`at`: times in the reader's zone, as cron or plain words; `next_at`: when to look next.

    about      what it is about, each as a search is written: words, "phrases", source:, site:, lang:; none = all news
    followed   about what the reader's alerts look for
    live       one message from each time to the next, edited as articles come
    """

    bot_id: int
    user_id: int
    at: tuple[str, ...]
    last_at: datetime | None = None
    next_at: datetime | None = None
    about: tuple[str, ...] = ()
    followed: bool = False
    live: bool = False


async def put_reader(tx: Tx, digest: ReaderDigest) -> None:
    """Set a reader's times; no times end it."""
    mine = (reader_digests.c.bot_id == digest.bot_id, reader_digests.c.user_id == digest.user_id)
    if not digest.at:
        await tx.execute(delete(reader_digests).where(*mine))
        return
    options = {"about": list(digest.about), "followed": digest.followed, "live": digest.live}
    values = {"at": list(digest.at), "last_at": digest.last_at, "next_at": digest.next_at, "options": options}
    statement = dialect.insert(tx, reader_digests).values(bot_id=digest.bot_id, user_id=digest.user_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["bot_id", "user_id"], set_=values))


async def of_reader(tx: Tx, *, bot_id: int, user_id: int) -> ReaderDigest | None:
    query = select(reader_digests).where(reader_digests.c.bot_id == bot_id, reader_digests.c.user_id == user_id)
    row = (await tx.execute(query)).one_or_none()
    return _reader(row) if row else None


async def due_readers(tx: Tx, *, bot_id: int, now: datetime, limit: int) -> tuple[ReaderDigest, ...]:
    query = (
        select(reader_digests)
        .where(reader_digests.c.bot_id == bot_id, reader_digests.c.next_at <= now)
        .order_by(reader_digests.c.next_at)
        .limit(limit)
    )
    return tuple(_reader(row) for row in (await tx.execute(query)).all())


async def news(tx: Tx, *, since: datetime, language: str | None, limit: int) -> tuple[Article, ...]:
    """What was read since then, in a language if one is named: one article of each story, the newest first."""
    first = func.coalesce(articles.c.story_id, -articles.c.id)
    query = (
        select(func.min(articles.c.id))
        .where(
            articles.c.state == ArticleState.READY,
            articles.c.baseline.is_(False),
            articles.c.read_at > since,
            articles.c.title.is_not(None),
        )
        .group_by(first)
    )
    if language is not None:
        primary = language.split("-")[0]
        query = query.where(or_(articles.c.language == primary, articles.c.language.like(f"{primary}-%")))
    query = query.order_by(func.max(articles.c.published).desc()).limit(limit)
    return await get_many(tx, (await tx.execute(query)).scalars().all())


def _digest(row: Row[Any]) -> Digest:
    names = ("id", "bot_id", "name", "channel_id", "title", "top", "grouping", "takes", "live", "created_at", "last_at")
    return Digest(**{n: getattr(row, n) for n in names}, at=tuple(row.at), owner=Owner(row.owner))


def _reader(row: Row[Any]) -> ReaderDigest:
    options = row.options or {}
    return ReaderDigest(
        bot_id=row.bot_id,
        user_id=row.user_id,
        at=tuple(row.at),
        last_at=row.last_at,
        next_at=row.next_at,
        about=tuple(options.get("about") or ()),
        followed=bool(options.get("followed")),
        live=bool(options.get("live")),
    )
