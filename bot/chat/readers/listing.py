"""What a reader's words and filters stand for: ranked results of the archive, or with no words its newest articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.language import primary
from bot.model import Article, Found, Json
from bot.store import articles, search
from bot.store.database import Tx
from bot.store.search import Results

NEWEST: Final = 50  # articles that can be paged through without any words
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the buttons under a list changed about it; kept with the search."""

    newest: bool = False
    week: bool = False
    language: str | None = None  # ISO 639

    @classmethod
    def of(cls, options: Mapping[str, Json]) -> Filters:
        language = options.get("language")
        return cls(
            newest=bool(options.get("newest")),
            week=bool(options.get("week")),
            language=language if isinstance(language, str) else None,
        )

    def as_json(self) -> dict[str, Json]:
        return {"newest": self.newest, "week": self.week, "language": self.language}

    def __bool__(self) -> bool:
        """Whether anything is left out by them."""
        return self.week or self.language is not None


ALL: Final = Filters()


async def look_up(tx: Tx, words: str, *, limit: int, offset: int, now: datetime, filters: Filters = ALL) -> Results:
    """`words` as typed; blank lists the newest articles."""
    since = now - WEEK if filters.week else None
    if words.strip():
        return await search.search(
            tx,
            words,
            limit=limit,
            offset=offset,
            since=since,
            language=filters.language,
            order="newest" if filters.newest else "best",
            now=now,
        )
    listed = await articles.latest(tx, limit=NEWEST, since=since, language=primary(filters.language))
    newest = [article for article in listed if article.title]
    page = newest[offset : offset + limit]
    return Results(found=tuple(as_found(article) for article in page), total=len(newest))


def as_found(article: Article) -> Found:
    return Found(
        id=article.id,
        title=article.title or "",
        url=article.canonical_url or article.url,
        published=article.published,
        score=0.0,
        source=article.site_name,
        snippet=article.summary[0] if article.summary else None,
    )
