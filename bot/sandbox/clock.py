"""Time inside a world: the machine's own, or a virtual clock that only moves when somebody advances it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time


class Clock:
    """Seconds since the epoch.  `at` starts a virtual clock at that instant; None follows the real one."""

    def __init__(self, at: float | None = None) -> None:
        self._at = at
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    @property
    def virtual(self) -> bool:
        return self._at is not None

    def now(self) -> float:
        return time.time() if self._at is None else self._at

    def advance(self, seconds: float) -> None:
        """Move a virtual clock forward and wake whoever slept until then.  A real clock cannot be moved."""
        if self._at is None:
            raise ValueError("only a virtual clock can be advanced")
        if seconds < 0:
            raise ValueError("time does not go back")
        self._at += seconds
        while self._sleepers and self._sleepers[0][0] <= self._at:
            _, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                future.set_result(None)

    async def sleep(self, seconds: float) -> None:
        """Sleep in the world's time: on a virtual clock until it has been advanced far enough."""
        if self._at is None:
            await asyncio.sleep(seconds)
            return
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._at + seconds, next(self._order), future))
        await future
