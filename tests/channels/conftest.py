"""A sandbox with two channels, a group and readers; posts put into the outbox by hand; a sender in a hurry."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.channels.deliver import Delivery
from bot.channels.pace import Rates
from bot.channels.sender import Tuning
from bot.channels.telegram import Telegram
from bot.model import Channel, Lane, Post, PostState, Request
from bot.sandbox import Box
from bot.sandbox.world import World
from bot.store import channels
from bot.store.database import Database
from bot.store.postrow import post_of, requests_to_json
from bot.store.schema import posts

WORLD = """
flood_control = false

[bots.news]
token = "1000001:sandbox"
id = 1000001
username = "demo_news_bot"

[users.ana]
id = 5011
started = ["news"]

[users.sam]
id = 5012
started = ["news"]

[chats.demo]
id = -1001000000001
type = "channel"
title = "Demo News"
username = "demonews"
creator = "ana"
[chats.demo.admins.news]
rights = ["post_messages", "edit_messages", "delete_messages"]

[chats.second]
id = -1001000000002
type = "channel"
title = "Second"
creator = "ana"
[chats.second.admins.news]
rights = ["post_messages", "edit_messages", "delete_messages"]

[chats.talk]
id = -1001000000003
type = "supergroup"
title = "Demo talk"
creator = "ana"
[chats.talk.admins.news]

[chats.group]
id = -4001
type = "group"
title = "Small group"
creator = "ana"
members = ["news"]
"""

BOT = 1000001
DEMO = -1001000000001
SECOND = -1001000000002
HURRY = Rates(bot=900, chat_gap=0.01, group_count=10_000)


class Desk:
    """What tests do with the store: put posts into the outbox, and look at them."""

    def __init__(self, db: Database, telegram: Telegram, box: Box, tmp: Path) -> None:
        self.tmp = tmp
        self.db = db
        self.telegram = telegram
        self.box = box
        self.demo: Channel
        self.second: Channel
        self._count = 0

    async def set_up(self) -> None:
        async with self.db.write() as tx:
            plain = Channel(id=0, bot_id=BOT, name="demo", address="@demonews", chat_id=DEMO, title="Demo News")
            self.demo = await channels.put(tx, plain, now=self.now())
            other = replace(plain, name="second", address=str(SECOND), chat_id=SECOND, title="Second")
            self.second = await channels.put(tx, other, now=self.now())

    @staticmethod
    def now() -> datetime:
        return datetime.now(UTC)

    async def post(self, text: str = "hello", *, to: int | str = DEMO, **values: Any) -> int:
        """One queued post that is due; gives its id."""
        return (await self.posts([text], to=to, **values))[0]

    async def posts(self, texts: list[str], *, to: int | str = DEMO, **values: Any) -> list[int]:
        channel = {DEMO: self.demo.id, SECOND: self.second.id}.get(to)  # type: ignore[call-overload]
        async with self.db.write() as tx:
            ids = []
            for text in texts:
                self._count += 1
                row: dict[str, Any] = {
                    "bot_id": BOT,
                    "once_key": f"test:{self._count}",
                    "kind": "share",
                    "state": PostState.QUEUED,
                    "lane": Lane.CHANNEL,
                    "channel_id": channel,
                    "chat_id": str(to),
                    "requests": [Request(method="sendMessage", params={"text": text})],
                    "visible_text": text,
                    "due_at": self.now() - timedelta(seconds=5),
                    "created_at": self.now(),
                    **values,
                }
                row["requests"] = requests_to_json(row["requests"])
                ids.append((await tx.execute(insert(posts).values(**row).returning(posts.c.id))).scalar_one())
            return ids

    async def look(self, post_id: int) -> Post:
        async with self.db.read() as tx:
            return post_of((await tx.execute(select(posts).where(posts.c.id == post_id))).one())

    async def states(self) -> list[str]:
        async with self.db.read() as tx:
            return list((await tx.execute(select(posts.c.state).order_by(posts.c.id))).scalars())

    def texts(self, chat: int = DEMO) -> list[str]:
        """What people see in a chat of the sandbox, in its order."""
        chat_ = self.box.world.chats[chat]
        return [message.text for message in chat_.messages.values() if message.text]

    def fault(self, action: str, method: str = "sendMessage", **more: Any) -> None:
        self.box.world.faults.add({"action": action, "method": method, **more})


@pytest.fixture
def world() -> World:
    return World.from_toml(WORLD)


@pytest.fixture
async def desk(db: Database, telegram: Telegram, box: Box, tmp_path: Path) -> Desk:
    """On SQLite and on PostgreSQL."""
    made = Desk(db, telegram, box, tmp_path)
    await made.set_up()
    return made


@pytest.fixture
async def delivery(desk: Desk) -> AsyncIterator[Delivery]:
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=Tuning(patience=4.0, refresh=0.05))
    yield stage
    await stage.close(desk.now())
