"""Calls that leave together at their moment."""

from __future__ import annotations

import asyncio
import time

from bot.channels.departures import Departures


async def test_calls_leave_at_their_moment_in_the_order_they_were_booked() -> None:
    left: list[tuple[str, float]] = []
    done = asyncio.Event()

    def leave(name: str) -> None:
        left.append((name, time.monotonic()))
        if len(left) == 4:
            done.set()

    departures = Departures(leave)
    start = time.monotonic()
    for name, after in (("late", 0.02), ("early", 0.01), ("early too", 0.01), ("missed", -5.0)):
        departures.book(start + after, name)
    assert left == []
    await done.wait()
    assert [name for name, _ in left] == ["missed", "early", "early too", "late"]
    assert left[1][1] >= start + 0.009 and left[3][1] >= start + 0.019  # a timer's grain is a millisecond


async def test_what_has_not_left_can_be_taken_back() -> None:
    left: list[str] = []
    departures = Departures(left.append)
    departures.book(time.monotonic() + 60, "one")
    departures.book(time.monotonic() + 60, "two")
    assert departures.cancel() == ["one", "two"]
    assert departures.cancel() == [] and left == []
