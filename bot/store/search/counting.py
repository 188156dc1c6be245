"""How large the archive is and how common its words are: exact for rare words, estimated for common ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.store.search.asking import Ask
from bot.store.search.matches import Forms, Match, expression

LANGUAGES = "search-languages"  # a fact
PROBE = 1_100  # articles that are counted exactly; beyond, the count is estimated


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """About how many articles the index holds, and the languages they are in."""

    articles: int
    languages: tuple[str, ...]


def look(ask: Ask) -> Archive:
    known = "SELECT max(rowid) FROM search_texts"
    if not ask.lite:
        known = "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE relname = 'search_texts'"
    statement = f"SELECT ({known}), (SELECT value FROM facts WHERE name = :name)"
    ((found, languages),) = ask(statement, name=LANGUAGES)
    if not ask.lite and (found or 0) < 10 * PROBE:  # an estimate, and of a small table a bad one
        ((found,),) = ask("SELECT count(*) FROM search_texts")
    return Archive(articles=int(found or 0), languages=tuple(json.loads(languages or "[]")))


def count_each(ask: Ask, words: Sequence[Forms], *, total: int, most: int = PROBE) -> list[float]:
    """In how many articles each word stands: exact up to `most`, estimated beyond."""
    if not words:
        return []
    return (_count_sqlite if ask.lite else _count_postgres)(ask, words, total, most)


def _count_sqlite(ask: Ask, words: Sequence[Forms], total: int, most: int) -> list[float]:
    """Beyond `most` by how much of the index was passed to find so many."""
    reached = "SELECT rowid FROM search_texts WHERE search_texts MATCH :e ORDER BY rowid LIMIT 1 OFFSET :before"
    counts = []
    for forms in words:
        asked = expression(Match(all_of=(forms,)), lite=True)
        last = ask(reached, e=asked, before=most - 1)
        if last:
            counts.append(most * total / max(1, last[0][0]))
        else:
            counts.append(ask("SELECT count(*) FROM search_texts WHERE search_texts MATCH :e", e=asked)[0][0])
    return counts


def _count_postgres(ask: Ask, words: Sequence[Forms], total: int, most: int) -> list[float]:
    """Beyond `most` by a sample of pages."""
    values: dict[str, Any] = {f"e{n}": expression(Match(all_of=(forms,)), lite=False) for n, forms in enumerate(words)}
    one = (
        "SELECT {n}, count(*) FROM "
        "(SELECT 1 FROM search_texts WHERE tokens @@ CAST(:e{n} AS tsquery) LIMIT :most) AS t{n}"
    )
    statement = " UNION ALL ".join(one.format(n=n) for n in range(len(words)))
    counts = [float(found) for _, found in sorted(tuple(row) for row in ask(statement, **values, most=most))]
    frequent = [n for n, found in enumerate(counts) if found >= most]
    if frequent:
        share = min(100.0, 100.0 * 2 * PROBE / max(1, total))
        columns = ", ".join(f"count(*) FILTER (WHERE tokens @@ CAST(:e{n} AS tsquery))" for n in frequent)
        sample = f"SELECT count(*), {columns} FROM search_texts TABLESAMPLE SYSTEM ({share:.4f}) REPEATABLE (1)"
        ((seen, *found),) = ask(sample, **{f"e{n}": values[f"e{n}"] for n in frequent})
        for n, times in zip(frequent, found, strict=True):
            counts[n] = max(float(most), times * total / max(1, seen))
    return counts
