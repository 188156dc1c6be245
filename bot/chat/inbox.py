"""Where updates come in: fetched by long polling, written down, handled in order within a chat, then struck off.

python-telegram-bot's own updater confirms an update before its handlers finish and gives up on one that it cannot
parse; here a crash loses none, and a poisoned one is told and passed over.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels import intruders
from bot.chat.context import Context
from bot.errors import SharewireError, StoreError
from bot.store import sightings, updates

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

logger = logging.getLogger(__name__)

ALLOWED: Final = (
    *("message", "channel_post", "callback_query", "inline_query", "my_chat_member"),
    "message_reaction_count",  # not sent unless asked for
)
POLL_SECONDS: Final = 15  # less than the silence after which the transport gives up
MOST_AT_ONCE: Final = 64
FINISH_SECONDS: Final = 3.0
HEARD_EVERY: Final = timedelta(seconds=30)
PATIENT: Final = 2
"""Refusals because of another poller that are waited out before they are told."""
BACK_OFF: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds to wait after the first, second, … refusal in a row."""

Handle = Callable[[Update], Awaitable[None]]
Unwritten = Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]]
"""Told of updates that the database did not take; they come again."""


class Inbox:
    """Feeds updates to `handle`: one at a time within a chat, many chats at once."""

    def __init__(
        self,
        bot: Bot,
        context: Context,
        handle: Handle,
        *,
        back_off: tuple[float, ...] = BACK_OFF,
        unwritten: Unwritten | None = None,
    ) -> None:
        self._bot = bot
        self._unwritten = unwritten
        self._back_off = back_off
        self._context = context
        self._handle = handle
        self._last: dict[int, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self._heard_at = datetime.min.replace(tzinfo=UTC)
        self._troubled = True  # until the first good answer: the last life may have left a card open

    async def run(self) -> None:
        """Polls until cancelled.  Raises InvalidToken; everything else is waited out."""
        async with self._owned_tasks() as tasks:
            for body in await self._left_over():
                self._start(tasks, body)
            failures = 0
            while True:
                try:
                    for body in await self._fetch():
                        self._start(tasks, body)
                    await self._at_peace()
                    await self._say_heard()
                    failures = 0
                except InvalidToken:
                    raise
                except Exception as error:  # as the stages do: told, waited out, tried again
                    if isinstance(error, Conflict):
                        await self._in_conflict(error, failures)
                    await asyncio.sleep(self._wait_after(error, failures))
                    failures += 1

    @asynccontextmanager
    async def _owned_tasks(self) -> AsyncIterator[asyncio.TaskGroup]:
        """A stopped inbox lets its handlers finish what they began, for a moment: an answer that is out but not struck
        off would be given again after the restart.  Then it cancels them; the rest is still unhandled in the store."""
        async with asyncio.TaskGroup() as tasks:
            try:
                yield tasks
            finally:
                if self._last:  # the newest of each chat waits for those before it
                    await asyncio.wait(tuple(self._last.values()), timeout=FINISH_SECONDS)

    async def _left_over(self) -> tuple[Mapping[str, Any], ...]:
        async with self._context.db.read() as tx:
            since = self._context.now() - timedelta(hours=24)
            return await updates.unhandled(tx, bot_id=self._context.bot_id, since=since)

    async def _fetch(self) -> list[Mapping[str, Any]]:
        context = self._context
        async with context.db.read() as tx:
            latest = await updates.latest(tx, bot_id=context.bot_id)
        asked = {"timeout": POLL_SECONDS, "allowed_updates": list(ALLOWED)}
        if latest is not None:
            asked["offset"] = latest + 1
        found = await context.telegram.call("getUpdates", asked)
        if not isinstance(found, list) or not found:
            return []
        try:
            return await self._write_down(found)
        except StoreError:
            if self._unwritten is not None:
                await self._unwritten(found)
            raise

    async def _write_down(self, found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Those that are new."""
        context, new = self._context, []
        async with context.db.write() as tx:
            for body in found:
                number = body["update_id"]
                if await updates.receive(tx, bot_id=context.bot_id, update_id=number, body=body, now=context.now()):
                    await sightings.note(tx, bot_id=context.bot_id, update=body, now=context.now())
                    new.append(body)
        return new

    def _start(self, tasks: asyncio.TaskGroup, body: Mapping[str, Any]) -> None:
        chat = _chat_of(body)
        task = tasks.create_task(self._one(body, self._last.get(chat)))
        self._last[chat] = task
        task.add_done_callback(lambda done: self._last.pop(chat) if self._last.get(chat) is done else None)

    async def _one(self, body: Mapping[str, Any], before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        async with self._places:
            try:
                update = Update.de_json(dict(body), self._bot)
                await self._handle(update)
            except Exception:  # the one place where a handler's bug ends: it must not stop everybody else's updates
                logger.exception("update failed", extra={"update": body.get("update_id")})
            await self._strike_off(body)

    async def _strike_off(self, body: Mapping[str, Any]) -> None:
        context = self._context
        try:
            async with context.db.write() as tx:
                await updates.mark_handled(tx, bot_id=context.bot_id, update_id=body["update_id"], now=context.now())
        except Exception:  # it will be handled again after a restart, which is better than stopping now
            logger.exception("update not struck off", extra={"update": body["update_id"]})

    async def _in_conflict(self, error: Conflict, failures: int) -> None:
        """One refusal alone may be our own last life, whose question is still open at Telegram."""
        if failures < PATIENT and "webhook" not in error.message.lower():
            return
        self._troubled = True
        context = self._context
        try:
            await intruders.notice_conflict(context.db, context.telegram, error, now=context.now())
        except Exception:  # the card comes with the next refusal
            logger.exception("conflict not told", extra={"action": "notice_failed"})
        context.wake("notices")

    async def _say_heard(self) -> None:
        """Now and then: what people post in channels is known up to here."""
        now = self._context.now()
        if now - self._heard_at < HEARD_EVERY:
            return
        self._heard_at = now
        async with self._context.db.write() as tx:
            await sightings.heard(tx, bot_id=self._context.bot_id, now=now)

    async def _at_peace(self) -> None:
        if self._troubled:
            self._troubled = False
            await intruders.notice_peace(self._context.db, bot_id=self._context.bot_id, now=self._context.now())
            self._context.wake("notices")

    def _wait_after(self, error: Exception, failures: int) -> float:
        if isinstance(error, RetryAfter):
            seconds = error.retry_after
            return seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)
        wait = self._back_off[min(failures, len(self._back_off) - 1)]
        if isinstance(error, SharewireError):
            if failures < 2:
                logger.error("inbox waits", extra={"action": "inbox_failed", "problem": str(error), "wait": wait})
            return wait
        if not isinstance(error, TelegramError):
            logger.error("inbox failed", exc_info=error, extra={"action": "inbox_failed", "wait": wait})
            return wait
        if isinstance(error, Conflict):
            words = "another copy of this bot is running with the same token; this one waits for it to stop"
        else:
            words = "Telegram does not answer; trying again"
        if failures < 2:  # said twice, then quietly tried
            logger.warning(words, extra={"action": "poll_failed", "error": type(error).__name__, "wait": wait})
        return wait


def _chat_of(body: Mapping[str, Any]) -> int:
    """The chat or person whose updates keep their order."""
    for part in body.values():
        if isinstance(part, dict):
            chat = part.get("chat") or (part.get("message") or {}).get("chat") or part.get("from")
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return int(chat["id"])
    return 0
