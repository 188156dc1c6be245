"""`sharewire run`: the stages until Ctrl-C, or until nothing is due."""

from __future__ import annotations

import asyncio
import difflib
import gc
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from bot import logs, settings
from bot.app import STAGES, App, opened
from bot.backups.places import places_of
from bot.commands.configuring import apply_at_start, reload
from bot.commands.output import print_json
from bot.commands.sandboxing import until_stopped
from bot.errors import Problem, SharewireError, UsageError
from bot.store import swap


async def run_stages(names: tuple[str, ...], *, until_idle: bool, as_json: bool) -> int:
    chosen = _check(names)
    found = settings.load()
    secrets = (found.token, found.database_url)
    logs.set_up(style=found.log_format, level=found.log_level, secrets=secrets)
    await asyncio.to_thread(swap.settle, places_of(found).anchor)
    async with opened(found) as parts:
        await apply_at_start(parts.db, found)
        app = App(parts, chosen if not until_idle else tuple(n for n in chosen if n != "chat"))
        async with app.started():
            if until_idle:
                handled = await app.run_until_idle()
                print_json({"handled": handled}) if as_json else print(f"Nothing is due. {handled} rows handled.")
                return 0
            for line in app.lines:
                print(line, flush=True)
            with _hanging_up(partial(reload, parts.db, found)):
                await _run_until_stopped(app)
    print("Stopped cleanly.", file=sys.stderr)
    return 0


@contextmanager
def _hanging_up(again: Callable[[], Coroutine[Any, Any, None]]) -> Iterator[None]:
    """SIGHUP reads the configuration file again."""
    loop, running = asyncio.get_running_loop(), set[asyncio.Task[None]]()

    def start() -> None:
        task = loop.create_task(again())
        running.add(task)
        task.add_done_callback(running.discard)

    loop.add_signal_handler(signal.SIGHUP, start)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
        for task in running:
            task.cancel()


def collect_seldom() -> None:
    """Have the garbage collector walk less: what is loaded stays, so no collection walks through it again and holds
    up the loop; and most of what a round makes is gone before 10,000 objects are there (measured: a sixth of a
    sender's time went into collections at Python's 700)."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


async def _run_until_stopped(app: App) -> None:
    """Until a signal, or until something that waiting cannot mend."""
    collect_seldom()
    running = asyncio.create_task(app.run())
    stopped = asyncio.create_task(until_stopped())
    try:
        await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            _raise_first(running.exception())
    finally:
        for task in (running, stopped):
            task.cancel()
        await asyncio.gather(running, stopped, return_exceptions=True)


def _raise_first(error: BaseException | None) -> None:
    """The problem a person has to act on, out of the group that the stages' tasks ended with."""
    while isinstance(error, BaseExceptionGroup):
        told = [e for e in error.exceptions if isinstance(e, SharewireError | BaseExceptionGroup)]
        error = (told or list(error.exceptions))[0]
    if error is not None:
        raise error


def _check(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in STAGES:
            near = difflib.get_close_matches(name, STAGES, n=1)
            hint = f'Did you mean "{near[0]}"?' if near else f"The stages are: {', '.join(STAGES)}."
            raise UsageError(
                Problem(
                    code="SW-C23",
                    title=f'"{name}" is not a stage.',
                    cause="No stage has this name.",
                    fix=hint,
                    where="sharewire run",
                    meanwhile="Nothing was started.",
                )
            )
    return names or STAGES
