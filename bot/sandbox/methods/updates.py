"""Methods by which a bot gets its updates."""

from __future__ import annotations

from bot.sandbox.call import Call

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


HANDLERS = {"getUpdates": get_updates}
