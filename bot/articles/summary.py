"""A few faithful sentences: the publisher's own when they are good, else whole sentences of the text.

Nothing is cut, joined or invented.  A quotation stays whole, and a sentence that leans on the one before it ("He
said …", "But …") comes only together with that one, so that no claim loses whose claim it is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.articles.hedges import leans, quotation_open
from bot.language import detect, ends_sentence, stem, stop_words, words
from bot.language import sentences as split_sentences

LONGEST = 300  # characters of a standfirst
MOST = 60  # words of a summary; about 45 is the aim, and one long first sentence may pass it
_DECAY = 0.6
_CENTRE = 0.6
_TITLE = 0.5
_REPEAT = 0.15
_LONGEST_QUOTATION = 4  # sentences; more, and a closing mark is missing
_LOOK_AT = 60  # sentences; a summary from further down would be no summary
_UNSPACED = frozenset("zh ja th lo my km".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """`how`: "standfirst", "extractive", "model" or "none", with the reason where something better was refused
    ("extractive (standfirst: cut)")."""

    sentences: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """Sentences that stand or fall together: one, or all of a quotation."""

    index: int
    sentences: tuple[str, ...]
    terms: Counter[str]
    length: int  # words
    leans: bool  # needs the unit before
    fit: bool  # may stand in a summary at all


def summarise(
    title: str | None,
    standfirst: str | None,
    text: str | None,
    language: str | None,
    *,
    sentences: int | None = None,
) -> Summary:
    """The publisher's standfirst when it is good, else sentences of `text`.  `sentences`: so many (fewer if there
    are not as many), and then from the text alone."""
    reason = None
    if sentences is None and standfirst:
        reason = fault_of(standfirst, title, text, language)
        if reason is None:
            return Summary(sentences=split_sentences(standfirst, language), how="standfirst")
        if reason == "long" and (beginning := _beginning(standfirst, title, text, language)):
            return Summary(sentences=beginning, how="standfirst (its first sentences)")
    chosen = extract(title, text or "", language, sentences=sentences)
    because = f" (standfirst: {reason})" if reason else ""
    if chosen:
        return Summary(sentences=chosen, how=f"extractive{because}")
    if standfirst and reason in (None, "short", "the headline again") and ends_sentence(standfirst):
        return Summary(sentences=split_sentences(standfirst, language), how=f"standfirst ({reason})")
    return Summary(sentences=(), how=f"none{because}")


def _beginning(standfirst: str, title: str | None, text: str | None, language: str | None) -> tuple[str, ...]:
    """The first sentences of a long standfirst, if they make a good one."""
    chosen: list[str] = []
    for sentence in split_sentences(standfirst, language):
        if len(" ".join([*chosen, sentence])) > LONGEST:
            break
        chosen.append(sentence)
    beginning = " ".join(chosen)
    good = fault_of(beginning, title, text, language) is None and not quotation_open(beginning)
    return tuple(chosen) if good else ()


def fault_of(standfirst: str, title: str | None, text: str | None, language: str | None) -> str | None:
    """Why a publisher's standfirst will not do as a summary, in a few words; None when it is good."""
    standfirst = " ".join(standfirst.split())
    dense = language in _UNSPACED
    if len(standfirst) < (20 if dense else 40):
        return "short"
    if len(standfirst) > LONGEST:
        return "long"
    if not ends_sentence(standfirst) or standfirst.endswith(("...", "…", "[…]")):
        return "cut"
    terms = set(_terms(standfirst, language))
    headline = set(_terms(title or "", language))
    if headline and len(terms - headline) <= max(1, len(terms) // 6):
        return "the headline again"
    if detect(standfirst, language) != language and language is not None:
        return "another language"
    body = set(_terms((text or "")[:20_000], language))
    if len(body) >= 40 and len(terms & (body | headline)) < 0.3 * len(terms):
        return "not about this article"
    return None


def extract(title: str | None, text: str, language: str | None, *, sentences: int | None = None) -> tuple[str, ...]:
    """Whole sentences by position, centrality and overlap with the headline, in the text's order."""
    units = _units(text, language)
    if not units:
        return ()
    scores = _scores(units, Counter(_terms(title or "", language)))
    chosen: set[int] = set()
    while True:
        groups = [_with_support(unit, units, chosen) for unit in units]
        options = [group for group in groups if _fits(group, units, chosen, sentences)]
        if not options:
            break
        best = max(options, key=lambda group: (_gain(group, units, chosen, scores), -min(group)))
        if chosen and _gain(best, units, chosen, scores) <= 0:
            break
        chosen |= best
    if not chosen:  # every sentence leans on another, or is too long: the first whole one
        chosen = {unit.index for unit in [unit for unit in units if unit.fit][:1]}
    return tuple(sentence for index in sorted(chosen) for sentence in units[index].sentences)


# ── units ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _units(text: str, language: str | None) -> list[_Unit]:
    groups: list[tuple[list[str], bool]] = []
    for paragraph in text.split("\n\n"):
        pending: list[str] = []
        for sentence in split_sentences(paragraph, language):
            pending.append(sentence)
            still_open = quotation_open(" ".join(pending))
            if not still_open or len(pending) > _LONGEST_QUOTATION:
                groups.append((pending, not still_open))
                pending = []
        if pending:  # a quotation that this paragraph does not close
            groups.append((pending, len(pending) == 1 and not pending[0].startswith(('"', "“"))))
        if len(groups) > _LOOK_AT:
            break
    return [_unit(index, group, whole, language) for index, (group, whole) in enumerate(groups[:_LOOK_AT])]


def _unit(index: int, group: Sequence[str], whole: bool, language: str | None) -> _Unit:
    joined = " ".join(group)
    length = count_words(joined, language)
    return _Unit(
        index=index,
        sentences=tuple(group),
        terms=Counter(_terms(joined, language)),
        length=length,
        leans=leans(group[0], language),
        fit=whole and length >= 4 and ends_sentence(joined) and not joined.endswith(("?", "؟", "？")),
    )


def count_words(text: str, language: str | None) -> int:
    """Words a reader reads; in scripts without spaces two characters count as one."""
    if language in _UNSPACED:
        return math.ceil(sum(c.isalnum() for c in text) / 2)
    return sum(any(c.isalnum() for c in word) for word in text.split())


def _terms(text: str, language: str | None) -> list[str]:
    stops = stop_words(language)
    return [stem(word, language) for word in words(text) if word not in stops and (len(word) > 1 or not word.isascii())]


# ── choosing ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _scores(units: Sequence[_Unit], title: Counter[str]) -> list[float]:
    """Each unit's worth: early, about what the text is about, about what the headline says."""
    spread: Counter[str] = Counter(term for unit in units for term in unit.terms)
    total = Counter[str]()
    for unit in units:
        total.update(unit.terms)
    weight = {term: math.log1p(total[term]) * math.log((len(units) + 1) / (spread[term] + 0.5)) for term in total}
    centroid = {term: max(0.0, weight[term]) * total[term] for term in total}
    scores = []
    for unit in units:
        position = 1.0 / (1.0 + _DECAY * unit.index)
        scores.append(position + _CENTRE * _cosine(unit.terms, centroid) + _TITLE * _overlap(unit.terms, title))
    return scores


def _cosine(terms: Counter[str], centroid: dict[str, float]) -> float:
    norm = math.sqrt(sum(value * value for value in centroid.values()) * sum(n * n for n in terms.values()))
    return sum(n * centroid.get(term, 0.0) for term, n in terms.items()) / norm if norm else 0.0


def _overlap(terms: Counter[str], title: Counter[str]) -> float:
    return len(terms.keys() & title.keys()) / len(title) if title else 0.0


def _with_support(unit: _Unit, units: Sequence[_Unit], chosen: set[int]) -> frozenset[int]:
    """The unit with those it leans on that are not chosen yet; empty if it may not be chosen."""
    group: set[int] = set()
    index = unit.index
    while index not in chosen:
        current = units[index]
        if not current.fit or len(group) >= 3:
            return frozenset()
        group.add(index)
        if not current.leans:
            break
        if index == 0:  # nothing stands before it
            break
        index -= 1
    return frozenset(group)


def _fits(group: frozenset[int], units: Sequence[_Unit], chosen: set[int], count: int | None) -> bool:
    if not group:
        return False
    if count is not None:
        return sum(len(units[index].sentences) for index in chosen | group) <= count
    length = sum(units[index].length for index in chosen | group)
    return length <= MOST or (not chosen and length <= 2 * MOST and len(group) == 1)


def _gain(group: frozenset[int], units: Sequence[_Unit], chosen: set[int], scores: Sequence[float]) -> float:
    """The group's mean score, less what it repeats of what is chosen."""
    if not chosen:
        return sum(scores[index] for index in group) / len(group)
    said: Counter[str] = Counter()
    for index in chosen:
        said.update(units[index].terms)
    total = 0.0
    for index in group:
        terms = units[index].terms
        repeated = sum(1 for term in terms if term in said) / max(1, len(terms))
        total += scores[index] * (1.0 - max(0.0, repeated - _REPEAT))
    return total / len(group)
