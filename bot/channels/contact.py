"""A sender's patience with a Telegram that does not answer: when to try again, and what to try first.

While it is out of reach a harmless call asks for it before any post does, since a post that is tried then may become
one of which nobody knows whether it went out.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Final

from telegram.error import TelegramError

from bot.channels.pace import WHOLE_BOT, Pacer
from bot.channels.telegram import Telegram

logger = logging.getLogger(__name__)

GIVE_UP: Final = 4
"""Failures in a row after which the caller is told; posts stay and are tried again at the next call."""


class Contact:
    """Of one sender.

    back_off  seconds to wait after the first, second, … failure in a row
    wake      called when Telegram was asked
    """

    def __init__(
        self, telegram: Telegram, pacer: Pacer, *, back_off: Sequence[float], wake: Callable[[], None]
    ) -> None:
        self._telegram = telegram
        self._pacer = pacer
        self._back_off = back_off
        self._wake = wake
        self._failures = 0
        self._probe: asyncio.Task[None] | None = None
        self.retry_at = float("-inf")
        """Monotonic seconds until which nothing is tried."""

    def met(self, *, reached: bool) -> None:
        """A call is over.  One that was lost on a line that else works (`reached`) changes nothing."""
        if reached and not self._telegram.reach.is_away:
            self._failures = 0
        else:
            self._wait()

    def is_there(self, *, busy: bool) -> bool:
        """Whether posts may be tried.  If not, Telegram is asked from time to time, while no call is out (`busy`)."""
        if not self._telegram.reach.is_away:
            return True
        if time.monotonic() >= self.retry_at and self._probe is None and not busy:
            self._probe = asyncio.create_task(self._ask(), name="is Telegram there?")
        return False

    def take_giving_up(self) -> bool:
        """Whether it was tried often enough for the caller to be told; then counted anew."""
        if self._failures < GIVE_UP:
            return False
        self._failures = 0
        return True

    def close(self) -> None:
        if self._probe is not None:
            self._probe.cancel()

    def _wait(self) -> None:
        now = time.monotonic()
        if now >= self.retry_at:  # several calls that fail together are one failure
            self._failures += 1
            wait = self._back_off[min(self._failures, len(self._back_off)) - 1]
            self.retry_at = now + wait
            self._pacer.hold(WHOLE_BOT, wait, now)

    async def _ask(self) -> None:
        try:
            await self._telegram.call("getMe", {})
        except TelegramError as error:
            logger.info("out of reach", extra={"action": "telegram_away", "error": str(error)})
        finally:
            self._probe = None
            if self._telegram.reach.is_away:
                self._wait()
            self._wake()
