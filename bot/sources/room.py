"""Room for bodies: how many large documents may be in memory at once.

Most answers are small, and as many as the web allows may come together.  A larger one is read in a lane of its own, so
that a hundred sources which all send as much as they may cannot fill the memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.model import Source, SourceKind
from bot.web.client import LIMIT

LANES = (256 * 1024, 2 * 1024 * 1024, LIMIT)  # bytes that an unpacked body may have
ALL = LIMIT  # bytes of large bodies at once
PATIENCE = 20.0  # seconds; who finds no room until then comes again when its claim has run out


class NoRoom(Exception):
    """Others hold the room for too long; nothing is wrong with who waited."""


class Room:
    """A budget of bytes; whoever needs more than is free waits, but not for longer than `patience` seconds."""

    def __init__(self, size: int = ALL, *, patience: float = PATIENCE) -> None:
        self._free = size
        self._patience = patience
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def lane(self, number: int) -> AsyncIterator[int]:
        """The most bytes that a body may have here; the first lane costs nothing.  Raises NoRoom."""
        size = LANES[number] if number else 0
        if size:
            await self._take(size)
        try:
            yield LANES[number]
        finally:
            if size:
                async with self._changed:
                    self._free += size
                    self._changed.notify_all()

    async def _take(self, size: int) -> None:
        try:
            async with asyncio.timeout(self._patience), self._changed:
                await self._changed.wait_for(lambda: self._free >= size)
                self._free -= size
        except TimeoutError as error:
            raise NoRoom from error


def lane_of(source: Source) -> int:
    """Where a source's answer is read: as large as its last one was; what was never read and may lead to many
    documents, in the largest."""
    if source.kind is SourceKind.SITEMAP and source.baseline_at is None:
        return len(LANES) - 1
    known = source.rhythm.get("lane", 0)
    return known if isinstance(known, int) and 0 <= known < len(LANES) else 0


def lane_for(size: int) -> int:
    """The lane for a body of so many bytes, with a quarter to spare."""
    return next((number for number, most in enumerate(LANES) if size * 5 // 4 <= most), len(LANES) - 1)
