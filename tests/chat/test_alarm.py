"""A full disk while the bot runs, over HTTP: the owner is told once by a message that needs no database, is answered
when they ask, and the same message says afterwards that it is over and what became of the posts."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.app import make_press
from bot.channels.deliver import Delivery
from bot.channels.outages import DATABASE, Outages
from bot.channels.pace import Rates
from bot.channels.sender import Tuning
from bot.channels.telegram import Telegram
from bot.chat.context import Context
from bot.chat.inbox import Inbox
from bot.chat.owner.alarm import Alarm
from bot.chat.owner.notices import Notices
from bot.errors import StoreError
from bot.model import Channel, Lane, PostKind, PostState, Request, Role
from bot.parsing import Parser
from bot.sandbox import Box
from bot.settings import Settings
from bot.store import channels, people
from bot.store import posts as store_posts
from bot.store.database import Database, open_database
from bot.store.posts import NewPost
from bot.store.schema import posts
from bot.web import Web

BOT, ANA = 1000001, 5011
DEMO = -1001000000001
HURRY = Rates(bot=900, chat_gap=0.01, group_count=10_000)
TUNING = Tuning(patience=0.5, refresh=0.05, settle=timedelta(seconds=0.05), audit_chat=ANA)

Fill = Callable[[], None]


@contextmanager
def small_disk(folder: Path) -> Iterator[tuple[Fill, Fill]]:
    """How to fill the disk under a folder and how to make room: a tmpfs of its own where that is allowed, else a limit
    on the size of files."""
    mounted = os.geteuid() == 0 and not subprocess.call(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "none", str(folder)], stderr=subprocess.DEVNULL
    )
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ballast = folder / "ballast"

    def fill() -> None:
        if not mounted:
            sizes = [path.stat().st_size for path in folder.glob("bot.db*")]
            resource.setrlimit(resource.RLIMIT_FSIZE, (max(sizes), limits[1]))
            return
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)

    def make_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        ballast.unlink(missing_ok=True)

    try:
        yield fill, make_room
    finally:
        make_room()
        if mounted:
            subprocess.check_call(["umount", "-l", str(folder)])


class House:
    """The parts that matter, called by hand."""

    def __init__(self, context: Context) -> None:
        self.context, self.db = context, context.db
        self.outages = Outages(context.db, bot_id=BOT, reach=context.telegram.reach, folder=context.templates)
        self.alarm = Alarm(context, self.outages)
        self.notices = Notices(context)
        self.stage = Delivery(context.db, context.telegram, rates=HURRY, tuning=TUNING)
        self.now = datetime.now(UTC)

    async def furnish(self, count: int) -> None:
        async with self.db.write() as tx:
            await people.give_role(tx, bot_id=BOT, user_id=ANA, role=Role.OWNER, now=self.now)
            plain = Channel(id=0, bot_id=BOT, name="demo", address="@demonews", chat_id=DEMO, title="Demo News")
            channel = await channels.put(tx, plain, now=self.now)
            for number in range(count):
                text = f"{number} " + "long words " * 300
                post = NewPost(
                    bot_id=BOT, once_key=f"share:{number}", kind=PostKind.SHARE, lane=Lane.CHANNEL, chat_id=DEMO,
                    channel_id=channel.id, requests=(Request(method="sendMessage", params={"text": text}),),
                    visible_text=text, due_at=self.now,
                )  # fmt: skip
                await store_posts.add_post(tx, post, now=self.now)

    async def round(self, minutes: float = 1) -> None:
        """What the loops do, some minutes later; what the database says is waited out, as they do."""
        self.now += timedelta(minutes=minutes)
        for once in (self.stage.once, self.outages.once, self.alarm.once, self.notices.once):
            with suppress(StoreError):
                await once(datetime.now(UTC) if once == self.stage.once else self.now)

    async def states(self) -> dict[str, int]:
        async with self.db.read() as tx:
            rows = await tx.execute(select(posts.c.state, func.count()).group_by(posts.c.state))
            return {row[0]: row[1] for row in rows}


@asynccontextmanager
async def house_in(db: Database, telegram: Telegram, folder: Path) -> AsyncIterator[House]:
    async with Web(allow_private_hosts=["127.0.0.1"]) as web, Parser() as parser:
        yield House(
            Context(
                db=db, web=web, parser=parser, telegram=telegram, bot_id=BOT, username="demo_news_bot",
                press=make_press(Settings()), templates=folder,
            )
        )  # fmt: skip


def numbers(box: Box) -> list[int]:
    """Of the posts in the channel, in its order."""
    return [int(m.text.split()[0]) for m in box.world.chats[DEMO].messages.values() if m.text]


async def told(box: Box) -> list[dict[str, Any]]:
    found = await box.people.messages(f"{BOT}:{ANA}")
    return [m for m in found if (m.get("from") or {}).get("is_bot") and "forward_origin" not in m]


async def test_a_full_disk_is_told_once_answered_and_told_again_when_it_is_over(
    box: Box, telegram: Telegram, tmp_path: Path
) -> None:
    with small_disk(tmp_path) as (fill, make_room):
        async with (
            open_database(f"sqlite:///{tmp_path}/bot.db") as db,
            house_in(db, telegram, tmp_path) as house,
        ):
            await house.furnish(24)
            await house.alarm.once(house.now)
            fill()
            for _ in range(4):
                await house.round()
            assert db.stuck is not None and set(house.outages.current) == {DATABASE}
            shown, states = numbers(box), await house.states()
            (message,) = await told(box)
            assert "is full" in message["text"] or "cannot be written to" in message["text"]
            assert "nothing is lost" in message["text"] and "SW-D0" in message["text"]
            await box.people.send("ana", "news", "/status")
            inbox = Inbox(telegram.bot, house.context, lambda _: asyncio.sleep(0), unwritten=house.alarm.answer)
            for _ in range(2):
                with pytest.raises(StoreError):
                    await inbox._fetch()
            first, answer = await told(box)
            assert answer["text"] == first["text"] == message["text"]
            assert (numbers(box), await house.states()) == (shown, states), "nothing is sent meanwhile"
            make_room()
            async with asyncio.timeout(60):
                while await house.states() != {PostState.SENT: 24}:
                    await house.round()
            await house.round()
            await house.stage.close(datetime.now(UTC))
            over, _ = await told(box)
            assert over["message_id"] == message["message_id"]
            assert "Nothing could be written down from" in over["text"] and "All went out." in over["text"]
            assert await inbox._fetch(), "what was asked meanwhile is not lost"
    assert numbers(box) == list(range(24))
