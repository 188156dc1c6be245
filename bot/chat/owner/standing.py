"""The bot's own standing in a chat that it posts to: where its right to post goes, the channel pauses at once with one
card; where it comes back, the channel goes on by itself and the card is closed."""

from __future__ import annotations

import logging
from typing import Any, Final

from telegram import ChatMemberUpdated, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import BaseHandler, ChatMemberHandler, ContextTypes

from bot.channels import queue
from bot.channels.destinations import taken_away
from bot.chat.context import Context
from bot.errors import NotAllowed
from bot.model import Channel
from bot.store import channels, notices

logger = logging.getLogger(__name__)

_DECIDED: Final = ("SW-T17", "SW-C46")
"""Pauses that a person or the file decided: no right that comes back ends them."""
_OUTSIDE: Final = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    """For a group of handlers of their own: what else becomes of such an update is not theirs."""
    return [ChatMemberHandler(Standing(context).changed, ChatMemberHandler.MY_CHAT_MEMBER)]


class Standing:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def changed(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        change = update.my_chat_member
        if change is None or change.chat.type == ChatType.PRIVATE:
            return
        async with self._context.db.read() as tx:
            known = await channels.find(tx, str(change.chat.id), bot_id=self._context.bot_id)
        if known is None:
            return
        if not may_post(change):
            await self._lost(known, change)
        elif known.paused_at is not None and not any(code in (known.pause_reason or "") for code in _DECIDED):
            await self._go_on(known)

    async def _lost(self, known: Channel, change: ChatMemberUpdated) -> None:
        context, now = self._context, self._context.now()
        outside = change.new_chat_member.status in _OUTSIDE
        problem = taken_away(known.title or known.name, change.from_user.full_name, outside=outside)
        async with context.db.write() as tx:
            if await channels.pause(tx, known.id, problem=problem, now=now):  # the sender may have found out before
                key = f"channel-paused:{known.id}"
                await notices.tell(
                    tx, bot_id=context.bot_id, key=key, problem=problem, now=now, options={"channel": known.id}
                )
        context.wake("notices")

    async def _go_on(self, known: Channel) -> None:
        context = self._context
        try:
            await queue.check_channel(context.db, context.telegram, known, now=context.now())
        except NotAllowed as error:  # changed once more in the meantime
            logger.info("channel stays paused", extra={"action": "standing", "code": error.problem.code})
            return
        context.wake("notices")
        context.wake("deliver")


def may_post(change: ChatMemberUpdated) -> bool:
    """Whether the bot may post there after the change."""
    return queue.may_post(change.new_chat_member.to_dict(), change.chat.type == ChatType.CHANNEL)
