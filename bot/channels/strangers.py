"""Messages in our channels that nobody explains.

Ids of a channel rise by one a message.  One between two of our posts is ours, or Telegram told us that a person posted
it, or it is gone; one that exists and is none of these came in the bot's name from somewhere else.  That raises one
card for a channel, and counts each message once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from telegram.error import TelegramError

from bot.channels import causes
from bot.channels.reconcile import CannotTellError, exists
from bot.channels.telegram import Telegram, message_url, public_name
from bot.model import Channel, Json
from bot.store import channels, facts, notices, sightings, unknowns
from bot.store.database import Database, Tx

EVERY: Final = timedelta(minutes=5)
LATE: Final = timedelta(seconds=30)
"""How much later than our post the news of a person's may reach us."""
MOST: Final = 100
"""Ids looked at in one channel at a time."""


async def look(db: Database, telegram: Telegram, *, now: datetime) -> dict[str, list[str]]:
    """Look at what came since the last look; links of the unexplained by channel name.

    Without somebody who reads the bot's updates nothing can be explained, and nothing is looked at."""
    found: dict[str, list[str]] = {}
    async with db.write() as tx:
        await sightings.forget_old(tx, now=now)
        heard = await sightings.heard_until(tx, bot_id=telegram.bot_id)
        known = await channels.every(tx, bot_id=telegram.bot_id) if heard is not None else ()
    for channel in known:
        if heard is None or channel.chat_id is None or not str(channel.chat_id).startswith("-100"):
            continue
        links = await _look_at(db, telegram, channel, heard - LATE, now)
        if links:
            found[channel.name] = links
    return found


async def _look_at(db: Database, telegram: Telegram, channel: Channel, heard: datetime, now: datetime) -> list[str]:
    async with db.read() as tx:
        asked = await _candidates(tx, channel, heard)
    if asked is None:
        return []
    ids, last = asked
    try:
        there = [id for id in ids if await exists(telegram, channel.chat_id or 0, id)]
    except (CannotTellError, TelegramError):
        return []  # the next look asks again
    links = [message_url(channel.chat_id, public_name(channel), str(id)) or str(id) for id in there]
    async with db.write() as tx:
        await facts.put(tx, _fact(channel), last, now=now)
        if links:
            await _tell(tx, channel, links, now)
    return links


async def _candidates(tx: Tx, channel: Channel, heard: datetime) -> tuple[list[int], int] | None:
    """Unexplained ids since the last look, and up to where; None = nothing new, or a post whose outcome is open."""
    ours, is_open = await unknowns.ids_of(tx, channel, before=heard)
    if not ours or is_open:
        return None
    first, last = await facts.get(tx, _fact(channel)), max(ours)
    if first is None or first >= last:
        return None if first is not None else ([], last)
    told = await sightings.above(tx, bot_id=channel.bot_id, chat_id=channel.chat_id or 0, message_id=first)
    explained = ours | {id for id, body in told.items() if body is None}
    return [id for id in range(first + 1, last) if id not in explained][-MOST:], last


async def _tell(tx: Tx, channel: Channel, links: list[str], now: datetime) -> None:
    key = f"strangers:{channel.id}"
    shown = {card.key: card for card in await notices.opened(tx, bot_id=channel.bot_id)}.get(key)
    before = shown.options.get("messages") if shown is not None else None
    every = [*(before if isinstance(before, list) else []), *links]
    problem = causes.strangers_post(channel.title or channel.name, every)
    options: dict[str, Json] = {"messages": every[-50:]}
    await notices.tell(tx, bot_id=channel.bot_id, key=key, problem=problem, now=now, options=options)


def _fact(channel: Channel) -> str:
    return f"ids-looked-at:{channel.id}"
