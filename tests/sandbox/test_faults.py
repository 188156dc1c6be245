"""Scripted trouble: what the client sees, and what really happened."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Box
from bot.sandbox.people import DoorError
from tests.sandbox.conftest import CHANNEL

MESSAGE = {"chat_id": str(CHANNEL), "text": "x"}


async def outcome(box: Box) -> tuple[str, int]:
    """How a client fares with one sendMessage, and how many messages there are afterwards."""
    timeout = aiohttp.ClientTimeout(total=1)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        try:
            async with session.post(f"{box.url}/bot1000001:sandbox/sendMessage", data=MESSAGE) as response:
                body = await response.read()
                try:
                    json.loads(body)
                    seen = f"{response.status} JSON"
                except ValueError:
                    seen = f"{response.status} no JSON"
        except TimeoutError:
            seen = "timeout"
        except aiohttp.ClientPayloadError:
            seen = "cut"
        except aiohttp.ServerDisconnectedError:
            seen = "closed"
        except (aiohttp.ClientOSError, ConnectionResetError):
            seen = "reset"
    return seen, len(await box.people.messages("demo"))


@pytest.mark.parametrize(
    ("rule", "seen", "messages"),
    [
        ({"action": "close"}, "closed", 0),
        ({"action": "reset"}, "reset", 0),
        ({"action": "hang", "seconds": 3}, "timeout", 0),
        ({"action": "lose"}, "closed", 1),
        ({"action": "lose_reset"}, "reset", 1),
        ({"action": "gateway"}, "502 no JSON", 1),
        ({"action": "gateway", "status": 504}, "504 no JSON", 1),
        ({"action": "html"}, "200 no JSON", 1),
        ({"action": "truncate"}, "cut", 1),
        ({"action": "slow", "seconds": 0.1}, "200 JSON", 1),
        ({"action": "delay", "seconds": 0.1}, "200 JSON", 1),
        ({"action": "error"}, "500 JSON", 0),
        ({"action": "error", "status": 403, "description": "Forbidden: x"}, "403 JSON", 0),
        ({"action": "flood", "retry_after": 3}, "429 JSON", 0),
        ({"action": "migrate", "migrate_to_chat_id": -100}, "400 JSON", 0),
    ],
    ids=lambda value: value["action"] if isinstance(value, dict) else None,
)
async def test_a_fault_does_what_it_says(box: Box, rule: dict[str, Any], seen: str, messages: int) -> None:
    await box.people.fault(**rule)
    assert await outcome(box) == (seen, messages)
    await box.people.clear_faults()
    assert (await outcome(box))[0] == "200 JSON"
    assert len(await box.people.ledger()) == messages + 1


async def test_a_late_fault_closes_now_and_sends_later(box: Box) -> None:
    await box.people.fault("late", seconds=0.3)
    started = time.monotonic()
    assert await outcome(box) == ("closed", 0)
    while not await box.people.messages("demo"):
        await asyncio.sleep(0.02)
    assert time.monotonic() - started >= 0.3


async def test_rules_choose_by_method_chat_and_count(bot: Any, box: Box) -> None:
    await box.people.fault("error", method="SENDMESSAGE", chat_id=CHANNEL, after=1, times=2, every=2)
    results = []
    for _ in range(7):
        results.append((await bot("sendMessage", chat_id=CHANNEL, text="x"))["ok"])
        assert (await bot("sendMessage", chat_id=5012, text="x"))["ok"]
    assert results == [True, True, False, True, False, True, True]
    rule = (await box.people.get("faults"))["faults"][0]
    assert (rule["seen"], rule["struck"]) == (7, 2)
    await box.people.fault("error", bot_id=99)
    await box.people.fault("error", times=0)
    assert not (await bot("getMe"))["ok"]
    assert (await bot("getUpdates"))["ok"], "a rule without a method leaves getUpdates alone"
    with pytest.raises(DoorError, match="unknown fault field 'acton'"):
        await box.people.fault("error", acton="x")
    with pytest.raises(DoorError, match="fault action must be one of"):
        await box.people.fault("explode")
