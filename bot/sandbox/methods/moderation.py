"""Methods by which a bot changes who is in a chat and what they may."""

from __future__ import annotations

from bot.sandbox import access, fields
from bot.sandbox.accounts import User
from bot.sandbox.call import Call
from bot.sandbox.chats import Chat
from bot.sandbox.fields import FieldError
from bot.sandbox.membership import (
    ADMINISTRATOR,
    CREATOR,
    KICKED,
    LEFT,
    MEMBER,
    PERMISSIONS,
    RESTRICTED,
    Member,
    rights_of,
)
from bot.sandbox.methods.members import known_user
from bot.sandbox.posting import remove
from bot.sandbox.refusal import bad_request
from bot.sandbox.standing import change

SOON = 30  # seconds: a shorter ban lasts for ever
YEAR = 366 * 86_400
MAX_TITLE = 16
_MEDIA = ("send_audios", "send_documents", "send_photos", "send_videos", "send_video_notes", "send_voice_notes")


def _until(call: Call) -> int:
    until = call.integer("until_date")
    now = call.world.now()
    return until if now + SOON <= until <= now + YEAR else 0


def _subject(call: Call, chat: Chat) -> tuple[User, Member]:
    user = known_user(call, chat)
    return user, chat.member(user.id) or Member(user, LEFT)


def _check_may_restrict(call: Call, chat: Chat, member: Member) -> None:
    if member.user is call.bot:
        raise bad_request("can't restrict self")
    if not access.membership(chat, call.bot).may("restrict_members"):
        raise bad_request("not enough rights to restrict/unrestrict chat member")
    if member.status == CREATOR:
        raise bad_request("can't remove chat owner")
    if member.status == ADMINISTRATOR and member.promoted_by != call.bot.id:
        raise bad_request("USER_ADMIN_INVALID")


async def ban_chat_member(call: Call) -> bool:
    call.user_id()
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    if chat.kind == "private":
        raise bad_request("can't ban members in private chats")
    user, member = _subject(call, chat)
    _check_may_restrict(call, chat, member)
    change(call.world, chat, call.bot, Member(user, KICKED, until=_until(call)))
    if call.flag("revoke_messages") or chat.kind == "supergroup":
        for message in [m for m in chat.messages.values() if m.sender is user and not m.is_service]:
            if call.flag("revoke_messages"):
                remove(call.world, message)
    return True


def _public_space(chat: Chat) -> None:
    if not chat.is_public_space:
        raise bad_request("method is available for supergroup and channel chats only")


def _supergroup(chat: Chat) -> None:
    if chat.kind != "supergroup":
        raise bad_request("method is available only for supergroups")


async def unban_chat_member(call: Call) -> bool:
    call.user_id()
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    _public_space(chat)
    user, member = _subject(call, chat)
    if call.flag("only_if_banned") and member.status != KICKED:
        return True
    _check_may_restrict(call, chat, member)
    change(call.world, chat, call.bot, Member(user, LEFT))
    return True


def permissions_argument(call: Call) -> frozenset[str]:
    """get_chat_permissions.  Raises 400."""
    value = call.json("permissions", "Can't parse permissions JSON object")
    if not isinstance(value, dict):
        raise bad_request("Object expected as permissions")
    try:
        given = {name for name in PERMISSIONS if fields.boolean(value, f"can_{name}")}
        if "can_manage_topics" not in value and "pin_messages" in given:
            given.add("manage_topics")
        if not any(f"can_{name}" in value for name in _MEDIA) and fields.boolean(value, "can_send_media_messages"):
            given.update(_MEDIA)
    except FieldError as error:
        raise bad_request(f"Can't parse chat permissions: {error}") from None
    if not call.flag("use_independent_chat_permissions"):
        if given & {"send_other_messages", "add_web_page_previews"}:
            given.update(_MEDIA, {"send_messages"})
        if "send_polls" in given:
            given.add("send_messages")
    return frozenset(given)


