"""A message: an article, a channel and what was decided → the Bot API requests that say it.

The first request is the post as composed, the others are its fallbacks in the order in which they give something up;
`channels/` walks down that list and renders nothing.  Preview, check and sending all come through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup, escape

from bot.errors import Problem, TemplateError, phrase
from bot.model import Actions, Article, Request
from bot.posts import characters, context, fitting, links, markup, sharing, styled
from bot.posts.context import Extras
from bot.posts.fitting import Form, Shape, Share
from bot.posts.order import (
    Order,
    chat_of,
    counted_links,
    desk,
    in_buttons,
    keyboard_of,
    link_of,
    preview_of,
    shape_of,
    sharing_of,
)
from bot.posts.rendering import Renderer, plain
from bot.posts.requests import (
    album_requests,
    edit_params,
    photo_requests,
    plain_edit,
    plain_request,
    text_request,
    video_requests,
)
from bot.posts.words import READ
from bot.store.buttons import ButtonLink

DEFAULT_TEMPLATE = "share"
_OWN_TEMPLATES = {Form.ALBUM: "gallery", Form.VIDEO: "video"}
MAX_NOTE = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`requests`: the composed one first.  `problem`: why the asked template was not used.  `links`: where its counted
    buttons lead."""

    requests: tuple[Request, ...]
    visible_text: str
    weight: int
    template: str
    markup: markup.Markup
    problem: Problem | None = None
    links: tuple[ButtonLink, ...] = ()


def write(order: Order, renderer: Renderer) -> Message:
    """The message of an order; never raises for a bad template: the default one stands in, and `problem` says why."""
    shape = shape_of(order)
    made, template, problem = _rendered(order, renderer, shape)
    requests = _requests(order, renderer, shape, made)
    return Message(
        requests=requests,
        visible_text=made.text,
        weight=len(shape.photos) if shape.form is Form.ALBUM else 1,
        template=template,
        markup=made,
        problem=problem,
        links=counted_links(order),
    )


def edit(order: Order, renderer: Renderer, sent: Request) -> Message:
    """The same message again, as an edit of one that was sent by `sent`; a keyboard is always sent again.

    The sender fills in the message's id: it may not be known yet."""
    shape = _shape_of(order, sent)
    made, template, problem = _rendered(order, renderer, shape)
    rows = keyboard_of(order) if in_buttons(order, shape) else []
    params = edit_params(sent, made.html, chat_of(order.channel))
    if sent.method == "sendMessage":
        params["link_preview_options"] = preview_of(order, shape)
    if rows and sent.method != "sendMediaGroup":
        params["reply_markup"] = {"inline_keyboard": rows}
    method = "editMessageText" if sent.method == "sendMessage" else "editMessageCaption"
    requests = (Request(method=method, params=params), plain_edit(method, params, made))
    return Message(
        requests=requests,
        visible_text=made.text,
        weight=1,
        template=template,
        markup=made,
        problem=problem,
        links=counted_links(order),
    )


def _rendered(order: Order, renderer: Renderer, shape: Shape) -> tuple[markup.Markup, str, Problem | None]:
    """The editor's words, or the asked template's, else the default one's, else the bare headline and its link."""
    if order.wording is not None:
        return _worded(order, shape), order.template or "", None
    default = _OWN_TEMPLATES.get(shape.form, DEFAULT_TEMPLATE)
    asked = order.template or order.channel.template
    if asked == DEFAULT_TEMPLATE:
        asked = default
    problem: Problem | None = None
    for name in dict.fromkeys((asked, default, DEFAULT_TEMPLATE)):
        try:
            made = fit_template(order, renderer, shape, name)
        except TemplateError as error:
            problem = problem or error.problem
            continue
        if not made.is_empty:
            return made, name, problem
        problem = problem or _empty(name)
    return _bare(order, shape), "", problem


def fit_template(
    order: Order, renderer: Renderer, shape: Shape, template: str, *, source: str | None = None
) -> markup.Markup:
    """One template's message, made to fit.  `source`: a template not saved yet.  Raises TemplateError."""

    def render(share: Share) -> styled.Styled:
        values = _values(order, shape, share)
        if source is not None:
            return renderer.render_source(source, values, desk(order), template)
        return renderer.render(template, values, desk(order))

    return fitting.fit(render, order.article.summary, shape.limit, known=len(order.extras.updates))


def _values(order: Order, shape: Shape, share: Share) -> Mapping[str, Any]:
    article = order.article
    if article.title and characters.length(article.title) > share.title_units:
        article = replace(article, title=characters.shorten(article.title, share.title_units))
    extras = Extras(mark=order.extras.mark, breaking=order.extras.breaking) if share.bare else order.extras
    if share.known is not None:
        extras = replace(extras, updates=extras.updates[: share.known])
    if extras.note:
        extras = replace(extras, note=characters.shorten(extras.note, MAX_NOTE))
    if shape.form is Form.ALBUM:
        extras = replace(extras, photos=_photos(article, shape))
    if shape.video is not None or shape.player is not None:
        extras = replace(extras, video=_video(shape))
    values = context.article_values(article, order.channel, share.sentences, extras)
    values.update(_actions(order, shape), link=link_of(order))
    return {name: plain(value) for name, value in values.items()}


