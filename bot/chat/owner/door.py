"""Who may come in: handlers of the owner ask here first.  Rights are looked up at every update."""

from __future__ import annotations

from telegram import Message, Update

from bot.chat import roles
from bot.chat.context import Context
from bot.chat.pressing import NO_PREVIEW, refuse
from bot.chat.roles import Visitor
from bot.chat.words import common, setup
from bot.model import Role

STAFF = frozenset({Role.OWNER, Role.EDITOR, Role.VIEWER})


async def owner_at(context: Context, update: Update) -> Visitor | None:
    """The owner who wrote or pressed; anybody else is told no, and it is None."""
    return await _one_of(context, update, frozenset({Role.OWNER}), setup.ONLY_OWNER)


async def staff_at(context: Context, update: Update) -> Visitor | None:
    """Owner, editor or viewer."""
    return await _one_of(context, update, STAFF, common.ONLY_EDITORS)


async def editor_at(context: Context, update: Update) -> Visitor | None:
    """Whoever may publish."""
    return await _one_of(context, update, roles.EDITORS, common.ONLY_EDITORS)


async def _one_of(context: Context, update: Update, allowed: frozenset[Role], no: str) -> Visitor | None:
    if update.effective_user is None:
        return None
    who = await roles.visit(context, update.effective_user)
    if who.person.role in allowed:
        return who
    if update.callback_query is not None:
        await refuse(update.callback_query, who.say(no))
    elif isinstance(update.effective_message, Message):
        await update.effective_message.reply_html(who.say(no), link_preview_options=NO_PREVIEW)
    return None


def help_of(who: Visitor) -> str:
    """More lines for /help of those who run the bot; nothing for readers."""
    if who.person.role not in STAFF:
        return ""
    rules = who.say(setup.HELP_RULES) if who.may_publish else ""
    return who.say(setup.HELP_STAFF) + rules + (who.say(setup.HELP_OWNER) if who.person.role is Role.OWNER else "")