async def restrict_chat_member(call: Call) -> bool:
    call.user_id()
    permissions = permissions_argument(call)
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    _supergroup(chat)
    user, member = _subject(call, chat)
    _check_may_restrict(call, chat, member)
    until = _until(call)
    if permissions >= chat.permissions:
        new = Member(user, MEMBER if member.present else LEFT)
    else:
        new = Member(user, RESTRICTED, permissions=permissions, is_member=member.present, until=until)
    change(call.world, chat, call.bot, new)
    return True


async def promote_chat_member(call: Call) -> bool:
    call.user_id()
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    _public_space(chat)
    user, member = _subject(call, chat)
    me = access.membership(chat, call.bot)
    if user is call.bot:
        raise bad_request("can't promote self")
    if not me.may("promote_members"):
        raise bad_request("not enough rights")
    if member.status == CREATOR:
        raise bad_request("can't remove chat owner")
    if member.status == ADMINISTRATOR and member.promoted_by != call.bot.id:
        raise bad_request("CHAT_ADMIN_REQUIRED")
    if not member.present:
        raise bad_request("USER_NOT_PARTICIPANT" if chat.kind == "supergroup" else "PARTICIPANT_ID_INVALID")
    rights = frozenset(right for right in rights_of(chat.kind) if call.flag(f"can_{right}"))
    if not rights <= me.rights and me.status != CREATOR:
        raise bad_request("RIGHT_FORBIDDEN")
    if not rights and not call.flag("is_anonymous"):
        change(call.world, chat, call.bot, Member(user, MEMBER))
        return True
    new = Member(
        user,
        ADMINISTRATOR,
        rights | {"manage_chat"},
        custom_title=member.custom_title,
        anonymous=call.flag("is_anonymous"),
        promoted_by=call.bot.id,
    )
    change(call.world, chat, call.bot, new)
    return True


async def set_chat_administrator_custom_title(call: Call) -> bool:
    call.user_id()
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    _supergroup(chat)
    _, member = _subject(call, chat)
    if member.status == CREATOR:
        raise bad_request("only creator can edit their custom title")
    if member.status != ADMINISTRATOR:
        raise bad_request("user is not an administrator")
    if member.promoted_by != call.bot.id:
        raise bad_request("not enough rights to change custom title of the user")
    title = call.text("custom_title")
    if len(title) > MAX_TITLE:
        raise bad_request("ADMIN_RANK_INVALID")
    member.custom_title = title or None
    return True


async def set_chat_permissions(call: Call) -> bool:
    permissions = permissions_argument(call)
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    if chat.kind in ("private", "channel"):
        raise bad_request("can't change chat permissions in this chat" if chat.kind == "channel" else "chat not found")
    access.check_right(chat, call.bot, "restrict_members", "not enough rights to change chat permissions")
    if permissions == chat.permissions:
        raise bad_request("CHAT_NOT_MODIFIED")
    chat.permissions = permissions
    return True


async def ban_chat_sender_chat(call: Call) -> bool:
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    _public_space(chat)
    access.check_right(chat, call.bot, "restrict_members", "not enough rights to restrict/unrestrict chat member")
    call.world.find_chat(call.bot, call.text("sender_chat_id"))
    return True


async def leave_chat(call: Call) -> bool:
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.READ)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    if chat.present(call.bot.id):
        change(call.world, chat, call.bot, Member(call.bot, LEFT))
    return True


HANDLERS = {
    "banChatMember": ban_chat_member,
    "unbanChatMember": unban_chat_member,
    "restrictChatMember": restrict_chat_member,
    "promoteChatMember": promote_chat_member,
    "setChatAdministratorCustomTitle": set_chat_administrator_custom_title,
    "setChatPermissions": set_chat_permissions,
    "banChatSenderChat": ban_chat_sender_chat,
    "unbanChatSenderChat": ban_chat_sender_chat,
    "leaveChat": leave_chat,
}
