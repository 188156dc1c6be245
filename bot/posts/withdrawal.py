"""Withdrawals: a post taken back, so that people see that something was, and nothing of what it said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.errors import Problem, TemplateError, UsageError, phrase
from bot.model import Article, Channel, Lane, Post, PostKind, PostState, Request
from bot.posts import characters, links, markup
from bot.posts.adoption import take_place
from bot.posts.context import empty_values
from bot.posts.filters import Desk
from bot.posts.order import zone_of
from bot.posts.press import Press
from bot.posts.rendering import plain
from bot.posts.requests import edit_params
from bot.posts.revision import sent_request
from bot.posts.words import WITHDRAWN
from bot.store import articles, channels, finds, posts
from bot.store.database import Database, Tx
from bot.store.posts import NewPost
from bot.wording import words_for

_GONE = (PostState.CANCELLED, PostState.REFUSED)
_AT_ONCE = 50
_Tell = Callable[[Post, Channel | None, Article | None], tuple[tuple[Request, ...], str]]


async def retract(
    db: Database,
    press: Press,
    post_id: int,
    *,
    now: datetime,
    by: int | None = None,
    delete: bool = False,
    reason: str | None = None,
    link: str | None = None,
) -> int | None:
    """Withdraw a post: one that waits is cancelled, one that people see becomes a tombstone that quotes nothing of it
    (or, with `delete`, goes away).  Gives the id of the post that does it; None when nothing is left to do.

    Raises UsageError for an unknown post."""
    (made,) = await retract_all(db, press, (post_id,), now=now, by=by, delete=delete, reason=reason, link=link)
    return made


async def retract_all(
    db: Database,
    press: Press,
    post_ids: Sequence[int],
    *,
    now: datetime,
    by: int | None = None,
    delete: bool = False,
    reason: str | None = None,
    link: str | None = None,
) -> tuple[int | None, ...]:
    """The same for many, such as the alerts that thousands of readers had: some dozens share a transaction."""

    def tell(post: Post, channel: Channel | None, article: Article | None) -> tuple[tuple[Request, ...], str]:
        return withdrawal(press, post, channel, article, now=now, delete=delete, reason=reason, link=link)

    done: list[int | None] = []
    for start in range(0, len(post_ids), _AT_ONCE):
        async with db.write() as tx:
            for post_id in post_ids[start : start + _AT_ONCE]:
                done.append(await _retract(tx, post_id, tell, now=now, by=by))
    return tuple(done)


async def _retract(tx: Tx, post_id: int, tell: _Tell, *, now: datetime, by: int | None) -> int | None:
    post = await posts.get(tx, post_id)
    if post is None:
        raise UsageError(
            Problem(
                code="SW-P21",
                title=phrase("There is no post {number}.", number=post_id),
                cause=phrase("No post has this number."),
                fix=phrase("Look it up: sharewire queue list"),
                meanwhile=phrase("Nothing was changed."),
            )
        )
    if await posts.cancel(tx, post_id) or post.state in _GONE:
        return None
    await take_place(tx, await posts.changes_of(tx, post_id), now)
    channel = await channels.get(tx, post.channel_id) if post.channel_id is not None else None
    article = await articles.get(tx, post.article_id) if post.article_id is not None else None
    requests, shown = tell(post, channel, article)
    new = NewPost(
        bot_id=post.bot_id,
        once_key=f"retract:{post_id}",
        kind=PostKind.RETRACT,
        lane=Lane.CORRECTION,
        chat_id=post.chat_id,
        requests=requests,
        visible_text=shown,
        channel_id=post.channel_id,
        thread_id=post.thread_id,
        article_id=post.article_id,
        target_post_id=post_id,
        template="retraction",
        silent=True,
        due_at=now,
        created_by=by,
    )
    return await posts.add_post(tx, new, now=now)


async def withdraw(
    db: Database, press: Press, article_id: int, *, now: datetime, by: int | None = None, delete: bool = False
) -> tuple[int, ...]:
    """Retract an article's posts in every channel and chat, and take it out of the archive's lists; the ids of the
    posts that do it."""
    async with db.write() as tx:
        found = (*await posts.of_article(tx, article_id), *await posts.alerts_of(tx, article_id))
        await articles.skip(tx, article_id, _withdrawn())
        await finds.drop_article(tx, article_id)
    done = await retract_all(db, press, [post.id for post in found], now=now, by=by, delete=delete)
    return tuple(post_id for post_id in done if post_id is not None)


def _withdrawn() -> Problem:
    return Problem(
        code="SW-P26",
        title=phrase("This article was withdrawn."),
        cause=phrase("Somebody who runs the bot took it back."),
        fix=phrase("To post it all the same, push its address: sharewire push URL"),
        where="the article",
        meanwhile=phrase("Nothing was changed."),
    )


def withdrawal(
    press: Press,
    post: Post,
    channel: Channel | None,
    article: Article | None,
    *,
    now: datetime,
    delete: bool = False,
    reason: str | None = None,
    link: str | None = None,
) -> tuple[tuple[Request, ...], str]:
    """The requests that withdraw a sent post, and what is seen after.

    A picture or a video would stay under a tombstone, so those are deleted; where Telegram no longer lets us (older
    than 48 hours) their caption is replaced."""
    sent = sent_request(post)
    made = _tombstone(press, channel, article, now=now, reason=reason, link=link)
    removal = Request(method="deleteMessages", params={"chat_id": post.chat_id}, why="deleted")
    params = edit_params(sent, made.html, post.chat_id)
    method = "editMessageText" if sent.method == "sendMessage" else "editMessageCaption"
    if method == "editMessageText":
        params["link_preview_options"] = {"is_disabled": True}
    edit = Request(method=method, params=params, why="tombstone")
    if delete or sent.method != "sendMessage":
        return (removal, edit), made.text
    return (edit,), made.text


def _tombstone(
    press: Press,
    channel: Channel | None,
    article: Article | None,
    *,
    now: datetime,
    reason: str | None,
    link: str | None,
) -> markup.Markup:
    language = (article.language if article else None) or (channel.language if channel else None)
    words = words_for(language)
    address = links.acceptable(link or "")
    values = empty_values(channel) if channel else {}
    values["withdrawn"] = {
        "at": int(now.timestamp()),
        "reason": characters.clean(reason) if reason else None,
        "link": address,
        "domain": links.host(address),
    }
    desk = Desk(words=words, zone=zone_of(channel.timezone if channel else "UTC"), rtl=words.is_rtl)
    given = {name: plain(value) for name, value in values.items()}
    try:
        return markup.measure(press.renderer.render("retraction", given, desk))
    except TemplateError:  # a withdrawal must not wait for a template to be mended
        return markup.from_text(words.say(WITHDRAWN, time=words.time(now.astimezone(desk.zone))))
