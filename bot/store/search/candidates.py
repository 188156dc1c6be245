"""Which articles may be the answer: few enough to rank, found by the rarest words first.

Ranking everything that has a common word would take seconds in a large archive (BM25 reads every article that has it),
and ranking only the newest of them loses what was asked for.  So the rarest words choose, as many as the budget allows;
the others only add to the rank.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, combinations, zip_longest
from typing import Any, NamedTuple

from bot.store.search.asking import Ask
from bot.store.search.matches import Forms, Limits, Match, expression
from bot.store.search.ranking import K1, TITLE_WEIGHT, Wanted

_BUDGET = 600  # articles that rare words may bring to be compared, for up to three words
_BUDGET_LONG = 20_000  # for longer queries with conditions, whose words are worth less each
_GATHERED = 200_000  # articles by whose words a longer query's candidates are weighed
_GATHERED_POSTGRES = 40_000  # there each costs a look at its row
_TOO_COMMON = 0.2  # of the articles: a word that more have tells nothing of them, and costs most
_FURTHER = 12  # commoner words that are weighed there where a rare one stands
LONG = 4  # words
MOST = 200  # candidates of rare words, for longer queries
MOST_SHORT = 50
_TOGETHER = 24  # of them, those that have all words
_COMMON = 50  # candidates of common words, the newest; for longer queries more
_COMMON_LONG = 150
_PASSED = 60_000  # places in the lists of all words together that are passed for it
_FEW_TOGETHER = 10  # of them; fewer are looked for further back
_TO_A_PAGE = 550  # articles of one word that a page of FTS5's index tells, about
_PAGES = 120  # of it that are read to find words together
_HEADLINES = 30_000  # articles of a word that are passed for those that have it in the headline
_WEIGHED = 100  # articles with all words that are weighed by their headlines
_OFTEN = 0.03  # of the articles: so many have it that PostgreSQL finds the newest of them by reading backwards
_BEYOND = 2**62  # no id is
_LOOK_AT = 20_000  # matches that may be looked at for one list of candidates


class Candidate(NamedTuple):
    """An article that may be the answer, with its tokens."""

    id: int
    title: str
    body: str


def choose(
    ask: Ask, wanted: Sequence[Wanted], required: Match, limits: Limits, *, newest: bool, most: int, total: int
) -> list[int]:
    """Ids of candidates, the likeliest first.  `required`: phrases and exclusions.  `newest`: all words, the newest
    first."""
    ids: dict[int, None] = {}
    plain = required == Match() and limits == Limits()
    if len(wanted) >= LONG and not newest and (not ask.lite or plain):
        ids = dict.fromkeys(gather(ask, wanted, required, limits, most=most, total=total))
        if len(ids) >= most or plain:
            return list(ids)
    together: list[int] = []  # articles with all words, of them the first `strong` with one in the headline
    strong = 0
    ranked: dict[int, float] = {}  # articles of the rare words, with their worth
    for match, count, by_rank in _lists(wanted, required, newest=newest, most=most):
        pair = len(match.all_of) == 2 < len(wanted)
        if (newest and len(ids) >= min(most, 20)) or (pair and len(wanted) < LONG and len(ids) >= most):
            break
        alone = len(match.all_of) == 1 < len(wanted)
        if alone and len(together) >= _TOGETHER:  # there are better ones than those that have one word
            if not match.in_title:
                continue
            count //= 2
        every = 1 < len(match.all_of) == len(wanted)
        if by_rank and ask.lite and plain and not newest:
            ranked = _by_places(ask, [word for word in wanted if word.all_forms in match.any_of], total)
            found = sorted(ranked, key=lambda article_id: (-ranked[article_id], -article_id))[:count]
        elif every and ask.lite and plain and not newest and len(wanted) < LONG:
            weighed = _all_words(ask, wanted, ranked, total)
            found = sorted(weighed, key=lambda article_id: (-weighed[article_id], -article_id))[:most]
            strong = sum(1 for article_id in found if weighed[article_id])
        else:
            reach = limits if by_rank else _reach(limits, match, wanted, total, count, lite=ask.lite)
            found = find(ask, match, reach, wanted=wanted if by_rank else (), most=count)
        ids |= dict.fromkeys(found)
        if every:
            together = found
    return _likeliest_first(list(ids), together, strong) if together and not newest else list(ids)


def _likeliest_first(ids: Sequence[int], together: Sequence[int], strong: int) -> list[int]:
    """Those with all words and one in the headline; then by turns others and those with all words."""
    weak = together[min(strong, _TOGETHER) :]
    others = dict.fromkeys(ids)
    for article_id in together:
        others.pop(article_id, None)
    turns = chain.from_iterable(zip_longest(others, weak))
    return [*together[:strong][:_TOGETHER], *(article_id for article_id in turns if article_id is not None)]


def gather(ask: Ask, wanted: Sequence[Wanted], required: Match, limits: Limits, *, most: int, total: int) -> list[int]:
    """For several words: the articles that have the most and rarest of them, by all articles of the rarest words.

    A word alone says little among many, so no single one may choose; and FTS5 reads a word's articles far faster than
    it ranks them.  What is required and the limits are PostgreSQL's alone."""
    chosen: list[tuple[Forms, float]] = []
    budget = float(_GATHERED if ask.lite else _GATHERED_POSTGRES)
    for word in sorted(wanted, key=lambda word: word.documents):
        budget -= word.documents
        if budget < 0 and chosen:
            break
        chosen.append((word.all_forms, _rarity(word, total)))
    if ask.lite:
        return _gather_sqlite(ask, chosen, most)
    return _gather_postgres(ask, wanted, len(chosen), required, limits, most=most, total=total)


