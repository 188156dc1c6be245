"""Methods about invite links and requests to join."""

from __future__ import annotations

from bot.sandbox import access
from bot.sandbox.accounts import Wire
from bot.sandbox.call import Call
from bot.sandbox.chats import Chat
from bot.sandbox.membership import LEFT, MEMBER, Member
from bot.sandbox.refusal import bad_request
from bot.sandbox.standing import change

MAX_NAME = 32
_NO_RIGHT = "not enough rights to manage chat invite link"


def _open(call: Call) -> Chat:
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    if chat.kind == "private":
        raise bad_request("can't invite members to a private chat")
    access.check_right(chat, call.bot, "invite_users", _NO_RIGHT)
    return chat


def new_link(call: Call, chat: Chat, *, primary: bool) -> Wire:
    """A fresh link of the bot; addresses are made up but look like Telegram's."""
    number = next(call.world.numbers)
    link: Wire = {
        "invite_link": f"https://t.me/+sandbox{number:08x}",
        "creator": call.bot.wire(),
        "creates_join_request": False,
        "is_primary": primary,
        "is_revoked": False,
    }
    chat.links[link["invite_link"]] = link
    return link


def _describe(call: Call, link: Wire) -> Wire:
    """Name, expiry and limits from the arguments.  Raises 400."""
    name = call.text("name")
    limit = call.integer("member_limit", 0, 0, 100_000)
    if len(name) > MAX_NAME:
        raise bad_request("INVITE_LINK_NAME_INVALID")
    if call.flag("creates_join_request") and limit:
        raise bad_request("member limit can't be specified for links requiring administrator approval")
    if limit > 99_999:
        raise bad_request("USAGE_LIMIT_INVALID")
    expires = call.integer("expire_date", 0, 0)
    if expires and expires <= call.world.now():
        raise bad_request("EXPIRE_DATE_INVALID")
    for field, value in (("name", name), ("expire_date", expires), ("member_limit", limit)):
        if value:
            link[field] = value
        else:
            link.pop(field, None)
    link["creates_join_request"] = call.flag("creates_join_request")
    return link


async def export_chat_invite_link(call: Call) -> str:
    chat = _open(call)
    for link in chat.links.values():
        if link["is_primary"] and not link["is_revoked"]:
            link["is_revoked"], link["is_primary"] = True, False
    return str(new_link(call, chat, primary=True)["invite_link"])


async def create_chat_invite_link(call: Call) -> Wire:
    chat = _open(call)
    return _describe(call, new_link(call, chat, primary=False))


def _find(call: Call, chat: Chat) -> Wire:
    link = chat.links.get(call.text("invite_link"))
    if link is None:
        raise bad_request("INVITE_HASH_EXPIRED")
    return link


async def edit_chat_invite_link(call: Call) -> Wire:
    link = _find(call, _open(call))
    if link["is_revoked"] or link["is_primary"]:
        raise bad_request("CHAT_INVITE_PERMANENT" if link["is_primary"] else "INVITE_HASH_EXPIRED")
    return _describe(call, link)


async def revoke_chat_invite_link(call: Call) -> Wire:
    chat = _open(call)
    link = _find(call, chat)
    was_primary = link["is_primary"]
    link["is_revoked"] = True
    if was_primary:
        link["is_primary"] = False
        new_link(call, chat, primary=True)
    return link


def _request(call: Call) -> tuple[Chat, Wire]:
    call.user_id()
    chat = _open(call)
    if chat.present(call.user_id()):
        raise bad_request("USER_ALREADY_PARTICIPANT")
    request = chat.join_requests.pop(call.user_id(), None)
    if request is None:
        raise bad_request("HIDE_REQUESTER_MISSING")
    return chat, request


async def approve_chat_join_request(call: Call) -> bool:
    chat, request = _request(call)
    user = call.world.users[call.user_id()]
    change(call.world, chat, call.bot, Member(user, MEMBER), link=request.get("invite_link"), by_request=True)
    return True


async def decline_chat_join_request(call: Call) -> bool:
    chat, _ = _request(call)
    call.world.events.emit("member", chat=chat.ref, user=call.user_id(), status=LEFT, by=call.bot.id)
    return True


HANDLERS = {
    "exportChatInviteLink": export_chat_invite_link,
    "createChatInviteLink": create_chat_invite_link,
    "editChatInviteLink": edit_chat_invite_link,
    "revokeChatInviteLink": revoke_chat_invite_link,
    "approveChatJoinRequest": approve_chat_join_request,
    "declineChatJoinRequest": decline_chat_join_request,
}
