"""The owner's claim: a one-time code that the terminal prints makes whoever presses START the owner."""

from __future__ import annotations

import secrets
from datetime import timedelta
from html import escape
from typing import Final

from bot.chat.context import Context
from bot.chat.roles import Visitor
from bot.chat.words import owner
from bot.model import Role
from bot.store import people

VALID: Final = timedelta(minutes=10)


async def offer_ownership(context: Context, *, valid: timedelta = VALID) -> str | None:
    """A t.me link to press, or None where the bot has an owner already."""
    async with context.db.write() as tx:
        if context.owner_ids or await people.with_role(tx, bot_id=context.bot_id, role=Role.OWNER):
            return None
        code = secrets.token_urlsafe(6).replace("-", "x").replace("_", "y")
        await people.add_code(
            tx, code, bot_id=context.bot_id, purpose="owner", now=context.now(), valid=valid, options={}
        )
    return f"https://t.me/{context.username}?start=own_{code}"


async def claim_ownership(context: Context, who: Visitor, code: str) -> str:
    """What to answer."""
    now, person = context.now(), who.person
    async with context.db.write() as tx:
        owners = await people.with_role(tx, bot_id=context.bot_id, role=Role.OWNER)
        if owners:  # two starts print two codes; the first one used counts
            is_owner = person.user_id in {one.user_id for one in owners}
            return who.say(owner.OWNER_ALREADY if is_owner else owner.BAD_CODE)
        used = await people.use_code(tx, code, bot_id=context.bot_id, purpose="owner", user_id=person.user_id, now=now)
        if used is None:
            return who.say(owner.BAD_CODE)
        await people.give_role(tx, bot_id=context.bot_id, user_id=person.user_id, role=Role.OWNER, now=now)
    return who.say(owner.OWNER_NOW, name=escape(person.name or ""))
