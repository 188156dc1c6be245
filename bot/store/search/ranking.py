"""The order of what was found: BM25 with the headline weighted, pairs of neighbours, and what the best have in common.

Pure; the same on both databases, which only bring candidates.  BM25 is Robertson and Zaragoza's ("The Probabilistic
Relevance Framework", 2009), the feedback Rocchio's, restricted to the candidates.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

TITLE_WEIGHT = 5.0
FEEDBACK_FROM = 4  # words; a shorter query says what it means
K1 = 1.4
_B = 0.75
_SIMILAR = 0.6  # of a word that only sounds alike, against the word itself
_APART = "\n"  # between headline and body; no token
_PAIR = 0.15  # of two neighbouring words, against one word
_FEEDBACK_DOCUMENTS = 8
_FEEDBACK_LOOK_AT = 60  # terms
_FEEDBACK_TERMS = 8
_FEEDBACK_WEIGHT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One word of a query: the forms it has in the index, in how many articles it stands, how often it was said; and
    forms that only sound alike, then also in how many articles it stands exactly."""

    forms: tuple[str, ...]
    documents: float
    times: float = 1.0
    word: str = ""
    similar: tuple[str, ...] = ()
    exact: float | None = None

    @property
    def exactly(self) -> float:
        return self.documents if self.exact is None else self.exact

    @property
    def all_forms(self) -> tuple[str, ...]:
        return self.forms + self.similar


class Ranking:
    """Candidates and their scores so far.  Tokens are joined by single spaces."""

    def __init__(self, candidates: Sequence[tuple[int, str, str]], *, total: int) -> None:
        """candidates: id, title, body.  total: articles in the index."""
        self._ids = [article_id for article_id, _, _ in candidates]
        self._titles = [f" {title} " for _, title, _ in candidates]
        self._bodies = [body for _, _, body in candidates]
        self._texts = [f" {title} {_APART} {body} " for _, title, body in candidates]
        self._total = total
        self._scores = [0.0] * len(candidates)
        lengths = [text.count(" ") for text in self._texts]
        mean = sum(lengths) / len(lengths) if lengths else 1.0
        self._norms = [K1 * (1.0 - _B + _B * length / mean) for length in lengths]

    def score(self, wanted: Sequence[Wanted]) -> None:
        having: list[set[int]] = []
        for word in wanted:
            found = self._add(word.forms, word.times * self._rarity(word.documents))
            found |= self._add(word.similar, _SIMILAR * word.times * self._rarity(word.documents))
            having.append(found)
        for (one, has_one), (other, has_other) in pairwise(zip(wanted, having, strict=True)):
            pairs = [f"{a} {b}" for a in one.all_forms for b in other.all_forms][:9]
            weight = _PAIR * (self._rarity(one.documents) + self._rarity(other.documents))
            self._add(pairs, weight, among=sorted(has_one & has_other))

    def feedback_terms(self, asked: Sequence[Wanted]) -> list[str]:
        """Terms that the best candidates share, to be looked up before `add_feedback`."""
        forms = {form for word in asked for form in word.forms}
        return [term for term, _ in self._worth().most_common(_FEEDBACK_LOOK_AT + len(forms)) if term not in forms]

    def add_feedback(self, documents: Sequence[tuple[str, float]]) -> None:
        """Let the terms count a little that the best share and that are rare: term, articles that have it."""
        worth = self._worth()
        weighed = sorted(((worth[term] * self._rarity(count), term, count) for term, count in documents), reverse=True)
        for value, term, count in weighed[:_FEEDBACK_TERMS]:
            self._add((term,), _FEEDBACK_WEIGHT * value / weighed[0][0] * self._rarity(count))

    def best(self) -> list[tuple[int, float]]:
        """Ids with scores, the best first; of equals the newer first."""
        return [(self._ids[n], self._scores[n]) for n in self._order()]

    def by_similar_alone(self, wanted: Sequence[Wanted]) -> set[int]:
        """Ids of those that have some word only in a form that sounds alike."""
        found: set[int] = set()
        for word in wanted:
            for n, article_id in enumerate(self._ids) if word.similar else ():
                text = self._texts[n]
                if _stands(word.similar, text) and not _stands(word.forms, text):
                    found.add(article_id)
        return found

    def _order(self) -> list[int]:
        return sorted(range(len(self._ids)), key=lambda n: (-self._scores[n], -self._ids[n]))

    def _rarity(self, documents: float) -> float:
        documents = min(documents, self._total)
        return math.log((self._total - documents + 0.5) / (documents + 0.5) + 1.0)

    def _add(self, forms: Sequence[str], weight: float, among: Sequence[int] | None = None) -> set[int]:
        """Adds to the scores of those that have a form, and tells which these are."""
        found: set[int] = set()
        places = range(len(self._ids)) if among is None else among
        for form in forms:
            needle = f" {form} "
            having = [n for n in places if needle in self._texts[n]]
            found.update(having)
            for n in having:
                count = self._texts[n].count(needle) + (TITLE_WEIGHT - 1.0) * self._titles[n].count(needle)
                self._scores[n] += weight * count * (K1 + 1.0) / (count + self._norms[n])
        return found

    def _worth(self) -> Counter[str]:
        worth: Counter[str] = Counter()
        best = self._order()[:_FEEDBACK_DOCUMENTS]
        for n in best:
            share = self._scores[n] / self._scores[best[0]] if self._scores[best[0]] else 0.0
            for term, count in Counter(self._bodies[n].split()).items():
                if len(term) > 2:
                    worth[term] += share * count / (count + self._norms[n])  # type: ignore[assignment]
        return worth


def _stands(forms: Sequence[str], text: str) -> bool:
    return any(f" {form} " in text for form in forms)
