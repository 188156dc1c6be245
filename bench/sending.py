"""Sending: messages a second and CPU seconds per 1,000, ours from the durable outbox beside the libraries' bare calls.

    python -m bench sending [--messages N | --seconds S] [--contenders ours-sqlite,ours-postgres,ptb,aiogram] [--json]

Every contender runs in its own process on one core; the sandbox answers from the other.  Ours claims, commits intent
and outcome of every message, keeps the paid pace of 1,000 a second and one message a chat at a time; the libraries
send 32 at once from memory and remember nothing.  `--seconds` holds the paid pace for so long instead of a fixed
number of messages (ours only).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import tempfile
import time
from contextlib import ExitStack, suppress
from typing import Any

from bench import _workload as work

READERS = 3_000
AT_ONCE = 32
RATE = 1_000.0
CONTENDERS = ("ours-sqlite", "ours-postgres", "aiogram", "ptb")
TEXT = "<b>Night buses from Monday</b>\n\nThe city opens its first night-bus line. It runs every half hour. #transport"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench sending")
    parser.add_argument("--messages", type=int, default=6_000)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--contenders", default=",".join(CONTENDERS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    wanted = options.contenders.split(",")
    messages = round(options.seconds * RATE) if options.seconds else options.messages
    rows = [_measure(name, messages if name.startswith("ours") else min(messages, 3_000)) for name in wanted]
    ours = next((row["cpu_per_1000"] for row in rows if row["contender"].startswith("ours")), None)
    for row in rows:
        row["ratio"] = round(row["cpu_per_1000"] / ours, 2) if ours else None
    if options.json:
        print(json.dumps({"bench": "sending", "rows": rows}))
    else:
        print(f"{'contender':14} {'messages':>9} {'per second':>11} {'CPU s per 1,000':>16} {'ratio':>6}")
        for row in rows:
            print(
                f"{row['contender']:14} {row['messages']:9} {row['per_second']:11.0f} {row['cpu_per_1000']:16.3f} "
                f"{row['ratio'] or 0:6.2f}"
            )
    return 0


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
        database = f"sqlite:///{folder}/sending.db"
        if name == "ours-postgres":
            database = stack.enter_context(work.postgres(f"{folder}/pg"))
        contender = context.Process(target=_contend, args=(name, url, database, messages, there))
        contender.start()
        stack.callback(contender.kill)
        wall, cpu, sent = here.recv()
        contender.join(30)
        here.send("count")
    return {
        "contender": name,
        "messages": sent,
        "seconds": round(wall, 2),
        "per_second": round(sent / wall, 1),
        "cpu_per_1000": round(cpu / sent * 1000, 4),
    }


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


def _contend(name: str, url: str, database: str, messages: int, pipe: Any) -> None:
    _core(0)
    runs = {"ptb": _ptb, "aiogram": _aiogram}
    pipe.send(asyncio.run(runs[name](url, messages) if name in runs else _ours(url, database, messages)))


def _chat(n: int) -> int:
    return 100_000 + n % READERS


def _clocks() -> tuple[float, float]:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return time.monotonic(), usage.ru_utime + usage.ru_stime


async def _ours(url: str, database: str, messages: int) -> tuple[float, float, int]:
    from datetime import UTC, datetime

    from bot.channels.deliver import Delivery
    from bot.channels.pace import Rates
    from bot.channels.telegram import Telegram
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
        wall, cpu = _clocks()
        sent = 0
        while sent < messages:
            sent += await delivery.once(datetime.now(UTC))
        wall, cpu = (after - before for after, before in zip(_clocks(), (wall, cpu), strict=True))
        await delivery.close(datetime.now(UTC))
    return wall, cpu, sent


async def _ptb(url: str, messages: int) -> tuple[float, float, int]:
    """python-telegram-bot as shipped: `Bot.send_message` over httpx."""
    from telegram import Bot
    from telegram.request import HTTPXRequest

    bot = Bot(work.TOKEN, base_url=f"{url}/bot", request=HTTPXRequest(connection_pool_size=AT_ONCE, pool_timeout=30))
    async with bot:
        return await _timed(lambda n: bot.send_message(_chat(n), TEXT, parse_mode="HTML"), messages)


async def _aiogram(url: str, messages: int) -> tuple[float, float, int]:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(url), limit=AT_ONCE)
    bot = Bot(work.TOKEN, session=session)
    try:
        return await _timed(lambda n: bot.send_message(_chat(n), TEXT, parse_mode="HTML"), messages)
    finally:
        await session.close()


async def _timed(send: Any, messages: int) -> tuple[float, float, int]:
    numbers = iter(range(messages))

    async def worker() -> None:
        for n in numbers:
            await send(n)

    await send(0)
    wall, cpu = _clocks()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    wall, cpu = (after - before for after, before in zip(_clocks(), (wall, cpu), strict=True))
    return wall, cpu, messages
