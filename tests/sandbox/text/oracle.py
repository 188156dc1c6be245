"""Telegram's own code as the oracle: TDLib inside the wheel `tdjson`, asked offline and synchronously.

The chain of a text is parseTextEntities, then parseMarkdown (which cleans the text and repairs the nesting, and does
nothing else to a text without its marks), then getTextEntities (what is found in a plain text).
"""

import functools
import json
import re
from typing import Any

import tdjson

from bot.sandbox.text.entity import BANK_CARD, MEDIA_TIMESTAMP, PRE_CODE, DateTime, Entity

_MODES = {
    "HTML": {"@type": "textParseModeHTML"},
    "MarkdownV2": {"@type": "textParseModeMarkdown", "version": 2},
    "Markdown": {"@type": "textParseModeMarkdown", "version": 1},
}
_KINDS = {
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "Code": "code",
    "Pre": "pre",
    "PreCode": PRE_CODE,
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
    "TextUrl": "text_link",
    "MentionName": "text_mention",
    "CustomEmoji": "custom_emoji",
    "DateTime": "date_time",
    "Mention": "mention",
    "Hashtag": "hashtag",
    "Cashtag": "cashtag",
    "BotCommand": "bot_command",
    "Url": "url",
    "EmailAddress": "email",
    "PhoneNumber": "phone_number",
    "BankCardNumber": BANK_CARD,
    "MediaTimestamp": MEDIA_TIMESTAMP,
}
_TYPES = {kind: name for name, kind in _KINDS.items()}
_ARGUMENTS = {"language": PRE_CODE, "url": "text_link", "user_id": "text_mention", "custom_emoji_id": "custom_emoji"}
# Characters that parseMarkdown itself would read as marks.
_MARKS = re.compile(r"[*_~|`\[]")

Outcome = tuple[str, list[Entity]] | str


@functools.cache
def _silence() -> None:
    tdjson.td_execute(b'{"@type":"setLogVerbosityLevel","new_verbosity_level":0}')


def execute(request: dict[str, Any]) -> dict[str, Any]:
    _silence()
    answer = tdjson.td_execute(json.dumps(request).encode())
    assert answer is not None
    value: dict[str, Any] = json.loads(answer)
    return value


def parsed(text: str, mode: str) -> Outcome:
    """What the parse mode makes of a text; a string is the error, as the Bot API words it."""
    return _outcome(execute({"@type": "parseTextEntities", "text": text, "parse_mode": _MODES[mode]}))


def repaired(text: str, entities: list[Entity]) -> Outcome:
    """The text cleaned and the entities repaired. Marks in the text are disguised, so only compare entities then."""
    formatted = {"@type": "formattedText", "text": disguised(text), "entities": [_to_td(entity) for entity in entities]}
    return _outcome(execute({"@type": "parseMarkdown", "text": formatted}))


def disguised(text: str) -> str:
    return _MARKS.sub("x", text)


def found(text: str) -> list[Entity]:
    """What is found in a plain text, media timestamps and bank cards included."""
    return [_entity(value) for value in execute({"@type": "getTextEntities", "text": text})["entities"]]


def _outcome(answer: dict[str, Any]) -> Outcome:
    if answer["@type"] == "error":
        message: str = answer["message"]
        second = message[1:2]
        return message if second.isupper() or second == "_" else message[:1].lower() + message[1:]
    return answer["text"], [_entity(value) for value in answer["entities"]]


def _entity(value: dict[str, Any]) -> Entity:
    type_ = value["type"]
    kind = _KINDS[type_["@type"].removeprefix("textEntityType")]
    argument: Any = next((type_[name] for name, owner in _ARGUMENTS.items() if owner == kind), None)
    if kind == "date_time":
        argument = DateTime(type_["unix_time"], _date_format(type_.get("formatting_type")))
    return Entity(value["offset"], value["length"], kind, argument)


def _date_format(value: dict[str, Any] | None) -> str:
    if value is None:
        return ""
    if value["@type"] == "dateTimeFormattingTypeRelative":
        return "r"
    day = "w" if value["show_day_of_week"] else ""
    return day + _precision(value["date_precision"], "d") + _precision(value["time_precision"], "t")


def _precision(value: dict[str, str], letter: str) -> str:
    name = value["@type"].removeprefix("dateTimePartPrecision")
    return {"None": "", "Short": letter, "Long": letter.upper()}[name]


def _to_td(entity: Entity) -> dict[str, Any]:
    type_: dict[str, Any] = {"@type": "textEntityType" + _TYPES[entity.kind]}
    for name, owner in _ARGUMENTS.items():
        if owner == entity.kind:
            type_[name] = entity.argument
    if entity.kind == MEDIA_TIMESTAMP:
        type_["media_timestamp"] = 1
    if isinstance(entity.argument, DateTime):
        type_["unix_time"] = entity.argument.unix_time
        if entity.argument.format:
            type_["formatting_type"] = _td_format(entity.argument.format)
    return {"@type": "textEntity", "offset": entity.offset, "length": entity.length, "type": type_}


def _td_format(letters: str) -> dict[str, Any]:
    if letters == "r":
        return {"@type": "dateTimeFormattingTypeRelative"}
    return {
        "@type": "dateTimeFormattingTypeAbsolute",
        "show_day_of_week": "w" in letters,
        "date_precision": _td_precision(letters, "d"),
        "time_precision": _td_precision(letters, "t"),
    }


def _td_precision(letters: str, letter: str) -> dict[str, str]:
    name = "Short" if letter in letters else "Long" if letter.upper() in letters else "None"
    return {"@type": "dateTimePartPrecision" + name}
