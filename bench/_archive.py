"""The made archive of `python -m bench search`: articles whose words follow Zipf's law, the Cranfield collection
scattered among them by age, questions of words of every rarity, and how well an answer fits Cranfield's judgements."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import math
import os
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

NOW = datetime(2026, 11, 22, tzinfo=UTC)
Document = tuple[int, str, str]
_SPAN = timedelta(days=3 * 365)  # from the oldest article to the newest
_VOCABULARY = 40_000
WORST = ("word0", "word1", "word0 word1", "word0 word1 word2")


class Made:
    """The articles: a third of their words from Cranfield's own vocabulary, so that its words are common here too.

    The same seed makes the same articles, however often and by whom they are asked for."""

    def __init__(self, count: int, seed: int) -> None:
        self.count = count
        self.seed = seed
        self.cranfield, self.queries, self.truth = read_cranfield()
        self._words = [f"word{n}" for n in range(_VOCABULARY)]
        self._weights = list(itertools.accumulate(1 / (n + 8) for n in range(_VOCABULARY)))
        self._own = [word for _, _, text in self.cranfield for word in text.split()] or self._words
        places = random.Random(seed).sample(range(1, count + 1), len(self.cranfield))
        self.place_of = {name: place for (name, _, _), place in zip(self.cranfield, places, strict=True)}

    def documents(self) -> Iterator[Document]:
        chooser = random.Random(self.seed + 1)
        scattered = {self.place_of[name]: (title, text) for name, title, text in self.cranfield}
        for number in range(1, self.count + 1):
            words = self._text(chooser, 158)
            title, text = scattered.get(number) or (" ".join(words[:8]), " ".join(words[8:]))
            yield number, title, text

    def published(self, number: int) -> datetime:
        return NOW - _SPAN * ((self.count - number) / self.count)

    def _text(self, chooser: random.Random, length: int) -> list[str]:
        common = chooser.choices(self._words, cum_weights=self._weights, k=length - length // 3)
        words = common + chooser.choices(self._own, k=length // 3)
        return words[:6] + words[-2:] + words[6:-2]

    def questions(self, words: int) -> list[str]:
        """200 questions of so many words, each word of any rarity alike."""
        chooser = random.Random(words)
        return [" ".join(f"word{int(_VOCABULARY ** chooser.random())}" for _ in range(words)) for _ in range(200)]

    def cold(self) -> list[str]:
        """60 questions of three words, for an index that was not read since the machine started."""
        chooser = random.Random(self.seed + 3)
        return [" ".join(f"word{int(_VOCABULARY ** chooser.random())}" for _ in range(3)) for _ in range(60)]

    def warming(self) -> list[str]:
        """Other questions, asked before the clock starts."""
        chooser = random.Random(self.seed + 2)
        return [f"word{int(_VOCABULARY ** chooser.random())} word{int(chooser.random() * 2000)}" for _ in range(30)]

    def ndcg(self, answers: dict[str, list[int]]) -> float | None:
        names = {place: str(name) for name, place in self.place_of.items()}
        judged = {query: grades for query, grades in self.truth.items() if any(grade > 0 for grade in grades.values())}
        if not answers or not judged:
            return None
        values = (_ndcg([names.get(number, "") for number in answers[query]], judged[query]) for query in judged)
        return sum(values) / len(judged)

    def mark(self) -> str:
        """Tells these articles from others."""
        told = json.dumps([self.count, self.seed, list(itertools.islice(self.documents(), 20)), self.cranfield])
        return hashlib.sha256(told.encode()).hexdigest()


class Alone:
    """Cranfield with nothing beside it."""

    def __init__(self) -> None:
        self.found, self._queries, self._truth = read_cranfield()

    def documents(self) -> Iterator[Document]:
        return iter(self.found)

    def published(self, number: int) -> datetime:
        return NOW

    def ndcg(self, ask: Callable[[str], list[int]]) -> float:
        judged = {query: grades for query, grades in self._truth.items() if any(grade > 0 for grade in grades.values())}
        values = (_ndcg([str(n) for n in ask(self._queries[query])], judged[query]) for query in judged)
        return sum(values) / len(judged)


def read_cranfield() -> tuple[list[Document], dict[str, str], dict[str, dict[str, int]]]:
    """Documents, queries, and who is judged to answer them; all empty where the corpus is not there."""
    folder = Path(os.environ.get("SHAREWIRE_EVAL", "../shared/eval")) / "search" / "cranfield"
    if not folder.exists():
        print(f"No corpus at {folder}: speed alone.  Name its folder in SHAREWIRE_EVAL.", file=sys.stderr)
        return [], {}, {}
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf8") as lines:
        rows = [json.loads(line) for line in lines]
    asked = [json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf8").splitlines()]
    truth: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text(encoding="utf8").splitlines():
        query, name, grade = line.split("\t")
        truth[query][name] = int(grade)
    documents = [(int(row["_id"]), row["title"], row["text"]) for row in rows]
    return documents, {row["_id"]: row["text"] for row in asked}, truth


def _ndcg(names: Sequence[str], grades: dict[str, int]) -> float:
    gain = sum(max(0, grades.get(name, 0)) / math.log2(place + 2) for place, name in enumerate(names[:10]))
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:10]
    return gain / sum(grade / math.log2(place + 2) for place, grade in enumerate(best))


def batches(documents: Iterator[Document], size: int) -> Iterator[list[Document]]:
    while batch := list(itertools.islice(documents, size)):
        yield batch


def tell(what: str) -> None:
    """What is going on, at once and beside the results."""
    print(what, file=sys.stderr, flush=True)
