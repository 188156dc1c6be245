"""Numbered posts that a bench puts into the outbox, and the account of what the sandbox executed of them."""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import _workload as work

LANES = (1, 3, 4)


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the posts.

    deliveries   messages that the sandbox executed for them
    lost         posts that nobody got and no person was told of
    doubled      messages beyond the first for one post
    disordered   messages that overtook an earlier post of their channel and lane
    unknown      attempts that ended so
    unended      posts that are neither sent nor left to a person
    dropped      posts of unknown outcome that were left out by their policy, each with that reason
    """

    posts: int
    deliveries: int
    lost: int
    doubled: int
    disordered: int
    unknown: int
    held: int
    unended: int
    dropped: int


class Posts:
    """Numbered posts in channels and lanes; every 17th is an album."""

    def __init__(self, channel_ids: list[int], leaf: Path, chance: random.Random, policy: str = "reconcile") -> None:
        self._policy = policy
        self._channel_ids = channel_ids
        self._leaf = leaf
        self._chance = chance
        self.made: dict[str, tuple[int, int, int]] = {}  # text -> channel, lane, number

    def first(self) -> list[dict[str, Any]]:
        """One for each channel, so that there is an id to look from."""
        return [self._post(n, 3) for n in range(len(self._channel_ids))]

    def some(self, count: int) -> list[dict[str, Any]]:
        channels = range(len(self._channel_ids))
        return [self._post(self._chance.choice(channels), self._chance.choice(LANES)) for _ in range(count)]

    def of(self, channels: Sequence[int], count: int) -> list[dict[str, Any]]:
        """In these channels only, for a writer of their own."""
        return [self._post(self._chance.choice(channels), self._chance.choice(LANES)) for _ in range(count)]

    def _post(self, channel: int, lane: int) -> dict[str, Any]:
        number = len(self.made)
        text = f"post {number} of lane {lane} in channel {channel}"
        self.made[text] = (channel, lane, number)
        row = {
            "once_key": f"chaos:{number}",
            "lane": lane,
            "channel_id": self._channel_ids[channel],
            "chat_id": str(work.chat_id(channel)),
            "visible_text": text,
            "requests": [{"method": "sendMessage", "params": {"text": text}}],
            "weight": 1,
            "unknown_policy": self._policy,
        }
        if number % 17 == 16:
            media = [{"type": "document", "media": f"attach://d{n}"} for n in range(2)]
            media[0]["caption"] = text
            uploads = [{"name": f"d{n}", "path": str(self._leaf)} for n in range(2)]
            row |= {
                "requests": [{"method": "sendMediaGroup", "params": {"media": media}, "uploads": uploads}],
                "weight": 2,
            }
        return row


async def account(db: Any, box: Any, posts: Posts) -> Account:
    """Compare what the sandbox executed with what the outbox says."""
    states, unknown = await _outbox(db)
    times, order = _executed(box, posts)
    wrong = [text for text, state in states.items() if state not in ("sent", "held", "dropped")]
    if wrong:
        print(f"{len(wrong)} posts are neither sent nor held: {Counter(states.values())}", file=sys.stderr)
    return Account(
        posts=len(posts.made),
        deliveries=sum(times.values()),
        lost=sum(times[text] == 0 and states.get(text) not in ("held", "dropped") for text in posts.made),
        doubled=sum(count - 1 for count in times.values()),
        disordered=sum(_overtakers(numbers) for numbers in order.values()),
        unknown=unknown,
        held=sum(state == "held" for state in states.values()),
        unended=len(wrong),
        dropped=sum(state == "dropped" for state in states.values()),
    )


async def _outbox(db: Any) -> tuple[dict[str, str], int]:
    """The state of each post by its text, and the number of attempts that ended unknown."""
    from sqlalchemy import func, select

    from bot.store.schema import deliveries
    from bot.store.schema import posts as table

    async with db.read() as tx:
        rows = (await tx.execute(select(table))).all()
        told = {row.visible_text for row in rows if row.state == "cancelled" and row.problem["code"] == "SW-T502"}
        states = {row.visible_text: "dropped" if row.visible_text in told else row.state for row in rows}
        ended = ("unknown", "sent")  # one that was found is counted as sent, and keeps its error
        unclear = select(func.count()).where(deliveries.c.error.is_not(None), deliveries.c.outcome.in_(ended))
        return states, (await tx.execute(unclear)).scalar_one()


def _executed(box: Any, posts: Posts) -> tuple[Counter[str], dict[tuple[int, int], list[int]]]:
    """How often each post was executed, and the numbers of each channel and lane in the order of execution."""
    times: Counter[str] = Counter()
    order: dict[tuple[int, int], list[int]] = defaultdict(list)
    for send in box.world.journal.sends:
        if send.bot_id != work.BOT or send.chat_id == work.OWNER:
            continue
        if send.text not in posts.made:
            print(f"an unheard-of message: {send.text!r}", file=sys.stderr)
            continue
        times[send.text] += 1
        if times[send.text] == 1:
            channel, lane, number = posts.made[send.text]
            order[channel, lane].append(number)
    return times, order


def _overtakers(numbers: list[int]) -> int:
    """Messages that came before an earlier one."""
    late, smallest = 0, float("inf")
    for number in reversed(numbers):
        late += number > smallest
        smallest = min(smallest, number)
    return late
