"""The calls of one sender: each booked for its slot, made, and over.  One a chat."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, KeysView
from typing import NamedTuple

from bot.channels import calls
from bot.channels.aloft import Notes
from bot.channels.departures import Departures
from bot.channels.lease import Lease, LeaseLostError
from bot.channels.outcome import Verdict
from bot.channels.pace import Pacer, on_the_beat
from bot.channels.telegram import Receipt, Telegram
from bot.store.outbox import Claim

Ended = Callable[[Claim, str, Verdict | None, Receipt], None]
"""What came of a claim in a chat; no verdict = its call was not made."""


class _Flight(NamedTuple):
    claim: Claim
    chat: str
    slot: float


class Flights:
    """Calls under way.  A chat is busy from `start` until `done`, which says that the outcome is recorded.

    lookahead  seconds after its slot in which a call may still be made; later it books another
    grain      seconds: slots are moved to multiples of it; 0 = not at all
    ended      told of each call that is over
    """

    def __init__(
        self, telegram: Telegram, lease: Lease, pacer: Pacer, *, lookahead: float, grain: float, ended: Ended
    ) -> None:
        self._telegram = telegram
        self._lease = lease
        self._pacer = pacer
        self._lookahead = lookahead
        self._grain = grain
        self._ended = ended
        self._departures: Departures[_Flight] = Departures(self._leave)
        self._busy: dict[str, asyncio.Task[None] | None] = {}  # None: not yet left
        self._closing = False
        self.aloft = Notes(None, 0)
        """Where each call is noted while it is in the air."""
        self.is_lost = False
        """The lease ran out before a call: its attempt stays without outcome, for the next holder to look up."""

    def __len__(self) -> int:
        return len(self._busy)

    def chats(self) -> KeysView[str]:
        return self._busy.keys()

    def start(self, claim: Claim, chat: str) -> None:
        """Take the chat's next slot.  Files are fetched until then; what has none leaves when it comes."""
        flight = _Flight(claim, chat, self._book(chat, claim.weight))
        self._busy[chat] = None
        if claim.request.uploads:
            self._leave(flight)
        else:
            self._departures.book(flight.slot, flight)

    def done(self, chat: str, post: int) -> None:
        self._busy.pop(chat, None)
        self.aloft.land(post)

    async def land(self) -> None:
        """Start nothing more; wait for what is on the wire."""
        self._closing = True
        for flight in self._departures.cancel():
            self._ended(flight.claim, flight.chat, None, calls.NOTHING)
        left = [task for task in self._busy.values() if task is not None]
        if left:
            await asyncio.wait(left)

    def _leave(self, flight: _Flight) -> None:
        self._busy[flight.chat] = asyncio.create_task(self._fly(flight), name=f"post {flight.claim.id}")

    async def _fly(self, flight: _Flight) -> None:
        """Send one post.  Cancelled, it leaves the attempt without outcome."""

        async def ready() -> bool:
            await self._wait_for_slot(flight)
            if self._closing or not self.aloft.leave(flight.claim.id, flight.claim.attempt):
                return False
            self._lease.check()
            return True

        try:
            verdict, receipt = await calls.perform(self._telegram, flight.claim, ready)
        except LeaseLostError:
            self.is_lost = True
        else:
            if verdict is calls.SENT and len(receipt.remote_ids) == flight.claim.weight == 1:
                self.aloft.answered(flight.claim.id, int(receipt.remote_ids[0]))
            self._ended(flight.claim, flight.chat, verdict, receipt)

    async def _wait_for_slot(self, flight: _Flight) -> None:
        """One that was missed while files were fetched is booked anew."""
        slot, now = flight.slot, time.monotonic()
        if now > slot + self._lookahead:
            slot = self._book(flight.chat, flight.claim.weight)
        if slot > now:
            await asyncio.sleep(slot - now)

    def _book(self, chat: str, weight: int) -> float:
        """The next slot of this chat, taken."""
        slot = on_the_beat(self._pacer.slot(chat, weight, time.monotonic()), self._grain)
        self._pacer.take(chat, weight, slot)
        return slot
