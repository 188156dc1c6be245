"""The contenders of `bench.watching`, each run in a process of its own: `_watchers.py NAME BASE COUNT FOLDER`.

Prints a JSON object of CPU seconds (the process and its children) per phase, and of the longest time that an event loop
was held up.  Imports only what its contender needs, so that peers may live in another environment."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import resource
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

PHASES = ("cold", "changed", "unchanged", "unchanged again")
Visit = Callable[[], Awaitable[None]]


def cpu() -> float:
    """CPU seconds of this process, of the children that have ended, and of those that live."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    living = [int(child) for path in Path("/proc/self/task").glob("*/children") for child in path.read_text().split()]
    ticks = sum(
        sum(map(int, Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[11:13])) for child in living
    )
    return sum(one.ru_utime + one.ru_stime for one in used) + ticks / os.sysconf("SC_CLK_TCK")


def turn(base: str, phase: int) -> None:
    with urllib.request.urlopen(f"{base}/phase/{phase}") as answer:
        answer.read()


async def phases(base: str, visit: Visit, *, blocks: bool = False) -> dict[str, Any]:
    """CPU seconds of one round of visits in each phase; the last one with a watch on the event loop."""
    found: dict[str, Any] = {}
    for number, name in enumerate(PHASES):
        turn(base, min(number, 2))
        watch = asyncio.create_task(longest_halt()) if blocks else None
        before = cpu()
        await visit()
        found[name] = cpu() - before
        if watch is not None:
            watch.cancel()
            found[f"halt {name}"] = await watch
    return found


async def longest_halt() -> float:
    """CPU seconds: the machine's other work is not the loop's."""
    longest = 0.0
    try:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0)
            longest = max(longest, time.thread_time() - before)
    except asyncio.CancelledError:
        return longest


async def sharewire(base: str, count: int, folder: str) -> dict[str, Any]:
    """The watching stage as it runs: guarded fetch, parse, store on SQLite."""
    from datetime import UTC, datetime, timedelta

    from bot.model import Source, SourceKind
    from bot.parsing import Parser
    from bot.sources import watch
    from bot.store import sources
    from bot.store.database import open_database
    from bot.web import Web

    now = datetime.now(UTC)
    async with (
        open_database(f"sqlite:///{folder}/sharewire.db") as db,
        Web(allow_private_hosts=["127.0.0.1"]) as web,
        Parser() as parser,
    ):
        async with db.write() as tx:
            for n in range(count):
                source = Source(id=0, name=f"paper{n}", kind=SourceKind.FEED, url=f"{base}/feed/{n}")
                await sources.put(tx, source, now=now)

        from bot.sources.feed import parse_feed

        parse_feed(b"<rss><channel><item><title>the parsers' imports</title></item></channel></rss>")

        gc.freeze()  # as `sharewire run` does

        async def visit() -> None:
            nonlocal now
            now += timedelta(hours=9)
            while await watch.once(db, web, now=now, parser=parser):
                pass

        return await phases(base, visit, blocks="blocks" in sys.argv)


async def reader(base: str, count: int, folder: str) -> dict[str, Any]:
    """reader (https://github.com/lemon24/reader), storing on SQLite."""
    from reader import make_reader

    store = make_reader(f"{folder}/reader.db")
    for n in range(count):
        store.add_feed(f"{base}/feed/{n}")

    async def visit() -> None:
        for _ in store.update_feeds_iter(scheduled=False):
            pass

    return await phases(base, visit)


async def feedparser(base: str, count: int, folder: str) -> dict[str, Any]:
    """The loop that everybody writes first: urllib, ETag, feedparser; nothing is stored."""
    import feedparser as library

    tags: dict[int, str] = {}

    async def visit() -> None:
        for n in range(count):
            request = urllib.request.Request(f"{base}/feed/{n}", headers={"If-None-Match": tags.get(n, "")})
            try:
                with urllib.request.urlopen(request) as answer:
                    tags[n] = answer.headers["ETag"]
                    library.parse(answer.read())
            except urllib.error.HTTPError as error:
                if error.code != 304:
                    raise

    return await phases(base, visit)


async def rsstt(base: str, count: int, folder: str) -> dict[str, Any]:
    """RSS-to-Telegram-Bot's fetch and parse (https://github.com/Rongronggg9/RSS-to-Telegram-Bot); nothing is stored."""
    os.environ |= {"TOKEN": "1:a", "MANAGER": "1", "API_ID": "1", "API_HASH": "a", "HOME": folder}
    os.chdir(folder)
    del sys.argv[1:]  # it reads the command line when it is imported
    import rsstt.env
    from rsstt.web import feed_get

    rsstt.env.loop = asyncio.get_running_loop()

    tags: dict[int, str] = {}

    async def one(n: int) -> None:
        found = await feed_get(f"{base}/feed/{n}", headers={"If-None-Match": tags.get(n, "")}, verbose=False)
        if found.error:
            raise RuntimeError(str(found.error))
        tags[n] = found.headers["ETag"]

    async def visit() -> None:
        for start in range(0, count, 32):
            await asyncio.gather(*(one(n) for n in range(start, min(start + 32, count))))

    return await phases(base, visit)


CONTENDERS = {"sharewire": sharewire, "reader": reader, "feedparser": feedparser, "rsstt": rsstt}


if __name__ == "__main__":
    result = asyncio.run(CONTENDERS[sys.argv[1]](sys.argv[2], int(sys.argv[3]), sys.argv[4]))
    print(json.dumps(result), flush=True)
    os._exit(0)  # some contenders leave pools behind that never end
