"""Flood: one hour of bursts in virtual time, against the sandbox's own enforced limits.

    python -m bench flood [--minutes 60] [--seed N] [--json]

The pacer and the lanes of the sender choose what goes when; up to 30 ms later the sandbox's `Limits`, which answer 429,
count it.  40 channels and 20 groups have news in bursts (one of them far more than Telegram takes), corrections and
breaking posts come in between, people press buttons, and alerts to readers fill whatever is left.

Prints {messages, refused, worst_second, worst_minute, used, folded, waits}: refused = 429 answers; used = the share of
28 messages a second that went out; folded = posts that waited longer than their channel's `fresh_for` (15 minutes here)
and were left to the digest; waits = seconds until a post of each lane went out, median and worst.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict, deque
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bot.channels.lanes import Lanes, Waiting
from bot.channels.pace import Pacer, Rates
from bot.model import Lane
from bot.sandbox.limits import Limits

CHATS = 60
FRESH = 900.0
JITTER = 0.03
TICK = 0.25
WEIGHTS = (*[1] * 16, 2, 3, 4, 10)
"""Messages of a post: every fifth is an album."""
AHEAD = 40
"""Alerts that the lanes hold at once, as the sender reads pages of its outbox."""


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench flood", description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    hour = _Hour(random.Random(options.seed), options.minutes * 60)
    hour.run()
    result = hour.result()
    print(json.dumps(result) if options.json else "\n".join(f"{name:14} {value}" for name, value in result.items()))
    right = not result["refused"] and result["worst_second"] <= 30 and result["worst_minute"] <= 20
    return 0 if right and result["used"] >= 0.99 else 1


@dataclass(slots=True)
class _Hour:
    chance: random.Random
    seconds: float
    pacer: Pacer = field(default_factory=Pacer)
    waiting: dict[int, deque[Waiting]] = field(default_factory=lambda: defaultdict(deque))
    sent: list[tuple[float, str, int]] = field(default_factory=list)
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    folded: int = 0
    answers: int = 0
    made: int = 0
    readers: int = 0

    def run(self) -> None:
        now = 0.0
        while now < self.seconds:
            self._news(now)
            now = self._send(now, min(now + TICK, self.seconds))

    def _news(self, now: float) -> None:
        """Each quarter of a second something may happen."""
        chance = self.chance
        if chance.random() < 0.02:  # a burst: an agency's feed, an election, a match
            chat = f"-100{chance.randrange(CHATS)}"
            for _ in range(chance.randrange(3, 25)):
                self._add(Lane.CHANNEL, chat, now, chance.choice(WEIGHTS))
        if chance.random() < 0.25:
            self._add(Lane.CHANNEL, "-1000", now)  # the channel that has more to say than Telegram takes
            self._add(Lane.CHANNEL, "-1000", now)
        if chance.random() < 0.01:
            self._add(
                chance.choice((Lane.CORRECTION, Lane.BREAKING, Lane.MANUAL)), f"-100{chance.randrange(1, CHATS)}", now
            )
        if chance.random() < 0.1:
            self._answer(now)
        while len(self.waiting[Lane.ALERT]) < AHEAD:
            self.readers += 1
            self._add(Lane.ALERT, f"9{self.readers}", now)

    def _add(self, lane: Lane, chat: str, now: float, weight: int = 1) -> None:
        self.made += 1
        self.waiting[lane].append(Waiting(lane, round(now * 1000), self.made, chat, weight))

    def _answer(self, now: float) -> None:
        at = self.pacer.answer_slot(now)
        self.pacer.take_answer(at)
        self.sent.append((at + self.chance.random() * JITTER, f"8{self.answers}", 1))
        self.waits["answers"].append(at - now)
        self.answers += 1

    def _send(self, now: float, until: float) -> float:
        lanes = Lanes()
        lanes.replace(post for lane in self.waiting.values() for post in lane)
        gone: set[int] = set()
        while (post := self._next(lanes, now)) is not None:
            if now - post.due / 1000 > FRESH and post.lane == Lane.CHANNEL:
                lanes.done(post)
                gone.add(post.id)
                self.folded += 1
                continue
            at = self.pacer.slot(post.chat, post.weight, now)
            if at >= until:
                break
            self.pacer.take(post.chat, post.weight, at)
            lanes.done(post)
            gone.add(post.id)
            self.sent.append((at + self.chance.random() * JITTER, post.chat, post.weight))
            self.waits[Lane(post.lane).name.lower()].append(at - post.due / 1000)
            now = at
        for lane, posts in self.waiting.items():
            self.waiting[lane] = deque(post for post in posts if post.id not in gone)
        return until

    def _next(self, lanes: Lanes, now: float) -> Waiting | None:
        return next((p for p in lanes.turns(()) if self.pacer.chat_slot(p.chat, p.weight, now) <= now), None)

    def result(self) -> dict[str, Any]:
        self.sent.sort()
        limits = Limits()
        refused = sum(
            limits.check(at, int(chat), group=chat.startswith("-"), weight=weight, paid=False) > 0
            for at, chat, weight in self.sent
        )
        messages = sum(weight for _, _, weight in self.sent)
        chats = {chat for _, chat, _ in self.sent if chat.startswith("-")}
        return {
            "minutes": self.seconds / 60,
            "messages": messages,
            "refused": refused,
            "worst_second": worst([(at, weight) for at, _, weight in self.sent], 1),
            "worst_minute": max(worst([(at, w) for at, to, w in self.sent if to == chat], 60) for chat in chats),
            "used": round(messages / (Rates().bot * self.seconds), 4),
            "folded": self.folded,
            "answers": self.answers,
            "waits": {
                name: {"posts": len(waits), "median": round(median(waits), 2), "worst": round(max(waits), 1)}
                for name, waits in sorted(self.waits.items())
            },
        }


def worst(sent: list[tuple[float, int]], window: float) -> int:
    """The most messages in any sliding window of that many seconds."""
    most = left = count = 0
    for at, weight in sent:
        count += weight
        while sent[left][0] <= at - window:
            count -= sent[left][1]
            left += 1
        most = max(most, count)
    return most
