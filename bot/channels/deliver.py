"""STAGE: due posts → claim → send → outcome.

`Delivery` is what the program runs: it takes the lease, keeps a sender while it has it, stands by while another
process does (PostgreSQL) or says so at once (SQLite), and starts over when the lease is lost.
"""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from telegram.error import InvalidToken, TelegramError

from bot.channels import catchup, strangers
from bot.channels.clock import WallClock
from bot.channels.lease import LASTS, Lease, LeaseLostError, hold_lease
from bot.channels.looking import owner_chat
from bot.channels.pace import FREE_LIMIT, Pacer, Rates
from bot.channels.sender import Sender, Tuning
from bot.channels.telegram import Telegram
from bot.errors import AlreadyRunning
from bot.store import channels, gaps, outbox
from bot.store.database import Database

logger = logging.getLogger(__name__)

PAID: Final = Tuning(concurrency=1024, lookahead=0.5, beat=0.2, grain=0.01, refresh=0.5)
"""For paid broadcast: up to two hundred claims and outcomes share a commit.  A second that was not used is lost, since
no second may have more than its thousand: so what goes out next is claimed while a slow commit has time to end."""


async def once(db: Database, sender: Sender, *, now: datetime, clock: WallClock | None = None) -> int:
    """Send what is due, at Telegram's pace, until nothing is due or the clock was set; calls that were recorded.

    Posts that must wait longer than the sender's patience stay queued.  Raises what `Sender.step` raises."""
    before = sender.handled
    started = sender.clock()
    sender.look_again()
    while True:
        await sender.step(db, now + timedelta(seconds=sender.clock() - started))
        if sender.is_idle() or (clock is not None and clock.was_set()):
            return sender.handled - before
        await sender.rest()


class Delivery:
    """The stage of one bot.  `open`, then `once` as often as wanted, `close` at the end."""

    def __init__(
        self,
        db: Database,
        telegram: Telegram,
        *,
        rates: Rates | None = None,
        tuning: Tuning | None = None,
        audit_chat: int | str | None = None,
        lasts: timedelta = LASTS,
        folder: Path | None = None,
        clock: WallClock | None = None,
    ) -> None:
        self._db = db
        self._telegram = telegram
        self._rates = rates
        is_paid = (rates or telegram.pacer.rates).bot > FREE_LIMIT
        self._tuning = tuning or replace(PAID if is_paid else Tuning(), audit_chat=audit_chat)
        self._lasts = lasts
        self._folder = folder
        self._clock = clock or WallClock()
        self._lease: Lease | None = None
        self._held = AsyncExitStack()
        self._sender: Sender | None = None
        self._standing_by = False
        self._looked_at: datetime | None = None

    @property
    def is_sending(self) -> bool:
        """Whether this process is the sender."""
        return self._sender is not None

    async def open(self, now: datetime) -> bool:
        """Become the sender.  False = another process is, and this one stands by (PostgreSQL).

        Raises AlreadyRunning on SQLite."""
        try:
            lease = await self._held.enter_async_context(
                hold_lease(self._db, bot_id=self._telegram.bot_id, lasts=self._lasts, folder=self._folder)
            )
        except AlreadyRunning as error:
            if self._db.is_sqlite:
                raise
            self._stand_by(error)
            return False
        self._standing_by = False
        before, self._lease = self._lease, lease
        lease.restored = lease.restored or (before is not None and before.went_back)
        sender = Sender(
            self._telegram,
            lease,
            pacer=Pacer(self._rates) if self._rates else self._telegram.pacer,
            tuning=self._tuning,
        )
        try:
            await sender.open(self._db, now)
        except LeaseLostError:  # the machine stood still meanwhile, and another sender may have taken over
            await self._held.aclose()
            return False
        except BaseException:
            await self._held.aclose()
            raise
        self._sender = sender
        self._clock.take()
        async with self._db.write() as tx:
            await outbox.begin_holds_again(tx, bot_id=self._telegram.bot_id, now=now)
        if not await self._find_forgotten(sender, now):
            await self.close(now)
            return False
        logger.info("sending", extra={"action": "sender_started", "epoch": lease.epoch})
        return True

    async def once(self, now: datetime) -> int:
        """Send what is due.  0 while another process is the sender."""
        if self._sender is None and not await self.open(now):
            return 0
        assert self._sender is not None
        try:
            await self._keep_holds(now)
            handled = await once(self._db, self._sender, now=now, clock=self._clock)
            await self._look_for_strangers(now)
            return handled
        except LeaseLostError:
            logger.warning("another sender took over", extra={"action": "lease_lost"})
            await self.close(now)
            return 0

    async def close(self, now: datetime) -> None:
        """Wait for calls on the wire, record them, let a standby take over."""
        sender, self._sender = self._sender, None
        held, self._held = self._held, AsyncExitStack()
        try:
            if sender is not None:
                await sender.drain(self._db, now)
        finally:
            await held.aclose()

    async def _keep_holds(self, now: datetime) -> None:
        found = self._clock.take()
        if found is None:
            return
        before, by = found
        logger.warning("the clock was set", extra={"action": "clock_set", "seconds": round(by.total_seconds())})
        async with self._db.write() as tx:
            await outbox.move_holds(tx, bot_id=self._telegram.bot_id, before=before, by=now - before)

    async def _look_for_strangers(self, now: datetime) -> None:
        if self._looked_at is not None and now - self._looked_at < strangers.EVERY:
            return
        self._looked_at = now
        found = await strangers.look(self._db, self._telegram, now=now)
        if found:
            logger.warning("unexplained messages", extra={"action": "strangers", "channels": sorted(found)})

    async def _find_forgotten(self, sender: Sender, now: datetime) -> bool:
        """After a gap: messages in the channels that the ledger does not know are named, and what waits is compared
        with them.  False = after a restore they could not be looked at, so nothing is sent yet, not even by hand."""
        async with self._db.read() as tx:
            known = {item.id: item for item in await channels.every(tx, bot_id=self._telegram.bot_id)}
            audit_chat = self._tuning.audit_chat or await owner_chat(tx, self._telegram.bot_id)
        if sender.in_gap:
            pause = self._tuning.looks.gap
            try:
                await catchup.name_unremembered(
                    self._db, self._telegram, known, now=now, audit_chat=audit_chat, pause=pause
                )
            except TelegramError as error:
                logger.warning("cannot look into the channels", extra={"action": "look_failed", "error": str(error)})
                if not isinstance(error, InvalidToken) and await self._is_restored():
                    return False
        async with self._db.read() as tx:
            await sender.doubts.load(tx, known, now)
        return True

    async def _is_restored(self) -> bool:
        async with self._db.read() as tx:
            gap = await gaps.opened(tx, bot_id=self._telegram.bot_id)
        return gap is not None and gap.restored

    def _stand_by(self, error: AlreadyRunning) -> None:
        if not self._standing_by:
            self._standing_by = True
            logger.info("standing by", extra={"action": "standby", "reason": error.problem.cause})
