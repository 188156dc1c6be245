"""Posts from the writers' side: added once for each decision, changed or cancelled while they wait, looked up.

The sender's side of the same table is `outbox`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, FromClause, Text, and_, func, insert, or_, select, type_coerce, update

from bot.errors import Problem
from bot.model import Lane, Post, PostKind, PostState, Request, UnknownPolicy
from bot.store import buttons, dialect, problems
from bot.store.buttons import ButtonLink
from bot.store.columns import from_millis
from bot.store.database import Tx
from bot.store.postrow import post_of, requests_to_json
from bot.store.schema import articles, pins, posts

WAITING: Final = (PostState.DRAFT, PostState.QUEUED)
"""Surely nothing of these was sent, so their words can be changed."""
STOPPABLE: Final = (*WAITING, PostState.HELD)
OPEN: Final = (PostState.QUEUED, PostState.SENDING, PostState.UNKNOWN, PostState.SENT)
_MESSAGES: Final = (PostKind.SHARE, PostKind.FLASH, PostKind.REPOST, PostKind.DIGEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    """A post to be written down, in the transaction that decides it."""

    bot_id: int
    once_key: str
    kind: PostKind
    lane: Lane
    chat_id: int | str
    requests: tuple[Request, ...]
    visible_text: str
    state: PostState = PostState.QUEUED
    channel_id: int | None = None
    thread_id: int | None = None
    article_id: int | None = None
    target_post_id: int | None = None
    revision: int = 0
    weight: int = 1
    template: str | None = None
    silent: bool = False
    due_at: datetime | None = None
    fresh_until: datetime | None = None
    created_by: int | None = None
    problem: Problem | None = None
    pin_for: timedelta | None = None  # how long it stands pinned
    links: tuple[ButtonLink, ...] = ()  # where its counted buttons lead
    unknown_policy: UnknownPolicy = UnknownPolicy.RECONCILE


async def add_post(tx: Tx, post: NewPost, *, now: datetime) -> int | None:
    """The new post's id; None when this decision has its post already (`once_key`)."""
    values = {
        name: getattr(post, name)
        for name in (
            *("bot_id", "once_key", "kind", "lane", "state", "visible_text", "channel_id", "thread_id", "article_id"),
            *("target_post_id", "revision", "weight", "template", "silent", "due_at", "fresh_until", "created_by"),
            "unknown_policy",
        )
    }
    values |= {"chat_id": str(post.chat_id), "requests": requests_to_json(post.requests), "created_at": now}
    values |= {"problem": problems.to_json(post.problem) if post.problem else None}
    statement = dialect.insert(tx, posts).values(**values).on_conflict_do_nothing().returning(posts.c.id)
    post_id: int | None = (await tx.execute(statement)).scalar_one_or_none()
    if post_id is not None and post.pin_for is not None and post.channel_id is not None:
        wish = {"post_id": post_id, "bot_id": post.bot_id, "channel_id": post.channel_id, "lasts": post.pin_for}
        await tx.execute(insert(pins).values(**wish))
    if post_id is not None:
        await buttons.put(tx, post.links)
    return post_id


async def get(tx: Tx, post_id: int) -> Post | None:
    row = (await tx.execute(select(posts).where(posts.c.id == post_id))).one_or_none()
    return post_of(row) if row else None


async def by_key(tx: Tx, *, bot_id: int, once_key: str) -> Post | None:
    query = select(posts).where(posts.c.bot_id == bot_id, posts.c.once_key == once_key)
    row = (await tx.execute(query)).one_or_none()
    return post_of(row) if row else None


async def of_article(tx: Tx, article_id: int, *, channel_id: int | None = None) -> tuple[Post, ...]:
    """The messages that carry an article (no edits, no retractions), the earliest first."""
    query = select(posts).where(posts.c.article_id == article_id, posts.c.kind.in_(_MESSAGES))
    if channel_id is not None:
        query = query.where(posts.c.channel_id == channel_id)
    return tuple(post_of(row) for row in (await tx.execute(query.order_by(posts.c.id))).all())


async def about(tx: Tx, article_id: int) -> tuple[Post, ...]:
    """Every message that carries an article, alerts to readers too; no edits, no retractions."""
    kinds = (PostKind.SHARE, PostKind.FLASH, PostKind.REPOST, PostKind.ALERT)
    query = select(posts).where(posts.c.article_id == article_id, posts.c.kind.in_(kinds)).order_by(posts.c.id)
    return tuple(post_of(row) for row in (await tx.execute(query)).all())


async def by_link(tx: Tx, link: str, *, bot_id: int) -> Post | None:
    """The message of ours that stands at a t.me address."""
    query = select(posts).where(posts.c.bot_id == bot_id, posts.c.remote_url == link, posts.c.kind.in_(_MESSAGES))
    row = (await tx.execute(query.order_by(posts.c.id).limit(1))).one_or_none()
    return post_of(row) if row else None


