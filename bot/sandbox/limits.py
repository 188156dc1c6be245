"""Flood control: how many messages Telegram takes, and what it answers beyond that.

One message a second per chat with short bursts, twenty a minute per group and channel, thirty a second per bot
(Telegram's bot FAQ); each album item counts, edits count a fifth.  A refused chat stays refused until its pause is
over; asking during the pause extends nothing.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

PER_SECOND = 30
PER_MINUTE = 20
BURST = 5.0
PAID_PER_SECOND = 1000
PAID_MIN_STARS = 10_000
PAID_MIN_USERS = 10_000
STAR_PARTS = 10  # a paid message beyond the free rate costs a tenth of a Star


@dataclass(slots=True)
class _ChatPace:
    tokens: float = BURST
    at: float = 0.0
    minute: deque[float] = field(default_factory=deque)
    paused_until: float = 0.0


class Limits:
    """The pace of one bot."""

    def __init__(self) -> None:
        self._chats: dict[int, _ChatPace] = {}
        self._second: deque[tuple[float, float]] = deque()
        self._load = 0.0
        self.star_parts = 0  # spent

    def check(self, now: float, chat_id: int, *, group: bool, weight: float, paid: bool) -> int:
        """Count `weight` messages to a chat.  0 if they may go, else the seconds to wait (`retry_after`)."""
        pace = self._chats.get(chat_id)
        if pace is None:
            if len(self._chats) > 10_000:
                self._forget(now)
            pace = self._chats[chat_id] = _ChatPace(at=now)
        if now < pace.paused_until:
            return max(1, math.ceil(pace.paused_until - now))
        wait = self._wait(now, pace, group, weight, paid)
        if wait > 0:
            pace.paused_until = now + max(1, math.ceil(wait))
            return max(1, math.ceil(wait))
        pace.tokens -= weight
        self._second.append((now, weight))
        self._load += weight
        if paid and self._load > PER_SECOND:
            self.star_parts += math.ceil(weight)
        if group and weight >= 1:
            pace.minute.extend([now] * int(weight))
        return 0

    def _wait(self, now: float, pace: _ChatPace, group: bool, weight: float, paid: bool) -> float:
        pace.tokens = min(BURST, pace.tokens + max(0.0, now - pace.at))
        pace.at = now
        while self._second and self._second[0][0] <= now - 1:
            self._load -= self._second.popleft()[1]
        while pace.minute and pace.minute[0] <= now - 60:
            pace.minute.popleft()
        wait = 0.0
        need = min(weight, BURST)  # an album of ten may go from a rested chat
        if pace.tokens < need:
            wait = need - pace.tokens
        if group and weight >= 1 and len(pace.minute) + weight > PER_MINUTE:
            freed = min(len(pace.minute) - 1, int(len(pace.minute) + weight - PER_MINUTE) - 1)
            wait = max(wait, pace.minute[freed] + 60 - now)
        if self._load + weight > (PAID_PER_SECOND if paid else PER_SECOND) and self._second:
            wait = max(wait, self._second[0][0] + 1 - now)
        return wait

    def _forget(self, now: float) -> None:
        """Drop chats that are fully rested: they would be made anew just like that."""
        rested = [key for key, pace in self._chats.items() if now - pace.at > 60 and now >= pace.paused_until]
        for key in rested:
            del self._chats[key]
