"""Where nothing of a channel is known: what was posted there since a time, found from its newest message backwards.

A database that was put back may be older than the first post in a channel.  Ids rise by one a message, so the newest is
found by doubling and halving with the question that touches nothing (channels.reconcile); from there each message is
opened in the audit chat until one is older than the copy.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final

from bot.channels import reconcile
from bot.channels.evidence import SKEW
from bot.channels.reconcile import LOOK_AHEAD, Place
from bot.channels.telegram import Telegram

MOST: Final = 40
"""Messages that are opened at most; what is older counts as known."""
LARGEST: Final = 1 << 31


async def posted_since(telegram: Telegram, place: Place, since: datetime, *, gap: float) -> list[int]:
    """Ids of messages that were posted after `since`, oldest first; `gap`: seconds between two that are opened.

    Raises CannotTellError, TelegramError."""
    found: list[int] = []
    message_id, opened = await newest_id(telegram, place.chat_id), 0
    empty = 0
    while message_id > 0 and opened < MOST and empty < LOOK_AHEAD:
        if await reconcile.exists(telegram, place.chat_id, message_id):
            await asyncio.sleep(gap if opened else 0)
            item, opened, empty = await reconcile.open_message(telegram, place, message_id), opened + 1, 0
            if item is not None and item.posted_at is not None and item.posted_at < since - SKEW:
                break
            if item is not None:
                found.append(message_id)
        else:
            empty += 1
        message_id -= 1
    return sorted(found)


async def newest_id(telegram: Telegram, chat_id: int | str) -> int:
    """The highest id of a message; 0 where there is none.  Where more than `LOOK_AHEAD` in a row were deleted it may be
    taken for an earlier one.  Raises CannotTellError, TelegramError."""
    low, high = 0, 1
    while high < LARGEST and await _is_any(telegram, chat_id, high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if await _is_any(telegram, chat_id, middle):
            low = middle
        else:
            high = middle
    for message_id in range(low + LOOK_AHEAD - 1, low - 1, -1):
        if message_id > 0 and await reconcile.exists(telegram, chat_id, message_id):
            return message_id
    return 0


async def _is_any(telegram: Telegram, chat_id: int | str, first: int) -> bool:
    """Whether one of the next ids from here on is there."""
    for message_id in range(first, first + LOOK_AHEAD):
        if await reconcile.exists(telegram, chat_id, message_id):
            return True
    return False
