"""Notices: each trouble is one message to the owner, counted and edited in place, with what a person can do."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.chat.application import running_chat
from bot.chat.context import Context
from bot.chat.owner.notices import Notices
from bot.errors import Problem
from bot.model import Channel, Role
from bot.sandbox import Box
from bot.store import channels, people
from bot.store import notices as store_notices

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PAUSED = Problem(
    code="SW-T20",
    title="Demo <News> is paused.",
    cause="I may no longer post there.",
    fix="Turn on Post messages.",
    meanwhile="3 posts are waiting.",
)


async def tell(context: Context, key: str, problem: Problem = PAUSED) -> None:
    async with context.db.write() as tx:
        await store_notices.tell(tx, bot_id=context.bot_id, key=key, problem=problem, now=datetime.now(UTC))


async def messages(box: Box) -> list[dict[str, Any]]:
    return [m for m in await box.people.messages("1000001:5011") if (m.get("from") or {}).get("is_bot")]


@pytest.fixture
async def notices(context: Context) -> Notices:
    async with context.db.write() as tx:
        await people.give_role(tx, bot_id=context.bot_id, user_id=5011, role=Role.OWNER, now=NOW)
    return Notices(context)


async def test_without_an_owner_a_notice_waits(context: Context) -> None:
    await tell(context, "channel-paused:1")
    assert await Notices(context).once(NOW) == 0
    async with context.db.read() as tx:
        assert len(await store_notices.to_show(tx, bot_id=context.bot_id)) == 1


async def test_a_trouble_is_told_once_and_counted_in_place(box: Box, context: Context, notices: Notices) -> None:
    for _ in range(3):
        await tell(context, "channel-paused:1")
        await notices.once(datetime.now(UTC))
    (message,) = await messages(box)
    assert "Demo <News> is paused." in message["text"]
    assert "3 posts are waiting." in message["text"]
    assert "seen 3 times" in message["text"]
    assert message["reply_markup"]["inline_keyboard"][0][0]["text"] == "I fixed it, check"


async def test_a_trouble_that_is_over_is_struck_off_without_buttons(
    box: Box, context: Context, notices: Notices
) -> None:
    await tell(context, "flood:1")
    await notices.once(datetime.now(UTC))
    async with context.db.write() as tx:
        await store_notices.close(tx, bot_id=context.bot_id, key="flood:1", now=datetime.now(UTC))
    await notices.once(datetime.now(UTC))
    (message,) = await messages(box)
    assert "This is over." in message["text"]
    assert not message.get("reply_markup")


async def test_an_owner_who_has_fixed_it_checks_by_button_and_the_channel_goes_on(
    box: Box, context: Context, notices: Notices
) -> None:
    async with context.db.write() as tx:
        channel = Channel(
            id=0, bot_id=context.bot_id, name="demo", address="@demonews", chat_id=-1001000000001, title="Demo News"
        )
        made = await channels.put(tx, channel, now=NOW)
        await channels.pause(tx, made.id, problem=PAUSED, now=NOW)
    await tell(context, f"channel-paused:{made.id}")
    await notices.once(datetime.now(UTC))
    (message,) = await messages(box)
    bot = context.telegram.bot
    async with running_chat(bot, context) as chat:
        task = asyncio.create_task(chat.run())
        pressed = await box.people.press("ana", "news", message["message_id"], row=0, column=0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert pressed is not None
    async with context.db.read() as tx:
        now_well = await channels.get(tx, made.id)
    assert now_well is not None and now_well.paused_at is None
