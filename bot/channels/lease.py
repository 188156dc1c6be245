"""One sender per bot token at a time.

On SQLite a file lock beside the database: a second process is refused at once, in words.  On PostgreSQL a lease row,
renewed by a task of its own on the database's clock; every claim and mark checks the epoch in its own transaction, and
`check` looks at the deadline right before a request is written.  The deadline counts CLOCK_BOOTTIME, which goes on
while a machine sleeps, so a sender that was frozen past its lease sends nothing when it wakes.  What was already on
the wire cannot be called back; its outcome is unknown to the next holder, who settles and looks.

A lease belongs to the server that gave it: where another answers under the same address (a replica that took over), or
the same one was set back, the last commits may be missing, and the lease is over.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, Final

from bot.channels import causes
from bot.errors import AlreadyRunning
from bot.store import leases, locks, server
from bot.store.database import Database, Tx

logger = logging.getLogger(__name__)

LASTS: Final = timedelta(seconds=15)
MARGIN: Final = 0.1
"""The last part of the lease, in which nothing is sent any more."""


class LeaseLostError(Exception):
    """Another sender may have taken over: stop, record nothing."""


class Lease:
    """Held while its context is open.  `epoch` rises with every holder."""

    restored = False
    """Whether the database is older than what is remembered beside it: it was restored from a copy."""
    remembered = 0
    """How far the ledger's count was by what is remembered beside it."""
    went_back = False
    """Whether the server was set back while we held the lease."""
    aloft: Path | None = None
    """Where the calls in the air are noted (channels.aloft)."""

    def __init__(
        self,
        *,
        name: str,
        epoch: int,
        lasts: timedelta,
        fenced: bool,
        since: float,
        timeline: int | None = None,
        clock: Callable[[], float],
    ) -> None:
        self.name = name
        self.epoch = epoch
        self._lasts = lasts
        self.memory: IO[str] | None = None
        self._fenced = fenced
        self._clock = clock
        self._timeline = timeline
        self._place, self._placed_at = 0, time.monotonic()
        self._deadline = since + lasts.total_seconds()

    def check(self) -> None:
        """Called right before a request is written.  Raises LeaseLostError."""
        if self._fenced and self._clock() > self._deadline - MARGIN * self._lasts.total_seconds():
            raise LeaseLostError(f"the lease of epoch {self.epoch} has run out")

    def remember(self, count: int) -> None:
        """Write beside the database who holds the lease, under which epoch, and how far the ledger's count is."""
        if self.memory is None:
            return
        try:
            locks.write(self.memory, who=whoami(), epoch=self.epoch, count=count)
        except OSError as error:  # a full disk: the ledger itself decides whether anything is sent
            logger.warning("epochs are not remembered", extra={"action": "epoch_file", "error": str(error)})

    async def hold(self, tx: Tx) -> None:
        """The fence of a claim or mark: nobody takes over before this transaction ends.  Raises LeaseLostError."""
        self.check()
        self.went_back = self.went_back or server.went_back(tx, since=self._placed_at, place=self._place)
        if self.went_back or server.timeline(tx) != self._timeline:
            raise LeaseLostError("another server answers, or the same without its last commits")
        if self._fenced and not await leases.is_ours(tx, name=self.name, epoch=self.epoch, lasts=self._lasts):
            raise LeaseLostError(f"epoch {self.epoch} is over")

    async def keep(self, db: Database) -> None:
        """Renew until cancelled or lost.  A database that is away for a moment is asked again."""
        while True:
            await asyncio.sleep(self._lasts.total_seconds() / 3)
            asked = self._clock()  # the lease counts from before the question, never from after the answer
            try:
                async with db.write() as tx:
                    ours = await leases.renew(tx, name=self.name, epoch=self.epoch, lasts=self._lasts)
                    here = await self._is_where_it_was(tx)
            except Exception as error:  # any failure of the database: the deadline decides, not the error
                logger.warning(
                    "lease not renewed", extra={"action": "lease_renew_failed", "error": type(error).__name__}
                )
                continue
            if not (ours and here):
                self._deadline = float("-inf")
                return
            self._deadline = asked + self._lasts.total_seconds()

    async def _is_where_it_was(self, tx: Tx) -> bool:
        """Whether the same server answers, with all that it had."""
        asked, before = time.monotonic(), self._place
        self._place = await server.place(tx)
        self._placed_at = asked
        self.went_back = self.went_back or self._place < before
        return server.timeline(tx) == self._timeline and not self.went_back


