"""Which articles may be the answer: few enough to rank, found by the rarest words first.

Ranking everything that has a common word would take seconds in a large archive (BM25 reads every article that has it),
and ranking only the newest of them loses what was asked for.  So the rarest words choose, as many as the budget allows;
the others only add to the rank.  `Index` is what differs between the databases.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from sqlalchemy import text

from bot.store import dialect
from bot.store.database import Tx
from bot.store.search.ranking import TITLE_WEIGHT, Wanted

LANGUAGES = "search-languages"  # a fact
PROBE = 2_000  # articles that are counted exactly; beyond, the count is estimated
_BUDGET = 4_000  # articles that rare words may bring to be compared, for up to three words
_BUDGET_LONG = 20_000  # for longer queries, whose words are worth less each
MOST = 200  # candidates of rare words
_COMMON = 150  # candidates of common words, the newest
Forms = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What must hold beside words: SQL conditions on `articles` a, with their values."""

    conditions: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """(any of `any_of`) and all of `all_of` and every phrase, and none of `none_of`; each word in any of its forms, a
    phrase as its words in order."""

    any_of: tuple[Forms, ...] = ()
    all_of: tuple[Forms, ...] = ()
    phrases: tuple[tuple[Forms, ...], ...] = ()
    none_of: tuple[tuple[Forms, ...], ...] = ()
    in_title: bool = False
    beginning: bool = False  # words may go on: "transp" finds "transport"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may be the answer, with its tokens and its time (milliseconds)."""

    id: int
    title: str
    body: str
    published: int | None


