"""Methods about the bot itself: who it is, its commands, and what it says about itself."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox import access, fields
from bot.sandbox.accounts import Wire
from bot.sandbox.call import Call
from bot.sandbox.fields import FieldError
from bot.sandbox.refusal import bad_request

Scope = tuple[str, int, int]

MAX_COMMANDS = 100


async def get_me(call: Call) -> Wire:
    return call.bot.me()


def _scope(call: Call) -> Scope:
    """get_bot_command_scope and check_bot_command_scope.  Raises 400."""
    if not call.text("scope"):
        return ("default", 0, 0)
    value = call.json("scope", "Can't parse BotCommandScope JSON object")
    try:
        kind, chat_id, user_id = _scope_of(value)
    except FieldError as error:
        raise bad_request(f"Can't parse BotCommandScope: {error}") from None
    if not chat_id:
        return (kind, 0, 0)
    chat = access.open_chat(call.world, call.bot, chat_id, access.MEMBERS)
    if chat.kind == "channel":
        raise bad_request("can't change commands in channel chats")
    if chat.kind == "private" and kind != "chat":
        raise bad_request("can't use specified scope in private chats")
    return (kind, chat.id, user_id)


def _scope_of(value: Any) -> tuple[str, str, int]:
    if not isinstance(value, dict):
        raise FieldError("BotCommandScope must be an Object")
    kind = fields.string(value, "type", None)
    if kind in ("default", "all_private_chats", "all_group_chats", "all_chat_administrators"):
        return kind, "", 0
    if kind not in ("chat", "chat_administrators", "chat_member"):
        raise FieldError("Unsupported type specified")
    chat_id = fields.string(value, "chat_id", None)
    if not chat_id:
        raise FieldError("Empty chat_id specified")
    if kind != "chat_member":
        return kind, chat_id, 0
    user_id = fields.integer(value, "user_id", None)
    if user_id <= 0:
        raise FieldError("Invalid user_id specified")
    return kind, chat_id, user_id


def language_argument(call: Call) -> str:
    language = call.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return language


def _commands(call: Call) -> list[Wire]:
    if not call.text("commands"):
        return []
    value = call.json("commands", "Can't parse commands JSON object")
    if not isinstance(value, list):
        raise bad_request("Expected an Array of BotCommand")
    commands = []
    for item in value:
        try:
            if not isinstance(item, dict):
                raise FieldError("expected an Object")
            commands.append({name: fields.string(item, name, None) for name in ("command", "description")})
        except FieldError as error:
            raise bad_request(f"Can't parse BotCommand: {error}") from None
    return commands


def _checked(command: Wire) -> Wire:
    """TDLib's BotCommand.cpp, and the server's own checks."""
    name = command["command"].strip().removeprefix("/")
    description = command["description"].strip()
    if not name:
        raise bad_request("Command must be non-empty")
    if len(name) > 32:
        raise bad_request("Command length must not exceed 32")
    if not description:
        raise bad_request("Command description must be non-empty")
    if len(description) > 256:
        raise bad_request("Command description length must not exceed 256")
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}


async def set_my_commands(call: Call) -> bool:
    commands = _commands(call)
    key = (*_scope(call), language_argument(call))
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    call.bot.commands[key] = [_checked(command) for command in commands]
    call.world.events.emit("commands", bot=call.bot.id)
    return True


async def get_my_commands(call: Call) -> list[Wire]:
    return call.bot.commands.get((*_scope(call), language_argument(call)), [])


async def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop((*_scope(call), language_argument(call)), None)
    call.world.events.emit("commands", bot=call.bot.id)
    return True


HANDLERS = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
}