@asynccontextmanager
async def hold_lease(
    db: Database,
    *,
    bot_id: int,
    lasts: timedelta = LASTS,
    folder: Path | None = None,
    clock: Callable[[], float] | None = None,
) -> AsyncIterator[Lease]:
    """Be the sender of this bot while the context is open.

    folder   where to remember, beside a PostgreSQL database, how far it was; None = nowhere
    clock    seconds that go on while the machine sleeps

    Raises AlreadyRunning if somebody else is (on PostgreSQL a standby asks again later)."""
    name = f"sender:{bot_id}"
    path = _memory_path(db, bot_id, folder)
    lock = None if path is None else _lock_file(path) if db.is_sqlite else _memory(path)
    try:
        lease = await _take(db, name, lasts, clock or boottime)
        if lock is not None:
            lease.aloft = None if path is None else path.with_suffix(".aloft")
            epoch, lease.remembered = locks.read(lock)
            lease.restored = lease.epoch <= epoch
            lease.memory = lock
            lease.remember(lease.remembered)
        renewing = asyncio.create_task(lease.keep(db), name=f"lease {name}") if not db.is_sqlite else None
        try:
            yield lease
        finally:
            if renewing is not None:
                renewing.cancel()
                with suppress(asyncio.CancelledError):
                    await renewing
            await _give_back(db, lease)
    finally:
        if lock is not None:
            lock.close()  # which also unlocks it


def whoami() -> str:
    """Who holds the lease, for people: host and process."""
    return f"{socket.gethostname()}, process {os.getpid()}"


def boottime() -> float:
    """Seconds since boot, sleep included; where the system has no such clock, monotonic ones."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Nap:
    """How long this machine slept since the last look: boot time goes on meanwhile, monotonic time does not."""

    def __init__(self) -> None:
        self._ahead = boottime() - time.monotonic()

    def take(self) -> float:
        ahead = boottime() - time.monotonic()
        slept, self._ahead = ahead - self._ahead, ahead
        return max(0.0, slept)


async def _take(db: Database, name: str, lasts: timedelta, clock: Callable[[], float]) -> Lease:
    async with db.write() as tx:
        asked = clock()
        timeline = server.timeline(tx)
        taken = await leases.take(tx, name=name, holder=whoami(), lasts=lasts, force=db.is_sqlite)
        if taken is None:
            now = await leases.database_now(tx)
            held = await leases.current(tx, name=name)
            assert held is not None
            raise AlreadyRunning(causes.lease_held(held.holder, (held.expires_at - now).total_seconds()))
    return Lease(
        name=name, epoch=taken.epoch, lasts=lasts, fenced=not db.is_sqlite, since=asked, timeline=timeline, clock=clock
    )


async def _give_back(db: Database, lease: Lease) -> None:
    try:
        async with db.write() as tx:
            await leases.give_back(tx, name=lease.name, epoch=lease.epoch)
    except Exception as error:  # it runs out by itself
        logger.warning("lease not given back", extra={"action": "lease_kept", "error": type(error).__name__})


def _memory_path(db: Database, bot_id: int, folder: Path | None) -> Path | None:
    """The file beside an SQLite database, or that for the PostgreSQL database at this address; None = nowhere."""
    if db.path is not None:
        return locks.path_of(db.path, bot_id)
    if folder is None or db.is_sqlite:
        return None
    address = hashlib.sha256(db.place.encode()).hexdigest()[:12]
    return folder / f"sender-{bot_id}-{address}.epoch"


def _lock_file(path: Path) -> IO[str]:
    """The locked file, whose first line says who holds it.  Raises AlreadyRunning."""
    import fcntl

    file = locks.opened(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.readline().strip()
        file.close()
        raise AlreadyRunning(causes.already_running(str(path), holder)) from None
    return file


def _memory(path: Path) -> IO[str] | None:
    """The file that remembers the epochs of the database at this address; None where it cannot be kept."""
    try:
        return locks.opened(path)
    except OSError as error:
        logger.warning("epochs are not remembered", extra={"action": "epoch_file", "error": str(error)})
        return None
