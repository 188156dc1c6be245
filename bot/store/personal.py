"""All that is known of one person, from every table that names people: shown, and deleted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, and_, delete, or_, select, update

from bot.model import Json, Role
from bot.store import alerts
from bot.store.database import Tx
from bot.store.schema import (
    alert_finds,
    articles,
    audit,
    claim_codes,
    drafts,
    facts,
    notices,
    people,
    posts,
    queries,
    reader_digests,
    saved,
)
from bot.store.schema import alerts as alerts_table

NOBODY = 0
"""Stands in the record for somebody who was forgotten."""


async def everything(tx: Tx, *, bot_id: int, user_id: int) -> dict[str, Json]:
    """As plain values and datetimes, by what it is."""
    person = await _rows(tx, people, bot_id, user_id)
    kept = select(articles.c.id, articles.c.title, articles.c.canonical_url, saved.c.saved_at).join(
        saved, saved.c.article_id == articles.c.id
    )
    kept = kept.where(saved.c.bot_id == bot_id, saved.c.user_id == user_id).order_by(saved.c.saved_at)
    sent = select(posts.c.kind, posts.c.state, posts.c.visible_text, posts.c.created_at, posts.c.sent_at)
    sent = sent.where(_sent_to(bot_id, user_id)).order_by(posts.c.id)
    made = select(posts.c.kind, posts.c.state, posts.c.visible_text, posts.c.created_at)
    made = made.where(posts.c.bot_id == bot_id, posts.c.created_by == user_id).order_by(posts.c.id)
    codes = select(claim_codes.c.purpose, claim_codes.c.used_at)
    codes = codes.where(claim_codes.c.bot_id == bot_id, claim_codes.c.used_by == user_id)
    asked = select(facts.c.name, facts.c.value, facts.c.changed_at).where(_remembered_of(bot_id, user_id))
    return {
        "person": person[0] if person else None,
        "alerts": await _rows(tx, alerts_table, bot_id, user_id, without=("search_id",)),
        "found_by_alerts": await _rows(tx, alert_finds, bot_id, user_id),
        "saved": [dict(row._mapping) for row in await tx.execute(kept)],
        "digest": next(iter(await _rows(tx, reader_digests, bot_id, user_id)), None),
        "searches": await _rows(tx, queries, bot_id, user_id, without=("id",)),
        "drafts": await _rows(tx, drafts, bot_id, user_id, without=("id",)),
        "sent_to_you": [dict(row._mapping) for row in await tx.execute(sent)],
        "posts_you_made": [dict(row._mapping) for row in await tx.execute(made)],
        "what_you_did": await _rows(tx, audit, bot_id, user_id, without=("id",)),
        "codes_you_used": [dict(row._mapping) for row in await tx.execute(codes)],
        "remembered_for_a_while": [dict(row._mapping) for row in await tx.execute(asked)],
    }


async def forget(tx: Tx, *, bot_id: int, user_id: int) -> None:
    """Delete it.  What they did for the channels stays without them: posts, and lines of the record that name nobody.
    Of an owner the number, the role and the record stay, or nobody could run the bot any more."""
    mine = and_(people.c.bot_id == bot_id, people.c.user_id == user_id)
    role = (await tx.execute(select(people.c.role).where(mine))).scalar_one_or_none()
    await alerts.forget(tx, bot_id=bot_id, user_id=user_id)
    for table in (alert_finds, saved, reader_digests, queries, drafts):
        await tx.execute(delete(table).where(table.c.bot_id == bot_id, table.c.user_id == user_id))
    await tx.execute(delete(posts).where(_sent_to(bot_id, user_id)))
    await tx.execute(delete(facts).where(_remembered_of(bot_id, user_id)))
    await tx.execute(update(claim_codes).where(claim_codes.c.used_by == user_id).values(used_by=None))
    if role == Role.OWNER:
        bare = {"name": None, "language": None, "started_at": None, "seen_at": None, "options": None}
        await tx.execute(update(people).where(mine).values(**bare))
        return
    await _leave_nameless(tx, bot_id, user_id)
    await _unname(tx, bot_id, (await tx.execute(select(people.c.name).where(mine))).scalar_one_or_none())
    await tx.execute(delete(people).where(mine))


async def _leave_nameless(tx: Tx, bot_id: int, user_id: int) -> None:
    """Rows that belong to others, or to all, and name this person."""
    made = update(posts).where(posts.c.bot_id == bot_id, posts.c.created_by == user_id)
    await tx.execute(made.values(created_by=None))
    changed = update(drafts).where(drafts.c.bot_id == bot_id, drafts.c.changed_by == user_id)
    await tx.execute(changed.values(changed_by=None))
    done = update(audit).where(audit.c.bot_id == bot_id, audit.c.user_id == user_id)
    await tx.execute(done.values(user_id=NOBODY, who=""))
    cards = select(notices.c.id, notices.c.messages).where(notices.c.bot_id == bot_id)
    for row in (await tx.execute(cards)).all():
        if str(user_id) in (row.messages or {}):
            left = {chat: message for chat, message in row.messages.items() if chat != str(user_id)}
            await tx.execute(update(notices).where(notices.c.id == row.id).values(messages=left))
    codes = select(claim_codes.c.code_hash, claim_codes.c.options).where(claim_codes.c.bot_id == bot_id)
    for row in (await tx.execute(codes)).all():
        if (row.options or {}).get("user") == user_id:
            await tx.execute(delete(claim_codes).where(claim_codes.c.code_hash == row.code_hash))


async def _unname(tx: Tx, bot_id: int, name: str | None) -> None:
    """What others did about this person stays in the record, without the name."""
    about_people = or_(*(audit.c.what.startswith(kind) for kind in ("person-", "role-", "owner-")))
    query = select(audit.c.id, audit.c.about).where(audit.c.bot_id == bot_id, about_people)
    for row in (await tx.execute(query)).all() if name else ():
        if name and name in row.about:
            await tx.execute(update(audit).where(audit.c.id == row.id).values(about=row.about.replace(name, "…")))


async def _rows(
    tx: Tx, table: Table, bot_id: int, user_id: int, *, without: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    hidden = {"bot_id", "user_id", *without} if table is not people else {"bot_id"}
    columns = [column for column in table.columns if column.name not in hidden]
    rows = await tx.execute(select(*columns).where(table.c.bot_id == bot_id, table.c.user_id == user_id))
    return [dict(row._mapping) for row in rows]


def _remembered_of(bot_id: int, user_id: int) -> Any:
    """What was asked of them last, hashes of their menu: facts whose names end with the bot and the person."""
    name = facts.c.name
    return and_(
        or_(name.like(f"%:{bot_id}:%"), name.like(f"%:{bot_id}")),
        or_(name.like(f"%:{user_id}"), name.like(f"%:{user_id}:%")),
    )


def _sent_to(bot_id: int, user_id: int) -> Any:
    return and_(
        posts.c.bot_id == bot_id,
        posts.c.chat_id == str(user_id),
        posts.c.channel_id.is_(None),
    )
