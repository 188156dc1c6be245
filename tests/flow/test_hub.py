"""A hub pushes: what it brings is in the channel within a second, and what is not signed is not believed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.app import App, opened
from bot.commands.ports import free_port
from bot.sandbox import Box
from bot.settings import Secret, Settings
from tests.flow.conftest import House, Paper, furnish


@dataclass
class Hub:
    """A WebSub hub on loopback: it verifies each subscription and can push."""

    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    verified: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def subscribe(self, request: web.Request) -> web.Response:
        form = {str(k): str(v) for k, v in (await request.post()).items()}
        self.asked.append(form)
        task = asyncio.create_task(self._verify(form))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return web.Response(status=202)

    async def _verify(self, form: dict[str, str]) -> None:
        query = {
            "hub.mode": "subscribe",
            "hub.topic": form["hub.topic"],
            "hub.challenge": "c-4711",
            "hub.lease_seconds": "86400",
        }
        async with aiohttp.ClientSession() as session, session.get(form["hub.callback"], params=query) as answer:
            if await answer.text() == "c-4711":
                self.verified.set()

    async def push(self, body: bytes, *, secret: str | None = None) -> int:
        form = self.asked[-1]
        digest = hmac.new((secret or form["hub.secret"]).encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature": f"sha256={digest}", "Content-Type": "application/rss+xml"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(form["hub.callback"], data=body, headers=headers) as answer,
        ):
            return answer.status


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    hub = Hub()
    app = web.Application()
    app.router.add_post("/hub", hub.subscribe)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    hub.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hub"
    yield hub
    await runner.cleanup()


async def test_a_signed_push_is_in_the_channel_within_seconds_and_an_unsigned_one_never(
    box: Box, paper: Paper, hub: Hub, tmp_path: Path, sqlite_url: str
) -> None:
    paper.hub = hub.url
    port = free_port(18080)
    settings = Settings(
        token=Secret("1000001:sandbox"),
        owner_ids=(5011,),
        data_dir=tmp_path,
        database_url=Secret(sqlite_url),
        api_base_url=box.url,
        allow_private_hosts=("127.0.0.1",),
        public_url=f"http://127.0.0.1:{port}",
        http=("127.0.0.1", port),
    )
    async with opened(settings) as parts:
        house = House(parts, paper, box)
        await furnish(house)
        paper.add("Old story")
        app = App(parts, ("watch", "read", "compose", "deliver"))
        async with app.started():
            task = asyncio.create_task(app.run())
            try:
                await asyncio.wait_for(hub.verified.wait(), 40)
                paper.add("False alarm")
                assert await hub.push(paper.feed(), secret="wrong") == 202
                before = time.monotonic()
                paper.items.pop(0)
                paper.add("Brought by the hub")
                assert await hub.push(paper.feed()) == 202
                async with asyncio.timeout(20):
                    while not await house.posts():
                        await asyncio.sleep(0.05)
                took = time.monotonic() - before
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        (text,) = await house.texts()
    assert "Brought by the hub" in text
    print(f"from push to channel: {took:.2f} s")


async def test_a_taken_port_is_told(box: Box, tmp_path: Path, sqlite_url: str) -> None:
    from bot.callbacks import Presses, serving_callbacks
    from bot.errors import SettingsError

    settings = Settings(data_dir=tmp_path, database_url=Secret(sqlite_url))
    async with opened(replace(settings)) as parts:
        listen = ("127.0.0.1", box.port)
        with pytest.raises(SettingsError, match="SW-C36"):
            presses = Presses(parts.db)
            async with serving_callbacks(
                parts.db, parts.parser, listen=listen, wake=lambda _name: None, presses=presses
            ):
                raise AssertionError("must not start")
