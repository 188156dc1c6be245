"""Revisions: an article changed after it was posted; what becomes of each of its posts.

A post that still waits gets the new words.  One that people have seen is edited in silence, with a visible mark when
its words changed, without one when only a link, picture or button came; of big changes `amendment` decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot import language as languages
from bot.errors import Problem
from bot.model import Article, BigChanges, Channel, Json, Lane, Post, PostKind, PostState, Request
from bot.posts import amendment, links
from bot.posts.context import Also, Extras, Known, Mark
from bot.posts.message import Message
from bot.posts.order import Order, chat_of
from bot.posts.press import Press
from bot.store.articles import Version
from bot.store.posts import WAITING, NewPost
from bot.store.rules import SourceFacts

DEVELOPING = "flash"
"""The template of a breaking post once there is more to tell than its first article."""
_GONE = (PostState.CANCELLED, PostState.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A post of an article with what is known about it.

    `changes`: edits and retractions so far; `versions`: what the article said before; `comments`: group and message id
    of its copy in the discussion group, under which comments stand."""

    post: Post
    article: Article
    channel: Channel
    source: SourceFacts | None = None
    changes: tuple[Post, ...] = ()
    versions: tuple[Version, ...] = ()
    also: tuple[Also, ...] = ()
    known: tuple[Known, ...] = ()  # what is known so far, of breaking news
    note: str | None = None
    wording: str | None = None  # an editor's own words: they stay, whatever the article says later
    picture: str | None = None
    breaking: bool = False
    big_changes: str | None = None  # what the rule that sent it wants of them
    comments: tuple[int, int] | None = None

    @property
    def wish(self) -> BigChanges:
        """What becomes of the post now: EDIT unless the change is a big one.  Breaking news that grows is edited."""
        if self.known or not amendment.is_big(self.article, self.versions, self.shown):
            return BigChanges.EDIT
        return amendment.wish_of(self.big_changes, self.channel.options.get(amendment.OPTION))

    @property
    def shown(self) -> int:
        """The revision that people see, or will when the edits under way are through."""
        seen = (change.revision for change in self.changes if change.state not in (*_GONE, PostState.HELD))
        return max([self.post.revision, *seen])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """New words for a post that still waits."""

    post_id: int
    message: Message


def revise(press: Press, posted: Posted, *, now: datetime) -> Rewritten | NewPost | None:
    """None when nothing that people see has changed, or the post is no more."""
    post = posted.post
    if any(change.kind is PostKind.RETRACT for change in posted.changes) or _is_reworded(posted):
        return None
    if post.state in WAITING:
        made = press.write(_order(press, posted, mark=None))
        same = made.requests[0].params == post.requests[0].params
        return None if same else Rewritten(post_id=post.id, message=made)
    if post.state in _GONE or posted.wish is BigChanges.KEEP:
        return None
    return _edit(press, posted, now)


def _is_reworded(posted: Posted) -> bool:
    """An editor changed it after it was sent: no machine writes over a person."""
    return any(change.created_by is not None and change.state not in _GONE for change in posted.changes)


def _edit(press: Press, posted: Posted, now: datetime) -> NewPost | None:
    post = posted.post
    sent = sent_request(post)
    made = press.edit(_order(press, posted, mark=mark_of(posted, now)), sent)
    asked = next((change for change in reversed(posted.changes) if change.state is PostState.HELD), None)
    if _seen(made.requests[0]) == _seen(asked.requests[0] if asked else _latest(posted, sent)):
        return None
    repeat = sum(change.revision == posted.article.revision for change in posted.changes)
    return NewPost(
        bot_id=post.bot_id,
        once_key=f"edit:{post.id}:{posted.article.revision}" + (f"+{repeat}" if repeat else ""),
        kind=PostKind.EDIT,
        lane=Lane.CORRECTION,
        chat_id=chat_of(posted.channel),
        requests=made.requests,
        visible_text=made.visible_text,
        channel_id=post.channel_id,
        thread_id=post.thread_id,
        article_id=post.article_id,
        target_post_id=post.id,
        revision=posted.article.revision,
        template=made.template,
        silent=True,
        due_at=now,
        state=PostState.HELD if posted.wish is BigChanges.ASK else PostState.QUEUED,
        problem=_question(posted) or made.problem,
        links=made.links,
    )


def _question(posted: Posted) -> Problem | None:
    if posted.wish is not BigChanges.ASK:
        return None
    where = posted.channel.title or posted.channel.name
    return amendment.question(where, posted.article, posted.versions, posted.shown)


def sent_request(post: Post) -> Request:
    """The request that the message in the channel came from."""
    return post.requests[min(post.request_index, len(post.requests) - 1)]


def mark_of(posted: Posted, now: datetime) -> Mark | None:
    """The visible sign, when the words differ from those first posted, or more is known."""
    corrected = _corrected(posted, now)
    if not posted.known:
        return corrected
    newest = min(max(line.at for line in posted.known), now)
    if corrected is not None and corrected.at > newest:
        return replace(corrected, first=posted.post.sent_at)
    return Mark(kind="Updated", at=newest, first=posted.post.sent_at)


def _corrected(posted: Posted, now: datetime) -> Mark | None:
    article = posted.article
    before = next((version for version in posted.versions if version.revision >= posted.post.revision), None)
    if before is None:
        return None
    old, new = amendment.words_of(before), amendment.words_of(article)
    if old == new:
        return None
    if _gained_link(posted) and languages.words(before.title or "") == languages.words(article.title or ""):
        return None
    at = article.modified
    moment = at if at is not None and (article.published or at) <= at <= now else now
    return Mark(kind="Corrected" if amendment.is_small(old, new) else "Updated", at=moment)


def _order(press: Press, posted: Posted, *, mark: Mark | None) -> Order:
    post = posted.post
    extras = Extras(note=posted.note, mark=mark, also=posted.also, breaking=posted.breaking, updates=posted.known)
    template = DEVELOPING if posted.known else post.template
    return replace(
        press.order(posted.article, posted.channel, posted.source),
        template=template or None,
        silent=post.silent,
        thread_id=post.thread_id,
        wording=posted.wording,
        picture=posted.picture,
        extras=extras,
    )


def _latest(posted: Posted, sent: Request) -> Request:
    """What people see now, or will when the edits under way are through."""
    edits = [
        change
        for change in posted.changes
        if change.kind is PostKind.EDIT and change.state not in (*_GONE, PostState.HELD)
    ]
    return edits[-1].requests[0] if edits else sent


def _seen(request: Request) -> Json:
    params = request.params
    if request.method == "sendMediaGroup":
        return params["media"][0].get("caption"), None, None
    words = params.get("text", params.get("caption"))
    return words, params.get("reply_markup"), params.get("link_preview_options")


def _gained_link(posted: Posted) -> bool:
    """The post went out without the article's address, which is known now."""
    address = links.acceptable(posted.article.canonical_url or posted.article.url or "")
    sent = sent_request(posted.post)
    seen, keyboard, card = _seen(sent)
    had = keyboard or (card or {}).get("url") or "<a href=" in (seen or "")
    return address is not None and not had
