"""A small world with everybody a test needs, and a bot that calls it over HTTP."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Box
from bot.sandbox.world import World

WORLD = """
flood_control = false

[bots.news]
token = "1000001:sandbox"
id = 1000001
username = "demo_news_bot"
first_name = "Demo News bot"
inline = true

[bots.other]
token = "1000002:other"
id = 1000002
username = "other_bot"

[users.ana]
id = 5011
username = "ana"
language_code = "en"
started = ["news"]

[users.sam]
id = 5012
started = ["news"]

[users.kim]
id = 5013

[chats.demo]
id = -1001000000001
type = "channel"
title = "Demo News"
username = "demonews"
creator = "ana"
members = ["sam", "kim"]
linked = "talk"

[chats.demo.admins.news]
rights = ["post_messages", "edit_messages", "delete_messages"]

[chats.talk]
id = -1001000000002
type = "supergroup"
title = "Demo talk"
creator = "ana"
members = ["news", "sam"]

[chats.quiet]
id = -1001000000003
type = "channel"
title = "No rights here"
creator = "ana"
members = ["news"]

[chats.small]
id = -4001
type = "group"
title = "Small group"
creator = "ana"
members = ["news", "sam"]
"""

CHANNEL = -1001000000001
GROUP = -1001000000002
SMALL = -4001


class Caller:
    """A bot that speaks plain HTTP: `await bot("sendMessage", chat_id=…, text=…)` gives the decoded answer."""

    def __init__(self, url: str, token: str, session: aiohttp.ClientSession) -> None:
        self.url = f"{url}/bot{token}"
        self._session = session

    async def __call__(self, method: str, /, **params: Any) -> dict[str, Any]:
        async with self._session.post(f"{self.url}/{method}", json=params) as response:
            answer: dict[str, Any] = json.loads(await response.read())
            assert response.status == (200 if answer["ok"] else answer["error_code"])
            return answer

    async def ok(self, method: str, /, **params: Any) -> Any:
        answer = await self(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def no(self, method: str, /, **params: Any) -> str:
        """The description of a refusal."""
        answer = await self(method, **params)
        assert not answer["ok"], answer
        return str(answer["description"])

    async def upload(self, method: str, files: dict[str, bytes], **params: Any) -> dict[str, Any]:
        form = aiohttp.FormData()
        for name, value in params.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        for name, data in files.items():
            form.add_field(name, io.BytesIO(data), filename=f"{name}.bin")
        async with self._session.post(f"{self.url}/{method}", data=form) as response:
            answer: dict[str, Any] = json.loads(await response.read())
            return answer


@pytest.fixture
def world() -> World:
    return World.from_toml(WORLD)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def bot(box: Box, http: aiohttp.ClientSession) -> Caller:
    return Caller(box.url, "1000001:sandbox", http)


@pytest.fixture
def other(box: Box, http: aiohttp.ClientSession) -> Caller:
    return Caller(box.url, "1000002:other", http)
