"""Methods that work on messages that exist: forward, copy, react, and files to download."""

from __future__ import annotations

from typing import Any

from bot.sandbox import access, fields
from bot.sandbox.accounts import Wire
from bot.sandbox.call import Call
from bot.sandbox.chats import Message
from bot.sandbox.content import caption, caption_content
from bot.sandbox.fields import FieldError
from bot.sandbox.files import MAX_DOWNLOAD
from bot.sandbox.keyboards import check_markup
from bot.sandbox.media import find_file
from bot.sandbox.methods.editing import CAPTIONED
from bot.sandbox.posting import origin_of, post
from bot.sandbox.refusal import Refusal, bad_request
from bot.sandbox.sending import Envelope, check_flood, new_message, open_envelope, record

REACTIONS = frozenset(
    [
        "👍",
        "👎",
        "❤",
        "🔥",
        "🥰",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "🥱",
        "🥴",
        "😍",
        "🐳",
        "❤\u200d🔥",
        "🌚",
        "🌭",
        "💯",
        "🤣",
        "⚡",
        "🍌",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "🍓",
        "🍾",
        "💋",
        "🖕",
        "😈",
        "😴",
        "😭",
        "🤓",
        "👻",
        "👨\u200d💻",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "🫡",
        "🎅",
        "🎄",
        "☃",
        "💅",
        "🤪",
        "🗿",
        "🆒",
        "💘",
        "🙉",
        "🦄",
        "😘",
        "💊",
        "🙊",
        "😎",
        "👾",
        "🤷\u200d♂",
        "🤷",
        "🤷\u200d♀",
        "😡",
    ]
)


async def forward_message(call: Call) -> Wire:
    source = _source(call, "message to forward")
    envelope = _open(call)
    access.check_forwardable(source)
    access.check_may_send(envelope.chat, call.bot, source.kind)
    check_flood(call, envelope.chat, 1, paid=envelope.paid)
    message = post(call.world, _forward(call, envelope, source))
    record(call, [message])
    return message.wire(call.bot)


async def forward_messages(call: Call) -> list[Wire]:
    return await _many(call, copy=False)


async def copy_messages(call: Call) -> list[Wire]:
    return await _many(call, copy=True)


def _open(call: Call) -> Envelope:
    """forwardMessage takes neither a reply nor a keyboard."""
    if call.method in ("forwardmessage", "forwardmessages", "copymessages"):
        call.values = {
            name: value for name, value in call.values.items() if name not in ("reply_parameters", "reply_markup")
        }
    return open_envelope(call)


def _source(call: Call, what: str) -> Message:
    call.required("from_chat_id")
    message_id = call.message_id()
    chat = access.open_chat(call.world, call.bot, call.text("from_chat_id"), access.READ)
    return access.find_message(chat, call.bot, message_id, what)


def _forward(call: Call, envelope: Envelope, source: Message) -> Message:
    markup = source.markup if source.markup is not None and _only_links(source.markup) else None
    message = new_message(call, envelope, source.content, markup)
    message.origin = origin_of(source)
    message.source = (source.chat, source.id)
    message.via_bot = source.via_bot
    return message


def _only_links(markup: Wire) -> bool:
    """A forward keeps a keyboard of links alone."""
    return all("url" in button for row in markup["inline_keyboard"] for button in row)


async def copy_message(call: Call) -> Wire:
    replaced = caption(call) if call.has("caption") else None
    source = _source(call, "message to copy")
    envelope = open_envelope(call)
    access.check_forwardable(source)
    access.check_may_send(envelope.chat, call.bot, source.kind)
    markup = check_markup(envelope.markup, envelope.chat)
    content = source.content
    if replaced is not None and not CAPTIONED.isdisjoint(content):
        content = {**_bare(content), **caption_content(replaced, above=call.flag("show_caption_above_media"))}
    check_flood(call, envelope.chat, 1, paid=envelope.paid)
    message = post(call.world, new_message(call, envelope, content, markup))
    record(call, [message])
    return {"message_id": message.id}


