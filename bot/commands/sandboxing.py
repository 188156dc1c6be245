"""`sharewire sandbox`: the Bot API on this machine, until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Final

from bot.commands.ports import free_port
from bot.errors import Problem, UsageError
from bot.sandbox import running
from bot.sandbox.world import World

STARTER: Final = Path(__file__).parent.parent / "sandbox" / "starter.toml"


async def run_sandbox(*, host: str, port: int, world: Path | None, state: Path | None) -> int:
    made = _read_world(world)
    async with running(made, host=host, port=free_port(port, host), state_file=state) as box:
        print(f"Bot API  {box.url}/bot<TOKEN>/METHOD\nPage     {box.url}/", flush=True)
        for line in _guide(made, box.url) if world is None else ():
            print(line)
        print("Stop with Ctrl-C.", flush=True)
        await until_stopped()
    print("Stopped cleanly.")
    return 0


def _guide(world: World, url: str) -> list[str]:
    """How to begin in the starter world."""
    (bot,) = world.bots.values()
    channel = next(chat for chat in world.chats.values() if chat.kind == "channel")
    return [
        f"Token    {bot.token}   (@{bot.username}, administrator of @{channel.username})",
        f"Try      curl -d chat_id=@{channel.username} -d text=Hello {url}/bot{bot.token}/sendMessage",
        "This is the starter world; --world FILE.toml brings your own (docs/sandbox.md shows every key).",
    ]


async def until_stopped() -> None:
    """Returns at SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        await stop.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _read_world(path: Path | None) -> World:
    try:
        return World.from_toml(path or STARTER)
    except (ValueError, OSError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            Problem(
                code="SW-C30",
                title="The world file cannot be used.",
                cause=f"{cause}.".replace("..", "."),
                fix="Correct it; docs/sandbox.md shows every key.",
                where=str(path),
                meanwhile="Nothing was started.",
            )
        ) from error
