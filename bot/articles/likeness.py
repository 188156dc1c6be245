"""The same story from another source, and the same text printed twice.

A story is compared by TF-IDF over its headline twice and the first 60 words under it; a text by which of its
five-word runs it shares with another (MinHash; A. Broder, "On the resemblance and containment of documents", 1997).
Two thresholds: a copy is not posted again; a story becomes "also: A, B".
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.language import detect, fold, stem, stop_words, words
from bot.model import Json

SAME_STORY = 0.25  # cosine; from here two articles are about one event
SAME_TEXT = 0.6  # share of runs of words in common; from here one is a copy of the other
WINDOW = timedelta(hours=72)  # an event's articles come within three days of one another
_LEAD = 60  # words
_TITLE_WEIGHT = 2
_OTHER_NUMBERS = 0.75
_NUMBER = re.compile(r"\d+")
_RUN = 5
_HASHES = 48
_BACKGROUND = 400.0  # documents that the counts pretend to have seen, so that the first few of a day are not all rare


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What of an article is compared.  `terms` are stems with their counts, `sketch` the MinHash of the text."""

    terms: Mapping[str, float]
    numbers: frozenset[str] = frozenset()  # of the headline
    sketch: tuple[int, ...] = ()
    language: str | None = None
    published: datetime | None = None

    @classmethod
    def of(
        cls, *, title: str | None, text: str | None, published: datetime | None = None, language: str | None = None
    ) -> Story:
        language = language or detect(f"{title or ''}\n{(text or '')[:2_000]}")
        lead = words((text or "")[:1_500])[:_LEAD]
        terms: Counter[str] = Counter()
        for word in words(title or "") * _TITLE_WEIGHT + lead:
            if word not in stop_words(language) and len(word) > 1:
                terms[stem(word, language)] += 1
        return cls(
            terms=dict(terms),
            numbers=frozenset(_NUMBER.findall(fold(title or ""))),
            sketch=_sketch(words((text or "")[:20_000])),
            language=language,
            published=published,
        )

    def as_json(self) -> Json:
        return {"terms": dict(self.terms), "numbers": sorted(self.numbers), "sketch": list(self.sketch)}

    @classmethod
    def from_json(cls, value: Json, *, language: str | None, published: datetime | None) -> Story:
        numbers, sketch = frozenset(value["numbers"]), tuple(value["sketch"])
        return cls(terms=value["terms"], numbers=numbers, sketch=sketch, language=language, published=published)


@dataclass(slots=True)
class Rarity:
    """How many of the compared documents have each term."""

    documents: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, story: Story) -> None:
        self.documents += 1
        self.counts.update(story.terms.keys())

    def of(self, term: str) -> float:
        return math.log((self.documents + _BACKGROUND) / (self.counts[term] + 1.0))


def story_score(one: Story, other: Story, rarity: Rarity) -> float:
    """0 to 1: how much two articles are about one event.  0 in different languages or too far apart in time."""
    if one.language != other.language or not _near(one, other):
        return 0.0
    a, b = _weights(one, rarity), _weights(other, rarity)
    shared = sum(weight * b[term] for term, weight in a.items() if term in b)
    norm = math.sqrt(sum(w * w for w in a.values()) * sum(w * w for w in b.values()))
    score = shared / norm if norm else 0.0
    return score * _OTHER_NUMBERS if _numbers_differ(one, other) else score


def _numbers_differ(one: Story, other: Story) -> bool:
    """The 11th death and the 12th, the weather of the 8th and of the 16th."""
    return bool(one.numbers and other.numbers) and one.numbers.isdisjoint(other.numbers)


def text_score(one: Story, other: Story) -> float:
    """0 to 1: which share of their runs of words two texts have in common; 0 for texts too short to tell."""
    if not one.sketch or not other.sketch:
        return 0.0
    return sum(a == b for a, b in zip(one.sketch, other.sketch, strict=True)) / _HASHES


def _near(one: Story, other: Story) -> bool:
    if one.published is None or other.published is None:
        return True
    return abs(one.published - other.published) <= WINDOW


def _weights(story: Story, rarity: Rarity) -> dict[str, float]:
    return {term: (1.0 + math.log(count)) * rarity.of(term) for term, count in story.terms.items()}


def _sketch(tokens: Sequence[str]) -> tuple[int, ...]:
    if len(tokens) < 4 * _RUN:
        return ()
    hashes = {_hash(" ".join(tokens[i : i + _RUN])) for i in range(len(tokens) - _RUN + 1)}
    return tuple(min((value * multiplier + 0x9E3779B9) & 0xFFFFFFFF for value in hashes) for multiplier in _MULTIPLIERS)


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=4).digest(), "big")


_MULTIPLIERS = tuple((0x85EBCA6B * (2 * i + 1)) & 0xFFFFFFFF for i in range(_HASHES))


class Stories:
    """Articles to compare with, found by the terms they share; `best` looks only at those."""

    def __init__(self, rarity: Rarity) -> None:
        self._rarity = rarity
        self._stories: list[Story] = []
        self._having: dict[str, list[int]] = defaultdict(list)

    def add(self, story: Story) -> None:
        for term in story.terms:
            self._having[term].append(len(self._stories))
        self._stories.append(story)

    def best(self, story: Story) -> tuple[int, float] | None:
        """The likest story's number in order of adding, and its score; None if no score is above zero."""
        shared: Counter[int] = Counter()
        known = sorted((len(self._having[term]), term) for term in story.terms if term in self._having)
        for _, term in known[:_LOOK_UP]:
            shared.update(self._having[term])
        scored = [(story_score(story, self._stories[n], self._rarity), -n) for n, _ in shared.most_common(_LOOK_AT)]
        score, number = max(scored, default=(0.0, 0))
        return (-number, score) if score > 0 else None


_LOOK_UP = 24  # terms of a story, its rarest
_LOOK_AT = 60  # candidates, those that share most


def group(stories: Iterable[Story]) -> list[int]:
    """For each story the number of its group's first member; the order of arrival is the order given."""
    given = list(stories)
    rarity = Rarity()
    for story in given:
        rarity.add(story)
    seen = Stories(rarity)
    groups: list[int] = []
    for number, story in enumerate(given):
        best = seen.best(story)
        groups.append(groups[best[0]] if best and best[1] >= SAME_STORY else number)
        seen.add(story)
    return groups
