"""The work of `sharewire config`, and of a running bot that is told to read its file again."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import configuration, settings
from bot.configuration.writing import export
from bot.errors import Problem, SettingsError
from bot.model import Owner
from bot.settings import Settings
from bot.store import channels, digests, rules, sources
from bot.store.database import Database, open_database

logger = logging.getLogger(__name__)


async def read_all() -> dict[str, Any]:
    found = settings.load()
    shown = [
        {"name": one.name, "value": _shown(one, getattr(found, one.attribute)), "from": found.origins[one.name]}
        for one in settings.VARIABLES
    ]
    async with open_database(found.database) as db, db.read() as tx:
        items = [("channel", one.name, one.owner) for one in await channels.every(tx, bot_id=found.bot_id)]
        items += [("source", one.name, one.owner) for one in await sources.every(tx)]
        items += [("rule", one.name, one.owner) for one in await rules.every(tx)]
        items += [("digest", one.name, one.owner) for one in await digests.every(tx)]
    path = configuration.find(found)
    decided = {Owner.FILE: str(path) if path else "the file", Owner.CHAT: "chat and command line"}
    return {
        "settings": shown,
        "file": str(path) if path else None,
        "items": [{"kind": kind, "name": name, "decided by": decided[owner]} for kind, name, owner in items],
    }


def _shown(one: settings.Variable, value: Any) -> str:
    if one.secret:
        return "(set, hidden)" if value else ""
    if value is None or value == ():
        return ""
    if isinstance(value, tuple) and one.name == "BOT_HTTP":
        return ":".join(map(str, value))
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


async def apply_file(path: Path | None, *, dry_run: bool) -> dict[str, Any]:
    """Raises SettingsError with every problem of the file; then nothing was changed."""
    found = settings.load()
    chosen = path or configuration.find(found)
    if chosen is None:
        raise SettingsError([_no_file(found)])
    wanted = configuration.read(chosen)
    async with open_database(found.database) as db:
        changes = await bring_in(db, wanted, bot_id=found.bot_id, dry_run=dry_run)
    told = [{"kind": c.kind, "name": c.name, "act": c.act, "words": str(c)} for c in changes]
    return {"file": str(chosen), "dry_run": dry_run, "changes": told}


async def bring_in(
    db: Database, wanted: configuration.Configuration, *, bot_id: int, dry_run: bool = False
) -> tuple[configuration.Change, ...]:
    if dry_run:
        async with db.read() as tx:
            return await configuration.plan(tx, wanted, bot_id=bot_id)
    async with db.write() as tx:
        return await configuration.apply(tx, wanted, bot_id=bot_id, now=datetime.now(UTC))


async def apply_at_start(db: Database, found: Settings) -> tuple[configuration.Change, ...]:
    """A bot that starts takes its file in first.  Raises SettingsError: with a broken file nothing starts."""
    path = configuration.find(found)
    return await bring_in(db, configuration.read(path), bot_id=found.bot_id) if path else ()


async def reload(db: Database, found: Settings) -> None:
    """A bot that runs reads its file again; with a broken one it goes on as before, and says why."""
    path = configuration.find(found)
    if path is None:
        logger.info("no configuration file to read", extra={"action": "reload"})
        return
    try:
        changes = await bring_in(db, configuration.read(path), bot_id=found.bot_id)
    except SettingsError as error:
        for problem in error.problems:
            logger.error("configuration refused: %s", problem, extra={"action": "reload", "code": problem.code})
        return
    logger.info("configuration applied: %d changes", len(changes), extra={"action": "reload"})


async def export_items(*, everything: bool) -> str:
    found = settings.load()
    async with open_database(found.database) as db, db.read() as tx:
        return await export(tx, bot_id=found.bot_id, owner=None if everything else Owner.CHAT)


def _no_file(found: Settings) -> Problem:
    return Problem(
        code="SW-C47",
        title="There is no configuration file.",
        cause=f"Neither here nor in {found.data_dir} is a sharewire.toml.",
        fix="Write one from what was set in chat: sharewire config export > sharewire.toml",
        where="BOT_CONFIG",
        meanwhile="What was set in chat and on the command line stays in force.",
    )
