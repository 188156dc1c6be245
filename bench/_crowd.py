"""People and another bot in the same channels: they write, delete, pin and send albums while the sender works."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp

from bench import _workload as work


@asynccontextmanager
async def crowd(box: Any, channels: int, chance: random.Random) -> AsyncIterator[None]:
    """Busy while the context is open."""
    async with aiohttp.ClientSession(f"{box.url}/bot{work.OTHER_TOKEN}/") as other:
        tasks = [
            asyncio.create_task(_people(box, channels, chance), name="people"),
            asyncio.create_task(_other_bot(other, channels, chance), name="other bot"),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task


async def _people(box: Any, channels: int, chance: random.Random) -> None:
    while True:
        await asyncio.sleep(chance.uniform(0.05, 0.3))
        channel = f"c{chance.randrange(channels)}"
        with suppress(aiohttp.ClientError):  # an idle connection that was closed
            message = await box.people.send("ana", channel, f"by hand {chance.random()}")
            if chance.random() < 0.4:
                await box.people.delete("ana", channel, message["message_id"])


async def _other_bot(session: aiohttp.ClientSession, channels: int, chance: random.Random) -> None:
    """Albums, and pins, which leave service messages with ids of their own."""
    while True:
        await asyncio.sleep(chance.uniform(0.2, 0.8))
        chat = work.chat_id(chance.randrange(channels))
        form = aiohttp.FormData()
        media = '[{"type":"document","media":"attach://a","caption":"an album by hand"},'
        media += '{"type":"document","media":"attach://b"}]'
        form.add_field("chat_id", str(chat))
        form.add_field("media", media)
        for name in ("a", "b"):
            form.add_field(name, b"leaf", filename=f"{name}.txt")
        with suppress(aiohttp.ClientError, ValueError):  # the sandbox's faults are for everybody
            async with session.post("sendMediaGroup", data=form) as answer:
                messages = (await answer.json(content_type=None)).get("result") or ()
            if messages and chance.random() < 0.5:
                body = {"chat_id": chat, "message_id": messages[0]["message_id"]}
                async with session.post("pinChatMessage", json=body) as answer:
                    await answer.read()
