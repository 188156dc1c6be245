"""Requests: a message's words and form → the Bot API calls, each with its explicit preview card and keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.model import Json, Request, Upload
from bot.posts import characters, fitting, markup
from bot.posts.fitting import Form, Shape
from bot.posts.order import OWN_FILE, Order, chat_of, in_buttons, keyboard_of, link_of, preview_of


def _common(order: Order) -> dict[str, Json]:
    params: dict[str, Json] = {"chat_id": chat_of(order.channel), "disable_notification": order.silent}
    if order.thread_id is not None:
        params["message_thread_id"] = order.thread_id
    if order.channel.options.get("protect"):
        params["protect_content"] = True
    return params


def text_request(order: Order, shape: Shape, made: markup.Markup, *, why: str, preview: bool = True) -> Request:
    params = _common(order) | {"text": made.html, "parse_mode": "HTML"}
    params["link_preview_options"] = preview_of(order, shape) if preview else {"is_disabled": True}
    _add_keyboard(params, order, shape)
    return Request(method="sendMessage", params=params, why=why)


def plain_request(order: Order, shape: Shape, made: markup.Markup) -> Request:
    """The words alone, without any markup that Telegram could refuse; the address stays."""
    params = _common(order) | {
        "text": plain_text(made, link_of(order)),
        "link_preview_options": preview_of(order, shape),
    }
    _add_keyboard(params, order, shape)
    return Request(method="sendMessage", params=params, why="plain")


def plain_text(made: markup.Markup, link: str | None) -> str:
    if not link or link in made.text:
        return made.text
    return f"{characters.shorten(made.text, markup.TEXT_LIMIT - len(link) - 2)}\n\n{link}"


def photo_requests(order: Order, shape: Shape, made: markup.Markup, *, first: str) -> list[Request]:
    """By address, then fetched by us and uploaded."""
    photo = shape.photos[0]
    single = Shape(form=Form.PHOTO, photos=(photo,))
    params = _common(order) | {"photo": photo.url, "caption": made.html, "parse_mode": "HTML"}
    if shape.form is not Form.ALBUM:  # an album's caption holds the links already
        _add_keyboard(params, order, single)
    if order.picture is not None and order.picture.startswith(OWN_FILE):  # Telegram has it already
        return [Request(method="sendPhoto", params=params, why=first)]
    upload = Upload(name="file0", url=photo.url)
    return [
        Request(method="sendPhoto", params=params, why=first),
        Request(method="sendPhoto", params={**params, "photo": "attach://file0"}, uploads=(upload,), why="upload"),
    ]


def video_requests(order: Order, shape: Shape, made: markup.Markup) -> list[Request]:
    video = shape.video
    assert video is not None and video.url is not None
    params = _common(order) | {
        "video": video.url,
        "caption": made.html,
        "parse_mode": "HTML",
        "supports_streaming": True,
    }
    for name in ("duration", "width", "height"):
        if (value := getattr(video, name)) is not None:
            params[name] = value
    _add_keyboard(params, order, shape)
    uploaded = Request(
        method="sendVideo",
        params={**params, "video": "attach://file0"},
        uploads=(Upload(name="file0", url=video.url, mime=video.mime or "video/mp4"),),
        why="upload",
    )
    if (video.size or 0) > fitting.MAX_BY_ADDRESS:
        return [replace(uploaded, why="as composed")]
    return [Request(method="sendVideo", params=params), uploaded]


def album_requests(order: Order, shape: Shape, made: markup.Markup) -> list[Request]:
    """The caption on the first item alone is the album's caption; no keyboard can stand under it."""
    items: list[dict[str, Json]] = [{"type": "photo", "media": photo.url} for photo in shape.photos]
    items[0] |= {"caption": made.html, "parse_mode": "HTML"}
    uploads = tuple(Upload(name=f"file{place}", url=photo.url) for place, photo in enumerate(shape.photos))
    attached = [{**item, "media": f"attach://file{place}"} for place, item in enumerate(items)]
    common = _common(order)
    return [
        Request(method="sendMediaGroup", params=common | {"media": items}),
        Request(method="sendMediaGroup", params=common | {"media": attached}, uploads=uploads, why="upload"),
    ]


def _add_keyboard(params: dict[str, Json], order: Order, shape: Shape) -> None:
    if in_buttons(order, shape) and (rows := keyboard_of(order)):
        params["reply_markup"] = {"inline_keyboard": rows}


def plain_edit(method: str, params: Mapping[str, Json], made: markup.Markup) -> Request:
    field = "text" if method == "editMessageText" else "caption"
    bare = {name: value for name, value in params.items() if name != "parse_mode"}
    return Request(method=method, params={**bare, field: made.text}, why="plain")


def edit_params(sent: Request, html: str, chat: int | str) -> dict[str, Json]:
    """The parameters of an edit of the text or the caption, whichever the message has."""
    field = "text" if sent.method == "sendMessage" else "caption"
    return {"chat_id": chat, field: html, "parse_mode": "HTML"}
