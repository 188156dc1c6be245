"""Those who run the bot: their roles and channels, what waits in their name, and how all of it ends at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select, update

from bot.model import Person, PostState, Role
from bot.store import people as persons
from bot.store.database import Tx
from bot.store.schema import articles, channels, claim_codes, drafts, people, posts

STAFF = (Role.OWNER, Role.EDITOR, Role.VIEWER)
WAITING = (PostState.DRAFT, PostState.HELD, PostState.QUEUED)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPost:
    """A post that goes out, or asks for approval, in somebody's name."""

    id: int
    title: str | None
    channel: str | None
    due_at: datetime | None


async def everybody(tx: Tx, *, bot_id: int) -> tuple[Person, ...]:
    """Owners first, then editors, then viewers."""
    return tuple([p for role in STAFF for p in await persons.with_role(tx, bot_id=bot_id, role=role)])


async def appoint(
    tx: Tx, *, bot_id: int, user_id: int, role: Role, channels: Collection[str] | None, now: datetime
) -> None:
    """Give a role; `channels` are names of the only ones it is for, empty for all, None leaves them as they are."""
    await persons.give_role(tx, bot_id=bot_id, user_id=user_id, role=role, now=now)
    if channels is None:
        return
    this = and_(people.c.bot_id == bot_id, people.c.user_id == user_id)
    kept = dict((await tx.execute(select(people.c.options).where(this))).scalar_one_or_none() or {})
    kept.pop("channels", None)
    if channels:
        kept["channels"] = sorted(channels)
    await tx.execute(update(people).where(this).values(options=kept))


async def waiting_of(tx: Tx, *, bot_id: int, user_id: int) -> tuple[WaitingPost, ...]:
    query = (
        select(posts.c.id, posts.c.due_at, articles.c.title, posts.c.visible_text, channels.c.title.label("channel"))
        .outerjoin(articles, articles.c.id == posts.c.article_id)
        .outerjoin(channels, channels.c.id == posts.c.channel_id)
        .where(posts.c.bot_id == bot_id, posts.c.created_by == user_id, posts.c.state.in_(WAITING))
        .order_by(posts.c.due_at, posts.c.id)
    )
    return tuple(
        WaitingPost(id=row.id, title=row.title or row.visible_text[:60], channel=row.channel, due_at=row.due_at)
        for row in (await tx.execute(query)).all()
    )


async def hand_over(tx: Tx, post_ids: Sequence[int], *, to: int) -> None:
    """The posts go out in another person's name."""
    await tx.execute(update(posts).where(posts.c.id.in_(post_ids)).values(created_by=to))


async def end(tx: Tx, *, bot_id: int, user_id: int, now: datetime) -> None:
    """Role, channels, codes and links that they made, and open drafts: everything ends with this transaction.  What
    they are as a reader (saved articles, alerts) stays."""
    await appoint(tx, bot_id=bot_id, user_id=user_id, role=Role.READER, channels=(), now=now)
    mine = and_(claim_codes.c.bot_id == bot_id, claim_codes.c.used_at.is_(None), claim_codes.c.expires_at > now)
    made = (await tx.execute(select(claim_codes.c.code_hash, claim_codes.c.options).where(mine))).all()
    theirs = [
        row.code_hash for row in made if user_id in ((row.options or {}).get("by"), (row.options or {}).get("user"))
    ]
    await tx.execute(update(claim_codes).where(claim_codes.c.code_hash.in_(theirs)).values(expires_at=now))
    opened = and_(drafts.c.bot_id == bot_id, drafts.c.user_id == user_id, drafts.c.state == "open")
    await tx.execute(update(drafts).where(opened).values(state="discarded", changed_at=now))
