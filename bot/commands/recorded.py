"""The work of `sharewire people`, `log` and `stats`."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import settings
from bot.chat.owner import figures as counting
from bot.model import Role
from bot.store import audit, staff
from bot.store import stats as counted
from bot.store.database import open_database
from bot.store.stats import PostFigures

COLUMNS = ("sent_at", "channel", "title", "seconds", "reactions", "presses", "url")


async def read_people() -> list[dict[str, Any]]:
    found = settings.load()
    async with open_database(found.database) as db, db.read() as tx:
        every = await staff.everybody(tx, bot_id=found.bot_id)
    rows = [
        {"name": p.name or str(p.user_id), "user_id": p.user_id, "role": p.role, "channels": list(p.channels)}
        for p in every
    ]
    met = {row["user_id"] for row in rows}  # who is named in the settings owns the bot before their first word to it
    named = [number for number in found.owner_ids if number not in met]
    return [*({"name": str(one), "user_id": one, "role": Role.OWNER, "channels": []} for one in named), *rows]


async def read_log(*, limit: int, what: str | None) -> list[dict[str, Any]]:
    found = settings.load()
    async with open_database(found.database) as db, db.read() as tx:
        deeds = await audit.latest(tx, bot_id=found.bot_id, limit=limit, what=what)
    return [
        {"at": d.at.isoformat(timespec="seconds"), "who": d.who, "user_id": d.user_id, "what": d.what, "about": d.about}
        for d in deeds
    ]


async def read_kinds() -> list[str]:
    """What was done so far, in a word each."""
    found = settings.load()
    async with open_database(found.database) as db, db.read() as tx:
        return sorted(await audit.kinds(tx, bot_id=found.bot_id))


async def read_stats(*, days: int) -> list[dict[str, Any]]:
    found = settings.load()
    async with open_database(found.database) as db, db.read() as tx:
        every = await counting.of_channels(tx, bot_id=found.bot_id, days=days, now=datetime.now(UTC))
    return [
        {
            "channel": one.channel.name,
            "delivered": one.delivered,
            "refused": one.refused,
            "median_seconds": one.median_seconds,
            "most_seconds": one.most_seconds,
            "reactions": one.reactions,
            "presses": dict(one.presses),
            "members": one.members.now,
            "members_before": one.members.then,
            "best_hours": list(one.best_hours),
        }
        for one in every
    ]


async def read_posts(*, days: int) -> tuple[PostFigures, ...]:
    found, now = settings.load(), datetime.now(UTC)
    async with open_database(found.database) as db, db.read() as tx:
        since = now - timedelta(days=days)
        return await counted.sent_posts(tx, bot_id=found.bot_id, since=since, until=now + timedelta(minutes=1))


def csv_of(posts: Sequence[PostFigures]) -> str:
    """RFC 4180; a title that a spreadsheet would take for a formula is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for post in posts:
        title = post.title or ""
        title = f"'{title}" if title[:1] in ("=", "+", "-", "@", "\t") else title
        pressed = " ".join(f"{name}:{count}" for name, count in post.presses.items())
        figures = (post.seconds, post.reactions, pressed)
        writer.writerow((post.sent_at.isoformat(), post.channel, title, *figures, post.url))
    return out.getvalue()