def _gather_postgres(
    ask: Ask, wanted: Sequence[Wanted], rarest: int, required: Match, limits: Limits, *, most: int, total: int
) -> list[int]:
    """All articles of the rarest words; commoner ones, if not too common, only among these, which GIN finds by going
    through the rare ones' lists, so that no row of the others is looked at."""
    words = sorted(wanted, key=lambda word: word.documents)[: rarest + _FURTHER]
    words = [word for place, word in enumerate(words) if place < rarest or word.documents < _TOO_COMMON * total]
    rare = tuple(word.all_forms for word in words[:rarest])
    weighed = []
    for place, word in enumerate(words):
        worth = _rarity(word, total)
        match = replace(required, all_of=(word.all_forms,), any_of=() if place < rarest else rare)
        weighed.append(_Weighed(word.all_forms, match, worth, worth))
    return _weighed_postgres(ask, weighed, limits, most=most, look_at=_GATHERED_POSTGRES)


def _gather_sqlite(ask: Ask, chosen: Sequence[tuple[Forms, float]], most: int) -> list[int]:
    worth: dict[int, float] = {}
    statement = "SELECT rowid FROM search_texts WHERE search_texts MATCH :asked ORDER BY rowid DESC LIMIT :most"
    for forms, rarity in chosen:
        asked = expression(Match(all_of=(forms,)), lite=True)
        for (article_id,) in ask(statement, asked=asked, most=_GATHERED):
            worth[article_id] = worth.get(article_id, 0.0) + rarity
        for (article_id,) in ask(
            "SELECT rowid FROM search_texts WHERE search_texts MATCH :asked", asked=f"title : {asked}"
        ):
            worth[article_id] += rarity
    return heapq.nlargest(most, worth, key=lambda article_id: (worth[article_id], article_id))


class _Weighed(NamedTuple):
    """A word and the articles that are looked at for it; what it is worth there, and more in the headline."""

    forms: Forms
    match: Match
    worth: float
    more: float


