"""A person picks a chat for a bot: the `request_chat` button of a reply keyboard, as clients carry it out.

The client lists only chats that fit; where the button names rights for the bot, it makes the bot an administrator with
them before it tells the bot which chat it was (core.telegram.org/bots/api#keyboardbuttonrequestchat).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.accounts import Bot, User, Wire
from bot.sandbox.acting import Mistake, promote
from bot.sandbox.chats import Chat, Message
from bot.sandbox.posting import post
from bot.sandbox.standing import set_blocked

if TYPE_CHECKING:
    from bot.sandbox.world import World


def share_chat(world: World, person: User, bot: Bot, picked: Chat, *, text: str | None = None) -> Message:
    """The service message that the bot gets.  Raises `Mistake` where a client would not offer the chat."""
    room = world.private_chat(bot, person)
    request = _request_in(room, text)
    _check_fits(person, picked, request)
    wanted = _granted(request.get("bot_administrator_rights"))
    member = picked.member(bot.id)
    if wanted and not (member is not None and all(member.may(right) for right in wanted)):
        promote(world, person, picked, bot, sorted(wanted))
    set_blocked(world, room, blocked=False)
    shared: Wire = {"request_id": request["request_id"], "chat_id": picked.id}
    if request.get("request_title") and picked.title:
        shared["title"] = picked.title
    if request.get("request_username") and picked.username:
        shared["username"] = picked.username
    message = Message(room, {"chat_shared": shared})
    message.sender = person
    return post(world, message)


def _request_in(room: Chat, text: str | None) -> Wire:
    for message in sorted(room.messages.values(), key=lambda m: m.id, reverse=True):
        for row in (message.keyboard or {}).get("keyboard", []):
            for button in row:
                if "request_chat" in button and text in (None, button["text"]):
                    found: Wire = button["request_chat"]
                    return found
    raise Mistake("the bot's keyboard has no button to choose a chat")


def _check_fits(person: User, picked: Chat, request: Wire) -> None:
    if (picked.kind == "channel") != bool(request.get("chat_is_channel")):
        raise Mistake(f"{picked.title} is not of the kind that is asked for")
    wanted = _granted(request.get("user_administrator_rights")) | _granted(request.get("bot_administrator_rights"))
    member = picked.member(person.id)
    if member is None or not member.present or not all(member.may(right) for right in wanted):
        raise Mistake(f"{person.first_name} cannot give these rights in {picked.title}")


def _granted(rights: Wire | None) -> set[str]:
    return {name.removeprefix("can_") for name, on in (rights or {}).items() if on} - {"is_anonymous", "manage_chat"}
