"""Questions to an editor: what the bot asked last in a chat is a row, so that the answer finds its way after a
restart.

One question at a time for each person in each chat.  In a private chat the next message is the answer; in a group only
a reply to the question is.  An address or a command is no answer: the question is dropped.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from telegram import ForceReply, Message, Update
from telegram.constants import ChatType, ParseMode
from telegram.ext import ApplicationHandlerStop, BaseHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot.chat import roles
from bot.chat.context import Context
from bot.chat.door import is_for_us
from bot.chat.editors.given import is_address
from bot.chat.pressing import NO_PREVIEW
from bot.chat.roles import Visitor
from bot.chat.updates import NEW
from bot.chat.words import editors
from bot.model import Json
from bot.store import facts
from bot.store.database import Tx

LASTS: Final = timedelta(hours=1)
"""Then the next words in this chat are no answer any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`kind` names who takes the answer, `about` what it is about, `message_id` the question's own message."""

    kind: str
    about: Mapping[str, Json]
    message_id: int
    asked_at: datetime


Take = Callable[[Message, Visitor, Question], Awaitable[bool]]
"""Takes an answer; False = it is none, and the question stays."""


async def ask(
    context: Context, who: Visitor, chat_id: int, html: str, *, kind: str, reply_to: int = 0, **about: Json
) -> None:
    """Put a question to this person in this chat; it replaces the one before."""
    bot = context.telegram.bot
    sent = await bot.send_message(
        chat_id,
        html,
        parse_mode=ParseMode.HTML,
        reply_markup=ForceReply(selective=chat_id < 0),
        link_preview_options=NO_PREVIEW,
        reply_to_message_id=reply_to or None,
    )
    value = {"kind": kind, "about": about, "message": sent.message_id, "at": context.now().isoformat()}
    async with context.db.write() as tx:
        await facts.put(tx, _name(context, chat_id, who.person.user_id), value, now=context.now())


class Questions:
    """Hands answers to those who asked."""

    def __init__(self, context: Context, takers: Mapping[str, Take]) -> None:
        self._context = context
        self._takers = takers

    async def answer(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Ends the update where it is an answer; any other goes on to the other handlers."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        async with self._context.db.read() as tx:
            question = await _pending(tx, self._context, message.chat.id, user.id)
        if question is None or not _may_answer(message, question):
            return
        who = await roles.visit(self._context, user)
        taker = self._takers.get(question.kind)
        if taker is None or not who.may_publish or _is_something_else(message, question):
            await self._forget(message.chat.id, user.id)
            return
        if await taker(message, who, question):
            await self._forget(message.chat.id, user.id, question)
        raise ApplicationHandlerStop

    async def cancel(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        who = await roles.visit(self._context, user)
        async with self._context.db.read() as tx:
            question = await _pending(tx, self._context, message.chat.id, user.id)
        await self._forget(message.chat.id, user.id)
        if question or is_for_us(message):
            await message.reply_html(who.say(editors.STOPPED if question else editors.NOTHING_TO_STOP))

    async def _forget(self, chat_id: int, user_id: int, question: Question | None = None) -> None:
        """`question`: only if it is still the one that stands; its answer may have led to another."""
        name = _name(self._context, chat_id, user_id)
        async with self._context.db.write() as tx:
            if question is not None:
                standing = await _pending(tx, self._context, chat_id, user_id)
                if standing is None or standing.message_id != question.message_id:
                    return
            await facts.forget(tx, name)


def handlers(context: Context, takers: Mapping[str, Take]) -> list[BaseHandler[Any, Any, Any]]:
    """To be asked before all others (a group of their own)."""
    questions = Questions(context, takers)
    answers = NEW & ~filters.COMMAND & ~filters.StatusUpdate.ALL
    return [MessageHandler(answers, questions.answer)]


def commands(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    return [CommandHandler("cancel", Questions(context, {}).cancel, NEW)]


def _may_answer(message: Message, question: Question) -> bool:
    replied = message.reply_to_message
    if replied is not None:
        return replied.message_id == question.message_id
    return message.chat.type == ChatType.PRIVATE


def _is_something_else(message: Message, question: Question) -> bool:
    """A bare address is a new push, unless it was sent as a reply."""
    return message.reply_to_message is None and bool(message.text) and is_address(message.text or "")


async def _pending(tx: Tx, context: Context, chat_id: int, user_id: int) -> Question | None:
    value = await facts.get(tx, _name(context, chat_id, user_id))
    if not isinstance(value, dict):
        return None
    asked_at = datetime.fromisoformat(str(value["at"]))
    if context.now() - asked_at > LASTS:
        return None
    return Question(kind=value["kind"], about=value["about"], message_id=value["message"], asked_at=asked_at)


def _name(context: Context, chat_id: int, user_id: int) -> str:
    return f"asked:{context.bot_id}:{chat_id}:{user_id}"
