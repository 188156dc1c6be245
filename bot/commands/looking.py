"""`sharewire status`: numbers, and what needs a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot import settings
from bot.settings import Settings
from bot.sources.schedule import span
from bot.store import backups, outages, status
from bot.store.database import open_database
from bot.store.outages import Note

RENEWED: Final = timedelta(minutes=2)
"""What was not noted again for so long is not known to last."""


def lasting_outages(found: Settings) -> tuple[Note, ...]:
    """What keeps the bot that runs here from working now, as it notes itself every few seconds."""
    notes = outages.read_notes(outages.notes_path(found.data_dir, found.bot_id))
    return tuple(note for note in notes if datetime.now(UTC) - note.until < RENEWED)


async def read_status() -> dict[str, Any]:
    found = settings.load()
    async with open_database(found.database, migrate=False) as db, db.read() as tx:
        counts = await status.count(tx, bot_id=found.bot_id)
        last = await backups.last(tx)
    return {
        "sources": {"total": counts.sources, "failing": counts.failing},
        "articles": counts.articles,
        "channels": {"total": counts.channels, "paused": counts.paused},
        "posts": {state.value: number for state, number in sorted(counts.posts.items())},
        "outages": [{"since": note.since.isoformat(), **note.problem.as_json()} for note in lasting_outages(found)],
        "backup": None if last is None else {"at": last.at.isoformat(), "path": last.path, "size": last.size},
    }


def show_status(found: Mapping[str, Any]) -> None:
    for outage in found["outages"]:
        print(f"Since {outage['since'][:16].replace('T', ' ')} UTC: {outage['title']} {outage['cause']}")
        print(f"  {outage['fix']} {outage['meanwhile']} ({outage['code']})")
    print(f"Sources   {found['sources']['total']} ({found['sources']['failing']} failing)")
    print(f"Articles  {found['articles']}")
    print(f"Channels  {found['channels']['total']} ({found['channels']['paused']} paused)")
    posts = ", ".join(f"{number} {state}" for state, number in found["posts"].items()) or "none yet"
    print(f"Posts     {posts}")
    if found["backup"]:
        age = datetime.now(UTC) - datetime.fromisoformat(found["backup"]["at"])
        print(f"Backup    {span(age)} ago: {found['backup']['path']}")
