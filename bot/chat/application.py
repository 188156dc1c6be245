"""The handler table, the error handler and the command menus: PTB's `Application`, fed by our own inbox.

PTB's job queue, persistence, rate limiter and arbitrary callback data are not used: they live in memory, and a restart
would strand people.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, Update
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.chat import words
from bot.chat.admin import Admin, is_push
from bot.chat.context import Context
from bot.chat.inbox import Inbox
from bot.chat.inline import Inline
from bot.chat.readers import Readers
from bot.store import facts

logger = logging.getLogger(__name__)

PRIVATE_MENU: Final = (
    ("latest", "The newest articles"),
    ("search", "Search the archive"),
    ("help", "What you can do"),
)
GROUP_MENU: Final = (("latest", "The newest articles"), ("search", "Search the archive"))


class _Pushed(filters.MessageFilter):
    """An address alone or a pasted article; a reader's is answered politely."""

    def filter(self, message: Any) -> bool:
        return bool(message.text) and is_push(message.text)


def build(bot: Bot, context: Context) -> Application[Any, Any, Any, Any, Any, Any]:
    application = ApplicationBuilder().bot(bot).updater(None).job_queue(None).build()
    readers, admin, inline = Readers(context), Admin(context), Inline(context)
    new = filters.UpdateType.MESSAGE  # an edited message never repeats a command
    private = new & filters.ChatType.PRIVATE & filters.TEXT
    for handler in (
        CommandHandler("start", readers.start, new),
        CommandHandler("help", readers.help, new),
        CommandHandler("latest", readers.latest, new),
        CommandHandler("search", readers.search_command, new),
        CommandHandler("push", admin.push, new & filters.ChatType.PRIVATE),
        CommandHandler("status", admin.status, new & filters.ChatType.PRIVATE),
        MessageHandler(private & filters.COMMAND, readers.unknown_command),
        MessageHandler(private & _Pushed(), admin.push),
        MessageHandler(private, readers.search_words),
        CallbackQueryHandler(readers.latest, r"^v1:latest$"),
        CallbackQueryHandler(readers.turn_page, r"^v1:page:[\w-]{1,24}:\d{1,4}$"),
        CallbackQueryHandler(readers.open_result, r"^v1:open:[\w-]{1,24}:\d{1,15}$"),
        CallbackQueryHandler(admin.press, r"^v1:(pub|discard|to):[\w-]{1,24}(:\d{1,15})?$"),
        CallbackQueryHandler(readers.old_button),
        InlineQueryHandler(inline.answer),
    ):
        application.add_handler(handler)
    application.add_error_handler(_tell_failure)
    return application


@asynccontextmanager
async def running_chat(bot: Bot, context: Context) -> AsyncIterator[Inbox]:
    """The application, initialised; run the inbox inside: `await inbox.run()`."""
    application = build(bot, context)
    async with application:
        await sync_menus(bot, context)
        yield Inbox(bot, context, application.process_update)


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
