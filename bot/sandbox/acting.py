"""What people do: write, press, ask inline, choose, join, leave, block, promote, edit, react, delete."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from bot.sandbox import access
from bot.sandbox.accounts import Bot, User, Wire
from bot.sandbox.call import Call
from bot.sandbox.chats import Chat, Message
from bot.sandbox.content import Formatted, caption_content, formatted, name_mentions, text_content, text_of
from bot.sandbox.files import photo_sizes
from bot.sandbox.images import read_image
from bot.sandbox.inline import valid_start_parameter
from bot.sandbox.journal import Entry
from bot.sandbox.media import MediaInput, Source, media_content
from bot.sandbox.membership import ADMINISTRATOR, LEFT, MEMBER, RIGHTS, Member
from bot.sandbox.methods.messages import apply_reaction
from bot.sandbox.parameters import Arguments
from bot.sandbox.posting import changed, origin_of, post, remove
from bot.sandbox.queries import InlineQuery, Press
from bot.sandbox.standing import change, set_blocked
from bot.sandbox.world import World


class Mistake(ValueError):
    """What a person tried cannot be done; the message says why."""


def user_named(world: World, name: Any) -> User:
    """A user or bot by key, id or @username."""
    text = str(name)
    found = world.keys.get(text)
    if isinstance(found, User):
        return found
    if text.lstrip("-").isdigit() and int(text) in world.users:
        return world.users[int(text)]
    by_name = world.by_username(text.removeprefix("@"))
    if isinstance(by_name, User):
        return by_name
    raise Mistake(f"there is no user or bot {text!r}")


def person_named(world: World, name: Any) -> User:
    user = user_named(world, name)
    if isinstance(user, Bot):
        raise Mistake(f"{name!r} is a bot; only people act here")
    return user


def bot_named(world: World, name: Any) -> Bot:
    user = user_named(world, name)
    if not isinstance(user, Bot):
        raise Mistake(f"{name!r} is no bot")
    return user


def chat_named(world: World, name: Any, person: User | None = None) -> Chat:
    """A chat by key, id, @username or `BOT:USER`; a bot's name means this person's private chat with it."""
    text = str(name)
    found: Any = world.keys.get(text) or world.by_username(text.removeprefix("@"))
    if text.lstrip("-").isdigit():
        found = world.chats.get(int(text)) or world.users.get(int(text)) or found
    pair = re.fullmatch(r"(\d+):(\d+)", text)
    if pair:
        bot, user = world.bots.get(int(pair[1])), world.users.get(int(pair[2]))
        if bot is not None and user is not None:
            return world.private_chat(bot, user)
    if isinstance(found, Chat):
        return found
    if isinstance(found, Bot) and person is not None:
        return world.private_chat(found, person)
    raise Mistake(f"there is no chat {text!r}")


def message_in(chat: Chat, message_id: Any) -> Message:
    message = chat.messages.get(int(message_id))
    if message is None:
        raise Mistake(f"there is no message {message_id} in {chat.ref}")
    return message


def _speak(world: World, person: User, chat: Chat, content: Wire) -> Message:
    """A message by a person, not yet posted.  Raises `Mistake` if they may not write there."""
    message = Message(chat, content)
    if chat.kind == "private":
        if chat.user is not person:
            raise Mistake("this is somebody else's private chat")
        set_blocked(world, chat, blocked=False)
        chat.started = True
        message.sender = person
        return message
    member = chat.member(person.id)
    if member is None or not member.present:
        raise Mistake(f"{person.first_name} is not in {chat.title}")
    if chat.kind == "channel":
        if not member.may("post_messages"):
            raise Mistake(f"{person.first_name} may not post in {chat.title}")
        message.sender_chat = chat
        message.signature = person.first_name if chat.signatures else None
    elif member.manages and member.anonymous:
        message.sender_chat = chat
        message.signature = member.custom_title
    elif not access.may(chat, member, "send_messages"):
        raise Mistake(f"{person.first_name} may not write in {chat.title}")
    else:
        message.sender = person
    return message


def write(
    world: World,
    person: User,
    chat: Chat,
    text: str,
    *,
    reply_to: int = 0,
    thread: int = 0,
    parse_mode: str = "",
    photo: bytes | None = None,
    contact: Wire | None = None,
    location: Wire | None = None,
) -> Message:
    """A person sends a text (or command), or a photo with that caption, or a contact or location."""
    media = photo is not None or contact is not None or location is not None
    said = (formatted if media else text_of)(text, parse_mode, None) if text or not media else Formatted("", [])
    if photo is not None:
        image = read_image(photo)
        if image is None:
            raise Mistake("this is no picture")
        content: Wire = {"photo": photo_sizes(world.files, photo, image.mime, image.width, image.height)}
        content.update(caption_content(said))
    elif contact is not None:
        content = {"contact": contact}
    elif location is not None:
        content = {"location": location}
    else:
        content = name_mentions(world, None, text_content(said, None))
    message = _speak(world, person, chat, content)
    if reply_to:
        replied = message_in(chat, reply_to)
        message.reply_to = replied
        if chat.kind == "supergroup" and not thread:
            message.thread_id = replied.thread_id or replied.id
    if thread:
        message.thread_id = thread
        message.topic = chat.forum
    return post(world, message)


def start(world: World, person: User, bot: Bot, payload: str = "") -> Message:
    """A person follows a deep link; clients ignore a parameter that is not valid."""
    text = f"/start {payload}" if payload and valid_start_parameter(payload) else "/start"
    return write(world, person, world.private_chat(bot, person), text)


def press(world: World, person: User, message: Message, button: Wire) -> Press | None:
    """A person presses a button.  Only callback buttons ask the bot; the others act in the client."""
    if "callback_data" not in button:
        return None
    chat = message.chat
    bot = message.via_bot or world.bots.get(message.bot_id)
    if bot is None:
        raise Mistake("no bot stands behind this button")
    inline_id = next((key for key, value in world.queries.inline_messages.items() if value is message), None)
    loop = asyncio.get_running_loop()
    query_id = str(4_300_000_000_000_000 + next(world.numbers))
    waiting = Press(
        query_id, bot, person, message, inline_id, button["callback_data"], world.clock.now(), loop.create_future()
    )
    world.queries.wait_press(waiting)
    update: Wire = {"id": query_id, "from": person.wire()}
    if inline_id is not None:
        update["inline_message_id"] = inline_id
    else:
        update["message"] = message.wire(bot)
    update["chat_instance"] = str(7_000_000_000 + abs(chat.id) % 1_000_000_007)
    update["data"] = waiting.data
    world.queues[bot.id].push("callback_query", update, f"callback:{person.id}", 150)
    world.events.emit("pressed", chat=chat.ref, message_id=message.id, user=person.id, query_id=query_id)
    return waiting


def find_button(message: Message, *, data: str | None, text: str | None, row: int | None, column: int) -> Wire:
    rows = message.inline_keyboard
    if row is not None:
        if not 0 <= row < len(rows) or not 0 <= column < len(rows[row]):
            raise Mistake(f"there is no button in row {row}, column {column}")
        return rows[row][column]
    for line in rows:
        for button in line:
            if (data is not None and button.get("callback_data") == data) or (
                text is not None and button["text"] == text
            ):
                return button
    raise Mistake("there is no such button")


async def ask_inline(
    world: World, person: User, bot: Bot, query: str, *, offset: str = "", chat_type: str = "sender", wait: float = 10
) -> Wire:
    """A person types an inline query; results come from the cache or from the bot within `wait` real seconds."""
    if not bot.inline:
        raise Mistake(f"@{bot.username} is no inline bot")
    query = query[:256]
    cached = world.queries.cached(bot, person, query, offset)
    if cached is not None:
        return {**cached, "query_id": "", "cached": True}
    query_id = str(2_100_000_000_000_000 + next(world.numbers))
    loop = asyncio.get_running_loop()
    asked = InlineQuery(query_id, bot, person, query, offset, world.clock.now(), loop.create_future())
    world.queries.wait_inline(asked)
    update = {"id": query_id, "from": person.wire(), "chat_type": chat_type, "query": query, "offset": offset}
    world.queues[bot.id].push("inline_query", update, f"inline:{person.id}", 30)
    try:
        answer = await asyncio.wait_for(asyncio.shield(asked.answer), wait)
    except TimeoutError:
        return {"results": [], "next_offset": "", "button": None, "query_id": query_id, "cached": False, "late": True}
    return {**answer, "query_id": query_id, "cached": False}


async def choose(world: World, person: User, bot: Bot, chat: Chat, result: Wire, query: str) -> Message:
    """A person sends an inline result into a chat."""
    sends: Wire = result["sends"]
    if "media" in sends:
        item = MediaInput(
            sends["media"], Source(remote=sends["source"]), sends["caption"], sends["above"],
            attributes={name: sends[name] for name in ("title", "performer") if sends["media"] == "audio"},
        )  # fmt: skip
        entry = Entry(0, world.clock.now(), bot.id, "choose", {}, {}, "", None)
        content = await media_content(Call(world, bot, "choose", Arguments({}, {}), entry), item)
    else:
        content = sends
    message = _speak(world, person, chat, content)
    message.via_bot = bot
    message.markup = result["markup"]
    chosen: Wire = {"result_id": result["id"], "from": person.wire(), "query": query}
    post(world, message)
    if message.markup is not None:
        inline_id = f"AAAA{message.id:x}x{next(world.numbers):x}"
        world.queries.keep_inline_message(inline_id, message)
        chosen["inline_message_id"] = inline_id
    world.queues[bot.id].push("chosen_inline_result", chosen, f"chosen:{person.id}", 600)
    return message


def edit(world: World, person: User, message: Message, text: str) -> Message:
    """A person edits their own message, or a channel post if they may."""
    if not _may_change(person, message, "edit_messages"):
        raise Mistake("only the author can edit this")
    said = text_of(text, "", None) if "text" in message.content else formatted(text, "", None)
    if "text" in message.content:
        message.content = text_content(said, message.content.get("link_preview_options"))
    else:
        rest = {k: v for k, v in message.content.items() if k not in ("caption", "caption_entities")}
        message.content = {**rest, **caption_content(said)}
    changed(world, message, editor=None)
    return message


def _may_change(person: User, message: Message, right: str) -> bool:
    if message.sender is person:
        return True
    member = message.chat.member(person.id)
    return member is not None and member.may(right)


def delete(world: World, person: User, message: Message) -> None:
    if message.chat.kind != "private" and not _may_change(person, message, "delete_messages"):
        raise Mistake("only the author or an administrator can delete this")
    remove(world, message)


def react(world: World, person: User, message: Message, emoji: str) -> None:
    """A person reacts with one emoji, or takes the reaction back (empty)."""
    chat = message.chat
    old = message.reactions.get(person.id, [])
    new: list[Wire] = [{"type": "emoji", "emoji": emoji}] if emoji else []
    apply_reaction(world, message, person.id, new)
    base: Wire = {"chat": chat.wire(), "message_id": message.id, "date": world.now()}
    for bot in chat.bots():
        member = chat.member(bot.id)
        if chat.kind != "private" and (member is None or not member.manages):
            continue
        lane = f"reaction:{chat.id}"
        if chat.kind == "channel":
            counts = {"reactions": reaction_counts(message)}
            world.queues[bot.id].push("message_reaction_count", {**base, **counts}, lane)
        else:
            update = {**base, "user": person.wire(), "old_reaction": old, "new_reaction": new}
            world.queues[bot.id].push("message_reaction", update, lane)


def reaction_counts(message: Message) -> list[Wire]:
    counts: dict[str, int] = {}
    for reactions in message.reactions.values():
        for reaction in reactions:
            if reaction["type"] == "emoji":
                counts[reaction["emoji"]] = counts.get(reaction["emoji"], 0) + 1
    return [{"type": {"type": "emoji", "emoji": emoji}, "total_count": count} for emoji, count in counts.items()]


def join(world: World, person: User, chat: Chat, link: str = "") -> None:
    if chat.kind == "private":
        raise Mistake("nobody joins a private chat")
    if chat.present(person.id):
        return
    if chat.status_of(person.id) == "kicked":
        raise Mistake(f"{person.first_name} is banned from {chat.title}")
    change(world, chat, person, Member(person, MEMBER), link=chat.links.get(link))


def leave(world: World, person: User, chat: Chat) -> None:
    if not chat.present(person.id):
        raise Mistake(f"{person.first_name} is not in {chat.title}")
    change(world, chat, person, Member(person, LEFT))


def add(world: World, actor: User, chat: Chat, user: User) -> None:
    """Somebody adds a user or bot to a group or channel."""
    change(world, chat, actor, Member(user, MEMBER))


def kick(world: World, actor: User, chat: Chat, user: User) -> None:
    change(world, chat, actor, Member(user, "kicked"))


def promote(world: World, actor: User, chat: Chat, user: User, rights: list[str] | None) -> None:
    """Make somebody an administrator; None gives every right."""
    given = {str(right).removeprefix("can_") for right in rights} if rights is not None else set(RIGHTS)
    unknown = given - set(RIGHTS)
    if unknown:
        raise Mistake(f"{sorted(unknown)[0]!r} is no right")
    change(world, chat, actor, Member(user, ADMINISTRATOR, frozenset(given | {"manage_chat"}), promoted_by=actor.id))


def demote(world: World, actor: User, chat: Chat, user: User) -> None:
    change(world, chat, actor, Member(user, MEMBER))


def forward(world: World, person: User, source: Message, chat: Chat) -> Message:
    """A person forwards a message into a chat of theirs."""
    access.check_forwardable(source)
    message = _speak(world, person, chat, source.content)
    message.origin = origin_of(source)
    message.source = (source.chat, source.id)
    return post(world, message)


def request_to_join(world: World, person: User, chat: Chat, link: str = "") -> None:
    """A person asks to be let in, by a link that needs approval."""
    if chat.present(person.id):
        raise Mistake(f"{person.first_name} is in {chat.title} already")
    request: Wire = {
        "chat": chat.wire(),
        "from": person.wire(),
        "user_chat_id": person.id,
        "date": world.now(),
    }
    if link in chat.links:
        request["invite_link"] = chat.links[link]
    chat.join_requests[person.id] = request
    for bot in chat.bots():
        member = chat.member(bot.id)
        if member is not None and member.may("invite_users"):
            world.private_chat(bot, person)
            world.queues[bot.id].push("chat_join_request", request, f"member:{person.id}")
