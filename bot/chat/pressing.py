"""Answers to pressed buttons.  A press is answered even when it is old news: after a restart Telegram no longer waits
for the answer, and the button does its work all the same."""

from __future__ import annotations

import logging
import re
from typing import Final

from telegram import Bot, CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest

logger = logging.getLogger(__name__)

ID: Final = "[A-Za-z0-9_-]{1,24}"
"""Of drafts, searches and other rows that a button's data names."""

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def answer(press: CallbackQuery, text: str | None = None) -> None:
    """Stop the button's spinner; a text is shown as an alert, which a person has to close: for what went otherwise than
    they meant."""
    await _answer(press, text, alert=text is not None)


async def confirm(press: CallbackQuery, text: str) -> None:
    """Stop the button's spinner and say for a moment, with nothing to close, that it is done."""
    await _answer(press, text, alert=False)


async def lead(press: CallbackQuery, url: str) -> None:
    """Stop the button's spinner and open our private chat with what a link of ours brings."""
    await _answer(press, None, url=url)


async def _answer(press: CallbackQuery, text: str | None, *, alert: bool = False, url: str | None = None) -> None:
    try:
        await press.answer(text, show_alert=alert, url=url)
    except BadRequest as error:
        if not is_too_late(error):
            raise


async def refuse(press: CallbackQuery, text: str) -> None:
    """Answer somebody who may not do this; it is written down."""
    logger.warning("press refused", extra={"action": "press_refused", "user": press.from_user.id})
    await answer(press, text)


def is_too_late(error: BadRequest) -> bool:
    """Whether Telegram no longer waits for the answer to a press or an inline query."""
    words = error.message.lower()
    return "query is too old" in words or "query_id_invalid" in words or "query id is invalid" in words


async def edit(bot: Bot, place: tuple[int, int], html: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
    """Change one of our messages, named by chat and message id; one that stays the same or is gone is left alone."""
    chat_id, message_id = place
    try:
        await bot.edit_message_text(
            html,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard,
            link_preview_options=NO_PREVIEW,
        )
    except BadRequest as error:
        words = error.message.lower()
        if "not modified" not in words and "message to edit not found" not in words:
            raise


def place_of(press: CallbackQuery) -> tuple[int, int] | None:
    """Chat and message whose button was pressed, however old; None for a message sent through inline mode."""
    message = press.message
    return (message.chat.id, message.message_id) if message is not None else None


def topic_of(message: object) -> int | None:
    """The topic of a group that a message stands in; None anywhere else."""
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None


def pressed(data: str) -> re.Pattern[str]:
    """Exactly this after the version that our buttons carry: a pattern for a handler."""
    return re.compile(rf"\Av1:{data}\Z")
