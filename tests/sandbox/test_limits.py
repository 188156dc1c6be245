"""Flood control, on values and over HTTP on a virtual clock."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.sandbox import running
from bot.sandbox.limits import Limits
from bot.sandbox.world import World
from tests.sandbox.conftest import CHANNEL, WORLD, Caller

VIRTUAL = "clock = 1000000\n" + WORLD.replace("flood_control = false", "")


def take(limits: Limits, now: float, chat: int, count: int = 1, *, group: bool = False, paid: bool = False) -> int:
    wait = 0
    for _ in range(count):
        wait = limits.check(now, chat, group=group, weight=1, paid=paid)
    return wait


def test_a_chat_takes_a_short_burst_and_then_one_a_second() -> None:
    limits = Limits()
    assert take(limits, 0, 1, 5) == 0
    assert take(limits, 0, 1) == 1
    assert take(limits, 0.5, 1) == 1, "during the pause it stays refused, and the pause does not grow"
    assert take(limits, 1.0, 1) == 0
    assert take(limits, 2.1, 1) == 0


def test_a_group_takes_twenty_a_minute() -> None:
    limits = Limits()
    for second in range(20):
        assert take(limits, second, -1, group=True) == 0
    assert take(limits, 20, -1, group=True) == 40
    assert take(limits, 60, -1, group=True) == 0


def test_an_album_counts_each_of_its_items() -> None:
    limits = Limits()
    assert limits.check(0, -1, group=True, weight=10, paid=False) == 0
    assert limits.check(15, -1, group=True, weight=10, paid=False) == 0
    assert limits.check(30, -1, group=True, weight=10, paid=False) == 30


def test_thirty_a_second_go_to_all_chats_and_a_thousand_when_paid() -> None:
    limits = Limits()
    assert [take(limits, 0, chat) for chat in range(30)] == [0] * 30
    assert take(limits, 0.2, 31) == 1
    assert take(limits, 0.3, 32, paid=True) == 0
    assert limits.star_parts == 1
    assert take(limits, 1.3, 33) == 0


def test_rested_chats_are_forgotten() -> None:
    limits = Limits()
    for chat in range(10_002):
        take(limits, chat, chat)
    assert len(limits._chats) < 5_000


async def test_too_many_messages_are_answered_429_with_a_header_until_time_has_passed(http: Any) -> None:
    async with running(World.from_toml(VIRTUAL)) as box:
        bot = Caller(box.url, "1000001:sandbox", http)
        for _ in range(5):
            await bot.ok("sendMessage", chat_id=CHANNEL, text="x")
        async with http.post(f"{bot.url}/sendMessage", json={"chat_id": CHANNEL, "text": "x"}) as response:
            assert response.status == 429
            assert response.headers["Retry-After"] == "1"
            assert await response.json() == {
                "ok": False,
                "error_code": 429,
                "description": "Too Many Requests: retry after 1",
                "parameters": {"retry_after": 1},
            }
        await box.people.advance(1)
        await bot.ok("sendMessage", chat_id=CHANNEL, text="x")
        assert len(await box.people.ledger(chat=CHANNEL)) == 6
        await box.people.do("flood_control", on=False)
        for _ in range(10):
            await bot.ok("sendMessage", chat_id=CHANNEL, text="x")


async def test_edits_count_lighter(http: aiohttp.ClientSession) -> None:
    async with running(World.from_toml(VIRTUAL)) as box:
        bot = Caller(box.url, "1000001:sandbox", http)
        sent = await bot.ok("sendMessage", chat_id=CHANNEL, text="0")
        edits = 0
        for number in range(1, 40):
            answer = await bot("editMessageText", chat_id=CHANNEL, message_id=sent["message_id"], text=str(number))
            if not answer["ok"]:
                break
            edits += 1
        assert edits == pytest.approx(20, abs=1)
