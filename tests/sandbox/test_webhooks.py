"""Webhooks: set-up, delivery in order, retries, the secret, and methods in answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox import Box


class Receiver:
    """A bot's own server; `status` and `reply` say how it answers."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self.statuses: list[int] = []
        self.reply: dict[str, Any] | None = None
        self.url = ""
        self.slow: dict[int, float] = {}

    async def handle(self, request: web.Request) -> web.Response:
        update = json.loads(await request.read())
        await asyncio.sleep(self.slow.get(update.get("message", {}).get("chat", {}).get("id", 0), 0))
        self.seen.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), update))
        status = self.statuses.pop(0) if self.statuses else 200
        return web.json_response(self.reply, status=status) if self.reply else web.Response(status=status)

    def texts(self) -> list[str]:
        return [update["message"]["text"] for _, update in self.seen if "message" in update]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def until(condition: Any) -> None:
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


async def test_updates_are_posted_with_the_secret_and_in_order(bot: Any, box: Box, receiver: Receiver) -> None:
    await box.people.send("sam", "news", "before")
    answer = await bot("setWebhook", url=receiver.url, secret_token="s3cret_-")
    assert answer == {"ok": True, "result": True, "description": "Webhook was set"}
    for text in ("a", "b", "c"):
        await box.people.send("sam", "news", text)
    await until(lambda: len(receiver.seen) == 4)
    assert receiver.texts() == ["before", "a", "b", "c"]
    assert {secret for secret, _ in receiver.seen} == {"s3cret_-"}
    info = await bot.ok("getWebhookInfo")
    assert (info["url"], info["pending_update_count"], info["max_connections"]) == (receiver.url, 0, 40)
    assert "can't use getUpdates method while webhook is active" in await bot.no("getUpdates")
    assert (await bot("deleteWebhook"))["description"] == "Webhook was deleted"
    assert (await bot("deleteWebhook"))["description"] == "Webhook is already deleted"


async def test_an_update_that_is_refused_comes_again_and_the_next_one_of_its_chat_waits(
    bot: Any, box: Box, receiver: Receiver
) -> None:
    receiver.statuses = [500]
    await bot.ok("setWebhook", url=receiver.url)
    await box.people.send("sam", "news", "first")
    await box.people.send("sam", "news", "second")
    await until(lambda: len(receiver.seen) == 3)
    assert receiver.texts() == ["first", "first", "second"]
    info = await bot.ok("getWebhookInfo")
    assert info["last_error_message"].startswith("Wrong response from the webhook: 500")


async def test_chats_do_not_wait_for_each_other(bot: Any, box: Box, receiver: Receiver) -> None:
    receiver.slow = {5012: 0.5}
    await bot.ok("setWebhook", url=receiver.url)
    await box.people.send("sam", "news", "slow")
    await box.people.send("ana", "news", "fast")
    await until(lambda: len(receiver.seen) == 2)
    assert receiver.texts() == ["fast", "slow"]


async def test_a_method_in_the_answer_is_run_but_nothing_is_read_that_way(
    bot: Any, box: Box, receiver: Receiver
) -> None:
    receiver.reply = {"method": "sendMessage", "chat_id": 5011, "text": "from the answer"}
    await bot.ok("setWebhook", url=receiver.url)
    await box.people.send("sam", "news", "x")
    await until(lambda: box.world.journal.sends_total == 1)
    assert (await box.people.messages("1000001:5011"))[-1]["text"] == "from the answer"
    receiver.reply = {"method": "getMe"}
    await box.people.send("sam", "news", "y")
    await until(lambda: len(receiver.seen) == 2)
    assert [entry["method"] for entry in await box.people.journal(webhook="True")] == ["sendMessage"]


async def test_a_server_that_is_not_there_is_told_in_the_info(bot: Any, box: Box) -> None:
    await bot.ok("setWebhook", url="http://127.0.0.1:9/hook")
    await box.people.send("sam", "news", "x")
    await until(lambda: box.world.webhooks[1000001].last_error_date > 0)
    info = await bot.ok("getWebhookInfo")
    assert (info["last_error_message"], info["pending_update_count"]) == ("Connection refused", 1)
    await box.people.reset()
    assert (await bot.ok("getWebhookInfo"))["url"] == ""


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"url": "http://example.com/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://example.com:8080/"}, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ({"url": "https://example.com/"}, "bad webhook: Failed to resolve host: Name or service not known"),
        ({"url": "ftp://127.0.0.1/"}, "invalid webhook URL specified"),
        ({"url": "http://127.0.0.1:99999/"}, "invalid webhook URL specified"),
        ({"url": "http://127.0.0.1/", "secret_token": "x" * 257}, "secret token is too long"),
        ({"url": "http://127.0.0.1/", "secret_token": "no spaces"}, "secret token contains unallowed characters"),
    ],
)
async def test_a_webhook_that_telegram_would_not_take_is_refused(
    bot: Any, params: dict[str, str], refusal: str
) -> None:
    assert await bot.no("setWebhook", **params) == f"Bad Request: {refusal}"


async def test_webhooks_are_set_once_a_second_and_an_unchanged_one_says_so(
    bot: Any, box: Box, receiver: Receiver
) -> None:
    await bot.ok("setWebhook", url=receiver.url)
    assert await bot.no("setWebhook", url=receiver.url) == "Too Many Requests: retry after 1"
    box.world.next_webhook.clear()
    assert (await bot("setWebhook", url=receiver.url))["description"] == "Webhook is already set"
    box.world.next_webhook.clear()
    answer = await bot("setWebhook", url=receiver.url, max_connections=5, drop_pending_updates=True)
    assert answer["description"] == "Webhook was set"
    assert (await bot("setWebhook", url=""))["description"] == "Webhook was deleted"
