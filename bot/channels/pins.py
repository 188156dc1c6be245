"""STAGE: breaking posts stand pinned, without a sound, until their time is over or the next one takes their place.

Both calls can be repeated without harm, so what a crash cut is simply done again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from telegram.error import BadRequest, Forbidden, TelegramError

from bot.channels.telegram import Telegram
from bot.errors import Problem, phrase
from bot.store import channels, notices
from bot.store import pins as store_pins
from bot.store.database import Database
from bot.store.pins import Pin

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`on`: pin it; else take it off, where it was pinned, and be done with it."""

    pin: Pin
    on: bool


def due(pins: Sequence[Pin], now: datetime) -> tuple[Change, ...]:
    """What is to be done now: of each channel's sent posts only the newest stands pinned, and in its time.  Pure."""
    newest = {pin.channel_id: pin.post_id for pin in pins if pin.message_id is not None and not pin.gone}
    found = []
    for pin in pins:
        is_over = pin.gone or (pin.until is not None and pin.until <= now)
        is_past = pin.message_id is not None and newest.get(pin.channel_id, pin.post_id) != pin.post_id
        if is_over or is_past:
            found.append(Change(pin=pin, on=False))
        elif pin.message_id is not None and pin.pinned_at is None:
            found.append(Change(pin=pin, on=True))
    return tuple(sorted(found, key=lambda change: change.on))  # off before on: never two at once


async def once(db: Database, telegram: Telegram, *, now: datetime) -> int:
    """Pins made and taken off."""
    async with db.read() as tx:
        changes = due(await store_pins.opened(tx, bot_id=telegram.bot_id), now)
    done = 0
    for change in changes:
        try:
            await _change(telegram, change)
        except (BadRequest, Forbidden) as error:
            await _refused(db, telegram.bot_id, change, error, now)
            continue
        except TelegramError as error:  # out of reach: done at the next look
            logger.info("not pinned", extra={"action": "pin_failed", "error": type(error).__name__})
            break
        async with db.write() as tx:
            await (store_pins.pinned if change.on else store_pins.over)(tx, change.pin.post_id, now=now)
            await notices.close(tx, bot_id=telegram.bot_id, key=f"pin:{change.pin.channel_id}", now=now)
        done += 1
    return done


async def _change(telegram: Telegram, change: Change) -> None:
    pin = change.pin
    where = {"chat_id": pin.chat_id, "message_id": pin.message_id}
    if change.on:
        await telegram.call("pinChatMessage", {**where, "disable_notification": True})
    elif pin.pinned_at is not None and pin.message_id is not None:
        await telegram.call("unpinChatMessage", where)


async def _refused(db: Database, bot_id: int, change: Change, error: TelegramError, now: datetime) -> None:
    """A message that is gone needs no pin; a right that lacks is told, once for the channel."""
    logger.info("not pinned", extra={"action": "pin_refused", "error": error.message})
    async with db.write() as tx:
        await store_pins.over(tx, change.pin.post_id, now=now)
        channel = await channels.get(tx, change.pin.channel_id)
        if change.on and channel is not None and "not found" not in error.message.lower():
            key, problem = f"pin:{channel.id}", _no_right(channel.title or channel.name)
            await notices.tell(tx, bot_id=bot_id, key=key, problem=problem, now=now)


def _no_right(where: str) -> Problem:
    return Problem(
        code="SW-T422",
        title=phrase("I may not pin in {where}.", where=where),
        cause=phrase("In channels the right to edit messages is also the right to pin them, and it is off."),
        fix=phrase("Open the channel, Administrators, the bot, and turn on Edit messages."),
        where=where,
        meanwhile=phrase("The breaking post went out; it is not pinned."),
    )
