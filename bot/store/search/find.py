"""Searching the archive: what a reader typed → candidates → ranked results with a snippet each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, Literal

from bot.language import WORD, detect, fold
from bot.model import Found
from bot.store.columns import from_millis, to_millis
from bot.store.database import Tx
from bot.store.search.asking import Ask, ask_in
from bot.store.search.candidates import LONG, MOST, MOST_SHORT, choose, fetch, find, rarest, times
from bot.store.search.counting import PROBE, Archive, count_each, look
from bot.store.search.listing import newest
from bot.store.search.matches import Limits, Match
from bot.store.search.query import Hint, HintKind, Query, parse_query
from bot.store.search.ranking import FEEDBACK_FROM, Ranking, Wanted
from bot.store.search.snippets import Snippets
from bot.store.search.terms import spellings, variants, without_stops
from bot.store.search.vocabulary import compounds_with, sounding_like, suggest

Order = Literal["best", "newest"]
COUNTED = 1_000  # matches; more are not counted
_LIKELY = 36  # candidates whose words are read for the first pages
_FEW = 3  # results; below, words may also be beginnings of words
_FRESH = 0.05  # how much a new article's score may gain over an old one's
_FRESH_DAYS = 7.0
_PROBE_FEEDBACK = 500
_PROBE_LONG = 100  # on PostgreSQL, where each costs a look at its row; for many words an estimate does
_MOST_WEAK = 3  # words of a query that may be put right
_TELLS = 5  # words; so many tell their language


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One page of what was found.

    total       how many there are to page through, at most a few hundred
    matches     how many articles of the archive match, at least `total`, counted up to 1,000: show that as "1,000+"
    by_time     without words there is nothing to rank by: these are the newest of a place or period
    similar     some were found by a similar spelling alone; those carry `Found.similar`
    suggestion  another spelling of the query that finds more, to be offered as "Did you mean …?"
    hints       what of the query was not used as it may have been meant
    """

    found: tuple[Found, ...]
    total: int
    matches: int = 0
    by_time: bool = False
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
              an error; without a word or phrase it lists the newest of that place or period, and without these nothing
    since     not published before; until: published before; source: its name or title; language: ISO 639.  All go with
              what the query says.
    order     "best": by relevance, of equals the newer; "newest": those with all words, by time
    """
    now = now or datetime.now(UTC)
    asked = parse_query(query, now=now)
    if asked.is_empty and not asked.narrows:
        return Results(found=(), total=0, hints=asked.hints)
    limits = _limits(asked, since, until, source, language)
    search = _Search(query, asked, limits, newest=order == "newest", now=now)
    return await ask_in(tx, lambda ask: search.run(ask, limit, offset))


class _Search:
    """One question to the archive, from its words to a page of results."""

    def __init__(self, typed: str, asked: Query, limits: Limits, *, newest: bool, now: datetime) -> None:
        self._typed = typed
        self._asked = asked
        self._limits = limits
        self._newest = newest
        self._now = now
        self._surfaces: dict[str, str] | None = None

    def run(self, ask: Ask, limit: int, offset: int) -> Results:
        return self._list(ask, limit, offset) if self._asked.is_empty else self._find(ask, limit, offset)

    def _list(self, ask: Ask, limit: int, offset: int) -> Results:
        """Without words: the newest of a place or period."""
        archive = look(ask)
        left_out = tuple(spellings(phrase, archive.languages) for phrase in self._asked.excluded)
        ids = newest(ask, self._limits, left_out, most=COUNTED)
        pages = [(article_id, 0.0) for article_id in ids[:MOST]]
        return Results(
            found=_shown(ask, pages[offset : offset + limit], (), archive, set()),
            total=len(pages),
            matches=len(ids),
            by_time=True,
            hints=self._asked.hints + self._unknown_sources(ask) + (() if ids else self._unknown_sites()),
        )

    def _find(self, ask: Ask, limit: int, offset: int) -> Results:
        archive = look(ask)
        wanted = self._wanted(ask, archive)
        limits = begin_at(ask, self._limits)
        required = Match(
            phrases=tuple(spellings(phrase, archive.languages) for phrase in self._asked.phrases),
            none_of=tuple(spellings(phrase, archive.languages) for phrase in self._asked.excluded),
        )
        most = max(MOST if len(wanted) >= LONG else MOST_SHORT, offset + limit)
        ids = choose(ask, wanted, required, limits, newest=self._newest, most=most, total=archive.articles)
        exact = len(ids)
        if exact < _FEW and wanted:
            ids = list(dict.fromkeys([*ids, *self._parts(ask, required, limits, archive)]))
        plain = required == Match() and limits == Limits()
        few = ask.lite and plain and len(wanted) < LONG and not self._newest
        likely = max(_LIKELY, 3 * limit) if few else len(ids)  # elsewhere they come in no order of likelihood
        ordered: list[tuple[int, float]] = []
        similar: set[int] = set()
        for part in (ids[:likely], ids[likely:]):  # those after the likeliest are read by who turns so many pages
            if len(ordered) >= offset + limit:
                ordered += [(article_id, 0.0) for article_id in part]
                continue
            ranking = self._rank(ask, part, wanted, archive)
            similar |= ranking.by_similar_alone(wanted)
            ordered += self._ordered(ask, ranking.best(), offset + limit - len(ordered))
        found = _shown(ask, ordered[offset : offset + limit], wanted, archive, similar)
        return Results(
            found=found,
            total=len(ordered),
            matches=self._count(ask, wanted, required, limits, len(ordered)),
            similar=bool(similar),
            suggestion=self._suggestion(ask, wanted, archive) if exact - len(similar) < _FEW else None,
            hints=self._asked.hints + self._unknown_sources(ask),
        )

    def _wanted(self, ask: Ask, archive: Archive) -> list[Wanted]:
        """The words to rank by, those of phrases among them, with how rare each is."""
        said = [*self._asked.words, *(word for phrase in self._asked.phrases for word in phrase)]
        times = Counter(without_stops(said, _language_of(self._typed, said, archive), self._typed))
        forms = {word: variants(word, archive.languages) for word in times}
        most = PROBE if ask.lite or len(forms) < LONG else _PROBE_LONG
        counts = count_each(ask, list(forms.values()), total=archive.articles, most=most)
        return [
            self._widened(ask, word, Wanted(word=word, forms=forms[word], documents=count, times=times[word]), archive)
            for word, count in zip(forms, counts, strict=True)
        ]

    def _widened(self, ask: Ask, word: str, wanted: Wanted, archive: Archive) -> Wanted:
        """A word that hardly any article has is looked for in spellings that sound alike, too."""
        if wanted.documents >= _FEW:
            return wanted
        others = sounding_like(ask, self._surface(word))
        similar = dict.fromkeys(form for other in others for form in variants(other, archive.languages))
        similar = {form: None for form in similar if form not in wanted.forms}
        if not similar:
            return wanted
        (count,) = count_each(ask, [(*wanted.forms, *similar)], total=archive.articles)
        return replace(wanted, similar=tuple(similar), documents=count, exact=wanted.documents)

    def _surface(self, word: str) -> str:
        """A word as it was typed, in lower case: folding loses what tells how it sounds."""
        if self._surfaces is None:
            self._surfaces = {fold(part): part.lower() for part in WORD.findall(self._typed)}
        return self._surfaces.get(word, word)

    def _suggestion(self, ask: Ask, wanted: Sequence[Wanted], archive: Archive) -> str | None:
        def count(word: str) -> float:
            forms = [variants(part, archive.languages) for part in word.split()]
            return min(count_each(ask, forms, total=archive.articles), default=0.0)

        weak = [(self._surface(one.word), one.exactly) for one in wanted if one.exactly < _FEW]
        return suggest(ask, self._typed.strip(), weak[:_MOST_WEAK], count)

    def _unknown_sources(self, ask: Ask) -> tuple[Hint, ...]:
        statement = "SELECT count(*) FROM sources WHERE lower(name) = :name OR lower(title) = :name"
        unknown = [name for name in self._asked.sources if not ask(statement, name=name)[0][0]]
        return tuple(Hint(kind=HintKind.UNKNOWN_SOURCE, value=name) for name in unknown)

    def _unknown_sites(self) -> tuple[Hint, ...]:
        """Where a place is all that was asked for, and nothing is from there."""
        alone = not self._asked.excluded and all(name.startswith("site") for name in self._limits.values)
        return tuple(Hint(kind=HintKind.UNKNOWN_SITE, value=host) for host in self._asked.sites if alone)

    def _parts(self, ask: Ask, required: Match, limits: Limits, archive: Archive) -> list[int]:
        """Ids of articles with words that begin as the typed ones do, or that end in them."""
        words = [fold(word) for word in self._asked.words if len(word) >= 3 or not word.isascii()]
        if not words:
            return []
        match = replace(required, all_of=tuple((word,) for word in words), beginning=True)
        ids = find(ask, match, limits, wanted=(), most=MOST_SHORT)
        ends = tuple(
            (*compounds_with(ask, word, archive.languages), *variants(word, archive.languages)) for word in words
        )
        if any(len(forms) > len(variants(word, archive.languages)) for word, forms in zip(words, ends, strict=True)):
            ids += find(ask, replace(required, all_of=ends), limits, wanted=(), most=MOST_SHORT)
        return ids

    def _rank(self, ask: Ask, ids: Sequence[int], wanted: Sequence[Wanted], archive: Archive) -> Ranking:
        ranking = Ranking(fetch(ask, ids), total=archive.articles)
        ranking.score(wanted)
        if ids and len(wanted) >= FEEDBACK_FROM:
            terms = ranking.feedback_terms(wanted)
            probe = _PROBE_FEEDBACK if ask.lite else _PROBE_LONG
            counts = count_each(ask, [(term,) for term in terms], total=archive.articles, most=probe)
            ranking.add_feedback(list(zip(terms, counts, strict=True)))
        return ranking

    def _ordered(self, ask: Ask, ranked: list[tuple[int, float]], most: int) -> list[tuple[int, float]]:
        """The first `most` in their order, and what comes after them.  Only what may be among the first by being new
        is looked up: each article is a page of its own."""
        least = ranked[most - 1][1] if most <= len(ranked) and not self._newest else 0.0
        near = [one for one in ranked if one[1] * (1.0 + _FRESH) >= least]
        known = times(ask, [article_id for article_id, _ in near])
        there = [one for one in near if one[0] in known]
        rest = ranked[len(near) :]
        if len(there) < len(near) and rest:
            return self._ordered(ask, there + rest, most)
        if self._newest:
            return sorted(there, key=lambda one: (known[one[0]] or 0, one[0]), reverse=True)
        now = to_millis(self._now)
        fresh = [(article_id, score * _freshness(known[article_id], now)) for article_id, score in there]
        return sorted(fresh, key=itemgetter(1), reverse=True) + rest

    def _count(self, ask: Ask, wanted: Sequence[Wanted], required: Match, limits: Limits, least: int) -> int:
        """How many articles match, up to `COUNTED`."""
        if not limits.conditions and not required.phrases and not required.none_of:
            most = max((word.documents for word in wanted), default=0.0)
            if len(wanted) == 1 or (most >= COUNTED and not self._newest):
                return max(least, min(COUNTED, int(most)))
        rare = rarest(wanted)
        if rare and not ask.lite and not self._newest:  # it first collects all articles of the words: fewer may do
            few = find(ask, replace(required, any_of=rare), limits, wanted=(), most=COUNTED)
            if len(few) == COUNTED:
                return COUNTED
        every = tuple(word.all_forms for word in wanted)
        match = replace(required, all_of=every) if self._newest else replace(required, any_of=every)
        return max(least, len(find(ask, match, limits, wanted=(), most=COUNTED)))


# ── the query ────────────────────────────────────────────────────────────────────────────────────────────────────


def _language_of(typed: str, said: Sequence[str], archive: Archive) -> str:
    """Whose function words to leave out.  A few words of Latin script do not tell: "bus" is one in Lithuanian."""
    language = detect(typed)
    known = len(said) >= _TELLS or not typed.isascii() or language in archive.languages
    return (known and language) or "en"


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


def begin_at(ask: Ask, limits: Limits) -> Limits:
    """With a period, the first id to look at: ids rise with time, so the first articles of the period show it."""
    if "since" not in limits.values:
        return limits
    statement = (
        "SELECT min(id) FROM (SELECT id FROM articles WHERE published >= :since ORDER BY published LIMIT 1000) AS early"
    )
    ((first,),) = ask(statement, since=limits.values["since"])
    return replace(limits, first=int(first or 0))


# ── the results ──────────────────────────────────────────────────────────────────────────────────────────────────


def _freshness(published: int | None, now: int) -> float:
    """Of milliseconds."""
    if published is None:
        return 1.0
    days = max(0, now - published) / 86_400_000
    return 1.0 + _FRESH / (1.0 + days / _FRESH_DAYS)


def _shown(
    ask: Ask, page: Sequence[tuple[int, float]], wanted: Sequence[Wanted], archive: Archive, similar: set[int]
) -> tuple[Found, ...]:
    if not page:
        return ()
    statement = (
        "SELECT a.id, a.title, a.canonical_url, a.url, a.published, coalesce(s.title, s.name, a.site_name), "
        "a.standfirst, substr(a.text, 1, 6000) FROM articles AS a LEFT JOIN sources AS s ON s.id = a.source_id "
        f"WHERE a.id IN ({', '.join(str(article_id) for article_id, _ in page)})"
    )
    rows = {row[0]: row for row in ask(statement)}
    snippets = Snippets({form for word in wanted for form in word.all_forms}, archive.languages)
    return tuple(_found(rows[article_id], score, snippets, article_id in similar) for article_id, score in page)


def _found(row: Any, score: float, snippets: Snippets, similar: bool) -> Found:
    article_id, title, canonical_url, url, published, source, standfirst, text = row
    return Found(
        id=article_id,
        title=title or "",
        url=canonical_url or url,
        published=None if published is None else from_millis(published),
        score=round(score, 4),
        source=source,
        snippet=snippets.cut(f"{standfirst or ''}\n{text or ''}"),
        similar=similar,
    )
