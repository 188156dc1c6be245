"""What was asked and what was done: a journal of every request and a ledger of every executed send, both bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MAX_VALUE = 4096  # characters of one parameter that the journal keeps


@dataclass(slots=True)
class Entry:
    """A request.  `problems` are what the official schema has against it, even where Telegram tolerates it."""

    id: int
    at: float
    bot_id: int
    method: str
    params: dict[str, str]
    files: dict[str, dict[str, Any]]  # field → name, size, sha256
    connection: str
    key: str | None  # the client's own X-Request-Id
    problems: tuple[str, ...] = ()
    status: int = 0  # 0 while under way
    description: str | None = None
    ms: float = 0.0
    fault: str | None = None
    webhook: bool = False  # came as the answer to a webhook call

    def wire(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Send:
    """An executed send: it happened, whatever the client was told."""

    request: int
    key: str | None
    at: float
    bot_id: int
    method: str
    chat_id: int
    chat: str
    message_ids: tuple[int, ...]
    text: str

    def wire(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


class Journal:
    """Requests and sends, newest `requests` and `sends` of them; counters count all."""

    def __init__(self, requests: int = 5_000, sends: int = 50_000) -> None:
        self.entries: deque[Entry] = deque(maxlen=requests)
        self.sends: deque[Send] = deque(maxlen=sends)
        self.requests_total = 0
        self.sends_total = 0
        self.unbuilt: dict[str, int] = {}
        self.unknown_methods: dict[str, int] = {}
        self.unknown_parameters: dict[str, int] = {}

    def open(self, entry: Entry) -> Entry:
        self.requests_total += 1
        entry.id = self.requests_total
        self.entries.append(entry)
        return entry

    def sent(self, send: Send) -> None:
        self.sends_total += 1
        self.sends.append(send)

    def count_up(self, counter: dict[str, int], name: str) -> None:
        """Count a name; at most 500 different ones, so a fuzzer cannot fill the memory."""
        if name in counter or len(counter) < 500:
            counter[name] = counter.get(name, 0) + 1


def clip(values: dict[str, str]) -> dict[str, str]:
    """Parameters as the journal keeps them: long values cut."""
    if all(len(value) <= MAX_VALUE for value in values.values()):
        return values
    return {name: value if len(value) <= MAX_VALUE else value[:MAX_VALUE] + "…" for name, value in values.items()}


def select(rows: Iterable[Any], wanted: dict[str, str], limit: int) -> list[dict[str, Any]]:
    """The newest `limit` rows whose fields equal `wanted` (compared as text; a method in any case)."""
    found: list[dict[str, Any]] = []
    for row in reversed(list(rows)):
        wire = row.wire()
        if all(str(wire.get(name, "")).lower() == value.lower() for name, value in wanted.items()):
            found.append(wire)
            if len(found) >= limit:
                break
    found.reverse()
    return found
