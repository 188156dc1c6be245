"""When the wall clock is set, the time to undo lasts as long as it was meant: neither cut short nor an hour longer.

A post that is published waits some seconds, by the clock of the wall.  What was planned for a certain time waits for
that time whatever the clock did; only the short waits move with it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.channels.lease import boottime

SLIGHT: Final = timedelta(seconds=1)
"""Clocks are slewed by less all the time."""


def wall() -> datetime:
    return datetime.now(UTC)


class WallClock:
    """Notices that the clock of the wall was set, beside one that only goes on."""

    def __init__(self, *, wall: Callable[[], datetime] = wall, steady: Callable[[], float] = boottime) -> None:
        self._wall, self._steady = wall, steady
        self._then = (wall(), steady())

    def was_set(self) -> bool:
        return abs(self._jump()) > SLIGHT

    def take(self) -> tuple[datetime, timedelta] | None:
        """What the clock would say if it had not been set since the last time, and by how much it was."""
        jump = self._jump()
        self._then = (self._wall(), self._steady())
        return (self._then[0] - jump, jump) if abs(jump) > SLIGHT else None

    def _jump(self) -> timedelta:
        wall, steady = self._then
        return self._wall() - wall - timedelta(seconds=self._steady() - steady)
