"""Searching the archive: what a reader typed → candidates → ranked results with a snippet each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import bindparam, text

from bot.language import WORD, detect, fold
from bot.model import Found
from bot.store.columns import from_millis, to_millis
from bot.store.database import Tx
from bot.store.search.candidates import MOST, Archive, Candidate, Limits, Match, choose, count_each, find, look
from bot.store.search.query import Hint, Query, parse_query
from bot.store.search.ranking import FEEDBACK_FROM, Ranking, Wanted
from bot.store.search.terms import variants, without_stops

Order = Literal["best", "newest"]
_SNIPPET = 160  # characters
_FEW = 3  # results; below, words may also be beginnings of words
_FRESH = 0.05  # how much a new article's score may gain over an old one's
_FRESH_DAYS = 7.0
_PROBE_FEEDBACK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One page of what was found.

    total       how many there are to page through, at most a few hundred
    matches     how many articles of the archive match, at least `total`, counted up to 1,000: show that as "1,000+"
    similar     some were found by a similar spelling alone; those carry `Found.similar`
    suggestion  another spelling of the query that finds more, to be offered as "Did you mean …?"
    hints       what of the query was not used as it may have been meant
    """

    found: tuple[Found, ...]
    total: int
    matches: int = 0
    similar: bool = False
    suggestion: str | None = None
    hints: tuple[Hint, ...] = ()


