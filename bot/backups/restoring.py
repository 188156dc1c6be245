"""Put a backup back: look at all of it first, then replace everything, or nothing.

What stood there is moved into `backups/before-restore-TIME`.  The senders' lock files stay, and remember from now on
that the database is a copy: so the next start asks one question before it posts anything (channels.catchup).
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import file_digest
from pathlib import Path

from bot.backups import opening, troubles
from bot.backups.manifest import CONFIG, DATABASE, TEMPLATES, Manifest, Packed, below_templates, is_ours
from bot.backups.opening import Backup
from bot.backups.places import Places
from bot.store import copying, locks, swap
from bot.store.copying import Content
from bot.store.swap import Plan, Step


class Act(StrEnum):
    REPLACE = "replace"
    ADD = "add"
    REMOVE = "move aside"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of one file.  `now` and `then`: rows of each table before and afterwards, of the database."""

    act: Act
    name: str
    path: Path
    now: Mapping[str, int] | None = None
    then: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Everything is looked at and lies beside its place."""

    manifest: Manifest
    changes: tuple[Change, ...]
    aside: Path
    plan: Plan
    bots: frozenset[int]


@contextmanager
def looked_at(places: Places, file: Path, *, now: datetime) -> Iterator[Prepared]:
    """What a restore would do, exactly; nothing is left of it.  Raises StoreError, UsageError, AlreadyRunning."""
    stamp = _stamp(now, "look")
    with opening.opened(file) as backup, _finishing(places), _nobody_works(places, frozenset()):
        try:
            yield _prepare(places, backup, stamp, now)
        finally:
            for folder in _folders(places, stamp):
                shutil.rmtree(folder, ignore_errors=True)


def restore(places: Places, file: Path, *, now: datetime, agreed: Callable[[Prepared], bool]) -> Prepared | None:
    """Do it, if it is `agreed`.  None = it was not.  Raises as `looked_at`; then nothing was changed."""
    stamp = _stamp(now, "new")
    with opening.opened(file) as backup, ExitStack() as stack:
        stack.enter_context(_finishing(places))
        for folder in (places.data, places.anchor.parent):
            swap.make_folder(folder, mode=0o755)
        stack.enter_context(_nobody_works(places, frozenset({places.bot_id} - {0})))
        begun = swap.begun(
            places.anchor,
            source=str(file.absolute()),
            folders=_folders(places, stamp),
            aside=_aside(places, now),
        )
        with begun as journal:
            prepared = _prepare(places, backup, stamp, now)
            if not agreed(prepared):
                return None
            stack.enter_context(_nobody_works(places, prepared.bots))
            journal.check()
            with _alone(places):
                journal.decide(prepared.plan)
                journal.close()
    return prepared


def _prepare(places: Places, backup: Backup, stamp: str, now: datetime) -> Prepared:
    """Take out and check what is new, and compare it with what is there."""
    manifest = backup.manifest
    if (places.database is None) != (manifest.database == "postgresql"):
        raise troubles.other_kind(backup.path, manifest.database)
    if (places.database is None) != (manifest.file(DATABASE) is None):
        raise troubles.damaged(backup.path, "It holds no database.")
    opening.check_room(backup, _there(places.data))
    aside = _aside(places, now)
    changes, steps, content = [], [], Content(schema=None, tables={}, epochs={})
    for name, target in _targets(places, manifest):
        change, step = _plan_one(backup, name, target, aside, _staging(places, name, stamp))
        if name == DATABASE and step is not None and step.staged is not None:
            content = opening.check_database(backup, step.staged)
            steps += [Step(target=path, aside=aside / path.name) for path in copying.helpers(target)]
            change = Change(act=change.act, name=name, path=target, now=_rows(target), then=content.tables)
        changes.append(change)
        steps += [step] if step else []
    epochs = _epochs(places, content)
    return Prepared(
        manifest=manifest,
        changes=tuple(changes),
        aside=aside,
        plan=Plan(steps=tuple(steps), epochs=epochs),
        bots=frozenset(content.epochs),
    )


def _plan_one(backup: Backup, name: str, target: Path, aside: Path, folder: Path) -> tuple[Change, Step | None]:
    packed = backup.manifest.file(name)
    kept = aside / (target.name if name in (DATABASE, CONFIG) else name)
    if packed is None:
        act = Act.REMOVE if target.exists() else Act.KEEP
        return Change(act=act, name=name, path=target), Step(target=target, aside=kept) if target.exists() else None
    if name != DATABASE and _is_same(target, packed):
        return Change(act=Act.KEEP, name=name, path=target), None
    act = Act.REPLACE if target.exists() else Act.ADD
    staged = _stage(backup, packed, target, folder)
    return Change(act=act, name=name, path=target), Step(target=target, aside=kept, staged=staged)


def _stage(backup: Backup, packed: Packed, target: Path, folder: Path) -> Path:
    """The new file beside its place."""
    if target.exists() and not target.is_file():
        raise troubles.cannot_replace(target, OSError(0, "Something else than a file is there"))
    for place in (_there(target.parent), target):
        if place.exists() and not os.access(place, os.W_OK):
            raise troubles.cannot_replace(target, None)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        staged = folder / f"{len(list(folder.iterdir()))}"
        backup.take(packed, staged)
        if target.exists():
            staged.chmod(target.stat().st_mode & 0o777)
        locks.give_owner(staged, like=target if target.exists() else _there(target.parent))
    except OSError as error:
        raise troubles.cannot_replace(target, error) from error
    return staged


def _targets(places: Places, manifest: Manifest) -> list[tuple[str, Path]]:
    """Every file that is there or will be, by its name in the backup; the database last, as it decides most."""
    there = {f"{TEMPLATES}{name}" for name, _ in places.template_files()}
    names = {one.name for one in manifest.templates} | {name for name in there if is_ours(name)}
    files = [(name, places.templates / below_templates(name)) for name in sorted(names)]
    if manifest.file(CONFIG) or places.config.is_file():
        files.append((CONFIG, places.config))
    if places.database is not None:
        files.append((DATABASE, places.database))
    return files


def _is_same(target: Path, packed: Packed) -> bool:
    if not target.is_file() or target.stat().st_size != packed.size:
        return False
    with target.open("rb") as file:
        return file_digest(file, "sha256").hexdigest() == packed.sha256


def _rows(database: Path) -> Mapping[str, int] | None:
    """None where there is no database, or none that can be read: that may be why somebody restores."""
    try:
        return copying.content(database).tables if database.is_file() else None
    except (sqlite3.Error, ValueError):
        return None


def _epochs(places: Places, content: Content) -> dict[Path, int]:
    """The next start of each sender takes the epoch after the database's: it shall know it for a copy's."""
    if places.database is None:
        return {}
    return {locks.path_of(places.database, bot): epoch + 1 for bot, epoch in content.epochs.items()}


@contextmanager
def _nobody_works(places: Places, bots: frozenset[int]) -> Iterator[None]:
    """No sender starts meanwhile.  Raises AlreadyRunning where one is at work."""
    if places.database is None:
        yield
        return
    wanted = {locks.path_of(places.database, bot) for bot in bots}
    there = set(locks.beside(places.database)) - wanted
    with ExitStack() as stack:
        for path in sorted(there | wanted):
            file = stack.enter_context(locks.opened(path))
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                holder = file.readline().strip()
                raise troubles.at_work(places.database, holder) from None
        yield


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    """Nothing at all has the database open.  Raises AlreadyRunning."""
    if places.database is None or not places.database.is_file():
        yield
        return
    try:
        let_go = copying.keep_others_out(places.database)
    except BlockingIOError:
        raise troubles.at_work(places.database, "") from None
    try:
        yield
    finally:
        let_go()


@contextmanager
def _finishing(places: Places) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if swap.is_at_work(places.anchor):
            raise troubles.not_finished(swap.journal_of(places.anchor), error) from error
        raise troubles.cannot_replace(places.anchor, error) from error


def _folders(places: Places, stamp: str) -> tuple[Path, ...]:
    return tuple(sorted({_staging(places, name, stamp) for name in (DATABASE, CONFIG, TEMPLATES)}))


def _staging(places: Places, name: str, stamp: str) -> Path:
    """On the disk of the place, so that a file only changes its name."""
    place = {DATABASE: places.anchor.parent, CONFIG: places.config.parent}.get(name, places.data)
    return _there(place) / stamp


def _stamp(now: datetime, what: str) -> str:
    return f".restore-{what}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}"


def _aside(places: Places, now: datetime) -> Path:
    folder = places.backups / f"before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    number = 1
    while folder.exists():
        number += 1
        folder = folder.with_name(f"{folder.name.split('~')[0]}~{number}")
    return folder


def _there(folder: Path) -> Path:
    """The nearest folder above that exists."""
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder
