"""Others with our token: a second program that polls, or a webhook that takes our updates away.

Each raises one card and nothing else: a second instance of our own is known by the lease it holds, and a webhook is
removed only when a person says so.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from telegram.error import Conflict, TelegramError

from bot.channels import causes
from bot.channels.connect import Me, unreachable, wrong_token
from bot.channels.lease import whoami
from bot.channels.telegram import Telegram
from bot.errors import NotAllowed, TelegramUnreachable
from bot.store import channels, leases, notices
from bot.store.database import Database, Tx

logger = logging.getLogger(__name__)

CONFLICT: Final = "conflict"
WEBHOOK: Final = "webhook"
ANOTHER_BOT: Final = "another-bot"


async def notice_conflict(db: Database, telegram: Telegram, error: Conflict, *, now: datetime) -> None:
    """Telegram refuses our polling (409): a card, unless it is another instance of ours that took over."""
    if "webhook" in error.message.lower():
        await notice_webhook(db, telegram, now=now)
        return
    async with db.write() as tx:
        if not await _is_ours(tx, telegram.bot_id):
            problem = causes.stranger_polls(error.message)
            await notices.tell(tx, bot_id=telegram.bot_id, key=CONFLICT, problem=problem, now=now)


async def notice_peace(db: Database, *, bot_id: int, now: datetime) -> None:
    """Polling works again: whoever it was is gone."""
    async with db.write() as tx:
        for key in (CONFLICT, WEBHOOK):
            await notices.close(tx, bot_id=bot_id, key=key, now=now)


async def notice_webhook(db: Database, telegram: Telegram, *, now: datetime) -> None:
    """A webhook takes our updates: a card that says where to, once for each address."""
    try:
        url = (await telegram.call("getWebhookInfo", {})).get("url") or ""
    except TelegramError:
        return  # the next refusal asks again
    if not url:
        return
    async with db.write() as tx:
        shown = {card.key: card for card in await notices.opened(tx, bot_id=telegram.bot_id)}.get(WEBHOOK)
        if shown is None or shown.options.get("url") != url:
            problem = causes.foreign_webhook(url)
            await notices.tell(tx, bot_id=telegram.bot_id, key=WEBHOOK, problem=problem, now=now, options={"url": url})


async def notice_another_bot(db: Database, me: Me, *, now: datetime) -> tuple[str, ...]:
    """A token of a bot that has no channel here, while another has: a card, and the same in words for the start."""
    async with db.write() as tx:
        before = await channels.predecessor(tx, bot_id=me.id)
        if before is None:
            await notices.close(tx, bot_id=me.id, key=ANOTHER_BOT, now=now)
            return ()
        old = f"@{before.username}" if before.username else f"bot {before.bot_id}"
        problem = causes.another_bot(f"@{me.username}", old, before.channels, before.waiting)
        await notices.tell(tx, bot_id=me.id, key=ANOTHER_BOT, problem=problem, now=now)
    logger.warning("another bot", extra={"action": "another_bot", "before": before.bot_id, "code": problem.code})
    return (f"{problem.title} {problem.cause} {problem.fix}", problem.meanwhile or "")


async def find_webhook(telegram: Telegram) -> str | None:
    """The address that takes the bot's updates; None = there is none.  Raises NotAllowed, TelegramUnreachable."""
    try:
        found = await telegram.call("getWebhookInfo", {})
    except TelegramError as error:
        raise _told(error) from error
    return found.get("url") or None


async def remove_webhook(telegram: Telegram) -> None:
    """A person confirmed it; updates that wait there come to us.  Raises NotAllowed, TelegramUnreachable."""
    try:
        await telegram.call("deleteWebhook", {"drop_pending_updates": False})
    except TelegramError as error:
        raise _told(error) from error


def _told(error: TelegramError) -> NotAllowed | TelegramUnreachable:
    from telegram.error import InvalidToken

    return NotAllowed(wrong_token()) if isinstance(error, InvalidToken) else TelegramUnreachable(unreachable(error))


async def _is_ours(tx: Tx, bot_id: int) -> bool:
    """Whether another process over this database is the sender: a standby meets its polling during a change."""
    held = await leases.current(tx, name=f"sender:{bot_id}")
    return held is not None and held.holder != whoami() and held.expires_at > await leases.database_now(tx)
