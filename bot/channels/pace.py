"""How fast we may speak: Telegram's flood limits as a pure object in virtual time.

Times are monotonic seconds that the caller gives, so a jump of the wall clock changes nothing; pauses leave and enter
as seconds left.  `slot` answers when a message may go, `take` books it.  Rates are kept by GCRA (the generic cell rate
algorithm, ITU-T I.371): one number a bucket, no timer, no burst after a halt.  Two windows are kept exactly, by the
times of the last messages: the minute of a group or channel, so that a short burst goes out at one a second and no
60 seconds hold more than 20; and the second of the bot, which albums would overfill.

Limits: Telegram's bot FAQ ("My bot is hitting limits"): 1 a second in a chat, 20 a minute in a group (field reports say
channels too), about 30 a second in all; each item of an album counts.  With paid broadcast up to 1,000 a second
(https://core.telegram.org/bots/api#paid-broadcasts).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

WHOLE_BOT: Final = ""
"""The key of a pause that holds every chat."""
FREE_LIMIT: Final = 30.0
PAID_LIMIT: Final = 1_000.0
STORM_SECONDS: Final = 10.0
"""Refusals of two different chats within this time are a limit of the bot, not of a chat."""
RECOVERY: Final = 0.1
"""A pace that was halved comes back by this many messages a second each second."""
CREDIT: Final = 0.3
"""Seconds of unused pace that may be caught up (after an album had to wait); the window bounds the second anyway."""
MANY: Final = 20_000
"""Chats remembered before idle ones are forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What may go out.

    bot           messages a second in all; 28 leaves room for jitter below Telegram's 30
    chat_gap      seconds between two messages of one chat
    group_count   messages of one group or channel in any `group_window` seconds (60 and one for jitter)
    """

    bot: float = 28.0
    chat_gap: float = 1.05
    group_count: int = 20
    group_window: float = 61.0

    def __post_init__(self) -> None:
        if not 0 < self.bot <= PAID_LIMIT:
            raise ValueError(f"a pace of {self.bot} messages a second is not between 0 and {PAID_LIMIT:.0f}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A halt asked for by Telegram: of one chat, or of the whole bot (`chat` is "")."""

    chat: str
    seconds: float
    reason: str


@dataclass(slots=True)
class _Chat:
    free_at: float = 0.0
    paused_until: float = 0.0
    recent: deque[float] = field(default_factory=deque)  # times of the last messages of a group or channel


class _Window:
    """At most `limit` messages in any `seconds` (a little more than the window meant, for jitter)."""

    def __init__(self, *, seconds: float, limit: int) -> None:
        self._seconds = seconds
        self._limit = limit
        self._recent: deque[tuple[float, int]] = deque()
        self._count = 0

    def fits_at(self, weight: int) -> float:
        """The earliest time at which so many more fit; in the past if they fit now."""
        over, earliest = self._count + weight - self._limit, float("-inf")
        for at, messages in self._recent:
            if over <= 0:
                break
            over -= messages
            earliest = at + self._seconds
        return earliest

    def add(self, at: float, weight: int) -> None:
        self._recent.append((at, weight))
        self._count += weight
        while self._recent[0][0] <= at - self._seconds:
            self._count -= self._recent.popleft()[1]


