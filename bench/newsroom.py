"""A newsroom's day: 200 sources and 50 channels in virtual hours, with bursts and failures; does anything grow?

    python -m bench newsroom [--hours 24] [--sources 200] [--channels 50] [--seed N] [--json]

One process watches, reads, composes and delivers; another is the newspapers and the sandbox.  Virtual time goes on in
steps of ten minutes, the work of each step in real time.  Papers publish by night and day, burst when something
happens, answer 500, cut their answers and are away; the sandbox loses answers, asks to wait and answers 502.

Prints {hours, articles, posts, held, lost, doubled, memory_start, memory_end, growth, descriptors_start,
descriptors_end, descriptors_database, descriptors_peak, descriptors, wal_peak, why_held, cpu, aims}: memory in MB
after the warm-up (a quarter of the time) and at the end, growth as a share of it; descriptors at rest, when idle
connections are closed (start, end, the database's), and all in the busiest moment; `descriptors` says what those at the
end are; wal_peak the largest size of SQLite's write-ahead log in MB; why_held what was told of posts that wait for a
person; aims which of them are met.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import multiprocessing
import os
import random
import resource
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from bench import _workload as work

STEP = timedelta(minutes=10)
SHOWN = 20
MOST_WAL = 32
"""MB: SQLite begins the file anew every 1,000 pages (4 MB) when nobody reads an older state."""
IDLE = 32.0
"""Seconds after which connections that nobody uses are closed: aiohttp looks every 15 s for those idle so long."""
MOST_DATABASE = 18
"""Descriptors of the database's files: SQLite keeps those of closed connections for the next ones (unixInodeInfo's
pUnused), so they rise to the pool's size (8 connections: file and log each, the shared index, the lock) and stay."""
WORDS = "council harbour bridge school market festival budget river station library hospital tram museum forest".split()
FAULTS: tuple[dict[str, Any], ...] = (
    {"action": "lose", "every": 97},
    {"action": "gateway", "every": 131, "status": 502},
    {"action": "error", "every": 151, "status": 500},
    {"action": "flood", "every": 173, "retry_after": 1},
    {"action": "close", "every": 113},
)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench newsroom", description=__doc__.split("\n")[0])
    parser.add_argument("--hours", type=float, default=24)
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--channels", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    logging.disable(logging.CRITICAL)
    here, there = multiprocessing.Pipe()
    outside = multiprocessing.Process(target=_outside, args=(there, options), daemon=True)
    outside.start()
    try:
        with tempfile.TemporaryDirectory(prefix="newsroom-") as folder:
            result = asyncio.run(_inside(here, options, Path(folder)))
    finally:
        outside.kill()
    aims = {name: "pass" if met else "FAIL" for name, met in _aims(result).items()}
    if options.json:
        print(json.dumps({**result, "aims": aims}))
    else:
        print("\n".join(f"{name:18} {value}" for name, value in result.items()))
        print("\n".join(f"{met}  {name}" for name, met in aims.items()))
    return 1 if "FAIL" in aims.values() else 0


def _aims(result: Mapping[str, Any]) -> dict[str, bool]:
    return {
        "nothing lost": result["lost"] == 0,
        "nothing doubled": result["doubled"] == 0,
        "memory grows by 5 % at most": result["growth"] <= 0.05,
        "descriptors are flat": result["descriptors_end"] <= result["descriptors_start"],
        "the database's descriptors are bounded": result["descriptors_database"] <= MOST_DATABASE,
        f"write-ahead log under {MOST_WAL} MB": result["wal_peak"] <= MOST_WAL,
    }


# ── the newspapers and the sandbox, in a process of their own ────────────────────────────────────────────────────


