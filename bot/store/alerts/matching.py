"""Which alerts an article answers: one look by its words finds the searches filed under them, each is then checked.

The cost is that of the article's words and of what is found, not of how many alerts there are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import bindparam, text

from bot.language import primary
from bot.model import Alert, Article
from bot.store import dialect
from bot.store.alerts.keeping import alert_of
from bot.store.alerts.wish import Text, Wish
from bot.store.columns import Instant, to_millis
from bot.store.database import Tx
from bot.store.search.terms import tokens

CHUNK = 5_000
_MOST_TERM = 120


async def matching(
    tx: Tx, article: Article, *, now: datetime, bot_id: int | None = None, after: int = 0, most: int = CHUNK
) -> tuple[Alert, ...]:
    """The alerts that a read article answers, by id, at most `most` with an id above `after`: call again with the last
    one's id until fewer come.  Left out are those stopped or muted, and those of people who blocked the bot."""
    searches = await _answered(tx, article)
    if not searches:
        return ()
    only = "" if bot_id is None else "AND a.bot_id = :bot_id "
    statement = (
        text(
            "SELECT a.id, a.bot_id, a.user_id, a.text, a.kind, a.state, a.muted_until, a.created_at, a.search_id "
            "FROM alerts AS a LEFT JOIN people AS p ON p.bot_id = a.bot_id AND p.user_id = a.user_id "
            "WHERE a.search_id IN :searches AND a.id > :after AND a.state = 'on' AND p.blocked_at IS NULL "
            f"AND (a.muted_until IS NULL OR a.muted_until <= :now) {only}ORDER BY a.id LIMIT :most"
        )
        .bindparams(bindparam("searches", expanding=True))
        .columns(muted_until=Instant, created_at=Instant)
    )
    values: dict[str, Any] = {"searches": list(searches), "after": after, "now": to_millis(now), "most": most}
    rows = await tx.execute(statement, values | ({} if bot_id is None else {"bot_id": bot_id}))
    return tuple(alert_of(row, searches[row.search_id]) for row in rows)


async def matching_searches(tx: Tx, article: Article) -> list[int]:
    """Ids of the searches (`alerts.search_id`) that an article answers; for fan-out in the database itself."""
    return list(await _answered(tx, article))


async def _answered(tx: Tx, article: Article) -> dict[int, Wish]:
    asked = await _text_of(tx, article)
    terms = [term[:_MOST_TERM] for term in asked.places]
    terms += [f"source:{name}" for name in asked.sources] + [f"site:{host}" for host in asked.sites]
    return {search_id: wish for search_id, wish in await _filed_under(tx, terms) if asked.has(wish)}


async def _text_of(tx: Tx, article: Article) -> Text:
    names: Sequence[Any] = ()
    if article.source_id is not None:
        query = text("SELECT lower(name), lower(title) FROM sources WHERE id = :id")
        names = (await tx.execute(query, {"id": article.source_id})).one_or_none() or ()
    host = urlsplit(article.canonical_url or article.url or "").hostname
    return Text(
        tokens(article.title, article.language),
        tokens(f"{article.standfirst or ''}\n{article.text or ''}", article.language),
        language=primary(article.language),
        host=host,
        sources=frozenset(name.casefold() for name in names if name),
    )


async def _filed_under(tx: Tx, terms: Sequence[str]) -> list[tuple[int, Wish]]:
    lite = dialect.is_sqlite(tx)
    among = "SELECT value FROM json_each(:terms)" if lite else "SELECT unnest(CAST(:terms AS text[]))"
    statement = text(
        "SELECT s.id, s.query FROM alert_searches AS s WHERE s.id IN "
        f"(SELECT t.search_id FROM alert_terms AS t WHERE t.term IN ({among})) ORDER BY s.id"
    )
    asked = json.dumps(terms, ensure_ascii=False) if lite else list(terms)
    rows = (await tx.execute(statement, {"terms": asked})).all()
    return [(row.id, Wish.from_json(json.loads(row.query))) for row in rows]
