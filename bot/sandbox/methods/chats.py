"""Methods about chats: what they are, and their title, picture, pins and topics."""

from __future__ import annotations

from bot.sandbox import access
from bot.sandbox.accounts import Bot, Wire
from bot.sandbox.call import Call
from bot.sandbox.chats import Chat, Message
from bot.sandbox.media import input_file, make_photo
from bot.sandbox.membership import permissions_wire
from bot.sandbox.posting import post
from bot.sandbox.refusal import bad_request
from bot.sandbox.sending import set_sender

MAX_DESCRIPTION = 255
MIN_CHAT_PHOTO = 160  # pixels of the shorter side
ACTIONS = frozenset({
    "cancel", "typing", "record_video", "upload_video", "record_audio", "record_voice", "upload_audio",
    "upload_voice", "upload_photo", "upload_document", "choose_sticker", "pick_up_location", "find_location",
    "record_video_note", "upload_video_note",
})  # fmt: skip
_GIFTS: Wire = {
    "unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False, "premium_subscription": False,
    "gifts_from_channels": False,
}  # fmt: skip


async def get_chat(call: Call) -> Wire:
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.READ)
    return full_info(chat, call.bot)


def full_info(chat: Chat, viewer: Bot) -> Wire:
    """As `ChatFullInfo`."""
    wire = dict(chat.wire())
    if wire.get("username"):
        wire["active_usernames"] = [wire["username"]]
    if chat.kind == "private" and chat.user is not None:
        if chat.user.bio:
            wire["bio"] = chat.user.bio
    else:
        if chat.description:
            wire["description"] = chat.description
        primary = next((link for link in chat.links.values() if link.get("is_primary")), None)
        if primary is not None and access.membership(chat, viewer).may("invite_users"):
            wire["invite_link"] = primary["invite_link"]
    if chat.kind in ("group", "supergroup"):
        wire["permissions"] = permissions_wire(chat.permissions)
    if chat.photo is not None:
        small, big = chat.photo
        wire["photo"] = {
            "small_file_id": small.id_for(viewer.id),
            "small_file_unique_id": small.unique_id,
            "big_file_id": big.id_for(viewer.id),
            "big_file_unique_id": big.unique_id,
        }
    pinned = chat.messages.get(chat.pinned[-1]) if chat.pinned else None
    if pinned is not None:
        wire["pinned_message"] = pinned.wire(viewer, nested=True)
    if chat.linked is not None:
        wire["linked_chat_id"] = chat.linked.id
    if chat.protected:
        wire["has_protected_content"] = True
    if chat.slow_mode:
        wire["slow_mode_delay"] = chat.slow_mode
    if chat.kind != "private":
        wire["has_visible_history"] = True
    wire["max_reaction_count"] = 11
    wire["accent_color_id"] = abs(chat.id) % 7
    wire["accepted_gift_types"] = _GIFTS
    return wire


async def send_chat_action(call: Call) -> bool:
    action = call.text("action").lower()
    if action not in ACTIONS:
        raise bad_request("Wrong parameter action in request")
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    if chat.kind == "private":
        access.check_may_send(chat, call.bot, "text")
    elif chat.kind == "channel" and not access.membership(chat, call.bot).may("post_messages"):
        raise bad_request("not enough rights to send text messages to the chat")
    call.world.events.emit("action", chat=chat.ref, bot=call.bot.id, action=action)
    return True


def service(call: Call, chat: Chat, content: Wire, *, thread: int = 0, silent: bool = False) -> Message:
    """A service message about something the bot did."""
    message = Message(chat, content)
    message.thread_id, message.topic = thread, thread > 0
    message.silent = silent
    message.bot_id = call.bot.id
    set_sender(message, call.bot)
    message.signature = None
    return post(call.world, message)


def _check_pin(call: Call, chat: Chat) -> None:
    if chat.kind == "private":
        access.check_may_send(chat, call.bot, "text")
    elif chat.kind == "channel":
        access.check_right(chat, call.bot, "edit_messages", "not enough rights to manage pinned messages in the chat")
    elif not access.may(chat, access.membership(chat, call.bot), "pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")


