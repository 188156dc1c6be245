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
    known, setting = "SELECT max(rowid) FROM search_texts", "NULL"
    if not ask.lite:
        known = "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE relname = 'search_texts'"
        # the planner does not know that to look for a word in a row means to unpack all words of it
        setting = "set_config('enable_seqscan', 'off', true)"
    statement = f"SELECT ({known}), (SELECT value FROM facts WHERE name = :name), {setting}"
    ((found, languages, _),) = ask(statement, name=LANGUAGES)
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
    """Beyond `most` by how much of the table was passed to find so many: the index gives rows as they lie there.  A
    small archive is counted to its end: of few pages the passed ones tell little."""
    if total < 10 * PROBE:
        most = max(most, 10 * PROBE)
    values: dict[str, Any] = {f"e{n}": expression(Match(all_of=(forms,)), lite=False) for n, forms in enumerate(words)}
    one = (
        "SELECT {n}, count(*), (CAST(CAST(max(place) AS text) AS point))[0] FROM (SELECT ctid AS place "
        "FROM search_texts WHERE tokens @@ CAST(:e{n} AS tsquery) LIMIT :most) AS t{n}"
    )
    statement = " UNION ALL ".join(one.format(n=n) for n in range(len(words)))
    found = sorted(tuple(row) for row in ask(statement, **values, most=most))
    if all(count < most for _, count, _ in found):
        return [float(count) for _, count, _ in found]
    ((pages,),) = ask("SELECT pg_relation_size('search_texts') / current_setting('block_size')::int")
    return [count if count < most else min(max(count, total), count * pages / (page + 1)) for _, count, page in found]
