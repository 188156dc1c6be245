"""The record: who did what, when, about what.  Lines are added in the transaction of the deed, and never changed;
only the headline of an article that is erased for legal reasons goes from them too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from bot.model import Json, Person, Post
from bot.store import people, posts
from bot.store.database import Tx
from bot.store.schema import audit

COMMAND_LINE = "command line"
_HEAD = 80  # characters of a post's first line


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


async def write_posts(tx: Tx, post_ids: Collection[int], *, what: str, now: datetime, by: int | None = None) -> None:
    """A line for each post that is there, about its first line; `by` None: the command line."""
    for post_id in post_ids:
        post = await posts.get(tx, post_id)
        if post is None:
            continue
        person = None
        if by is not None:
            known = await people.get(tx, bot_id=post.bot_id, user_id=by)
            person = known or Person(bot_id=post.bot_id, user_id=by)
        await write(
            tx, bot_id=post.bot_id, what=what, about=_head(post), now=now, person=person, options={"post": post.id}
        )  # fmt: skip


async def newest(tx: Tx) -> int | None:
    """The number of the last line; None before the first deed."""
    number: int | None = (await tx.execute(select(func.max(audit.c.id)))).scalar_one()
    return number


async def erase_posts(tx: Tx, post_ids: Collection[int]) -> None:
    """What was done about these posts stays, what they said goes."""
    query = select(audit.c.id, audit.c.options).where(audit.c.what.startswith("post-"))
    for row in (await tx.execute(query)).all():
        number = (row.options or {}).get("post")
        if isinstance(number, int) and number in post_ids:
            await tx.execute(update(audit).where(audit.c.id == row.id).values(about=_number(number)))


def _head(post: Post) -> str:
    first = post.visible_text.strip().partition("\n")[0] or _number(post.id)
    return first if len(first) <= _HEAD else f"{first[: _HEAD - 1]}…"


def _number(post_id: int) -> str:
    return f"#{post_id}"


async def last_about(tx: Tx, *, bot_id: int, about: str, what: Collection[str]) -> Deed | None:
    """The newest line of these kinds about one thing."""
    mine = (audit.c.bot_id == bot_id, audit.c.about == about, audit.c.what.in_(what))
    query = select(audit).where(*mine).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(1)
    row = (await tx.execute(query)).one_or_none()
    return _deed(row) if row else None


async def latest(
    tx: Tx, *, bot_id: int, limit: int = 20, before: datetime | None = None, what: str | None = None
) -> tuple[Deed, ...]:
    """The newest lines first; `before` a moment, and only of one kind if asked."""
    query = select(audit).where(audit.c.bot_id == bot_id).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(audit.c.at < before)
    if what is not None:
        query = query.where(audit.c.what == what)
    return tuple(_deed(row) for row in (await tx.execute(query)).all())


async def kinds(tx: Tx, *, bot_id: int) -> tuple[str, ...]:
    """The words for what was done so far."""
    return tuple((await tx.execute(select(audit.c.what).where(audit.c.bot_id == bot_id).distinct())).scalars())


def _deed(row: Row[Any]) -> Deed:
    return Deed(
        at=row.at, who=row.who, what=row.what, about=row.about, user_id=row.user_id, options=row.options or {}
    )  # fmt: skip
