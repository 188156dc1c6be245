"""All that is known of one person, from every table that names people: shown, and deleted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, and_, delete, select, update

from bot.model import Json, PostKind, Role
from bot.store import alerts
from bot.store.database import Tx
from bot.store.schema import (
    alert_finds,
    articles,
    claim_codes,
    drafts,
    people,
    posts,
    queries,
    reader_digests,
    saved,
)
from bot.store.schema import alerts as alerts_table

_OURS = (PostKind.ALERT, PostKind.DIGEST)


async def everything(tx: Tx, *, bot_id: int, user_id: int) -> dict[str, Json]:
    """As plain values and datetimes, by what it is."""
    person = await _rows(tx, people, bot_id, user_id)
    kept = select(articles.c.id, articles.c.title, articles.c.canonical_url, saved.c.saved_at).join(
        saved, saved.c.article_id == articles.c.id
    )
    kept = kept.where(saved.c.bot_id == bot_id, saved.c.user_id == user_id).order_by(saved.c.saved_at)
    sent = select(posts.c.kind, posts.c.state, posts.c.visible_text, posts.c.created_at, posts.c.sent_at)
    sent = sent.where(_sent_to(bot_id, user_id)).order_by(posts.c.id)
    return {
        "person": person[0] if person else None,
        "alerts": await _rows(tx, alerts_table, bot_id, user_id, without=("search_id",)),
        "found_by_alerts": await _rows(tx, alert_finds, bot_id, user_id),
        "saved": [dict(row._mapping) for row in await tx.execute(kept)],
        "digest": next(iter(await _rows(tx, reader_digests, bot_id, user_id)), None),
        "searches": await _rows(tx, queries, bot_id, user_id, without=("id",)),
        "drafts": await _rows(tx, drafts, bot_id, user_id, without=("id",)),
        "sent_to_you": [dict(row._mapping) for row in await tx.execute(sent)],
    }


async def forget(tx: Tx, *, bot_id: int, user_id: int) -> None:
    """Delete it.  Of an owner the number and the role stay, or nobody could run the bot any more."""
    await alerts.forget(tx, bot_id=bot_id, user_id=user_id)
    for table in (alert_finds, saved, reader_digests, queries, drafts):
        await tx.execute(delete(table).where(table.c.bot_id == bot_id, table.c.user_id == user_id))
    await tx.execute(delete(posts).where(_sent_to(bot_id, user_id)))
    await tx.execute(update(claim_codes).where(claim_codes.c.used_by == user_id).values(used_by=None))
    mine = and_(people.c.bot_id == bot_id, people.c.user_id == user_id)
    bare = {"name": None, "language": None, "started_at": None, "seen_at": None, "options": None}
    await tx.execute(update(people).where(mine, people.c.role == Role.OWNER).values(**bare))
    await tx.execute(delete(people).where(mine, people.c.role != Role.OWNER))


async def _rows(
    tx: Tx, table: Table, bot_id: int, user_id: int, *, without: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    hidden = {"bot_id", "user_id", *without} if table is not people else {"bot_id"}
    columns = [column for column in table.columns if column.name not in hidden]
    rows = await tx.execute(select(*columns).where(table.c.bot_id == bot_id, table.c.user_id == user_id))
    return [dict(row._mapping) for row in rows]


def _sent_to(bot_id: int, user_id: int) -> Any:
    return and_(
        posts.c.bot_id == bot_id,
        posts.c.chat_id == str(user_id),
        posts.c.channel_id.is_(None),
        posts.c.kind.in_(_OURS),
    )
