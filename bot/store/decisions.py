"""Decisions: why each article did or did not go to each channel; one row for each pair, the last word counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from bot.model import Decision, Stage
from bot.store import dialect, problems
from bot.store.database import Tx
from bot.store.schema import decisions


async def put(tx: Tx, decision: Decision, *, post_id: int | None = None) -> None:
    """What a reason was made of stands in the row's evidence, and not in that of a `Decision`."""
    assert decision.decided_at is not None
    made = problems.to_words(decision.reason)
    values = {
        "posted": decision.posted,
        "stage": decision.stage,
        "reason": str(decision.reason),
        "passed": [stage.value for stage in decision.passed],
        "evidence": {**decision.evidence, **({problems.WORDS: made} if made else {})},
        "post_id": post_id if post_id is not None else decision.post_id,
        "decided_at": decision.decided_at,
    }
    keys = {"article_id": decision.article_id, "channel_id": decision.channel_id}
    statement = dialect.insert(tx, decisions).values(**keys, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=values))


async def of_article(tx: Tx, article_id: int) -> tuple[Decision, ...]:
    """One for each channel that was asked, by channel."""
    query = select(decisions).where(decisions.c.article_id == article_id).order_by(decisions.c.channel_id)
    return tuple(_decision_of(row) for row in (await tx.execute(query)).all())


async def erase_words(tx: Tx, article_id: int) -> None:
    """Forget the words that editors gave it."""
    for decision in await of_article(tx, article_id):
        evidence = {
            name: value for name, value in decision.evidence.items() if name not in ("wording", "note", "found")
        }
        mine = (decisions.c.article_id == article_id, decisions.c.channel_id == decision.channel_id)
        await tx.execute(update(decisions).where(*mine).values(evidence=evidence))


async def of_channel(
    tx: Tx, channel_id: int, *, since: datetime | None = None, limit: int = 100, posted: bool | None = None
) -> tuple[Decision, ...]:
    """The latest first."""
    query = select(decisions).where(decisions.c.channel_id == channel_id)
    if since is not None:
        query = query.where(decisions.c.decided_at >= since)
    if posted is not None:
        query = query.where(decisions.c.posted.is_(posted))
    query = query.order_by(decisions.c.decided_at.desc(), decisions.c.article_id.desc()).limit(limit)
    return tuple(_decision_of(row) for row in (await tx.execute(query)).all())


async def retold(tx: Tx, article_ids: Collection[int]) -> set[tuple[int, int]]:
    """(article, channel) pairs left out because the channel had the story already."""
    if not article_ids:
        return set()
    query = select(decisions.c.article_id, decisions.c.channel_id)
    query = query.where(decisions.c.article_id.in_(article_ids), decisions.c.stage == Stage.STORY)
    return {(row.article_id, row.channel_id) for row in (await tx.execute(query)).all()}


async def folded(tx: Tx, channel_id: int, *, limit: int = 100) -> Sequence[Decision]:
    """Articles that wait for the channel's next digest, the earliest decided first."""
    query = (
        select(decisions)
        .where(
            decisions.c.channel_id == channel_id,
            decisions.c.posted.is_(False),
            decisions.c.stage.in_((Stage.PACE, Stage.QUIET)),
            decisions.c.post_id.is_(None),
        )
        .order_by(decisions.c.decided_at, decisions.c.article_id)
        .limit(limit)
    )
    return [_decision_of(row) for row in (await tx.execute(query)).all()]


def _decision_of(row: Row[Any]) -> Decision:
    evidence = dict(row.evidence or {})
    reason = problems.of_words(row.reason, evidence.pop(problems.WORDS, None))
    return Decision(
        article_id=row.article_id,
        channel_id=row.channel_id,
        posted=row.posted,
        stage=Stage(row.stage),
        reason=reason,
        passed=tuple(map(Stage, row.passed or ())),
        evidence=evidence,
        post_id=row.post_id,
        decided_at=row.decided_at,
    )
