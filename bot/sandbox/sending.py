"""Sending: from a method's arguments to posted messages, with every check in Telegram's order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox import access, fields
from bot.sandbox.accounts import Bot, Wire
from bot.sandbox.call import Call
from bot.sandbox.chats import Chat, Message
from bot.sandbox.content import Formatted, formatted, name_mentions
from bot.sandbox.fields import FieldError
from bot.sandbox.journal import Send
from bot.sandbox.keyboards import check_markup, read_markup
from bot.sandbox.limits import PAID_MIN_STARS, PAID_MIN_USERS
from bot.sandbox.posting import origin_of, post
from bot.sandbox.refusal import bad_request, too_many_requests

Builder = Callable[[Chat], Wire | Awaitable[Wire]]
"""Makes a message's content once the chat is known; raises 400 for what TDLib finds only then."""


@dataclass(slots=True)
class Reply:
    chat_id: str = ""
    message_id: int = 0
    may_be_missing: bool = False
    quote: Formatted | None = None
    position: int = 0


@dataclass(slots=True)
class Envelope:
    """Everything about a message but its content."""

    chat: Chat
    thread_id: int
    reply_to: Message | Wire | None
    quote: Wire | None
    silent: bool
    protected: bool
    effect_id: str | None
    markup: Wire | None
    paid: bool


def read_reply(call: Call) -> Reply:
    encoded = call.text("reply_parameters")
    if not encoded:
        return Reply(
            message_id=call.message_id("reply_to_message_id"),
            may_be_missing=call.flag("allow_sending_without_reply"),
        )
    value = call.json("reply_parameters", "Can't parse reply parameters JSON object")
    if not isinstance(value, dict):
        raise bad_request("Object expected as reply parameters")
    if not value:
        return Reply()
    try:
        quote = fields.string(value, "quote")
        return Reply(
            chat_id=fields.string(value, "chat_id"),
            message_id=max(0, fields.integer(value, "message_id", None)),
            may_be_missing=fields.boolean(value, "allow_sending_without_reply"),
            quote=formatted(quote, fields.string(value, "quote_parse_mode"), value.get("quote_entities"))
            if quote
            else None,
            position=fields.integer(value, "quote_position"),
        )
    except FieldError as error:
        raise bad_request(str(error)) from None


def open_envelope(call: Call) -> Envelope:
    """Read and check the arguments common to all sending methods.  Raises 400 and 403."""
    if call.text("business_connection_id"):
        raise bad_request("business connection not found")
    reply = read_reply(call)
    markup = read_markup(call) if call.method != "sendmediagroup" else None
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    reply_to, quote = _resolve_reply(call, chat, reply)
    thread_id = call.message_id("message_thread_id")
    if thread_id or chat.forum:
        access.check_topic(chat, call.bot, thread_id)
    effect = call.text("message_effect_id")
    return Envelope(
        chat=chat,
        thread_id=thread_id,
        reply_to=reply_to,
        quote=quote,
        silent=call.flag("disable_notification"),
        protected=call.flag("protect_content"),
        effect_id=effect if effect and chat.kind == "private" else None,
        markup=markup,
        paid=call.flag("allow_paid_broadcast"),
    )


def _resolve_reply(call: Call, chat: Chat, reply: Reply) -> tuple[Message | Wire | None, Wire | None]:
    if not reply.message_id:
        return None, None
    elsewhere = chat
    if reply.chat_id and reply.chat_id != call.text("chat_id"):
        elsewhere = access.open_chat(call.world, call.bot, reply.chat_id, access.READ)
    message = elsewhere.messages.get(reply.message_id)
    if message is None:
        if reply.may_be_missing:
            return None, None
        raise bad_request("message to be replied not found")
    quote: Wire | None = None
    if reply.quote is not None and reply.quote.text:
        at = message.text.find(reply.quote.text)
        if at < 0:
            raise bad_request("QUOTE_TEXT_INVALID")
        quote = {
            "text": reply.quote.text,
            "position": len(message.text[:at].encode("utf-16-le")) // 2,
            "is_manual": True,
        }
        if reply.quote.entities:
            quote["entities"] = reply.quote.entities
    if elsewhere is chat:
        return message, quote
    external: Wire = {"origin": origin_of(message), "message_id": message.id, "chat": elsewhere.wire()}
    return external, quote


