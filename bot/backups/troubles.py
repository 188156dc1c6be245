"""What can be wrong with a backup, or with making one, in words for people."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from bot.errors import AlreadyRunning, Problem, StoreError, UsageError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NOTHING = "Nothing was changed."
NOT_MADE = "No backup was made, and nothing is left of the attempt."


def no_database(path: Path) -> StoreError:
    return StoreError(
        Problem(
            code="SW-D30",
            title="There is nothing to back up yet.",
            cause="There is no database at this place.",
            fix="Run it where the bot runs, or set BOT_DATA_DIR to its data folder.",
            where=str(path),
            meanwhile=NOT_MADE,
        )
    )


def there_already(path: Path) -> UsageError:
    return UsageError(
        Problem(
            code="SW-D31",
            title=f"{path.name} is there already.",
            cause="A backup never takes the place of another file.",
            fix="Choose another name, or give none: then the time is in it.",
            where=str(path),
            meanwhile=NOT_MADE,
        )
    )


def little_room(folder: Path, free: int, needed: int) -> StoreError:
    return StoreError(
        Problem(
            code="SW-D32",
            title="There is not enough room for the backup.",
            cause=f"{megabytes(free)} are free in {folder}; while it is made it needs up to {megabytes(needed)}.",
            fix="Make room, or name a file on another disk: sharewire backup /other/disk/copy.zip",
            where=str(folder),
            meanwhile=NOT_MADE,
        )
    )


def not_written(path: Path, error: OSError | sqlite3.Error) -> StoreError:
    if isinstance(error, sqlite3.Error):
        if not isinstance(error, sqlite3.OperationalError):
            return damaged_source(path, str(error))
        words = "The disk is full" if "disk is full" in str(error) else f"SQLite says: {error}"
    else:
        words = "The disk is full" if error.errno in _FULL else error.strerror or "It cannot be written"
    return StoreError(
        Problem(
            code="SW-D33",
            title="The backup could not be written.",
            cause=f"{words}.",
            fix="Make room there, or name a file in a folder that you may write to: sharewire backup /other/copy.zip",
            where=str(path),
            meanwhile=NOT_MADE,
        )
    )


def damaged_source(path: Path, words: str) -> StoreError:
    return StoreError(
        Problem(
            code="SW-D34",
            title="The database is damaged, so it was not backed up.",
            cause=f"SQLite says: {words}.",
            fix="Stop the bot and restore the newest good backup: sharewire restore FILE.zip",
            where=str(path),
            meanwhile="No backup was made; older ones stay.",
        )
    )


def damaged(path: Path, words: str) -> StoreError:
    return StoreError(
        Problem(
            code="SW-D35",
            title="This backup is damaged, or no backup of sharewire.",
            cause=words,
            fix="Take another one: they are in the folder backups of the data folder.",
            where=str(path),
            meanwhile=NOTHING,
        )
    )


def hostile(path: Path, words: str) -> StoreError:
    return StoreError(
        Problem(
            code="SW-D36",
            title="This file holds what no backup of sharewire holds.",
            cause=words,
            fix="Do not restore it unless you made it yourself; take another backup.",
            where=str(path),
            meanwhile=NOTHING,
        )
    )


def too_large(path: Path, needed: int, folder: Path, free: int) -> StoreError:
    return StoreError(
        Problem(
            code="SW-D43",
            title="There is not enough room to unpack this backup.",
            cause=f"It needs {megabytes(needed)}, and {megabytes(free)} are free in {folder}.",
            fix="Make room, or set BOT_DATA_DIR to a folder on another disk.",
            where=str(path),
            meanwhile=NOTHING,
        )
    )


def newer(path: Path, words: str) -> StoreError:
    return StoreError(
        Problem(
            code="SW-D37",
            title="This backup was made by a newer sharewire.",
            cause=words,
            fix="Install that version or a later one, then restore again.",
            where=str(path),
            meanwhile=NOTHING,
        )
    )


def at_work(path: Path, holder: str) -> AlreadyRunning:
    return AlreadyRunning(
        Problem(
            code="SW-D38",
            title="A sharewire works with this data.",
            cause=f"{holder or 'A program'} has it open.",
            fix="Stop the bot, then restore, then start it again.",
            where=str(path),
            meanwhile=f"{NOTHING} The bot goes on.",
        )
    )


def other_kind(path: Path, kind: str) -> StoreError:
    return StoreError(
        Problem(
            code="SW-D40",
            title="This backup holds an SQLite database, and the bot uses PostgreSQL."
            if kind == "sqlite"
            else "This backup holds no database: it was made of a bot on PostgreSQL.",
            cause="BOT_DATABASE_URL names another kind of database than the backup was made of.",
            fix="Set BOT_DATABASE_URL as it was when the backup was made, then restore again.",
            where=str(path),
            meanwhile=NOTHING,
        )
    )


def cannot_replace(path: Path, error: OSError | None) -> StoreError:
    return StoreError(
        Problem(
            code="SW-D41",
            title=f"{path.name} cannot be put in its place.",
            cause=f"{(error.strerror if error else None) or 'The folder does not let you write'}.",
            fix="Give yourself the right to write there, or choose another place by BOT_DATA_DIR or BOT_CONFIG.",
            where=str(path),
            meanwhile=NOTHING,
        )
    )


def not_finished(path: Path, error: OSError) -> StoreError:
    return StoreError(
        Problem(
            code="SW-D42",
            title="The restore is decided, but not finished.",
            cause=f"{error.strerror or 'A file could not be moved'}.",
            fix="Mend that, then start the bot: the start does the rest first.",
            where=str(path),
            meanwhile="What was there before is kept; nothing is posted.",
        )
    )


def no_such_file(path: Path, error: OSError) -> UsageError:
    return UsageError(
        Problem(
            code="SW-D44",
            title=f"{path.name} cannot be read.",
            cause=f"{error.strerror or 'It is no file'}.",
            fix="Name a backup, for example: sharewire restore data/backups/sharewire-20261123T020000Z.zip",
            where=str(path),
            meanwhile=NOTHING,
        )
    )


def megabytes(size: int) -> str:
    return f"{size / 2**20:,.1f} MB" if size >= 2**20 else f"{max(1, round(size / 1024)):,} KB"
