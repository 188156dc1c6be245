"""Methods that make new messages: text and media."""

from __future__ import annotations

from typing import Any

from bot.sandbox.accounts import Wire
from bot.sandbox.call import Call
from bot.sandbox.chats import Chat
from bot.sandbox.content import caption, link_preview, message_text, text_content
from bot.sandbox.fields import FieldError
from bot.sandbox.media import (
    MAX_DURATION,
    MAX_LENGTH,
    MediaInput,
    input_file,
    media_content,
    media_from_json,
    thumbnail,
)
from bot.sandbox.refusal import Refusal, bad_request
from bot.sandbox.sending import send, send_album, wires


async def send_message(call: Call) -> Wire:
    text = message_text(call)
    preview = link_preview(call)
    message = await send(call, "text", lambda _chat: text_content(text, preview))
    return message.wire(call.bot)


def _media(kind: str, numbers: tuple[str, ...], words: tuple[str, ...] = (), what: str = "") -> Any:
    """The handler of sendPhoto, sendVideo, …: one file, a caption, and these attributes."""

    async def handler(call: Call) -> Wire:
        source = input_file(call, kind)
        if source is None:
            raise bad_request(f"There is no {what or kind} in the request")
        attributes: Wire = {}
        for name in numbers:
            attributes[name] = call.integer(name, 0, 0, MAX_DURATION if name == "duration" else MAX_LENGTH)
        for name in words:
            attributes[name] = call.text(name)
        item = MediaInput(
            kind,
            source,
            caption(call),
            call.flag("show_caption_above_media") and kind in ("photo", "video", "animation"),
            call.flag("has_spoiler") and kind in ("photo", "video", "animation"),
            attributes,
            thumbnail(call) if kind != "photo" else None,
            input_file(call, "cover") if kind == "video" else None,
        )
        message = await send(call, kind, lambda _chat: media_content(call, item))
        return message.wire(call.bot)

    return handler


async def send_media_group(call: Call) -> list[Wire]:
    encoded = call.required("media")
    value = call.json("media", "Can't parse media JSON object") if encoded else None
    if not isinstance(value, list):
        raise bad_request("Expected an Array of InputMedia")
    items = []
    for element in value:
        try:
            items.append(media_from_json(call, element, album=True))
        except FieldError as error:
            raise bad_request(f"Can't parse InputMedia: {error}") from None

    async def build(_chat: Chat) -> list[Wire]:
        _check_album(items)
        return [await _album_item(call, number, item) for number, item in enumerate(items, 1)]

    messages = await send_album(call, [item.kind for item in items], build)
    return wires(messages, call.bot)


def _check_album(items: list[MediaInput]) -> None:
    """TDLib, check_message_group_message_contents."""
    if len(items) > 10:
        raise bad_request("Too many messages to send as an album")
    if not items:
        raise bad_request("There are no messages to send")
    kinds = {item.kind for item in items}
    for lonely in ("audio", "document"):
        if lonely in kinds and len(kinds) > 1:
            raise bad_request(f"{lonely} can't be mixed with other media types")
    if len({item.above for item in items}) > 1:
        raise bad_request("Parameter show_caption_above_media must be the same for all messages in an album")


async def _album_item(call: Call, number: int, item: MediaInput) -> Wire:
    try:
        return await media_content(call, item)
    except Refusal as refusal:
        words = refusal.description.removeprefix("Bad Request: ")
        raise bad_request(f'failed to send message #{number} with the error message "{words}"') from None


HANDLERS = {
    "sendMessage": send_message,
    "sendPhoto": _media("photo", ()),
    "sendVideo": _media("video", ("duration", "width", "height", "start_timestamp")),
    "sendAnimation": _media("animation", ("duration", "width", "height")),
    "sendDocument": _media("document", ()),
    "sendAudio": _media("audio", ("duration",), ("performer", "title")),
    "sendVoice": _media("voice", ("duration",)),
    "sendVideoNote": _media("video_note", ("duration", "length"), what="video note"),
    "sendSticker": _media("sticker", (), ("emoji",)),
    "sendMediaGroup": send_media_group,
}
