"""Who may do what where, in the words of telegram-bot-api (check_chat_access) and TDLib (can_send_message)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.accounts import Bot
from bot.sandbox.chats import Chat, Message
from bot.sandbox.membership import KICKED, RESTRICTED, Member
from bot.sandbox.refusal import bad_request, forbidden, migrated

if TYPE_CHECKING:
    from bot.sandbox.world import World

READ, MEMBERS, EDIT, WRITE = "read", "members", "edit", "write"

# Content → the permission it needs and its name in TDLib's refusal (MessageContent.cpp, can_send_message_content).
_NEEDS = {
    "text": ("send_messages", "text messages"),
    "photo": ("send_photos", "photos"),
    "video": ("send_videos", "videos"),
    "animation": ("send_other_messages", "animations"),
    "audio": ("send_audios", "music"),
    "document": ("send_documents", "documents"),
    "voice": ("send_voice_notes", "voice messages"),
    "video_note": ("send_video_notes", "video messages"),
    "sticker": ("send_other_messages", "stickers"),
    "poll": ("send_polls", "polls"),
    "dice": ("send_other_messages", "dice"),
    "location": ("send_messages", "locations"),
    "venue": ("send_messages", "venues"),
    "contact": ("send_messages", "contacts"),
}


def open_chat(world: World, bot: Bot, chat_id: str, access: str) -> Chat:
    """The chat a bot names, if it has this access.  Raises 400 and 403."""
    chat = world.find_chat(bot, chat_id)
    if chat.kind == "group":
        _check_group(chat, bot, access)
    elif chat.kind != "private":
        _check_public_space(chat, bot, access)
    return chat


def _check_group(chat: Chat, bot: Bot, access: str) -> None:
    if chat.migrated_to is not None and access == WRITE:
        raise migrated(chat.migrated_to.id)
    if chat.deleted and access == WRITE:
        raise forbidden("the group chat was deleted")
    if chat.deleted or chat.migrated_to is not None or access not in (EDIT, WRITE):
        return
    if chat.status_of(bot.id) == KICKED:
        raise forbidden("bot was kicked from the group chat")
    if not chat.present(bot.id):
        raise forbidden("bot is not a member of the group chat")


def _check_public_space(chat: Chat, bot: Bot, access: str) -> None:
    if chat.status_of(bot.id) == KICKED:
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    needed = access in (EDIT, WRITE) if chat.username else True
    if needed and not chat.present(bot.id):
        raise forbidden(f"bot is not a member of the {chat.kind} chat")


def membership(chat: Chat, bot: Bot) -> Member:
    member = chat.member(bot.id)
    return member if member is not None else Member(bot, "left")


def find_message(chat: Chat, bot: Bot, message_id: int, what: str) -> Message:
    """Raises 400 `<what> not found`."""
    message = chat.messages.get(message_id) if message_id > 0 else None
    if message is None or (chat.is_public_space and not chat.present(bot.id)):
        raise bad_request(f"{what} not found")
    return message


def check_may_send(chat: Chat, bot: Bot, kind: str) -> None:
    """May the bot send a message with this content?  Raises 400 and 403."""
    if chat.kind == "private":
        _check_private(chat)
        return
    member = membership(chat, bot)
    if chat.kind == "channel":
        if not member.may("post_messages"):
            raise bad_request("need administrator rights in the channel chat")
        return
    permission, name = _NEEDS.get(kind, ("send_other_messages", "messages"))
    if not may(chat, member, permission):
        raise bad_request(f"not enough rights to send {name} to the chat")


def _check_private(chat: Chat) -> None:
    user = chat.user
    assert user is not None
    if isinstance(user, Bot):
        raise forbidden("bots can't send messages to bots")
    if user.deactivated:
        raise forbidden("user is deactivated")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if not chat.started:
        raise forbidden("bot can't initiate conversation with a user")


def may(chat: Chat, member: Member, permission: str) -> bool:
    """A group member's permission: administrators may everything that members may."""
    if member.manages:
        return True
    if not member.present:
        return False
    if member.status == RESTRICTED:
        return permission in member.permissions and permission in chat.permissions
    return permission in chat.permissions


def check_right(chat: Chat, bot: Bot, right: str, refusal: str) -> None:
    """An administrator's right in a group or channel; raises 400 with TDLib's words for this action."""
    if not membership(chat, bot).may(right):
        raise bad_request(refusal)


def check_topic(chat: Chat, bot: Bot, thread_id: int) -> None:
    """Raises 400 for a thread that is no topic or is closed to the bot."""
    if not thread_id:
        general = chat.topics.get(1)
        if chat.forum and general is not None and general.closed and not membership(chat, bot).may("manage_topics"):
            raise bad_request("TOPIC_CLOSED")
        return
    if not chat.forum:
        if chat.kind != "supergroup" or thread_id not in chat.messages:
            raise bad_request("message thread not found")
        return
    topic = chat.topics.get(thread_id)
    if topic is None:
        raise bad_request("message thread not found")
    if topic.closed and not membership(chat, bot).may("manage_topics"):
        raise bad_request("TOPIC_CLOSED")


def check_forwardable(message: Message) -> None:
    """Protected content stays where it is."""
    if message.protected or message.chat.protected:
        raise bad_request("message has protected content and can't be forwarded")
    if message.is_service:
        raise bad_request("message can't be forwarded")
