"""One call of a method: who calls, with which arguments, and typed looks at them in telegram-bot-api's manner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.sandbox.parameters import Arguments, Attachment, decode_json
from bot.sandbox.refusal import bad_request

if TYPE_CHECKING:
    from bot.sandbox.accounts import Bot
    from bot.sandbox.journal import Entry
    from bot.sandbox.world import World

_LEADING_INTEGER = re.compile(r"-?[0-9]+")
_TRUE = ("true", "yes", "1")
MAX_INT = 2**31 - 1


def leading_integer(text: str) -> int:
    """td::to_integer: the digits at the start, 0 if there are none."""
    match = _LEADING_INTEGER.match(text)
    return int(match.group()[:25]) if match else 0


class Call:
    """Arguments are text; a missing one reads as empty."""

    __slots__ = ("bot", "entry", "files", "method", "values", "world")

    def __init__(self, world: World, bot: Bot, method: str, arguments: Arguments, entry: Entry) -> None:
        self.world = world
        self.bot = bot
        self.method = method  # lower-case
        self.values = arguments.values
        self.files = arguments.files
        self.entry = entry

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def has(self, name: str) -> bool:
        return name in self.values

    def flag(self, name: str) -> bool:
        return self.values.get(name, "").strip().lower() in _TRUE

    def integer(self, name: str, default: int = 0, low: int = -MAX_INT - 1, high: int = MAX_INT) -> int:
        """A number clamped to its range; text that is none counts as 0 (get_integer_arg)."""
        value = self.values.get(name)
        number = leading_integer(value) if value else default
        return max(low, min(high, number))

    def required(self, name: str) -> str:
        value = self.values.get(name, "")
        if not value:
            raise bad_request(f'Parameter "{name}" is required')
        return value

    def message_id(self, name: str = "message_id") -> int:
        number = leading_integer(self.values.get(name, ""))
        return number if 0 < number <= MAX_INT else 0

    def message_ids(self, name: str = "message_ids") -> list[int]:
        """1 to 100 ids as a JSON array (get_message_ids)."""
        encoded = self.text(name)
        if not encoded:
            raise bad_request("Message identifiers are not specified")
        value = self.json(name, f"Can't parse {name} JSON object")
        if not isinstance(value, list):
            raise bad_request("Expected an Array of message identifiers")
        if len(value) > 100:
            raise bad_request("Too many message identifiers specified")
        if not value:
            raise bad_request("Message identifiers are not specified")
        return [_message_id(item) for item in value]

    def user_id(self, name: str = "user_id") -> int:
        number = leading_integer(self.values.get(name, ""))
        if number <= 0:
            raise bad_request(f"Invalid {name} specified")
        return number

    def json(self, name: str, refusal: str) -> Any:
        """The decoded value of a JSON argument; `refusal` is the whole message if it is broken."""
        try:
            return decode_json(self.values.get(name, ""))
        except ValueError:
            raise bad_request(refusal) from None

    def file(self, name: str) -> Attachment | None:
        return self.files.get(name)


def _message_id(item: Any) -> int:
    if isinstance(item, bool) or not isinstance(item, (int, float, str)):
        raise bad_request("Message identifier must be a Number")
    if not re.fullmatch(r"-?\d+", str(item)) or abs(int(item)) > MAX_INT:
        raise bad_request("Can't parse message identifier as Number")
    if int(item) <= 0:
        raise bad_request("Invalid message identifier specified")
    return int(item)