def _bare(content: Wire) -> Wire:
    names = ("caption", "caption_entities", "show_caption_above_media")
    return {name: value for name, value in content.items() if name not in names}


async def _many(call: Call, *, copy: bool) -> list[Wire]:
    """Unknown and protected messages are skipped; if nothing is left, that is an error."""
    call.required("from_chat_id")
    message_ids = call.message_ids()
    envelope = _open(call)
    chat = access.open_chat(call.world, call.bot, call.text("from_chat_id"), access.READ)
    sources = [chat.messages[number] for number in message_ids if number in chat.messages]
    sources = [
        message for message in sources if not (message.is_service or message.protected or message.chat.protected)
    ]
    if not sources:
        raise bad_request("there are no messages to forward")
    for source in sources:
        access.check_may_send(envelope.chat, call.bot, source.kind)
    check_flood(call, envelope.chat, len(sources), paid=envelope.paid)
    groups: dict[str, str] = {}
    messages = []
    for source in sources:
        if copy:
            content = _bare(source.content) if call.flag("remove_caption") else source.content
            message = new_message(call, envelope, content, None)
        else:
            message = _forward(call, envelope, source)
        if source.group_id is not None:
            message.group_id = groups.setdefault(
                source.group_id, str(13_000_000_000_000_000 + next(call.world.numbers))
            )
        messages.append(post(call.world, message))
    record(call, messages)
    return [{"message_id": message.id} for message in messages]


async def set_message_reaction(call: Call) -> bool:
    reactions = _reactions(call)
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.READ)
    message = access.find_message(chat, call.bot, call.message_id(), "message to react")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in reactions:
        if reaction["type"] == "emoji" and reaction["emoji"].replace("\ufe0f", "") not in REACTIONS:
            raise bad_request("REACTION_INVALID")
    if message.is_service and "pinned_message" not in message.content:
        raise bad_request("message can't be reacted to")
    apply_reaction(call.world, message, call.bot.id, reactions)
    return True


def apply_reaction(world: Any, message: Message, user_id: int, reactions: list[Wire]) -> None:
    if reactions:
        message.reactions[user_id] = reactions
    else:
        message.reactions.pop(user_id, None)
    world.touch(message.chat, message.id)
    world.events.emit("reaction", chat=message.chat.ref, message=message)


def _reactions(call: Call) -> list[Wire]:
    if not call.text("reaction"):
        return []
    value = call.json("reaction", "Can't parse reaction types JSON object")
    if not isinstance(value, list):
        raise bad_request("Expected an Array of ReactionType")
    try:
        return [reaction_of(item) for item in value]
    except FieldError as error:
        raise bad_request(f"Can't parse ReactionType: {error}") from None


def reaction_of(item: Any) -> Wire:
    """A ReactionType object.  Raises `FieldError`."""
    if not isinstance(item, dict):
        raise FieldError("expected an Object")
    kind = fields.string(item, "type", None)
    if kind == "emoji":
        return {"type": kind, "emoji": fields.string(item, "emoji", None)}
    if kind == "custom_emoji":
        return {"type": kind, "custom_emoji_id": str(fields.integer(item, "custom_emoji_id", None))}
    if kind == "paid":
        return {"type": kind}
    raise FieldError("invalid reaction type specified")


async def get_file(call: Call) -> Wire:
    file_id = call.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    try:
        file = find_file(call, file_id)
    except Refusal:
        raise bad_request("invalid file_id") from None
    if file.size > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    if file.data is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    return {**file.wire(call.bot), "file_path": file.path}


HANDLERS = {
    "forwardMessage": forward_message,
    "forwardMessages": forward_messages,
    "copyMessage": copy_message,
    "copyMessages": copy_messages,
    "setMessageReaction": set_message_reaction,
    "getFile": get_file,
}
