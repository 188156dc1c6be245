"""Answers to people share the bot's pace with its posts, and come first.

PTB asks a rate limiter before each call of its own methods; the sender's posts do not pass here.  What people see
counts (send, forward, copy, edit); looking, polling and answering a button do not.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.channels.pace import Pacer

SPEAKING: Final = ("send", "forward", "copy", "edit")
SHORT_WAIT: Final = 10.0
"""Seconds that an answer waits when Telegram asks to; a longer wait is an error for the handler."""
TRIES: Final = 3
"""Calls for one answer: somebody who wrote a lot while the bot was away gets all of it, a second apart."""

T = TypeVar("T")
Call = Callable[..., Coroutine[Any, Any, Any]]


class AnswerPace(BaseRateLimiter[None]):
    """The part of the pace that is kept for answers: one interval ahead of posts, at most half of the rate."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Call,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Any:
        """Make the call when its turn comes; again after a short wait that Telegram asks for."""
        if not endpoint.startswith(SPEAKING) or endpoint == "sendChatAction":
            return await callback(*args, **kwargs)
        return await self.patiently(str(data.get("chat_id", "")), lambda: callback(*args, **kwargs))

    async def patiently(self, chat: str, call: Callable[[], Awaitable[T]]) -> T:
        """A call that shows something in `chat`.  Raises RetryAfter for a long wait, or when every try was refused."""
        await self._turn()
        for _ in range(TRIES - 1):
            try:
                return await call()
            except RetryAfter as error:
                wait = error._retry_after.total_seconds()
                self._pacer.refused(chat, wait, time.monotonic())
                if wait > SHORT_WAIT:
                    raise
                await asyncio.sleep(wait)
        return await call()

    async def _turn(self) -> None:
        now = time.monotonic()
        at = self._pacer.answer_slot(now)
        self._pacer.take_answer(at)
        if at > now:
            await asyncio.sleep(at - now)