def _weighed_postgres(ask: Ask, words: Sequence[_Weighed], limits: Limits, *, most: int, look_at: int) -> list[int]:
    """Those of the highest worth, all words taken together.  `ts_rank` knows no rarity (PostgreSQL, "Controlling Text
    Search"), and to look for a word in a row means to unpack all words of it; so each word's articles are taken from
    the index, and what they are worth is added up."""
    values: dict[str, Any] = {"most": most, **limits.values}
    parts = []
    first = ""
    if limits.first:
        first, values["first"] = "AND (rowid + 0) >= :first ", limits.first
    for n, (forms, match, worth, more) in enumerate(words):
        values |= {f"w{n}": expression(match, lite=False), f"r{n}": worth, f"t{n}": more}
        headline = f"CASE WHEN {_in_headline(forms, f'h{n}', values)} THEN CAST(:t{n} AS float8) ELSE 0 END"
        parts.append(
            f"(SELECT rowid, CAST(:r{n} AS float8) + {headline} AS worth FROM search_texts AS s "
            f"WHERE tokens @@ CAST(:w{n} AS tsquery) {first}LIMIT {look_at})"
        )
    fit = f"JOIN articles AS a ON a.id = m.id AND {' AND '.join(limits.conditions)} " if limits.conditions else ""
    statement = (
        f"SELECT m.id FROM (SELECT rowid AS id, sum(worth) AS worth FROM ({' UNION ALL '.join(parts)}) AS found "
        f"GROUP BY rowid) AS m {fit}ORDER BY m.worth DESC, m.id DESC LIMIT :most"
    )
    return [row[0] for row in ask(statement, **values)]


def _lists(wanted: Sequence[Wanted], required: Match, *, newest: bool, most: int) -> Iterator[tuple[Match, int, bool]]:
    """What to look for, how many of it, and whether by rank."""
    forms = [word.all_forms for word in sorted(wanted, key=lambda word: word.documents)]
    common_most = _COMMON_LONG if len(wanted) >= LONG else max(_COMMON, most)
    if newest or not wanted:
        yield replace(required, all_of=tuple(forms)), most, False
        if len(forms) < 2:
            return
    rare = _rare(wanted)
    if rare:
        yield replace(required, any_of=rare), most, True
    common = [word for word in forms if word not in rare]
    if not common:
        return
    head = common[:LONG]
    if len(forms) > 1:
        yield replace(required, all_of=tuple(forms)), common_most, False
    if not rare:
        yield replace(required, all_of=(head[0],), in_title=True), common_most, False
        yield replace(required, all_of=(head[0],)), common_most // 2, False
    for pair in combinations(head, 2):
        if len(forms) > 2:
            yield replace(required, all_of=pair), common_most // 3, False


def _rare(wanted: Sequence[Wanted]) -> tuple[Forms, ...]:
    return rarest(wanted, _BUDGET if len(wanted) < LONG else _BUDGET_LONG)


def rarest(wanted: Sequence[Wanted], budget: int | None = None) -> tuple[Forms, ...]:
    """The rarest words, as many as the budget of articles allows."""
    left = _BUDGET_LONG if budget is None else budget
    rare: list[Forms] = []
    for word in sorted(wanted, key=lambda word: word.documents):
        left -= int(word.documents)
        if left < 0:
            break
        rare.append(word.all_forms)
    return tuple(rare)


def _reach(limits: Limits, match: Match, wanted: Sequence[Wanted], total: int, most: int, *, lite: bool) -> Limits:
    """Words that stand together seldom would be looked for through the whole archive: not below the newest part of it
    in which the rarest of them stands `_LOOK_AT` times, and all of them `_PASSED` times.  And where `most` are likely,
    if the words came together by chance."""
    known = {word.all_forms: word.documents for word in wanted}
    documents = [known[forms] for forms in match.all_of if forms in known]
    if not documents:
        return limits
    together = total * math.prod(min(1.0, number / max(1.0, total)) for number in documents)
    share = min(1.0, _LOOK_AT / max(1.0, min(documents)), _PASSED / max(1.0, sum(documents)))
    first = max(limits.first, int(total * (1 - share)))
    if not lite:
        newest = (10 if match.in_title else 2) * most * total / max(1.0, together)
        often = together >= _OFTEN * total
        return replace(limits, first=first, likely=max(1, first, int(total - newest)) if often else 0)
    if len(documents) < 2:
        return replace(limits, first=first)
    if together < 2 * most:  # one of them is so rare that the whole archive costs little
        return replace(limits, first=max(1, limits.first), likely=max(1, limits.first))
    first = max(1, first)
    return replace(limits, first=first, likely=max(first, int(total * (1 - 2 * most / together))))


