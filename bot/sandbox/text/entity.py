"""One marked range of a text: the vocabulary of kinds and the classes TDLib sorts them into.

Offsets and lengths are UTF-16 code units. The classes and the sort order are those of TDLib 1.8.69
(td/telegram/MessageEntity.cpp, MessageEntity.h).
"""

from typing import Any, NamedTuple


class TextError(ValueError):
    """Telegram refuses the text; `description` is its own wording without the prefix "Bad Request: ".

    `late` refusals are TDLib's, not those of the Bot API server: they come only once the chat has been found.
    """

    def __init__(self, description: str, *, late: bool = False) -> None:
        super().__init__(description)
        self.description = description
        self.late = late


class DateTime(NamedTuple):
    """The argument of a date_time entity: a Unix time in seconds and a canonical format (may be empty)."""

    unix_time: int
    format: str


Argument = str | int | DateTime | None


class Entity(NamedTuple):
    """A range of the text. `argument` is the URL, language, emoji id (text), user id (number) or date of the kind."""

    offset: int
    length: int
    kind: str
    argument: Argument = None

    @property
    def end(self) -> int:
        return self.offset + self.length


# A "pre" with a language is a kind of its own inside TDLib.
PRE_CODE = "pre_code"

# Kinds Telegram finds by itself but a bot never sees; they still cut what surrounds them.
BANK_CARD = "bank_card_number"
MEDIA_TIMESTAMP = "media_timestamp"

BLOCKQUOTES = frozenset({"blockquote", "expandable_blockquote"})
# Nothing nests in these, styles included.
PRES = frozenset({"pre", PRE_CODE, "code", "date_time"})
SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
SPLITTABLE_INDEX = {kind: index for index, kind in enumerate(SPLITTABLE)}
AUTOMATIC = frozenset(
    {"mention", "hashtag", "bot_command", "url", "email", "cashtag", "phone_number", BANK_CARD, MEDIA_TIMESTAMP}
)
CONTINUOUS = AUTOMATIC | {"text_link", "text_mention", "custom_emoji"}

PRIORITY = {
    **dict.fromkeys(BLOCKQUOTES, 0),
    PRE_CODE: 10,
    "pre": 11,
    "code": 20,
    "date_time": 30,
    "text_link": 49,
    "text_mention": 49,
    **dict.fromkeys(AUTOMATIC, 50),
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}


def to_json(entity: Entity) -> dict[str, Any]:
    """The Bot API's MessageEntity. A text_mention carries only the user's id: the caller knows the rest."""
    kind, argument = entity.kind, entity.argument
    value: dict[str, Any] = {"offset": entity.offset, "length": entity.length, "type": kind}
    if kind == PRE_CODE:
        value.update(type="pre", language=argument)
    elif kind == "text_link":
        value["url"] = argument
    elif kind == "text_mention":
        value["user"] = {"id": argument}
    elif kind == "custom_emoji":
        value["custom_emoji_id"] = argument
    elif isinstance(argument, DateTime):
        value["unix_time"] = argument.unix_time
        if argument.format:
            value["date_time_format"] = argument.format
    return value
