"""The work of `sharewire digests`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot import settings
from bot.app import make_press
from bot.commands.choices import choose
from bot.commands.watching import the_channel
from bot.errors import Problem, UsageError
from bot.model import Channel
from bot.posts import digest as making
from bot.posts import timetable
from bot.posts.edition import Grouping, Part
from bot.posts.order import zone_of
from bot.store import channels, digests
from bot.store.database import Tx, open_database
from bot.store.digests import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDigest:
    name: str
    channel: str
    at: tuple[str, ...]
    title: str | None = None
    top: int = 7
    grouping: str = "none"
    folded: bool = False
    live: bool = False


async def add_digest(wish: NewDigest, *, dry_run: bool) -> dict[str, Any]:
    """Raises UsageError for times that make no sense and for a channel that is not there."""
    grouping = choose(Grouping, wish.grouping, "--group")
    if timetable.read(list(wish.at)) is None:
        raise UsageError(
            Problem(
                code="SW-C37",
                title=f'"{", ".join(wish.at)}" is no time.',
                cause="It is neither a time of day nor a cron expression.",
                fix='Write it like "07:30 mon-fri", "every day at 8" or "30 7 * * 1-5".',
                where="--at",
                meanwhile="Nothing was changed.",
            )
        )
    now = datetime.now(UTC)
    async with open_database(settings.load().database) as db, db.write() as tx:
        name = await the_channel(tx, wish.channel)
        channel = await channels.named(tx, name)
        assert channel is not None
        digest = Digest(
            name=wish.name, channel_id=channel.id, at=wish.at, title=wish.title, top=wish.top, grouping=grouping,
            takes="folded" if wish.folded else "all", live=wish.live,
        )  # fmt: skip
        if not dry_run:
            digest = await digests.put(tx, digest, now=now)
    return _row(digest, channel, now)


async def list_digests() -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    async with open_database(settings.load().database) as db, db.read() as tx:
        listed = await digests.every(tx)
        by_id = {channel.id: channel for channel in await channels.every(tx)}
    return [_row(digest, by_id[digest.channel_id], now) for digest in listed]


async def remove_digest(name: str, *, dry_run: bool) -> None:
    async with open_database(settings.load().database) as db, db.write() as tx:
        digest = await _named(tx, name)
        if not dry_run:
            await digests.remove(tx, digest.name)


async def preview_digest(name: str) -> tuple[Part, ...]:
    found = settings.load()
    async with open_database(found.database) as db:
        async with db.read() as tx:
            digest = await _named(tx, name)
            channel = await channels.get(tx, digest.channel_id)
        assert channel is not None
        return await making.preview(db, make_press(found), digest, channel, now=datetime.now(UTC))


async def _named(tx: Tx, name: str) -> Digest:
    found = await digests.named(tx, name)
    if found is None:
        raise UsageError(
            Problem(
                code="SW-C38",
                title=f'There is no digest "{name}".',
                cause="No digest has this name.",
                fix="See all of them: sharewire digests list",
                meanwhile="Nothing was changed.",
            )
        )
    return found


def _row(digest: Digest, channel: Channel, now: datetime) -> dict[str, Any]:
    times = timetable.read(list(digest.at))
    coming = times.next(now, zone_of(channel.timezone)) if times else None
    return {
        "name": digest.name,
        "channel": channel.name,
        "at": list(digest.at),
        "title": digest.title,
        "top": digest.top,
        "grouping": digest.grouping,
        "takes": digest.takes,
        "live": digest.live,
        "owner": digest.owner,
        "next": f"{coming:%Y-%m-%d %H:%M}" if coming else None,
    }
