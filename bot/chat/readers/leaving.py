"""What we know of a person: shown as a document (/export), deleted when they say so twice (/forgetme)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.chat import roles
from bot.chat.context import Context
from bot.chat.pressing import answer, edit, place_of, pressed
from bot.chat.updates import PRIVATE
from bot.chat.words import readers
from bot.model import Role
from bot.store import personal


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    handle = Leaving(context)
    return [
        CommandHandler("export", handle.export, PRIVATE),
        CommandHandler("forgetme", handle.ask, PRIVATE),
        CallbackQueryHandler(handle.forget, pressed("forget:(?:yes|no)")),
    ]


class Leaving:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def export(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        who = await roles.visit(self._context, user)
        async with self._context.db.read() as tx:
            known = await personal.everything(tx, bot_id=self._context.bot_id, user_id=user.id)
        body = json.dumps(known, ensure_ascii=False, indent=2, default=_plain).encode()
        document = InputFile(body, filename=f"{self._context.username}-{user.id}.json")
        await message.reply_document(document, caption=who.say(readers.EXPORT))

    async def ask(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        who = await roles.visit(self._context, user)
        text = who.say(readers.FORGET_ASK)
        if who.person.role is Role.OWNER:
            text = f"{text}\n\n{who.say(readers.FORGET_OWNER)}"
        elif who.person.role is not Role.READER:
            text = f"{text}\n\n{who.say(readers.FORGET_EDITOR)}"
        yes = InlineKeyboardButton(who.say(readers.BUTTON_FORGET), callback_data="v1:forget:yes")
        no = InlineKeyboardButton(who.say(readers.BUTTON_KEEP), callback_data="v1:forget:no")
        await message.reply_html(text, reply_markup=InlineKeyboardMarkup([[yes, no]]))

    async def forget(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:forget:yes|no"""
        press, context = update.callback_query, self._context
        assert press is not None and press.data is not None
        who, place = await roles.visit(context, press.from_user), place_of(press)
        said = readers.NOT_FORGOTTEN
        if press.data.endswith(":yes"):
            said = readers.FORGOTTEN_OWNER if who.person.role is Role.OWNER else readers.FORGOTTEN
            async with context.db.write() as tx:
                await personal.forget(tx, bot_id=context.bot_id, user_id=press.from_user.id)
        await answer(press)
        if place is not None:
            await edit(press.get_bot(), place, who.say(said))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
