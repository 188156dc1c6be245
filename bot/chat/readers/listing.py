"""What a reader's words stand for: ranked results of the archive, or with no words its newest articles."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.model import Article, Found
from bot.store import articles, search
from bot.store.database import Tx
from bot.store.search import Results

NEWEST: Final = 50  # articles that can be paged through without any words


async def look_up(tx: Tx, words: str, *, limit: int, offset: int, now: datetime) -> Results:
    """`words` as typed; blank lists the newest articles."""
    if words.strip():
        return await search.search(tx, words, limit=limit, offset=offset, now=now)
    newest = [article for article in await articles.latest(tx, limit=NEWEST) if article.title]
    page = newest[offset : offset + limit]
    return Results(found=tuple(_found(article) for article in page), total=len(newest))


def _found(article: Article) -> Found:
    return Found(
        id=article.id,
        title=article.title or "",
        url=article.canonical_url or article.url,
        published=article.published,
        score=0.0,
        source=article.site_name,
        snippet=article.summary[0] if article.summary else None,
    )