def _actions(order: Order, shape: Shape) -> dict[str, Any]:
    """The share links in the text, where no keyboard can stand or none is wanted."""
    if order.channel.actions is Actions.NONE:
        return {"actions": "none"}
    if in_buttons(order, shape):
        return {"actions": "buttons"}
    shared = sharing_of(order)
    pairs = sharing.text_links(shared)
    bare = _bare_line(order, shared)
    if bare is None and shared.url and pairs:
        pairs = [(shared.words.say(READ), sharing.read_link(shared)), *pairs]
    found = Markup(" · ").join(Markup('<a href="{}">{}</a>').format(address, label) for label, address in pairs)
    return {"actions": "links", "action_links": found, "bare_link": bare}


def _bare_line(order: Order, shared: sharing.Sharing) -> str | None:
    wish = order.channel.options.get("show_link", "auto")
    address = sharing.bare_address(shared)
    if wish == "never" or address is None:
        return None
    if len(address) > sharing.LONG_ADDRESS:
        return sharing.read_link(shared) if shared.counted is not None else None
    return address


def _requests(order: Order, renderer: Renderer, shape: Shape, made: markup.Markup) -> tuple[Request, ...]:
    text_shape = Shape(form=Form.TEXT, player=shape.player)
    found: list[Request] = []
    if shape.form is Form.VIDEO:
        found = video_requests(order, shape, made)
    elif shape.form is Form.PHOTO:
        found = photo_requests(order, shape, made, first="as composed")
    elif shape.form is Form.ALBUM:
        found = [*album_requests(order, shape, made), *photo_requests(order, shape, made, first="photo")]
    if shape.form is Form.TEXT:
        composed = made
    else:
        composed, _, _ = _rendered(order, renderer, text_shape)
    found.append(text_request(order, text_shape, composed, why="preview" if found else "as composed"))
    if shape.form is not Form.TEXT:
        found.append(text_request(order, text_shape, composed, why="text", preview=False))
    if order.article.summary and (short := _shorter(order, renderer, text_shape)).length < composed.length:
        found.append(text_request(order, text_shape, short, why="shorter"))
    found.append(plain_request(order, text_shape, composed))
    return tuple(found)


def _shorter(order: Order, renderer: Renderer, shape: Shape) -> markup.Markup:
    article = replace(order.article, summary=())
    return _rendered(replace(order, article=article, extras=Extras()), renderer, shape)[0]


def _worded(order: Order, shape: Shape) -> markup.Markup:
    """An editor's own words.  Where the links stand in the text, those that the words lack are added below."""
    html = order.wording or ""
    actions = _actions(order, shape)
    address = link_of(order)
    if actions["actions"] == "links" and address and escape(address) not in html:
        lines = [str(part) for part in (actions["action_links"], escape(actions["bare_link"] or "")) if part]
        tail = "\n\n" + "\n".join(lines)
        room = shape.limit - markup.to_telegram(tail, limit=None).length - 2
        return markup.to_telegram(markup.cut(html, room) + tail, limit=shape.limit)
    return markup.to_telegram(html, limit=shape.limit)


def _shape_of(order: Order, sent: Request) -> Shape:
    """The form that a sent message has cannot change; its words are made for it."""
    chosen = fitting.choose(order.article, order.media)
    match sent.method:
        case "sendMediaGroup":
            count = len(sent.params.get("media") or ())
            return Shape(form=Form.ALBUM, photos=fitting.usable_photos(order.article)[:count])
        case "sendPhoto":
            return Shape(form=Form.PHOTO, photos=chosen.photos[:1])
        case "sendVideo":
            return Shape(form=Form.VIDEO, video=chosen.video)
    return Shape(form=Form.TEXT, player=chosen.player)


def _photos(article: Article, shape: Shape) -> dict[str, Any]:
    credit = next((photo.credit for photo in shape.photos if photo.credit), None)
    total = max(len(fitting.usable_photos(article)), len(shape.photos))
    link = links.acceptable(article.canonical_url or article.url or "")
    return {"shown": len(shape.photos), "total": total, "credit": credit, "link": link}


def _video(shape: Shape) -> dict[str, Any]:
    video = shape.video
    length = f"{video.duration // 60}:{video.duration % 60:02d}" if video and video.duration else None
    size = f"{max(1, round(video.size / 1_000_000))} MB" if video and video.size else None
    return {"length": length, "size": size, "link": shape.player}


def _bare(order: Order, shape: Shape) -> markup.Markup:
    """The last resort when even the packaged templates are broken: headline and link."""
    title = characters.one_line(order.article.title or "") or order.article.url or "…"
    link = link_of(order)
    text = escape(characters.shorten(title, 600))
    html = Markup('<b><a href="{}">{}</a></b>').format(link, text) if link else Markup("<b>{}</b>").format(text)
    return markup.to_telegram(str(html), limit=shape.limit)


def _empty(name: str) -> Problem:
    return Problem(
        code="SW-P14",
        title=phrase('The template "{name}" shows nothing.', name=name),
        cause=phrase("What it makes has no visible character."),
        fix=phrase("Add the headline: {{ title }}"),
        where=name,
        meanwhile=phrase("The default template is used instead."),
    )
