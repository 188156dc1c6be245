"""The `entities` that a bot gives instead of markup.

Mirrors Client::get_text_entity (telegram-bot-api) and get_message_entities (td/telegram/MessageEntity.cpp).
"""

import re
from collections.abc import Iterable
from typing import Any

from .cleaning import clean
from .entity import AUTOMATIC, PRE_CODE, SPLITTABLE, DateTime, Entity, TextError
from .links import check_link, custom_emoji_id, date_time_format, link_user_id

_PLAIN_KINDS = frozenset({*SPLITTABLE, "code", "blockquote", "expandable_blockquote"})
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,18}")
_MAX_INT32 = (1 << 31) - 1
_MAX_INT64 = (1 << 63) - 1


def read_entities(values: Iterable[Any]) -> list[Entity]:
    """Entities from Bot API JSON; kinds that Telegram finds by itself are ignored.

    Raises TextError ("can't parse MessageEntity: …", "entity URL '…' is invalid: …").
    """
    entities = []
    for value in values:
        try:
            entity = _read(value)
        except _Unreadable as refusal:
            raise TextError(f"can't parse MessageEntity: {refusal}") from None
        if entity is not None:
            entities.append(entity)
    return checked(entities)


def checked(entities: list[Entity]) -> list[Entity]:
    """The entities with their arguments as TDLib takes them: cleaned, links normalised, mentions recognised."""
    return [_checked(entity) if isinstance(entity.argument, str) else entity for entity in entities]


class _Unreadable(ValueError):
    """What is wrong with one entity, in the Bot API's words."""


def _read(value: Any) -> Entity | None:
    if not isinstance(value, dict):
        raise _Unreadable("expected an Object")
    offset, length = _integer(value, "offset"), _integer(value, "length")
    kind = _string(value, "type")
    if not kind:
        raise _Unreadable("Type is not specified")
    if kind in _PLAIN_KINDS:
        return Entity(offset, length, kind)
    if kind == "pre":
        language = _string(value, "language", required=False)
        return Entity(offset, length, PRE_CODE, language) if language else Entity(offset, length, kind)
    if kind == "text_link":
        return Entity(offset, length, kind, _string(value, "url"))
    if kind == "text_mention":
        return Entity(offset, length, kind, _user_id(value))
    if kind == "custom_emoji":
        return Entity(offset, length, kind, str(_integer(value, "custom_emoji_id", _MAX_INT64)))
    if kind == "date_time":
        return Entity(offset, length, kind, _date_time(value))
    if kind in AUTOMATIC:
        return None
    raise _Unreadable("Unsupported type specified")


def _checked(entity: Entity) -> Entity:
    argument = entity.argument
    assert isinstance(argument, str)
    if entity.kind == "custom_emoji":
        if not custom_emoji_id(argument):
            raise TextError("invalid custom emoji identifier specified", late=True)
        return entity
    if not argument.isprintable() and _has_surrogates(argument):
        name = "TextUrl.url" if entity.kind == "text_link" else "PreCode.language"
        raise TextError(f"messageEntity{name} must be encoded in UTF-8", late=True)
    argument = clean(argument)
    if entity.kind == PRE_CODE:
        return entity._replace(argument=argument)
    user_id = link_user_id(argument)
    if user_id:
        return Entity(entity.offset, entity.length, "text_mention", user_id)
    try:
        return entity._replace(argument=check_link(argument))
    except TextError as refusal:
        raise TextError(f"entity {refusal.description}", late=True) from None


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def _date_time(value: dict[str, Any]) -> DateTime:
    unix_time = _integer(value, "unix_time")
    date_format = date_time_format(_string(value, "date_time_format", required=False))
    if unix_time <= 0:
        raise TextError("invalid date specified", late=True)
    if date_format is None:
        raise TextError("invalid date format used", late=True)
    return DateTime(unix_time, date_format)


def _user_id(value: dict[str, Any]) -> int:
    user = value.get("user")
    if user is None:
        raise _Unreadable('Can\'t find field "user"')
    if not isinstance(user, dict):
        raise _Unreadable('Field "user" must be of type Object')
    return _integer(user, "id", _MAX_INT64)


def _integer(value: dict[str, Any], name: str, maximum: int = _MAX_INT32) -> int:
    """A JSON number, or a string with one, as the Bot API takes both."""
    number = value.get(name)
    if number is None:
        raise _Unreadable(f'Can\'t find field "{name}"')
    if isinstance(number, bool) or not isinstance(number, int | float | str):
        raise _Unreadable(f'Field "{name}" must be of type Number')
    written = str(number)
    if not _NUMBER.fullmatch(written) or not -maximum - 1 <= int(written) <= maximum:
        raise _Unreadable(f'Field "{name}" must be a valid Number')
    return int(written)


def _string(value: dict[str, Any], name: str, *, required: bool = True) -> str:
    text = value.get(name)
    if text is None:
        if required:
            raise _Unreadable(f'Can\'t find field "{name}"')
        return ""
    if isinstance(text, str):
        return text
    if isinstance(text, int | float) and not isinstance(text, bool):
        return str(text)
    raise _Unreadable(f'Field "{name}" must be of type String')
