"""Methods about forum topics."""

from __future__ import annotations

from bot.sandbox import access
from bot.sandbox.accounts import Wire
from bot.sandbox.call import Call
from bot.sandbox.chats import Chat, Message, Topic
from bot.sandbox.methods.chats import service
from bot.sandbox.posting import OWN_THREAD, remove
from bot.sandbox.refusal import bad_request

COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
ICONS = ("📰", "💡", "⚡️", "🎙", "🔝", "🗣", "🆒", "❗️", "📝", "📆")
GENERAL = 1
MAX_NAME = 128


def _open(call: Call) -> Chat:
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    if not access.may(chat, access.membership(chat, call.bot), "manage_topics"):
        raise bad_request("not enough rights to create a topic")
    member = access.membership(chat, call.bot)
    if member.status == "administrator" and not member.may("manage_topics"):
        raise bad_request("not enough rights to create a topic")
    return chat


def _topic(call: Call, chat: Chat, number: int) -> Topic:
    if number == GENERAL:
        return chat.topics.setdefault(GENERAL, Topic(GENERAL, "General", COLORS[0]))
    topic = chat.topics.get(number)
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    return topic


def _notice(call: Call, chat: Chat, topic: Topic, content: Wire) -> Message:
    return service(call, chat, content, thread=topic.id if topic.id != GENERAL else 0)


def _name(call: Call, *, required: bool) -> str:
    name = call.text("name").strip()
    if not name and required:
        raise bad_request("title must be non-empty")
    return name[:MAX_NAME]


async def create_forum_topic(call: Call) -> Wire:
    chat = _open(call)
    name = _name(call, required=True)
    color = call.integer("icon_color")
    if color and color not in COLORS:
        raise bad_request("wrong icon color specified")
    color = color or COLORS[0]
    icon = call.text("icon_custom_emoji_id")
    created: Wire = {"name": name, "icon_color": color}
    if icon:
        created["icon_custom_emoji_id"] = icon
    notice = service(call, chat, {"forum_topic_created": created}, thread=OWN_THREAD)
    chat.topics[notice.id] = Topic(notice.id, name, color, icon or None)
    return {"message_thread_id": notice.id, **created}


async def edit_forum_topic(call: Call) -> bool:
    chat = _open(call)
    return _rename(call, chat, _topic(call, chat, call.message_id("message_thread_id")))


async def edit_general_forum_topic(call: Call) -> bool:
    chat = _open(call)
    return _rename(call, chat, _topic(call, chat, GENERAL))


def _rename(call: Call, chat: Chat, topic: Topic) -> bool:
    edited: Wire = {}
    name = _name(call, required=topic.id == GENERAL)
    if name and name != topic.name:
        edited["name"] = topic.name = name
    if call.has("icon_custom_emoji_id") and topic.id != GENERAL:
        topic.icon_custom_emoji_id = call.text("icon_custom_emoji_id") or None
        edited["icon_custom_emoji_id"] = topic.icon_custom_emoji_id or ""
    if not edited:
        raise bad_request("TOPIC_NOT_MODIFIED")
    _notice(call, chat, topic, {"forum_topic_edited": edited})
    return True


def _set_closed(call: Call, chat: Chat, topic: Topic, closed: bool) -> bool:
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    _notice(call, chat, topic, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})
    return True


async def close_forum_topic(call: Call) -> bool:
    chat = _open(call)
    return _set_closed(call, chat, _topic(call, chat, call.message_id("message_thread_id")), True)


async def reopen_forum_topic(call: Call) -> bool:
    chat = _open(call)
    return _set_closed(call, chat, _topic(call, chat, call.message_id("message_thread_id")), False)


async def close_general_forum_topic(call: Call) -> bool:
    chat = _open(call)
    return _set_closed(call, chat, _topic(call, chat, GENERAL), True)


async def reopen_general_forum_topic(call: Call) -> bool:
    chat = _open(call)
    return _set_closed(call, chat, _topic(call, chat, GENERAL), False)


async def delete_forum_topic(call: Call) -> bool:
    chat = _open(call)
    topic = _topic(call, chat, call.message_id("message_thread_id"))
    access.check_right(chat, call.bot, "delete_messages", "not enough rights to delete the topic")
    for message in [m for m in chat.messages.values() if m.thread_id == topic.id]:
        remove(call.world, message)
    del chat.topics[topic.id]
    return True


def _set_hidden(call: Call, hidden: bool) -> bool:
    chat = _open(call)
    topic = _topic(call, chat, GENERAL)
    if topic.hidden == hidden:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.hidden = hidden
    if hidden:
        topic.closed = True
    _notice(call, chat, topic, {"general_forum_topic_hidden" if hidden else "general_forum_topic_unhidden": {}})
    return True


async def hide_general_forum_topic(call: Call) -> bool:
    return _set_hidden(call, True)


async def unhide_general_forum_topic(call: Call) -> bool:
    return _set_hidden(call, False)


async def unpin_all_forum_topic_messages(call: Call) -> bool:
    chat = _open(call)
    thread = call.message_id("message_thread_id") if call.method == "unpinallforumtopicmessages" else 0
    chat.pinned = [number for number in chat.pinned if chat.messages[number].thread_id != thread]
    call.world.events.emit("pinned", chat=chat.ref, message_ids=list(chat.pinned))
    return True


async def get_forum_topic_icon_stickers(call: Call) -> list[Wire]:
    """Stickers like Telegram's own for topics: made up, with contents that show nothing."""
    return [_icon(call, number, emoji) for number, emoji in enumerate(ICONS)]


def _icon(call: Call, number: int, emoji: str) -> Wire:
    files = call.world.files
    sticker = files.add("sticker", f"icon {number} {emoji}".encode().ljust(24_000), "application/x-tgsticker")
    small = files.add("thumbnail", f"icon {number} {emoji}".encode().ljust(3_000), "image/webp")
    return {
        "width": 512,
        "height": 512,
        "emoji": emoji,
        "set_name": "Topics",
        "is_animated": True,
        "is_video": False,
        "type": "custom_emoji",
        "custom_emoji_id": str(5_312_536_423_851_630_001 + number),
        "thumbnail": {**small.wire(call.bot), "width": 128, "height": 128},
        **sticker.wire(call.bot),
    }


HANDLERS = {
    "createForumTopic": create_forum_topic,
    "editForumTopic": edit_forum_topic,
    "closeForumTopic": close_forum_topic,
    "reopenForumTopic": reopen_forum_topic,
    "deleteForumTopic": delete_forum_topic,
    "editGeneralForumTopic": edit_general_forum_topic,
    "closeGeneralForumTopic": close_general_forum_topic,
    "reopenGeneralForumTopic": reopen_general_forum_topic,
    "hideGeneralForumTopic": hide_general_forum_topic,
    "unhideGeneralForumTopic": unhide_general_forum_topic,
    "unpinAllForumTopicMessages": unpin_all_forum_topic_messages,
    "unpinAllGeneralForumTopicMessages": unpin_all_forum_topic_messages,
    "getForumTopicIconStickers": get_forum_topic_icon_stickers,
}