def _pages(documents: Sequence[float], total: int) -> float:
    """About how many pages of the index it takes to find words together: all of the rarest, and of each other its own
    or one for every article that has those before it, whichever is less."""
    pages, having = 1.0 + documents[0] / _TO_A_PAGE, documents[0]
    for number in documents[1:]:
        pages += min(having, 1.0 + number / _TO_A_PAGE)
        having *= min(1.0, number / max(1.0, total))
    return pages


# ── the two databases ────────────────────────────────────────────────────────────────────────────────────────────


def find(ask: Ask, match: Match, limits: Limits, *, wanted: Sequence[Wanted], most: int) -> list[int]:
    """Ids of articles that match, by rank of the `wanted` words where given, else the newest first."""
    asked = expression(match, lite=ask.lite)
    if not asked:
        return []
    if wanted and not ask.lite:
        weighed = [_weighed(match, word) for word in wanted]
        return _weighed_postgres(ask, weighed, limits, most=most, look_at=_LOOK_AT)
    if wanted or limits.conditions:
        limits = replace(limits, likely=0)
    values: dict[str, Any] = {"expression": asked, "most": most, "first": limits.first, **limits.values}
    rank = "0"
    if wanted:
        rank = f"bm25(search_texts, {TITLE_WEIGHT}, 1.0)"
    table, where, row_id = "search_texts", "search_texts MATCH :expression", "rowid"
    if not ask.lite:  # by the words' index: to read rows backwards means to unpack the words of each
        table, where, row_id = "search_texts AS s", _postgres_where(match, limits, values), "(rowid + 0)"
    if limits.first:
        where += f" AND {row_id} >= :first"
    if limits.likely:
        if ask.lite:
            return _newest_together(ask, asked, limits, most)
        soon = f"SELECT rowid FROM {table} WHERE {where} AND rowid >= :likely ORDER BY rowid DESC LIMIT :most"
        found = [row[0] for row in ask(soon, **values, likely=limits.likely)]
        if len(found) == most or match.in_title:
            return found
    if not limits.conditions:  # plainly, so that FTS5 itself reads backwards and stops
        order = f"{rank}, {row_id} DESC" if wanted else f"{row_id} DESC"
        return [
            row[0] for row in ask(f"SELECT rowid FROM {table} WHERE {where} ORDER BY {order} LIMIT :most", **values)
        ]
    conditions = " AND ".join(limits.conditions)
    statement = (
        f"SELECT m.id FROM (SELECT rowid AS id, {rank} AS worth FROM {table} WHERE {where} "
        f"ORDER BY {row_id} DESC LIMIT {_LOOK_AT}) AS m CROSS JOIN articles AS a WHERE a.id = m.id AND {conditions} "
        f"ORDER BY {'worth, m.id DESC' if wanted else 'm.id DESC'} LIMIT :most"
    )
    return [row[0] for row in ask(statement, **values)]


def _all_words(ask: Ask, wanted: Sequence[Wanted], ranked: Mapping[int, float], total: int) -> dict[int, float]:
    """Articles with all of two or three words, with what it is worth that the rarer of them stand in the headline; from
    that newest part of the archive which some pages of the index tell, and where few are in it, from further back."""
    words = sorted(wanted, key=lambda word: word.documents)
    documents = [word.documents for word in words]
    together = max(1.0, total * math.prod(min(1.0, number / max(1.0, total)) for number in documents))
    share = min(1.0, _WEIGHED / together, max(_PAGES / _pages(documents, total), _TOGETHER / together))
    first = int(total * (1.0 - share))
    statement = "SELECT rowid FROM search_texts WHERE search_texts MATCH :asked AND rowid >= :first"
    asked = expression(Match(all_of=tuple(word.all_forms for word in words)), lite=True)
    found = [row[0] for row in ask(statement, asked=asked, first=first)]
    further = int(total * (1.0 - min(1.0, _LOOK_AT / max(1.0, documents[0]), _PASSED / max(1.0, sum(documents)))))
    if len(found) < _FEW_TOGETHER and further < first:
        found += [row[0] for row in ask(f"{statement} AND rowid < :end", asked=asked, first=further, end=first)]
        first = further
    worth = {article_id: ranked.get(article_id, 0.0) for article_id in found}
    for word in words if len(worth) > 1 else ():
        if word.documents * share <= _HEADLINES:
            headline = expression(Match(all_of=(word.all_forms,), in_title=True), lite=True)
            for (article_id,) in ask(statement, asked=headline, first=first):
                if article_id in worth:
                    worth[article_id] += _rarity(word, total)
    return worth


