"""What Telegram told us of messages in our channels.

A bot is told what people post in a channel, never what it posts itself; and a linked discussion group gets a copy of
every post (Message.is_automatic_forward).  The first explains ids that are not in our ledger, the second shows what an
id holds without looking.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select

from bot.model import Json
from bot.store import dialect, facts
from bot.store.database import Tx
from bot.store.schema import sightings

KEPT: Final = timedelta(days=3)
SHOWN: Final = (
    *("text", "caption", "photo", "video", "animation", "document", "audio"),
    "reply_markup",
)
"""The parts of a copy that tell which post it is."""


async def note(tx: Tx, *, bot_id: int, update: Mapping[str, Json], now: datetime) -> None:
    """Remember what an update says about a message in a channel; others are passed over."""
    posted, message = update.get("channel_post"), update.get("message") or {}
    origin = message.get("forward_origin") or {}
    if isinstance(posted, Mapping):
        chat, number, body = posted["chat"]["id"], posted["message_id"], None
    elif message.get("is_automatic_forward") and origin.get("type") == "channel":
        chat, number = origin["chat"]["id"], origin["message_id"]
        body = {name: True if name in _MEDIA else message[name] for name in SHOWN if name in message}
        body["copy"] = [message["chat"]["id"], message["message_id"]]
    else:
        return
    values = {"bot_id": bot_id, "chat_id": chat, "message_id": number, "body": body, "seen_at": now}
    statement = dialect.insert(tx, sightings).values(**values)
    if body is None:  # told as a person's post: that stands, whatever copies say
        statement = statement.on_conflict_do_update(
            index_elements=["bot_id", "chat_id", "message_id"], set_={"body": None}
        )
    else:
        statement = statement.on_conflict_do_nothing()
    await tx.execute(statement)


async def above(tx: Tx, *, bot_id: int, chat_id: int, message_id: int) -> dict[int, Any]:
    """Messages of a channel above this id: None for one that a person posted, else its copy."""
    mine = (sightings.c.bot_id == bot_id, sightings.c.chat_id == chat_id, sightings.c.message_id > message_id)
    rows = await tx.execute(select(sightings.c.message_id, sightings.c.body).where(*mine).limit(2_000))
    return {row.message_id: row.body for row in rows}


async def copy_of(tx: Tx, *, bot_id: int, chat_id: int, message_id: int) -> tuple[int, int] | None:
    """Group and message id of a channel post's copy, under which its comments stand; None where none was seen."""
    mine = (sightings.c.bot_id == bot_id, sightings.c.chat_id == chat_id, sightings.c.message_id == message_id)
    body = (await tx.execute(select(sightings.c.body).where(*mine))).scalar_one_or_none()
    place = body.get("copy") if isinstance(body, Mapping) else None
    return (int(place[0]), int(place[1])) if place else None


async def heard(tx: Tx, *, bot_id: int, now: datetime) -> None:
    """Everything that Telegram had for us until now is read."""
    await facts.put(tx, f"heard:{bot_id}", now.isoformat(), now=now)


async def heard_until(tx: Tx, *, bot_id: int) -> datetime | None:
    found = await facts.get(tx, f"heard:{bot_id}")
    return None if found is None else datetime.fromisoformat(found)


async def forget(tx: Tx, *, bot_id: int, message_ids: Collection[str]) -> None:
    """Copies of these messages; in which chat is not asked: what is forgotten is at worst looked up again."""
    numbers = [int(one) for one in message_ids if one.isdecimal()]
    if numbers:
        mine = (sightings.c.bot_id == bot_id, sightings.c.message_id.in_(numbers), sightings.c.body.is_not(None))
        await tx.execute(delete(sightings).where(*mine))


async def forget_old(tx: Tx, *, now: datetime) -> int:
    return (await tx.execute(delete(sightings).where(sightings.c.seen_at <= now - KEPT))).rowcount


_MEDIA: Final = frozenset({"photo", "video", "animation", "document", "audio"})
