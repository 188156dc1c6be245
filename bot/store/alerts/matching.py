"""Which alerts an article answers: one look by its words finds the searches filed under them, each is then checked.

The cost is that of the article's words and of what is found, not of how many alerts there are.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from bot.language import primary
from bot.model import Alert, AlertKind, AlertState, Article
from bot.store.alerts.wish import Text, Wish
from bot.store.columns import from_millis, to_millis
from bot.store.database import Tx
from bot.store.search.asking import Ask, ask_in
from bot.store.search.terms import tokens

CHUNK = 5_000
_MOST_TERM = 120


async def matching(
    tx: Tx, article: Article, *, now: datetime, bot_id: int | None = None, after: int = 0, most: int = CHUNK
) -> tuple[Alert, ...]:
    """The alerts that a read article answers, by id, at most `most` with an id above `after`: call again with the last
    one's id until fewer come.  Left out are those stopped or muted, and those of people who blocked the bot."""
    title, body = tokens_of(article)

    def work(ask: Ask) -> tuple[Alert, ...]:
        return _alerts(ask, _answered(ask, article, title, body), now=now, bot_id=bot_id, after=after, most=most)

    return await ask_in(tx, work)


async def matching_searches(tx: Tx, article: Article) -> list[int]:
    """Ids of the searches (`alerts.search_id`) that an article answers; for fan-out in the database itself."""
    title, body = tokens_of(article)
    return await ask_in(tx, lambda ask: list(_answered(ask, article, title, body)))


def _alerts(
    ask: Ask, searches: dict[int, Wish], *, now: datetime, bot_id: int | None, after: int, most: int
) -> tuple[Alert, ...]:
    if not searches:
        return ()
    only = "" if bot_id is None else "AND a.bot_id = :bot_id "
    statement = (
        "SELECT a.id, a.bot_id, a.user_id, a.text, a.kind, a.muted_until, a.created_at, a.search_id "
        "FROM alerts AS a LEFT JOIN people AS p ON p.bot_id = a.bot_id AND p.user_id = a.user_id "
        f"WHERE a.search_id IN ({', '.join(map(str, searches))}) AND a.id > :after AND a.state = 'on' "
        f"AND p.blocked_at IS NULL AND (a.muted_until IS NULL OR a.muted_until <= :now) {only}"
        "ORDER BY a.id LIMIT :most"
    )
    rows = ask(statement, after=after, now=to_millis(now), most=most, **({} if bot_id is None else {"bot_id": bot_id}))
    return tuple(_alert(row, searches[row[-1]]) for row in rows)


def _alert(row: Any, wish: Wish) -> Alert:
    alert_id, bot_id, user_id, text, kind, muted_until, created_at, _ = row
    return Alert(
        id=alert_id,
        bot_id=bot_id,
        user_id=user_id,
        text=text,
        kind=AlertKind(kind),
        state=AlertState.ON,
        muted_until=None if muted_until is None else from_millis(muted_until),
        created_at=from_millis(created_at),
        words=wish.words,
        phrases=wish.phrases,
        excluded=wish.excluded,
        sources=wish.sources,
        sites=wish.sites,
        languages=wish.languages,
    )


def tokens_of(article: Article) -> tuple[list[str], list[str]]:
    return (
        tokens(article.title, article.language),
        tokens(f"{article.standfirst or ''}\n{article.text or ''}", article.language),
    )


def _answered(ask: Ask, article: Article, title: list[str], body: list[str]) -> dict[int, Wish]:
    names: Any = ()
    if article.source_id is not None:
        rows = ask("SELECT lower(name), lower(title) FROM sources WHERE id = :id", id=article.source_id)
        names = rows[0] if rows else ()
    asked = Text(
        title,
        body,
        language=primary(article.language),
        host=urlsplit(article.canonical_url or article.url or "").hostname,
        sources=frozenset(name.casefold() for name in names if name),
    )
    terms = [term[:_MOST_TERM] for term in asked.places]
    terms += [f"source:{name}" for name in asked.sources] + [f"site:{host}" for host in asked.sites]
    statement = (
        "SELECT s.id, s.query FROM alert_searches AS s WHERE s.id IN "
        f"(SELECT t.search_id FROM alert_terms AS t WHERE t.term IN {ask.among('terms')}) ORDER BY s.id"
    )
    found = ask(statement, terms=ask.listed(terms))
    wishes = ((search_id, _wish(query)) for search_id, query in found)
    return {search_id: wish for search_id, wish in wishes if asked.has(wish)}


@lru_cache(maxsize=20_000)
def _wish(query: str) -> Wish:
    """Searches for what is much in the news come up with nearly every article; some 20 MB hold them."""
    return Wish.from_json(json.loads(query))
