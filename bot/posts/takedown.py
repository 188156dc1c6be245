"""Withdrawing an article everywhere, for legal reasons: one action for every channel, picture of an album, alert,
digest, waiting post, preview, saved list, search and inline answer.

What takes its place never quotes it.  The original stays in the database for the owner alone, or is erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.errors import Problem, UsageError
from bot.model import Json, Lane, Post, PostKind, PostState, Request
from bot.posts import characters, links, markup
from bot.posts.press import Press
from bot.posts.requests import edit_params
from bot.posts.revision import sent_request
from bot.posts.rewording import current_html
from bot.posts.withdrawal import retract
from bot.store import articles, audit, drafts, posts, saved, search
from bot.store.articles import WITHDRAWN
from bot.store.database import Database, Tx
from bot.store.posts import NewPost

DELETABLE: Final = timedelta(hours=48)
"""A bot may delete its own messages for so long; older ones can only be edited (Bot API, deleteMessage)."""
_HEAD: Final = 60  # characters of a headline by which a digest's line is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where an article stands.

    sent, waiting   messages in channels, and those still to come
    alerts          messages to readers
    digests         digests that hold it
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
        found = (*await posts.about(tx, article_id), *await _digests(tx, article_id))
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
    async with db.write() as tx:  # first of all: whatever looks from now on finds nothing
        await articles.withdraw(tx, article_id, problem=withdrawn(), now=now)
        await search.forget(tx, article_id)
        await drafts.discard_of(tx, article_id, by=by or 0, now=now)
    for post in carrying:
        await retract(db, press, post.id, now=now, by=by, reason=reason)
    async with db.write() as tx:
        for post in await _digests(tx, article_id):
            await _strike_out(tx, post, article_id, now=now, by=by)
        if erase:
            await articles.erase(tx, article_id)
            await posts.erase_words(tx, article_id)
            await audit.erase_posts(tx, [post.id for post in carrying])
    return touched


async def _reach(tx: Tx, article_id: int, now: datetime) -> Reach:
    if await articles.get(tx, article_id) is None:
        raise UsageError(_unknown(article_id))
    carrying = await posts.about(tx, article_id)
    digests = await _digests(tx, article_id)
    sent = [post for post in carrying if post.state is PostState.SENT]
    old = [p.remote_url for p in (*sent, *digests) if p.remote_url and p.sent_at and now - p.sent_at >= DELETABLE]
    return Reach(
        sent=sum(post.kind is not PostKind.ALERT for post in sent),
        alerts=sum(post.kind is PostKind.ALERT for post in sent),
        waiting=sum(post.state in posts.STOPPABLE for post in carrying),
        digests=len(digests),
        saved=await saved.count_of(tx, article_id),
        old=tuple(old),
    )


async def _digests(tx: Tx, article_id: int) -> tuple[Post, ...]:
    """Digests whose words, at first or after an edit, hold the article's headline or address."""
    article = await articles.get(tx, article_id)
    if article is None:
        return ()
    marks = _marks(article.title, article.canonical_url or article.url)
    return await posts.digests_with(tx, marks)


def _marks(title: str | None, url: str | None) -> tuple[str, ...]:
    head = characters.one_line(title or "")[:_HEAD].strip()
    return tuple(mark for mark in (head, links.acceptable(url or "")) if mark)


async def _strike_out(tx: Tx, post: Post, article_id: int, *, now: datetime, by: int | None) -> None:
    """The digest without the lines of this article."""
    article = await articles.get(tx, article_id)
    assert article is not None
    changes = await posts.changes_of(tx, post.id)
    escaped = [str(characters.escape(mark)) for mark in _marks(article.title, article.canonical_url or article.url)]
    before = current_html(post, changes)
    kept = [line for line in before.split("\n") if not any(mark in line for mark in escaped)]
    made = markup.to_telegram("\n".join(kept))
    if "\n".join(kept) == before or made.is_empty:
        return
    sent = sent_request(post)
    params = {**edit_params(sent, made.html, post.chat_id), "link_preview_options": {"is_disabled": True}}
    if post.state in posts.WAITING:
        own: dict[str, Json] = {**sent.params, "text": made.html}
        shown = (Request(method=sent.method, params=own),)
        await posts.change_queued(tx, post.id, requests=shown, visible_text=made.text, revision=post.revision)
        return
    for change in changes:
        await posts.cancel(tx, change.id)
    new = NewPost(
        bot_id=post.bot_id,
        once_key=f"edit:{post.id}:without:{article_id}",
        kind=PostKind.EDIT,
        lane=Lane.CORRECTION,
        chat_id=post.chat_id,
        requests=(Request(method="editMessageText", params=params),),
        visible_text=made.text,
        channel_id=post.channel_id,
        target_post_id=post.id,
        template=post.template,
        silent=True,
        due_at=now,
        created_by=by,
    )
    await posts.add_post(tx, new, now=now)


def withdrawn() -> Problem:
    """What such an article says of itself."""
    return Problem(
        code=WITHDRAWN,
        title="This article was withdrawn.",
        cause="Somebody asked for it, and an editor took it back everywhere.",
        fix="Only the owner can still see it: /withdraw and its address.",
        meanwhile="It is not posted, found or shared any more.",
    )


def _unknown(article_id: int) -> Problem:
    return Problem(
        code="SW-P51",
        title=f"There is no article {article_id}.",
        cause="No article has this number.",
        fix="Look it up: sharewire search WORDS",
        meanwhile="Nothing was changed.",
    )
