"""WebSub subscriptions: which hub was asked to tell us about which source, and until when it does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, or_, select, update

from bot.model import Source
from bot.store import dialect
from bot.store.database import Tx
from bot.store.schema import sources, websub
from bot.store.sources import source_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    source_id: int
    hub: str
    topic: str
    token: str  # in the callback's address
    secret: str  # signs what the hub sends
    state: str  # asked, verified, refused
    expires_at: datetime | None
    asked_at: datetime


async def wanting(
    tx: Tx, *, now: datetime, renew_before: timedelta, retry_after: timedelta, limit: int
) -> tuple[Source, ...]:
    """Sources with a hub that was never asked, whose lease soon ends, or that did not answer for a while."""
    stale = or_(
        websub.c.source_id.is_(None),
        websub.c.hub != sources.c.hub,
        websub.c.topic != sources.c.topic,
        and_(
            websub.c.state == "verified",
            websub.c.expires_at < now + renew_before,
            websub.c.asked_at < now - renew_before / 4,
        ),
        and_(  # a hub that lends for hours only
            websub.c.state == "verified",
            websub.c.expires_at < now + renew_before / 96,
            websub.c.asked_at < now - renew_before / 96,
        ),
        and_(websub.c.state != "verified", websub.c.asked_at < now - retry_after),
    )
    query = (
        select(sources)
        .outerjoin(websub, websub.c.source_id == sources.c.id)
        .where(sources.c.enabled, sources.c.hub.is_not(None), sources.c.topic.is_not(None), stale)
        .order_by(sources.c.id)
        .limit(limit)
    )
    return tuple(source_of(row) for row in (await tx.execute(query)).all())


async def ask(tx: Tx, source: Source, *, token: str, secret: str, now: datetime) -> Subscription:
    """Note that a hub is being asked.  A renewal keeps its token and secret, so that pushes go on meanwhile."""
    known = await of_source(tx, source.id)
    if known and (known.hub, known.topic) == (source.hub, source.topic):
        token, secret, state = known.token, known.secret, known.state if known.state == "verified" else "asked"
    else:
        state = "asked"
    values = {
        "hub": source.hub,
        "topic": source.topic,
        "token": token,
        "secret": secret,
        "state": state,
        "asked_at": now,
    }
    statement = dialect.insert(tx, websub).values(source_id=source.id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["source_id"], set_=values))
    found = await of_source(tx, source.id)
    assert found is not None
    return found


async def of_source(tx: Tx, source_id: int) -> Subscription | None:
    row = (await tx.execute(select(websub).where(websub.c.source_id == source_id))).one_or_none()
    return _subscription(row) if row else None


async def by_token(tx: Tx, token: str) -> Subscription | None:
    row = (await tx.execute(select(websub).where(websub.c.token == token))).one_or_none()
    return _subscription(row) if row else None


async def verified(tx: Tx, source_id: int, *, expires_at: datetime) -> None:
    await tx.execute(
        update(websub).where(websub.c.source_id == source_id).values(state="verified", expires_at=expires_at)
    )


async def refused(tx: Tx, source_id: int) -> None:
    """The hub said no, or could not be asked; looking goes on as before."""
    await tx.execute(update(websub).where(websub.c.source_id == source_id).values(state="refused", expires_at=None))


async def active(tx: Tx, source_ids: Collection[int], *, now: datetime) -> frozenset[int]:
    """Those of the sources whose hub tells us about news."""
    if not source_ids:
        return frozenset()
    query = select(websub.c.source_id).where(
        websub.c.source_id.in_(list(source_ids)), websub.c.state == "verified", websub.c.expires_at > now
    )
    return frozenset((await tx.execute(query)).scalars())


async def forget(tx: Tx, source_id: int) -> None:
    await tx.execute(delete(websub).where(websub.c.source_id == source_id))


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        source_id=row.source_id,
        hub=row.hub,
        topic=row.topic,
        token=row.token,
        secret=row.secret,
        state=row.state,
        expires_at=row.expires_at,
        asked_at=row.asked_at,
    )