async def holding(tx: Tx, words: Collection[str], *, since: datetime | None) -> tuple[Post, ...]:
    """Messages and edits of any kind in whose stored words any of these may stand, themselves or in one of their edits;
    a wide net, to be looked at closely.  `since`: None = always."""
    if not words:
        return ()
    own = or_(*_may_hold(posts, words))
    told = posts.alias("told")
    later = select(told.c.target_post_id).where(told.c.target_post_id.is_not(None), or_(*_may_hold(told, words)))
    query = select(posts).where(or_(own, posts.c.id.in_(later)))
    if since is not None:
        query = query.where(posts.c.created_at >= since)
    return tuple(post_of(row) for row in (await tx.execute(query.order_by(posts.c.id))).all())


def _may_hold(table: FromClause, words: Collection[str]) -> list[ColumnElement[bool]]:
    found = []
    for word in words:
        found.append(table.c.visible_text.contains(word, autoescape=True))
        as_json = json.dumps(word, ensure_ascii=False)[1:-1]
        found.append(type_coerce(table.c.requests, Text).contains(as_json, autoescape=True))
    return found


async def put_words(tx: Tx, post_id: int, *, requests: Sequence[Request], visible_text: str) -> None:
    """Other words in the record of a message, whatever became of it."""
    values = {"requests": requests_to_json(requests), "visible_text": visible_text}
    await tx.execute(update(posts).where(posts.c.id == post_id).values(**values))


async def flashes(tx: Tx, channel_ids: Collection[int], *, since: datetime) -> tuple[Post, ...]:
    """Flashes that no article has told yet, the earliest first."""
    query = select(posts).where(
        posts.c.channel_id.in_(channel_ids),
        posts.c.kind == PostKind.FLASH,
        posts.c.article_id.is_(None),
        posts.c.state.in_(OPEN),
        posts.c.created_at >= since,
    )
    return tuple(post_of(row) for row in (await tx.execute(query.order_by(posts.c.id))).all())


async def adopt(tx: Tx, post_id: int, article_id: int) -> bool:
    """A flash becomes an article's post; False when another article was faster."""
    free = and_(posts.c.id == post_id, posts.c.article_id.is_(None))
    return (await tx.execute(update(posts).where(free).values(article_id=article_id))).rowcount == 1


async def erase_words(tx: Tx, article_id: int) -> None:
    """Forget what an article's messages said; what was done about them stays."""
    kinds = (PostKind.RETRACT, PostKind.DIGEST)
    mine = and_(posts.c.article_id == article_id, posts.c.kind.not_in(kinds))
    for row in (await tx.execute(select(posts.c.id, posts.c.requests).where(mine))).all():
        bare = [{"method": request["method"], "params": {}} for request in row.requests]
        await tx.execute(update(posts).where(posts.c.id == row.id).values(visible_text="", requests=bare))


async def carrying(tx: Tx, article_id: int, channel_id: int) -> Post | None:
    """The message that carries an article in a channel, or will; refused and cancelled ones do not."""
    found = await of_article(tx, article_id, channel_id=channel_id)
    return next((post for post in found if post.state not in (PostState.CANCELLED, PostState.REFUSED)), None)


async def changes_of(tx: Tx, target_post_id: int) -> tuple[Post, ...]:
    """Edits and retractions of a post, the earliest first."""
    query = select(posts).where(posts.c.target_post_id == target_post_id).order_by(posts.c.id)
    return tuple(post_of(row) for row in (await tx.execute(query)).all())


async def in_state(
    tx: Tx, states: Collection[PostState], *, bot_id: int | None = None, channel_id: int | None = None, limit: int = 100
) -> tuple[Post, ...]:
    """For lists that people read: the earliest due first."""
    query = select(posts).where(posts.c.state.in_(states))
    if bot_id is not None:
        query = query.where(posts.c.bot_id == bot_id)
    if channel_id is not None:
        query = query.where(posts.c.channel_id == channel_id)
    query = query.order_by(func.coalesce(posts.c.due_at, posts.c.created_at), posts.c.id).limit(limit)
    return tuple(post_of(row) for row in (await tx.execute(query)).all())


async def change_queued(
    tx: Tx,
    post_id: int,
    *,
    requests: Sequence[Request],
    visible_text: str,
    revision: int,
    weight: int = 1,
    template: str | None = None,
    silent: bool | None = None,
    due_at: datetime | None = None,
    links: Sequence[ButtonLink] = (),
) -> bool:
    """Other words for a post that still waits; False when it is under way or gone."""
    await buttons.put(tx, links)
    values: dict[str, Any] = {
        "requests": requests_to_json(requests),
        "visible_text": visible_text,
        "revision": revision,
        "weight": weight,
        "request_index": 0,
    }
    if template is not None:
        values["template"] = template
    if silent is not None:
        values["silent"] = silent
    if due_at is not None:
        values["due_at"] = due_at
    waiting = and_(posts.c.id == post_id, posts.c.state.in_(WAITING))
    return (await tx.execute(update(posts).where(waiting).values(**values))).rowcount == 1


async def reschedule(tx: Tx, post_id: int, *, due_at: datetime) -> bool:
    """Another time for a post that waits; False when it is under way or gone."""
    waiting = and_(posts.c.id == post_id, posts.c.state == PostState.QUEUED)
    values = {"due_at": due_at, "fresh_until": None}
    return (await tx.execute(update(posts).where(waiting).values(**values))).rowcount == 1


async def cancel(tx: Tx, post_id: int, *, problem: Problem | None = None) -> bool:
    """Withdraw a post that still waits; False when it is under way, sent or cancelled already."""
    waiting = and_(posts.c.id == post_id, posts.c.state.in_(STOPPABLE))
    values = {"state": PostState.CANCELLED, "problem": problems.to_json(problem) if problem else None}
    return (await tx.execute(update(posts).where(waiting).values(**values))).rowcount == 1


async def release_draft(
    tx: Tx, post_id: int, *, due_at: datetime, by: int | None, fresh_until: datetime | None = None
) -> bool:
    """An editor said yes.  Compare-and-set: of two editors one gets True."""
    values = {"state": PostState.QUEUED, "due_at": due_at, "created_by": by, "fresh_until": fresh_until}
    draft = and_(posts.c.id == post_id, posts.c.state == PostState.DRAFT)
    return (await tx.execute(update(posts).where(draft).values(**values))).rowcount == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """When a channel's posts were sent or are due, and the last one that waits."""

    times: tuple[datetime, ...] = ()
    last: datetime | None = None


async def taken_times(tx: Tx, channel_ids: Collection[int], *, since: datetime) -> Mapping[int, Taken]:
    """Of each channel's own messages (not edits) since a moment and of those to come."""
    if not channel_ids:
        return {}
    when = func.coalesce(posts.c.sent_at, posts.c.due_at, posts.c.created_at)
    query = select(posts.c.channel_id, posts.c.state, posts.c.lane, type_coerce(when, BigInteger).label("at")).where(
        posts.c.channel_id.in_(channel_ids),
        posts.c.kind.in_(_MESSAGES),
        posts.c.state.in_(OPEN),
        or_(posts.c.sent_at.is_(None), posts.c.sent_at >= since),
    )
    times: dict[int, list[datetime]] = defaultdict(list)
    last: dict[int, datetime] = {}
    for row in (await tx.execute(query)).all():
        at = from_millis(row.at)
        times[row.channel_id].append(at)
        if row.state == PostState.QUEUED and row.lane == Lane.CHANNEL:
            last[row.channel_id] = max(at, last.get(row.channel_id, at))
    return {channel: Taken(times=tuple(sorted(times[channel])), last=last.get(channel)) for channel in channel_ids}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPost:
    story_id: int
    channel_id: int
    post_id: int
    article_id: int
    site_name: str | None
    breaking: bool = False


async def of_stories(tx: Tx, story_ids: Collection[int], *, since: datetime) -> tuple[StoryPost, ...]:
    """Messages about these stories since a moment, the earliest first."""
    if not story_ids:
        return ()
    query = (
        select(
            articles.c.story_id, posts.c.channel_id, posts.c.id, posts.c.article_id, articles.c.site_name, posts.c.lane
        )
        .join(articles, articles.c.id == posts.c.article_id)
        .where(
            articles.c.story_id.in_(story_ids),
            posts.c.kind.in_((PostKind.SHARE, PostKind.FLASH)),
            posts.c.state.in_((*OPEN, PostState.DRAFT, PostState.HELD)),
            posts.c.created_at >= since,
            posts.c.channel_id.is_not(None),
        )
        .order_by(posts.c.id)
    )
    return tuple(
        StoryPost(
            story_id=row.story_id,
            channel_id=row.channel_id,
            post_id=row.id,
            article_id=row.article_id,
            site_name=row.site_name,
            breaking=row.lane == Lane.BREAKING,
        )
        for row in (await tx.execute(query)).all()
    )


async def alerts_of(tx: Tx, article_id: int) -> tuple[Post, ...]:
    """Messages that told readers of an article, or will."""
    query = select(posts).where(posts.c.article_id == article_id, posts.c.kind == PostKind.ALERT)
    return tuple(post_of(row) for row in (await tx.execute(query.order_by(posts.c.id))).all())


async def late_folded(tx: Tx, channel_id: int, *, code: str, since: datetime) -> tuple[Post, ...]:
    """Posts that the sender withdrew because their turn came too late, for the next digest."""
    query = select(posts).where(
        posts.c.channel_id == channel_id,
        posts.c.state == PostState.CANCELLED,
        posts.c.kind == PostKind.SHARE,
        posts.c.created_at >= since,
        posts.c.problem.is_not(None),
    )
    rows = (await tx.execute(query.order_by(posts.c.id).limit(200))).all()
    return tuple(post for row in rows if (post := post_of(row)).problem_code == code)
