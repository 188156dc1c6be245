"""Sending: messages a second and CPU seconds per 1,000, ours from the durable outbox beside the libraries' bare calls.

    python -m bench sending [--messages N | --seconds S] [--contenders NAME,…] [--json]

Every contender runs in its own process on one core; the sandbox answers from the other.  Ours finds its messages in
the outbox (a broadcast: all are queued before the first is sent), claims, commits intent and outcome of every message,
keeps the paid pace of 1,000 a second and one message a chat at a time; the libraries send 32 at once from memory and
remember nothing, and `aiohttp` is its client alone, the floor of whatever is built on it.  `--seconds` holds the paid
pace for so long instead of a fixed number of messages (ours only).  CPU is that of the contender's process; the
sandbox's and the database server's (filling the outbox included) stand beside.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import multiprocessing
import os
import resource
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import _workload as work

READERS = 3_000
AT_ONCE = 32
RATE = 1_000.0
HELD = 0.99
"""The part of the pace that must be used for it to count as held."""
LIBRARIES = 3_000
"""Messages of the libraries, at most: they have no pace to hold."""
CONTENDERS = ("ours-sqlite", "ours-postgres", "aiohttp", "aiogram", "ptb")
TEXT = "<b>Night buses from Monday</b>\n\nThe city opens its first night-bus line. It runs every half hour. #transport"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench sending")
    parser.add_argument("--messages", type=int, default=6_000)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--contenders", default=",".join(CONTENDERS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    messages = round(options.seconds * RATE) if options.seconds else options.messages
    rows = []
    for name in options.contenders.split(","):
        rows.append(_measure(name, messages if name.startswith("ours") else min(messages, LIBRARIES)))
        if not options.json:
            _print(rows[-1], header=len(rows) == 1)
    verdict = _verdict(rows)
    if options.json:
        print(json.dumps({"bench": "sending", "rows": rows, "verdict": verdict}))
    else:
        print("\n".join(verdict))
    return 0


def _print(row: dict[str, Any], *, header: bool) -> None:
    if header:
        print(
            f"{'contender':13} {'messages':>8} {'a second':>8} {'slowest':>8} {'CPU s per 1,000':>16} "
            f"{'sandbox':>8} {'database':>8}"
        )
    print(
        f"{row['contender']:13} {row['messages']:8} {row['per_second']:8.0f} {row['slowest_second'] or '–':>8} "
        f"{row['cpu_per_1000']:16.3f} {row['sandbox_cpu_per_1000']:8.3f} {row['database_cpu_per_1000']:8.3f}",
        flush=True,
    )


def _verdict(rows: list[dict[str, Any]]) -> list[str]:
    """What the figures say: was the pace held, and what does a message cost beside the libraries' bare calls."""
    cost = {row["contender"]: row["cpu_per_1000"] for row in rows}
    lines = []
    for row in rows:
        name = row["contender"]
        if not name.startswith("ours"):
            continue
        held = "held" if row["per_second"] >= HELD * RATE else "NOT held"
        beside = [f"{cost[name] / cost[peer]:.2f} x {peer}" for peer in ("aiohttp", "aiogram", "ptb") if peer in cost]
        lines.append(
            f"{name}: {RATE:,.0f} a second {held} for {row['seconds']:.0f} s "
            f"({row['per_second']:,.0f} a second, slowest second {row['slowest_second']:,}) "
            f"at {' = '.join([f'{cost[name]:.3f} CPU s per 1,000', *beside])}"
        )
    return lines


def _measure(name: str, messages: int) -> dict[str, Any]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bench._preload"])
    here, there = context.Pipe()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sending-"))
        sandbox = context.Process(target=_sandbox, args=(there,), daemon=True)
        sandbox.start()
        stack.callback(sandbox.kill)
        url = here.recv()
        database, server = f"sqlite:///{folder}/sending.db", None
        if name == "ours-postgres":
            database = stack.enter_context(work.postgres(f"{folder}/pg"))
            server = Path(folder, "pg")
        idle = _cpu_of(sandbox.pid), _cpu_of_postgres(server)
        contender = context.Process(target=_contend, args=(name, url, database, messages, there))
        contender.start()
        stack.callback(contender.kill)
        result: Result = here.recv()
        busy = _cpu_of(sandbox.pid), _cpu_of_postgres(server)
        contender.join(30)
    thousands = result.sent / 1000
    return {
        "contender": name,
        "messages": result.sent,
        "seconds": round(result.wall, 2),
        "per_second": round(result.sent / result.wall, 1),
        "slowest_second": result.slowest_second,
        "cpu_per_1000": round(result.cpu / thousands, 4),
        "sandbox_cpu_per_1000": round((busy[0] - idle[0]) / thousands, 4),
        "database_cpu_per_1000": round((busy[1] - idle[1]) / thousands, 4),
    }


def _cpu_of(pid: int | None) -> float:
    import psutil

    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:  # ended meanwhile: its parent counts it
        return 0.0
    return float(times.user + times.system)


