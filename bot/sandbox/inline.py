"""Inline results: what answerInlineQuery says, checked and kept until somebody chooses one.

Reading follows Client.cpp, get_inline_query_result.  A result's message is built when it is chosen.
"""

from __future__ import annotations

from typing import Any

from bot.sandbox import fields
from bot.sandbox.accounts import Wire
from bot.sandbox.content import caption_of, preview_options, text_content, text_of
from bot.sandbox.fields import FieldError
from bot.sandbox.keyboards import check_markup, markup_of
from bot.sandbox.refusal import bad_request

MAX_RESULTS = 50
MAX_ID = 64  # bytes
MAX_OFFSET = 64  # bytes

# Type → the field with its URL, the field with its file id, and the kind of message it makes.
_MEDIA = {
    "photo": ("photo_url", "photo_file_id", "photo"),
    "gif": ("gif_url", "gif_file_id", "animation"),
    "mpeg4_gif": ("mpeg4_url", "mpeg4_file_id", "animation"),
    "video": ("video_url", "video_file_id", "video"),
    "audio": ("audio_url", "audio_file_id", "audio"),
    "voice": ("voice_url", "voice_file_id", "voice"),
    "document": ("document_url", "document_file_id", "document"),
    "sticker": ("sticker_url", "sticker_file_id", "sticker"),
}
_TITLED = frozenset({"article", "video", "voice", "document", "location", "venue"})
_SHOWN = ("title", "description", "url", "thumbnail_url", "caption", "address", "phone_number", "first_name")


def results_of(value: Any) -> list[Wire]:
    """The results of answerInlineQuery.  Each has what people see (`shown`) and what it sends (`sends`, `markup`)."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad_request("Expected an Array of inline query results")
    if len(value) > MAX_RESULTS:
        raise bad_request("Too many inline query results specified")
    results = []
    for item in value:
        try:
            results.append(result_of(item))
        except FieldError as error:
            raise bad_request(f"Can't parse inline query result: {error}") from None
    seen: set[str] = set()
    for result in results:
        if not 1 <= len(result["id"].encode("utf-8", "replace")) <= MAX_ID:
            raise bad_request("RESULT_ID_INVALID")
        if result["id"] in seen:
            raise bad_request("RESULT_ID_DUPLICATE")
        seen.add(result["id"])
    return results


def result_of(item: Any) -> Wire:
    """One InlineQueryResult.  Raises `FieldError` and 400."""
    if not isinstance(item, dict):
        raise FieldError("Inline query result must be an object")
    kind = fields.string(item, "type", None).lower()
    result: Wire = {"type": kind, "id": fields.string(item, "id", None)}
    message = fields.table(item, "input_message_content")
    if message is None and kind == "article":
        message = {"message_text": fields.string(item, "message_text", None)}
    sends = message_content(message, required=kind == "article") if message is not None else None
    text = caption_of(item)
    if text.late is not None:
        raise bad_request(text.late)
    markup = item.get("reply_markup")
    result["markup"] = check_markup(markup_of(markup), None) if markup is not None else None
    if kind in _TITLED or (kind == "audio" and item.get("audio_url")):
        fields.string(item, "title", None)
    if kind in _MEDIA:
        sends = sends or _media(item, kind)
    elif kind in ("location", "venue", "contact"):
        sends = sends or message_content(item, required=True)
    elif kind != "article":
        raise FieldError(f'type "{kind}" is unsupported for the inline query result')
    result["sends"] = sends
    result["shown"] = {name: str(item[name]) for name in _SHOWN if item.get(name)}
    return result


def _media(item: Wire, kind: str) -> Wire:
    url_field, id_field, message_kind = _MEDIA[kind]
    source = fields.string(item, url_field)
    if source and kind in ("video", "document"):
        fields.string(item, "mime_type", None)
    if source and kind in ("photo", "gif", "mpeg4_gif", "video") and not item.get("thumbnail_url"):
        raise bad_request(f"{kind.upper()}_THUMB_URL_EMPTY" if kind != "photo" else "PHOTO_THUMB_URL_EMPTY")
    return {
        "media": message_kind,
        "source": source or fields.string(item, id_field, None),
        "caption": caption_of(item),
        "above": fields.boolean(item, "show_caption_above_media"),
        "title": fields.string(item, "title"),
        "performer": fields.string(item, "performer"),
    }


def message_content(item: Wire, *, required: bool) -> Wire | None:
    """An InputMessageContent.  Raises `FieldError` and 400."""
    text = fields.string(item, "message_text")
    if text:
        options = fields.table(item, "link_preview_options")
        preview = preview_options(options) if options is not None else None
        if options is None and fields.boolean(item, "disable_web_page_preview"):
            preview = {"is_disabled": True}
        return text_content(text_of(text, fields.string(item, "parse_mode"), item.get("entities")), preview)
    if "latitude" in item and "longitude" in item:
        location: Wire = {name: fields.number(item, name, None) for name in ("latitude", "longitude")}
        if "title" in item and "address" in item:
            title, address = fields.string(item, "title", None), fields.string(item, "address", None)
            venue: Wire = {"location": location, "title": title, "address": address}
            return {"venue": venue, "location": location}
        return {"location": location}
    if "phone_number" in item:
        contact = {name: fields.string(item, name, None) for name in ("phone_number", "first_name")}
        for name in ("last_name", "vcard"):
            value = fields.string(item, name)
            if value:
                contact[name] = value
        return {"contact": contact}
    if required:
        raise FieldError("Input message content is not specified")
    return None


def button_of(value: Any) -> Wire:
    """An InlineQueryResultsButton.  Raises `FieldError` and 400."""
    if not isinstance(value, dict):
        raise FieldError("InlineQueryResultsButton must be an Object")
    button: Wire = {"text": fields.string(value, "text", None)}
    if "start_parameter" in value:
        parameter = fields.string(value, "start_parameter", None)
        if not valid_start_parameter(parameter):
            raise bad_request("START_PARAM_INVALID")
        button["start_parameter"] = parameter
    elif "web_app" in value:
        app = fields.table(value, "web_app", required=True) or {}
        button["web_app"] = {"url": fields.string(app, "url", None)}
    else:
        raise FieldError("InlineQueryResultsButton must have exactly one optional field")
    return button


def valid_start_parameter(text: str) -> bool:
    """TDLib, LinkManager::is_valid_start_parameter: 1 to 64 of A-Z a-z 0-9 _ -."""
    return 1 <= len(text) <= 64 and all(c.isascii() and (c.isalnum() or c in "_-") for c in text)