async def choose(
    tx: Tx, wanted: Sequence[Wanted], required: Match, limits: Limits, *, newest: bool, most: int
) -> dict[int, Candidate]:
    """Candidates by id, in no order.  `required`: phrases and exclusions.  `newest`: all words, the newest first."""
    chosen: dict[int, Candidate] = {}

    async def take(match: Match, count: int, by_rank: bool) -> None:
        for one in await find(tx, match, limits, wanted=wanted if by_rank else (), most=count):
            chosen[one.id] = one

    def with_required(**fields: Any) -> Match:
        return Match(phrases=required.phrases, none_of=required.none_of, **fields)

    forms = [word.forms for word in sorted(wanted, key=lambda word: word.documents)]
    rare = _rare(wanted)
    if newest or not wanted:
        await take(with_required(all_of=tuple(forms)), most, False)
        if len(chosen) >= min(most, 20) or len(forms) < 2:
            return chosen
    if rare:
        await take(with_required(any_of=tuple(rare)), most, True)
    common = [word for word in forms if word not in rare]
    if common:
        head = common[:4]
        await take(with_required(all_of=tuple(forms)), _COMMON, False)
        for pair in combinations(head, 2):
            await take(with_required(all_of=pair), _COMMON // 3, False)
        if not rare:
            await take(with_required(all_of=(head[0],), in_title=True), _COMMON, False)
    return chosen


def _rare(wanted: Sequence[Wanted]) -> list[Forms]:
    """The rarest words, as many as the budget allows."""
    budget = _BUDGET if len(wanted) <= 3 else _BUDGET_LONG
    rare: list[Forms] = []
    for word in sorted(wanted, key=lambda word: word.documents):
        budget -= int(word.documents)
        if budget < 0:
            break
        rare.append(word.forms)
    return rare


# ── the two databases ────────────────────────────────────────────────────────────────────────────────────────────


async def find(tx: Tx, match: Match, limits: Limits, *, wanted: Sequence[Wanted], most: int) -> list[Candidate]:
    """Read articles that match, by rank of the `wanted` words where given, else the newest first."""
    lite = dialect.is_sqlite(tx)
    expression = sqlite_expression(match) if lite else postgres_expression(match)
    if not expression:
        return []
    values: dict[str, Any] = {"expression": expression, "most": most, **limits.values}
    where = "search_texts MATCH :expression" if lite else "s.tokens @@ CAST(:expression AS tsquery)"
    source = "search_texts AS s" if not lite else "search_texts"
    name = "search_texts" if lite else "s"
    if limits.conditions:
        source += f" JOIN articles AS a ON a.id = {name}.rowid"
        where += "".join(f" AND {condition}" for condition in limits.conditions)
    order = f"{name}.rowid DESC"
    if wanted and lite:
        order = f"bm25(search_texts, {TITLE_WEIGHT}, 1.0), {order}"
    elif wanted:
        order = f"{_postgres_rank(wanted, values)} DESC, {order}"
    # the ids alone are sorted; texts are fetched for those that stay
    inner = f"SELECT {name}.rowid AS id FROM {source} WHERE {where} ORDER BY {order} LIMIT :most"
    statement = (
        f"SELECT c.id, t.title, t.body, b.published FROM ({inner}) AS c "
        "JOIN search_texts AS t ON t.rowid = c.id JOIN articles AS b ON b.id = c.id WHERE b.state = 'ready'"
    )
    return [Candidate(*row) for row in (await tx.execute(text(statement), values)).all()]


def _postgres_rank(wanted: Sequence[Wanted], values: dict[str, Any]) -> str:
    """A rough rank to choose candidates by: the rarities of the words an article has, more for the headline.
    `ts_rank` knows no rarity (PostgreSQL, "Controlling Text Search")."""
    parts = []
    for number, word in enumerate(wanted):
        weight = 1.0 / (1.0 + word.documents) ** 0.25
        for title, factor in (("", 1.0), (":A", 0.7)):
            name = f"w{number}{'t' if title else ''}"
            values[name] = _any([f"'{form}'{title}" for form in word.forms], " | ")
            parts.append(f"CASE WHEN s.tokens @@ CAST(:{name} AS tsquery) THEN {weight * factor:.6f} ELSE 0 END")
    return "(" + " + ".join(parts) + ")"


def sqlite_expression(match: Match) -> str:
    """FTS5's query language; every word quoted, so that nothing typed is an operator."""
    star = " *" if match.beginning else ""
    required = [_any([f'"{form}"{star}' for form in forms], " OR ") for forms in match.all_of]
    required += [_any([f'"{" ".join(words)}"' for words in _spelled(phrase)], " OR ") for phrase in match.phrases]
    if match.any_of:
        required.append(_any([f'"{form}"{star}' for forms in match.any_of for form in forms], " OR "))
    if not required:
        return ""
    expression = " AND ".join(required)
    if match.in_title:
        expression = f"title : ({expression})"
    if match.none_of:
        excluded = _any([f'"{" ".join(words)}"' for phrase in match.none_of for words in _spelled(phrase)], " OR ")
        expression = f"({expression}) NOT {excluded}"
    return expression


def postgres_expression(match: Match) -> str:
    """A tsquery's text form.  Tokens hold only letters, digits and marks, so quoting is enough."""
    tail = ":" + ("A" if match.in_title else "") + ("*" if match.beginning else "")
    tail = "" if tail == ":" else tail
    required = [_any([f"'{form}'{tail}" for form in forms], " | ") for forms in match.all_of]
    required += [_phrase(phrase) for phrase in match.phrases]
    if match.any_of:
        required.append(_any([f"'{form}'{tail}" for forms in match.any_of for form in forms], " | "))
    if not required:
        return ""
    excluded = [f"!{_phrase(phrase)}" for phrase in match.none_of]
    return " & ".join([*required, *excluded])


def _phrase(phrase: Sequence[Forms]) -> str:
    return "(" + " <-> ".join(_any([f"'{form}'" for form in forms], " | ") for forms in phrase) + ")"


def _spelled(phrase: Sequence[Forms]) -> list[list[str]]:
    """A phrase's spellings: the n-th form of each word together, since forms are in the order of languages."""
    most = max(len(forms) for forms in phrase)
    return [[forms[min(n, len(forms) - 1)] for forms in phrase] for n in range(most)]


def _any(parts: Sequence[str], operator: str) -> str:
    return f"({operator.join(parts)})"


# ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """About how many articles the index holds, and the languages they are in."""

    articles: int
    languages: tuple[str, ...]


async def look(tx: Tx) -> Archive:
    known = "SELECT max(rowid) FROM search_texts"
    if not dialect.is_sqlite(tx):
        known = "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE relname = 'search_texts'"
    statement = f"SELECT ({known}), (SELECT value FROM facts WHERE name = :name)"
    found, languages = (await tx.execute(text(statement), {"name": LANGUAGES})).one()
    if not dialect.is_sqlite(tx) and (found or 0) < 10 * PROBE:  # an estimate, and of a small table a bad one
        found = (await tx.execute(text("SELECT count(*) FROM search_texts"))).scalar()
    return Archive(articles=int(found or 0), languages=tuple(json.loads(languages or "[]")))


async def count_each(tx: Tx, words: Sequence[Forms], *, total: int, most: int = PROBE) -> list[float]:
    """In how many articles each word stands: exact up to `most`, estimated beyond."""
    if not words:
        return []
    return await (_count_sqlite if dialect.is_sqlite(tx) else _count_postgres)(tx, words, total, most)


async def _count_sqlite(tx: Tx, words: Sequence[Forms], total: int, most: int) -> list[float]:
    """Beyond `most` by how much of the index was passed to find so many."""
    one = (
        "SELECT {n}, count(*), max(rowid) FROM "
        "(SELECT rowid FROM search_texts WHERE search_texts MATCH :e{n} ORDER BY rowid LIMIT :most)"
    )
    statement = " UNION ALL ".join(one.format(n=n) for n in range(len(words)))
    values: dict[str, Any] = {f"e{n}": sqlite_expression(Match(all_of=(forms,))) for n, forms in enumerate(words)}
    rows = (await tx.execute(text(statement), {**values, "most": most})).all()
    return [found if found < most else found * total / max(1, last) for _, found, last in sorted(rows)]


async def _count_postgres(tx: Tx, words: Sequence[Forms], total: int, most: int) -> list[float]:
    """Beyond `most` by a sample of pages."""
    values: dict[str, Any] = {f"e{n}": postgres_expression(Match(all_of=(forms,))) for n, forms in enumerate(words)}
    one = (
        "SELECT {n}, count(*) FROM "
        "(SELECT 1 FROM search_texts WHERE tokens @@ CAST(:e{n} AS tsquery) LIMIT :most) AS t{n}"
    )
    statement = " UNION ALL ".join(one.format(n=n) for n in range(len(words)))
    rows = (await tx.execute(text(statement), {**values, "most": most})).all()
    counts = [float(found) for _, found in sorted((n, found) for n, found in rows)]
    frequent = [n for n, found in enumerate(counts) if found >= most]
    if frequent:
        share = min(100.0, 100.0 * 2 * PROBE / max(1, total))
        columns = ", ".join(f"count(*) FILTER (WHERE tokens @@ CAST(:e{n} AS tsquery))" for n in frequent)
        sample = f"SELECT count(*), {columns} FROM search_texts TABLESAMPLE SYSTEM ({share:.4f}) REPEATABLE (1)"
        seen, *found = (await tx.execute(text(sample), {f"e{n}": values[f"e{n}"] for n in frequent})).one()
        for n, times in zip(frequent, found, strict=True):
            counts[n] = max(float(most), times * total / max(1, seen))
    return counts
