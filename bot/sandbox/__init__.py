"""A local Telegram: the Bot API over HTTP as Telegram speaks it, and a door for the people in it.

`async with running(World.from_toml(path)) as box:` gives any Bot API client `box.url`; `box.people` acts as people.
Imports nothing from the rest of the program, so it serves any other bot as well (docs/sandbox.md).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.people import People
    from bot.sandbox.server import Server
    from bot.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Box:
    """A running sandbox.  `url` is its root, `base_url` what python-telegram-bot takes (the token is appended)."""

    url: str
    port: int
    world: World
    people: People
    server: Server

    @property
    def base_url(self) -> str:
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.url}/file/bot"


@asynccontextmanager
async def running(
    world: World, port: int = 0, host: str = "127.0.0.1", *, state_file: str | Path | None = None
) -> AsyncIterator[Box]:
    """Run a sandbox inside this event loop; port 0 takes a free one.

    Raises `OSError` if the port is taken, `StateError` if the state file cannot be used.
    """
    from bot.sandbox.people import People
    from bot.sandbox.server import Server, start

    server = Server(world, state_file)
    runner, real_port = await start(server, host, port)
    url = f"http://{host}:{real_port}"
    people = People(url)
    try:
        yield Box(url, real_port, world, people, server)
    finally:
        await people.close()
        await runner.cleanup()
