"""`sharewire status`: numbers, and what needs a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import settings
from bot.store import status
from bot.store.database import open_database


async def read_status() -> dict[str, Any]:
    found = settings.load()
    async with open_database(found.database, migrate=False) as db, db.read() as tx:
        counts = await status.count(tx, bot_id=found.bot_id)
    return {
        "sources": {"total": counts.sources, "failing": counts.failing},
        "articles": counts.articles,
        "channels": {"total": counts.channels, "paused": counts.paused},
        "posts": {state.value: number for state, number in sorted(counts.posts.items())},
    }


def show_status(found: Mapping[str, Any]) -> None:
    print(f"Sources   {found['sources']['total']} ({found['sources']['failing']} failing)")
    print(f"Articles  {found['articles']}")
    print(f"Channels  {found['channels']['total']} ({found['channels']['paused']} paused)")
    posts = ", ".join(f"{number} {state}" for state, number in found["posts"].items()) or "none yet"
    print(f"Posts     {posts}")
