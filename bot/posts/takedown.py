"""Withdrawing an article everywhere, for legal reasons: one action for every channel, picture of an album, alert,
digest, waiting post, preview, saved list, search and inline answer.

What takes its place never quotes it.  The original stays in the database for the owner alone, or is erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.errors import Problem, UsageError, phrase
from bot.model import Lane, Post, PostKind, PostState, Request
from bot.posts import characters, markup, striking
from bot.posts.adoption import take_place
from bot.posts.press import Press
from bot.posts.requests import edit_params
from bot.posts.revision import sent_request
from bot.posts.rewording import current_html, latest_request
from bot.posts.striking import Marks
from bot.posts.withdrawal import retract, retract_all
from bot.store import articles, audit, decisions, drafts, finds, notices, posts, saved, search, sightings
from bot.store.articles import WITHDRAWN
from bot.store.database import Database, Tx
from bot.store.posts import NewPost

DELETABLE: Final = timedelta(hours=48)
"""A bot may delete its own messages for so long; older ones can only be edited (Bot API, deleteMessage)."""
_CARRYING = (PostKind.SHARE, PostKind.FLASH, PostKind.REPOST, PostKind.ALERT)
_GONE = (PostState.CANCELLED, PostState.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where an article stands.

    sent, waiting   messages in channels, and those still to come
    alerts          messages to readers
    digests         digests that hold it; other messages that name it are counted with the messages
    saved           readers' lists that it is on
    old             addresses of messages too old to delete: they are edited, and a person may delete them by hand"""

    sent: int = 0
    waiting: int = 0
    alerts: int = 0
    digests: int = 0
    saved: int = 0
    old: tuple[str, ...] = ()


async def reach(db: Database, article_id: int, *, now: datetime) -> Reach:
    """What `withdraw_everywhere` would touch.  Raises UsageError for an unknown article."""
    async with db.read() as tx:
        return await _reach(tx, article_id, now)


async def channels_of(db: Database, article_id: int) -> frozenset[int]:
    """The channels whose posts and digests hold it, or are to; whoever withdraws it needs a right in each."""
    async with db.read() as tx:
        found = (*await posts.about(tx, article_id), *await _naming(tx, article_id))
    return frozenset(post.channel_id for post in found if post.channel_id is not None)


async def withdraw_everywhere(
    db: Database,
    press: Press,
    article_id: int,
    *,
    now: datetime,
    by: int | None = None,
    reason: str | None = None,
    erase: bool = False,
) -> Reach:
    """Take it back wherever it stands, and let nobody find or push it again.  Repeated, it finishes what a crash cut.

    Raises UsageError for an unknown article."""
    async with db.read() as tx:
        touched = await _reach(tx, article_id, now)
        carrying = await posts.about(tx, article_id)
        article = await articles.get(tx, article_id)
    assert article is not None
    async with db.write() as tx:  # first of all: whatever looks from now on finds nothing
        await articles.withdraw(tx, article_id, problem=withdrawn(), now=now)
        await search.forget(tx, article_id)
        await finds.drop_article(tx, article_id)
        await drafts.discard_of(tx, article_id, by=by or 0, now=now)
        await notices.replace(tx, key=f"page-missing:{article_id}", problem=withdrawn(), now=now)
    await retract_all(db, press, [post.id for post in carrying], now=now, by=by, reason=reason)
    marks = striking.marks_of(article)
    async with db.read() as tx:
        naming = await _naming(tx, article_id)
    for post in naming:
        async with db.write() as tx:
            emptied = await _strike_out(tx, post, article_id, marks, now=now)
        if emptied:
            await retract(db, press, post.id, now=now, by=by, reason=reason)
    if erase:
        async with db.write() as tx:
            await _erase(tx, article_id, marks, [post.id for post in carrying])
    return touched


async def _reach(tx: Tx, article_id: int, now: datetime) -> Reach:
    if await articles.get(tx, article_id) is None:
        raise UsageError(_unknown(article_id))
    carrying, naming = await posts.about(tx, article_id), await _naming(tx, article_id)
    digests = [post for post in naming if post.kind is PostKind.DIGEST]
    others = [post for post in naming if post.kind is not PostKind.DIGEST]
    sent = [post for post in (*carrying, *others) if post.state is PostState.SENT]
    old = [p.remote_url for p in (*sent, *digests) if p.remote_url and p.sent_at and now - p.sent_at >= DELETABLE]
    return Reach(
        sent=sum(post.kind is not PostKind.ALERT for post in sent),
        alerts=sum(post.kind is PostKind.ALERT for post in sent),
        waiting=sum(post.state in posts.STOPPABLE for post in (*carrying, *others)),
        digests=len(digests),
        saved=await saved.count_of(tx, article_id),
        old=tuple(old),
    )


