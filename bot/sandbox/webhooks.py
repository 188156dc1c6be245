"""Webhooks: updates are posted to the bot's own server, in order per chat, again and again until taken.

WebhookActor.cpp: one request in flight per chat or user, at most `max_connections` in all; anything but 2xx is tried
again at once, then after 2, 4, 8… seconds up to a random 60 to 120 (or the answer's Retry-After, at most an hour)
until the update expires; an answer may carry a method to run.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.sandbox.accounts import Bot, Wire
from bot.sandbox.refusal import bad_request
from bot.sandbox.updates import DEFAULT_TYPES, TYPES, Queue, Update, Webhook
from bot.sandbox.world import World

if TYPE_CHECKING:
    import aiohttp


PORTS = (443, 80, 88, 8443)
MAX_SECRET = 256
MAX_PAUSE = 3600.0
TIMEOUT = 60.0

Reply = Callable[[dict[str, str]], Awaitable[None]]
"""Runs a method that a webhook's answer carries; `method` is among the arguments."""


def check_url(world: World, url: str) -> None:
    """Https anywhere, plain http only to hosts that the operator allows.  Raises 400."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    host = parts.hostname or ""
    local = host in world.plan.webhooks
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if parts.scheme not in ("http", "https") or not host:
        raise bad_request("invalid webhook URL specified")
    if local:
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    raise bad_request("bad webhook: Failed to resolve host: Name or service not known")


def check_secret(secret: str) -> None:
    if len(secret) > MAX_SECRET:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")


def info(world: World, bot: Bot) -> Wire:
    """As `WebhookInfo`."""
    queue = world.queues[bot.id]
    webhook = world.webhooks.get(bot.id)
    wire: Wire = {
        "url": webhook.url if webhook is not None else "",
        "has_custom_certificate": False,
        "pending_update_count": queue.count(),
    }
    if webhook is not None:
        if webhook.ip_address:
            wire["ip_address"] = webhook.ip_address
        wire["max_connections"] = webhook.max_connections
        if webhook.last_error_date:
            wire["last_error_date"] = webhook.last_error_date
            wire["last_error_message"] = webhook.last_error
    if queue.allowed != DEFAULT_TYPES:
        wire["allowed_updates"] = [name for name in TYPES if name in queue.allowed]
    return wire


async def deliver(world: World, queue: Queue, webhook: Webhook, reply: Reply) -> None:
    """Post a bot's updates until cancelled."""
    import aiohttp

    busy: set[str] = set()
    running: set[asyncio.Task[None]] = set()
    signal = queue.on_push = asyncio.Event()
    async with aiohttp.ClientSession(trust_env=False) as session:
        try:
            while True:
                signal.clear()
                queue.expire()
                for update in _next(queue, busy, webhook.max_connections - len(running)):
                    busy.add(update.lane)
                    task = asyncio.create_task(_attempt(world, queue, webhook, session, update, reply))
                    running.add(task)

                    def done(finished: asyncio.Task[None], lane: str = update.lane) -> None:
                        running.discard(finished)
                        busy.discard(lane)
                        signal.set()

                    task.add_done_callback(done)
                await signal.wait()
        finally:
            queue.on_push = None
            for task in list(running):
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


def _next(queue: Queue, busy: set[str], room: int) -> list[Update]:
    """The first waiting update of each idle lane."""
    taken: set[str] = set()
    found: list[Update] = []
    for update in queue.pending:
        if len(found) >= room:
            break
        if update.lane not in busy and update.lane not in taken:
            found.append(update)
        taken.add(update.lane)
    return found


async def _attempt(
    world: World, queue: Queue, webhook: Webhook, session: aiohttp.ClientSession, update: Update, reply: Reply
) -> None:
    """Post one update once; on failure wait out the pause before its lane is free again."""
    import aiohttp

    headers = {"Content-Type": "application/json"}
    if webhook.secret:
        headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
    pause: float | None = None
    try:
        async with session.post(
            webhook.url,
            data=update.body.encode("utf-8", "replace"),
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=TIMEOUT),
        ) as response:
            body = await response.read()
            if 200 <= response.status < 300:
                with suppress(ValueError):
                    queue.pending.remove(update)
                webhook.tries.pop(update.id, None)
                await _run_reply(body, response.content_type, reply)
                return
            webhook.last_error = f"Wrong response from the webhook: {response.status} {response.reason}"
            asked = response.headers.get("Retry-After", "")
            pause = min(float(asked), MAX_PAUSE) if asked.isdigit() else None
    except TimeoutError:
        webhook.last_error = "Read timeout expired"
    except (aiohttp.ClientConnectorError, OSError):
        webhook.last_error = "Connection refused"
    except aiohttp.ClientError:
        webhook.last_error = "Connection reset by peer"
    webhook.last_error_date = world.now()
    failures = webhook.tries[update.id] = webhook.tries.get(update.id, 0) + 1
    if pause is None:
        pause = 0.0 if failures == 1 else min(2.0 ** (failures - 1), random.uniform(60, 120))
    await world.clock.sleep(pause)


async def _run_reply(body: bytes, mime: str, reply: Reply) -> None:
    """Run the method that an answer carries; `get…` methods are not allowed there."""
    if not body or mime != "application/json":
        return
    try:
        value = json.loads(body)
    except ValueError:
        return
    if not isinstance(value, dict) or not isinstance(value.get("method"), str):
        return
    if value["method"].lower().startswith("get"):
        return
    await reply({name: item if isinstance(item, str) else json.dumps(item) for name, item in value.items()})
