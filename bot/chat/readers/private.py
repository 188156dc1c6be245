"""What is somebody's own is shown and changed in their private chat alone: such a button that stands in a group, on a
card from before, says so, and shows nobody's alerts, shelf or settings to everybody there."""

from __future__ import annotations

from typing import Any, Final

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop, BaseHandler, CallbackQueryHandler, ContextTypes

from bot.chat import roles
from bot.chat.context import Context
from bot.chat.pressing import answer, pressed
from bot.chat.words import readers

OWN: Final = (
    "alerts", "alert", "kind", "mute", "stop", "end", "saved", "save", "unsave", "drop", "set", "lang", "zone", "quiet",
    "daily", "about", "live", "forget",
)  # fmt: skip
"""Verbs of buttons that show or change what is one person's."""


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    """For a group of handlers before all that take these buttons."""
    return [CallbackQueryHandler(Private(context).refuse, pressed(f"(?:{'|'.join(OWN)})(?::.*)?"))]


class Private:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def refuse(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Ends the press anywhere but in a private chat."""
        press = update.callback_query
        if press is None or press.message is None or press.message.chat.type == ChatType.PRIVATE:
            return
        who = await roles.visit(self._context, press.from_user)
        await answer(press, who.say(readers.IN_GROUP))
        raise ApplicationHandlerStop
