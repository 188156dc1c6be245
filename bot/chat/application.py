"""The handler table, the error handler and the command menus: PTB's `Application`, fed by our own inbox.

PTB's job queue, persistence, rate limiter and arbitrary callback data are not used: they live in memory, and a restart
would strand people.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, Update
from telegram.error import Forbidden, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.chat import words
from bot.chat.admin import Admin
from bot.chat.cards import Cards
from bot.chat.context import Context
from bot.chat.given import is_push
from bot.chat.inbox import Inbox
from bot.chat.inline import Inline
from bot.chat.notices import Notices
from bot.chat.readers import Readers
from bot.store import facts

logger = logging.getLogger(__name__)

PRIVATE_MENU: Final = (
    ("latest", "The newest articles"),
    ("search", "Search the archive"),
    ("help", "What you can do"),
)
GROUP_MENU: Final = (("latest", "The newest articles"), ("search", "Search the archive"))
_ID: Final = "[A-Za-z0-9_-]{1,24}"  # of drafts and searches


class _Pushed(filters.MessageFilter):
    """An address alone or a pasted article; a reader's is answered politely."""

    def filter(self, message: Any) -> bool:
        return bool(message.text) and is_push(message.text)


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
    readers, admin, inline = Readers(context), Admin(context, cards.look), Inline(context)
    # An edited message never repeats a command, a channel's post is none, and what was sent through us is not for us.
    new = filters.UpdateType.MESSAGE & ~filters.VIA_BOT
    alone = new & filters.ChatType.PRIVATE
    private = alone & filters.TEXT
    for handler in (
        CommandHandler("start", readers.start, new),
        CommandHandler("help", readers.help, new),
        CommandHandler("latest", readers.latest, new),
        CommandHandler("search", readers.search_command, new),
        CommandHandler("push", admin.push, new),
        CommandHandler("status", admin.status, new),
        MessageHandler(private & filters.COMMAND, readers.unknown_command),
        MessageHandler(private & _Pushed(), admin.push),
        MessageHandler(private, readers.search_words),
        MessageHandler(alone & ~filters.StatusUpdate.ALL, readers.not_words),
        CallbackQueryHandler(readers.press_latest, _pressed("latest")),
        CallbackQueryHandler(readers.turn_page, _pressed(f"page:{_ID}:[0-9]{{1,4}}")),
        CallbackQueryHandler(readers.open_result, _pressed(f"open:{_ID}:[0-9]{{1,15}}")),
        CallbackQueryHandler(admin.press, _pressed(f"(?:(?:pub|discard):{_ID}|to:{_ID}:[0-9]{{1,15}})")),
        CallbackQueryHandler(Notices(context).press, r"^v1:notice:[a-z]{1,8}:\d{1,15}$"),
        CallbackQueryHandler(readers.old_button),
        InlineQueryHandler(inline.answer),
        ChatMemberHandler(readers.blocked, ChatMemberHandler.MY_CHAT_MEMBER),
    ):
        application.add_handler(handler)
    application.add_error_handler(_tell_failure)
    return application


def _pressed(data: str) -> re.Pattern[str]:
    """Exactly this after the version that our buttons carry."""
    return re.compile(rf"\Av1:{data}\Z")


@asynccontextmanager
async def running_chat(bot: Bot, context: Context) -> AsyncIterator[Chat]:
    """The application, initialised; inside: `await chat.run()`."""
    cards = Cards(bot, context)
    application = build(bot, context, cards)
    async with application:
        await sync_menus(bot, context)
        yield Chat(Inbox(bot, context, application.process_update), cards)


async def sync_menus(bot: Bot, context: Context) -> None:
    """Set the command menus when they differ from what was set last."""
    digest = hashlib.sha256(json.dumps([PRIVATE_MENU, GROUP_MENU]).encode()).hexdigest()
    name = f"menus:{context.bot_id}"
    async with context.db.read() as tx:
        known = await facts.get(tx, name)
    if known == digest:
        return
    try:
        await bot.set_my_commands([BotCommand(*c) for c in PRIVATE_MENU], scope=BotCommandScopeAllPrivateChats())
        await bot.set_my_commands([BotCommand(*c) for c in GROUP_MENU], scope=BotCommandScopeAllGroupChats())
    except TelegramError as error:  # a menu is no reason not to start
        logger.warning("command menus not set", extra={"action": "menus_failed", "error": type(error).__name__})
        return
    async with context.db.write() as tx:
        await facts.put(tx, name, digest, now=context.now())


async def _tell_failure(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    if isinstance(context.error, Forbidden):  # they blocked the bot, or removed it from the group, in the meantime
        logger.info("nobody to answer", extra={"action": "answer_refused"})
        return
    logger.error("handler failed", exc_info=context.error, extra={"action": "handler_failed"})
    if not isinstance(update, Update):
        return
    try:
        if update.callback_query is not None:
            await update.callback_query.answer(words.FAILED, show_alert=True)
        elif update.message is not None and update.message.chat.type == "private":
            await update.message.reply_text(words.FAILED)
    except TelegramError:  # the apology itself could not be said
        logger.info("failure could not be told", extra={"action": "handler_failed"})
