"""Coming back after a gap: nothing that was found meanwhile goes out unasked.

A gap is a pause of more than two hours (the process was off, or the machine slept), or a database that was restored
from an older copy: then the epoch beside the lock is ahead of the one in the database.  While a gap is open, only what
people ask for by hand and corrections are sent; one card asks what to do with the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.channels import backwards, causes, reconcile
from bot.channels.reconcile import CannotTellError, Place
from bot.channels.telegram import Telegram, message_url, public_name
from bot.model import Channel, Json
from bot.store import gaps, notices, unknowns
from bot.store.database import Database, Tx
from bot.store.gaps import Forgotten, Gap

logger = logging.getLogger(__name__)

LONG: Final = timedelta(hours=2)
QUIET: Final = timedelta(minutes=15)
"""A gap that brought nothing is closed so long after the return."""
NEWEST: Final = 3
CARD: Final = "catch-up"


class Choice(StrEnum):
    """What to do with what waits: the card's four buttons."""

    NONE = "none"
    NEWEST = "newest"
    DIGEST = "digest"
    ALL = "all"


async def notice_return(tx: Tx, *, bot_id: int, now: datetime, restored: bool) -> bool:
    """A sender starts: was it away for long, or is the database an old copy?  True = a gap is open."""
    seen = await gaps.last_seen(tx, bot_id=bot_id)
    if seen is not None and (restored or now - seen > LONG):
        await gaps.open_gap(tx, Gap(since=seen, until=now, restored=restored), bot_id=bot_id, now=now)
        logger.warning("back after a gap", extra={"action": "gap_opened", "since": seen.isoformat()})
    await gaps.say_seen(tx, bot_id=bot_id, now=now)
    return await gaps.opened(tx, bot_id=bot_id) is not None


async def notice_presence(tx: Tx, *, bot_id: int, now: datetime, slept: timedelta) -> bool:
    """The sender is there; `slept` is how long it did not run since the last time.  True = a gap is open.

    Keeps the card's count in step, and closes a gap that brought nothing."""
    if slept > LONG:
        await gaps.open_gap(tx, Gap(since=now - slept, until=now), bot_id=bot_id, now=now)
    await gaps.say_seen(tx, bot_id=bot_id, now=now)
    gap = await gaps.opened(tx, bot_id=bot_id)
    if gap is None:
        return False
    count = await gaps.waiting_count(tx, bot_id=bot_id)
    if count == 0 and now - gap.until > QUIET:
        await _close(tx, bot_id, now)
        return False
    if count:
        await _ask(tx, bot_id, gap, count, now)
    return True


async def question(db: Database, *, bot_id: int) -> tuple[Gap, int] | None:
    """The gap whose question is open, and how many posts wait for its answer; None = there is none."""
    async with db.read() as tx:
        gap = await gaps.opened(tx, bot_id=bot_id)
        return None if gap is None else (gap, await gaps.waiting_count(tx, bot_id=bot_id))


async def answer(db: Database, *, bot_id: int, choice: Choice, now: datetime) -> int:
    """A person chose; gives the number of posts that will go out by themselves.  Twice is once.

    After a restore, or where the channels hold messages that we do not remember, what waits may have been sent by a
    life of the bot that is forgotten: it is looked up in its channel first."""
    async with db.write() as tx:
        gap = await gaps.opened(tx, bot_id=bot_id)
        if gap is None:
            return 0
        in_doubt = gap.restored or gap.doubtful
        match choice:
            case Choice.NONE:
                await gaps.cancel_waiting(tx, bot_id=bot_id, problem=causes.left_out(now))
            case Choice.NEWEST:
                kept = await gaps.newest(tx, bot_id=bot_id, of_each=NEWEST)
                await gaps.cancel_waiting(tx, bot_id=bot_id, problem=causes.left_out(now), but=kept)
            case Choice.DIGEST if in_doubt:
                await gaps.fold_waiting(tx, bot_id=bot_id, now=now)
            case Choice.DIGEST:
                await gaps.cancel_waiting(tx, bot_id=bot_id, problem=causes.for_digest(now))
            case Choice.ALL:
                pass
        count = 0 if choice is Choice.DIGEST else await gaps.waiting_count(tx, bot_id=bot_id)
        if choice is not Choice.DIGEST:
            await gaps.keep_fresh(tx, bot_id=bot_id)
        if in_doubt:
            await gaps.doubt_waiting(tx, bot_id=bot_id, since=gap.since, now=now - timedelta(hours=1))
        await _close(tx, bot_id, now)
        return count


async def name_unremembered(
    db: Database,
    telegram: Telegram,
    channels: Mapping[int, Channel],
    *,
    now: datetime,
    audit_chat: int | str | None = None,
    pause: float = 1.05,
) -> dict[str, list[str]]:
    """Messages above the last one that the ledger knows: posts that we do not remember, by channel name.  In a copy
    that is older than a channel's first post none is known; there what was posted since is opened in the audit chat,
    with a `pause` of seconds in between.

    Raises TelegramError where Telegram cannot be asked now."""
    found: dict[str, list[str]] = {}
    forgotten: dict[int, Forgotten] = {}
    for channel in channels.values():
        async with db.read() as tx:
            last = await unknowns.last_known_of(tx, channel)
            gap = await gaps.opened(tx, bot_id=telegram.bot_id)
        if channel.chat_id is None:
            continue
        if last is not None:
            ids, since = await reconcile.ids_above(telegram, channel.chat_id, last[0]), last[1]
        elif gap is not None and gap.restored and str(channel.chat_id).startswith("-100"):
            place = Place(chat_id=channel.chat_id, username=public_name(channel), audit_chat=audit_chat)
            try:
                ids, since = await backwards.posted_since(telegram, place, gap.since, gap=pause), gap.since
            except CannotTellError as error:  # what waits there is held for a person
                logger.warning("cannot look back", extra={"action": "look_failed", "error": str(error)})
                continue
            forgotten[channel.id] = Forgotten(ids=tuple(ids), since=since)
        else:
            continue
        if ids:
            links = [message_url(channel.chat_id, public_name(channel), str(id)) or str(id) for id in ids]
            found[channel.name] = links
            forgotten[channel.id] = Forgotten(ids=tuple(ids), since=since)
    if forgotten:
        async with db.write() as tx:
            await gaps.remember_forgotten(tx, bot_id=telegram.bot_id, found=forgotten, now=now)
    if found:
        async with db.write() as tx:
            problem = causes.unremembered(found)
            options: dict[str, Json] = {"messages": found}
            await notices.tell(
                tx, bot_id=telegram.bot_id, key="unremembered", problem=problem, now=now, options=options
            )
            gap = await gaps.opened(tx, bot_id=telegram.bot_id)
            if gap is not None:
                await gaps.open_gap(tx, replace(gap, doubtful=True), bot_id=telegram.bot_id, now=now)
    return found


async def _ask(tx: Tx, bot_id: int, gap: Gap, count: int, now: datetime) -> None:
    problem = causes.gap(count, gap.since, gap.until, gap.restored)
    options: dict[str, Json] = {"choices": [str(choice) for choice in Choice], "count": count}
    shown = {card.key: card for card in await notices.opened(tx, bot_id=bot_id)}.get(CARD)
    if shown is None or shown.options != options:
        await notices.tell(tx, bot_id=bot_id, key=CARD, problem=problem, now=now, options=options)


async def _close(tx: Tx, bot_id: int, now: datetime) -> None:
    await gaps.close_gap(tx, bot_id=bot_id)
    await notices.close(tx, bot_id=bot_id, key=CARD, now=now)
