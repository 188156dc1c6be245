"""The owner's claim: a one-time code that the terminal prints makes whoever presses START the owner."""

from __future__ import annotations

import secrets
from datetime import timedelta
from html import escape
from typing import Any, Final

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler, ContextTypes, filters

from bot.chat import roles
from bot.chat.context import Context
from bot.chat.owner import connecting
from bot.chat.owner.menus import sync_menu
from bot.chat.roles import Visitor
from bot.chat.updates import PRIVATE
from bot.chat.words import owner
from bot.model import Role
from bot.store import audit, channels, people

VALID: Final = timedelta(minutes=10)


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    async def claim(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        who = await roles.visit(context, user)
        code = (message.text or "").partition("own_")[2].strip()
        told, is_new = await claim_ownership(context, who, code)
        await message.reply_html(told)
        if is_new:
            await sync_menu(context, (await roles.visit(context, user)).person)
        if is_new and not await _has_channel(context):
            await connecting.offer(context, who)

    return [CommandHandler("start", claim, PRIVATE & filters.Regex(r"^/start own_"))]


async def _has_channel(context: Context) -> bool:
    async with context.db.read() as tx:
        return bool(await channels.every(tx, bot_id=context.bot_id))


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


async def claim_ownership(context: Context, who: Visitor, code: str) -> tuple[str, bool]:
    """What to answer, and whether they became the owner just now."""
    now, person = context.now(), who.person
    async with context.db.write() as tx:
        owners = await people.with_role(tx, bot_id=context.bot_id, role=Role.OWNER)
        if owners:  # two starts print two codes; the first one used counts
            is_owner = person.user_id in {one.user_id for one in owners}
            return who.say(owner.OWNER_ALREADY if is_owner else owner.BAD_CODE), False
        used = await people.use_code(tx, code, bot_id=context.bot_id, purpose="owner", user_id=person.user_id, now=now)
        if used is None:
            return who.say(owner.BAD_CODE), False
        await people.give_role(tx, bot_id=context.bot_id, user_id=person.user_id, role=Role.OWNER, now=now)
        about = person.name or str(person.user_id)
        await audit.write(tx, bot_id=context.bot_id, what="owner-claimed", about=about, now=now, person=person)
    return who.say(owner.OWNER_NOW, name=escape(person.name or "")), True
