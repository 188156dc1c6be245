"""The work of `sharewire index`: an archive comes in line by line, however large it is.

It may be stopped at any time: what came in stays, and the same command passes over it and goes on.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import lzma
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from bot import settings
from bot.articles.importing import Row, import_rows, read_row
from bot.commands.documents import cannot_read, is_address, read_document
from bot.errors import SharewireError, UsageError
from bot.store import search
from bot.store.database import Database, open_database

BATCH: Final = 1_000
MANY: Final = 5_000
_MOST_ERRORS: Final = 1_000  # kept to be shown


@dataclass(slots=True)
class Progress:
    """How far it is.  `share`: of the file, where its size is known."""

    lines: int = 0
    added: int = 0
    known: int = 0
    unusable: int = 0
    errors: list[str] = field(default_factory=list)
    share: float | None = None
    ordering: bool = False
    """All lines are in; the index is put in order."""

    def as_json(self) -> dict[str, Any]:
        return {"added": self.added, "known": self.known, "errors": self.errors}


async def load_archive(
    name: str, progress: Progress, tell: Callable[[Progress], None], *, batch: int = BATCH, many: int = MANY
) -> None:
    """Rows `{id, title, text, published, url}`; those known already are left as they are.  `tell` is called after
    every piece of `batch` lines; after `many` new ones the index takes large pieces.  Raises UsageError for a file that
    cannot be read."""
    now = datetime.now(UTC)
    with _opened(name) as (lines, share):
        async with open_database(settings.load().database) as db:
            try:
                while piece := list(islice(lines, batch)):
                    await _take(db, name, piece, progress, now, many=many)
                    progress.share = share()
                    tell(progress)
            except (OSError, EOFError, lzma.LZMAError) as error:  # a compressed file that is damaged further on
                raise UsageError(cannot_read(Path(name), f"It is damaged: {error}.")) from error
            finally:
                if progress.added >= many:
                    async with db.write() as tx:
                        await search.end_bulk(tx)
            if progress.added >= many:
                progress.ordering = True
                async for _ in search.put_in_order(db):
                    tell(progress)


async def _take(db: Database, name: str, piece: list[bytes], progress: Progress, now: datetime, *, many: int) -> None:
    rows: list[Row] = []
    empty = 0
    for number, line in enumerate(piece, progress.lines + 1):
        if not line.strip():
            continue
        try:
            row = read_row(_object(line))
        except (ValueError, SharewireError) as error:
            progress.unusable += 1
            if len(progress.errors) < _MOST_ERRORS:
                progress.errors.append(f"{name}:{number}: {error}")
            continue
        if row is None:
            empty += 1
        else:
            rows.append(row)
    added = await import_rows(db, rows, now=now)
    if progress.added < many <= progress.added + added:
        async with db.write() as tx:
            await search.begin_bulk(tx)
    progress.added += added
    progress.known += len(rows) - added + empty
    progress.lines += len(piece)


def _object(line: bytes) -> dict[str, Any]:
    given = json.loads(line.decode("utf8", "replace"))
    if not isinstance(given, dict):
        raise ValueError("not an object")
    return given


@contextlib.contextmanager
def _opened(name: str) -> Iterator[tuple[Iterator[bytes], Callable[[], float | None]]]:
    """The lines of a file (.gz and .xz are opened), an address or standard input; and how much of it was read."""
    if name == "-":
        yield iter(sys.stdin.buffer), lambda: None
        return
    if is_address(name):
        yield iter(io.BytesIO(read_document(name).body)), lambda: None
        return
    path = Path(name)
    try:
        size = path.stat().st_size
        raw = path.open("rb")
    except OSError as error:
        raise UsageError(cannot_read(path, f"{error.strerror}.")) from error
    with contextlib.ExitStack() as stack:
        file: Any = stack.enter_context(raw)
        if path.suffix == ".gz":
            file = stack.enter_context(gzip.GzipFile(fileobj=raw))
        elif path.suffix == ".xz":
            file = stack.enter_context(lzma.LZMAFile(raw))
        yield iter(file), lambda: _share(raw, size)


def _share(raw: BinaryIO, size: int) -> float | None:
    return min(1.0, raw.tell() / size) if size else None


# ── for people ───────────────────────────────────────────────────────────────────────────────────────────────────


class Ticker:
    """Says now and then how far it is: on one line of a terminal, else a line every half minute."""

    def __init__(self, out: Any = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out or sys.stderr
        self._clock = clock
        self._started = self._said = clock()
        self._live = bool(self._out.isatty())
        self._width = 0

    def __call__(self, progress: Progress) -> None:
        now = self._clock()
        if now - self._said < (0.5 if self._live else 30):
            return
        self._said = now
        line = told(progress, now - self._started)
        if self._live:
            print(f"\r{line.ljust(self._width)}", end="", file=self._out, flush=True)
            self._width = len(line)
        else:
            print(line, file=self._out, flush=True)

    def done(self) -> None:
        if self._width:
            print(file=self._out)


def told(progress: Progress, seconds: float) -> str:
    """How far it is after so many seconds, in a line."""
    if progress.ordering:
        return f"{progress.lines:,} lines read; putting the index in order"
    line = f"{progress.lines:,} lines read, {progress.added:,} articles added"
    if progress.share and seconds >= 1:
        left = seconds * (1 - progress.share) / progress.share
        line += f", {progress.share:.0%}, about {_duration(left)} left"
    return line


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3600:.1f} h"
