"""Somebody's standing in a chat changes: updates for the bots, service messages for the chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.accounts import Bot, User, Wire
from bot.sandbox.chats import Chat, Message
from bot.sandbox.membership import LEFT, Member
from bot.sandbox.posting import post

if TYPE_CHECKING:
    from bot.sandbox.world import World


def change(
    world: World, chat: Chat, actor: User, new: Member, *, link: Wire | None = None, by_request: bool = False
) -> None:
    """Give a user a new standing in a group or channel; `actor` did it, `link` is the invite link used."""
    user = new.user
    old = chat.members.get(user.id) or Member(user, LEFT)
    was_present = old.present
    leaving = was_present and not new.present
    if leaving and chat.kind != "channel":
        _service(world, chat, actor, {"left_chat_member": user.wire()})
    if new.status == LEFT and not new.until:
        chat.members.pop(user.id, None)
    else:
        new.joined = old.joined or world.now()
        chat.members[user.id] = new
    update: Wire = {"chat": chat.wire(), "from": actor.wire(), "date": world.now()}
    if link is not None:
        update["invite_link"] = link
    if by_request:
        update["via_join_request"] = True
    _tell(world, chat, (old, new), update)
    if new.present and not was_present and chat.kind != "channel":
        _service(world, chat, actor, {"new_chat_members": [user.wire()]})
    world.events.emit("member", chat=chat.ref, user=user.id, status=new.status, by=actor.id)


def _tell(world: World, chat: Chat, change: tuple[Member, Member], update: Wire) -> None:
    old, new = change
    user = new.user

    def seen_by(bot: Bot) -> Wire:
        standing = {"old_chat_member": old.wire(chat.kind, bot), "new_chat_member": new.wire(chat.kind, bot)}
        return {**update, **standing}

    if isinstance(user, Bot):
        world.queues[user.id].push("my_chat_member", seen_by(user), str(chat.id))
    for bot in chat.bots():
        member = chat.member(bot.id)
        if bot is not user and member is not None and member.manages:
            world.queues[bot.id].push("chat_member", seen_by(bot), f"member:{user.id}")


def _service(world: World, chat: Chat, actor: User, content: Wire) -> None:
    message = Message(chat, content)
    message.sender = actor
    message.bot_id = actor.id if isinstance(actor, Bot) else 0
    post(world, message)


def set_blocked(world: World, chat: Chat, *, blocked: bool) -> None:
    """A user blocks or unblocks a bot in their private chat."""
    assert chat.bot is not None and chat.user is not None
    if chat.blocked == blocked:
        return
    chat.blocked = blocked
    free: Wire = {"user": chat.bot.wire(), "status": "member"}
    kicked: Wire = {"user": chat.bot.wire(), "status": "kicked", "until_date": 0}
    old, new = (free, kicked) if blocked else (kicked, free)
    update: Wire = {
        "chat": chat.wire(),
        "from": chat.user.wire(),
        "date": world.now(),
        "old_chat_member": old,
        "new_chat_member": new,
    }
    world.queues[chat.bot.id].push("my_chat_member", update, str(chat.id))
    world.events.emit("blocked" if blocked else "unblocked", chat=chat.ref, bot=chat.bot.id, user=chat.user.id)
