"""Times when the bot was away: when the sender was last there, what waits since, and what a person decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select, update

from bot.errors import Problem
from bot.model import Lane, PostState
from bot.store import facts, problems
from bot.store.database import Tx
from bot.store.schema import posts

ASKED_FOR: Final = (Lane.CORRECTION, Lane.MANUAL)
"""Lanes that go on while a gap is open: what a person asked for, and corrections of what is out."""
KEPT: Final = timedelta(days=1)
"""So long each new post is compared with messages that the ledger does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The bot was away from `since` to `until`.

    restored   its database is an older copy
    doubtful   there are messages in its channels that it does not remember
    """

    since: datetime
    until: datetime
    restored: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """Messages of one channel that the ledger does not know: their ids, and when the last one before them was sent."""

    ids: tuple[int, ...]
    since: datetime


async def last_seen(tx: Tx, *, bot_id: int) -> datetime | None:
    """When a sender last said that it is there."""
    found = await facts.get(tx, f"sender-seen:{bot_id}")
    return None if found is None else datetime.fromisoformat(found)


async def say_seen(tx: Tx, *, bot_id: int, now: datetime) -> None:
    await facts.put(tx, f"sender-seen:{bot_id}", now.isoformat(), now=now)


async def opened(tx: Tx, *, bot_id: int) -> Gap | None:
    """The gap whose question is not answered yet."""
    found = await facts.get(tx, f"gap:{bot_id}")
    if found is None:
        return None
    since, until = (datetime.fromisoformat(found[name]) for name in ("since", "until"))
    return Gap(since=since, until=until, restored=found["restored"], doubtful=found.get("doubtful", False))


async def open_gap(tx: Tx, gap: Gap, *, bot_id: int, now: datetime) -> None:
    """A gap that opens while another is open makes it longer."""
    before = await opened(tx, bot_id=bot_id)
    since = min(gap.since, before.since) if before else gap.since
    restored = gap.restored or (before is not None and before.restored)
    doubtful = gap.doubtful or (before is not None and before.doubtful)
    value = {
        "since": since.isoformat(),
        "until": gap.until.isoformat(),
        "restored": restored,
        "doubtful": doubtful,
    }
    await facts.put(tx, f"gap:{bot_id}", value, now=now)


async def close_gap(tx: Tx, *, bot_id: int) -> None:
    await facts.forget(tx, f"gap:{bot_id}")


async def waiting_count(tx: Tx, *, bot_id: int) -> int:
    """Posts that nobody asked for by hand and that the gap holds back."""
    count: int = (await tx.execute(select(func.count()).where(_held_back(bot_id)))).scalar_one()
    return count


async def newest(tx: Tx, *, bot_id: int, of_each: int) -> list[int]:
    """The newest so many of each chat among them."""
    rank = func.row_number().over(partition_by=posts.c.chat_id, order_by=posts.c.id.desc()).label("rank")
    ranked = select(posts.c.id, rank).where(_held_back(bot_id)).subquery()
    return list((await tx.execute(select(ranked.c.id).where(ranked.c.rank <= of_each))).scalars())


async def cancel_waiting(tx: Tx, *, bot_id: int, problem: Problem, but: Sequence[int] = ()) -> int:
    """Withdraw what the gap holds back, with the reason; gives the number."""
    chosen = and_(_held_back(bot_id), posts.c.id.not_in(list(but)))
    values = {"state": PostState.CANCELLED, "problem": problems.to_json(problem)}
    return (await tx.execute(update(posts).where(chosen).values(values))).rowcount


async def keep_fresh(tx: Tx, *, bot_id: int) -> None:
    """A person chose to post what waits: it is not too old any more."""
    await tx.execute(update(posts).where(_held_back(bot_id)).values(fresh_until=None))


async def doubt_waiting(tx: Tx, *, bot_id: int, since: datetime, now: datetime) -> int:
    """After a restore: what waits may have been sent after the copy was made (`since`), even if it was found again
    only now; so it is looked up before it goes out."""
    await facts.put(tx, f"doubt-since:{bot_id}", since.isoformat(), now=now)
    values = {"state": PostState.UNKNOWN, "unknown_at": now}
    return (await tx.execute(update(posts).where(_held_back(bot_id)).values(values))).rowcount


async def fold_waiting(tx: Tx, *, bot_id: int, now: datetime) -> None:
    """What waits is not to be sent by itself any more, once it is known that it was not."""
    await tx.execute(update(posts).where(_held_back(bot_id)).values(fresh_until=now - timedelta(seconds=1)))


async def remember_forgotten(tx: Tx, *, bot_id: int, found: Mapping[int, Forgotten], now: datetime) -> None:
    """Messages in our channels that the ledger does not know, by the channel's number; what was found before stays."""
    known = {**await forgotten(tx, bot_id=bot_id, now=now)}
    for channel_id, item in found.items():
        before = known.get(channel_id, item)
        ids = tuple(sorted({*before.ids, *item.ids}))
        known[channel_id] = Forgotten(ids=ids, since=min(before.since, item.since))
    value = {str(key): {"ids": list(item.ids), "since": item.since.isoformat()} for key, item in known.items()}
    await facts.put(tx, f"forgotten:{bot_id}", {"until": (now + KEPT).isoformat(), "channels": value}, now=now)


async def forgotten(tx: Tx, *, bot_id: int, now: datetime) -> Mapping[int, Forgotten]:
    """Messages in our channels that the ledger does not know, by the channel's number, for a day."""
    found = await facts.get(tx, f"forgotten:{bot_id}")
    if found is None or datetime.fromisoformat(found["until"]) <= now:
        return {}
    return {
        int(key): Forgotten(ids=tuple(item["ids"]), since=datetime.fromisoformat(item["since"]))
        for key, item in found["channels"].items()
    }


async def doubtful_since(tx: Tx, *, bot_id: int) -> datetime | None:
    """When the copy that was restored last was made."""
    found = await facts.get(tx, f"doubt-since:{bot_id}")
    return None if found is None else datetime.fromisoformat(found)


def _held_back(bot_id: int) -> ColumnElement[bool]:
    return and_(
        posts.c.bot_id == bot_id,
        posts.c.state == PostState.QUEUED,
        posts.c.lane.not_in(ASKED_FOR),
    )
