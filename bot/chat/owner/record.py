"""/log: who did what, when, about what."""

from __future__ import annotations

from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler, ContextTypes

from bot.chat.card import cut, isolate
from bot.chat.context import Context
from bot.chat.door import owner_at
from bot.chat.pressing import NO_PREVIEW
from bot.chat.roles import Visitor
from bot.chat.updates import PRIVATE
from bot.chat.words import common, people
from bot.store import audit
from bot.store.audit import COMMAND_LINE, Deed

SHOWN = 20


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    async def show(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        who = await owner_at(context, update)
        if who is None or update.effective_message is None:
            return
        async with context.db.read() as tx:
            found = await audit.latest(tx, bot_id=context.bot_id, limit=SHOWN)
        await update.effective_message.reply_html(
            record_html(who, found, context.zone), link_preview_options=NO_PREVIEW
        )

    return [CommandHandler("log", show, PRIVATE)]


def record_html(who: Visitor, found: tuple[Deed, ...], zone: str) -> str:
    if not found:
        return who.say(people.LOG_EMPTY)
    return "\n".join([who.say(people.LOG), *(_line(who, deed, ZoneInfo(zone)) for deed in found)])


def _line(who: Visitor, deed: Deed, zone: ZoneInfo) -> str:
    name = who.say(people.COMMAND_LINE) if deed.user_id is None and deed.who == COMMAND_LINE else deed.who
    name = name or who.say(common.SOMEBODY)  # who was forgotten since
    said = {"who": isolate(escape(name)), "about": isolate(escape(cut(deed.about, 80)))}
    text = people.DEEDS.get(deed.what)
    told = who.say(text, **said) if text else who.say(people.DEED, what=escape(deed.what), **said)
    return who.say(people.LOG_LINE, time=f"{deed.at.astimezone(zone):%Y-%m-%d %H:%M}", deed=told)
