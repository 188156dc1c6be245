"""Files put in the place of others, all or none, whenever the machine stops.

A journal beside the database says what is being done.  Until it says `decided` nothing is touched, and whoever finds it
left behind forgets the attempt; from then on whoever finds it does the rest.  The one who is at work holds the journal
locked.  What stood there before is kept: a second name of the same file first, then the new file takes the old name, so
there is no moment without one.
"""

from __future__ import annotations

import errno
import fcntl
import json
import logging
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from bot.errors import AlreadyRunning, Problem
from bot.store import locks

logger = logging.getLogger(__name__)

WAIT: Final = 60.0
"""Seconds that a start waits for a restore that is about to put its files in place."""
_BEGUN, _CHECKING, _DECIDED = "begun", "checking", "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`staged` takes the place of `target`, which is kept as `aside`; without `staged` it is only moved there."""

    target: Path
    aside: Path
    staged: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """steps    in order
    epochs   lock files of senders -> the epoch up to which the database is a copy
    """

    steps: tuple[Step, ...]
    epochs: Mapping[Path, int] = field(default_factory=dict)


def journal_of(anchor: Path) -> Path:
    """`anchor` is the database's path."""
    return anchor.with_name(f"{anchor.name}.restore")


class Journal:
    """Of one restore that is at work; use `begun`."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = file
        self._path = path
        self._closed = False

    def check(self) -> None:
        """From now on whoever wants to open the database waits."""
        self._add({"state": _CHECKING})

    def decide(self, plan: Plan) -> None:
        """The moment from which on the new files count."""
        steps = [_as_json(step) for step in plan.steps]
        epochs = {str(path): epoch for path, epoch in plan.epochs.items()}
        self._add({"state": _DECIDED, "steps": steps, "epochs": epochs})

    def close(self) -> None:
        """Carry out what is decided; twice is once."""
        if not self._closed:
            _settle(self._path, self._file)
            self._closed = True

    def _add(self, line: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def begun(anchor: Path, *, source: str, folders: tuple[Path, ...], aside: Path) -> Iterator[Journal]:
    """A restore of `source` that puts its new files into `folders` first.  Once decided, it is carried out at the end;
    else nothing but the folders is removed.  Raises AlreadyRunning while another is at work."""
    settle(anchor)
    path = journal_of(anchor)
    line = {"state": _BEGUN, "source": source, "folders": [str(folder) for folder in folders], "aside": str(aside)}
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
    except FileExistsError:
        raise AlreadyRunning(_another(path)) from None
    with os.fdopen(number, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning(_another(path)) from None
        journal = Journal(file, path)
        journal._add(line)
        try:
            yield journal
        finally:
            journal.close()


def settle(anchor: Path) -> str | None:
    """Do the rest of a restore that was cut short, or forget it; says which.  Waits for one that is about to put its
    files in place.  None = there is none, or it has not come so far."""
    path, until = journal_of(anchor), time.monotonic() + WAIT
    while True:
        try:
            file = path.open("r+b")
        except FileNotFoundError:
            return None
        with file:
            lines = _lines(file)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if len(lines) < 2:
                    return None  # at work, and nothing is touched yet
                if time.monotonic() > until:
                    raise AlreadyRunning(_another(path)) from None
            else:
                if os.fstat(file.fileno()).st_nlink:
                    return _tell(_settle(path, file))
                continue
        time.sleep(0.02)


def is_at_work(anchor: Path) -> bool:
    """Whether the database's file may be another in a moment."""
    try:
        with journal_of(anchor).open("rb") as file:
            return len(_lines(file)) > 1
    except FileNotFoundError:
        return False


def _settle(path: Path, file: IO[bytes]) -> list[dict[str, Any]]:
    """Carry out what is decided, remove what is left over, and last the journal."""
    lines = _lines(file)
    if lines and lines[-1]["state"] == _DECIDED:
        for lock, epoch in lines[-1]["epochs"].items():
            locks.raise_epoch(Path(lock), epoch)
        for step in lines[-1]["steps"]:
            _carry_out(_of_json(step))
    for folder in lines[0]["folders"] if lines else ():
        shutil.rmtree(folder, ignore_errors=True)
    path.unlink(missing_ok=True)
    sync_folder(path.parent)
    return lines


def _tell(lines: list[dict[str, Any]]) -> str | None:
    if not lines:
        return None
    source = lines[0]["source"]
    if lines[-1]["state"] == _DECIDED:
        aside = lines[0]["aside"]
        words = f"The restore of {source} was cut short and is finished now; what was there before is in {aside}."
    else:
        words = f"The restore of {source} was cut short; nothing was changed."
    logger.warning(words, extra={"action": "restore_settled"})
    return words


def _carry_out(step: Step) -> None:
    """Once or again: each part of it is done already, or is done now."""
    if step.staged is None:
        if step.target.exists():
            _keep(step.target, step.aside)
            step.target.unlink()
            sync_folder(step.target.parent)
        return
    if not step.staged.exists():
        return
    if step.target.exists():
        _keep(step.target, step.aside)
    make_folder(step.target.parent, mode=0o755)
    try:
        step.staged.replace(step.target)
    except OSError as error:
        if error.errno not in (errno.EBUSY, errno.EXDEV):
            raise
        shutil.copyfile(step.staged, step.target)  # a file that is mounted by itself keeps its name
        sync_file(step.target)
        step.staged.unlink()
    sync_folder(step.target.parent)


def _keep(target: Path, aside: Path) -> None:
    """A second name for the file, or a copy where the disk is another one; what stands there already stays."""
    if aside.exists() and aside.samefile(target):
        return
    number = 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{aside.name}.{number}")
    make_folder(aside.parent)
    try:
        aside.hardlink_to(target)
    except OSError:
        part = aside.with_name(f"{aside.name}.part")
        shutil.copy2(target, part)
        sync_file(part)
        part.replace(aside)
    sync_folder(aside.parent)


def make_folder(folder: Path, *, mode: int = 0o700) -> None:
    """With those above it; each belongs to whom the one above belongs."""
    if not folder.is_dir():
        make_folder(folder.parent, mode=mode)
        folder.mkdir(mode=mode)
        locks.give_owner(folder, like=folder.parent)


def sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """So that new names are on disk.  Not every file system has this."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _lines(file: IO[bytes]) -> list[dict[str, Any]]:
    """A line that was cut in the middle was never written."""
    file.seek(0)
    return [json.loads(line) for line in file.read().split(b"\n")[:-1]]


def _as_json(step: Step) -> dict[str, str | None]:
    staged = str(step.staged) if step.staged else None
    return {"target": str(step.target), "aside": str(step.aside), "staged": staged}


def _of_json(step: Mapping[str, str | None]) -> Step:
    staged = step["staged"]
    return Step(
        target=Path(str(step["target"])), aside=Path(str(step["aside"])), staged=Path(staged) if staged else None
    )


def _another(path: Path) -> Problem:
    return Problem(
        code="SW-D39",
        title="Another restore is at work with this data.",
        cause=f"It holds {path}.",
        fix="Wait until it is done, then look again: sharewire status",
        where=str(path),
        meanwhile="Nothing was changed here.",
    )
