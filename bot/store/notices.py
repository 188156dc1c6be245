"""Cards for admins: one for each trouble, counted instead of repeated, edited in place, closed when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, case, null, or_, select, update

from bot.errors import Problem
from bot.model import Json
from bot.store import dialect, problems
from bot.store.database import Tx
from bot.store.schema import notices

OLD: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One card.

    key       what it is about: "channel-paused:7", "post-held:12"
    options   what its buttons need: {"post": 12}
    messages  chat id -> message id, where it was shown
    """

    id: int
    bot_id: int
    key: str
    problem: Problem
    count: int = 1
    raised_at: datetime
    changed_at: datetime
    shown_at: datetime | None = None
    closed_at: datetime | None = None
    messages: Mapping[str, Json] = field(default_factory=dict)
    options: Mapping[str, Json] = field(default_factory=dict)


async def tell(
    tx: Tx,
    *,
    bot_id: int,
    key: str,
    problem: Problem,
    now: datetime,
    options: Mapping[str, Json] | None = None,
    counted: bool = True,
) -> None:
    """Raise a card, or count once more on the one that is open (unless it is only `counted` once), or open it again:
    as a message of its own where the trouble was over for long, since an edit of an old one makes no sound."""
    values = {"problem": problems.to_json(problem), "changed_at": now, "options": dict(options or {})}
    statement = dialect.insert(tx, notices).values(bot_id=bot_id, key=key, raised_at=now, count=1, **values)
    reopened = notices.c.closed_at.is_not(None)
    statement = statement.on_conflict_do_update(
        index_elements=["bot_id", "key"],
        set_={
            **values,
            "count": case((reopened, 1), else_=notices.c.count + int(counted)),
            "messages": case((notices.c.closed_at <= now - OLD, null()), else_=notices.c.messages),
            "closed_at": None,
        },
    )
    await tx.execute(statement)


async def close(tx: Tx, *, bot_id: int, key: str, now: datetime) -> None:
    """The trouble is over: the card says so once more and is done."""
    mine = (notices.c.bot_id == bot_id, notices.c.key == key, notices.c.closed_at.is_(None))
    await tx.execute(update(notices).where(*mine).values(closed_at=now, changed_at=now))


async def replace(tx: Tx, *, key: str, problem: Problem, now: datetime) -> None:
    """Other words on a card that is there, of every bot: what it said shall not be read any more."""
    values = {"problem": problems.to_json(problem), "changed_at": now, "closed_at": now}
    await tx.execute(update(notices).where(notices.c.key == key).values(**values))


async def settle(tx: Tx, *, bot_id: int, key: str, options: Mapping[str, Json], now: datetime) -> None:
    """A person has decided: the card is done, and `options` remember what it was about."""
    mine = (notices.c.bot_id == bot_id, notices.c.key == key)
    await tx.execute(update(notices).where(*mine).values(closed_at=now, changed_at=now, options=dict(options)))


async def about(tx: Tx, *, bot_id: int, prefix: str) -> tuple[Notice, ...]:
    """Cards, open and closed, whose key begins so."""
    query = select(notices).where(notices.c.bot_id == bot_id, notices.c.key.startswith(prefix, autoescape=True))
    return tuple(_notice(row) for row in (await tx.execute(query.order_by(notices.c.id))).all())


async def to_show(tx: Tx, *, bot_id: int) -> tuple[Notice, ...]:
    """Cards that are new or have changed since they were shown, oldest first."""
    stale = or_(notices.c.shown_at.is_(None), notices.c.shown_at < notices.c.changed_at)
    query = select(notices).where(notices.c.bot_id == bot_id, stale).order_by(notices.c.changed_at, notices.c.id)
    return tuple(_notice(row) for row in (await tx.execute(query)).all())


async def shown(tx: Tx, *, notice_id: int, messages: Mapping[str, Json], now: datetime) -> None:
    """The card was sent or edited; `messages` says where it stands."""
    await tx.execute(update(notices).where(notices.c.id == notice_id).values(shown_at=now, messages=dict(messages)))


async def stands(tx: Tx, *, bot_id: int, key: str, messages: Mapping[str, int]) -> None:
    """The card stands in these chats already, in other words."""
    mine = (notices.c.bot_id == bot_id, notices.c.key == key)
    await tx.execute(update(notices).where(*mine).values(messages=dict(messages)))


async def opened(tx: Tx, *, bot_id: int) -> tuple[Notice, ...]:
    """Cards that are open, oldest first."""
    query = select(notices).where(notices.c.bot_id == bot_id, notices.c.closed_at.is_(None)).order_by(notices.c.id)
    return tuple(_notice(row) for row in (await tx.execute(query)).all())


async def get(tx: Tx, *, notice_id: int) -> Notice | None:
    row = (await tx.execute(select(notices).where(notices.c.id == notice_id))).one_or_none()
    return _notice(row) if row else None


def _notice(row: Row[Any]) -> Notice:
    problem = problems.of_json(row.problem)
    assert problem is not None
    return Notice(
        id=row.id,
        bot_id=row.bot_id,
        key=row.key,
        problem=problem,
        count=row._mapping["count"],  # a row is a tuple, and has a method of that name
        raised_at=row.raised_at,
        changed_at=row.changed_at,
        shown_at=row.shown_at,
        closed_at=row.closed_at,
        messages=row.messages or {},
        options=row.options or {},
    )
