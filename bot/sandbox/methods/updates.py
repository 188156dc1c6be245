"""Methods by which a bot gets its updates: polling and webhooks."""

from __future__ import annotations

from bot.sandbox.accounts import Wire
from bot.sandbox.call import Call
from bot.sandbox.refusal import too_many_requests
from bot.sandbox.updates import TERMINATED, Webhook
from bot.sandbox.webhooks import check_secret, check_url, info

MAX_POLL = 50  # seconds (LONG_POLL_MAX_TIMEOUT)


class Raw(str):
    """A result that is JSON text already."""

    __slots__ = ()


async def get_updates(call: Call) -> Raw:
    queue = call.world.queues[call.bot.id]
    offset = call.integer("offset")
    limit = call.integer("limit", 100, 1, 100)
    timeout = call.integer("timeout", 0, 0, MAX_POLL)
    if not queue.webhook_active:
        queue.allow(call.text("allowed_updates"))
    return Raw(await queue.read(offset, limit, timeout))


async def set_webhook(call: Call) -> tuple[bool, str]:
    """An empty URL deletes; an unchanged one says so; more than one a second is too many."""
    url = call.text("url")
    if not url:
        return await delete_webhook(call)
    world, bot = call.world, call.bot
    now = world.clock.now()
    if now < world.next_webhook.get(bot.id, 0):
        raise too_many_requests(1)
    world.next_webhook[bot.id] = now + 1
    queue = world.queues[bot.id]
    new = Webhook(
        url,
        call.integer("max_connections", 40, 1, 100),
        call.text("secret_token"),
        call.text("ip_address"),
    )
    old = world.webhooks.get(bot.id)
    drop = call.flag("drop_pending_updates")
    if old is not None and not drop and _settings(old) == _settings(new):
        queue.allow(call.text("allowed_updates"))
        return True, "Webhook is already set"
    check_url(world, url)
    check_secret(new.secret)
    _stop(call)
    if drop:
        queue.drop()
    queue.allow(call.text("allowed_updates"))
    queue.webhook_active = True
    queue.abort(TERMINATED)
    world.webhooks[bot.id] = new
    world.webhook_changed(bot)
    return True, "Webhook was set"


def _settings(webhook: Webhook) -> tuple[str, int, str, str]:
    return webhook.url, webhook.max_connections, webhook.secret, webhook.ip_address


def _stop(call: Call) -> bool:
    webhook = call.world.webhooks.pop(call.bot.id, None)
    call.world.queues[call.bot.id].webhook_active = False
    if webhook is None:
        return False
    if webhook.task is not None:
        webhook.task.cancel()
    return True


async def delete_webhook(call: Call) -> tuple[bool, str]:
    was_set = _stop(call)
    if call.flag("drop_pending_updates"):
        call.world.queues[call.bot.id].drop()
    return True, "Webhook was deleted" if was_set else "Webhook is already deleted"


async def get_webhook_info(call: Call) -> Wire:
    return info(call.world, call.bot)


HANDLERS = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
