"""Taking turns: how many visits at once, in all and to one host, and which hosts want to be left alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import FetchError
from bot.web.failures import failure

AT_ONCE = 100
AT_ONCE_PER_HOST = 4


@dataclass(slots=True)
class _Host:
    semaphore: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE_PER_HOST))
    users: int = 0


class Turns:
    """Keeps the visits of one `Web` polite."""

    def __init__(self) -> None:
        self._all = asyncio.Semaphore(AT_ONCE)
        self._hosts: dict[str, _Host] = {}
        self._complaints: dict[str, dict[str, datetime]] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a free place; the waiting is no part of a fetch's time limit."""
        place = self._hosts.setdefault(host, _Host())
        place.users += 1
        try:
            async with place.semaphore, self._all:
                yield
        finally:
            place.users -= 1
            if not place.users:
                self._hosts.pop(host, None)

    def check(self, host: str, url: str, now: datetime) -> None:
        """A host that sent two addresses away with 429 is not asked for others until the time that it named.

        One address alone says nothing about its neighbours.  Raises FetchError with `retry_at`.
        """
        complaints = {at: until for at, until in self._complaints.get(host, {}).items() if until > now}
        if len(complaints) >= 2:
            raise failure("SW-N28", url, retry_at=max(complaints.values()))
        if host in self._complaints and not complaints:
            del self._complaints[host]

    def remember(self, host: str, url: str, error: FetchError) -> None:
        if error.status == 429 and error.retry_at:
            self._complaints.setdefault(host, {})[url] = error.retry_at
