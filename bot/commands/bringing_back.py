"""The work of `sharewire restore`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import settings
from bot.backups import restoring, troubles
from bot.backups.places import Places, load_line, places_of
from bot.backups.restoring import Act, Prepared
from bot.commands import choices
from bot.errors import StoreError
from bot.settings import Settings
from bot.store import leases, swap
from bot.store.database import open_database

_WORDS = {Act.REPLACE: "replaced", Act.ADD: "added", Act.REMOVE: "moved aside", Act.KEEP: "unchanged"}
_TOLD = ("articles", "posts", "sources", "channels", "people")
AFTERWARDS = "At its next start the bot posts nothing of the time in between: it asks you one question first."


async def look(file: Path) -> dict[str, Any]:
    """What a restore would do; raises as it would."""
    found = settings.load()
    places = places_of(found)
    await _refuse_running(found, places)

    def work() -> dict[str, Any]:
        with restoring.looked_at(places, file, now=datetime.now(UTC)) as prepared:
            return _as_json(prepared, found, places, dry_run=True)

    return await asyncio.to_thread(work)


async def bring_back(file: Path, *, yes: bool, quiet: bool) -> dict[str, Any]:
    found = settings.load()
    places = places_of(found)
    await _refuse_running(found, places)

    def agreed(prepared: Prepared) -> bool:
        if yes:
            return True
        if not quiet:
            show(_as_json(prepared, found, places, dry_run=True))
        return choices.agreed("Restore this backup?", where=str(file))

    # in this thread: a question is asked, and Ctrl-C has to reach it
    prepared = restoring.restore(places, file, now=datetime.now(UTC), agreed=agreed)
    if prepared is None:
        return {"dry_run": False, "restored": False, "changes": []}
    return _as_json(prepared, found, places, dry_run=False)


def show(found: Mapping[str, Any]) -> None:
    print(f"{found['backup']['made_at']}, by sharewire {found['backup']['program']}: {_counts(found['backup'])}")
    for change in found["changes"]:
        words = change["would_be" if found["dry_run"] else "was"]
        print(f"  {words:12} {change['path']}{_difference(change)}")
    verb = "would be moved to" if found["dry_run"] else "is now in"
    print(f"What is there now {verb} {found['aside']}" if found["aside"] else "Nothing has to be moved aside.")
    if found["postgresql"]:
        print("The database is not in it. Put back what pg_dump made:")
        print(f"  {found['postgresql']}")
    print("Lock and epoch files stay: by them the bot knows that this is a copy.")


def show_done(found: Mapping[str, Any]) -> None:
    if not found.get("restored", True):
        print("Nothing was changed.")
        return
    show(found)
    print(f"Restored. {AFTERWARDS}")


def _as_json(prepared: Prepared, found: Settings, places: Places, *, dry_run: bool) -> dict[str, Any]:
    manifest = prepared.manifest
    moved = any(change.act in (Act.REPLACE, Act.REMOVE) for change in prepared.changes)
    key = "would_be" if dry_run else "was"
    return {
        "dry_run": dry_run,
        "backup": {
            "made_at": manifest.made_at.isoformat(timespec="seconds"),
            "program": manifest.program,
            "schema": manifest.schema,
            "tables": dict(manifest.tables),
        },
        "changes": [
            {
                "name": change.name,
                "path": str(change.path),
                key: _WORDS[change.act],
                "rows_now": None if change.now is None else dict(change.now),
                "rows_then": None if change.then is None else dict(change.then),
            }
            for change in prepared.changes
        ],
        "aside": str(prepared.aside) if moved else None,
        "postgresql": load_line(found.database) if places.database is None else None,
    }


def _counts(backup: Mapping[str, Any]) -> str:
    rows = backup["tables"]
    return ", ".join(f"{name} {rows[name]:,}" for name in _TOLD if name in rows) or "no database"


def _difference(change: Mapping[str, Any]) -> str:
    now, then = change["rows_now"], change["rows_then"]
    if now is None or then is None:
        return ""
    differing = [
        f"{name} {now.get(name, 0):,} → {then.get(name, 0):,}" for name in _TOLD if now.get(name) != then.get(name)
    ]
    return f"  ({', '.join(differing) or 'as many rows as now'})"


async def _refuse_running(found: Settings, places: Places) -> None:
    """On PostgreSQL the sender's lease tells; a server that is away has no sender."""
    await asyncio.to_thread(swap.settle, places.anchor)
    if places.database is not None or not found.bot_id:
        return
    try:
        async with open_database(found.database, migrate=False) as db, db.read() as tx:
            held = await leases.current(tx, name=f"sender:{found.bot_id}")
            now = await leases.database_now(tx)
    except StoreError:
        return
    if held is not None and held.expires_at > now:
        raise troubles.at_work(places.anchor, held.holder)
