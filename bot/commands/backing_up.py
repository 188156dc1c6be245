"""The work of `sharewire backup`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import settings
from bot.backups import packing
from bot.backups.manifest import CONFIG, DATABASE, TEMPLATES
from bot.backups.places import Places, dump_line, places_of
from bot.backups.troubles import megabytes
from bot.errors import StoreError
from bot.settings import Settings
from bot.store import backups, swap
from bot.store.backups import LastBackup
from bot.store.database import open_database

NOT_INSIDE = ".env is not in it: keep the token and the passwords apart."
PRIVATE = (
    "Keep it as private as the data folder: it names readers and editors, and holds what hubs and the bot agreed on."
)
_TOLD = ("articles", "posts", "sources", "channels", "people")


def look(file: Path | None) -> dict[str, Any]:
    """What a backup would write, and where."""
    found = settings.load()
    places, target = _where(found, file, datetime.now(UTC))
    packing.check(places, target)
    names = [DATABASE] if places.database else []
    names += [CONFIG] if places.config.is_file() else []
    names += [f"{TEMPLATES}{name}" for name, _ in places.template_files()]
    return {"would_write": str(target), "files": names, "postgresql": _postgres(found, places)}


async def back_up(file: Path | None) -> dict[str, Any]:
    """Raises StoreError, UsageError."""
    found, now = settings.load(), datetime.now(UTC)
    places, target = _where(found, file, now)
    await asyncio.to_thread(swap.settle, places.anchor)
    made = await asyncio.to_thread(packing.make, places, target, now=now)
    if places.database is not None:
        with suppress(StoreError):  # of another version, it was copied as it is
            async with open_database(found.database, migrate=False) as db, db.write() as tx:
                await backups.put(tx, LastBackup(at=now, path=str(made.path), size=made.size))
    manifest = made.manifest
    return {
        "path": str(made.path),
        "size": made.size,
        "made_at": manifest.made_at.isoformat(timespec="seconds"),
        "schema": manifest.schema,
        "tables": dict(manifest.tables),
        "files": [{"name": one.name, "size": one.size, "sha256": one.sha256} for one in manifest.files],
        "skipped": list(made.skipped),
        "postgresql": _postgres(found, places),
    }


def show_would(would: Mapping[str, Any]) -> None:
    print(f"Would write {would['would_write']} with: {', '.join(would['files']) or 'nothing'}.")
    _show_rest(would)


def show_made(made: Mapping[str, Any]) -> None:
    print(f"Backup: {made['path']} ({megabytes(made['size'])})")
    names = {one["name"] for one in made["files"]}
    if DATABASE in names:
        rows = made["tables"]
        counts = ", ".join(f"{name} {rows[name]:,}" for name in _TOLD if name in rows)
        print(f"  database        {counts}; schema {made['schema']}")
    print(f"  sharewire.toml  {'inside' if CONFIG in names else 'there is none'}")
    print(f"  templates       {sum(name.startswith(TEMPLATES) for name in names)} edited")
    for name in made["skipped"]:
        print(f"  left out        {name}: no backup takes such a name")
    _show_rest(made)
    print(PRIVATE)
    print(f"To put it back: sharewire restore {made['path']} --dry-run")


def _show_rest(found: Mapping[str, Any]) -> None:
    if found["postgresql"]:
        print("The database is not in it: PostgreSQL's own tool copies it, whole and while the bot runs:")
        print(f"  {found['postgresql']}")
    print(NOT_INSIDE)


def _where(found: Settings, file: Path | None, now: datetime) -> tuple[Places, Path]:
    places = places_of(found)
    if file is not None:
        return places, file.absolute()
    target = places.backups / packing.name_at(now)
    return places, target


def _postgres(found: Settings, places: Places) -> str | None:
    return dump_line(found.database) if places.database is None else None