def _cpu_of_postgres(folder: Path | None) -> float:
    """CPU seconds of a database server with all its processes (filling the outbox included)."""
    if folder is None:
        return 0.0
    import psutil

    postmaster = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
    ended = postmaster.cpu_times()  # of processes that served a connection which is closed by now
    living = sum(_cpu_of(process.pid) for process in (postmaster, *postmaster.children(recursive=True)))
    return living + float(ended.children_user + ended.children_system)


def _sandbox(pipe: Any) -> None:
    _core(1)
    asyncio.run(_serve(pipe))


async def _serve(pipe: Any) -> None:
    from bot.sandbox import running
    from bot.sandbox.world import World

    async with running(World.from_toml(work.world_toml(1, readers=READERS))) as box:
        pipe.send(box.url)
        await asyncio.Event().wait()


def _core(number: int) -> None:
    with suppress(OSError, AttributeError):
        os.sched_setaffinity(0, {number % (os.cpu_count() or 1)})


@dataclass(frozen=True, slots=True)
class Result:
    """What a contender did: wall and CPU seconds of its own process, messages, and the fewest of them that one whole
    second saw (ours; from the ledger's own times)."""

    wall: float
    cpu: float
    sent: int
    slowest_second: int | None = None


def _contend(name: str, url: str, database: str, messages: int, pipe: Any) -> None:
    _core(0)
    runs = {"ptb": _ptb, "aiogram": _aiogram, "aiohttp": _aiohttp}
    pipe.send(asyncio.run(runs[name](url, messages) if name in runs else _ours(url, database, messages)))


def _chat(n: int) -> int:
    return 100_000 + n % READERS


def _clocks() -> tuple[float, float]:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return time.monotonic(), usage.ru_utime + usage.ru_stime


async def _ours(url: str, database: str, messages: int) -> Result:
    from datetime import UTC, datetime

    from bot.channels.deliver import Delivery
    from bot.channels.pace import Rates
    from bot.channels.telegram import Telegram
    from bot.commands.serving import collect_seldom
    from bot.store.database import open_database

    request = [{"method": "sendMessage", "params": {"text": TEXT, "parse_mode": "HTML"}}]
    async with (
        open_database(database) as db,
        Telegram(work.TOKEN, base_url=url, connections=512, rates=Rates(bot=RATE)) as telegram,
    ):
        for start in range(0, messages, 5_000):
            rows = [
                {"once_key": f"s:{n}", "lane": 4, "chat_id": str(_chat(n)), "visible_text": TEXT, "requests": request}
                for n in range(start, min(messages, start + 5_000))
            ]
            await work.enqueue(db, rows)
        delivery = Delivery(db, telegram)
        await delivery.open(datetime.now(UTC))
        collect_seldom()  # as `sharewire run` does
        wall, cpu = _clocks()
        sent = 0
        while sent < messages:
            sent += await delivery.once(datetime.now(UTC))
        wall, cpu = (after - before for after, before in zip(_clocks(), (wall, cpu), strict=True))
        await delivery.close(datetime.now(UTC))
        seconds = await _seconds(db)
    assert sum(seconds) == messages, "the outbox does not say that everything was sent"
    return Result(wall, cpu, sent, min(seconds[1:-1], default=None))


async def _seconds(db: Any) -> list[int]:
    """Posts recorded as sent, by the second of their answer."""
    from sqlalchemy import select

    from bot.store.schema import posts

    async with db.read() as tx:
        moments = (await tx.execute(select(posts.c.sent_at).where(posts.c.state == "sent"))).scalars()
        counted = Counter(int(moment.timestamp()) for moment in moments)
    return [counted[second] for second in range(min(counted), max(counted) + 1)]


async def _ptb(url: str, messages: int) -> Result:
    """python-telegram-bot as shipped: `Bot.send_message` over httpx."""
    from telegram import Bot
    from telegram.request import HTTPXRequest

    bot = Bot(work.TOKEN, base_url=f"{url}/bot", request=HTTPXRequest(connection_pool_size=AT_ONCE, pool_timeout=30))
    async with bot:
        return await _timed(lambda n: bot.send_message(_chat(n), TEXT, parse_mode="HTML"), messages)


async def _aiogram(url: str, messages: int) -> Result:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(url), limit=AT_ONCE)
    bot = Bot(work.TOKEN, session=session)
    try:
        return await _timed(lambda n: bot.send_message(_chat(n), TEXT, parse_mode="HTML"), messages)
    finally:
        await session.close()


async def _aiohttp(url: str, messages: int) -> Result:
    """Nothing but aiohttp's client: a JSON body out, a JSON answer in."""
    import aiohttp

    limits = aiohttp.ClientTimeout(total=None, connect=15, sock_connect=10, sock_read=20)
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def send(n: int) -> None:
            params = {"chat_id": _chat(n), "text": TEXT, "parse_mode": "HTML"}
            async with session.post(f"{url}/bot{work.TOKEN}/sendMessage", json=params, timeout=limits) as response:
                assert (await response.json())["ok"]

        return await _timed(send, messages)


async def _timed(send: Any, messages: int) -> Result:
    numbers = iter(range(messages))

    async def worker() -> None:
        for n in numbers:
            await send(n)

    await send(0)
    gc.freeze()
    wall, cpu = _clocks()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    wall, cpu = (after - before for after, before in zip(_clocks(), (wall, cpu), strict=True))
    return Result(wall, cpu, messages)
