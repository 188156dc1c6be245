"""The file beside a database that its sender holds locked: who sends, under which epoch, how far the ledger's count is.

It stays when a copy of the database is put back, and so tells that it is one (channels.lease).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO


def path_of(database: Path, bot_id: int) -> Path:
    return database.with_name(f"{database.name}.sender-{bot_id}.lock")


def beside(database: Path) -> Iterator[Path]:
    """Those that are there, of whatever bot."""
    return database.parent.glob(f"{database.name}.sender-*.lock")


def opened(path: Path) -> IO[str]:
    """To read, and to write over; made if need be."""
    is_new = not path.exists()
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+", encoding="utf-8")
    if is_new:
        give_owner(path, like=path.parent)
    return file


def give_owner(path: Path, *, like: Path) -> None:
    """What the administrator makes in somebody's folder is theirs: their bot has to read and write it."""
    if os.geteuid() == 0:
        owner = like.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def read(file: IO[str]) -> tuple[int, int]:
    """The epoch and the count that were written last, 0 for none."""
    file.seek(0)
    lines = file.read().splitlines()
    found = [int(line) if line.isdecimal() else 0 for line in lines[1:3]]
    epoch, count = (*found, 0, 0)[:2]
    return epoch, count


def write(file: IO[str], *, who: str, epoch: int, count: int) -> None:
    """In one piece over what was there, so that whoever is killed leaves the old lines or the new ones."""
    lines = f"{who}\n{epoch}\n{count}\n".encode()
    os.pwrite(file.fileno(), lines, 0)
    os.ftruncate(file.fileno(), len(lines))


def raise_epoch(path: Path, epoch: int) -> None:
    """A database at this epoch or below is a copy from now on."""
    with opened(path) as file:
        before, count = read(file)
        if before < epoch:
            write(file, who="", epoch=epoch, count=count)
            os.fsync(file.fileno())
