"""Times in which nothing could be sent: what waited then and what became of it, and a note beside the database that
can be written when the database cannot."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Text, func, select, type_coerce

from bot.errors import Problem
from bot.model import Json, PostState
from bot.store import facts, problems
from bot.store.database import Tx
from bot.store.schema import channels, posts

logger = logging.getLogger(__name__)

FOLDED: Final = "SW-T420"
_ROOM: Final = 4096
_TRIAL: Final = 64 * 1024
_OPEN: Final = (PostState.QUEUED, PostState.SENDING)
_DOUBTFUL: Final = (PostState.UNKNOWN, PostState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """Messages to channels that could not go out in time: how many did since, wait still, went into a digest, or are
    of unknown outcome."""

    sent: int = 0
    waiting: int = 0
    folded: int = 0
    doubtful: int = 0

    @property
    def count(self) -> int:
        return self.sent + self.waiting + self.folded + self.doubtful


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One outage, as it is noted beside the database.  `messages`: chat -> id, where it was told without it."""

    kind: str
    since: datetime
    until: datetime
    problem: Problem
    messages: Mapping[str, int] = field(default_factory=dict)


async def waited(tx: Tx, *, bot_id: int, since: datetime, until: datetime) -> Waited:
    """What should have gone out before `until` and had not when it began at `since`; not what waits because its channel
    is paused."""
    due = func.coalesce(posts.c.due_at, posts.c.created_at)
    late = type_coerce(posts.c.problem, Text).contains(f'"{FOLDED}"') & (posts.c.fresh_until >= since)
    counted = {
        "sent": (posts.c.state == PostState.SENT) & (posts.c.sent_at >= since),
        "waiting": posts.c.state.in_(_OPEN) & channels.c.paused_at.is_(None),
        "folded": (posts.c.state == PostState.CANCELLED) & late,
        "doubtful": posts.c.state.in_(_DOUBTFUL) & (due >= since - timedelta(minutes=5)),
    }
    mine = select(func.count()).select_from(posts).join(channels, channels.c.id == posts.c.channel_id)
    mine = mine.where(posts.c.bot_id == bot_id, posts.c.target_post_id.is_(None), due <= until)
    return Waited(**{name: (await tx.execute(mine.where(of))).scalar_one() for name, of in counted.items()})


async def try_to_write(tx: Tx, *, now: datetime) -> None:
    """More than one page, so that it fails where there is hardly any room."""
    await facts.put(tx, "trial", "·" * _TRIAL, now=now)


async def clean_up(tx: Tx) -> None:
    await facts.forget(tx, "trial")


class Notepad:
    """A file that has its room from the start and is only written over, so that a full disk does not matter.

    What it says outlives the process: another program can read it, and the next start knows what was told."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def read(self) -> tuple[Note, ...]:
        return read_notes(self._path) if self._path is not None else ()

    def write(self, notes: tuple[Note, ...]) -> None:
        if self._path is None:
            return
        text = json.dumps([_as_json(note) for note in notes]).encode()
        try:
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.pwrite(file, text.ljust(_ROOM), 0)
                os.ftruncate(file, max(_ROOM, len(text)))
            finally:
                os.close(file)
        except OSError as error:  # what it says is said elsewhere too
            logger.warning("outages are not noted", extra={"action": "outage_note", "error": str(error)})


def notes_path(folder: Path, bot_id: int) -> Path:
    return folder / f"outages-{bot_id}.json"


def read_notes(path: Path) -> tuple[Note, ...]:
    """What is noted there; nothing where there is no such file, or none that can be read."""
    try:
        found: list[dict[str, Any]] = json.loads(path.read_bytes().rstrip() or b"[]")
        return tuple(_of_json(one) for one in found)
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _as_json(note: Note) -> dict[str, Json]:
    return {
        "kind": note.kind,
        "since": note.since.isoformat(),
        "until": note.until.isoformat(),
        "problem": problems.to_json(note.problem),
        "messages": dict(note.messages),
    }


def _of_json(value: Mapping[str, Any]) -> Note:
    problem = problems.of_json(value["problem"])
    if problem is None:
        raise ValueError("a note without a problem")
    since, until = (datetime.fromisoformat(value[name]) for name in ("since", "until"))
    return Note(kind=value["kind"], since=since, until=until, problem=problem, messages=value["messages"])
