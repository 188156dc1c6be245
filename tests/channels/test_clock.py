"""The clock of the wall is set while posts can still be taken back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels import corrections
from bot.channels.clock import WallClock
from bot.channels.deliver import Delivery
from bot.channels.pace import Rates
from bot.channels.sender import Tuning
from bot.model import PostState

HURRY = Rates(bot=900, chat_gap=0.01, group_count=10_000)
QUICK = Tuning(patience=0.2, refresh=0.05)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEN = timedelta(seconds=10)


class Clocks:
    """A wall that can be set, and a steady clock beside it."""

    def __init__(self) -> None:
        self.wall, self.steady = NOON, 1_000.0

    def go_on(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.steady += seconds

    def clock(self) -> WallClock:
        return WallClock(wall=lambda: self.wall, steady=lambda: self.steady)


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=1), timedelta(days=1)], ids=["-1h", "1h", "1d"])
async def test_the_time_to_undo_is_neither_shorter_nor_longer_when_the_clock_is_set(desk: Any, jump: timedelta) -> None:
    clocks = Clocks()
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=QUICK, clock=clocks.clock())
    await stage.once(clocks.wall)
    held = await desk.post("held", created_at=clocks.wall, due_at=clocks.wall + TEN)
    taken = await desk.post("taken back", created_at=clocks.wall, due_at=clocks.wall + TEN)
    planned = await desk.post("planned", created_at=clocks.wall, due_at=clocks.wall + timedelta(days=3))
    await stage.once(clocks.wall)
    clocks.go_on(4)
    clocks.wall += jump
    await stage.once(clocks.wall)
    clocks.go_on(5)
    await stage.once(clocks.wall)
    assert desk.texts() == [], "one second is left"
    assert await corrections.undo(desk.db, taken, now=clocks.wall) is PostState.CANCELLED
    clocks.go_on(1.5)
    await stage.once(clocks.wall)
    await stage.close(clocks.wall)
    assert desk.texts() == ["held"] and (await desk.look(held)).state is PostState.SENT
    assert (await desk.look(planned)).due_at == NOON + timedelta(days=3)


async def test_a_clock_that_was_set_back_before_the_start_leaves_the_whole_time_to_undo(desk: Any) -> None:
    clocks = Clocks()
    ahead = clocks.wall + timedelta(hours=1)
    await desk.post("held", created_at=ahead, due_at=ahead + TEN)
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=QUICK, clock=clocks.clock())
    await stage.once(clocks.wall)
    clocks.go_on(9)
    await stage.once(clocks.wall)
    assert desk.texts() == []
    clocks.go_on(2)
    await stage.once(clocks.wall)
    await stage.close(clocks.wall)
    assert desk.texts() == ["held"]


async def test_a_round_ends_when_the_clock_is_set_so_that_the_next_begins_by_the_new_time(desk: Any) -> None:
    """Else a busy sender would go by the old time for as long as it is busy."""
    clocks = Clocks()
    slow = Rates(bot=900, chat_gap=60.0)
    stage = Delivery(desk.db, desk.telegram, rates=slow, tuning=Tuning(refresh=0.05), clock=clocks.clock())
    due = clocks.wall - TEN
    await desk.posts(["one", "two"], created_at=due, due_at=due)
    busy = asyncio.create_task(stage.once(clocks.wall))
    async with asyncio.timeout(40):
        while desk.texts() != ["one"]:
            await asyncio.sleep(0.01)
        assert not busy.done()
        clocks.wall += timedelta(hours=1)
        assert await busy == 1
    await stage.close(clocks.wall)


def test_a_clock_that_drifts_a_little_was_not_set() -> None:
    clocks = Clocks()
    clock = clocks.clock()
    clocks.go_on(3_600)
    clocks.wall += timedelta(seconds=0.9)
    assert not clock.was_set() and clock.take() is None
    clocks.wall -= timedelta(minutes=5)
    assert clock.take() == (clocks.wall + timedelta(minutes=5), timedelta(minutes=-5))
