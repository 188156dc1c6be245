"""Chaos: sender processes killed, frozen and started twice against a sandbox that misbehaves, databases shot down.

    python -m bench chaos [--kills N] [--freezes N] [--crashes N] [--database sqlite|postgres|URL] [--policy P]
                          [--writers N] [--births N] [--poison N] [--seed N] [--json]

--kills     SIGKILL at a random moment, again and again (100 if nothing else is asked for)
--freezes   SIGSTOP longer than the lease while a standby takes over, then SIGCONT (PostgreSQL)
--policy    what posts of unknown outcome meet: looking (reconcile), sending again, or being left out (drop)
--crashes   the PostgreSQL server itself shot down with SIGKILL and started again (only `--database postgres`)
--writers   N transactions by six processes on one SQLite file, while a seventh sends
--births    the whole line from a feed to the channel, killed N times where articles become posts
--poison    N articles among others whose rendering ends the program each time

While senders live and die, posts are queued in several channels and lanes, albums among them; people post, delete, pin
and send albums in the same channels; the sandbox loses answers, resets, answers 500 and 502, cuts answers, is late, and
asks to wait.  At the end the sandbox's own ledger of executed sends is compared with the outbox.

Prints {kills, freezes, deliveries, lost, doubled, disordered, unknown, held, …}: deliveries executed by the sandbox for
our posts; lost = posts that nobody got and no person was told of; doubled = messages beyond the first for one post;
disordered = messages that overtook an earlier post of their channel and lane; unknown = attempts that ended so, every
one resolved (unended = 0); held = posts left to a person; takeover, going_on = the longest time in seconds
from a freeze until a standby had the lease, and until its first message; resume = the same after the database's crash;
locked = transactions of writers that failed or were overwritten; torn = articles found after a kill with a decision and
no post, or the other way round; poisoned, left_out, tries = such articles, cards that name them, the most tries of one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bench import _line as line
from bench import _lines as lines
from bench import _workload as work
from bench._crowd import crowd
from bench._ledger import Posts, account

CHANNELS = 12
PER_LIFE = 30
WRITERS = 6
LEASE = 0.8
MOST_TAKEOVER = 60.0
STUCK = 90.0
"""Seconds without a message after which the last sender counts as stuck."""
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
    freezes: int = 0
    crashes: int = 0
    deliveries: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    unknown: int = 0
    held: int = 0
    unended: int = 0
    dropped: int = 0
    policy: str = "reconcile"
    posts: int = 0
    ended: int = 0  # senders that ended by themselves: a bug
    takeover: float = 0.0
    going_on: float = 0.0
    resume: float = 0.0
    writes: int = 0
    locked: int = 0
    births: int = 0
    torn: int = 0
    poisoned: int = 0
    left_out: int = 0
    tries: int = 0
    seconds: float = 0.0

    @property
    def is_right(self) -> bool:
        """A sender that was frozen in the middle of a call may leave a repeat that nothing can prevent.  Whoever asks
        for sending again gets repeats, one for each attempt of unknown outcome at most."""
        repeats = 2 * -(-self.freezes // 100)
        if self.locked or self.torn or self.left_out != self.poisoned or self.tries > 3:
            return False
        if self.policy == "resend":
            return not (self.lost or self.ended or self.unended) and self.doubled <= self.unknown
        return not (self.lost or self.disordered or self.ended or self.unended) and self.doubled <= repeats


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench chaos", description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int)
    parser.add_argument("--freezes", type=int, default=0)
    parser.add_argument("--crashes", type=int, default=0)
    parser.add_argument("--writers", type=int, default=0)
    parser.add_argument("--births", type=int, default=0)
    parser.add_argument("--poison", type=int, default=0)
    parser.add_argument("--database", default="sqlite", help='"sqlite", "postgres", or an address')
    parser.add_argument("--policy", choices=("reconcile", "resend", "drop"), default="reconcile")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    if options.kills is None:
        asked = options.freezes, options.crashes, options.writers, options.births, options.poison
        options.kills = 0 if any(asked) else 100
    if options.crashes and options.database != "postgres":
        parser.error("--crashes needs --database postgres")
    if options.freezes and options.database == "sqlite":
        parser.error("--freezes needs PostgreSQL: on SQLite a frozen sender keeps its lock and nobody takes over")
    logging.disable(logging.CRITICAL)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-"))
        url = options.database
        if url == "sqlite":
            url = f"sqlite:///{folder}/chaos.db"
        elif url == "postgres":
            url = stack.enter_context(work.postgres(f"{folder}/pg"))
        result = Result(database=url.split(":", 1)[0], policy=options.policy)
        asyncio.run(run(url, options, folder=Path(folder), result=result))
    print(json.dumps(asdict(result)) if options.json else result)
    return 0 if result.is_right else 1


async def run(url: str, options: argparse.Namespace, *, folder: Path, result: Result) -> None:
    from bot.sandbox import running
    from bot.sandbox.world import World
    from bot.store.database import open_database

    chance = random.Random(options.seed)
    started = time.monotonic()
    (folder / "leaf.txt").write_text("leaf")
    async with running(World.from_toml(work.world_toml(CHANNELS))) as box, open_database(url) as db:
        rows = await work.set_up(db, CHANNELS)
        job = work.Job(database=url, base_url=box.url, lasts=LEASE, read=1.0)
        bench = _Bench(db, box, job, Posts(rows, folder / "leaf.txt", chance, options.policy), chance, result)
        await work.enqueue(db, bench.posts.first())
        await bench.finish()
        for fault in FAULTS:
            for method in ("sendMessage", "sendMediaGroup"):
                box.world.faults.add({**fault, "method": method, "times": 0})
        box.world.faults.add({"action": "gateway", "method": "forwardMessage", "every": 41, "times": 0, "status": 502})
        async with crowd(box, CHANNELS, chance):
            await bench.kill(options.kills)
            await bench.freeze(options.freezes)
            await bench.crash(options.crashes, folder / "pg")
            await bench.write(options.writers)
        box.world.faults.clear()
        await bench.finish()
        for name, value in asdict(await account(db, box, bench.posts)).items():
            setattr(result, name, value)
        if options.births or options.poison:
            await lines.run(db, box, url, options, result, chance)
    result.seconds = round(time.monotonic() - started, 1)


class _Bench:
    """Sender processes over one outbox, and what is done to them."""

    def __init__(self, db: Any, box: Any, job: work.Job, posts: Posts, chance: random.Random, result: Result) -> None:
        self._db = db
        self._box = box
        self._job = job
        self.posts = posts
        self._chance = chance
        self._result = result
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["bench._preload"])

    async def kill(self, times: int) -> None:
        """Lives of random length, from none to most of a second of sending."""
        for _ in range(times):
            await work.enqueue(self._db, self.posts.some(PER_LIFE))
            process, sending = self._start(self._job)
            seconds = self._chance.uniform(0, 0.8)
            await _wait(lambda: sending.is_set() or not process.is_alive(), 30)  # noqa: B023
            await _wait(lambda: not process.is_alive(), seconds)  # noqa: B023
            self._bury(process, meant=True)
            self._result.kills += 1

    async def freeze(self, times: int) -> None:
        """Two senders; whichever has the lease is frozen until the other has it and a message has come."""
        if not times:
            return
        started = [self._start(self._job), self._start(self._job)]
        pair = [process for process, _ in started]
        for _ in range(times):
            await work.enqueue(self._db, self.posts.some(PER_LIFE))
            await asyncio.sleep(self._chance.uniform(0, 0.3))
            await _until(self._has_holder, 30)
            holder = await work.holder(self._db)
            leader = next(process for process in pair if str(process.pid) == holder)
            os.kill(leader.pid, signal.SIGSTOP)
            since = time.monotonic()
            await _until(lambda: self._has_holder(but=holder), MOST_TAKEOVER)  # noqa: B023
            self._result.takeover = max(self._result.takeover, round(time.monotonic() - since, 2))
            before = self._last_send()  # what the frozen one had written is executed by now
            await work.enqueue(self._db, self.posts.some(PER_LIFE))
            await _wait(lambda: self._last_send() > before, MOST_TAKEOVER)  # noqa: B023
            self._result.going_on = max(self._result.going_on, round(time.monotonic() - since, 2))
            os.kill(leader.pid, signal.SIGCONT)
            self._result.freezes += 1
        for process in pair:
            self._bury(process, meant=True)

    async def _has_holder(self, but: str = "") -> bool:
        return await work.holder(self._db) not in ("", but)

    async def crash(self, times: int, pgdata: Path) -> None:
        """The database is shot down under a sender that has to go on by itself."""
        if not times:
            return
        process, sending = self._start(self._job)
        await _wait(sending.is_set, 30)
        for _ in range(times):
            await work.enqueue(self._db, self.posts.some(PER_LIFE))
            await asyncio.sleep(self._chance.uniform(0, 0.4))
            await asyncio.to_thread(work.shoot_postgres, pgdata)
            await asyncio.to_thread(work.start_postgres, pgdata)
            since, before = time.monotonic(), self._last_send()
            await _again(self._db)
            await work.enqueue(self._db, self.posts.some(PER_LIFE))
            await _wait(lambda: self._last_send() > before, 60)  # noqa: B023
            self._result.resume = max(self._result.resume, round(time.monotonic() - since, 2))
            self._result.crashes += 1
        self._bury(process, meant=True)

    async def write(self, times: int) -> None:
        """Six processes write to one file, each into channels of its own, while another sends."""
        if not times:
            return
        sender, sending = self._start(self._job)
        await _wait(sending.is_set, 30)
        failed = self._context.Value("i", 0)
        shares = [times // WRITERS + (n < times % WRITERS) for n in range(WRITERS)]
        rows = [self.posts.of(range(n, CHANNELS, WRITERS), share) for n, share in enumerate(shares)]
        writers = [
            self._context.Process(target=line.run_writer, args=(self._job.database, each, failed)) for each in rows
        ]
        for writer in writers:
            writer.start()
        await line.joined(writers, 60 + times / 5)
        self._result.writes = times
        self._result.locked = failed.value + times - await line.written(self._db)
        self._result.ended += sum(writer.exitcode != 0 for writer in writers)
        self._bury(sender, meant=True)

    async def finish(self) -> None:
        """A last sender that works until nothing is left."""
        process, _ = self._start(replace(self._job, until_idle=True))
        before = -1
        while process.is_alive() and before != self._last_send():
            before = self._last_send()
            await _wait(lambda: not process.is_alive() or self._last_send() != before, STUCK)  # noqa: B023
        if process.is_alive():
            print("the last sender did not come to rest", file=sys.stderr)
        self._bury(process, meant=False)

    def _last_send(self) -> int:
        """The number of the newest request of ours that the sandbox executed."""
        sends = reversed(self._box.world.journal.sends)
        return next((send.request for send in sends if send.bot_id == work.BOT), 0)

    def _start(self, job: work.Job) -> tuple[Any, Any]:
        sending = self._context.Event()
        process = self._context.Process(target=work.run_sender, args=(job, sending))
        process.start()
        return process, sending

    def _bury(self, process: Any, *, meant: bool) -> None:
        """Kill it; one that ended before that by itself should not have, unless it was done (code 0)."""
        if not process.is_alive() and (process.exitcode != 0 or meant):
            self._result.ended += 1
            print(f"a sender ended by itself with {process.exitcode}", file=sys.stderr)
        process.kill()
        process.join(10)
        process.close()


async def _again(db: Any) -> None:
    """Our own connections died with the server; the pool notices when it is asked."""
    for _ in range(50):
        try:
            async with db.read() as tx:
                await tx.exec_driver_sql("SELECT 1")
                return
        except Exception:  # until a living connection is found
            await asyncio.sleep(0.1)


async def _until(done: Callable[[], Awaitable[bool]], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not await done() and time.monotonic() < deadline:
        await asyncio.sleep(0.02)


async def _wait(done: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done() and (left := deadline - time.monotonic()) > 0:
        await asyncio.sleep(min(0.02, left))
