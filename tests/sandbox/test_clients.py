"""Clients of other projects run their everyday calls against the sandbox, unchanged but for the base URL."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from bot.sandbox import running
from bot.sandbox.world import World

CLIENTS = Path(__file__).resolve().parent.parent / "clients"
WORLD = """
flood_control = false

[bots.news]
token = "1000001:sandbox"
id = 1000001
username = "demo_news_bot"
first_name = "Demo News bot"
inline = true

[users.ana]
id = 5011
username = "ana"
started = ["news"]

[users.sam]
id = 5012

[users.kim]
id = 5013

[chats.demo]
id = -1001000000001
type = "channel"
title = "Demo News"
username = "demonews"
creator = "ana"
linked = "talk"
admins.news = {}

[chats.talk]
id = -1001000000002
type = "supergroup"
title = "Demo talk"
creator = "ana"
members = ["sam", "kim"]
admins.news = {}

[chats.forum]
id = -1001000000005
type = "supergroup"
title = "Forum"
forum = true
creator = "ana"
admins.news = {}
"""


@pytest.mark.parametrize("script", ["ptb_calls.py", "aiogram_calls.py", "telebot_calls.py"])
async def test_the_everyday_calls_of_a_client_library_pass(script: str) -> None:
    async with running(World.from_toml(WORLD)) as box:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(CLIENTS / script),
            box.url,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await asyncio.wait_for(process.communicate(), 50)
        assert process.returncode == 0, output.decode()
        assert b"passed" in output
        report = await box.people.report()
        assert report["asked_but_not_built"] == {}
        assert report["unknown_parameters"] == {}
