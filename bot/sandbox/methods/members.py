"""Methods about who is in a chat and what they may."""

from __future__ import annotations

from bot.sandbox import access
from bot.sandbox.accounts import Bot, User, Wire
from bot.sandbox.call import Call
from bot.sandbox.chats import Chat
from bot.sandbox.membership import Member
from bot.sandbox.refusal import bad_request


def known_user(call: Call, chat: Chat) -> User:
    """The user that `user_id` names.  Raises 400."""
    user = call.world.users.get(call.user_id())
    if user is None or (user.id not in chat.members and not call.world.acquainted(call.bot, user)):
        raise bad_request("PARTICIPANT_ID_INVALID" if chat.is_public_space else "user not found")
    return user


def _check_list_access(call: Call, chat: Chat, user_id: int = 0) -> None:
    if chat.kind == "channel" and user_id != call.bot.id and not access.membership(chat, call.bot).manages:
        raise bad_request("member list is inaccessible")


async def get_chat_member(call: Call) -> Wire:
    user_id = call.user_id()
    own = user_id == call.bot.id
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.READ if own else access.MEMBERS)
    if chat.kind == "private":
        user = call.world.users.get(user_id)
        if user is None or user_id not in (chat.id, call.bot.id):
            raise bad_request("user not found")
        return Member(user).wire(chat.kind)
    _check_list_access(call, chat, user_id)
    user = known_user(call, chat)
    member = chat.member(user.id) or Member(user, "left")
    return member.wire(chat.kind, call.bot)


async def get_chat_administrators(call: Call) -> list[Wire]:
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.MEMBERS)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    _check_list_access(call, chat)
    bots = call.flag("return_bots")
    return [
        member.wire(chat.kind, call.bot)
        for member in chat.members.values()
        if member.manages and (bots or not isinstance(member.user, Bot) or member.user is call.bot)
    ]


async def get_chat_member_count(call: Call) -> int:
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.MEMBERS)
    return chat.count()


HANDLERS = {
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
}