@dataclass(slots=True)
class Papers:
    """All papers: which story of which paper is out at what time, and what goes wrong."""

    start: datetime
    hours: float
    chance: random.Random
    count: int
    now: datetime = field(init=False)
    times: list[list[datetime]] = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.start
        self.times = [self._day(n) for n in range(self.count)]

    def _day(self, paper: int) -> list[datetime]:
        """Old stories, then by the clock: a few an hour by day, seldom at night, bursts now and then."""
        times = [self.start - timedelta(minutes=30 * n) for n in range(SHOWN, 0, -1)]
        at = self.start
        while at < self.start + timedelta(hours=self.hours):
            slow = 3.0 if at.hour < 6 else 1.0
            at += timedelta(minutes=self.chance.expovariate(1 / (140 * slow)))
            many = self.chance.randrange(4, 12) if self.chance.random() < 0.03 else 1
            times += [at + timedelta(seconds=20 * n) for n in range(many)]
        return sorted(times)

    def feed(self, paper: int, url: str) -> bytes:
        out = [(n, at) for n, at in enumerate(self.times[paper]) if at <= self.now][-SHOWN:]
        rows = "".join(
            f"<item><title>{headline(paper, n)}</title><link>{url}/p/{paper}/{n}</link>"
            f"<guid>{url}/p/{paper}/{n}</guid><pubDate>{format_datetime(at)}</pubDate>"
            f"<description>{headline(paper, n)}, it was said.</description></item>"
            for n, at in reversed(out)
        )
        head = f"<title>Paper {paper}</title><link>{url}/</link>"
        return f"<rss version='2.0'><channel>{head}{rows}</channel></rss>".encode()

    def trouble(self, paper: int) -> str:
        """What is wrong with a paper in this hour."""
        hour = int((self.now - self.start).total_seconds() // 3600)
        number = (paper * 31 + hour * 17) % 61
        return {0: "error", 1: "cut", 2: "away"}.get(number, "")


def headline(paper: int, n: int) -> str:
    first, second = WORDS[(paper + n) % len(WORDS)], WORDS[(paper * 3 + n * 5) % len(WORDS)]
    return f"Paper {paper} report {n}: the {first} and the {second} agree on plan {paper * 1000 + n}"


def page(paper: int, n: int, at: datetime) -> str:
    title = headline(paper, n)
    text = "".join(
        f"<p>{title} was decided on Monday after {k + 3} hours, the mayor of district {paper} said. Residents of "
        f"street {n + k} had written {paper + k} letters and were glad of the answer, a spokeswoman of the {WORDS[k]} "
        f"said.</p>"
        for k in range(5)
    )
    return (
        f"<html lang='en'><head><title>{title}</title><meta property='article:published_time' "
        f"content='{at.isoformat()}'></head><body><article><h1>{title}</h1>{text}</article></body></html>"
    )


def _outside(pipe: Any, options: argparse.Namespace) -> None:
    asyncio.run(_serve(pipe, options))


async def _serve(pipe: Any, options: argparse.Namespace) -> None:
    from aiohttp import web

    from bot.sandbox import running
    from bot.sandbox.world import World

    start = datetime.now(UTC).replace(microsecond=0)
    papers = Papers(start, options.hours, random.Random(options.seed), options.sources)
    clock = f"clock = {start:%Y-%m-%dT%H:%M:%SZ}\n"
    async with running(World.from_toml(clock + work.world_toml(options.channels))) as box:
        app = web.Application()
        app.router.add_get("/feed/{paper}", lambda request: _feed(papers, request))
        app.router.add_get("/p/{paper}/{n}", lambda request: _page(papers, request))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        for fault in FAULTS:
            box.world.faults.add({**fault, "method": "sendMessage", "times": 0})
        pipe.send((start, box.url, f"http://127.0.0.1:{runner.addresses[0][1]}"))
        loop = asyncio.get_running_loop()
        while (said := await loop.run_in_executor(None, pipe.recv)) is not None:
            await box.people.advance((said - papers.now).total_seconds())
            papers.now = said
            pipe.send(None)
        box.world.faults.clear()
        pipe.send(Counter(send.text for send in box.world.journal.sends if send.chat_id != work.OWNER))
        await asyncio.Event().wait()


async def _feed(papers: Papers, request: Any) -> Any:
    from aiohttp import web

    paper = int(request.match_info["paper"])
    body = papers.feed(paper, str(request.url.origin()))
    match papers.trouble(paper):
        case "error":
            return web.Response(status=500)
        case "cut":
            body = body[: len(body) // 2]
        case "away":
            request.transport.abort()
    tag = f'"{hash(body)}"'
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers={"ETag": tag})
    return web.Response(body=body, content_type="application/rss+xml", headers={"ETag": tag})


async def _page(papers: Papers, request: Any) -> Any:
    from aiohttp import web

    paper, n = int(request.match_info["paper"]), int(request.match_info["n"])
    if papers.trouble(paper) == "error":
        return web.Response(status=503)
    return web.Response(text=page(paper, n, papers.times[paper][n]), content_type="text/html")


# ── the bot ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def _inside(pipe: Any, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    from bot.app import make_press, opened
    from bot.articles import read
    from bot.channels.deliver import Delivery
    from bot.channels.pace import Rates
    from bot.channels.reconcile import Limits
    from bot.channels.sender import Tuning
    from bot.posts import compose
    from bot.settings import Secret, Settings
    from bot.sources import watch

    start, sandbox, site = pipe.recv()
    settings = Settings(
        token=Secret(work.TOKEN), data_dir=folder, api_base_url=sandbox, allow_private_hosts=("127.0.0.1",)
    )
    async with opened(settings) as parts:
        await _furnish(parts.db, options, site, start)
        press = make_press(settings)
        looks = Limits(gap=0.0)  # the bench's audit chat takes any pace
        tuning = Tuning(patience=2.0, refresh=0.1, settle=timedelta(seconds=0.3), looks=looks)
        rates = Rates(bot=900, chat_gap=0.001, group_count=1_000_000)
        delivery = Delivery(parts.db, parts.bot, rates=rates, tuning=tuning)
        stages: tuple[Callable[[datetime], Coroutine[Any, Any, int]], ...] = (
            lambda now: watch.once(parts.db, parts.web, now=now, parser=parts.parser),
            lambda now: read.once(parts.db, parts.web, now=now, parser=parts.parser),
            lambda now: compose.once(parts.db, press, now=now),
            delivery.once,
        )
        watched = _Watched(folder / "sharewire.db", warm=start + timedelta(hours=options.hours / 4))
        now = start
        while now < start + timedelta(hours=options.hours):
            pipe.send(now)
            await asyncio.to_thread(pipe.recv)
            for stage in stages:
                while await stage(now):
                    pass
            await watched.look(now)
            now += STEP
        while await delivery.once(now):
            pass
        await watched.rest()
        await delivery.close(now)
        pipe.send(None)
        executed: Counter[str] = await asyncio.to_thread(pipe.recv)
        counts = await _count(parts.db, executed)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = round(usage.ru_utime + usage.ru_stime, 1)
    return {"hours": options.hours, **counts, **watched.result(), "cpu": cpu}


async def _furnish(db: Any, options: argparse.Namespace, site: str, now: datetime) -> None:
    from bot.model import Source, SourceKind
    from bot.store import rules, sources

    await work.set_up(db, options.channels)
    async with db.write() as tx:
        for n in range(options.sources):
            source = Source(id=0, name=f"paper{n}", kind=SourceKind.FEED, url=f"{site}/feed/{n}")
            await sources.put(tx, source, now=now)
            to = sorted({f"c{n % options.channels}", f"c{n * 7 % options.channels}"})
            await rules.send_source_to(tx, f"paper{n}", to)


@dataclass(slots=True)
class _Watched:
    """What the process holds, looked at after each step."""

    database: Path
    warm: datetime
    memory: list[float] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)
    rests: list[Counter[str]] = field(default_factory=list)
    wal: float = 0.0

    async def look(self, now: datetime) -> None:
        wal = self.database.with_name(f"{self.database.name}-wal")
        self.wal = max(self.wal, wal.stat().st_size / 1e6 if wal.exists() else 0.0)
        if now < self.warm:
            return
        if not self.rests:
            await self.rest()
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        self.memory.append(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)
        self.descriptors.append(len(os.listdir("/proc/self/fd")))

    async def rest(self) -> None:
        """What stays open when nothing is under way."""
        await asyncio.sleep(IDLE)
        self.rests.append(Counter(_kinds()))

    def result(self) -> dict[str, Any]:
        """Over some steps at each end, since a step may end in the middle of something."""
        some = max(1, len(self.memory) // 12)
        first, last = (sum(part) / len(part) for part in (self.memory[:some], self.memory[-some:]))
        return {
            "memory_start": round(first, 1),
            "memory_end": round(last, 1),
            "growth": round(last / first - 1, 4),
            "descriptors_start": sum(n for kind, n in self.rests[0].items() if not _is_database(kind)),
            "descriptors_end": sum(n for kind, n in self.rests[-1].items() if not _is_database(kind)),
            "descriptors_database": sum(n for kind, n in self.rests[-1].items() if _is_database(kind)),
            "descriptors_peak": max(self.descriptors),
            "descriptors": dict(self.rests[-1]),
            "wal_peak": round(self.wal, 1),
        }


def _is_database(kind: str) -> bool:
    return kind.startswith("sharewire.db")


def _kinds() -> Iterator[str]:
    """What each open descriptor is: socket, pipe, or a file's name."""
    for number in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except OSError:  # the one that lists the folder
            continue
        kind, _, rest = target.partition(":")
        yield kind if rest and kind != "anon_inode" else Path(target.removeprefix("anon_inode:")).name.strip("[]")


async def _count(db: Any, executed: Counter[str]) -> dict[str, Any]:
    from sqlalchemy import func, select

    from bot.store.schema import articles, posts

    async with db.read() as tx:
        found = (await tx.execute(select(func.count()).select_from(articles))).scalar_one()
        rows = (await tx.execute(select(posts.c.state, posts.c.visible_text, posts.c.kind, posts.c.problem))).all()
    states = Counter(row.state for row in rows)
    messages = [row for row in rows if row.kind not in ("edit", "retract")]
    expected = Counter(row.visible_text for row in messages if row.state == "sent")
    maybe = Counter(row.visible_text for row in messages if row.state == "held")
    return {
        "articles": found,
        "posts": states["sent"],
        "held": states["held"],
        "lost": sum((expected - executed).values()) + states["queued"] + states["unknown"],
        "doubled": sum((executed - expected - maybe).values()),
        "why_held": dict(Counter(row.problem["cause"] for row in messages if row.state == "held")),
    }