async def search(
    tx: Tx,
    query: str,
    *,
    limit: int,
    offset: int = 0,
    since: datetime | None = None,
    until: datetime | None = None,
    source: str | None = None,
    language: str | None = None,
    order: str = "best",
    now: datetime | None = None,
) -> Results:
    """Read articles that have any of the words, the best (or newest) first.

    query     words, "phrases", -exclusions, site:example.org, source:name, lang:ur, since:7d, until:2026-11-01; never
              an error; without a word or phrase it finds nothing
    since     not published before; until: published before; source: its name or title; language: ISO 639.  All go with
              what the query says.
    order     "best": by relevance, of equals the newer; "newest": those with all words, by time
    """
    now = now or datetime.now(UTC)
    asked = parse_query(query, now=now)
    if asked.is_empty:
        return Results(found=(), total=0, hints=asked.hints)
    limits = _limits(asked, since, until, source, language)
    archive = await look(tx)
    wanted = await _wanted(tx, query, asked, archive)
    required = Match(
        phrases=_phrases(asked.phrases, archive.languages), none_of=_phrases(asked.excluded, archive.languages)
    )
    most = max(MOST if len(wanted) >= FEEDBACK_FROM else MOST // 2, offset + limit)
    chosen = await choose(tx, wanted, required, limits, newest=order == "newest", most=most)
    if len(chosen) < _FEW and wanted:
        chosen |= await _beginnings(tx, asked, required, limits)
    ranked = await _ranked(tx, list(chosen.values()), wanted, archive)
    if order == "newest":
        ordered = sorted(ranked, key=lambda one: (chosen[one[0]].published or 0, one[0]), reverse=True)
    else:
        fresh = {n: score * _freshness(chosen[n].published, now) for n, score in ranked}
        ordered = sorted(fresh.items(), key=lambda one: -one[1])
    found = await _shown(tx, ordered[offset : offset + limit], wanted, archive)
    return Results(found=found, total=len(ordered), matches=len(ordered), hints=asked.hints)


# ── the query ────────────────────────────────────────────────────────────────────────────────────────────────────


async def _wanted(tx: Tx, typed: str, asked: Query, archive: Archive) -> list[Wanted]:
    """The words to rank by, those of phrases among them, with how rare each is."""
    said = [*asked.words, *(word for phrase in asked.phrases for word in phrase)]
    said = without_stops(said, detect(typed))
    times = Counter(said)
    forms = {word: variants(word, archive.languages) for word in times}
    counts = await count_each(tx, list(forms.values()), total=archive.articles)
    return [
        Wanted(forms=found, documents=count, times=times[word])
        for (word, found), count in zip(forms.items(), counts, strict=True)
    ]


def _phrases(phrases: Sequence[Sequence[str]], languages: Sequence[str]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Phrases as words with their forms; function words go, since the index does not hold them."""
    return tuple(
        tuple(variants(word, languages) for word in without_stops(phrase, detect(" ".join(phrase))))
        for phrase in phrases
    )


def _limits(
    asked: Query, since: datetime | None, until: datetime | None, source: str | None, language: str | None
) -> Limits:
    conditions: list[str] = []
    values: dict[str, Any] = {}
    earliest = max(filter(None, [asked.since, since]), default=None)
    latest = min(filter(None, [asked.until, until]), default=None)
    for name, operator, moment in (("since", ">=", earliest), ("until", "<", latest)):
        if moment is not None:
            conditions.append(f"a.published {operator} :{name}")
            values[name] = to_millis(moment)
    for wanted in filter(None, [asked.sources, (source.casefold(),) if source else ()]):
        names = _listed("source", wanted, values)
        conditions.append(
            f"a.source_id IN (SELECT id FROM sources WHERE lower(name) IN ({names}) OR lower(title) IN ({names}))"
        )
    for wanted in filter(None, [asked.languages, (language,) if language else ()]):
        conditions.append(f"a.language IN ({_listed('language', wanted, values)})")
    if asked.sites:
        places = []
        for host in asked.sites:
            place = f"site{len(values)}"
            values |= {place: f"%://{_like(host)}/%", f"{place}s": f"%://%.{_like(host)}/%"}
            places.append(f"a.url LIKE :{place} ESCAPE '!' OR a.url LIKE :{place}s ESCAPE '!'")
        conditions.append(f"({' OR '.join(places)})")
    return Limits(conditions=tuple(conditions), values=values)


def _listed(name: str, wanted: Sequence[str], values: dict[str, Any]) -> str:
    names = [f"{name}{len(values) + n}" for n in range(len(wanted))]
    values.update(zip(names, wanted, strict=True))
    return ", ".join(f":{one}" for one in names)


def _like(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


async def _beginnings(tx: Tx, asked: Query, required: Match, limits: Limits) -> dict[int, Candidate]:
    """Articles with words that begin as the typed ones do."""
    words = tuple((fold(word),) for word in asked.words if len(word) >= 3 or not word.isascii())
    if not words:
        return {}
    match = Match(all_of=words, phrases=required.phrases, none_of=required.none_of, beginning=True)
    return {one.id: one for one in await find(tx, match, limits, wanted=(), most=MOST // 2)}


# ── the results ──────────────────────────────────────────────────────────────────────────────────────────────────


async def _ranked(
    tx: Tx, chosen: Sequence[Candidate], wanted: Sequence[Wanted], archive: Archive
) -> list[tuple[int, float]]:
    ranking = Ranking([(one.id, one.title, one.body) for one in chosen], total=archive.articles)
    ranking.score(wanted)
    if chosen and len(wanted) >= FEEDBACK_FROM:
        terms = ranking.feedback_terms(wanted)
        forms = [(term,) for term in terms]
        counts = await count_each(tx, forms, total=archive.articles, most=_PROBE_FEEDBACK)
        ranking.add_feedback(list(zip(terms, counts, strict=True)))
    return ranking.best()


def _freshness(published: int | None, now: datetime) -> float:
    if published is None:
        return 1.0
    days = max(0.0, (to_millis(now) - published) / 86_400_000)
    return 1.0 + _FRESH / (1.0 + days / _FRESH_DAYS)


async def _shown(
    tx: Tx, page: Sequence[tuple[int, float]], wanted: Sequence[Wanted], archive: Archive
) -> tuple[Found, ...]:
    statement = text(
        "SELECT a.id, a.title, a.canonical_url, a.url, a.published, coalesce(s.title, s.name) AS source, a.standfirst, "
        "substr(a.text, 1, 20000) AS text FROM articles AS a LEFT JOIN sources AS s ON s.id = a.source_id "
        "WHERE a.id IN :ids"
    ).bindparams(bindparam("ids", expanding=True))
    rows = {row.id: row for row in await tx.execute(statement, {"ids": [article_id for article_id, _ in page]})}
    forms = {form for word in wanted for form in word.forms}
    return tuple(_found(rows[article_id], score, forms, archive.languages) for article_id, score in page)


def _found(row: Any, score: float, forms: set[str], languages: Sequence[str]) -> Found:
    return Found(
        id=row.id,
        title=row.title or "",
        url=row.canonical_url or row.url,
        published=None if row.published is None else from_millis(row.published),
        score=round(score, 4),
        source=row.source,
        snippet=snippet(f"{row.standfirst or ''}\n{row.text or ''}", forms, languages),
    )


def snippet(body: str, forms: set[str], languages: Sequence[str]) -> str | None:
    """About 160 characters around the first place where most of the words stand; None without text."""
    flat = " ".join(body.split())
    if not flat:
        return None
    first = {form[0] for form in forms}
    places = [
        match.start()
        for match in WORD.finditer(flat)
        if (match[0][0].lower() in first or not match[0].isascii())
        and not forms.isdisjoint(variants(match[0], languages))
    ]
    start = max(places, key=lambda at: sum(at <= other < at + _SNIPPET for other in places), default=0)
    start = max(0, flat.rfind(" ", 0, max(0, start - 30)) + 1) if start > 60 else 0
    end = len(flat) if len(flat) <= start + _SNIPPET else max(flat.rfind(" ", start, start + _SNIPPET), start + 40)
    return ("…" if start else "") + flat[start:end] + ("…" if end < len(flat) else "")