def check_flood(call: Call, chat: Chat, weight: float, *, paid: bool = False) -> None:
    """Count messages against the bot's pace.  Raises 429."""
    world = call.world
    if not world.flood_control:
        return
    bot = call.bot
    limits = world.limits[bot.id]
    entitled = (
        paid and bot.stars * 10 - limits.star_parts >= PAID_MIN_STARS * 10 and bot.monthly_users >= PAID_MIN_USERS
    )
    wait = limits.check(world.clock.now(), chat.id, group=chat.kind != "private", weight=weight, paid=entitled)
    if wait:
        raise too_many_requests(wait)


def new_message(call: Call, envelope: Envelope, content: Wire, markup: Wire | None) -> Message:
    """A message of the calling bot, not yet in the chat."""
    chat, bot = envelope.chat, call.bot
    message = Message(chat, name_mentions(call.world, bot, content))
    message.bot_id = bot.id
    set_sender(message, bot)
    message.reply_to = envelope.reply_to
    message.quote = envelope.quote
    message.silent = envelope.silent
    message.protected = envelope.protected
    message.effect_id = envelope.effect_id
    if markup is not None and "inline_keyboard" not in markup:
        message.keyboard = markup
    else:
        message.markup = markup
    if envelope.thread_id:
        message.thread_id = envelope.thread_id
        message.topic = chat.forum
    elif chat.kind == "supergroup" and isinstance(message.reply_to, Message):
        replied = message.reply_to
        message.thread_id = replied.thread_id or (0 if chat.forum else replied.id)
        message.topic = chat.forum and bool(replied.thread_id)
    return message


def set_sender(message: Message, bot: Bot) -> None:
    """In channels the chat itself speaks; anonymous administrators speak as their group."""
    chat = message.chat
    if chat.kind == "channel":
        message.sender_chat = chat
        if chat.signatures:
            message.signature = bot.first_name
        return
    member = chat.member(bot.id)
    if member is not None and member.manages and member.anonymous:
        message.sender_chat = chat
        message.signature = member.custom_title
        return
    message.sender = bot


async def send(call: Call, kind: str, build: Builder) -> Message:
    """Send one message of the calling bot.  Raises 400, 403, 429."""
    envelope = open_envelope(call)
    access.check_may_send(envelope.chat, call.bot, kind)
    markup = check_markup(envelope.markup, envelope.chat)
    content = build(envelope.chat)
    if not isinstance(content, dict):
        content = await content
    check_flood(call, envelope.chat, 1, paid=envelope.paid)
    message = new_message(call, envelope, content, markup)
    post(call.world, message)
    record(call, [message])
    return message


async def send_album(call: Call, kinds: Sequence[str], build: Callable[[Chat], Awaitable[list[Wire]]]) -> list[Message]:
    """Send several messages as one album, all or none."""
    envelope = open_envelope(call)
    for kind in kinds:
        access.check_may_send(envelope.chat, call.bot, kind)
    contents = await build(envelope.chat)
    check_flood(call, envelope.chat, len(contents), paid=envelope.paid)
    group_id = str(13_000_000_000_000_000 + next(call.world.numbers)) if len(contents) > 1 else None
    messages = []
    for content in contents:
        message = new_message(call, envelope, content, None)
        message.group_id = group_id
        messages.append(post(call.world, message))
    record(call, messages)
    return messages


def record(call: Call, messages: Sequence[Message]) -> None:
    """Write an executed send into the ledger."""
    first = messages[0]
    world = call.world
    world.journal.sent(
        Send(
            request=call.entry.id,
            key=call.entry.key,
            at=world.clock.now(),
            bot_id=call.bot.id,
            method=call.method,
            chat_id=first.chat.id,
            chat=first.chat.ref,
            message_ids=tuple(message.id for message in messages),
            text="\n".join(message.text for message in messages if message.text)[:4096],
        )
    )


def wires(messages: Sequence[Message], bot: Bot) -> list[Any]:
    return [message.wire(bot) for message in messages]
