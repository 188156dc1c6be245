"""Whether Telegram answers: what every call of a bot has met, kept by its transports.

An answer of any kind is contact; silence, a broken line and a 5xx are none.  One lost call among others that are
answered says nothing; several in a row, with no answer in between, say that Telegram is out of reach.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

SILENT: Final = 3
"""Calls in a row without an answer after which nothing is sent before a harmless call was answered."""


def wall() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Telegram did not answer from `since` to `until` (None: it still does not), for this reason."""

    since: datetime
    until: datetime | None = None
    reason: str

    @property
    def lasted(self) -> timedelta:
        return (self.until or self.since) - self.since


class Reach:
    """Of one bot; shared by its connections, as the pace is."""

    def __init__(self, *, now: Callable[[], datetime] = wall) -> None:
        self._wall = now
        self._since: datetime | None = None
        self._reason = ""
        self._over: Silence | None = None
        self.failures = 0
        """Calls in a row that were not answered."""
        self.answered_at = self.back_at = float("-inf")
        """Monotonic seconds of the last answer, and of the first one after a silence."""

    @property
    def is_away(self) -> bool:
        return self.failures >= SILENT

    def answered(self) -> None:
        self.answered_at = time.monotonic()
        if self.failures:
            self._end()

    def failed(self, reason: str) -> None:
        self.failures += 1
        self._reason = reason
        if self._since is None:
            self._since = self._wall()

    def silence(self) -> Silence | None:
        """The one that lasts now; a call or two that were lost are none."""
        if self._since is None or not self.is_away:
            return None
        return Silence(since=self._since, reason=self._reason)

    def take_over(self) -> Silence | None:
        """The longest silence that is over, once."""
        over, self._over = self._over, None
        return over

    def _end(self) -> None:
        if self.is_away and self._since is not None:
            over = Silence(since=self._since, until=self._wall(), reason=self._reason)
            if self._over is None or over.lasted > self._over.lasted:
                self._over = over
            self.back_at = self.answered_at
        self.failures, self._since = 0, None