async def _naming(tx: Tx, article_id: int) -> tuple[Post, ...]:
    """Messages about other things that name it, at first or after an edit, and can be seen or will be."""
    article = await articles.get(tx, article_id)
    if article is None:
        return ()
    marks, found = striking.marks_of(article), []
    for post in await posts.holding(tx, marks.words, since=article.found_at):
        if post.kind not in (*_CARRYING, PostKind.DIGEST) or post.state in _GONE or post.article_id == article_id:
            continue
        changes = await posts.changes_of(tx, post.id)
        if any(change.kind is PostKind.RETRACT and change.state not in _GONE for change in changes):
            continue
        if _struck(post, changes, marks) is not None:
            found.append(post)
    return tuple(found)


def _struck(post: Post, changes: tuple[Post, ...], marks: Marks) -> markup.Markup | None:
    return striking.strike(current_html(post, changes), marks, by_head=post.kind is PostKind.DIGEST)


async def _strike_out(tx: Tx, post: Post, article_id: int, marks: Marks, *, now: datetime) -> bool:
    """The message without what it says of this article; True when nothing would be left of it."""
    changes = await posts.changes_of(tx, post.id)
    made = _struck(post, changes, marks)
    if made is None or made.is_empty:
        return made is not None
    if post.state in posts.WAITING:
        shown = striking.strike_all(post.requests, marks, by_head=post.kind is PostKind.DIGEST)
        await posts.change_queued(
            tx, post.id, requests=shown, visible_text=made.text, revision=post.revision, weight=post.weight
        )
        return False
    await take_place(tx, changes, now)
    again = sum(change.kind is PostKind.EDIT for change in changes)
    await posts.add_post(tx, _edit(post, changes, made, f"edit:{post.id}:without:{article_id}:{again}", now), now=now)
    return False


def _edit(post: Post, changes: tuple[Post, ...], made: markup.Markup, key: str, now: datetime) -> NewPost:
    """In nobody's name: what a person wrote of a post stays in the machine's hands after this."""
    sent, latest = sent_request(post), latest_request(post, changes)
    params = edit_params(sent, made.html, post.chat_id)
    if sent.method == "sendMessage":
        params["link_preview_options"] = latest.params.get("link_preview_options") or {"is_disabled": True}
    if "reply_markup" in latest.params:
        params["reply_markup"] = latest.params["reply_markup"]
    method = "editMessageText" if sent.method == "sendMessage" else "editMessageCaption"
    return NewPost(
        bot_id=post.bot_id,
        once_key=key,
        kind=PostKind.EDIT,
        lane=Lane.CORRECTION,
        chat_id=post.chat_id,
        requests=(Request(method=method, params=params),),
        visible_text=made.text,
        channel_id=post.channel_id,
        thread_id=post.thread_id,
        article_id=post.article_id,
        target_post_id=post.id,
        revision=post.revision,
        template=post.template,
        silent=True,
        due_at=now,
    )


async def _erase(tx: Tx, article_id: int, marks: Marks, carrying: list[int]) -> None:
    """Nothing of what it said stays here, in whatever row it stood."""
    await decisions.erase_words(tx, article_id)
    await drafts.erase_words(tx, article_id)
    await posts.erase_words(tx, article_id)
    await audit.erase_posts(tx, carrying)
    for post in await posts.holding(tx, marks.words, since=None):
        by_head = post.kind in (PostKind.DIGEST, PostKind.EDIT)
        shown = striking.strike_all(post.requests, marks, by_head=by_head)
        text = striking.strike(str(characters.escape(post.visible_text)), marks, by_head=by_head)
        await posts.put_words(tx, post.id, requests=shown, visible_text=text.text if text else post.visible_text)
        await sightings.forget(tx, bot_id=post.bot_id, message_ids=post.remote_ids)
    for post in await posts.about(tx, article_id):
        await sightings.forget(tx, bot_id=post.bot_id, message_ids=post.remote_ids)
    await articles.erase(tx, article_id)


def withdrawn() -> Problem:
    """What such an article says of itself."""
    return Problem(
        code=WITHDRAWN,
        title=phrase("This article was withdrawn."),
        cause=phrase("Somebody asked for it, and an editor took it back everywhere."),
        fix=phrase("Only the owner can still see it: /withdraw and its address."),
        meanwhile=phrase("It is not posted, found or shared any more."),
    )


def _unknown(article_id: int) -> Problem:
    return Problem(
        code="SW-P51",
        title=phrase("There is no article {number}.", number=article_id),
        cause=phrase("No article has this number."),
        fix=phrase("Look it up: sharewire search WORDS"),
        meanwhile=phrase("Nothing was changed."),
    )
