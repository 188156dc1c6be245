"""Keeping the index in step with the articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from bot.model import Article
from bot.store import dialect, facts
from bot.store.database import Tx
from bot.store.search.counting import LANGUAGES
from bot.store.search.terms import Stems, tokens
from bot.store.search.vocabulary import learn

_GAP = 16  # positions between headline and body, so that no phrase spans them
_MOST_POSITIONS = 255  # of one word, and
_LAST_POSITION = 16_383  # the highest position, both by PostgreSQL (textsearch limitations)


async def index_article(tx: Tx, article: Article, *, now: datetime) -> None:
    """Put a read article into the index, or its new words in place of the old."""
    await index_articles(tx, (article,), now=now)


async def index_articles(tx: Tx, articles: Sequence[Article], *, now: datetime) -> None:
    """The same for many at once."""
    if not articles:
        return
    stems = {article.language: Stems(article.language) for article in articles}
    rows = [_row(article, stems[article.language], tsvector=not dialect.is_sqlite(tx)) for article in articles]
    if dialect.is_sqlite(tx):
        await tx.execute(text("DELETE FROM search_texts WHERE rowid = :id"), [{"id": row["id"]} for row in rows])
        await tx.execute(text("INSERT INTO search_texts (rowid, title, body) VALUES (:id, :title, :body)"), rows)
    else:
        await tx.execute(text("DELETE FROM search_texts WHERE rowid = ANY(:ids)"), {"ids": [row["id"] for row in rows]})
        columns = ("rowid", "title", "body", "tokens")
        await dialect.copy_rows(tx, "search_texts", columns, (tuple(row.values()) for row in rows))
    await learn(tx, [(_whole(article), article.language) for article in articles])
    await _remember_languages(tx, [article.language for article in articles if article.language], now)


def _whole(article: Article) -> str:
    return f"{article.title or ''}\n{article.standfirst or ''}\n{article.text or ''}"


async def forget(tx: Tx, article_id: int) -> None:
    """Take an article out of the index."""
    await tx.execute(text("DELETE FROM search_texts WHERE rowid = :id"), {"id": article_id})


def _row(article: Article, stems: Mapping[str, str], *, tsvector: bool) -> dict[str, Any]:
    title = tokens(article.title, article.language, stems)
    body = tokens(f"{article.standfirst or ''}\n{article.text or ''}", article.language, stems)
    row: dict[str, Any] = {"id": article.id, "title": " ".join(title), "body": " ".join(body)}
    return row | {"tokens": _tsvector(title, body)} if tsvector else row


async def _remember_languages(tx: Tx, spoken: Sequence[str], now: datetime) -> None:
    known = tuple(await facts.get(tx, LANGUAGES) or ())
    added = dict.fromkeys(language for language in spoken if language not in known)
    if added:
        await facts.put(tx, LANGUAGES, [*known, *added], now=now)


def _tsvector(title: Sequence[str], body: Sequence[str]) -> str:
    """A tsvector's text form: every word with its positions, those of the headline with weight A.  Tokens hold only
    letters, digits and marks, so nothing needs escaping."""
    places: dict[str, list[str]] = {}
    for position, token in enumerate(title, 1):
        places.setdefault(token, []).append(f"{position}A")
    for position, token in enumerate(body, len(title) + _GAP):
        if position <= _LAST_POSITION:
            places.setdefault(token, []).append(str(position))
    return " ".join(f"'{token}':{','.join(found[:_MOST_POSITIONS])}" for token, found in places.items())
