"""Answers come at once, or Telegram shows that one is being written; nobody's haste slows the others down, and our
words never fill a group.

How many somebody may still send stands in memory: a restart forgives what a minute would have forgiven anyway.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from telegram import Message, Update
from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop, BaseHandler, ContextTypes, TypeHandler

from bot.chat import roles
from bot.chat.context import Context
from bot.chat.pressing import answer
from bot.chat.words import readers
from bot.store import people

logger = logging.getLogger(__name__)

SOON: Final = 0.6
"""Seconds after which a person is shown that we are at work."""
BURST, EVERY = 20.0, 1.0
"""Updates that one person may send at once, and the seconds after which one more is allowed."""
GROUP_BURST, GROUP_EVERY = 8.0, 4.0
"""The same for a group: Telegram takes twenty messages a minute there, and people talk there too."""
NOTICE_EVERY: Final = 30.0
MOST_PEOPLE: Final = 10_000


@asynccontextmanager
async def at_work(message: Message) -> AsyncIterator[None]:
    """Shows "typing" in the message's chat if what is done inside takes long."""
    task = asyncio.create_task(_show(message))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _show(message: Message) -> None:
    await asyncio.sleep(SOON)
    try:
        await message.get_bot().send_chat_action(message.chat.id, ChatAction.TYPING)
    except TelegramError as error:
        logger.info("work not shown", extra={"action": "typing_refused", "error": type(error).__name__})


class Buckets:
    """How many updates each person may still send: full again after a while.  `clock` gives seconds."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, *, burst: float = BURST, every: float = EVERY
    ) -> None:
        self._clock = clock
        self._burst, self._every = burst, every
        self._left: dict[int, tuple[float, float]] = {}
        self._told: dict[int, float] = {}

    def take(self, user_id: int) -> bool:
        """Whether this person's update is taken."""
        now = self._clock()
        left, at = self._left.pop(user_id, (self._burst, now))
        left = min(self._burst, left + (now - at) / self._every)
        taken = left >= 1
        self._left[user_id] = (left - 1 if taken else left, now)  # at the end: whoever came last
        while len(self._left) > MOST_PEOPLE:
            self._left.pop(next(iter(self._left)))
        return taken

    def may_tell(self, user_id: int) -> bool:
        """Whether to say it: once in a while."""
        now = self._clock()
        if now - self._told.get(user_id, -NOTICE_EVERY) < NOTICE_EVERY:
            return False
        self._told = {who: at for who, at in self._told.items() if now - at < NOTICE_EVERY} | {user_id: now}
        return True


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    """For a group of handlers before all others."""
    groups = Buckets(burst=GROUP_BURST, every=GROUP_EVERY)
    return [TypeHandler(Update, Calm(context, Buckets(), groups).check)]


class Calm:
    def __init__(self, context: Context, buckets: Buckets, groups: Buckets) -> None:
        self._context = context
        self._buckets = buckets
        self._groups = groups

    async def check(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Ends the update of somebody who sends too many, or of a group where too much is asked for; a press is
        answered, words in private are answered once."""
        user = update.effective_user
        if user is None or update.my_chat_member is not None:
            return
        if (self._buckets.take(user.id) or await self._edits(user.id)) and self._group_may(update):
            return
        press, message = update.callback_query, update.message
        private = message is not None and message.chat.type == "private"
        if press is not None or (private and self._buckets.may_tell(user.id)):
            who = await roles.visit(self._context, user)
            if press is not None:
                await answer(press, who.say(readers.SLOW_DOWN))
            elif message is not None:
                await message.reply_html(who.say(readers.SLOW_DOWN))
        raise ApplicationHandlerStop

    async def _edits(self, user_id: int) -> bool:
        """Whoever runs the channels works as quickly as they can."""
        async with self._context.db.read() as tx:
            person = await people.get(tx, bot_id=self._context.bot_id, user_id=user_id)
        return person is not None and roles.visitor(person).may_publish

    def _group_may(self, update: Update) -> bool:
        """Whether a group hears one more answer: commands and presses ask for one, talk does not."""
        chat, message = update.effective_chat, update.message
        if chat is None or chat.type not in ("group", "supergroup"):
            return True
        asks = update.callback_query is not None or (message is not None and (message.text or "").startswith("/"))
        return not asks or self._groups.take(chat.id)