def _by_places(ask: Ask, words: Sequence[Wanted], total: int) -> dict[int, float]:
    """All articles of rare words, with what they are worth by how often and where these stand in them.  FTS5's own
    bm25 looks up the length of each article besides, on a page of its own; the words' places are a page or two."""
    worth: dict[int, float] = {}
    ask("CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_places USING fts5vocab(main, search_texts, instance)")
    statement = (
        f"SELECT doc, sum(CASE col WHEN 'title' THEN {TITLE_WEIGHT} ELSE 1.0 END) FROM temp.search_places "
        "WHERE term = :form GROUP BY doc"
    )
    for word in words:
        for form in word.all_forms:
            for article_id, count in ask(statement, form=form):
                worth[article_id] = worth.get(article_id, 0.0) + _rarity(word, total) * count / (count + K1)
    return worth


def _rarity(word: Wanted, total: int) -> float:
    return word.times * math.log(1.0 + total / (1.0 + word.documents))


def _weighed(match: Match, word: Wanted) -> _Weighed:
    forms, worth = word.all_forms, 1.0 / (1.0 + word.documents) ** 0.25
    any_of = () if forms in match.any_of else match.any_of  # what has the word has one of them
    return _Weighed(forms, replace(match, any_of=any_of, all_of=(*match.all_of, forms)), worth, 0.7 * worth)


def _newest_together(ask: Ask, asked: str, limits: Limits, most: int) -> list[int]:
    """Read upwards, which takes FTS5 half as long as reading backwards: the newest part, then, if need be, the rest."""
    statement = "SELECT rowid FROM search_texts WHERE search_texts MATCH :asked AND rowid >= :first AND rowid < :end"
    found = [row[0] for row in ask(statement, asked=asked, first=limits.likely, end=_BEYOND)]
    if len(found) < most and limits.first < limits.likely:
        found[:0] = [row[0] for row in ask(statement, asked=asked, first=limits.first, end=limits.likely)]
    return found[: -most - 1 : -1]


def fetch(ask: Ask, ids: Sequence[int]) -> list[Candidate]:
    if not ids:
        return []
    # SQLite: where FTS5 keeps what it was given ("the %_content table"), to read which through FTS5 costs twice as much
    columns = "id, c0, c1 FROM search_texts_content WHERE id"
    if not ask.lite:
        columns = "rowid, title, body FROM search_texts WHERE rowid"
    return [Candidate(*row) for row in ask(f"SELECT {columns} {ask.numbers('ids')}", ids=ask.counted(ids))]


def times(ask: Ask, ids: Sequence[int]) -> dict[int, int | None]:
    """When those of them that are still to be found were published, in milliseconds."""
    if not ids:
        return {}
    # by its id: an index on the state would be read whole
    rows = ask(f"SELECT id, published, state FROM articles WHERE id {ask.numbers('ids')}", ids=ask.counted(ids))
    return {article_id: published for article_id, published, state in rows if state == "ready"}


def _postgres_where(match: Match, limits: Limits, values: dict[str, Any]) -> str:
    """An index does not tell which words stand in the headline; the headline does, without unpacking all words."""
    where = "s.tokens @@ CAST(:expression AS tsquery)"
    if match.in_title:
        values["expression"] = expression(replace(match, in_title=False), lite=False)
        if limits.likely and not match.phrases and not match.none_of:  # what is in the headline is in the article
            where = "true"
        for number, forms in enumerate(match.all_of):
            where += f" AND {_in_headline(forms, f'h{number}', values)}"
    return where


def _in_headline(forms: Forms, name: str, values: dict[str, Any]) -> str:
    values |= {f"{name}x{number}": f" {form} " for number, form in enumerate(forms)}
    each = (f"strpos(' ' || s.title || ' ', CAST(:{name}x{number} AS text)) > 0" for number in range(len(forms)))
    return f"({' OR '.join(each)})"
