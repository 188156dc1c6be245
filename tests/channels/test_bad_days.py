"""What happens to machines: bad networks, clocks that jump, and two who start at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from typing import Any

from bot.channels.deliver import Delivery
from bot.channels.lease import Lease, hold_lease
from bot.channels.pace import Pacer, Rates
from bot.channels.sender import Sender, Tuning
from bot.channels.telegram import Telegram
from bot.errors import AlreadyRunning
from bot.model import PostState
from bot.sandbox import Box
from bot.store.database import open_database
from tests.channels.proxy import Proxy

BOT = 1000001
DEMO = -1001000000001
HURRY = Rates(bot=900, chat_gap=0.01, group_count=10_000)
WAYS = ("pass", "reset", "lost", "half", "black hole", "slow", "lost", "half", "reset", "black hole")


async def test_a_bad_network_neither_loses_doubles_nor_disorders(desk: Any, box: Box) -> None:
    tuning = Tuning(patience=4.0, refresh=0.05, settle=timedelta(seconds=0.3), audit_chat=5011)
    async with Proxy(box.port) as proxy, Telegram("1000001:sandbox", base_url=proxy.url, read=0.6) as telegram:
        stage = Delivery(desk.db, telegram, rates=HURRY, tuning=tuning)
        await desk.post("known")
        await stage.once(desk.now())
        proxy.plan.extend(WAYS)
        texts = [f"news {n}" for n in range(8)]
        await desk.posts(texts)
        async with asyncio.timeout(60):
            while set(await desk.states()) != {PostState.SENT}:
                await stage.once(desk.now())
        await stage.close(desk.now())
    assert desk.texts() == ["known", *texts]
    assert proxy.met[1 : len(WAYS) + 1] == list(WAYS)


async def test_a_clock_that_jumps_changes_no_pace(desk: Any) -> None:
    """The wall clock goes a day ahead and an hour back in every round; gaps and halts count by another clock."""
    pace = 0.12
    desk.fault("flood", after=2, retry_after=1)
    await desk.posts([f"news {n}" for n in range(6)])
    jumps = (timedelta(), timedelta(days=1), timedelta(hours=1))
    pacer = Booked(Rates(bot=900, chat_gap=pace, group_count=10_000))
    async with sending(desk, pacer) as sender, asyncio.timeout(60):
        round_ = 0
        while set(await desk.states()) != {PostState.SENT}:
            round_ += 1
            await sender.step(desk.db, desk.now() + jumps[round_ % 3])
            await sender.rest()
    assert desk.texts() == [f"news {n}" for n in range(6)]
    gaps = [after - before for before, after in pairwise(pacer.slots)]
    assert len(gaps) == 6 and min(gaps) >= pace - 1e-6 and max(gaps) >= 1  # the halt was kept, and nothing hurried


class Booked(Pacer):
    """Remembers what was booked."""

    def __init__(self, rates: Rates) -> None:
        super().__init__(rates)
        self.slots: list[float] = []

    def take(self, chat: str, weight: int, at: float) -> None:
        self.slots.append(at)
        super().take(chat, weight, at)


@asynccontextmanager
async def sending(desk: Any, pacer: Pacer) -> AsyncIterator[Sender]:
    async with hold_lease(desk.db, bot_id=BOT) as lease:
        sender = Sender(desk.telegram, lease, pacer=pacer, tuning=Tuning(refresh=0.05))
        await sender.open(desk.db, desk.now())
        yield sender
        await sender.drain(desk.db, desk.now())


async def test_of_two_who_start_at_once_one_sends_and_the_other_says_who_does(desk: Any) -> None:
    """Fifty times; the lock file decides on SQLite, the lease row on PostgreSQL."""
    epochs: list[int] = []
    async with open_database(desk.db.url, migrate=False) as other:
        for _ in range(50):
            async with AsyncExitStack() as stack:
                starts = [
                    asyncio.create_task(stack.enter_async_context(hold_lease(db, bot_id=BOT)))
                    for db in (desk.db, other)
                ]
                ends = await asyncio.gather(*starts, return_exceptions=True)
                held = [end for end in ends if isinstance(end, Lease)]
                told = [end for end in ends if isinstance(end, AlreadyRunning)]
                assert len(held) == 1 and len(told) == 1, ends
                assert "already sending" in told[0].problem.title and "holds" in told[0].problem.cause
                epochs.append(held[0].epoch)
    assert epochs == sorted(set(epochs))


async def test_after_the_clock_was_set_back_what_was_due_goes_out_and_what_was_planned_waits(desk: Any) -> None:
    """Until then the clock was an hour ahead.  A post of unknown outcome settles by the new time."""
    ahead = desk.now() + timedelta(hours=1)
    tuning = Tuning(patience=1.0, refresh=0.05, settle=timedelta(seconds=0.1))
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=tuning)
    await desk.post("at once", created_at=ahead, due_at=ahead)
    await desk.post("can be undone", created_at=ahead, due_at=ahead + timedelta(seconds=10))
    planned = await desk.post("planned", created_at=ahead, due_at=ahead + timedelta(minutes=30))
    lost = await desk.post("lost", to=-1001000000002, state=PostState.UNKNOWN, unknown_at=ahead, attempts=1)
    await stage.once(desk.now())
    await stage.close(desk.now())
    assert desk.texts() == ["at once"]
    assert (await desk.look(planned)).state is PostState.QUEUED
    assert (await desk.look(lost)).state is PostState.HELD
