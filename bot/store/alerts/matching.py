"""Which alerts an article answers: one look by its words finds the searches filed under them, with all their words.

Most are decided there; the few that say more than words are read and checked.  The cost is that of the article's words
and of what is found, not of how many alerts there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bot.language import primary
from bot.model import AlertKind, Article
from bot.store.alerts.wish import MOST_TERM, Text
from bot.store.columns import decode, from_millis, to_millis
from bot.store.database import Tx
from bot.store.search.asking import Ask, ask_in
from bot.store.search.terms import tokens

CHUNK = 5_000
_KINDS = {kind.value: kind for kind in AlertKind}


class Hit(NamedTuple):
    """An alert that an article answers: whose it is, what the person typed, and when they want to be told."""

    id: int
    bot_id: int
    user_id: int
    text: str
    kind: AlertKind
    created_at: datetime


async def matching(
    tx: Tx, article: Article, *, now: datetime, bot_id: int | None = None, after: int = 0, most: int = CHUNK
) -> tuple[Hit, ...]:
    """The alerts that a read article answers, by id, at most `most` with an id above `after`: call again with the last
    one's id until fewer come.  Left out are those stopped or muted, and those of people who blocked the bot."""
    title, body = tokens_of(article)

    def work(ask: Ask) -> tuple[Hit, ...]:
        return _alerts(ask, _answered(ask, article, title, body), now=now, bot_id=bot_id, after=after, most=most)

    return await ask_in(tx, work)


def _alerts(
    ask: Ask, searches: Sequence[int], *, now: datetime, bot_id: int | None, after: int, most: int
) -> tuple[Hit, ...]:
    if not searches:
        return ()
    only = "" if bot_id is None else "AND a.bot_id = :bot_id "
    values: dict[str, Any] = {"searches": ask.counted(searches), "after": after, "most": most}
    values |= {"now": to_millis(now)} | ({} if bot_id is None else {"bot_id": bot_id})
    found = ask.columns(
        ("a.id", "a.bot_id", "a.user_id", "a.text", "a.kind", "a.created_at"),
        "alerts AS a LEFT JOIN people AS p ON p.bot_id = a.bot_id AND p.user_id = a.user_id "
        f"WHERE a.search_id {ask.numbers('searches')} AND a.id > :after AND a.state = 'on' "
        f"AND p.blocked_at IS NULL AND (a.muted_until IS NULL OR a.muted_until <= :now) {only}"
        "ORDER BY a.id LIMIT :most",
        **values,
    )
    *plain, kinds, moments = found
    return tuple(map(Hit._make, zip(*plain, map(_KINDS.__getitem__, kinds), map(from_millis, moments), strict=True)))


def tokens_of(article: Article) -> tuple[list[str], list[str]]:
    return (
        tokens(article.title, article.language),
        tokens(f"{article.standfirst or ''}\n{article.text or ''}", article.language),
    )


def _answered(ask: Ask, article: Article, title: list[str], body: list[str]) -> list[int]:
    """Ids of the searches that an article answers."""
    asked = _text(ask, article, title, body)
    terms = [*asked.places, *(f"source:{name}" for name in asked.sources), *(f"site:{host}" for host in asked.sites)]
    found, lines, more = ask.columns(
        ("t.search_id", "t.words", "t.more"),
        f"alert_terms AS t WHERE t.term {ask.among('terms')}",
        terms=ask.listed([term[:MOST_TERM] for term in terms]),
    )
    has_all = asked.passing(" ".join(lines).split()).issuperset
    with_words = {one: rest for one, words, rest in zip(found, lines, more, strict=True) if has_all(words.split())}
    unsure = [search_id for search_id, rest in with_words.items() if rest]
    return [search_id for search_id, rest in with_words.items() if not rest] + _of_unsure(ask, asked, unsure)


def _of_unsure(ask: Ask, asked: Text, searches: Sequence[int]) -> list[int]:
    """Those that say more than words, and have that too."""
    if not searches:
        return []
    statement = f"SELECT id, query FROM alert_searches WHERE id {ask.numbers('searches')}"
    rows = ask(statement, searches=ask.counted(searches))
    return [search_id for search_id, query in rows if asked.answers(decode(query))]


def _text(ask: Ask, article: Article, title: list[str], body: list[str]) -> Text:
    names: Any = ()
    if article.source_id is not None:
        rows = ask("SELECT lower(name), lower(title) FROM sources WHERE id = :id", id=article.source_id)
        names = rows[0] if rows else ()
    return Text(
        title,
        body,
        language=primary(article.language),
        host=urlsplit(article.canonical_url or article.url or "").hostname,
        sources=frozenset(name.casefold() for name in names if name),
    )
