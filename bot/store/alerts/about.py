"""Which of some articles are about what somebody named: for a reader's digest, and for what came while they were away.

The same comparison as for alerts, the other way round: few wishes, and articles that many readers share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import select

from bot.language import primary
from bot.model import Article
from bot.store.alerts.matching import tokens_of
from bot.store.alerts.wish import Text, Wish
from bot.store.database import Tx
from bot.store.schema import sources
from bot.store.search.query import parse_query

MOST_KEPT: Final = 500


class Texts:
    """Articles made ready for comparing, each once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], Text] = {}

    async def read(self, tx: Tx, articles: Sequence[Article]) -> None:
        new = [one for one in articles if (one.id, one.revision) not in self._known]
        if not new:
            return
        ids = {one.source_id for one in new if one.source_id is not None}
        rows = await tx.execute(select(sources.c.id, sources.c.name, sources.c.title).where(sources.c.id.in_(ids)))
        names = {row.id: frozenset(name.casefold() for name in (row.name, row.title) if name) for row in rows}
        for article in new:
            self._known[article.id, article.revision] = _text(article, names)
        while len(self._known) > MOST_KEPT:
            self._known.pop(next(iter(self._known)))

    def first(self, article: Article, wishes: Mapping[str, Wish]) -> str | None:
        """The name of the first wish that the article answers."""
        text = self._known.get((article.id, article.revision))
        return next((name for name, wish in wishes.items() if text is not None and text.has(wish)), None)


def wish_of(typed: str, *, now: datetime) -> Wish | None:
    """What a person named: words (all must be there), "phrases", -exclusions, source:, site:, lang:.  None when it asks
    for nothing."""
    wish = Wish.of(parse_query(typed, now=now), typed)
    return wish if wish.required or wish.sources or wish.sites or wish.languages else None


def _text(article: Article, names: Mapping[int, frozenset[str]]) -> Text:
    title, body = tokens_of(article)
    return Text(
        title,
        body,
        language=primary(article.language),
        host=urlsplit(article.canonical_url or article.url or "").hostname,
        sources=names.get(article.source_id or 0, frozenset()),
    )
