"""Reading hostile documents where they can do no harm: one long-lived worker process with limits and a watchdog.

`Parser.run(function, ...)` calls a top-level function in the worker and gives back what it returned.  The worker has no
secrets in its environment, little memory and little time; when a document takes too much of either, only the worker
dies, the caller gets a `ParseError`, and the next call starts a new worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import pickle
import resource
import signal
import struct
import sys
import traceback
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ParamSpec, Self, TypeVar

from bot.errors import ParseError, Problem, phrase

P = ParamSpec("P")
R = TypeVar("R")

TOO_HEAVY = "SW-D20"
UNREADABLE = "SW-D21"

_LENGTH = struct.Struct(">Q")
_MOST_REPLY = 256 * 1024 * 1024
_THREAD_ABOVE = 256 * 1024  # a reply over this is unpacked in a thread, so that the loop goes on
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost.  The worker as a whole stays under `memory` plus about 45 MB of shared libraries."""

    memory: int = 144 * 1024 * 1024  # bytes of heap and private mappings
    cpu: float = 5.0  # seconds
    wall: float = 20.0  # seconds, waiting for the machine included
    calls: int = 2_000  # then a fresh worker, so that leaks stay small


class Parser:
    """The worker and its watchdog.  Use as `async with Parser() as parser`; calls wait for one another."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._calls = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stop()

    async def run(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a top-level `function` of an importable module in the worker; arguments and result must pickle.

        Raises ParseError: the function's own, SW-D20 when it took too much, SW-D21 when it failed unforeseen.
        """
        request = pickle.dumps((function, args, kwargs), protocol=pickle.HIGHEST_PROTOCOL)
        async with self._turn:
            kind, value = await _unpack(await self._ask(request))
            if kind == "heavy":  # what it holds is in pieces
                await self._stop()
        if kind == "problem":
            raise ParseError(value)
        if kind == "heavy":
            raise ParseError(_too_heavy())
        if kind == "bug":
            _logger.error("a parser failed", extra={"action": "parser_failed", "trace": value})
            raise ParseError(_unreadable())
        result: R = value
        return result

    async def _ask(self, request: bytes) -> bytes:
        process = await self._ready()
        try:
            async with asyncio.timeout(self._limits.wall):
                return await _exchange(process, request)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
            await self._stop()
            raise ParseError(_too_heavy()) from error
        except BaseException:  # cancelled halfway: the pipe holds half a talk
            await self._stop()
            raise

    async def _ready(self) -> Process:
        if self._process and (self._calls >= self._limits.calls or self._process.returncode is not None):
            await self._stop()
        if self._process is None:
            self._process = await _start(self._limits)
            self._calls = 0
        self._calls += 1
        return self._process

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)  # Process.kill reaps a dead child before asyncio's watcher can
        await process.communicate()


async def _start(limits: Limits) -> Process:
    root = _root()
    words = [str(limits.memory), str(limits.cpu)]
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.parsing",
        *words,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        cwd=root,
        env={"PYTHONPATH": root},
    )


def _root() -> str:
    return str(Path(__file__).resolve().parent.parent)


async def _exchange(process: Process, request: bytes) -> bytes:
    assert process.stdin and process.stdout
    process.stdin.write(_LENGTH.pack(len(request)) + request)
    await process.stdin.drain()
    (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
    if length > _MOST_REPLY:
        raise ConnectionError("the worker's reply makes no sense")
    return await process.stdout.readexactly(length)


async def _unpack(reply: bytes) -> tuple[str, Any]:
    kind, value = await asyncio.to_thread(_load, reply) if len(reply) > _THREAD_ABOVE else _load(reply)
    return kind, value


def _load(reply: bytes) -> tuple[str, Any]:
    kind, value = pickle.loads(reply)  # noqa: S301  (from our own worker)
    return kind, value


def _too_heavy() -> Problem:
    return Problem(
        code="SW-D20",
        title=phrase("This document takes too much time or memory to read."),
        cause=phrase("It is built in a way that exhausts readers."),
        fix=phrase("Tell the site's owner; the source is paused when it happens three times."),
        meanwhile=phrase("Everything else goes on."),
        where="the document",
    )


def _unreadable() -> Problem:
    return Problem(
        code="SW-D21",
        title=phrase("This document could not be read."),
        cause=phrase("Its reader stumbled over something it did not foresee."),
        fix=phrase("Please report the address; the log has the details."),
        meanwhile=phrase("Everything else goes on."),
        where="the document",
    )


# ── inside the worker ────────────────────────────────────────────────────────────────────────────────────────────


def serve(source: BinaryIO, sink: BinaryIO, *, memory: int, cpu: float) -> None:
    """Answer calls until the pipe closes.  A call that takes over `cpu` seconds ends the process (SIGPROF)."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which closes the pipe
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)  # a document's tree is no garbage until it is read, and then it goes by itself
    while len(head := source.read(_LENGTH.size)) == _LENGTH.size:
        (length,) = _LENGTH.unpack(head)
        signal.setitimer(signal.ITIMER_PROF, cpu)
        reply = answer(source.read(length))
        signal.setitimer(signal.ITIMER_PROF, 0)
        sink.write(_LENGTH.pack(len(reply)) + reply)
        sink.flush()


def answer(request: bytes) -> bytes:
    """The pickled reply to a pickled call: (result | problem | heavy | bug, its value)."""
    try:
        function, args, kwargs = pickle.loads(request)  # noqa: S301  (from our own parent)
        return pickle.dumps(("result", function(*args, **kwargs)), protocol=pickle.HIGHEST_PROTOCOL)
    except ParseError as error:
        return pickle.dumps(("problem", error.problem))
    except MemoryError:
        return pickle.dumps(("heavy", None))
    except Exception:
        return pickle.dumps(("bug", traceback.format_exc()[-4000:]))


def main() -> None:
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between the replies
    serve(sys.stdin.buffer, out, memory=int(sys.argv[1]), cpu=float(sys.argv[2]))


if __name__ == "__main__":
    main()
