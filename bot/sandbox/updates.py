"""Updates on their way to a bot: one queue per bot, read by getUpdates or emptied by a webhook.

The rules are telegram-bot-api's (Client.cpp: process_get_updates_query, do_get_updates, add_update_impl).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.clock import Clock
from bot.sandbox.refusal import Refusal

TYPES = (
    "message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result",
    "callback_query", "shipping_query", "pre_checkout_query", "poll", "poll_answer", "my_chat_member", "chat_member",
    "chat_join_request", "chat_boost", "removed_chat_boost", "message_reaction", "message_reaction_count",
    "business_connection", "business_message", "edited_business_message", "deleted_business_messages",
    "purchased_paid_media",
)  # fmt: skip
DEFAULT_TYPES = frozenset(TYPES) - {"chat_member", "message_reaction", "message_reaction_count"}

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
DAY = 86_400
MAX_ANSWER = 1 << 22  # bytes of one getUpdates answer
TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@dataclass(slots=True)
class Update:
    """One update, already encoded.  `lane` keeps the order per chat or user in webhook delivery."""

    id: int
    kind: str
    expires: float
    lane: str
    body: str  # JSON of the whole update


@dataclass(slots=True)
class Webhook:
    """Where a bot's updates go, and how that went."""

    url: str
    max_connections: int = 40
    secret: str = ""
    ip_address: str = ""
    last_error_date: int = 0
    last_error: str = ""
    task: asyncio.Task[None] | None = None
    tries: dict[int, int] = field(default_factory=dict)  # update id → failures


class Queue:
    """The updates of one bot.  At most `limit` wait; older ones are dropped, as after their day has passed."""

    def __init__(self, clock: Clock, first_id: int, limit: int = 100_000) -> None:
        self._clock = clock
        self.pending: deque[Update] = deque(maxlen=limit)
        self.next_id = first_id
        self.allowed = DEFAULT_TYPES
        self._poll: asyncio.Future[bool] | None = None
        self._last_offset: int | None = None
        self._last_start = -10.0
        self._next_conflict = 0.0
        self.on_push: asyncio.Event | None = None  # set when a webhook wants to know
        self.webhook_active = False

    def allow(self, wanted: str) -> bool:
        """Apply `allowed_updates` (JSON).  Empty or broken: unchanged.  True if something changed."""
        if not wanted:
            return False
        try:
            names = json.loads(wanted)
        except ValueError:
            return False
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            return False
        chosen = frozenset(name.lower() for name in names) & frozenset(TYPES)
        allowed = chosen or DEFAULT_TYPES
        changed = allowed != self.allowed
        self.allowed = allowed
        return changed

    def push(self, kind: str, value: dict[str, Any], lane: str, lifetime: float = DAY) -> int:
        """Queue an update; its id, or 0 if this bot did not ask for this kind."""
        if kind not in self.allowed:
            return 0
        update_id = self.next_id
        self.next_id += 1
        body = _encode({"update_id": update_id, kind: value})
        self.pending.append(Update(update_id, kind, self._clock.now() + lifetime, lane, body))
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(True)
        if self.on_push is not None:
            self.on_push.set()
        return update_id

    def expire(self) -> None:
        now = self._clock.now()
        if any(update.expires <= now for update in self.pending):
            alive = [update for update in self.pending if update.expires > now]
            self.pending.clear()
            self.pending.extend(alive)

    def count(self) -> int:
        self.expire()
        return len(self.pending)

    def drop(self) -> None:
        self.pending.clear()

    async def read(self, offset: int, limit: int, timeout: int) -> str:
        """The JSON array that getUpdates answers.  Raises 409 when somebody else polls or a webhook is set."""
        if self.webhook_active:
            await self._conflict(WEBHOOK_ACTIVE)
        now = time.monotonic()  # not the world's time: this is about clients that ask too fast
        if offset == self._last_offset and now < self._last_start + 3 and timeout < 3:
            timeout = 3
        if offset == self._last_offset and now < self._last_start + 0.5:
            limit = 1
        self._last_offset, self._last_start = offset, now
        found = self._take(offset, limit)
        if found or timeout == 0:
            return self._encode(found)
        return await self._wait(offset, limit, timeout)

    def _take(self, offset: int, limit: int) -> list[Update]:
        pending = self.pending
        if offset < 0:
            while len(pending) > -offset:
                pending.popleft()
        elif offset > 0:
            while pending and pending[0].id < offset:
                pending.popleft()
        self.expire()
        return [pending[index] for index in range(min(limit, len(pending)))]

    async def _wait(self, offset: int, limit: int, timeout: int) -> str:
        self.abort(TERMINATED)
        poll: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._poll = poll
        alarm = asyncio.ensure_future(self._clock.sleep(timeout)) if self._clock.virtual else None
        try:
            waited: set[asyncio.Future[Any]] = {poll} if alarm is None else {poll, alarm}
            await asyncio.wait(waited, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if poll.done() and not poll.result():
                await self._conflict(WEBHOOK_ACTIVE if self.webhook_active else TERMINATED)
            return self._encode(self._take(offset if offset > 0 else 0, limit))
        finally:
            if alarm is not None:
                alarm.cancel()
            if self._poll is poll:
                self._poll = None

    def abort(self, _reason: str = TERMINATED) -> None:
        """End a waiting poll with 409."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(False)
        self._poll = None

    async def _conflict(self, message: str) -> None:
        now = time.monotonic()
        if now >= self._next_conflict:
            self._next_conflict = now + 3
        else:
            await asyncio.sleep(3)
        raise Refusal(409, message)

    @staticmethod
    def _encode(updates: list[Update]) -> str:
        left = MAX_ANSWER
        parts = []
        for update in updates:
            left -= 50 + len(update.body)
            if left <= 0:
                break
            parts.append(update.body)
        return f"[{','.join(parts)}]"
