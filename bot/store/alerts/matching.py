"""Which alerts an article answers: one look by its words finds the searches filed under them, each is then checked.

The cost is that of the article's words and of what is found, not of how many alerts there are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from bot.language import primary
from bot.model import Alert, AlertKind, AlertState, Article, Json
from bot.store.alerts.wish import Text, Wish
from bot.store.columns import from_millis, to_millis
from bot.store.database import Tx
from bot.store.search.asking import Ask, ask_in
from bot.store.search.terms import tokens

CHUNK = 5_000
_KINDS = {kind.value: kind for kind in AlertKind}
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
    ask: Ask, searches: Mapping[int, Json], *, now: datetime, bot_id: int | None, after: int, most: int
) -> tuple[Alert, ...]:
    if not searches:
        return ()
    only = "" if bot_id is None else "AND a.bot_id = :bot_id "
    statement = (
        "SELECT a.id, a.bot_id, a.user_id, a.text, a.kind, a.muted_until, a.created_at, a.search_id "
        "FROM alerts AS a LEFT JOIN people AS p ON p.bot_id = a.bot_id AND p.user_id = a.user_id "
        f"WHERE a.search_id {ask.numbers('searches')} AND a.id > :after AND a.state = 'on' "
        f"AND p.blocked_at IS NULL AND (a.muted_until IS NULL OR a.muted_until <= :now) {only}"
        "ORDER BY a.id LIMIT :most"
    )
    values: dict[str, Any] = {"searches": ask.counted(list(searches)), "after": after, "most": most}
    values |= {"now": to_millis(now)} | ({} if bot_id is None else {"bot_id": bot_id})
    rows = ask(statement, **values)
    wishes = {search_id: Wish.from_json(searches[search_id]) for search_id in {row[-1] for row in rows}}
    return tuple(_alert(row, wishes[row[-1]]) for row in rows)


def _alert(row: Any, wish: Wish) -> Alert:
    alert_id, bot_id, user_id, text, kind, muted_until, created_at, _ = row
    return Alert(
        id=alert_id,
        bot_id=bot_id,
        user_id=user_id,
        text=text,
        kind=_KINDS[kind],
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


def _answered(ask: Ask, article: Article, title: list[str], body: list[str]) -> dict[int, Json]:
    """The searches that an article answers, by id, as they are kept."""
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
        "SELECT s.id, s.query FROM alert_terms AS t JOIN alert_searches AS s ON s.id = t.search_id "
        f"WHERE t.term {ask.among('terms')}"
    )
    found = dict(tuple(row) for row in ask(statement, terms=ask.listed(terms)))
    wishes = ((search_id, _wish(query)) for search_id, query in found.items())
    return {search_id: wish for search_id, wish in wishes if asked.answers(wish)}


_WORDS_ALONE = '{"words":["'


def _wish(query: str) -> Json:
    """A search as it is kept.  Most are words alone, which cost less to take apart than to parse."""
    if query.startswith(_WORDS_ALONE) and query.count('"]') == 1 and query.endswith('"]}') and "\\" not in query:
        return {"words": query[len(_WORDS_ALONE) : -3].split('","')}
    return json.loads(query)