async def pin_chat_message(call: Call) -> bool:
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    message = access.find_message(chat, call.bot, call.message_id(), "message to pin")
    _check_pin(call, chat)
    if message.is_service:
        raise bad_request("message can't be pinned")
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
    chat.pinned.append(message.id)
    service(call, chat, {"pinned_message": message}, silent=call.flag("disable_notification"))
    call.world.events.emit("pinned", chat=chat.ref, message_ids=list(chat.pinned))
    return True


async def unpin_chat_message(call: Call) -> bool:
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    message_id = call.message_id()
    if message_id:
        message_id = access.find_message(chat, call.bot, message_id, "message to unpin").id
    elif chat.pinned:
        message_id = chat.pinned[-1]
    else:
        raise bad_request("message to unpin not found")
    _check_pin(call, chat)
    if message_id in chat.pinned:
        chat.pinned.remove(message_id)
    call.world.events.emit("pinned", chat=chat.ref, message_ids=list(chat.pinned))
    return True


async def unpin_all_chat_messages(call: Call) -> bool:
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    _check_pin(call, chat)
    chat.pinned.clear()
    call.world.events.emit("pinned", chat=chat.ref, message_ids=[])
    return True


def _open_to_change(call: Call, refusal: str) -> Chat:
    """A group or channel whose looks the bot may change.  Raises 400 and 403."""
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    if chat.kind == "private":
        raise bad_request("can't change private chat " + refusal.rsplit("chat ", 1)[-1])
    member = access.membership(chat, call.bot)
    if not (member.may("change_info") if member.manages else access.may(chat, member, "change_info")):
        raise bad_request(refusal)
    return chat


def _changed_chat(call: Call, chat: Chat) -> None:
    chat.changed()
    call.world.events.emit("chat", chat=chat.ref, title=chat.title, description=chat.description)


async def set_chat_title(call: Call) -> bool:
    chat = _open_to_change(call, "not enough rights to change chat title")
    title = call.text("title").strip()[:128]
    if not title:
        raise bad_request("title must be non-empty")
    if title == chat.title:
        raise bad_request("CHAT_TITLE_NOT_MODIFIED" if not chat.is_public_space else "CHAT_NOT_MODIFIED")
    chat.title = title
    _changed_chat(call, chat)
    service(call, chat, {"new_chat_title": title})
    return True


async def set_chat_description(call: Call) -> bool:
    chat = _open_to_change(call, "not enough rights to set chat description")
    description = call.text("description").strip()
    if len(description) > MAX_DESCRIPTION:
        raise bad_request("CHAT_ABOUT_TOO_LONG")
    if description == (chat.description or ""):
        raise bad_request("CHAT_ABOUT_NOT_MODIFIED")
    chat.description = description or None
    _changed_chat(call, chat)
    return True


async def set_chat_photo(call: Call) -> bool:
    source = input_file(call, "photo", upload_only=True)
    if source is None or source.upload is None:
        raise bad_request(
            "Photo must be uploaded as an InputFile" if call.text("photo") else "There is no photo in the request"
        )
    chat = _open_to_change(call, "not enough rights to change chat photo")
    photo = make_photo(call, source.upload.data)
    _, width, height = photo.sizes[-1]
    if min(width, height) < MIN_CHAT_PHOTO:
        raise bad_request("PHOTO_CROP_SIZE_SMALL")
    files = call.world.files
    small = files.add("chat_photo", source.upload.data, photo.file.mime, "small")
    big = files.add("chat_photo", source.upload.data, photo.file.mime, "big")
    chat.photo = (small, big)
    service(call, chat, {"new_chat_photo": photo})
    _changed_chat(call, chat)
    return True


async def delete_chat_photo(call: Call) -> bool:
    chat = _open_to_change(call, "not enough rights to change chat photo")
    if chat.photo is None:
        raise bad_request("CHAT_NOT_MODIFIED")
    chat.photo = None
    service(call, chat, {"delete_chat_photo": True})
    _changed_chat(call, chat)
    return True


HANDLERS = {
    "setChatTitle": set_chat_title,
    "setChatDescription": set_chat_description,
    "setChatPhoto": set_chat_photo,
    "deleteChatPhoto": delete_chat_photo,
    "getChat": get_chat,
    "sendChatAction": send_chat_action,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "unpinAllChatMessages": unpin_all_chat_messages,
}
