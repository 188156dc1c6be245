"""Calls that are booked for a moment and leave together: one timer a moment instead of one sleeping task a call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Call = TypeVar("Call")


class Departures(Generic[Call]):
    """`leave` is called for each call when its moment (monotonic seconds) has come."""

    def __init__(self, leave: Callable[[Call], None]) -> None:
        self._leave = leave
        self._booked: dict[float, tuple[asyncio.TimerHandle, list[Call]]] = {}

    def book(self, at: float, call: Call) -> None:
        """At a moment that has come, it leaves in the event loop's next turn."""
        booked = self._booked.get(at)
        if booked is None:
            timer = asyncio.get_running_loop().call_later(max(0.0, at - time.monotonic()), self._go, at)
            self._booked[at] = timer, [call]
        else:
            booked[1].append(call)

    def cancel(self) -> list[Call]:
        """What has not left, and now will not."""
        booked, self._booked = self._booked, {}
        for timer, _ in booked.values():
            timer.cancel()
        return [call for _, calls in booked.values() for call in calls]

    def _go(self, at: float) -> None:
        for call in self._booked.pop(at)[1]:
            self._leave(call)
