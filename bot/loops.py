"""The one loop that runs stages: each in a task of its own, woken when there is work, waiting out its failures.

A stage is `once(now) -> rows handled`.  It is called again at once while it finds work, else when woken or after its
rest.  This is the only place where any exception is caught to keep running: a stage's bug or a lost database must not
stop the others.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.errors import AlreadyRunning, NotAllowed, SharewireError

logger = logging.getLogger(__name__)

_BACK_OFF: Final = (1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds to wait after the first, second, … failure in a row."""
_SELDOM: Final = 20
"""A trouble that lasts is said again after so many tries: ten minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    name: str
    once: Callable[[datetime], Awaitable[int]]
    rest: float = 1.0  # seconds until it looks again by itself
    wakes: tuple[str, ...] = ()  # stages that may have work when this one handled some


class Loops:
    """Runs stages until cancelled; `wake(name)` tells one that there is work."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages = tuple(stages)
        self._bells = {stage.name: asyncio.Event() for stage in stages}

    def add(self, stage: Stage) -> None:
        """One more, before `run`."""
        self._stages += (stage,)
        self._bells[stage.name] = asyncio.Event()

    def wake(self, name: str) -> None:
        """A stage that does not run here is not woken: another process looks by itself."""
        if name in self._bells:
            self._bells[name].set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            for stage in self._stages:
                tasks.create_task(self._run_stage(stage), name=stage.name)

    async def run_until_idle(self, *, most_rounds: int = 100_000) -> int:
        """All stages in turn until a whole round finds nothing due; rows handled.  Failures are raised."""
        handled = 0
        for _ in range(most_rounds):
            found = 0
            for stage in self._stages:
                found += await stage.once(_now())
            if not found:
                break
            handled += found
        return handled

    async def _run_stage(self, stage: Stage) -> None:
        failures = 0
        while True:
            try:
                found = await stage.once(_now())
                failures = 0
            except (NotAllowed, AlreadyRunning):  # waiting does not help: a person has to act
                raise
            except Exception as error:
                wait = _BACK_OFF[min(failures, len(_BACK_OFF) - 1)]
                _log_failure(stage, error, failures, wait)
                failures += 1
                await asyncio.sleep(wait)
                continue
            if found:
                self._ring(stage.wakes)
                continue
            await self._rest(stage)

    async def _rest(self, stage: Stage) -> None:
        bell = self._bells[stage.name]
        try:
            async with asyncio.timeout(stage.rest):
                await bell.wait()
        except TimeoutError:
            return
        finally:
            bell.clear()

    def _ring(self, names: Iterable[str]) -> None:
        for name in names:
            self.wake(name)


def _log_failure(stage: Stage, error: Exception, failures: int, wait: float) -> None:
    """What is known and passes by itself is a sentence, said now and then; anything else is told whole."""
    extra = {"action": "stage_failed", "stage": stage.name, "wait": wait}
    while isinstance(error, ExceptionGroup) and len({str(one) for one in error.exceptions}) == 1:
        error = error.exceptions[0]  # of several pieces of work side by side, all met the same
    if not isinstance(error, SharewireError):
        logger.error("stage failed", exc_info=error, extra=extra)
    elif failures < len(_BACK_OFF) or failures % _SELDOM == 0:
        logger.error("stage waits", extra=extra | {"code": error.problem.code, "problem": str(error.problem)})


def _now() -> datetime:
    return datetime.now(UTC)
