"""Methods that change or remove messages."""

from __future__ import annotations

from bot.sandbox import access
from bot.sandbox.accounts import Wire
from bot.sandbox.call import Call
from bot.sandbox.chats import Message
from bot.sandbox.content import caption, caption_content, link_preview, message_text, name_mentions, text_content
from bot.sandbox.fields import FieldError
from bot.sandbox.files import Document, Photo
from bot.sandbox.keyboards import check_markup, read_markup
from bot.sandbox.media import media_content, media_from_json
from bot.sandbox.posting import changed, remove
from bot.sandbox.refusal import bad_request
from bot.sandbox.sending import check_flood

TWO_DAYS = 48 * 3600
EDIT_WEIGHT = 0.2  # edits count lighter in flood control
CAPTIONED = frozenset({"photo", "video", "animation", "audio", "document", "voice"})


def target_message(call: Call) -> Message:
    """The message to edit: by chat and id, or by inline_message_id.  Raises 400 and 403."""
    if call.text("business_connection_id"):
        raise bad_request("business connection not found")
    message_id = call.message_id()
    if not call.text("chat_id") and not message_id:
        inline_id = call.text("inline_message_id")
        if not inline_id:
            raise bad_request("Message identifier is not specified")
        found = call.world.queries.inline_messages.get(inline_id)
        if found is None or found.via_bot is not call.bot or not found.id:
            raise bad_request("MESSAGE_ID_INVALID")
        return found
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.EDIT)
    return access.find_message(chat, call.bot, message_id, "message to edit")


def _is_inline(call: Call) -> bool:
    return not call.text("chat_id") and not call.message_id()


def _check_may_edit(call: Call, message: Message, *, markup_only: bool = False) -> None:
    """TDLib's can_edit_message for bots: own messages any time, others' channel posts with the right to edit."""
    if _is_inline(call):
        return
    bot, chat = call.bot, message.chat
    if message.origin is not None or message.is_service or (message.via_bot is not None and message.via_bot is not bot):
        raise bad_request("message can't be edited")
    if chat.kind == "channel":
        member = access.membership(chat, bot)
        own = message.bot_id == bot.id and member.may("post_messages")
        if not own and not member.may("edit_messages"):
            raise bad_request("message can't be edited")
        if message.bot_id != bot.id and not member.may("edit_messages") and not markup_only:
            _check_window(call, message)
        return
    if message.bot_id != bot.id and message.via_bot is not bot:
        raise bad_request("message can't be edited")


def _check_window(call: Call, message: Message) -> None:
    if call.world.now() - message.date > TWO_DAYS:
        raise bad_request("message can't be edited")


def finish_edit(
    call: Call, message: Message, content: Wire, markup: Wire | None, *, hidden: bool = False
) -> Wire | bool:
    """Apply an edit.  Raises 400 if nothing changes, 429 if the bot edits too fast."""
    content = name_mentions(call.world, call.bot, content)
    if _comparable(content) == _comparable(message.content) and markup == message.markup:
        raise bad_request("MESSAGE_NOT_MODIFIED")
    check_flood(call, message.chat, EDIT_WEIGHT)
    message.content = content
    message.markup = markup
    changed(call.world, message, editor=call.bot, hidden=hidden)
    return True if _is_inline(call) else message.wire(call.bot)


def _comparable(content: Wire) -> Wire:
    """Content with its media reduced to the files."""
    return {
        name: value.file.digest if isinstance(value, (Photo, Document)) else value for name, value in content.items()
    }


async def edit_message_text(call: Call) -> Wire | bool:
    text = message_text(call)
    preview = link_preview(call)
    markup = read_markup(call)
    message = target_message(call)
    _check_may_edit(call, message)
    markup = check_markup(markup, None if _is_inline(call) else message.chat)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    _check_inline_only(markup)
    return finish_edit(call, message, text_content(text, preview), markup)


def _check_inline_only(markup: Wire | None) -> None:
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")


async def edit_message_caption(call: Call) -> Wire | bool:
    markup = read_markup(call)
    text = caption(call)
    message = target_message(call)
    _check_may_edit(call, message)
    markup = check_markup(markup, None if _is_inline(call) else message.chat)
    if CAPTIONED.isdisjoint(message.content):
        raise bad_request("there is no caption in the message to edit")
    _check_inline_only(markup)
    kept = {
        name: value
        for name, value in message.content.items()
        if name not in ("caption", "caption_entities", "show_caption_above_media")
    }
    above = call.flag("show_caption_above_media") and "audio" not in kept
    return finish_edit(call, message, {**kept, **caption_content(text, above=above)}, markup)


async def edit_message_media(call: Call) -> Wire | bool:
    markup = read_markup(call)
    call.required("media")
    value = call.json("media", "Can't parse input media JSON object")
    try:
        item = media_from_json(call, value, album=False)
    except FieldError as error:
        raise bad_request(f"Can't parse InputMedia: {error}") from None
    message = target_message(call)
    _check_may_edit(call, message)
    markup = check_markup(markup, None if _is_inline(call) else message.chat)
    old = message.kind
    if old != "text" and CAPTIONED.isdisjoint(message.content):
        raise bad_request("there is no media in the message to edit")
    if message.group_id is not None and {old, item.kind} - {"photo", "video"} and old != item.kind:
        raise bad_request("message content type can't be changed in the album")
    _check_inline_only(markup)
    return finish_edit(call, message, await media_content(call, item), markup)


async def edit_message_reply_markup(call: Call) -> Wire | bool:
    markup = read_markup(call)
    message = target_message(call)
    _check_may_edit(call, message, markup_only=True)
    markup = check_markup(markup, None if _is_inline(call) else message.chat)
    _check_inline_only(markup)
    return finish_edit(call, message, message.content, markup, hidden=True)


def may_delete(call: Call, message: Message) -> bool:
    """TDLib's can_delete_message for bots: the 48 hours come first, even for administrators."""
    bot, chat = call.bot, message.chat
    if call.world.now() - message.date > TWO_DAYS:
        return False
    if chat.kind == "private":
        return True
    member = access.membership(chat, bot)
    if message.id == 1 or "supergroup_chat_created" in message.content or "channel_chat_created" in message.content:
        return False
    if chat.kind == "channel":
        own = message.bot_id == bot.id and member.may("post_messages")
        return own or member.may("delete_messages")
    return message.bot_id == bot.id or member.may("delete_messages")


async def delete_message(call: Call) -> bool:
    if not call.text("chat_id"):
        raise bad_request("Chat identifier is not specified")
    message_id = call.message_id()
    if not message_id:
        raise bad_request("Message identifier is not specified")
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    message = access.find_message(chat, call.bot, message_id, "message to delete")
    if not may_delete(call, message):
        raise bad_request("MESSAGE_DELETE_FORBIDDEN")
    remove(call.world, message)
    return True


async def delete_messages(call: Call) -> bool:
    message_ids = call.message_ids()
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    messages = [chat.messages[number] for number in dict.fromkeys(message_ids) if number in chat.messages]
    for message in messages:
        if not may_delete(call, message):
            raise bad_request("MESSAGE_DELETE_FORBIDDEN")
    for message in messages:
        remove(call.world, message)
    return True


HANDLERS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
}
