"""Retelling: other sources of a story that a channel has already.

The channel's option `also` says what becomes of them: `edit` (the default) adds "Also: A, B" to the first post,
`reply` answers the first post with a short message (among its comments, where the channel has a discussion group),
`none` leaves them out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import Article, Channel, Lane, PostKind, PostState, Request, UnknownPolicy
from bot.posts import links
from bot.posts.context import Also
from bot.posts.fitting import Form, Shape
from bot.posts.message import fit_template
from bot.posts.order import chat_of
from bot.posts.press import Press
from bot.posts.requests import plain_request, text_request
from bot.posts.revision import Posted
from bot.store.posts import NewPost
from bot.store.rules import SourceFacts

TEMPLATE = "also"


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
    shape = Shape(form=Form.TEXT)
    made = fit_template(order, press.renderer, shape, TEMPLATE)
    answer = {"message_id": number, "allow_sending_without_reply": posted.comments is None}
    bare = [text_request(order, shape, made, why="as composed", preview=False), plain_request(order, shape, made)]
    return NewPost(
        bot_id=post.bot_id,
        once_key=f"also:{post.id}:{other.id}",
        kind=PostKind.SHARE,
        lane=Lane.CHANNEL,
        chat_id=place,
        requests=tuple(_answering(request, place, answer) for request in bare),
        visible_text=made.text,
        channel_id=None if posted.comments else channel.id,
        unknown_policy=UnknownPolicy.DROP if posted.comments else UnknownPolicy.RECONCILE,
        thread_id=thread_id,
        revision=other.revision,
        template=TEMPLATE,
        silent=True,
        due_at=now,
        fresh_until=now + channel.fresh_for,
    )


def _answering(request: Request, place: int | str, answer: Mapping[str, int]) -> Request:
    params = {name: value for name, value in request.params.items() if name != "reply_markup"}
    params |= {"chat_id": place, "link_preview_options": {"is_disabled": True}, "reply_parameters": answer}
    return replace(request, params=params)
