"""What happened, for whoever watches: a ring of numbered events and the queues of live listeners."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

Event = dict[str, Any]


class Events:
    """Events have a rising `id`, a `type` and their own fields.  The newest `keep` stay for late listeners.

    A listener that falls `backlog` events behind gets one `overflow` event and should read the state again.
    """

    def __init__(self, keep: int = 2_000, backlog: int = 10_000) -> None:
        self._ring: deque[Event] = deque(maxlen=keep)
        self._listeners: set[asyncio.Queue[Event]] = set()
        self._backlog = backlog
        self.last_id = 0

    @property
    def watched(self) -> bool:
        return bool(self._listeners)

    def emit(self, kind: str, **fields: Any) -> None:
        self.last_id += 1
        event = {"id": self.last_id, "type": kind, **fields}
        self._ring.append(event)
        for queue in self._listeners:
            if queue.qsize() < self._backlog:
                queue.put_nowait(event)
            elif queue.qsize() == self._backlog:
                queue.put_nowait({"id": self.last_id, "type": "overflow"})

    def since(self, last_id: int) -> list[Event]:
        return [event for event in self._ring if event["id"] > last_id]

    async def listen(self, last_id: int | None = None) -> AsyncIterator[Event]:
        """Events after `last_id` (None: from now on), then new ones as they come, for ever."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        for event in self.since(self.last_id if last_id is None else last_id):
            queue.put_nowait(event)
        self._listeners.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._listeners.discard(queue)
