"""Who may come in: handlers of the owner and of editors ask here first.  Rights are looked up at every update."""

from __future__ import annotations

from telegram import Message, Update
from telegram.constants import ChatType

from bot.chat import roles
from bot.chat.context import Context
from bot.chat.pressing import NO_PREVIEW, refuse
from bot.chat.roles import Visitor
from bot.chat.words import common, editors, setup
from bot.model import Channel, Role
from bot.store import channels

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
    elif isinstance(update.effective_message, Message) and is_for_us(update.effective_message):
        await update.effective_message.reply_html(who.say(no), link_preview_options=NO_PREVIEW)
    return None


def is_for_us(message: Message) -> bool:
    """A command in a group that names nobody may be another bot's: who has no role here meant none of ours."""
    return message.chat.type == ChatType.PRIVATE or "@" in (message.text or "").partition(" ")[0]


async def channels_for(context: Context, who: Visitor, message: Message) -> tuple[Channel, ...]:
    """The channels in which an editor may publish; one who has none is told why, and it is empty."""
    async with context.db.read() as tx:
        every = await channels.every(tx, bot_id=context.bot_id)
    listed = tuple(channel for channel in every if who.may_publish_in(channel.name))
    if not listed:
        await message.reply_html(who.say(common.ONLY_EDITORS if every else editors.NO_CHANNEL))
    return listed
