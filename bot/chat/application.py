"""The handler table and the error handler: PTB's `Application`, fed by our own inbox.

PTB's job queue, persistence, rate limiter and arbitrary callback data are not used: they live in memory, and a restart
would strand people.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import Bot, Update, User
from telegram.error import Forbidden, TelegramError
from telegram.ext import Application, ApplicationBuilder, ContextTypes

from bot.chat import editors, readers
from bot.chat.context import Context
from bot.chat.editors.cards import Cards
from bot.chat.inbox import BACK_OFF, Inbox, Unwritten
from bot.chat.owner import desk, menus, notices, standing
from bot.chat.words import common
from bot.store import people
from bot.wording import Words, words_for

logger = logging.getLogger(__name__)


class Chat:
    """The conversation while the bot runs: updates in, and the cards that tell how publishing went."""

    def __init__(self, inbox: Inbox, cards: Cards) -> None:
        self._inbox = inbox
        self._cards = cards

    async def run(self) -> None:
        """Until cancelled.  Raises InvalidToken (in an ExceptionGroup)."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._inbox.run(), name="inbox")
            tasks.create_task(self._cards.run(), name="cards")


def build(bot: Bot, context: Context, cards: Cards) -> Application[Any, Any, Any, Any, Any, Any]:
    application = ApplicationBuilder().bot(bot).updater(None).job_queue(None).build()
    for handler in (
        *desk.handlers(context),
        *editors.handlers(context, cards.look),
        *notices.handlers(context),
        *readers.handlers(context),  # any words are a search, any other button is an old one: the last in the table
    ):
        application.add_handler(handler)
    for handler in editors.answers(context, cards.look):  # what was asked for comes before everything else
        application.add_handler(handler, group=-1)
    application.add_handlers(standing.handlers(context), group=1)  # beside what else such an update means
    for group, early in readers.before(context).items():
        application.add_handlers(early, group=group)
    application.add_error_handler(Failures(context).tell)
    return application


@asynccontextmanager
async def running_chat(
    bot: Bot, context: Context, *, back_off: tuple[float, ...] = BACK_OFF, unwritten: Unwritten | None = None
) -> AsyncIterator[Chat]:
    """The application, initialised; inside: `await chat.run()`.  `back_off`: seconds after each refused poll."""
    cards = Cards(bot, context)
    application = build(bot, context, cards)
    async with application:
        await menus.sync_menus(context)
        inbox = Inbox(bot, context, application.process_update, back_off=back_off, unwritten=unwritten)
        yield Chat(inbox, cards)


class Failures:
    """What is told to a person whose update a handler did not survive."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def tell(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        if isinstance(context.error, Forbidden):  # they blocked the bot, or removed it from the group, in the meantime
            logger.info("nobody to answer", extra={"action": "answer_refused"})
            return
        logger.error("handler failed", exc_info=context.error, extra={"action": "handler_failed"})
        if not isinstance(update, Update):
            return
        words = await self._words(update.effective_user)
        try:
            if update.callback_query is not None:
                await update.callback_query.answer(words.say(common.FAILED), show_alert=True)
            elif update.message is not None and update.message.chat.type == "private":
                await update.message.reply_text(words.say(common.FAILED))
        except TelegramError:  # the apology itself could not be said
            logger.info("failure could not be told", extra={"action": "handler_failed"})

    async def _words(self, user: User | None) -> Words:
        """The language that they chose; that of their Telegram where the store is what failed."""
        person = None
        if user is not None:
            try:
                async with self._context.db.read() as tx:
                    person = await people.get(tx, bot_id=self._context.bot_id, user_id=user.id)
            except Exception:  # the first failure is told all the same
                logger.info("language not known", extra={"action": "handler_failed"}, exc_info=True)
        return words_for((person.language if person else None) or (user.language_code if user else None))
