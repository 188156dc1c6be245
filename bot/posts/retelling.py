"""Retelling: other sources of a story that a channel has already.

The channel's option `also` says what becomes of them: `edit` (the default) adds "Also: A, B" to the first post,
`reply` answers the first post with a short message, `none` leaves them out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import Article, Channel, Lane, PostKind, PostState, Request
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
    is not there to be answered.  Raises TemplateError when the packaged template is broken."""
    channel, post = posted.channel, posted.post
    if channel.options.get("also") != "reply" or post.state is not PostState.SENT or not post.remote_id:
        return None
    order = replace(press.order(other, channel, source), silent=True, thread_id=post.thread_id)
    shape = Shape(form=Form.TEXT)
    made = fit_template(order, press.renderer, shape, TEMPLATE)
    answer = {"message_id": int(post.remote_id), "allow_sending_without_reply": True}
    bare = [text_request(order, shape, made, why="as composed", preview=False), plain_request(order, shape, made)]
    return NewPost(
        bot_id=post.bot_id,
        once_key=f"also:{post.id}:{other.id}",
        kind=PostKind.SHARE,
        lane=Lane.CHANNEL,
        chat_id=chat_of(channel),
        requests=tuple(_answering(request, answer) for request in bare),
        visible_text=made.text,
        channel_id=channel.id,
        thread_id=post.thread_id,
        revision=other.revision,
        template=TEMPLATE,
        silent=True,
        due_at=now,
        fresh_until=now + channel.fresh_for,
    )


def _answering(request: Request, answer: Mapping[str, int]) -> Request:
    params = {name: value for name, value in request.params.items() if name != "reply_markup"}
    params |= {"link_preview_options": {"is_disabled": True}, "reply_parameters": answer}
    return replace(request, params=params)
