"""Articles that were withdrawn: nobody finds, shares or pushes them, and reading their page again changes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select, update

from bot.errors import Problem
from bot.model import ArticleState
from bot.store import problems
from bot.store.database import Tx
from bot.store.schema import article_versions, articles, button_links, media, related_links

WITHDRAWN: Final = "SW-P50"
"""The code of the problem that such an article carries."""


async def withdraw(tx: Tx, article_id: int, *, problem: Problem, now: datetime) -> None:
    values: dict[str, Any] = {"state": ArticleState.SKIPPED, "problem": problems.to_json(problem), "read_at": now}
    values |= {"read_after": None, "claimed_until": None, "entry": None, "fingerprint": None, "story_id": None}
    await tx.execute(update(articles).where(articles.c.id == article_id).values(**values))
    await tx.execute(delete(button_links).where(button_links.c.article_id == article_id))


async def is_withdrawn(tx: Tx, article_id: int) -> bool:
    query = select(articles.c.state, articles.c.problem).where(articles.c.id == article_id)
    row = (await tx.execute(query)).one_or_none()
    return row is not None and row.state == ArticleState.SKIPPED and (row.problem or {}).get("code") == WITHDRAWN


async def erase(tx: Tx, article_id: int) -> None:
    """Forget what it said; its keys stay, so that it is known again and never shown."""
    for table in (article_versions, media, related_links):
        await tx.execute(delete(table).where(table.c.article_id == article_id))
    words = ("title", "standfirst", "authors", "text", "tags", "summary", "content_hash", "alternates", "site_name")
    await tx.execute(update(articles).where(articles.c.id == article_id).values(dict.fromkeys(words)))
