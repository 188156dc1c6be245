"""Text with formatting, as methods take it: parse modes, entity lists, limits, link preview options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox import fields
from bot.sandbox.accounts import Wire
from bot.sandbox.call import Call
from bot.sandbox.fields import FieldError
from bot.sandbox.parameters import decode_json
from bot.sandbox.refusal import bad_request
from bot.sandbox.text import TextError, parse

if TYPE_CHECKING:
    from bot.sandbox.accounts import Bot
    from bot.sandbox.world import World

MAX_TEXT = 4096
MAX_CAPTION = 1024


@dataclass(frozen=True, slots=True)
class Formatted:
    """A parsed text.  `late` is a refusal that is due when the content is made."""

    text: str
    entities: list[Wire]
    late: str | None = None


def formatted(text: str, mode: str, entities: Any, *, caption: bool = True, limit: int = MAX_CAPTION) -> Formatted:
    """Parse a text.  `mode` wins over `entities` (a decoded JSON value).  Raises 400.

    A `caption` may be empty.  The limit counts code points after parsing.
    """
    if not text and caption:
        return _NOTHING
    given = entities if isinstance(entities, list) else None
    try:
        clean, found = parse(text, mode or None, given, limit=limit, caption=caption)
    except TextError as error:
        if error.late:
            return Formatted("", [], error.description)
        raise bad_request(error.description) from None
    return Formatted(clean, found)


_NOTHING = Formatted("", [])


def name_mentions(world: World, bot: Bot | None, content: Wire) -> Wire:
    """Fill in the users of text mentions; a mention of somebody the bot has never seen is dropped."""
    for name in ("entities", "caption_entities"):
        entities = content.get(name)
        if entities and any(entity["type"] == "text_mention" for entity in entities):
            kept = [entity for entity in (_named(world, bot, entity) for entity in entities) if entity is not None]
            content = {**content, name: kept}
    return content


def _named(world: World, bot: Bot | None, entity: Wire) -> Wire | None:
    if entity["type"] != "text_mention":
        return entity
    user = world.users.get(entity["user"]["id"])
    if user is None or (bot is not None and not world.acquainted(bot, user)):
        return None
    return {**entity, "user": user.wire()}


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
    return text_of(call.text("text"), call.text("parse_mode"), entities_argument(call, "entities"))


def text_of(text: str, mode: str, entities: Any) -> Formatted:
    """The text of a text message."""
    return formatted(text, mode, entities, caption=False, limit=MAX_TEXT)


def caption(call: Call) -> Formatted:
    return formatted(call.text("caption"), call.text("parse_mode"), entities_argument(call, "caption_entities"))


def caption_of(value: Wire) -> Formatted:
    """The caption inside a JSON object (InputMedia, InlineQueryResult)."""
    return formatted(fields.string(value, "caption"), fields.string(value, "parse_mode"), value.get("caption_entities"))


def text_content(text: Formatted, preview: Wire | None) -> Wire:
    """Content of a text message.  Raises 400 for an empty or too long one."""
    if text.late is not None:
        raise bad_request(text.late)
    content: Wire = {"text": text.text}
    if text.entities:
        content["entities"] = text.entities
    if preview:
        content["link_preview_options"] = preview
    return content


def caption_content(text: Formatted, *, above: bool = False) -> Wire:
    """The caption's part of a media message's content.  Raises 400 for a too long one."""
    if text.late is not None:
        raise bad_request(text.late)
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
