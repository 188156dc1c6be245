"""The sender: one round after another it records outcomes, looks at what is due, claims what the pace allows and lets
those calls run side by side, one a chat.

The order of things is the promise: an outcome is recorded before the chat may speak again; an intent is committed
before its call; the lease is checked right before the call is written.  Nothing here knows SQL or HTTP.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.channels import aftermath, aloft, calls, catchup, causes, recording
from bot.channels.aftermath import Aftermath, Attempt
from bot.channels.contact import Contact
from bot.channels.doubt import Doubts
from bot.channels.flights import Flights
from bot.channels.lanes import Lanes, Waiting
from bot.channels.lease import Lease, LeaseLostError, Nap
from bot.channels.looking import SETTLE, Looking
from bot.channels.outcome import Verdict
from bot.channels.pace import Pacer, Pause
from bot.channels.reconcile import Limits
from bot.channels.telegram import Receipt, Telegram
from bot.errors import NotAllowed, Problem, TelegramUnreachable
from bot.model import Channel, PostState
from bot.store import audit, copies, gaps, outbox, pauses, recovery, unknowns
from bot.store import channels as channel_store
from bot.store.database import Database
from bot.store.outbox import Claim

logger = logging.getLogger(__name__)

FAR: Final = 2.0
"""Seconds: a chat whose next slot is later than this is left out when the outbox is read."""
MOST_LEFT_OUT: Final = 2_000
SWEEP: Final = 30.0
"""Seconds between looks for posts whose time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """How the sender works.

    concurrency   calls at once: about rate × round trip, and room for slow ones
    lookahead     seconds: what goes out within them is claimed in one transaction
    beat          seconds between two rounds that write: many outcomes and claims share a commit
    grain         seconds: slots are moved (later) to multiples of it, so that calls share a turn of the event loop
    refresh       seconds after which the database is looked at again
    patience      seconds that one call of the stage waits for the pace before it says that nothing is due
    settle        how long an outcome stays unknown before it is looked up
    audit_chat    where to look at candidates; None = the first owner's private chat
    looks         how far and how long one look goes
    back_off      seconds to wait after the first, second, … call in a row that did not reach Telegram
    """

    concurrency: int = 64
    lookahead: float = 0.1
    beat: float = 0.05
    grain: float = 0.0
    refresh: float = 0.25
    patience: float = 90.0
    settle: timedelta = SETTLE
    audit_chat: int | str | None = None
    looks: Limits = field(default_factory=Limits)
    back_off: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)


