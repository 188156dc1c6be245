"""Writes down what outcomes lead to, in the transaction that records them: pauses, moves, cards."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.channels import aloft, causes
from bot.channels.aftermath import Aftermath
from bot.channels.lease import Lease
from bot.channels.pace import Pause
from bot.channels.telegram import message_url, public_name
from bot.model import PostState
from bot.store import channels, notices, outcomes, pauses, people, recovery, unknowns
from bot.store.database import Tx
from bot.store.outbox import Claim
from bot.store.recovery import Answered
from bot.store.unknowns import Resolution

logger = logging.getLogger(__name__)


async def record(tx: Tx, bot_id: int, afters: Sequence[Aftermath], now: datetime) -> None:
    """Outcomes first, all at once; then what follows from the few that did not simply succeed."""
    await outcomes.finish(tx, [after.finished for after in afters])
    for after in afters:
        if not after.is_plain:
            await _consequences(tx, bot_id, after, now)


async def recover(tx: Tx, lease: Lease, *, bot_id: int, now: datetime, restored: bool) -> None:
    """What the last sender left under way.  Beside a database that was put back nothing that is noted counts."""
    known = None if restored else aloft.read(lease.aloft)
    problem = causes.outcome_unknown(None)
    left = await recovery.recover(tx, bot_id=bot_id, epoch=lease.epoch, now=now, problem=problem, aloft=known)
    found = [await _found(tx, one) for one in left.answered]
    await unknowns.resolve(tx, found, now=now)
    if left.count:
        extra = {"action": "recovered", "count": left.count, "not_sent": left.waiting, "sent": len(found)}
        logger.warning("attempts without outcome", extra=extra)


async def _found(tx: Tx, one: Answered) -> Resolution:
    channel = await channels.get(tx, one.channel_id) if one.channel_id is not None else None
    chat: int | str = one.chat if channel is None or channel.chat_id is None else channel.chat_id
    url = message_url(chat, public_name(channel) if channel is not None else None, str(one.message_id))
    return Resolution(post_id=one.post_id, state=PostState.SENT, remote_ids=(str(one.message_id),), remote_url=url)


def with_pauses(after: Aftermath, halts: Iterable[Pause]) -> Aftermath:
    """The same, with the pauses to be remembered."""
    return replace(after, pauses=tuple(halts))


async def to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """A cancellation comes after this work, not into it: an ordinary stop leaves no attempt that has to be looked up.
    Its length is bounded by the database's own limits."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.warning(
                "stopped in a round that failed", extra={"action": "sender_stopped", "error": type(error).__name__}
            )
        raise


def log_failure(claim: Claim, after: Aftermath) -> None:
    done = after.finished
    problem = done.problem or after.pause_channel or after.token or after.unreachable
    logger.warning(
        "post not sent",
        extra={
            "action": "post_failed",
            "post": claim.id,
            "chat": claim.chat,
            "outcome": str(done.outcome),
            "error": done.error,
            "state": str(done.state),
            "code": problem.code if problem else None,
        },
    )


async def _consequences(tx: Tx, bot_id: int, after: Aftermath, now: datetime) -> None:
    await pauses.keep(
        tx,
        bot_id=bot_id,
        pause=[(halt.chat, now + timedelta(seconds=halt.seconds), halt.reason) for halt in after.pauses],
    )
    if after.pause_channel is not None and after.channel_id is not None:
        await channels.pause(tx, after.channel_id, problem=after.pause_channel, now=now)
    if after.blocked:
        await people.mark_blocked(tx, bot_id=bot_id, user_id=int(after.chat_id), now=now)
    if after.finished.chat_id is not None:
        await channels.move(tx, bot_id=bot_id, old=str(after.chat_id), new=int(after.finished.chat_id))
    for card in after.cards:
        await notices.tell(tx, bot_id=bot_id, key=card.key, problem=card.problem, now=now, options=card.options)
