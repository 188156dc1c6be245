"""The record: who did what, when, about what.  Lines are added in the transaction of the deed, and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select

from bot.model import Json, Person
from bot.store.database import Tx
from bot.store.schema import audit

COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One line of the record.  `what` is a verb in a word: channel-added, person-removed, config-applied."""

    at: datetime
    who: str
    what: str
    about: str
    user_id: int | None = None
    options: Mapping[str, Json] = field(default_factory=dict)


async def write(
    tx: Tx,
    *,
    bot_id: int,
    what: str,
    about: str,
    now: datetime,
    person: Person | None = None,
    options: Mapping[str, Json] | None = None,
) -> None:
    """`person` None: the command line, whose user owns the machine."""
    who = COMMAND_LINE if person is None else (person.name or str(person.user_id))
    values = {"bot_id": bot_id, "at": now, "user_id": person.user_id if person else None, "who": who, "what": what}
    await tx.execute(insert(audit).values(about=about, options=dict(options or {}), **values))


async def latest(
    tx: Tx, *, bot_id: int, limit: int = 20, before: datetime | None = None, what: str | None = None
) -> tuple[Deed, ...]:
    """The newest lines first; `before` a moment, and only of one kind if asked."""
    query = select(audit).where(audit.c.bot_id == bot_id).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(audit.c.at < before)
    if what is not None:
        query = query.where(audit.c.what == what)
    return tuple(
        Deed(at=r.at, who=r.who, what=r.what, about=r.about, user_id=r.user_id, options=r.options or {})
        for r in (await tx.execute(query)).all()
    )
