"""Who may do what, looked up on every update: command menus and scopes are no access control."""

from __future__ import annotations

from typing import Final

from telegram import User

from bot.chat.context import Context
from bot.model import Person, Role
from bot.store import people

EDITORS: Final = frozenset({Role.OWNER, Role.EDITOR})


async def meet(context: Context, user: User) -> Person:
    """The person behind an update, remembered; owners named in the settings are owners from their first word."""
    async with context.db.write() as tx:
        person = await people.meet(
            tx,
            bot_id=context.bot_id,
            user_id=user.id,
            name=user.full_name,
            language=user.language_code,
            now=context.now(),
        )
        if user.id in context.owner_ids and person.role is not Role.OWNER:
            await people.give_role(tx, bot_id=context.bot_id, user_id=user.id, role=Role.OWNER, now=context.now())
            person = await people.get(tx, bot_id=context.bot_id, user_id=user.id) or person
    return person


async def may_publish(context: Context, user: User) -> bool:
    return (await meet(context, user)).role in EDITORS
