"""Open a backup that may be damaged or made to do harm, and take out only what its manifest lists."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.backups import troubles
from bot.backups.manifest import DATABASE, MANIFEST, MOST_FILES, MOST_TEXT, Manifest, NewerFormatError, Packed, is_ours
from bot.backups.manifest import parse as parse_manifest
from bot.store import copying, upgrade
from bot.store.copying import Content

_BLOCK: Final = 1 << 20
_SPARE: Final = 16 << 20
_MOST_BOTS: Final = 1_000
_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError),
    *(RuntimeError, ValueError, LookupError, OverflowError),
)
"""What Python's zipfile raises for what is no zip, was cut, is encrypted or packed in another way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """Open; `take` writes one file of it."""

    path: Path
    manifest: Manifest
    archive: zipfile.ZipFile

    def take(self, packed: Packed, target: Path) -> None:
        """Into a new file that only its owner may read.  Raises StoreError unless it is what the manifest says."""
        digest, left = hashlib.sha256(), packed.size
        number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as file, _readable(self.path), self.archive.open(packed.name) as source:
            while block := source.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    break
                digest.update(block)
                file.write(block)
            if left != 0 or digest.hexdigest() != packed.sha256:
                raise troubles.damaged(self.path, f"{packed.name} in it is not what it was when it was packed.")
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """Raises StoreError for what is damaged, hostile or newer than this program; UsageError where there is no file."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise troubles.no_such_file(path, OSError(0, "It is no file"))
        with path.open("rb"):
            pass
    except OSError as error:
        raise troubles.no_such_file(path, error) from error
    with _readable(path):
        archive = zipfile.ZipFile(path)
    with archive:
        yield Backup(path=path, manifest=_manifest(path, archive), archive=archive)


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    """What the zip holds has to be what its manifest lists, no more and no less, in names and sizes."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES + 1:
        raise troubles.hostile(path, f"It holds {len(entries):,} files.")
    sizes = {entry.filename: entry.file_size for entry in entries}
    if len(sizes) != len(entries):
        raise troubles.hostile(path, "It holds two files of one name.")
    if MANIFEST not in sizes or sizes[MANIFEST] > MOST_TEXT:
        raise troubles.damaged(path, f"It holds no {MANIFEST} of ours.")
    with _readable(path), archive.open(MANIFEST) as file:
        raw = file.read(MOST_TEXT + 1)
    try:
        manifest = parse_manifest(raw)
    except NewerFormatError as error:
        raise troubles.newer(path, str(error)) from None
    except ValueError as error:
        raise troubles.damaged(path, str(error)) from None
    listed = {one.name: one.size for one in manifest.files}
    for name in sorted(sizes.keys() - listed.keys() - {MANIFEST}) + [one for one in listed if not is_ours(one)]:
        raise troubles.hostile(path, f"It holds {name[:80]!r}.")
    for name, size in listed.items():
        if sizes.get(name) != size:
            raise troubles.damaged(path, f"{name} is missing, or has another size than when it was packed.")
        if name != DATABASE and size > MOST_TEXT:
            raise troubles.hostile(path, f"{name} would be {troubles.megabytes(size)} long.")
    return manifest


def check_room(backup: Backup, folder: Path) -> None:
    """Raises StoreError where the disk would be full before everything is taken out."""
    needed = sum(one.size for one in backup.manifest.files) + _SPARE
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise troubles.too_large(backup.path, needed, folder, free)


def check_database(backup: Backup, path: Path) -> Content:
    """Whether the database that was taken out can be used.  Raises StoreError."""
    if words := copying.integrity(path):
        raise troubles.damaged(backup.path, f"The database in it is damaged; SQLite says: {words}.")
    try:
        content = copying.content(path)
        if content.schema is None:
            raise troubles.damaged(backup.path, "The database in it is none of sharewire.")
        if not upgrade.knows(content.schema):
            head = upgrade.head_revision()
            raise troubles.newer(backup.path, f"Its schema is {content.schema}, this program knows {head}.")
        strange = copying.strange_code(path, content.schema)
    except (sqlite3.Error, ValueError) as error:
        raise troubles.damaged(backup.path, f"The database in it cannot be read; SQLite says: {error}.") from error
    if len(content.epochs) > _MOST_BOTS:
        raise troubles.hostile(backup.path, f"Its database names {len(content.epochs):,} bots.")
    if strange:
        raise troubles.hostile(backup.path, f"Its database holds a program of its own ({strange[:60]!r}).")
    return content


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise troubles.damaged(path, f"It cannot be unpacked ({str(error)[:120] or type(error).__name__}).") from error
