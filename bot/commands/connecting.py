"""The work of `sharewire channels`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot import settings
from bot.app import make_press, opened
from bot.channels.connect import connect
from bot.commands.choices import choose, language_named, one_of
from bot.errors import Problem, UsageError
from bot.model import Actions, Channel, Owner, Preview
from bot.store import audit, channels
from bot.store.database import open_database


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChannel:
    """What was given as an option; None: what the channel has already, else the default."""

    address: str
    name: str | None = None
    language: str | None = None
    timezone: str | None = None
    template: str | None = None
    actions: str | None = None
    preview: str | None = None


async def add_channel(wish: NewChannel, *, dry_run: bool) -> dict[str, Any]:
    """A channel that is connected already keeps what was decided for it; only what was given changes.

    Raises UsageError, NotAllowed, TelegramUnreachable."""
    found_settings = settings.load()
    chosen = _chosen(wish, make_press(found_settings).renderer.names())
    async with opened(found_settings) as parts:
        found = await connect(parts.bot, wish.address)
        async with parts.db.write() as tx:
            known = await channels.find(tx, str(found.chat_id)) or await channels.find(tx, found.address)
            if known is None:
                name = wish.name or (found.username or "").lower() or await channels.free_name(tx, found.title or "")
                channel = found.as_channel(bot_id=parts.bot.bot_id, name=name, **chosen)
            else:
                _refuse_change(known, wish, chosen)
                told = found.as_channel(bot_id=parts.bot.bot_id, name=known.name)
                seen = {field: getattr(told, field) for field in _TOLD}
                channel = replace(known, **seen, **chosen)
            if not dry_run:
                now = datetime.now(UTC)
                await channels.put(tx, channel, now=now)
                if known is None or chosen:
                    what = "channel-changed" if known else "channel-added"
                    await audit.write(tx, bot_id=channel.bot_id, what=what, about=channel.name, now=now)
    return {
        "name": channel.name,
        "address": found.address,
        "title": found.title,
        "chat_id": found.chat_id,
        "rights": list(found.rights),
        "comments": found.linked_chat_id is not None,
        "known": known is not None,
        "changed": sorted(chosen) if known is not None else [],
    }


_TOLD: Final = ("bot_id", "address", "chat_id", "title", "username", "linked_chat_id", "protected")
"""What Telegram says of a channel, and the bot that is its administrator now: a new id or another bot changes no
setting."""


def _chosen(wish: NewChannel, templates: Sequence[str]) -> dict[str, Any]:
    """The channel's fields that were given, each looked at."""
    found: dict[str, Any] = {}
    if wish.actions is not None:
        found["actions"] = choose(Actions, wish.actions, "--actions")
    if wish.preview is not None:
        found["preview"] = choose(Preview, wish.preview, "--preview")
    if wish.timezone is not None:
        _check_zone(wish.timezone)
        found["timezone"] = wish.timezone
    if wish.template is not None:
        found["template"] = one_of(wish.template, templates, "--template")
    if wish.language is not None:
        found["language"] = language_named(wish.language, "--language")
    return found


def _refuse_change(known: Channel, wish: NewChannel, chosen: Mapping[str, Any]) -> None:
    if wish.name and wish.name != known.name:
        raise UsageError(
            Problem(
                code="SW-C48",
                title=f'This channel is connected already, as "{known.name}".',
                cause="A channel has one name here.",
                fix="Leave out --name.",
                where="--name",
                meanwhile="Nothing was changed.",
            )
        )
    if chosen and known.owner is Owner.FILE:
        raise UsageError(
            Problem(
                code="SW-C49",
                title=f'The channel "{known.name}" is set in sharewire.toml.',
                cause="What the file decides is changed there, so that both never differ.",
                fix="Change it in the file, then run: sharewire config apply",
                where=f"[channels.{known.name}]",
                meanwhile="Nothing was changed.",
            )
        )


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