class Sender:
    """The sender of one bot, under one lease.  `open` once, then `step` and `rest` in turn, `drain` at the end."""

    def __init__(
        self, telegram: Telegram, lease: Lease, *, pacer: Pacer | None = None, tuning: Tuning | None = None
    ) -> None:
        self._telegram = telegram
        self._lease = lease
        self._bot_id = telegram.bot_id
        self._pacer = pacer or Pacer()
        self._tuning = tuning = tuning or Tuning()
        self._lanes = Lanes()
        self._flights = Flights(
            telegram,
            lease,
            self._pacer,
            lookahead=tuning.lookahead,
            grain=tuning.grain,
            ended=self._on_end,
        )
        self._ended: list[tuple[str, Aftermath]] = []
        self._blocked: set[str] = set()
        self._names: Mapping[str, str] = {}
        self._channels: dict[int, Channel] = {}
        self._wake = asyncio.Event()
        self._looking = Looking(
            telegram, wake=self.look_again, settle=tuning.settle, audit_chat=tuning.audit_chat, limits=tuning.looks
        )
        self.doubts = Doubts(self._bot_id)
        self._stale = True
        self._has_more = False
        self.in_gap = False
        """Whether the bot was away, and what waits is not sent before a person has chosen."""
        self._far: set[str] = set()
        self._now = (datetime.now(UTC), time.monotonic())
        self._looked_at = self._recorded_at = self._wrote_at = float("-inf")
        self._swept_at = float("-inf")
        self._deeds: int | None = None  # the newest line of the record that is known
        self._is_behind = False  # people have done something that the count does not say yet
        self._nap = Nap()
        self._next_at = float("inf")
        self._contact = Contact(telegram, self._pacer, back_off=tuning.back_off, wake=self.look_again)
        self._token: Problem | None = None
        self._unsure: set[int] = set()
        """Posts whose claim may be committed though the database did not say so; no call was made for them."""
        self.handled = 0
        """Attempts whose outcome is recorded."""

    async def open(self, db: Database, now: datetime) -> None:
        """Take over what the last sender left: attempts without outcome become unknown, pauses and the last minute's
        messages count."""
        moment = time.monotonic()
        async with db.write() as tx:
            await self._lease.hold(tx)
            older = await copies.counted(tx, bot_id=self._bot_id) < self._lease.remembered
            restored = self._lease.restored or older or await copies.is_copy(tx, bot_id=self._bot_id)
            await recording.recover(tx, self._lease, bot_id=self._bot_id, now=now, restored=restored)
            self.in_gap = await catchup.notice_return(tx, bot_id=self._bot_id, now=now, restored=restored)
            await copies.sign(tx, bot_id=self._bot_id, now=now)
            self._deeds = await audit.newest(tx)
            count = await copies.count(tx, bot_id=self._bot_id, now=now)
            await pauses.forget_over(tx, bot_id=self._bot_id, now=now)
            halted = await pauses.current(tx, bot_id=self._bot_id, now=now)
            recent = await outbox.sent_lately(tx, bot_id=self._bot_id, since=now - timedelta(minutes=1))
        self._lease.remember(count)
        places = self._tuning.concurrency
        self._flights.aloft = aloft.Notes.open(self._lease.aloft, epoch=self._lease.epoch, places=places)
        self._pacer.recall([(chat, weight, (now - at).total_seconds()) for chat, weight, at in recent], moment)
        self._pacer.restore(
            [Pause(chat=chat, seconds=(until - now).total_seconds(), reason=reason) for chat, until, reason in halted],
            moment,
        )

    @staticmethod
    def clock() -> float:
        """Monotonic seconds: what pace and waits are counted by."""
        return time.monotonic()

    async def step(self, db: Database, now: datetime) -> None:
        """One round: record, look, claim, start.

        Raises: LeaseLostError, NotAllowed (the token is refused), TelegramUnreachable, and the database's errors;
        outcomes that could not be recorded are kept for the next round."""
        self._now = (now, time.monotonic())
        self._raise_troubles()
        if any(after.finished.state is not PostState.SENT for _, after in self._ended):
            await self._write(db, now, [])  # what goes back to its queue must be there before the queue is read
        if self._needs_a_look(time.monotonic()):
            await self._look(db, now)
        picks = self._pick(time.monotonic()) if self._may_send() else []
        if picks or self._ended or self._is_behind or self._unsure or self._looking.has_answers():
            await recording.to_the_end(self._claim(db, now, picks))
        self._raise_troubles()

    def is_idle(self) -> bool:
        """Nothing under way, and nothing that could go within the patience."""
        if self._flights or self._ended or self._stale or self._looking.is_busy():
            return False
        if self._recorded_at > self._looked_at:
            return False
        return min(self._next_at, self._looking.next_at) - time.monotonic() > self._tuning.patience

    def look_again(self) -> None:
        """Something was queued: read the outbox in the next round."""
        self._stale = True
        self._wake.set()

    async def rest(self) -> None:
        """Wait until a call ends, a slot comes, or it is time to look again."""
        now = time.monotonic()
        until = min(self._next_at - self._tuning.lookahead / 2, self._looked_at + self._tuning.refresh)
        if until - now > self._tuning.beat:
            with suppress(TimeoutError):
                async with asyncio.timeout(until - now):
                    await self._wake.wait()
            until = self._wrote_at + self._tuning.beat
        await asyncio.sleep(max(0.001, max(until, self._wrote_at + self._tuning.beat) - time.monotonic()))
        self._wake.clear()

    async def drain(self, db: Database, now: datetime) -> None:
        """Start nothing more, wait for what is on the wire, record it."""
        self._contact.close()
        await self._looking.close()
        await self._flights.land()
        if self._flights.is_lost:
            return
        with suppress(LeaseLostError):  # then the next holder finds these attempts, and looks
            if self._ended or self._looking.has_answers():
                await self._write(db, now, [])
            async with db.write() as tx:
                await self._lease.hold(tx)  # whoever has taken over says it by itself
                await gaps.say_seen(tx, bot_id=self._bot_id, now=now)
                count = await copies.count(tx, bot_id=self._bot_id, now=now)
            self._lease.remember(count)

    # ── one round ────────────────────────────────────────────────────────────────────────────────────────────────

    def _needs_a_look(self, now: float) -> bool:
        if self._stale or now - self._looked_at >= self._tuning.refresh:
            return True
        if self._has_more and len(self._lanes) < self._pacer.rate(now) * self._tuning.lookahead:
            return True  # after a stall: what was read would be gone before the next look
        return self._recorded_at > self._looked_at and not self._flights and not self._lanes

    async def _look(self, db: Database, now: datetime) -> None:
        moment = time.monotonic()
        self._stale = False  # set again by a call that fails while we read
        self._far = {chat for chat in self._far | self._lanes.chats() if self._is_far(chat, moment)}
        async with db.read() as tx:
            self._names = await channel_store.ids_by_name(tx, bot_id=self._bot_id)
            self._channels = {item.id: item for item in await channel_store.every(tx, bot_id=self._bot_id)}
            blocked = await outbox.chats_in_the_way(tx, bot_id=self._bot_id)
            without = blocked | self._far | {name for name, chat in self._names.items() if chat in self._far}
            await self._looking.find(tx, now, self._channels)
            deeds = await audit.newest(tx)
            if self.in_gap:
                self.in_gap = await gaps.opened(tx, bot_id=self._bot_id) is not None
            rows = await outbox.due(tx, bot_id=self._bot_id, now=now, without=sorted(without)[:MOST_LEFT_OUT])
        if self.in_gap:
            rows = [row for row in rows if row[0] in gaps.ASKED_FOR]
        self._blocked = {self._key(chat) for chat in blocked}
        key = self._names.get
        waiting = [Waiting(lane, due, id, key(chat, chat), weight) for lane, due, id, chat, weight in rows]
        doubted = await self.doubts.look_up(db, self._lease, waiting, now, done=self._looking.looked_up)
        self._stale = self._stale or bool(doubted)  # they are looked for in the next round
        self._blocked |= {post.chat for post in waiting if post.id in doubted}
        self._lanes.replace(post for post in waiting if post.id not in doubted)
        self._has_more = len(self._lanes) >= outbox.PER_LANE
        self._looked_at = moment
        self._deeds, self._is_behind = deeds, self._is_behind or deeds != self._deeds
        if moment - self._swept_at >= SWEEP:
            self._swept_at = moment
            await self._sweep(db, now)

    def _is_far(self, chat: str, now: float) -> bool:
        """Nothing of this chat can go soon: its queue need not be read, however long it is."""
        return self._pacer.chat_slot(chat, 1, now) > now + FAR

    async def _sweep(self, db: Database, now: datetime) -> None:
        async with db.write() as tx:
            await self._lease.hold(tx)
            self.in_gap = await catchup.notice_presence(
                tx, bot_id=self._bot_id, now=now, slept=timedelta(seconds=self._nap.take())
            )
            await unknowns.begin_again(tx, bot_id=self._bot_id, now=now)
            count = await copies.count(tx, bot_id=self._bot_id, now=now)
            folded: list[int] = []
            if not self.in_gap:
                is_away = self._telegram.reach.is_away
                why = causes.too_late_out_of_reach() if is_away else causes.too_late()
                folded = await outbox.fold_late(tx, bot_id=self._bot_id, now=now, problem=why)
        self._lease.remember(count)
        if folded:
            logger.warning("posts came too late", extra={"action": "folded", "count": len(folded)})

    def _pick(self, now: float) -> list[Waiting]:
        """The next posts whose slots lie within the lookahead, in the order of their turns."""
        room = self._tuning.concurrency - len(self._flights)
        horizon = now + self._tuning.lookahead
        interval = 1.0 / self._pacer.rate(now)
        picks: list[Waiting] = []
        ahead = 0
        self._next_at = min((self._pacer.chat_slot(chat, 1, now) for chat in self._far), default=float("inf"))
        for post in self._lanes.turns(self._flights.chats() | self._blocked):
            at = self._pacer.chat_slot(post.chat, post.weight, now)
            if at <= horizon:
                at = max(at, self._pacer.bot_slot(post.weight, now) + ahead * interval)
                if at > horizon or room <= len(picks):
                    self._next_at = min(self._next_at, at)
                    break
                picks.append(post)
                ahead += post.weight
            else:
                self._next_at = min(self._next_at, at)
        return picks

    async def _claim(self, db: Database, now: datetime, picks: list[Waiting]) -> None:
        """What is claimed is started, so that `drain` knows of it and gives back what did not leave."""
        for claim in await self._write(db, now, picks):
            self._flights.start(claim, self._key(claim.chat))

    async def _write(self, db: Database, now: datetime, picks: list[Waiting]) -> list[Claim]:
        """Record what ended and claim what was picked, in one transaction."""
        ended, behind, count = list(self._ended), self._is_behind, None
        ids, unsure = [post.id for post in picks], sorted(self._unsure)
        self._wrote_at = time.monotonic()
        self._unsure.update(ids)
        async with db.write() as tx:
            await self._lease.hold(tx)
            await recovery.unclaim(tx, unsure, epoch=self._lease.epoch, now=now)
            await recording.record(tx, self._bot_id, [after for _, after in ended], now)
            answers = await self._looking.record(tx, now)
            claims = await outbox.claim(tx, bot_id=self._bot_id, ids=ids, epoch=self._lease.epoch, now=now)
            if claims or behind:
                count = await copies.count(tx, bot_id=self._bot_id, now=now)
        self._unsure.clear()
        if count is not None:  # before the first call: a copy of before is known for one, however young it is
            self._lease.remember(count)
            self._is_behind = self._is_behind and not behind
        del self._ended[: len(ended)]
        self._looking.recorded(answers)
        for chat, after in ended:
            self._flights.done(chat, after.finished.post_id)
        for post in picks:
            self._lanes.done(post)
        self.handled += len(ended)
        if ended or answers:
            self._recorded_at = time.monotonic()
        return claims

    def _moment(self) -> datetime:
        """Now, by the caller's clock and what has passed since: a jump of the wall clock does not show."""
        now, moment = self._now
        return now + timedelta(seconds=time.monotonic() - moment)

    def _key(self, chat: str) -> str:
        """One key a chat, whether it is known by name or by number."""
        return self._names.get(chat, chat)

    # ── what came of a call ───────────────────────────────────────────────────────────────────────────────────────────

    def _on_end(self, claim: Claim, chat: str, verdict: Verdict | None, receipt: Receipt) -> None:
        """Keep what came of a call for the next round."""
        at = self._moment()
        if verdict is None:
            self._ended.append((chat, aftermath.given_back(claim, self._lease.epoch, at)))
        elif verdict is calls.SENT:
            self._contact.met(reached=True)
            self._ended.append((chat, aftermath.plainly_sent(claim, self._lease.epoch, receipt, at)))
        else:
            self._judge(claim, chat, verdict, at)
        self._wake.set()

    def _judge(self, claim: Claim, chat: str, verdict: Verdict, at: datetime) -> None:
        channel = self._channels.get(claim.channel_id or 0)
        attempt = Attempt(
            post=claim.post,
            epoch=self._lease.epoch,
            verdict=verdict,
            at=at,
            where=(channel.title or channel.name) if channel else None,
        )
        after = self._slowed(chat, aftermath.decide(attempt))
        if after.finished.state is not PostState.SENT:
            self._lanes.drop_chat(chat)  # its queue is read again when this is recorded
            self._stale = True
            recording.log_failure(claim, after)
        if after.finished.state is PostState.UNKNOWN:
            self._blocked.add(chat)
        self._token = self._token or after.token
        self._ended.append((chat, after))

    def _slowed(self, chat: str, after: Aftermath) -> Aftermath:
        """Let the pace know; pauses that Telegram asked for are remembered."""
        now = time.monotonic()
        if after.flood is not None:
            return recording.with_pauses(after, self._pacer.refused(chat, after.flood, now))
        self._contact.met(reached=after.unreachable is None)
        return after

    def _may_send(self) -> bool:
        if self._token is not None or self._contact.is_there(busy=bool(self._flights)):
            return self._token is None
        self._next_at = self._contact.retry_at if self._lanes else float("inf")
        return False

    def _raise_troubles(self) -> None:
        if self._flights.is_lost:
            raise LeaseLostError("the lease ran out while calls were under way")
        if self._ended or self._flights:
            return  # first everything is recorded
        if self._token is not None:
            raise NotAllowed(self._token)
        if self._contact.take_giving_up():
            raise TelegramUnreachable(causes.unreachable(None))
