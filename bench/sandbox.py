"""The sandbox: sendMessage a second on one core, for plain text, formatted text with a keyboard, and a channel whose
posts are forwarded to a discussion group; and whether memory stays flat over 100,000 messages.

Server and load run in processes of their own, each bound to one core where the system allows it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

WORLD = """
flood_control = false
history = 2000
journal = 2000
ledger = 2000

[bots.news]
token = "1000001:sandbox"

[users.ana]
id = 5001

[chats.plain]
id = -1001000000001
creator = "ana"
admins.news = {}

[chats.linked]
id = -1001000000002
creator = "ana"
linked = "talk"
admins.news = {}

[chats.talk]
id = -1001000000003
type = "supergroup"
creator = "ana"
members = ["news"]
"""
KEYBOARD = json.dumps(
    {
        "inline_keyboard": [
            [{"text": "Read", "url": "https://example.com/story?id=1"}],
            [{"text": "Share", "url": "https://t.me/share/url?url=x"}, {"text": "Copy", "copy_text": {"text": "x"}}],
        ]
    }
)
POST = (
    '<b><a href="https://example.com/story">City opens its first night-bus line</a></b>\n\nBuses will run every 20 '
    "minutes between the harbour and the old town, <i>officials said</i>.\n\n#transport #city"
)
SHAPES: dict[str, dict[str, str]] = {
    "plain text": {"chat_id": "-1001000000001", "text": "City opens its first night-bus line"},
    "post with keyboard": {
        "chat_id": "-1001000000001", "text": POST, "parse_mode": "HTML", "reply_markup": KEYBOARD,
    },
    "post, forwarded to a group": {"chat_id": "-1001000000002", "text": POST, "parse_mode": "HTML"},
}  # fmt: skip
MESSAGES = 5_000
AT_ONCE = 32
LONG_RUN = 100_000


def main(as_json: bool) -> int:
    rows = [_measure(name, params) for name, params in SHAPES.items()]
    memory = _memory()
    if as_json:
        print(json.dumps({"bench": "sandbox", "rows": rows, "memory": memory}))
        return 0
    print(f"{'message':28} {'per s':>8} {'per CPU s of the server':>24}")
    for row in rows:
        print(f"{row['message']:28} {row['per_second']:8.0f} {row['per_cpu_second']:24.0f}")
    print(f"memory: {memory['at_20000_mb']} MB after 20,000 messages, {memory['at_end_mb']} MB after {LONG_RUN:,}")
    return 0


def _pin(core: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[core % len(os.sched_getaffinity(0))]})


def _serve(pipe: Connection) -> None:
    """Run a sandbox; answer each message on the pipe with CPU seconds and resident megabytes."""
    _pin(0)
    from bot.sandbox import running
    from bot.sandbox.world import World

    async def run() -> None:
        async with running(World.from_toml(WORLD)) as box:
            pipe.send(box.url)
            while await asyncio.to_thread(pipe.recv) != "stop":
                pipe.send((time.process_time(), _resident_mb()))

    asyncio.run(run())


def _resident_mb() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def _load(url: str, params: dict[str, str], count: int) -> float:
    """Send; the seconds it took."""
    import aiohttp

    numbers = iter(range(count))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def worker() -> None:
            for number in numbers:
                body = {**params, "text": f"{number} {params['text']}"}
                async with session.post(f"{url}/bot1000001:sandbox/sendMessage", data=body) as response:
                    answer = await response.read()
                    assert response.status == 200, answer

        started = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
        return time.perf_counter() - started


def _with_server(work: Any) -> Any:
    context = get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=_serve, args=(there,), daemon=True)
    server.start()
    try:
        return work(here.recv(), here)
    finally:
        here.send("stop")
        server.join(10)


def _ask(pipe: Any) -> tuple[float, float]:
    pipe.send("how much")
    cpu, memory = pipe.recv()
    return cpu, memory


def _measure(name: str, params: dict[str, str]) -> dict[str, Any]:
    def work(url: str, pipe: Any) -> dict[str, Any]:
        _pin(1)
        asyncio.run(_load(url, params, 500))
        before, _ = _ask(pipe)
        seconds = asyncio.run(_load(url, params, MESSAGES))
        after, _ = _ask(pipe)
        return {
            "message": name,
            "per_second": round(MESSAGES / seconds),
            "per_cpu_second": round(MESSAGES / (after - before)),
        }

    row: dict[str, Any] = _with_server(work)
    return row


def _memory() -> dict[str, float]:
    def work(url: str, pipe: Any) -> dict[str, float]:
        asyncio.run(_load(url, SHAPES["plain text"], 20_000))
        _, first = _ask(pipe)
        asyncio.run(_load(url, SHAPES["plain text"], LONG_RUN - 20_000))
        _, last = _ask(pipe)
        return {"at_20000_mb": round(first, 1), "at_end_mb": round(last, 1)}

    memory: dict[str, float] = _with_server(work)
    return memory


if __name__ == "__main__":
    sys.exit(main(as_json="--json" in sys.argv))
