"""A message comes into being: its id and date, its place in the chat, and who hears of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.sandbox.accounts import Bot
from bot.sandbox.chats import Chat, Message

if TYPE_CHECKING:
    from bot.sandbox.world import World

OWN_THREAD = -1  # the message opens a topic: its thread is itself
_COMMAND = re.compile(r"/\w+(?:@(\w+))?")


def next_id(chat: Chat) -> int:
    """Ids rise per chat in supergroups and channels, and per account elsewhere (a basic group of several bots takes
    the next id that is free for all of them)."""
    if chat.is_public_space:
        chat.last_message_id += 1
        return chat.last_message_id
    bots = chat.bots()
    number = max((bot.last_message_id for bot in bots), default=chat.last_message_id) + 1
    for bot in bots:
        bot.last_message_id = number
    chat.last_message_id = number
    return number


def post(world: World, message: Message) -> Message:
    """Put a message into its chat and tell the bots there and whoever watches."""
    chat = message.chat
    message.id = next_id(chat)
    message.date = world.now()
    if message.thread_id == OWN_THREAD:
        message.thread_id, message.topic = message.id, True
    if chat.kind == "channel":
        message.views = sum(1 for member in chat.members.values() if member.present and not member.user.is_bot)
    messages = chat.messages
    messages[message.id] = message
    if len(messages) > world.plan.history:
        oldest = next(iter(messages))
        messages.pop(oldest).id = 0
        world.touch(chat, oldest)
    world.touch(chat, message.id)
    world.events.emit("message", chat=chat.ref, message=message)
    announce(world, message, "channel_post" if chat.kind == "channel" else "message")
    if chat.kind == "channel" and chat.linked is not None and not message.is_service:
        _forward_to_discussion(world, message, chat.linked)
    return message


def announce(world: World, message: Message, kind: str) -> None:
    """Queue an update about a message for each bot that may see it; never for the bot that made it."""
    chat = message.chat
    for bot in chat.bots():
        if hears(bot, message):
            world.queues[bot.id].push(kind, message.wire(bot), str(chat.id))


def hears(bot: Bot, message: Message) -> bool:
    """Does this bot get an update about this message?  (privacy mode, core.telegram.org/bots/features)"""
    chat = message.chat
    if message.bot_id == bot.id:
        return message.is_service and "new_chat_members" not in message.content
    if chat.kind in ("private", "channel") or message.is_service:
        return True
    if message.bot_id:
        return False  # bots never see messages of other bots in groups
    if bot.can_read_all_group_messages or message.via_bot is bot or message.auto_forward:
        return True
    member = chat.member(bot.id)
    if member is not None and member.manages:
        return True
    if isinstance(message.reply_to, Message) and message.reply_to.bot_id == bot.id:
        return True
    command = _COMMAND.match(message.text)
    if command is not None:
        return command.group(1) is None or command.group(1).lower() == (bot.username or "").lower()
    return bool(bot.username) and f"@{bot.username}".lower() in message.text.lower()


def _forward_to_discussion(world: World, post_message: Message, group: Chat) -> None:
    """Telegram forwards each channel post to the linked discussion group (Message.is_automatic_forward)."""
    copy = Message(group, post_message.content)
    copy.sender_chat = post_message.chat
    copy.auto_forward = True
    copy.group_id = post_message.group_id
    copy.origin = channel_origin(post_message)
    copy.signature = post_message.signature
    copy.source = (post_message.chat, post_message.id)
    copy.protected = post_message.protected
    post(world, copy)
    copy.thread_id = 0
    post_message.chat.forwards[post_message.id] = copy.id
    if len(post_message.chat.forwards) > world.plan.history:
        post_message.chat.forwards.pop(next(iter(post_message.chat.forwards)))


def channel_origin(message: Message) -> dict[str, object]:
    origin: dict[str, object] = {
        "type": "channel",
        "chat": message.chat.wire(),
        "message_id": message.id,
        "date": message.date,
    }
    if message.signature:
        origin["author_signature"] = message.signature
    return origin


def origin_of(message: Message) -> dict[str, object]:
    """`forward_origin` of a forward of this message; a forward of a forward keeps the first origin."""
    if message.origin is not None:
        return message.origin
    if message.chat.kind == "channel":
        return channel_origin(message)
    if message.sender is not None:
        return {"type": "user", "sender_user": message.sender.wire(), "date": message.date}
    sender_chat = message.sender_chat or message.chat
    origin: dict[str, object] = {"type": "chat", "sender_chat": sender_chat.wire(), "date": message.date}
    if message.signature:
        origin["author_signature"] = message.signature
    return origin


def changed(world: World, message: Message, *, editor: Bot | None, hidden: bool = False) -> None:
    """A message was edited: mark it, show it, and tell the bots there except the editor.

    `hidden` edits (of the keyboard alone) leave no mark that people see; bots get an edit_date all the same.
    """
    message.edit_hidden = hidden and (message.edit_hidden or not message.edit_date)
    message.edit_date = world.now()
    chat = message.chat
    world.touch(chat, message.id)
    world.events.emit("edited", chat=chat.ref, message=message)
    kind = "edited_channel_post" if chat.kind == "channel" else "edited_message"
    for bot in chat.bots():
        if bot is not editor and hears(bot, message):
            world.queues[bot.id].push(kind, message.wire(bot), str(chat.id))

    copy = chat.linked.messages.get(chat.forwards.get(message.id, 0)) if chat.linked is not None else None
    if copy is not None and copy.content is not message.content:  # the automatic forward follows its post
        copy.content = message.content
        changed(world, copy, editor=None)


def remove(world: World, message: Message) -> None:
    """Delete a message; nobody but watchers is told (the Bot API has no update for it)."""
    chat = message.chat
    if chat.messages.pop(message.id, None) is None:
        return
    world.touch(chat, message.id)
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
    world.events.emit("deleted", chat=chat.ref, message_id=message.id)
    message.date, message.id = message.id, 0  # replies and pins to it show nothing of it any more
