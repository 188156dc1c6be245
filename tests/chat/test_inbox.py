"""The inbox: nothing lost in a crash, nothing handled twice, order within a chat, patience with Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import pytest
from telegram import Update

from bot.chat.context import Context
from bot.chat.inbox import Inbox
from bot.sandbox import Box
from bot.store import updates


class Seen:
    """A handler that writes down what came; `act` may fail or wait."""

    def __init__(self, act: Callable[[str], object] | None = None) -> None:
        self.texts: list[str] = []
        self._act = act

    async def __call__(self, update: Update) -> None:
        text = update.message.text if update.message and update.message.text else ""
        result = self._act(text) if self._act else None
        if asyncio.iscoroutine(result):
            await result
        self.texts.append(text)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.texts) < count:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def polling(context: Context, seen: Seen) -> AsyncIterator[None]:
    bot = context.telegram.bot
    async with bot:
        task = asyncio.create_task(Inbox(bot, context, seen).run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def unhandled(context: Context) -> list[int]:
    async with context.db.read() as tx:
        found = await updates.unhandled(tx, bot_id=context.bot_id, since=datetime(2000, 1, 1, tzinfo=UTC))
    return [body["update_id"] for body in found]


async def all_struck_off(context: Context) -> None:
    async with asyncio.timeout(10):
        while await unhandled(context):
            await asyncio.sleep(0.01)


async def test_messages_are_handled_in_order_and_struck_off(box: Box, context: Context) -> None:
    seen = Seen()
    for word in ("one", "two", "three"):
        await box.people.send("sam", "news", word)
    async with polling(context, seen):
        await seen.until(3)
        await box.people.send("sam", "news", "four")
        await seen.until(4)
        await all_struck_off(context)
    assert seen.texts == ["one", "two", "three", "four"]


async def test_an_update_that_a_crash_interrupted_is_handled_after_the_restart(box: Box, context: Context) -> None:
    started = asyncio.Event()

    async def hang(_text: str) -> None:
        started.set()
        await asyncio.sleep(60)

    await box.people.send("sam", "news", "important")
    async with polling(context, Seen(hang)):
        await asyncio.wait_for(started.wait(), 10)
    assert len(await unhandled(context)) == 1
    seen = Seen()
    async with polling(context, seen):
        await seen.until(1)
    assert seen.texts == ["important"]


async def test_a_handler_that_fails_does_not_stop_the_next(
    box: Box, context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(text: str) -> None:
        if text == "bad":
            raise RuntimeError("on purpose")

    seen = Seen(fail)
    for word in ("bad", "good"):
        await box.people.send("sam", "news", word)
    async with polling(context, seen):
        await seen.until(1)
        await all_struck_off(context)
    assert seen.texts == ["good"]
    assert "update failed" in caplog.text


async def test_a_slow_chat_does_not_hold_up_another(box: Box, context: Context) -> None:
    release = asyncio.Event()

    async def wait(text: str) -> None:
        if text == "slow":
            await release.wait()

    seen = Seen(wait)
    async with polling(context, seen):
        await box.people.send("sam", "news", "slow")
        await box.people.send("ana", "news", "quick")
        await seen.until(1)
        assert seen.texts == ["quick"]
        release.set()
        await seen.until(2)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"action": "flood", "retry_after": 1}, None),
        ({"action": "gateway", "status": 502}, "Telegram does not answer"),
    ],
    ids=["flood", "bad-gateway"],
)
async def test_trouble_while_polling_is_waited_out(
    box: Box, context: Context, caplog: pytest.LogCaptureFixture, fault: dict[str, object], words: str | None
) -> None:
    action = str(fault.pop("action"))
    await box.people.fault(action, method="getUpdates", times=1, **fault)
    seen = Seen()
    async with polling(context, seen):
        await box.people.send("sam", "news", "hello")
        await seen.until(1)
    assert seen.texts == ["hello"]
    assert words is None or words in caplog.text


async def test_a_clean_stop_lets_an_answer_be_finished_and_struck_off(box: Box, context: Context) -> None:
    started = asyncio.Event()

    async def answer(_text: str) -> None:
        started.set()
        await asyncio.sleep(0.2)

    seen = Seen(answer)
    await box.people.send("sam", "news", "one")
    async with polling(context, seen):
        await asyncio.wait_for(started.wait(), 10)
    assert seen.texts == ["one"]
    assert await unhandled(context) == []
