"""The worker that reads hostile documents: what it may cost, and that it comes back."""

from __future__ import annotations

import asyncio
import os
import pickle
import time
from itertools import pairwise
from pathlib import Path

import pytest

from bot.errors import ParseError, Problem
from bot.parsing import TOO_HEAVY, UNREADABLE, Limits, Parser, answer


def double(text: str) -> str:
    return text * 2


def whoami() -> int:
    return os.getpid()


def environment() -> dict[str, str]:
    return dict(os.environ)


def spin() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(60)


def devour() -> int:
    return len([bytes(1 << 20) for _ in range(1000)])


def die() -> None:
    os._exit(3)


def refuse() -> None:
    raise ParseError(Problem(code="SW-S01", title="No.", cause="Because.", fix="Go."))


def stumble() -> None:
    print("noise on standard output")
    raise KeyError("unforeseen")


def chatter(size: int) -> list[int]:
    print("noise on standard output")
    return list(range(size))


def peak() -> int:
    """The most memory that the worker has held, in kB (`ru_maxrss` would count its parent's from before the exec)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def hold_much() -> int:
    return len([b"x" * (1 << 20) for _ in range(100)])


async def code_of(parser: Parser, function: object) -> str:
    with pytest.raises(ParseError) as caught:
        await parser.run(function)  # type: ignore[arg-type]
    return caught.value.problem.code


async def test_one_worker_answers_call_after_call_without_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:secret")
    async with Parser() as parser:
        assert await parser.run(double, "ab") == "abab"
        first, second = await asyncio.gather(parser.run(whoami), parser.run(whoami))
        assert first == second != os.getpid()
        assert "BOT_TOKEN" not in await parser.run(environment)
        assert len(await parser.run(chatter, 200_000)) == 200_000


async def test_a_document_that_takes_too_much_costs_only_the_worker() -> None:
    async with Parser(Limits(cpu=1.0, wall=4.0)) as parser:
        for function in (spin, sleep, devour, die):
            assert await code_of(parser, function) == TOO_HEAVY
            assert await parser.run(double, "x") == "xx"
        assert await parser.run(hold_much) == 100
        assert 100_000 < await parser.run(peak) < 200_000


async def test_a_parser_s_own_refusal_and_its_bugs_come_back_in_words(caplog: pytest.LogCaptureFixture) -> None:
    async with Parser() as parser:
        pid = await parser.run(whoami)
        assert await code_of(parser, refuse) == "SW-S01"
        assert await code_of(parser, stumble) == UNREADABLE
        assert "a parser failed" in caplog.text
        assert "unforeseen" in caplog.records[0].trace
        assert await parser.run(whoami) == pid


def exhaust() -> None:
    raise MemoryError


def test_a_call_is_answered_with_its_result_or_what_went_wrong() -> None:
    def reply(function: object, *args: object) -> tuple[str, object]:
        kind, value = pickle.loads(answer(pickle.dumps((function, args, {}))))
        return kind, value

    assert reply(double, "ab") == ("result", "abab")
    assert reply(exhaust) == ("heavy", None)
    assert reply(refuse)[0] == "problem"
    kind, trace = reply(stumble)
    assert kind == "bug"
    assert "KeyError" in str(trace)


async def test_a_worker_retires_after_many_calls_and_when_it_was_killed() -> None:
    async with Parser(Limits(calls=2)) as parser:
        pids = [await parser.run(whoami) for _ in range(4)]
        assert pids[0] == pids[1] != pids[2] == pids[3]
        os.kill(pids[3], 9)
        while True:
            try:
                os.kill(pids[3], 0)
                await asyncio.sleep(0.01)
            except ProcessLookupError:
                break
        assert await parser.run(double, "x") == "xx"


async def test_a_cancelled_call_leaves_no_half_reply_behind() -> None:
    async with Parser() as parser:
        task = asyncio.create_task(parser.run(sleep))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await parser.run(double, "y") == "yy"


async def test_the_loop_goes_on_while_a_large_reply_comes_in() -> None:
    """In the loop's own CPU time, which a busy machine does not stretch: no step costs it what unpacking costs."""
    size = 2_000_000
    reply = pickle.dumps(list(range(size)), protocol=pickle.HIGHEST_PROTOCOL)
    started = time.thread_time()
    pickle.loads(reply)
    unpacking = time.thread_time() - started
    marks = [time.thread_time()]

    async def tick() -> None:
        while True:
            await asyncio.sleep(0.001)
            marks.append(time.thread_time())

    async with Parser() as parser:
        await parser.run(double, "warm")
        ticker = asyncio.create_task(tick())
        await parser.run(chatter, size)
        marks.append(time.thread_time())  # the step that ended it counts too
        ticker.cancel()
    assert max(later - before for before, later in pairwise(marks)) < unpacking / 2
