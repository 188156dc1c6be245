"""Text with formatting, as methods take it: parse modes, entity lists, limits, link preview options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox import fields
from bot.sandbox.call import Call
from bot.sandbox.chats import Wire
from bot.sandbox.fields import FieldError
from bot.sandbox.parameters import decode_json
from bot.sandbox.refusal import bad_request
from bot.sandbox.standin import TextError, parse

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_RAW = 1 << 15  # bytes of a text before parsing (get_formatted_text)

_PLAIN = ("bold", "italic", "underline", "strikethrough", "spoiler", "code", "blockquote", "expandable_blockquote")
_AUTOMATIC = ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number")


@dataclass(frozen=True, slots=True)
class Formatted:
    """A parsed text.  `late` is a refusal that TDLib finds only after it has looked at the chat."""

    text: str
    entities: list[Wire]


def formatted(text: str, mode: str, entities: Any) -> Formatted:
    """Parse a text.  `mode` wins over `entities` (a decoded JSON value).  Raises 400."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    if size > MAX_RAW:
        raise bad_request("Text is too long")
    mode = mode.lower()
    if text and mode and mode != "none":
        if mode not in ("markdown", "markdownv2", "html"):
            raise bad_request("Unsupported parse_mode")
    else:
        mode = ""
    try:
        clean, found = parse(text, mode or None)
    except TextError as error:
        raise bad_request(str(error)) from None
    given = [] if mode else _given(entities)
    return Formatted(clean, [*given, *found])


def _given(entities: Any) -> list[Wire]:
    if not isinstance(entities, list):
        return []
    result = []
    for item in entities:
        try:
            entity = _entity(item)
        except FieldError as error:
            raise bad_request(f"Can't parse MessageEntity: {error}") from None
        if entity is not None:
            result.append(entity)
    return result


def _entity(item: Any) -> Wire | None:
    if not isinstance(item, dict):
        raise FieldError("expected an Object")
    entity: Wire = {
        "offset": fields.integer(item, "offset", None),
        "length": fields.integer(item, "length", None),
        "type": fields.string(item, "type", None),
    }
    kind = entity["type"]
    if not kind:
        raise FieldError("Type is not specified")
    if kind in _AUTOMATIC:
        return None
    if kind == "pre":
        language = fields.string(item, "language")
        if language:
            entity["language"] = language
    elif kind == "text_link":
        entity["url"] = fields.string(item, "url", None)
    elif kind == "text_mention":
        user = fields.table(item, "user", required=True) or {}
        entity["user"] = {"id": fields.integer(user, "id", None)}
    elif kind == "custom_emoji":
        entity["custom_emoji_id"] = str(fields.integer(item, "custom_emoji_id", None))
    elif kind == "date_time":
        entity["unix_time"] = fields.integer(item, "unix_time", None)
        entity["date_time_format"] = fields.string(item, "date_time_format")
    elif kind not in _PLAIN:
        raise FieldError("Unsupported type specified")
    return entity


def entities_argument(call: Call, name: str) -> Any:
    """A broken entity list counts as none (get_input_entities)."""
    encoded = call.text(name)
    if not encoded:
        return None
    try:
        return decode_json(encoded)
    except ValueError:
        return None


def message_text(call: Call) -> Formatted:
    """The `text` of sendMessage and editMessageText; raises 400 if it is absent."""
    if not call.text("text"):
        raise bad_request("Message text is empty")
    return formatted(call.text("text"), call.text("parse_mode"), entities_argument(call, "entities"))


def caption(call: Call) -> Formatted:
    return formatted(call.text("caption"), call.text("parse_mode"), entities_argument(call, "caption_entities"))


def caption_of(value: Wire) -> Formatted:
    """The caption inside a JSON object (InputMedia, InlineQueryResult)."""
    return formatted(fields.string(value, "caption"), fields.string(value, "parse_mode"), value.get("caption_entities"))


def text_content(text: Formatted, preview: Wire | None) -> Wire:
    """Content of a text message.  Raises 400 for an empty or too long one."""
    if not text.text:
        raise bad_request("text must be non-empty")
    if len(text.text) > MAX_TEXT:
        raise bad_request("message is too long")
    content: Wire = {"text": text.text}
    if text.entities:
        content["entities"] = text.entities
    if preview:
        content["link_preview_options"] = preview
    return content


def caption_content(text: Formatted, *, above: bool = False) -> Wire:
    """The caption's part of a media message's content.  Raises 400 for a too long one."""
    if len(text.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    content: Wire = {}
    if text.text:
        content["caption"] = text.text
        if text.entities:
            content["caption_entities"] = text.entities
        if above:
            content["show_caption_above_media"] = True
    return content


def link_preview(call: Call) -> Wire | None:
    encoded = call.text("link_preview_options")
    if not encoded:
        return {"is_disabled": True} if call.flag("disable_web_page_preview") else None
    value = call.json("link_preview_options", "Can't parse link preview options JSON object")
    if not isinstance(value, dict):
        raise bad_request("Object expected as link preview options")
    return preview_options(value)


def preview_options(value: Wire) -> Wire | None:
    """What Telegram keeps of LinkPreviewOptions; None if that is nothing."""
    try:
        disabled = fields.boolean(value, "is_disabled")
        url = fields.string(value, "url")
        small = fields.boolean(value, "prefer_small_media")
        large = fields.boolean(value, "prefer_large_media")
        above = fields.boolean(value, "show_above_text")
    except FieldError as error:
        raise bad_request(str(error)) from None
    if disabled:
        return {"is_disabled": True}
    kept: Wire = {}
    if url:
        kept["url"] = url
        if small:
            kept["prefer_small_media"] = True
        elif large:
            kept["prefer_large_media"] = True
    if above:
        kept["show_above_text"] = True
    return kept or None
