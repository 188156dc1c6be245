"""The loop that runs stages: work is done at once, failures are waited out, idleness is noticed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime

import pytest

from bot.errors import NotAllowed, Problem
from bot.loops import Loops, Stage


class Work:
    """A stage with `left` rows to handle; counts its calls."""

    def __init__(self, left: int, *, failures: int = 0, after: Work | None = None) -> None:
        self.left, self.failures, self.after, self.calls = left, failures, after, 0

    async def once(self, now: datetime) -> int:
        assert now.tzinfo is not None
        self.calls += 1
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise RuntimeError("on purpose")
        if not self.left:
            return 0
        self.left -= 1
        if self.after is not None:
            self.after.left += 1
        return 1


async def run_for(loops: Loops, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await loops.run()


async def test_until_idle_runs_every_stage_until_none_finds_work() -> None:
    second = Work(0)
    first = Work(3, after=second)
    stages = [Stage(name="second", once=second.once), Stage(name="first", once=first.once)]
    assert await Loops(stages).run_until_idle() == 6
    assert (first.left, second.left) == (0, 0)


async def test_a_stage_that_found_work_wakes_the_next_which_would_have_slept_long() -> None:
    second = Work(0)
    first = Work(2, after=second)
    loops = Loops(
        [
            Stage(name="first", once=first.once, wakes=("second", "nobody")),
            Stage(name="second", once=second.once, rest=3600),
        ]
    )
    await run_for(loops, 0.3)
    assert (first.left, second.left) == (0, 0)


async def test_a_stage_looks_again_by_itself_after_its_rest() -> None:
    work = Work(0)
    await run_for(Loops([Stage(name="work", once=work.once, rest=0.02)]), 0.3)
    assert work.calls > 3


async def test_a_failing_stage_does_not_stop_the_others_and_is_tried_again() -> None:
    bad, good = Work(1, failures=1), Work(1)
    loops = Loops([Stage(name="bad", once=bad.once, rest=0.01), Stage(name="good", once=good.once, rest=0.01)])
    await run_for(loops, 1.4)
    assert (bad.left, good.left) == (0, 0)


async def test_what_waiting_cannot_mend_ends_the_run() -> None:
    async def refused(_now: datetime) -> int:
        raise NotAllowed(Problem(code="SW-T401", title="t", cause="c", fix="f"))

    with pytest.raises(ExceptionGroup) as caught:
        await Loops([Stage(name="deliver", once=refused)]).run()
    assert caught.group_contains(NotAllowed)
