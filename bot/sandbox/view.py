"""The world as people see it: JSON for the page and for tests."""

from __future__ import annotations

from typing import Any

from bot.sandbox.accounts import Bot, User, Wire
from bot.sandbox.chats import Chat, Message
from bot.sandbox.world import World


def message_view(message: Message) -> Wire:
    """A `Message` as the Bot API shows it, with `url` instead of file ids, and what only people see."""
    view = message.wire(None)
    view["chat_ref"] = message.chat.ref
    view["kind"] = message.kind
    view["silent"] = message.silent
    if message.bot_id:
        view["bot_id"] = message.bot_id
    if message.keyboard is not None:
        view["keyboard"] = message.keyboard
    if message.views:
        view["views"] = message.views
    if message.reactions:
        view["reactions"] = reactions_view(message)
    forward = message.chat.forwards.get(message.id)
    if forward is not None and message.chat.linked is not None:
        replies = sum(1 for other in message.chat.linked.messages.values() if other.thread_id == forward)
        view["comments"] = {"chat_ref": message.chat.linked.ref, "message_id": forward, "count": replies}
    return view


def reactions_view(message: Message) -> list[Wire]:
    by_emoji: dict[str, list[int]] = {}
    for user_id, reactions in message.reactions.items():
        for reaction in reactions:
            by_emoji.setdefault(reaction.get("emoji", "⭐"), []).append(user_id)
    return [{"emoji": emoji, "count": len(users), "users": users} for emoji, users in by_emoji.items()]


def event_view(event: dict[str, Any]) -> dict[str, Any]:
    """An event as JSON; a message in it is shown as it is now."""
    message = event.get("message")
    if isinstance(message, Message):
        return {**event, "message": message_view(message) if message.id else None}
    return event


def user_view(user: User) -> Wire:
    view: Wire = {"key": user.key, **user.wire()}
    if isinstance(user, Bot):
        view["inline"] = user.inline
        view["commands"] = default_commands(user)
        view["description"] = user.texts.get(("description", ""), "")
    return view


def default_commands(bot: Bot, language: str = "") -> list[Wire]:
    """The command menu of a private chat, by Telegram's order of scopes."""
    for scope in ("all_private_chats", "default"):
        for code in (language, ""):
            commands = bot.commands.get((scope, 0, 0, code))
            if commands is not None:
                return commands
    return []


def chat_view(chat: Chat) -> Wire:
    last = next(reversed(chat.messages.values()), None)
    view: Wire = {
        **chat.wire(),
        "ref": chat.ref,
        "key": chat.key,
        "members": [
            {"user": member.user.id, "key": member.user.key, "status": member.status,
             **({"rights": sorted(member.rights)} if member.status == "administrator" else {})}
            for member in chat.members.values()
        ],
        "member_count": chat.count(),
        "linked": chat.linked.ref if chat.linked is not None else None,
        "pinned": list(chat.pinned),
        "message_count": len(chat.messages),
        "last_message": message_view(last) if last is not None else None,
    }  # fmt: skip
    if chat.description:
        view["description"] = chat.description
    if chat.photo is not None:
        view["photo_url"] = f"people/files/{chat.photo[1].unique_id}"
    if chat.kind == "private" and chat.bot is not None:
        view.update(bot=chat.bot.id, bot_key=chat.bot.key, blocked=chat.blocked, started=chat.started)
    if chat.topics:
        view["topics"] = [
            {"id": topic.id, "name": topic.name, "closed": topic.closed, "hidden": topic.hidden}
            for topic in chat.topics.values()
        ]
    return view


def state_view(world: World) -> Wire:
    """Everything a page needs to begin; then it follows the events after `last_event`."""
    return {
        "now": world.clock.now(),
        "virtual_clock": world.clock.virtual,
        "flood_control": world.flood_control,
        "last_event": world.events.last_id,
        "bots": [user_view(bot) for bot in world.bots.values()],
        "users": [user_view(user) for user in world.users.values() if not user.is_bot],
        "chats": [chat_view(chat) for chat in [*world.chats.values(), *world.private.values()] if not chat.deleted],
        "notes": list(world.notes),
        "requests": world.journal.requests_total,
        "sends": world.journal.sends_total,
    }
