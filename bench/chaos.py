"""Chaos: sender processes killed with SIGKILL again and again against a sandbox that misbehaves.

    python -m bench chaos --kills 1000 [--database postgres | URL] [--seed N] [--json]

While senders live and die, posts are queued in several channels and lanes, albums among them; people post, delete and
pin in the same channels; the sandbox loses answers, resets, answers 500 and 502, cuts answers, is late, and asks to
wait.  At the end the sandbox's own ledger of executed sends is compared with the outbox.

Prints {kills, deliveries, lost, doubled, disordered, unknown, held}: deliveries executed by the sandbox for our posts;
lost = posts that nobody got and no person was told of; doubled = messages beyond the first for one post; disordered =
messages that overtook an earlier post of their channel and lane; unknown = attempts that ended so, every one resolved;
held = posts left to a person.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import _workload as work

CHANNELS = 5
PER_LIFE = 30
LANES = (1, 3, 4)
FAULTS: tuple[dict[str, Any], ...] = (
    {"action": "close", "every": 61},
    {"action": "reset", "every": 83},
    {"action": "lose", "every": 47},
    {"action": "lose_reset", "every": 71},
    {"action": "gateway", "every": 53, "status": 502},
    {"action": "truncate", "every": 97},
    {"action": "html", "every": 131},
    {"action": "error", "every": 67, "status": 500},
    {"action": "late", "every": 101, "seconds": 0.15},
    {"action": "slow", "every": 173, "seconds": 0.3},
    {"action": "flood", "every": 211, "retry_after": 1},
)


@dataclass(slots=True)
class Result:
    database: str
    kills: int = 0
    deliveries: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    unknown: int = 0
    held: int = 0
    posts: int = 0
    crashes: int = 0
    seconds: float = 0.0


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench chaos", description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--database", default="sqlite", help='"sqlite", "postgres", or an address')
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    logging.disable(logging.CRITICAL)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-"))
        url = options.database
        if url == "sqlite":
            url = f"sqlite:///{folder}/chaos.db"
        elif url == "postgres":
            url = stack.enter_context(work.postgres(f"{folder}/pg"))
        result = asyncio.run(run(url, kills=options.kills, seed=options.seed, folder=Path(folder)))
    print(json.dumps(asdict(result)) if options.json else result)
    return 0 if not (result.lost or result.doubled or result.disordered or result.crashes) else 1


async def run(url: str, *, kills: int, seed: int, folder: Path) -> Result:
    from bot.sandbox import running
    from bot.sandbox.world import World
    from bot.store.database import open_database

    chance = random.Random(seed)
    started = time.monotonic()
    result = Result(database=url.split(":", 1)[0], kills=kills)
    (folder / "leaf.txt").write_text("leaf")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bench._preload"])
    async with running(World.from_toml(work.world_toml(CHANNELS))) as box, open_database(url) as db:
        rows = await work.set_up(db, CHANNELS)
        job = work.Job(database=url, base_url=box.url, lasts=1.5, read=1.0)
        posts = _Posts(rows, folder / "leaf.txt", chance)
        await work.enqueue(db, posts.first())
        await _live(context, job, until_idle=True, seconds=60, result=result)
        for fault in FAULTS:
            for method in ("sendMessage", "sendMediaGroup"):
                box.world.faults.add({**fault, "method": method, "times": 0})
        box.world.faults.add({"action": "gateway", "method": "forwardMessage", "every": 41, "times": 0, "status": 502})
        people = asyncio.create_task(_people(box, chance))
        try:
            for _ in range(kills):
                await work.enqueue(db, posts.some(PER_LIFE))
                await _live(context, job, seconds=chance.uniform(0, 0.8), result=result)
        finally:
            people.cancel()
            with suppress(asyncio.CancelledError):
                await people
        box.world.faults.clear()
        await _live(context, job, until_idle=True, seconds=600, result=result)
        await _count(db, box, posts, result)
    result.seconds = round(time.monotonic() - started, 1)
    return result


async def _live(context: Any, job: work.Job, *, seconds: float, result: Result, until_idle: bool = False) -> None:
    """One life of a sender: killed `seconds` after it began to send, or (until_idle) left to finish within them."""
    life = work.Job(**{**asdict(job), "until_idle": until_idle})
    sending = context.Event()
    process = context.Process(target=work.run_sender, args=(life, sending))
    process.start()
    if seconds > 0:
        await _wait(lambda: sending.is_set() or not process.is_alive(), 30)
        await _wait(lambda: not process.is_alive(), seconds)
    finished = not process.is_alive()
    if until_idle and not finished:
        print("the last sender did not come to rest", file=sys.stderr)
    if finished and (process.exitcode != 0 or not until_idle):
        result.crashes += 1
        print(f"a sender ended by itself with {process.exitcode}", file=sys.stderr)
    process.kill()
    await asyncio.to_thread(process.join, 10)
    process.close()


async def _wait(done: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done() and (left := deadline - time.monotonic()) > 0:
        await asyncio.sleep(min(0.02, left))


class _Posts:
    """Numbered posts in channels and lanes."""

    def __init__(self, channel_ids: list[int], leaf: Path, chance: random.Random) -> None:
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


async def _people(box: Any, chance: random.Random) -> None:
    """The owner writes, deletes and pins in the same channels."""
    while True:
        await asyncio.sleep(chance.uniform(0.02, 0.2))
        channel = f"c{chance.randrange(CHANNELS)}"
        message = await box.people.send("ana", channel, f"by hand {chance.random()}")
        if chance.random() < 0.4:
            await box.people.delete("ana", channel, message["message_id"])


async def _count(db: Any, box: Any, posts: _Posts, result: Result) -> None:
    """Compare what the sandbox executed with what the outbox says."""
    from sqlalchemy import func, select

    from bot.store.schema import deliveries
    from bot.store.schema import posts as table

    async with db.read() as tx:
        states = {row.visible_text: row.state for row in (await tx.execute(select(table))).all()}
        ended = ("unknown", "sent")  # one that was found is counted as sent, and keeps its error
        unclear = select(func.count()).where(deliveries.c.error.is_not(None), deliveries.c.outcome.in_(ended))
        result.unknown = (await tx.execute(unclear)).scalar_one()
    times: Counter[str] = Counter()
    order: dict[tuple[int, int], list[int]] = defaultdict(list)
    ours = {work.chat_id(n) for n in range(CHANNELS)}
    for send in box.world.journal.sends:
        if send.chat_id not in ours:
            continue
        text = send.text
        if text not in posts.made:
            print(f"an unheard-of message: {text!r}", file=sys.stderr)
            continue
        times[text] += 1
        if times[text] == 1:
            channel, lane, number = posts.made[text]
            order[channel, lane].append(number)
    result.posts = len(posts.made)
    result.deliveries = sum(times.values())
    result.doubled = sum(count - 1 for count in times.values())
    result.held = sum(state == "held" for state in states.values())
    result.lost = sum(times[text] == 0 and states.get(text) != "held" for text in posts.made)
    result.disordered = sum(_overtakers(numbers) for numbers in order.values())
    wrong = [text for text, state in states.items() if state not in ("sent", "held")]
    if wrong:
        print(f"{len(wrong)} posts are neither sent nor held: {Counter(states.values())}", file=sys.stderr)


def _overtakers(numbers: list[int]) -> int:
    """Messages that came before an earlier one."""
    late, smallest = 0, float("inf")
    for number in reversed(numbers):
        late += number > smallest
        smallest = min(smallest, number)
    return late
