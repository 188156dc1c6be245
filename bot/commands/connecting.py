"""The work of `sharewire channels`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot import settings
from bot.app import opened
from bot.channels.connect import Connection, connect
from bot.commands.choices import choose
from bot.errors import Problem, UsageError
from bot.model import Actions, Preview
from bot.store import audit, channels
from bot.store.database import Tx, open_database


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChannel:
    address: str
    name: str | None = None
    language: str | None = None
    timezone: str = "UTC"
    template: str = "share"
    actions: str = "auto"
    preview: str = "large-above"


async def add_channel(wish: NewChannel, *, dry_run: bool) -> dict[str, Any]:
    actions = choose(Actions, wish.actions, "--actions")
    preview = choose(Preview, wish.preview, "--preview")
    _check_zone(wish.timezone)
    async with opened(settings.load()) as parts:
        found = await connect(parts.bot, wish.address)
        async with parts.db.write() as tx:
            name = wish.name or await _name(tx, found)
            channel = found.as_channel(
                bot_id=parts.bot.bot_id, name=name, language=wish.language, timezone=wish.timezone,
                template=wish.template, actions=actions, preview=preview,
            )  # fmt: skip
            if not dry_run:
                now = datetime.now(UTC)
                await channels.put(tx, channel, now=now)
                await audit.write(tx, bot_id=channel.bot_id, what="channel-added", about=name, now=now)
    return {
        "name": name,
        "address": found.address,
        "title": found.title,
        "chat_id": found.chat_id,
        "rights": list(found.rights),
        "comments": found.linked_chat_id is not None,
    }


async def list_channels() -> list[dict[str, Any]]:
    found = settings.load()
    async with open_database(found.database) as db, db.read() as tx:
        listed = await channels.every(tx, bot_id=found.bot_id)
    return [
        {
            "name": channel.name,
            "address": channel.address,
            "title": channel.title,
            "chat_id": channel.chat_id,
            "language": channel.language,
            "timezone": channel.timezone,
            "template": channel.template,
            "state": f"paused: {channel.pause_reason}" if channel.paused_at else "active",
        }
        for channel in listed
    ]


async def _name(tx: Tx, found: Connection) -> str:
    """The name it has here already, else its @name, else one made of its title."""
    known = await channels.find(tx, str(found.chat_id))
    return known.name if known else (found.username or "").lower() or await channels.free_name(tx, found.title or "")


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            Problem(
                code="SW-C24",
                title=f'"{name}" is not a time zone.',
                cause="No zone of the tz database has this name.",
                fix="Write it like Europe/Paris or Asia/Kolkata.",
                where="--timezone",
                meanwhile="Nothing was changed.",
            )
        ) from None
