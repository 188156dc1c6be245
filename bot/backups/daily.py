"""The copy that a running bot makes by itself, once a day, at a quiet moment; the newest few stay."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.backups import packing
from bot.backups.packing import Made
from bot.backups.places import Places
from bot.errors import Problem, SharewireError, phrase
from bot.store import backups, notices
from bot.store.backups import LastBackup
from bot.store.database import Database

logger = logging.getLogger(__name__)

EVERY: Final = timedelta(hours=24)
PATIENCE: Final = timedelta(hours=2)
"""So long a due backup waits for a quiet moment."""
QUIET: Final = timedelta(minutes=2)
"""A moment is quiet when no post is due for so long."""
AGAIN: Final = timedelta(hours=1)
CARD: Final = "backup"
_KIND: Final = "daily-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What the rule looks at.

    last     when the last backup was made, by whomever
    began    when the bot began to work with this database
    failed   when the last attempt failed, in this life of the process
    busy     whether a post is on its way or due soon
    """

    now: datetime
    last: datetime | None = None
    began: datetime | None = None
    failed: datetime | None = None
    busy: bool = False


def is_due(moment: Moment) -> bool:
    """A day after the last one, or after the beginning; rather at a quiet moment; an hour after a failure."""
    since = moment.last or moment.began
    if since is None or (moment.failed is not None and moment.now - moment.failed < AGAIN):
        return False
    if since > moment.now + EVERY:  # the clock was set back: what is in the future tells nothing
        return True
    late = moment.now - since - EVERY
    return late >= PATIENCE or (late >= timedelta() and not moment.busy)


class Daily:
    """A stage: `once(now)` makes the backup when it is due; 1 = one was made."""

    def __init__(self, db: Database, places: Places, *, bot_id: int, keep: int) -> None:
        self._db = db
        self._places = places
        self._bot_id = bot_id
        self._keep = keep
        self._failed: datetime | None = None

    async def once(self, now: datetime) -> int:
        async with self._db.read() as tx:
            last = await backups.last(tx)
            moment = Moment(
                now=now,
                last=last.at if last else None,
                began=await backups.began(tx),
                failed=self._failed,
                busy=await backups.is_busy(tx, until=now + QUIET),
            )
        if not is_due(moment):
            return 0
        target = self._places.backups / packing.name_at(now, kind=_KIND)
        try:
            made = await asyncio.to_thread(packing.make, self._places, target, now=now)
        except SharewireError as error:
            await self._tell(error.problem, now)
            return 0
        await self._note(made, now)
        await asyncio.to_thread(prune, self._places.backups, self._keep)
        return 1

    async def _note(self, made: Made, now: datetime) -> None:
        self._failed = None
        async with self._db.write() as tx:
            await backups.put(tx, LastBackup(at=now, path=str(made.path), size=made.size))
            await notices.close(tx, bot_id=self._bot_id, key=CARD, now=now)
        logger.info("backup made", extra={"action": "backup_made", "path": str(made.path), "bytes": made.size})

    async def _tell(self, problem: Problem, now: datetime) -> None:
        """One card, however often it fails."""
        self._failed = now
        logger.warning("backup failed", extra={"action": "backup_failed", "problem": str(problem)})
        async with self._db.write() as tx:
            card = not_made(problem.code, self._places.backups)
            await notices.tell(tx, bot_id=self._bot_id, key=CARD, problem=card, now=now, counted=False)


def prune(folder: Path, keep: int) -> None:
    """Only what this stage made is ever removed."""
    for old in sorted(folder.glob(f"sharewire-{_KIND}*.zip"))[:-keep]:
        old.unlink(missing_ok=True)


def not_made(code: str, folder: Path) -> Problem:
    cause = {
        "SW-D34": phrase("The database is damaged."),
        "SW-D32": phrase("There is not enough room on the disk."),
    }.get(code, phrase("It could not be written."))
    return Problem(
        code="SW-D45",
        title=phrase("The daily backup was not made."),
        cause=cause,
        fix=phrase("Look at the folder {folder} and its disk, then run: sharewire backup", folder=str(folder)),
        where=str(folder),
        meanwhile=phrase("The bot works, and tries again every hour."),
    )
