"""Previews and pushes: what a person sees before is what goes out.

`preview` gives the requests that `push` writes down, byte for byte: both make the same order and hand it to the same
press.  `approve` and `reject` answer a draft; `reword` changes a post that people have seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from bot.errors import Problem, UsageError, phrase
from bot.model import Decision, Json, Lane, Post, PostKind, PostState, Stage
from bot.posts.adoption import becomes_flash
from bot.posts.compose import share_key
from bot.posts.context import Extras
from bot.posts.developments import pinned_for
from bot.posts.message import Message
from bot.posts.order import Order, chat_of
from bot.posts.press import Press
from bot.posts.takedown import withdrawn
from bot.posts.withdrawal import retract, withdraw
from bot.store import articles, channels, decisions, posts, rules
from bot.store.database import Database, Tx
from bot.store.posts import NewPost

__all__ = ["Press", "Pushed", "Wish", "approve", "preview", "push", "reject", "retract", "withdraw"]

_GONE = (PostState.CANCELLED, PostState.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person may choose about a post; None = as the channel has it.

    wording    their own words as Telegram HTML, instead of a template's
    picture    "none", the number of one of the article's pictures, or "file:" and a file id
    breaking   with its label, before everything but corrections"""

    template: str | None = None
    silent: bool | None = None
    note: str | None = None
    thread_id: int | None = None
    wording: str | None = None
    picture: str | None = None
    breaking: bool = False

    def remembered(self) -> dict[str, Json]:
        """What a later correction of the article must keep; part of the decision's evidence."""
        kept: dict[str, Json] = {"note": self.note, "wording": self.wording, "picture": self.picture}
        kept["breaking"] = self.breaking or None
        return {key: value for key, value in kept.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """`post_id`: the new post; `already`: the post that carries the article there, when there is one."""

    post_id: int | None = None
    already: Post | None = None


async def preview(db: Database, press: Press, article_id: int, channel_id: int, *, wish: Wish | None = None) -> Message:
    """The message as a push would write it down: `requests`, `visible_text`, figures, and why a template failed.

    Raises UsageError for an article or a channel that does not exist."""
    async with db.read() as tx:
        order = await _order(tx, press, article_id, channel_id, wish or Wish())
    return press.write(order)


async def push(
    db: Database,
    press: Press,
    article_id: int,
    channel_id: int,
    *,
    now: datetime,
    at: datetime | None = None,
    by: int | None = None,
    wish: Wish | None = None,
    again: bool = False,
) -> Pushed:
    """Write down the post that `preview` shows, due at `at` or now.  A second push of the same article to the same
    channel finds the first and makes none, unless `again` asks for a repost.

    Raises UsageError for an article or a channel that does not exist."""
    wish = wish or Wish()
    async with db.read() as tx:
        order = await _order(tx, press, article_id, channel_id, wish)
    made = press.write(order)
    async with db.write() as tx:
        earlier = await posts.of_article(tx, article_id, channel_id=channel_id)
        alive = [post for post in earlier if post.state not in _GONE and post.thread_id == wish.thread_id]
        if alive and not again:
            return await _release_as_shown(tx, alive[0], order, made, wish, at or now, by)
        post_id = await posts.add_post(tx, _new_post(order, made, earlier, at=at or now, by=by), now=now)
        if post_id is None:
            return Pushed(already=next(iter(earlier), None))
        await decisions.put(tx, _by_hand(order, {"by": by, **wish.remembered()}, now), post_id=post_id)
        return Pushed(post_id=post_id)


async def _release_as_shown(
    tx: Tx, post: Post, order: Order, made: Message, wish: Wish, due: datetime, by: int | None
) -> Pushed:
    """A draft that waits for an editor goes out in the words that this editor saw."""
    if post.state is not PostState.DRAFT:
        return Pushed(already=post)
    await posts.change_queued(
        tx,
        post.id,
        requests=made.requests,
        visible_text=made.visible_text,
        revision=order.article.revision,
        weight=made.weight,
        template=made.template,
        silent=order.silent,
        links=made.links,
    )
    if not await _release(tx, post, due, by, wish.remembered()):
        return Pushed(already=post)
    return Pushed(post_id=post.id)


async def approve(db: Database, press: Press, post_id: int, *, now: datetime, by: int | None = None) -> bool:
    """An editor says yes to a draft; False when somebody was faster or it is gone.  A draft that tells a flash becomes
    that flash's update, and no second post."""
    async with db.write() as tx:
        post = await posts.get(tx, post_id)
        if post is None:
            return False
        return await becomes_flash(tx, press, post, now=now, by=by) or await _release(tx, post, now, by)


async def reject(db: Database, post_id: int, *, now: datetime, by: int | None = None) -> bool:
    """An editor says no to a draft or to a post that still waits."""
    async with db.write() as tx:
        post = await posts.get(tx, post_id)
        if post is None or not await posts.cancel(tx, post_id):
            return False
        if post.article_id is not None and post.channel_id is not None:
            decision = Decision(
                article_id=post.article_id,
                channel_id=post.channel_id,
                posted=False,
                stage=Stage.APPROVAL,
                reason=phrase("An editor said no."),
                evidence={"by": by},
                decided_at=now,
            )
            await decisions.put(tx, decision, post_id=post_id)
        return True


async def _order(tx: Tx, press: Press, article_id: int, channel_id: int, wish: Wish) -> Order:
    article = await articles.get(tx, article_id)
    if article is None:
        raise _unknown("article", article_id)
    if await articles.is_withdrawn(tx, article_id):
        raise UsageError(withdrawn())
    channel = await channels.get(tx, channel_id)
    if channel is None:
        raise _unknown("channel", channel_id)
    sources = await rules.sources_by_id(tx, [article.source_id] if article.source_id else [])
    order = press.order(article, channel, sources.get(article.source_id or 0))
    return replace(
        order,
        template=wish.template,
        silent=bool(wish.silent),
        thread_id=wish.thread_id,
        wording=wish.wording,
        picture=wish.picture,
        extras=Extras(note=wish.note, breaking=wish.breaking),
    )


def _new_post(order: Order, made: Message, earlier: tuple[Post, ...], *, at: datetime, by: int | None) -> NewPost:
    article, channel = order.article, order.channel
    first = earlier[0] if earlier else None
    key = share_key(article.id, channel.id, order.thread_id)
    return NewPost(
        bot_id=channel.bot_id,
        once_key=key if first is None else f"repost:{first.id}:{len(earlier)}",
        kind=PostKind.SHARE if all(post.state in _GONE for post in earlier) else PostKind.REPOST,
        lane=Lane.BREAKING if order.extras.breaking else Lane.MANUAL,
        chat_id=chat_of(channel),
        requests=made.requests,
        visible_text=made.visible_text,
        channel_id=channel.id,
        thread_id=order.thread_id,
        article_id=article.id,
        revision=article.revision,
        weight=made.weight,
        template=made.template,
        silent=order.silent,
        due_at=at,
        pin_for=pinned_for(channel) if order.extras.breaking else None,
        created_by=by,
        problem=made.problem,
        links=made.links,
    )


async def _release(
    tx: Tx, post: Post, due: datetime, by: int | None, evidence: Mapping[str, Json] = MappingProxyType({})
) -> bool:
    """A draft goes out; its decision says so."""
    if not await posts.release_draft(tx, post.id, due_at=due, by=by):
        return False
    if post.article_id is not None:
        for decision in await decisions.of_article(tx, post.article_id):
            if decision.channel_id == post.channel_id:
                reason = phrase("An editor said yes.") if by is not None else phrase("Nobody objected in time.")
                agreed = replace(decision, posted=True, stage=Stage.POSTED, reason=reason)
                known = {**decision.evidence, "by": by, **evidence}
                await decisions.put(tx, replace(agreed, decided_at=due, evidence=known), post_id=post.id)
    return True


def _by_hand(order: Order, evidence: dict[str, Json], now: datetime) -> Decision:
    return Decision(
        article_id=order.article.id,
        channel_id=order.channel.id,
        posted=True,
        stage=Stage.POSTED,
        reason=phrase("Pushed by hand."),
        evidence={key: value for key, value in evidence.items() if value is not None},
        decided_at=now,
    )


def _unknown(what: str, number: int) -> UsageError:
    problem = Problem(
        code="SW-P20",
        title=phrase("There is no article {number}.", number=number),
        cause=phrase("Nothing here has this number."),
        fix=phrase("Look it up: sharewire search WORDS"),
        meanwhile="Nothing was made.",
    )
    if what == "channel":
        title, fix = (
            phrase("There is no channel {number}.", number=number),
            phrase("Look it up: sharewire channels list"),
        )
        problem = replace(problem, title=title, fix=fix)
    if what == "post":
        title, fix = phrase("There is no post {number}.", number=number), phrase("Look it up: sharewire queue list")
        problem = replace(problem, title=title, fix=fix)
    return UsageError(problem)
