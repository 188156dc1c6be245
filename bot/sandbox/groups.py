"""A basic group becomes a supergroup: a new chat with a new id, and a tombstone that points to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.sandbox.accounts import User
from bot.sandbox.chats import Chat, Message
from bot.sandbox.posting import post

if TYPE_CHECKING:
    from bot.sandbox.world import World


def upgrade(world: World, actor: User, group: Chat) -> Chat:
    """The new supergroup; writing to the old group is refused with `migrate_to_chat_id` from now on."""
    if group.kind != "group" or group.migrated_to is not None:
        raise ValueError(f"{group.title} is no basic group")
    new_id = -1_002_000_000_000 - abs(group.id)
    chat = Chat(
        new_id,
        "supergroup",
        group.key,
        title=group.title,
        description=group.description,
        permissions=group.permissions,
        protected=group.protected,
        last_message_id=0,
    )
    chat.members = {user_id: replace(member) for user_id, member in group.members.items()}
    world.chats[new_id] = world.keys[group.key] = chat
    _say(world, group, actor, {"migrate_to_chat_id": new_id})
    group.migrated_to = chat
    _say(world, chat, actor, {"migrate_from_chat_id": group.id})
    world.events.emit("migrated", chat=group.ref, to=chat.ref)
    return chat


def _say(world: World, chat: Chat, actor: User, content: dict[str, object]) -> None:
    message = Message(chat, content)
    message.sender = actor
    post(world, message)
