"""The methods of the Bot API: which exist, which parameters they have, and which of them are built here.

`bot_api.txt` is data: one method of Bot API 10.0 a line with its parameters (`!` = required, then the type).  A handler
takes a `Call` and returns what goes into `result`; it is registered under the method's name.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from typing import Any

from bot.sandbox.call import Call
from bot.sandbox.parameters import decode_json

Handler = Callable[[Call], Awaitable[Any]]

_ROOMS = ("accounts", "answers", "chats", "editing", "invites", "members", "messages", "moderation", "profile",
          "sending", "things", "topics", "updates")  # fmt: skip
_OLD_NAMES = {"kickchatmember": "banchatmember", "getchatmemberscount": "getchatmembercount"}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: str  # int, str, bool, float, chat, file, [], {}
    required: bool


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the Bot API.  `handler` is None where the sandbox has not built it."""

    name: str
    parameters: dict[str, Parameter]
    handler: Handler | None

    def problems(self, values: dict[str, str], files: set[str]) -> tuple[str, ...]:
        """What the official schema has against a request (Telegram itself tolerates much of it)."""
        found = []
        for name, value in values.items():
            parameter = self.parameters.get(name)
            if parameter is None:
                found.append(f"unknown parameter {name}")
            elif value and not _fits(parameter.kind, value):
                found.append(f"parameter {name} is no {parameter.kind}")
        for parameter in self.parameters.values():
            if parameter.required and not values.get(parameter.name) and parameter.name not in files:
                found.append(f"missing parameter {parameter.name}")
        return tuple(found)


def _fits(kind: str, value: str) -> bool:
    if kind == "int":
        return re.fullmatch(r"-?\d+", value) is not None
    if kind == "bool":
        return value.lower() in ("true", "false", "1", "0", "yes", "no")
    if kind == "chat":
        return re.fullmatch(r"-?\d+|@\w+", value) is not None
    if kind == "float":
        return re.fullmatch(r"-?\d+(\.\d+)?([eE]-?\d+)?", value) is not None
    if kind in ("[]", "{}"):
        try:
            decoded = decode_json(value)
        except ValueError:
            return False
        return isinstance(decoded, list if kind == "[]" else dict)
    return True


@cache
def methods() -> dict[str, Method]:
    """Every method by its lower-case name."""
    handlers: dict[str, Handler] = {}
    for room in _ROOMS:
        handlers.update(import_module(f"bot.sandbox.methods.{room}").HANDLERS)
    table: dict[str, Method] = {}
    for line in resources.files(__package__).joinpath("bot_api.txt").read_text(encoding="utf-8").splitlines():
        name, *parameters = line.split()
        table[name.lower()] = Method(name, dict(map(_parameter, parameters)), handlers.pop(name, None))
    if handlers:
        raise LookupError(f"handlers of methods that Bot API 10.0 does not have: {sorted(handlers)}")
    for old, new in _OLD_NAMES.items():
        table[old] = table[new]
    return table


def _parameter(text: str) -> tuple[str, Parameter]:
    name, kind = text.split(":")
    return name.rstrip("!"), Parameter(name.rstrip("!"), kind, name.endswith("!"))
