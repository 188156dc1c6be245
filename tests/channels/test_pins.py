"""Breaking posts stand pinned for their time: what is due, and over HTTP in a channel of the sandbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from bot.channels import pins
from bot.channels.pins import Change, due
from bot.channels.telegram import Telegram
from bot.model import Channel, PostKind, PostState
from bot.sandbox import running
from bot.sandbox.world import World
from bot.store import channels, notices
from bot.store import pins as store_pins
from bot.store.database import Database
from bot.store.pins import Pin
from bot.store.schema import pins as table
from bot.store.schema import posts

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TOKEN = "1000001:sandbox"
WORLD = """
[bots.news]
token = "1000001:sandbox"
id = 1000001
username = "demo_news_bot"
[users.ana]
id = 5011
first_name = "Ana"
[chats.demo]
id = -1001000000001
type = "channel"
title = "Demo News"
creator = "ana"
[chats.demo.admins.news]
rights = ["post_messages", "edit_messages"]
"""


def pin(post: int, **changes: Any) -> Pin:
    values = {"channel_id": 1, "chat_id": "-1", "message_id": post, "until": NOW + HOUR, "pinned_at": None}
    return Pin(**({"post_id": post, "gone": False} | values | changes))


def test_only_the_newest_sent_post_of_a_channel_stands_pinned_and_only_in_its_time() -> None:
    table: tuple[tuple[list[Pin], list[tuple[int, bool]]], ...] = (
        ([], []),
        ([pin(1, message_id=None, until=None)], []),  # not sent yet
        ([pin(1)], [(1, True)]),
        ([pin(1, pinned_at=NOW)], []),
        ([pin(1, pinned_at=NOW, until=NOW)], [(1, False)]),
        ([pin(1, until=NOW - HOUR)], [(1, False)]),  # sent while we slept: too late to pin
        ([pin(1, pinned_at=NOW), pin(2)], [(1, False), (2, True)]),
        ([pin(1, pinned_at=NOW), pin(2, channel_id=2)], [(2, True)]),
        ([pin(1, pinned_at=NOW), pin(2, message_id=None, until=None)], []),  # the next is not there yet
        ([pin(1, pinned_at=NOW, gone=True)], [(1, False)]),
        ([pin(1, pinned_at=NOW), pin(2, gone=True)], [(2, False)]),
    )
    for pins_, expected in table:
        found = due(pins_, NOW)
        assert [(change.pin.post_id, change.on) for change in found] == expected
        assert all(isinstance(change, Change) for change in found)


async def add(db: Database, key: str, message_id: int) -> int:
    row = {
        "bot_id": 1000001, "once_key": key, "kind": PostKind.SHARE, "state": PostState.SENT, "lane": 1,
        "chat_id": "-1001000000001", "channel_id": 1, "requests": [], "visible_text": key, "created_at": NOW,
        "sent_at": NOW, "remote_id": str(message_id),
    }  # fmt: skip
    async with db.write() as tx:
        number: int = (await tx.execute(insert(posts).values(**row).returning(posts.c.id))).scalar_one()
        await tx.execute(insert(table).values(post_id=number, bot_id=1000001, channel_id=1, lasts=HOUR))
    return number


async def test_a_post_is_pinned_in_silence_and_taken_off_by_the_next_by_its_time_and_when_retracted(
    sqlite_db: Database,
) -> None:
    async with running(World.from_toml(WORLD)) as box, Telegram(TOKEN, base_url=box.url) as telegram:
        db, chat = sqlite_db, box.world.chats[-1001000000001]
        channel = Channel(id=0, bot_id=1000001, name="demo", address="-1001000000001", chat_id=-1001000000001)
        async with db.write() as tx:
            await channels.put(tx, channel, now=NOW)

        async def send(words: str) -> int:
            sent = await telegram.call("sendMessage", {"chat_id": -1001000000001, "text": words})
            return int(sent["message_id"])

        first = await send("one")
        await add(db, "one", first)
        assert await pins.once(db, telegram, now=NOW) == 1
        assert chat.pinned == [first]
        assert await pins.once(db, telegram, now=NOW) == 0
        second = await send("two")
        number = await add(db, "two", second)
        assert await pins.once(db, telegram, now=NOW) == 2
        assert chat.pinned == [second]
        async with db.write() as tx:
            row = {
                "bot_id": 1000001, "once_key": "r", "kind": PostKind.RETRACT, "state": PostState.QUEUED, "lane": 0,
                "chat_id": "-1", "requests": [], "visible_text": "", "created_at": NOW, "target_post_id": number,
            }  # fmt: skip
            await tx.execute(insert(posts).values(**row))
        assert await pins.once(db, telegram, now=NOW) == 1
        assert chat.pinned == []
        third = await send("three")
        await add(db, "three", third)
        assert await pins.once(db, telegram, now=NOW) == 1
        assert await pins.once(db, telegram, now=NOW + HOUR) == 1
        assert chat.pinned == []
        async with db.read() as tx:
            assert await store_pins.opened(tx, bot_id=1000001) == ()


async def test_a_right_that_lacks_is_told_once_and_a_message_that_is_gone_is_let_be(sqlite_db: Database) -> None:
    world = WORLD.replace(', "edit_messages"', "")
    async with running(World.from_toml(world)) as box, Telegram(TOKEN, base_url=box.url) as telegram:
        db = sqlite_db
        channel = Channel(
            id=0, bot_id=1000001, name="demo", address="-1001000000001", chat_id=-1001000000001, title="Demo News"
        )
        async with db.write() as tx:
            await channels.put(tx, channel, now=NOW)
        sent = await telegram.call("sendMessage", {"chat_id": -1001000000001, "text": "one"})
        await add(db, "one", sent["message_id"])
        await add(db, "gone", 999)
        async with db.write() as tx:
            await tx.execute(update(table).where(table.c.post_id == 2).values(pinned_at=NOW, over_at=NOW))
        for _ in range(2):
            assert await pins.once(db, telegram, now=NOW) == 0
        async with db.read() as tx:
            (card,) = await notices.opened(tx, bot_id=1000001)
            ended = (await tx.execute(select(table.c.over_at))).scalars().all()
        assert card.problem.title == "I may not pin in Demo News."
        assert card.count == 1
        assert None not in ended
        await add(db, "deleted", 998)
        assert await pins.once(db, telegram, now=NOW) == 0
        async with db.read() as tx:
            (still,) = await notices.opened(tx, bot_id=1000001)
        assert still.count == 1
