"""Retelling: other sources of a story that a channel has already.

The channel's option `also` says what becomes of them: `edit` (the default) adds "Also: A, B" to the first post,
`reply` answers the first post with a short message (among its comments, where the channel has a discussion group),
`none` leaves them out.  A big change of a post may be told in a short answer below it, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import Article, Channel, Lane, Post, PostKind, PostState, Request, UnknownPolicy
from bot.posts import links
from bot.posts.context import Also, Extras
from bot.posts.fitting import Form, Shape
from bot.posts.message import fit_template
from bot.posts.order import Order, chat_of
from bot.posts.press import Press
from bot.posts.requests import plain_request, text_request
from bot.posts.revision import Posted, mark_of
from bot.store.posts import NewPost
from bot.store.rules import SourceFacts

TEMPLATE = "also"
CHANGED = "correction"


def also_of(channel: Channel, first: Article, story: Sequence[Article]) -> tuple[Also, ...]:
    """What the first post names: the other sources of a story, each site once, in the order found; at most three."""
    if channel.options.get("also", "edit") != "edit":
        return ()
    found: dict[str, Also] = {}
    own = links.host(first.canonical_url or first.url)
    for other in sorted(story, key=lambda article: article.id):
        address = links.acceptable(other.canonical_url or other.url or "")
        host = links.host(address)
        if address and other.id != first.id and host != own:
            found.setdefault(host, Also(source=other.site_name or host, url=address))
    return tuple(found.values())[:3]


def reply_to(press: Press, posted: Posted, other: Article, source: SourceFacts | None, now: datetime) -> NewPost | None:
    """A short answer to the first post that names another source; None where the channel wants none, or the first post
    is not there to be answered.

    Where the post's copy in the channel's discussion group was seen, the answer stands among its comments, and is no
    message of the channel: one whose outcome is unknown is left alone.  Raises TemplateError when the packaged template
    is broken."""
    channel, post = posted.channel, posted.post
    if channel.options.get("also") != "reply" or post.state is not PostState.SENT or not post.remote_id:
        return None
    place, number = posted.comments or (chat_of(channel), int(post.remote_id))
    thread_id = None if posted.comments else post.thread_id
    order = replace(press.order(other, channel, source), silent=True, thread_id=thread_id)
    answer = {"message_id": number, "allow_sending_without_reply": posted.comments is None}
    made = _answer(press, order, post, TEMPLATE, place, answer, f"also:{post.id}:{other.id}", now)
    if posted.comments is None:
        return made
    return replace(made, channel_id=None, unknown_policy=UnknownPolicy.DROP)


def tell_change(press: Press, posted: Posted, now: datetime) -> NewPost | None:
    """A short answer below a post that says that it was changed much; None where the post is not there.

    Raises TemplateError when the packaged template is broken."""
    channel, post, article = posted.channel, posted.post, posted.article
    if post.state is not PostState.SENT or not post.remote_id:
        return None
    extras = Extras(mark=mark_of(posted, now))
    order = press.order(article, channel, posted.source)
    order = replace(order, silent=True, thread_id=post.thread_id, extras=extras)
    answer = {"message_id": int(post.remote_id), "allow_sending_without_reply": False}
    key = f"changed:{post.id}:{article.revision}"
    return _answer(press, order, post, CHANGED, chat_of(channel), answer, key, now)


def _answer(
    press: Press,
    order: Order,
    post: Post,
    template: str,
    place: int | str,
    answer: Mapping[str, int],
    key: str,
    now: datetime,
) -> NewPost:
    shape = Shape(form=Form.TEXT)
    made = fit_template(order, press.renderer, shape, template)
    bare = [text_request(order, shape, made, why="as composed", preview=False), plain_request(order, shape, made)]
    return NewPost(
        bot_id=post.bot_id,
        once_key=key,
        kind=PostKind.SHARE,
        lane=Lane.CHANNEL,
        chat_id=place,
        requests=tuple(_answering(request, place, answer) for request in bare),
        visible_text=made.text,
        channel_id=order.channel.id,
        thread_id=order.thread_id,
        revision=order.article.revision,
        template=template,
        silent=True,
        due_at=now,
        fresh_until=now + order.channel.fresh_for,
    )


def _answering(request: Request, place: int | str, answer: Mapping[str, int]) -> Request:
    params = {name: value for name, value in request.params.items() if name != "reply_markup"}
    params |= {"chat_id": place, "link_preview_options": {"is_disabled": True}, "reply_parameters": answer}
    return replace(request, params=params)
