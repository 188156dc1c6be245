"""People who have met the bot, their roles, and the one-time codes that give a role."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from bot.model import Json, Person, PostState, Role
from bot.store import dialect, facts
from bot.store.database import Tx
from bot.store.schema import claim_codes, people, posts

_BACK = "returned:"


async def meet(tx: Tx, *, bot_id: int, user_id: int, name: str | None, language: str | None, now: datetime) -> Person:
    """Remember that somebody wrote; whoever writes has not blocked the bot.  `language` is what their Telegram speaks
    now; without one the last known stays."""
    seen = {"name": name, "seen_at": now, "blocked_at": None} | ({"language": language} if language else {})
    this = (people.c.bot_id == bot_id) & (people.c.user_id == user_id)
    blocked = (await tx.execute(select(people.c.blocked_at).where(this))).scalar_one_or_none()
    if blocked is not None:
        await facts.put(tx, f"{_BACK}{bot_id}:{user_id}", blocked.isoformat(), now=now)
    statement = dialect.insert(tx, people).values(
        bot_id=bot_id, user_id=user_id, role=Role.READER, started_at=now, **seen
    )
    statement = statement.on_conflict_do_update(index_elements=["bot_id", "user_id"], set_=seen)
    await tx.execute(statement)
    person = await get(tx, bot_id=bot_id, user_id=user_id)
    assert person is not None
    return person


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """Somebody who had blocked the bot since then, and writes again."""

    user_id: int
    since: datetime


async def returned(tx: Tx, *, bot_id: int, limit: int) -> tuple[Returned, ...]:
    """Who came back and was not told yet what they missed."""
    found = await facts.starting_with(tx, f"{_BACK}{bot_id}:", limit=limit)
    return tuple(
        Returned(user_id=int(name.rpartition(":")[2]), since=datetime.fromisoformat(str(value)))
        for name, value in found.items()
    )


async def welcomed(tx: Tx, *, bot_id: int, user_id: int) -> None:
    await facts.forget(tx, f"{_BACK}{bot_id}:{user_id}")


async def get(tx: Tx, *, bot_id: int, user_id: int) -> Person | None:
    row = (await tx.execute(select(people).where(people.c.bot_id == bot_id, people.c.user_id == user_id))).one_or_none()
    return _person(row) if row else None


async def with_role(tx: Tx, *, bot_id: int, role: Role) -> tuple[Person, ...]:
    query = select(people).where(people.c.bot_id == bot_id, people.c.role == role).order_by(people.c.user_id)
    return tuple(_person(row) for row in (await tx.execute(query)).all())


async def give_role(tx: Tx, *, bot_id: int, user_id: int, role: Role, now: datetime) -> None:
    statement = dialect.insert(tx, people).values(bot_id=bot_id, user_id=user_id, role=role, started_at=now)
    await tx.execute(statement.on_conflict_do_update(index_elements=["bot_id", "user_id"], set_={"role": role}))


async def choose_language(tx: Tx, *, bot_id: int, user_id: int, language: str | None) -> None:
    """The language that somebody wants the bot to speak with them, whatever their Telegram speaks; None takes the
    choice back."""
    await set_option(tx, "language", language, bot_id=bot_id, user_id=user_id)


async def set_option(tx: Tx, name: str, value: Json, *, bot_id: int, user_id: int) -> None:
    """One of a person's settings; None takes it back."""
    this = (people.c.bot_id == bot_id) & (people.c.user_id == user_id)
    kept = (await tx.execute(select(people.c.options).where(this).with_for_update())).scalar_one_or_none()
    options = {key: known for key, known in (kept or {}).items() if key != name}
    if value is not None:
        options[name] = value
    await tx.execute(update(people).where(this).values(options=options))


async def get_many(tx: Tx, user_ids: Collection[int], *, bot_id: int) -> Mapping[int, Person]:
    query = select(people).where(people.c.bot_id == bot_id, people.c.user_id.in_(list(user_ids)))
    return {row.user_id: _person(row) for row in (await tx.execute(query)).all()} if user_ids else {}


async def mark_blocked(tx: Tx, *, bot_id: int, user_id: int, now: datetime) -> None:
    """Nothing more is written to them, what waits for them is dropped, and their alerts rest until they return."""
    await tx.execute(
        update(people).where(people.c.bot_id == bot_id, people.c.user_id == user_id).values(blocked_at=now)
    )
    waiting = (posts.c.bot_id == bot_id, posts.c.chat_id == str(user_id), posts.c.channel_id.is_(None))
    await tx.execute(update(posts).where(*waiting, posts.c.state == PostState.QUEUED).values(state=PostState.CANCELLED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What a one-time code was made for."""

    purpose: str
    options: Mapping[str, Json]


async def add_code(
    tx: Tx, code: str, *, bot_id: int, purpose: str, now: datetime, valid: timedelta, options: Mapping[str, Json]
) -> None:
    """Only the code's hash is kept."""
    await tx.execute(
        dialect.insert(tx, claim_codes).values(
            code_hash=_hash(code),
            bot_id=bot_id,
            purpose=purpose,
            options=dict(options),
            created_at=now,
            expires_at=now + valid,
        )
    )


async def use_code(tx: Tx, code: str, *, bot_id: int, purpose: str, user_id: int, now: datetime) -> Code | None:
    """Spend a code; None when it is unknown, spent or too old.  Two who press at once: one gets it."""
    statement = (
        update(claim_codes)
        .where(
            claim_codes.c.code_hash == _hash(code),
            claim_codes.c.bot_id == bot_id,
            claim_codes.c.purpose == purpose,
            claim_codes.c.used_at.is_(None),
            claim_codes.c.expires_at > now,
        )
        .values(used_at=now, used_by=user_id)
        .returning(claim_codes.c.purpose, claim_codes.c.options)
    )
    row = (await tx.execute(statement)).one_or_none()
    return Code(purpose=row.purpose, options=row.options or {}) if row else None


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _person(row: Row[Any]) -> Person:
    chosen = (row.options or {}).get("language")
    return Person(
        bot_id=row.bot_id,
        user_id=row.user_id,
        role=Role(row.role),
        name=row.name,
        language=chosen or row.language,
        chosen_language=chosen,
        channels=tuple((row.options or {}).get("channels") or ()),
        started_at=row.started_at,
        blocked_at=row.blocked_at,
        options=row.options or {},
    )
