"""Keeping the index in step with the articles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from bot.model import Article
from bot.store import dialect, facts
from bot.store.database import Tx
from bot.store.search.terms import tokens

LANGUAGES = "search-languages"
_GAP = 16  # positions between headline and body, so that no phrase spans them
_MOST_POSITIONS = 255  # of one word, and
_LAST_POSITION = 16_383  # the highest position, both by PostgreSQL (textsearch limitations)


async def index_article(tx: Tx, article: Article, *, now: datetime) -> None:
    """Put a read article into the index, or its new words in place of the old."""
    title = tokens(article.title, article.language)
    body = tokens(f"{article.standfirst or ''}\n{article.text or ''}", article.language)
    await tx.execute(text("DELETE FROM search_texts WHERE rowid = :id"), {"id": article.id})
    row = {"id": article.id, "title": " ".join(title), "body": " ".join(body)}
    if dialect.is_sqlite(tx):
        await tx.execute(text("INSERT INTO search_texts (rowid, title, body) VALUES (:id, :title, :body)"), row)
    else:
        row["tokens"] = _tsvector(title, body)
        values = ":id, :title, :body, CAST(:tokens AS tsvector)"
        await tx.execute(text(f"INSERT INTO search_texts (rowid, title, body, tokens) VALUES ({values})"), row)
    await _remember_language(tx, article.language, now)


async def languages(tx: Tx) -> tuple[str, ...]:
    """The languages of the archive, the first met first."""
    return tuple(await facts.get(tx, LANGUAGES) or ())


async def _remember_language(tx: Tx, language: str | None, now: datetime) -> None:
    known = await languages(tx)
    if language and language not in known:
        await facts.put(tx, LANGUAGES, [*known, language], now=now)


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
