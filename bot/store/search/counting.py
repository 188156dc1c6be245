"""How large the archive is and how common its words are: exact for rare words, estimated for common ones."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

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
    """What ANALYZE knows of the commonest words is taken as it is: to count on to `most` PostgreSQL would first collect
    all articles of a word.  A small archive is counted to its end: of few pages those passed tell little."""
    if total < 10 * PROBE:
        return [float(count) for count in _counted(ask, words, max(most, 10 * PROBE))]
    shares = _shares(ask, words)
    counts = [total * share for share in shares]
    rare = [n for n, count in enumerate(counts) if count < most]
    for n, count in zip(rare, _counted(ask, [words[n] for n in rare], most), strict=True):
        counts[n] = min(count, float(total))
    return counts


def _counted(ask: Ask, words: Sequence[Forms], most: int) -> list[float]:
    """Beyond `most` by how much of the table was passed to find so many: the index gives rows as they lie there."""
    if not words:
        return []
    statement = (
        "SELECT asked.place, found.count, (CAST(CAST(found.last AS text) AS point))[0], "
        "(SELECT pg_relation_size('search_texts') / current_setting('block_size')::int) "
        "FROM unnest(CAST(:words AS text[])) WITH ORDINALITY AS asked (word, place) CROSS JOIN LATERAL ("
        "SELECT count(*) AS count, max(here) AS last FROM (SELECT ctid AS here FROM search_texts "
        "WHERE tokens @@ CAST(asked.word AS tsquery) LIMIT :most) AS few) AS found"
    )
    asked = [expression(Match(all_of=(forms,)), lite=False) for forms in words]
    found = sorted(tuple(row) for row in ask(statement, words=ask.listed(asked), most=most))
    return [float(count if count < most else max(count, count * pages / (page + 1))) for _, count, page, pages in found]


def _shares(ask: Ask, words: Sequence[Forms]) -> list[float]:
    """The part of all articles that has each word in any of its forms; 0 for what is not among the commonest."""
    statement = (
        "SELECT known.element, known.share FROM pg_stats AS s, LATERAL ROWS FROM ("
        "unnest(CAST(CAST(s.most_common_elems AS text) AS text[])), unnest(s.most_common_elem_freqs)"
        ") AS known (element, share) WHERE s.schemaname = current_schema() AND s.tablename = 'search_texts' "
        f"AND s.attname = 'tokens' AND known.element {ask.among('forms')}"
    )
    known = dict(tuple(row) for row in ask(statement, forms=ask.listed([form for forms in words for form in forms])))
    return [1.0 - math.prod(1.0 - known.get(form, 0.0) for form in forms) for forms in words]
