"""A sandbox with a bot, an owner, a reader and two channels, and the context that handlers get."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram import Telegram
from bot.chat.context import Context
from bot.sandbox import Box, running
from bot.sandbox.world import World
from bot.store.database import Database
from bot.web import Web

TOKEN = "1000001:sandbox"
ANA, SAM = 5011, 5012

WORLD = """
flood_control = false

[bots.news]
token = "1000001:sandbox"
id = 1000001
username = "demo_news_bot"
inline = true

[users.ana]
id = 5011
first_name = "Ana"
language_code = "en"
started = ["news"]

[users.sam]
id = 5012
first_name = "Sam <b>"
language_code = "en"
started = ["news"]

[chats.demo]
id = -1001000000001
type = "channel"
title = "Demo News"
username = "demonews"
creator = "ana"
[chats.demo.admins.news]
rights = ["post_messages", "edit_messages", "delete_messages"]

[chats.tech]
id = -1001000000002
type = "channel"
title = "Demo Tech"
username = "demotech"
creator = "ana"
[chats.tech.admins.news]
rights = ["post_messages", "edit_messages", "delete_messages"]
"""


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    async with running(World.from_toml(WORLD)) as box:
        yield box


@pytest.fixture
async def telegram(box: Box) -> AsyncIterator[Telegram]:
    async with Telegram(TOKEN, base_url=box.url) as telegram:
        yield telegram


@pytest.fixture
async def context(sqlite_db: Database, telegram: Telegram) -> AsyncIterator[Context]:
    async with Web(allow_private_hosts=["127.0.0.1"]) as web:
        yield Context(db=sqlite_db, web=web, telegram=telegram, bot_id=1000001, username="demo_news_bot")
