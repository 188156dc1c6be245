"""Channels (and groups) we post to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, or_, select, update

from bot.errors import Problem
from bot.model import Actions, Channel, Json, Owner, PostState, Preview
from bot.store import dialect, problems
from bot.store.database import Tx
from bot.store.schema import bots, channels, posts


async def put(tx: Tx, channel: Channel, *, now: datetime) -> Channel:
    """Add a channel, or change the one of that name; `id` is ignored.  What Telegram told and pauses are kept."""
    values = {
        "bot_id": channel.bot_id,
        "network": channel.network,
        "address": channel.address,
        "owner": channel.owner,
        "language": channel.language,
        "timezone": channel.timezone,
        "template": channel.template,
        "actions": channel.actions,
        "preview": channel.preview,
        "approve": channel.approve,
        "fresh_for": channel.fresh_for,
        "max_age": channel.max_age,
        "options": dict(channel.options),
    }
    known = await named(tx, channel.name)
    if known is not None and "override" in known.options and "override" not in channel.options:
        values["options"] = {**channel.options, "override": known.options["override"]}  # it ends by itself, not here
    told = {"chat_id": channel.chat_id, "title": channel.title, "username": channel.username}
    told |= {"linked_chat_id": channel.linked_chat_id, "protected": channel.protected}
    statement = dialect.insert(tx, channels).values(name=channel.name, created_at=now, **values, **told)
    seen = {key: value for key, value in told.items() if value}
    await tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values | seen))
    found = await named(tx, channel.name)
    assert found is not None
    return found


async def named(tx: Tx, name: str) -> Channel | None:
    row = (await tx.execute(select(channels).where(channels.c.name == name))).one_or_none()
    return channel_of(row) if row else None


async def get(tx: Tx, channel_id: int, *, lock: bool = False) -> Channel | None:
    """`lock`: nobody else changes it until the end of this transaction."""
    query = select(channels).where(channels.c.id == channel_id)
    row = (await tx.execute(query.with_for_update() if lock else query)).one_or_none()
    return channel_of(row) if row else None


async def find(tx: Tx, words: str, *, bot_id: int | None = None) -> Channel | None:
    """By name, address, @username or chat id: whatever a person typed."""
    plain = words.strip()
    bare = plain.removeprefix("@")
    matches = [channels.c.name == plain, channels.c.address.in_((plain, f"@{bare}")), channels.c.username == bare]
    if plain.removeprefix("-").isdecimal() and len(plain) < 19:
        matches.append(channels.c.chat_id == int(plain))
    query = select(channels).where(or_(*matches)).order_by(channels.c.id)
    if bot_id is not None:
        query = query.where(channels.c.bot_id == bot_id)
    row = (await tx.execute(query)).first()
    return channel_of(row) if row else None


async def every(tx: Tx, *, bot_id: int | None = None) -> tuple[Channel, ...]:
    """All channels by name."""
    query = select(channels).order_by(channels.c.name)
    if bot_id is not None:
        query = query.where(channels.c.bot_id == bot_id)
    return tuple(channel_of(row) for row in (await tx.execute(query)).all())


async def free_name(tx: Tx, wish: str) -> str:
    """A name that nobody has, made of letters of any script, digits and dashes: `harbor-news`, `harbor-news-2`."""
    base = re.sub(r"[^\w]+|_+", "-", wish.lower()).strip("-")[:60] or "channel"
    query = select(channels.c.name).where(channels.c.name.startswith(base, autoescape=True))
    taken = set((await tx.execute(query)).scalars())
    number = 1
    while (name := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return name


async def change(tx: Tx, channel_id: int, **values: Any) -> None:
    """Set columns by name."""
    await tx.execute(update(channels).where(channels.c.id == channel_id).values(**values))


async def pause(tx: Tx, channel_id: int, *, problem: Problem, now: datetime) -> bool:
    """Nothing is sent there until `resume`; its posts wait.  True if it was open before."""
    opened = update(channels).where(channels.c.id == channel_id, channels.c.paused_at.is_(None))
    return (await tx.execute(opened.values(paused_at=now, pause_reason=problems.to_json(problem)))).rowcount == 1


async def resume(tx: Tx, channel_id: int) -> bool:
    """True if it was paused before."""
    paused = update(channels).where(channels.c.id == channel_id, channels.c.paused_at.is_not(None))
    return (await tx.execute(paused.values(paused_at=None, pause_reason=None))).rowcount == 1


async def remove(tx: Tx, channel_id: int) -> None:
    """Forget the channel with its waiting posts and decisions.  What was sent stays in the channel."""
    await tx.execute(delete(channels).where(channels.c.id == channel_id))


async def move(tx: Tx, *, bot_id: int, old: str, new: int) -> None:
    """A group became a supergroup with a new id."""
    mine = channels.c.bot_id == bot_id
    if old.removeprefix("-").isdecimal():
        known = or_(channels.c.chat_id == int(old), channels.c.address == old)
    else:
        known = channels.c.address == old
    await tx.execute(update(channels).where(mine, known).values(chat_id=new))
    numeric = update(channels).where(mine, channels.c.address == old, ~channels.c.address.startswith("@"))
    await tx.execute(numeric.values(address=str(new)))


async def ids_by_name(tx: Tx, *, bot_id: int) -> Mapping[str, str]:
    """@username -> chat id as text, of channels whose id is known."""
    query = select(channels.c.address, channels.c.username, channels.c.chat_id)
    query = query.where(channels.c.bot_id == bot_id, channels.c.chat_id.is_not(None))
    found: dict[str, str] = {}
    for address, username, chat_id in (await tx.execute(query)).all():
        for name in (address, f"@{username}" if username else ""):
            if name.startswith("@"):
                found[name] = str(chat_id)
    return found


async def waiting_count(tx: Tx, channel_id: int) -> int:
    """Posts of a channel that wait to be sent."""
    query = select(func.count()).where(posts.c.channel_id == channel_id, posts.c.state == PostState.QUEUED)
    count: int = (await tx.execute(query)).scalar_one()
    return count


async def meet_bot(tx: Tx, *, bot_id: int, username: str | None, name: str | None, now: datetime) -> None:
    """Remember a bot whose token was accepted."""
    values = {"username": username, "name": name}
    statement = dialect.insert(tx, bots).values(bot_id=bot_id, met_at=now, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["bot_id"], set_=values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Predecessor:
    """A bot that has channels here: its name, how many they are, and how many of its posts wait."""

    bot_id: int
    username: str | None
    channels: int
    waiting: int


async def predecessor(tx: Tx, *, bot_id: int) -> Predecessor | None:
    """The bot whose channels these are, where this one has none of its own."""
    query = select(channels.c.bot_id, func.count()).group_by(channels.c.bot_id).order_by(func.count().desc())
    found = {row[0]: row[1] for row in (await tx.execute(query)).all()}
    if not found or bot_id in found:
        return None
    other, count = next(iter(found.items()))
    waits = select(func.count()).where(posts.c.bot_id == other, posts.c.state == PostState.QUEUED)
    name = (await tx.execute(select(bots.c.username).where(bots.c.bot_id == other))).scalar_one_or_none()
    waiting: int = (await tx.execute(waits)).scalar_one()
    return Predecessor(bot_id=other, username=name, channels=count, waiting=waiting)


async def bot_ids(tx: Tx) -> tuple[int, ...]:
    """The bots that were met so far."""
    return tuple((await tx.execute(select(bots.c.bot_id).order_by(bots.c.bot_id))).scalars())


def channel_of(row: Row[Any]) -> Channel:
    """A row of `channels` with all its columns."""
    options: Mapping[str, Json] = row.options or {}
    problem = problems.of_json(row.pause_reason)
    return Channel(
        id=row.id,
        bot_id=row.bot_id,
        name=row.name,
        address=row.address,
        network=row.network,
        chat_id=row.chat_id,
        title=row.title,
        username=row.username,
        owner=Owner(row.owner),
        language=row.language,
        timezone=row.timezone,
        template=row.template,
        actions=Actions(row.actions),
        preview=Preview(row.preview),
        linked_chat_id=row.linked_chat_id,
        protected=row.protected,
        approve=row.approve,
        fresh_for=row.fresh_for,
        max_age=row.max_age,
        options=options,
        paused_at=row.paused_at,
        pause_reason=None if problem is None else problem.line(),
    )
