"""Owner and editors push by hand: an address or pasted text becomes the post exactly as it will be, then a card with
a button for everything that may be changed.  The card's buttons carry a draft's opaque id (desk.py)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from telegram import Message, Update
from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot.articles.read import read_one
from bot.chat import roles, sharing
from bot.chat.context import Context
from bot.chat.door import channels_for, is_for_us
from bot.chat.editors import staging
from bot.chat.editors.given import MOST_BYTES, Given, given_by, is_push, is_text_file, text_in
from bot.chat.pressing import NO_PREVIEW
from bot.chat.readers.searching import Searching
from bot.chat.roles import Visitor
from bot.chat.updates import NEW, PRIVATE, WRITTEN
from bot.chat.words import common, editors, readers, withdrawals
from bot.errors import SharewireError
from bot.model import Channel
from bot.store import articles, drafts

logger = logging.getLogger(__name__)


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    pushing = Pushing(context)
    return [
        CommandHandler("push", pushing.push, NEW),
        MessageHandler(WRITTEN & ~filters.COMMAND & _Pushed(), pushing.push),
        MessageHandler(PRIVATE & filters.Document.ALL, pushing.push_file),
    ]


class _Pushed(filters.MessageFilter):
    """An address alone or a pasted article; a reader's is looked for."""

    def filter(self, message: Any) -> bool:
        return bool(message.text) and is_push(message.text)


class Pushing:
    """From what was given to the card."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def push(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/push ADDRESS, /push TEXT, or either alone."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        who = await roles.visit(self._context, user)
        given = given_by(message.text or "")
        if not who.may_publish and (message.text or "").startswith("/"):
            if is_for_us(message):
                await message.reply_html(who.say(common.ONLY_EDITORS))
            return
        if not who.may_publish:
            await Searching(self._context).pasted(message, who, address=given.address, text=given.text)
            return
        if not given:
            await message.reply_html(who.say(editors.WHAT_TO_PUSH), link_preview_options=NO_PREVIEW)
            return
        await self._prepare(message, who, given)

    async def push_file(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """An article as a file; what a reader sends so is no search."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None or message.document is None:
            return
        who = await roles.visit(self._context, user)
        if not who.may_publish:
            await message.reply_html(who.say(readers.ONLY_WORDS))
            return
        document = message.document
        text = None
        if is_text_file(document.file_name, document.mime_type) and (document.file_size or 0) <= MOST_BYTES:
            try:
                held = await document.get_file()
                text = text_in(bytes(await held.download_as_bytearray()))
            except TelegramError as error:
                logger.info("file not read", extra={"action": "file_failed", "error": type(error).__name__})
        if not text:
            await message.reply_html(who.say(editors.WHICH_FILES))
            return
        await self._prepare(message, who, Given(text=text))

    async def _prepare(self, message: Message, who: Visitor, given: Given) -> None:
        context = self._context
        listed = await channels_for(context, who, message)
        if not listed:
            return
        await _typing(message)
        try:
            article = await read_one(
                context.db,
                context.web,
                url=given.address,
                text=given.text,
                now=context.now(),
                parser=context.parser,
                model=context.model,
            )
        except SharewireError as error:
            await message.reply_html(sharing.problem_html(who.words, error.problem), link_preview_options=NO_PREVIEW)
            return
        async with context.db.read() as tx:
            withdrawn = await articles.is_withdrawn(tx, article.id)
        if withdrawn:
            await message.reply_html(who.say(withdrawals.ALREADY))
            return
        async with context.db.write() as tx:
            draft = await drafts.add(
                tx,
                bot_id=context.bot_id,
                user_id=who.person.user_id,
                article_id=article.id,
                channel_id=suggested(listed, article.language).id,
                now=context.now(),
                options={},
            )
        await staging.show(context, who, draft, message.chat.id)


def suggested(listed: Sequence[Channel], language: str | None) -> Channel:
    """Where an article probably goes: a channel of its language that is not paused."""

    def strangeness(channel: Channel) -> tuple[bool, int]:
        known = channel.language is not None and language is not None
        fits = 0 if channel.language == language else 2 if known else 1
        return channel.paused_at is not None, fits

    return min(listed, key=strangeness)


async def _typing(message: Message) -> None:
    try:
        await message.reply_chat_action(ChatAction.TYPING)
    except TelegramError as error:  # a courtesy, no more
        logger.info("no typing shown", extra={"action": "typing_failed", "error": type(error).__name__})
