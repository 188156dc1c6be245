"""What a person is about to push.  Buttons carry the draft's opaque id; its state changes by compare-and-set, so that
of two people who press at once one publishes and the other is told who did."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, insert, or_, select, update

from bot.model import Json
from bot.store.database import Tx
from bot.store.schema import drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    id: str
    bot_id: int
    user_id: int
    article_id: int | None
    channel_id: int | None
    post_id: int | None
    state: str
    """open, publishing (its posts are on the way), planned (for later), published, discarded; a card that asks whether
    a post may go out is approval, then approved or rejected"""
    options: Mapping[str, Json]
    changed_at: datetime
    changed_by: int | None


async def add(
    tx: Tx,
    *,
    bot_id: int,
    user_id: int,
    article_id: int,
    channel_id: int | None,
    now: datetime,
    options: Mapping[str, Json],
    state: str = "open",
    post_id: int | None = None,
) -> Draft:
    values = {
        "id": secrets.token_urlsafe(9),
        "bot_id": bot_id,
        "user_id": user_id,
        "article_id": article_id,
        "channel_id": channel_id,
        "state": state,
        "post_id": post_id,
        "options": dict(options),
        "created_at": now,
        "changed_at": now,
        "changed_by": user_id,
    }
    return _draft((await tx.execute(insert(drafts).values(values).returning(drafts))).one())


async def get(tx: Tx, draft_id: str, *, bot_id: int) -> Draft | None:
    row = (await tx.execute(select(drafts).where(drafts.c.id == draft_id, drafts.c.bot_id == bot_id))).one_or_none()
    return _draft(row) if row else None


async def move(tx: Tx, draft: Draft, *, to: str, user_id: int, now: datetime) -> bool:
    """open -> publishing or planned -> published, or open -> discarded, or back to open.  False when somebody was
    faster."""
    statement = (
        update(drafts)
        .where(drafts.c.id == draft.id, drafts.c.state == draft.state)
        .values(state=to, changed_at=now, changed_by=user_id)
    )
    return (await tx.execute(statement)).rowcount == 1


async def change(tx: Tx, draft: Draft, *, now: datetime, user_id: int, **values: Any) -> Draft | None:
    """Change a draft (channel_id, post_id, options); None when it is no longer in the state it was in."""
    statement = (
        update(drafts)
        .where(drafts.c.id == draft.id, drafts.c.state == draft.state)
        .values(changed_at=now, changed_by=user_id, **values)
        .returning(drafts)
    )
    row = (await tx.execute(statement)).one_or_none()
    return _draft(row) if row else None


async def keep_card(tx: Tx, draft_id: str, place: Sequence[Json], *, bot_id: int) -> Draft | None:
    """Remember where a copy of a draft's card stands (chat, message), whatever has become of the draft meanwhile."""
    draft = await get(tx, draft_id, bot_id=bot_id)
    if draft is None:
        return None
    cards = draft.options.get("cards")
    kept: list[Json] = [*(cards if isinstance(cards, list) else []), list(place)]
    options = {**draft.options, "cards": kept}
    row = (
        await tx.execute(update(drafts).where(drafts.c.id == draft.id).values(options=options).returning(drafts))
    ).one()
    return _draft(row)


async def discard_of(tx: Tx, article_id: int, *, by: int, now: datetime) -> None:
    """Nobody goes on with an article that was withdrawn."""
    over = ("published", "discarded", "approved", "rejected")
    mine = (drafts.c.article_id == article_id, drafts.c.state.not_in(over))
    await tx.execute(update(drafts).where(*mine).values(state="discarded", changed_at=now, changed_by=by))


async def erase_words(tx: Tx, article_id: int) -> None:
    """Forget the words that editors gave it."""
    query = select(drafts.c.id, drafts.c.options).where(drafts.c.article_id == article_id)
    for row in (await tx.execute(query)).all():
        kept = {name: value for name, value in (row.options or {}).items() if name not in ("wording", "note")}
        await tx.execute(update(drafts).where(drafts.c.id == row.id).values(options=kept))


async def in_state(tx: Tx, state: str, *, bot_id: int) -> tuple[Draft, ...]:
    """The earliest first."""
    query = select(drafts).where(drafts.c.bot_id == bot_id, drafts.c.state == state).order_by(drafts.c.created_at)
    return tuple(_draft(row) for row in (await tx.execute(query)).all())


async def on_their_way(tx: Tx, *, bot_id: int, since: datetime) -> tuple[Draft, ...]:
    """Drafts that are being published or planned: their cards still have to tell how it went.  What was published is
    looked after for a while, what is planned as long as it takes."""
    recent = and_(drafts.c.state == "publishing", drafts.c.changed_at >= since)
    query = (
        select(drafts)
        .where(drafts.c.bot_id == bot_id, or_(drafts.c.state == "planned", recent))
        .order_by(drafts.c.changed_at, drafts.c.id)
    )
    return tuple(_draft(row) for row in (await tx.execute(query)).all())


def _draft(row: Row[Any]) -> Draft:
    return Draft(
        id=row.id,
        bot_id=row.bot_id,
        user_id=row.user_id,
        article_id=row.article_id,
        channel_id=row.channel_id,
        post_id=row.post_id,
        state=row.state,
        options=row.options or {},
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )
