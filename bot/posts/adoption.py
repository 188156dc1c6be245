"""Adoption: a flash goes on as the post of the article that tells it; and how any change of a post is written down.

Whether a rule sends the article or an editor approves it, people see one post: the flash, edited in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import phrase
from bot.model import Article, Channel, Decision, Post, PostKind, PostState, Stage
from bot.posts import amendment, flash, revision
from bot.posts.press import Press
from bot.posts.revision import Posted, Rewritten
from bot.store import articles, channels, decisions, notices, posts, rules
from bot.store.database import Tx
from bot.store.posts import NewPost
from bot.store.rules import SourceFacts

BECAME = phrase("It became the flash that was posted before.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """A flash that an article tells, and the edit that makes it the article's post."""

    post_id: int
    decision: Decision
    edit: Rewritten | NewPost | None


def adopt(
    press: Press,
    decision: Decision,
    told: Post,
    article: Article,
    channel: Channel,
    source: SourceFacts | None,
    *,
    now: datetime,
) -> Adopted:
    """The flash goes on as this article's post: edited in silence, and corrected with it later.  Pure."""
    evidence = {**decision.evidence, "breaking": True, "flash": told.id}
    taken = replace(decision, posted=True, stage=Stage.POSTED, reason=BECAME, evidence=evidence)
    posted = Posted(post=told, article=article, channel=channel, source=source, breaking=True)
    return Adopted(post_id=told.id, decision=taken, edit=revision.revise(press, posted, now=now))


async def write_adopted(tx: Tx, one: Adopted, article: Article, now: datetime) -> bool:
    """False when another article was faster."""
    if not await posts.adopt(tx, one.post_id, article.id):
        return False
    await decisions.put(tx, one.decision, post_id=one.post_id)
    if one.edit is not None:
        await apply(tx, one.edit, article.revision, now)
    return True


async def becomes_flash(tx: Tx, press: Press, draft: Post, *, now: datetime, by: int | None) -> bool:
    """An approved draft whose article tells a flash of its channel: the flash becomes it, and no second post is made.
    False when there is no such flash; the draft is as it was."""
    if draft.state is not PostState.DRAFT or draft.article_id is None or draft.channel_id is None:
        return False
    article, channel = await articles.get(tx, draft.article_id), await channels.get(tx, draft.channel_id)
    if article is None or channel is None:
        return False
    told = flash.told_by(article, await posts.flashes(tx, [channel.id], since=now - flash.LASTS))
    if told is None:
        return False
    asked = {one.channel_id: one for one in await decisions.of_article(tx, article.id)}.get(channel.id)
    decision = asked or Decision(
        article_id=article.id, channel_id=channel.id, posted=False, stage=Stage.APPROVAL, reason=""
    )
    decision = replace(decision, decided_at=now, evidence={**decision.evidence, "by": by})
    sources = await rules.sources_by_id(tx, [article.source_id] if article.source_id else [])
    one = adopt(press, decision, told, article, channel, sources.get(article.source_id or 0), now=now)
    return await write_adopted(tx, one, article, now) and await posts.cancel(tx, draft.id)


async def apply(tx: Tx, change: Rewritten | NewPost, number: int, now: datetime) -> int | None:
    """Write a revision down: new words for a waiting post, or an edit in place of earlier edits that still wait."""
    if isinstance(change, Rewritten):
        made = change.message
        await posts.change_queued(
            tx,
            change.post_id,
            requests=made.requests,
            visible_text=made.visible_text,
            revision=number,
            weight=made.weight,
            template=made.template,
            links=made.links,
        )
        return change.post_id
    assert change.target_post_id is not None
    await take_place(tx, await posts.changes_of(tx, change.target_post_id), now)
    post_id = await posts.add_post(tx, change, now=now)
    if post_id is not None and change.state is PostState.HELD and change.problem is not None:
        key = f"{amendment.CARD}:{post_id}"
        await notices.tell(tx, bot_id=change.bot_id, key=key, problem=change.problem, now=now)
    return post_id


async def take_place(tx: Tx, changes: Sequence[Post], now: datetime) -> None:
    """Earlier edits that still wait, or ask whether they may be made, give way."""
    for earlier in changes:
        if earlier.kind is PostKind.EDIT and await posts.cancel(tx, earlier.id):
            await notices.close(tx, bot_id=earlier.bot_id, key=f"{amendment.CARD}:{earlier.id}", now=now)
