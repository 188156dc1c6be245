"""`bench.chaos --births` and `--poison`: processes of the whole line (`bench._line`), killed or killing themselves."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import time
from typing import Any

from bench import _line as line

A_LIFE = 4
"""Stories that come out before each kill."""
STEP = 31.0
"""Seconds that the clock goes ahead from one death to the next, so that no other program can still be at it."""
MOST = 60.0


async def run(db: Any, box: Any, url: str, options: Any, result: Any, chance: random.Random) -> None:
    paper = line.Paper()
    async with paper.printed():
        await line.furnish(db, paper)
        paper.add(1)
        house = _House(url, box.url)
        assert await house.live(until_idle=True) == 0, "what was there before is never posted"
        old = len(paper.titles)
        await _births(db, paper, house, options.births, result, chance)
        await _poison(db, paper, house, options.poison, result, chance)
        if not options.poison:  # else the last of those lives has ended so
            result.ended += await house.live(until_idle=True) != 0
        result.torn += await line.torn(db)
        result.left_out = await line.left_out(db)
        times = line.printed(box, paper)
    wanted = [title for title in paper.titles[old:] if not title.startswith(line.POISON)]
    result.posts += len(wanted)
    result.deliveries += sum(times.values())
    result.lost += sum(times[title] == 0 for title in wanted)
    result.doubled += sum(times[title] - 1 for title in wanted if times[title])
    result.doubled += sum(count for title, count in times.items() if title not in wanted)


async def _births(db: Any, paper: Any, house: _House, kills: int, result: Any, chance: random.Random) -> None:
    """Killed a moment after articles are about to become posts, or anywhere."""
    for number in range(kills):
        paper.add(A_LIFE)
        seconds = chance.uniform(0, 0.06 if number % 3 else 0.5)
        await house.live(killed_after=seconds)
        result.births += 1
        result.torn += await line.torn(db)


async def _poison(db: Any, paper: Any, house: _House, count: int, result: Any, chance: random.Random) -> None:
    """Poison among other stories; the program is started again each time it dies."""
    if not count:
        return
    for _ in range(count):
        before = chance.randint(0, 2)
        paper.add(before)
        paper.add(1, word=line.POISON)
        paper.add(2 - before)
    result.poisoned = count
    for _ in range(1 + 3 * count):
        if await house.live(until_idle=True) == 0:
            return
        result.tries = max(result.tries, await line.most_tries(db))
    result.ended += 1


class _House:
    """One process after another."""

    def __init__(self, url: str, base_url: str) -> None:
        self._url, self._base_url = url, base_url
        self._lives = 0
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["bench._preload"])

    async def live(self, *, until_idle: bool = False, killed_after: float = 0.0) -> int:
        """A life until it is idle or dies, or is killed so many seconds after it began to compose; its exit code.

        The clock goes ahead with each, so that what a dead one had taken is given back by itself."""
        self._lives += 1
        ahead = STEP * self._lives if not until_idle else STEP * self._lives + 300
        job = line.Line(database=self._url, base_url=self._base_url, ahead=ahead, until_idle=until_idle)
        composing = self._context.Event()
        process = self._context.Process(target=line.run_line, args=(job, composing))
        process.start()
        deadline = time.monotonic() + MOST
        while process.is_alive() and time.monotonic() < deadline and (until_idle or not composing.is_set()):
            await asyncio.sleep(0.005)
        if not until_idle:
            await asyncio.sleep(killed_after)
        process.kill()
        process.join(10)
        return int(process.exitcode or 0)
