"""The owner's claim: a one-time code that the terminal prints makes whoever presses START the owner."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from telegram import User

from bot.chat import words
from bot.chat.context import Context
from bot.chat.words import escape
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


async def claim_ownership(context: Context, user: User, code: str) -> str:
    """What to answer."""
    now = context.now()
    async with context.db.write() as tx:
        await people.meet(
            tx, bot_id=context.bot_id, user_id=user.id, name=user.full_name, language=user.language_code, now=now
        )
        owners = await people.with_role(tx, bot_id=context.bot_id, role=Role.OWNER)
        if owners:  # two starts print two codes; the first one used counts
            return words.OWNER_ALREADY if user.id in {owner.user_id for owner in owners} else words.BAD_CODE
        used = await people.use_code(tx, code, bot_id=context.bot_id, purpose="owner", user_id=user.id, now=now)
        if used is None:
            return words.BAD_CODE
        await people.give_role(tx, bot_id=context.bot_id, user_id=user.id, role=Role.OWNER, now=now)
    return words.OWNER_NOW.format(name=escape(user.full_name))
