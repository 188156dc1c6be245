"""Make a backup: a copy of the database and the files beside it, in one zip that is there whole or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from bot import version
from bot.backups import troubles
from bot.backups.manifest import CONFIG, DATABASE, MANIFEST, TEMPLATES, Manifest, Packed, is_ours
from bot.backups.places import Places
from bot.store import copying, locks, swap

_BLOCK: Final = 1 << 20
_SPARE: Final = 16 << 20
"""Bytes that stay free on the disk."""
_LEVEL: Final = 1
"""Of deflate: a third of the size for a fifth of the time that the best would take."""
_PART: Final = ".part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """`skipped`: templates whose names no backup takes."""

    path: Path
    size: int
    manifest: Manifest
    skipped: tuple[str, ...] = ()


def name_at(now: datetime, *, kind: str = "") -> str:
    """ "sharewire-20261123T083000Z.zip"; names of one kind sort by time."""
    return f"sharewire-{kind}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"


def check(places: Places, target: Path) -> None:
    """Whether a backup could be made there.  Raises StoreError, UsageError."""
    if places.database is not None and not places.database.is_file():
        raise troubles.no_database(places.database)
    if target.exists():
        raise troubles.there_already(target)
    folder = _existing(target.parent)
    if not os.access(folder, os.W_OK) or (folder != target.parent and target.parent != places.backups):
        raise troubles.not_written(target, OSError(0, "The folder is not there, or you may not write to it"))
    free = shutil.disk_usage(folder).free
    needed = 2 * _size(places) + _SPARE
    if free < needed:
        raise troubles.little_room(folder, free, needed)


def make(places: Places, target: Path, *, now: datetime) -> Made:
    """Raises StoreError, UsageError; then nothing is left of it."""
    check(places, target)
    try:
        if target.parent == places.backups:
            swap.make_folder(places.backups)
        sweep(target.parent)
        with _part(target, ".db") as copy, _part(target) as part:
            manifest, skipped = _write(part, copy, places, now)
            locks.give_owner(part, like=target.parent)
            _name(part, target)
            swap.sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise troubles.not_written(target, error) from error
    return Made(path=target, size=target.stat().st_size, manifest=manifest, skipped=tuple(skipped))


def sweep(folder: Path) -> None:
    """Remove what somebody who was killed left behind; whoever is at work holds theirs locked."""
    for path in folder.glob(f".*{_PART}"):
        with suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def _write(part: Path, copy: Path, places: Places, now: datetime) -> tuple[Manifest, list[str]]:
    content = copying.Content(schema=None, tables={}, epochs={})
    if places.database is not None:
        copying.copy(places.database, copy)
        if words := copying.integrity(copy):
            raise troubles.damaged_source(places.database, words)
        content = copying.content(copy)
        if content.schema is None:
            raise troubles.no_database(places.database)
    packed, skipped = [], []
    with part.open("r+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
            for name, path in _files(places, copy):
                if is_ours(name):
                    packed.append(_add(archive, name, path))
                else:
                    skipped.append(name)
            manifest = Manifest(
                program=version.current(),
                made_at=now,
                database="postgresql" if places.database is None else "sqlite",
                schema=content.schema,
                tables=content.tables,
                files=tuple(packed),
            )
            archive.writestr(MANIFEST, manifest.text())
        file.flush()
        os.fsync(file.fileno())
    return manifest, skipped


def _files(places: Places, copy: Path) -> Iterator[tuple[str, Path]]:
    if places.database is not None:
        yield DATABASE, copy
    if places.config.is_file():
        yield CONFIG, places.config
    for name, path in places.template_files():
        yield f"{TEMPLATES}{name}", path


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> Packed:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        while block := source.read(_BLOCK):
            digest.update(block)
            size += len(block)
            target.write(block)
    return Packed(name=name, size=size, sha256=digest.hexdigest())


@contextmanager
def _part(target: Path, kind: str = "") -> Iterator[Path]:
    """A file that nobody else may read and that is gone at the end, unless it got its name; locked until then."""
    path = target.with_name(f".{target.name}{kind}.{os.getpid()}{_PART}")
    with _created(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield path
        finally:
            for left in (path, *copying.helpers(path)):
                left.unlink(missing_ok=True)


def _created(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "r+b")


def _name(part: Path, target: Path) -> None:
    """Never in the place of another file."""
    try:
        target.hardlink_to(part)
    except FileExistsError:
        raise troubles.there_already(target) from None
    except OSError:  # a file system without second names
        if target.exists():
            raise troubles.there_already(target) from None
        part.replace(target)


def _existing(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _size(places: Places) -> int:
    """Bytes that go in, the write-ahead log included."""
    files = [path for _, path in places.template_files()]
    if places.database is not None:
        files += [places.database, places.database.with_name(f"{places.database.name}-wal")]
    return sum(path.stat().st_size for path in files if path.exists())
