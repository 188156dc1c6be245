"""From the card to the outbox: publish with ten seconds to undo, plan for later, take back.

A draft is taken by compare-and-set before its posts are written down, so of two editors one publishes and the other is
told; what a crash cuts in two is finished by the same press.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.channels import causes
from bot.chat.context import Context
from bot.chat.editors import drafting
from bot.model import Channel, Json, Post, PostState
from bot.posts import hours
from bot.posts import preview as composing
from bot.store import audit, channels, drafts, posts
from bot.store.drafts import Draft

HOLD: Final = timedelta(seconds=10)
"""Between Publish and sending; a channel's `hold` option says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of a draft: its posts, and those that stand there already."""

    post_ids: tuple[int, ...]
    already: tuple[Post, ...]
    due_at: datetime


def hold_of(channel: Channel) -> timedelta:
    wish = channel.options.get("hold")
    if wish is None:
        return HOLD
    return hours.duration(wish) or timedelta()


async def take(context: Context, draft: Draft, user_id: int, *, to: str) -> Draft | None:
    """The draft in its new state; None when somebody was faster."""
    async with context.db.write() as tx:
        if not await drafts.move(tx, draft, to=to, user_id=user_id, now=context.now()):
            return None
        return await drafts.get(tx, draft.id, bot_id=context.bot_id)


async def write_down(
    context: Context, draft: Draft, user_id: int, *, at: datetime | None = None, again: bool = False
) -> Written:
    """Write the posts of a taken draft down, due after the hold or at a chosen time.  Repeated, it makes none twice.

    Raises UsageError when the article or a channel is no longer there."""
    now, wish = context.now(), drafting.wish_of(draft.options)
    assert draft.article_id is not None and draft.channel_id is not None
    targets = dict.fromkeys((draft.channel_id, *drafting.also_of(draft)))
    async with context.db.read() as tx:
        found = [await channels.get(tx, channel_id) for channel_id in targets]
    due = at or now + max((hold_of(channel) for channel in found if channel is not None), default=HOLD)
    made: list[int] = []
    already: list[Post] = []
    for channel_id in targets:
        pushed = await composing.push(
            context.db, context.press, draft.article_id, channel_id,
            by=user_id, now=now, at=due, wish=wish, again=again,
        )  # fmt: skip
        if pushed.post_id is not None:
            made.append(pushed.post_id)
        elif pushed.already is not None:
            already.append(pushed.already)
    following: list[Json] = [*made, *(post.id for post in already if post.state is not PostState.SENT)]
    async with context.db.write() as tx:
        known = await drafts.get(tx, draft.id, bot_id=context.bot_id)
        if known is not None and following:
            options = {**known.options, "posts": following, "told": False}
            first = int(following[0])
            await drafts.change(tx, known, now=now, user_id=user_id, post_id=first, options=options)
        await audit.write_posts(tx, made, what="post-scheduled" if at else "post-published", now=now, by=user_id)
    context.wake("deliver")
    return Written(post_ids=tuple(made), already=tuple(already), due_at=due)


async def take_back(context: Context, draft: Draft, user_id: int) -> bool:
    """Undo within the hold, or cancel what is planned; False when a post went out already."""
    now = context.now()
    async with context.db.write() as tx:
        found = [await posts.get(tx, post_id) for post_id in drafting.posts_of(draft)]
        waiting = [post for post in found if post is not None and post.state in posts.WAITING]
        if not waiting or any(post is not None and post.state not in posts.WAITING for post in found):
            return False
        for post in waiting:
            await posts.cancel(tx, post.id, problem=causes.taken_back(now))
        await audit.write_posts(tx, [post.id for post in waiting], what="post-cancelled", now=now, by=user_id)
        return await drafts.move(tx, draft, to="open", user_id=user_id, now=now)


async def put_off(context: Context, draft: Draft, at: datetime, user_id: int) -> bool:
    """Another time for what is planned; False when it went out already."""
    now = context.now()
    async with context.db.write() as tx:
        moved = [one for one in drafting.posts_of(draft) if await posts.reschedule(tx, one, due_at=at)]
        if not moved:
            return False
        options = {**draft.options, "told": False}
        await drafts.change(tx, draft, now=now, user_id=user_id, options=options)
        await audit.write_posts(tx, moved, what=what_is_done(at, now), now=now, by=user_id)
    context.wake("deliver")
    return True


def what_is_done(at: datetime, now: datetime) -> str:
    """In the record: to send something now is to publish it, later is to schedule it."""
    return "post-scheduled" if at > now else "post-published"
