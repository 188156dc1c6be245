"""Rewording: an editor changes a post that people have seen, in silence, with or without a visible mark.

What a person wrote stays: a later change of the article edits such a post no more (revision.py).
"""

from __future__ import annotations

from datetime import datetime

from bot.errors import Problem, UsageError, phrase
from bot.model import Json, Lane, Post, PostKind, PostState, Request
from bot.posts import characters, markup
from bot.posts.adoption import take_place
from bot.posts.order import zone_of
from bot.posts.requests import edit_params
from bot.posts.revision import sent_request
from bot.posts.words import CORRECTED
from bot.store import articles, channels, posts
from bot.store.database import Database, Tx
from bot.store.posts import NewPost
from bot.wording import words_for

_GONE = (PostState.CANCELLED, PostState.REFUSED)
_UNSEEN = (*_GONE, PostState.HELD)


async def reword(db: Database, post_id: int, html: str, *, now: datetime, by: int) -> int:
    """Other words for a sent post, as Telegram HTML; buttons and preview card stay.  The id of the edit.

    Raises UsageError: no such post, not sent, withdrawn, or the words are too long."""
    async with db.write() as tx:
        post, changes = await _sent(tx, post_id)
        limit = _limit_of(sent_request(post))
        if problem := too_long(html, limit):
            raise UsageError(problem)
        return await _write(tx, post, changes, markup.to_telegram(html, limit=limit), now=now, by=by)


async def correct(db: Database, post_id: int, sentence: str, *, now: datetime, by: int) -> int:
    """Say below the headline what was wrong: "Corrected 15:10: …".  Raises UsageError as `reword` does."""
    async with db.write() as tx:
        post, changes = await _sent(tx, post_id)
        article = await articles.get(tx, post.article_id) if post.article_id is not None else None
        channel = await channels.get(tx, post.channel_id) if post.channel_id is not None else None
        language = (article.language if article else None) or (channel.language if channel else None)
        local = now.astimezone(zone_of(channel.timezone if channel else "UTC"))
        words = words_for(language)
        stamp = f'<tg-time unix="{int(now.timestamp())}" format="t">{words.time(local)}</tg-time>'
        said = characters.escape(characters.one_line(sentence))
        mark = f"<i>{words.say(CORRECTED, time=stamp)}: {said}</i>"
        html = below_headline(current_html(post, changes), mark)
        limit = _limit_of(sent_request(post))
        if problem := too_long(html, limit):
            raise UsageError(problem)
        return await _write(tx, post, changes, markup.to_telegram(html, limit=limit), now=now, by=by)


def current_html(post: Post, changes: tuple[Post, ...]) -> str:
    """What people see of a post now, or will when the edits under way are through."""
    return _words_of(latest_request(post, changes))


def below_headline(html: str, mark: str) -> str:
    """The mark on a line of its own after the first line."""
    head, line, rest = html.partition("\n")
    return f"{head}\n{mark}{line}{rest}"


def too_long(html: str, limit: int) -> Problem | None:
    """What to tell of words that do not fit; None when they do."""
    made = markup.to_telegram(html, limit=None)
    if made.is_empty:
        return Problem(
            code="SW-P43",
            title=phrase("There is nothing to show."),
            cause=phrase("The text has no visible character."),
            fix=phrase("Send some words."),
            where="the new text",
            meanwhile=phrase("Nothing was changed."),
        )
    if made.fits(limit):
        return None
    over = max(1, made.length - limit)
    return Problem(
        code="SW-P42",
        title=phrase("This text is too long by {over} characters.", over=f"{over:,}"),
        cause=phrase("It has {length}; here Telegram takes {limit}.", length=f"{made.length:,}", limit=f"{limit:,}"),
        fix=phrase("Send a shorter one."),
        meanwhile=phrase("Nothing was changed."),
    )


async def _sent(tx: Tx, post_id: int) -> tuple[Post, tuple[Post, ...]]:
    post = await posts.get(tx, post_id)
    if post is None or post.state is not PostState.SENT:
        raise UsageError(_not_there(post_id))
    changes = await posts.changes_of(tx, post_id)
    if any(change.kind is PostKind.RETRACT and change.state not in _GONE for change in changes):
        raise UsageError(_not_there(post_id))
    return post, changes


async def _write(tx: Tx, post: Post, changes: tuple[Post, ...], made: markup.Markup, *, now: datetime, by: int) -> int:
    await take_place(tx, changes, now)
    sent, latest = sent_request(post), latest_request(post, changes)
    params = edit_params(sent, made.html, post.chat_id)
    for name in ("link_preview_options", "reply_markup"):
        if name in latest.params and (name != "link_preview_options" or sent.method == "sendMessage"):
            params[name] = latest.params[name]
    method = "editMessageText" if sent.method == "sendMessage" else "editMessageCaption"
    field = "text" if sent.method == "sendMessage" else "caption"
    bare: dict[str, Json] = {name: value for name, value in params.items() if name != "parse_mode"}
    requests = (
        Request(method=method, params=params),
        Request(method=method, params=bare | {field: made.text}, why="plain"),
    )
    by_hand = sum(change.created_by is not None for change in changes)
    new = NewPost(
        bot_id=post.bot_id,
        once_key=f"edit:{post.id}:by:{by_hand + 1}",
        kind=PostKind.EDIT,
        lane=Lane.CORRECTION,
        chat_id=post.chat_id,
        requests=requests,
        visible_text=made.text,
        channel_id=post.channel_id,
        thread_id=post.thread_id,
        article_id=post.article_id,
        target_post_id=post.id,
        revision=post.revision,
        template=post.template,
        silent=True,
        due_at=now,
        created_by=by,
    )
    post_id = await posts.add_post(tx, new, now=now)
    assert post_id is not None, "numbered in the transaction that writes it"
    return post_id


def latest_request(post: Post, changes: tuple[Post, ...]) -> Request:
    """What made the words that people see now, or will when the edits under way are through."""
    edits = [change for change in changes if change.kind is PostKind.EDIT and change.state not in _UNSEEN]
    return edits[-1].requests[0] if edits else sent_request(post)


def _words_of(request: Request) -> str:
    params = request.params
    if request.method == "sendMediaGroup":
        return str(params["media"][0].get("caption") or "")
    words = str(params.get("text", params.get("caption")) or "")
    return words if params.get("parse_mode") == "HTML" else characters.escape(words)


def _limit_of(sent: Request) -> int:
    return markup.TEXT_LIMIT if sent.method == "sendMessage" else markup.CAPTION_LIMIT


def _not_there(post_id: int) -> Problem:
    return Problem(
        code="SW-P44",
        title=phrase("This post cannot be changed."),
        cause=phrase("Post {number} is not in its channel.", number=post_id),
        fix=phrase("Look at what waits: /scheduled"),
        meanwhile=phrase("Nothing was changed."),
    )