class Pacer:
    """The state of all buckets of one bot."""

    def __init__(self, rates: Rates | None = None, *, most: int = MANY) -> None:
        self._rates = rates or Rates()
        self._most = most
        self._chats: dict[str, _Chat] = {}
        self._names: dict[str, str] = {}
        self._free_at = float("-inf")
        self._answers_free_at = float("-inf")
        free = self._rates.bot <= FREE_LIMIT
        self._second = _Window(
            seconds=1.05 if free else 1.0,
            limit=int(min(self._rates.bot + 2, FREE_LIMIT)) if free else int(self._rates.bot),
        )
        self._paused_until = float("-inf")
        self._refused: deque[tuple[float, str, float]] = deque()  # when, chat, until
        self._halved: tuple[float, float] | None = None  # the rate after a storm, and since when it may rise

    @property
    def rates(self) -> Rates:
        """As configured."""
        return self._rates

    def rate(self, now: float) -> float:
        """Messages a second at this moment: as configured, or on its way back after a storm of refusals."""
        if self._halved is None:
            return self._rates.bot
        low, since = self._halved
        rate = low + max(0.0, now - since) * RECOVERY
        if rate >= self._rates.bot:
            self._halved = None
            return self._rates.bot
        return rate

    def same_chat(self, name: str, chat: str) -> None:
        """`@name` and the numeric id are one chat, and one bucket."""
        self._names[name] = chat

    def chat_slot(self, chat: str, weight: int, now: float) -> float:
        """The earliest time this chat allows `weight` messages, never before `now`."""
        state = self._chats.get(self._names.get(chat, chat))
        if state is None:
            return now
        at = max(now, state.free_at, state.paused_until)
        over = len(state.recent) + weight - self._rates.group_count
        if over > 0 and state.recent:
            at = max(at, state.recent[min(over, len(state.recent)) - 1] + self._rates.group_window)
        return at

    def bot_slot(self, weight: int, now: float) -> float:
        """The earliest time the whole bot allows `weight` messages: an album waits until all its items fit."""
        interval = 1.0 / self.rate(now)
        at = max(now, self._paused_until, self._free_at - _slack(interval))
        return max(at, self._second.fits_at(weight))

    def slot(self, chat: str, weight: int, now: float) -> float:
        """The earliest time both allow it."""
        return self.bot_slot(weight, self.chat_slot(chat, weight, now))

    def take(self, chat: str, weight: int, at: float) -> None:
        """Book `weight` messages to this chat at `at` (a time that `slot` gave)."""
        chat = self._names.get(chat, chat)
        state = self._chats.get(chat)
        if state is None:
            self._forget_idle(at)
            state = self._chats[chat] = _Chat()
        state.free_at = max(state.free_at, at) + weight * self._rates.chat_gap
        if chat.startswith(("-", "@")):
            state.recent.extend([at] * weight)
            while len(state.recent) > self._rates.group_count:
                state.recent.popleft()
        self._free_at = max(self._free_at, at - CREDIT) + weight / self.rate(at)
        self._second.add(at, weight)

    def answer_slot(self, now: float) -> float:
        """When an answer to a person may go: one interval ahead of posts, and at most half of the pace."""
        interval = 1.0 / self.rate(now)
        at = max(now, self._paused_until, self._free_at - interval, self._answers_free_at)
        return max(at, self._second.fits_at(1))

    def take_answer(self, at: float) -> None:
        interval = 1.0 / self.rate(at)
        self._answers_free_at = max(self._answers_free_at, at) + 2 * interval
        self._free_at = max(self._free_at, at) + interval
        self._second.add(at, 1)

    def refused(self, chat: str, seconds: float, now: float) -> tuple[Pause, ...]:
        """Telegram said 429: that chat waits; if another chat was refused just now, the whole bot does, at half the
        pace afterwards.  Gives the pauses to be remembered."""
        chat = self._names.get(chat, chat)
        until = now + seconds
        self._pause_chat(chat, until)
        while self._refused and self._refused[0][0] < now - STORM_SECONDS:
            self._refused.popleft()
        self._refused.append((now, chat, until))
        pauses = [Pause(chat=chat, seconds=seconds, reason="Telegram asked this chat to wait")]
        if len({name for _, name, _ in self._refused}) > 1:
            pauses.append(self._pause_bot(max(end for _, _, end in self._refused), now))
        return tuple(pauses)

    def hold(self, chat: str, seconds: float, now: float) -> None:
        """Nothing to this chat (or to any, with `WHOLE_BOT`) for so long: a retry, or an unreachable Telegram."""
        if chat == WHOLE_BOT:
            self._paused_until = max(self._paused_until, now + seconds)
        else:
            self._pause_chat(self._names.get(chat, chat), now + seconds)

    def restore(self, pauses: Iterable[Pause], now: float) -> None:
        """Pauses that an earlier run left behind."""
        for pause in pauses:
            self.hold(pause.chat, pause.seconds, now)

    def recall(self, sent: Iterable[tuple[str, int, float]], now: float) -> None:
        """What an earlier run sent in the last minute: (chat, weight, seconds ago), oldest first."""
        for chat, weight, ago in sent:
            self.take(chat, weight, now - ago)

    def _pause_chat(self, chat: str, until: float) -> None:
        state = self._chats.setdefault(chat, _Chat())
        state.paused_until = max(state.paused_until, until)

    def _pause_bot(self, until: float, now: float) -> Pause:
        if until > self._paused_until:
            self._halved = (max(1.0, self.rate(now) / 2), until)
            self._paused_until = until
        return Pause(chat=WHOLE_BOT, seconds=until - now, reason="Telegram asked the bot to wait")

    def _forget_idle(self, now: float) -> None:
        if len(self._chats) < self._most:
            return
        for name, state in list(self._chats.items()):
            quiet = not state.recent or state.recent[-1] + self._rates.group_window <= now
            if quiet and state.free_at <= now and state.paused_until <= now:
                del self._chats[name]


def _slack(interval: float) -> float:
    """How far posts may run ahead of an even beat.  Not at all at Telegram's free pace; at the paid pace the timer's
    grain (10 ms) would cost rate otherwise."""
    return 0.01 if interval < 0.01 else 0.0


def on_the_beat(at: float, grain: float) -> float:
    """The first multiple of `grain` seconds that is not before `at`; `at` itself where the grain is 0."""
    return math.ceil(at / grain) * grain if grain else at


def seconds_for(messages: int, rate: float) -> float:
    """How long so many messages take at this rate, for "about 2 hours" beside a broadcast's button."""
    return messages / rate
