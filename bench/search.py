"""Search: speed and relevance in a large archive, ours beside plain FTS5 bm25 (and tantivy, where it is installed).

One index a contender: made articles, with the Cranfield collection scattered among them by age where
SHAREWIRE_EVAL names the evaluation folder.  Speed is asked with words of every rarity; relevance is nDCG@10 of
Cranfield's own queries in that same index.  Then Cranfield alone on both databases, and readers' alerts.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gzip
import itertools
import json
import math
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import _alerts

NOW = datetime(2026, 11, 22, tzinfo=UTC)
Document = tuple[int, str, str]
Row = dict[str, Any]


def main(argv: Sequence[str]) -> int:
    options = _parser().parse_args(argv)
    made = Made(options.articles, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(Path(folder), made) for measure in CONTENDERS]
    rows = [row for row in rows if row]
    alone = cranfield_alone()
    waiting = _alerts.measure(options.alerts, options.seed)
    if options.json:
        result = {"bench": "search", "articles": made.count, "rows": rows, "cranfield": alone, "alerts": waiting}
        print(json.dumps(result))
        return 0
    names = [name for name in rows[0] if name != "contender"]
    print(f"{made.count} articles".ljust(14), *(f"{name:>12}" for name in names))
    for row in rows:
        print(f"{row['contender']:14}", *(f"{_shown(row.get(name)):>12}" for name in names))
    for row in [*alone, *waiting]:
        print("  ".join(f"{name} {value if isinstance(value, str) else _shown(value)}" for name, value in row.items()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench search", description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--alerts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    return parser


def _shown(value: Any) -> str:
    return "–" if value is None else f"{value:.3f}" if isinstance(value, float) and value < 1 else f"{value:,.1f}"


class Made:
    """The articles: words by Zipf's law, a third of them from Cranfield's own vocabulary, so that its words are common
    here too; and the questions."""

    def __init__(self, count: int, seed: int) -> None:
        self.count = count
        self._random = random.Random(seed)
        self.cranfield, self.queries, self.truth = _cranfield()
        own = [word for _, _, text in self.cranfield for word in text.split()]
        self._words = [f"word{n}" for n in range(40_000)]
        self._weights = list(itertools.accumulate(1 / (n + 8) for n in range(40_000)))
        self._own = own or self._words
        places = self._random.sample(range(1, count + 1), len(self.cranfield))
        self.place_of = {int(name): place for (name, _, _), place in zip(self.cranfield, places, strict=True)}

    def documents(self) -> Iterator[Document]:
        scattered = {self.place_of[name]: (title, text) for name, title, text in self.cranfield}
        for number in range(1, self.count + 1):
            title, text = scattered.get(number) or (self._text(8), self._text(150))
            yield number, title, text

    def _text(self, length: int) -> str:
        common = self._random.choices(self._words, cum_weights=self._weights, k=length - length // 3)
        return " ".join(common + self._random.choices(self._own, k=length // 3))

    def questions(self, words: int) -> list[str]:
        """200 questions of so many words, each word of any rarity alike."""
        chooser = random.Random(words)
        return [" ".join(f"word{int(40_000 ** chooser.random())}" for _ in range(words)) for _ in range(200)]

    def ndcg(self, answers: dict[str, list[int]]) -> float | None:
        names = {place: str(name) for name, place in self.place_of.items()}
        values = [
            _ndcg([names.get(number, "") for number in answers[query]], grades)
            for query, grades in self.truth.items()
            if any(grade > 0 for grade in grades.values())
        ]
        return sum(values) / len(values) if values else None


def _cranfield() -> tuple[list[Document], dict[str, str], dict[str, dict[str, int]]]:
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


def _row(name: str, made: Made, ask: Callable[[str], list[int]], build: float, path: Path) -> Row:
    row: Row = {"contender": name, "build s": build, "MB": _size(path) / 1e6}
    for words in (1, 2, 3):
        times = [_timed(ask, question) for question in made.questions(words)]
        row[f"{words}w p95 ms"] = _percentile([wall for wall, _ in times], 0.95)
        row[f"{words}w p95 CPU"] = _percentile([cpu for _, cpu in times], 0.95)
    worst = [_timed(ask, words) for words in ("word0", "word1", "word0 word1", "word0 word1 word2")]
    row["worst ms"], row["worst CPU"] = max(wall for wall, _ in worst), max(cpu for _, cpu in worst)
    times, answers = [], {}
    for query, text in made.queries.items():
        times.append(_timed(lambda asked, query=query: answers.__setitem__(query, ask(asked)), text))  # type: ignore[misc]
    row["long p50 ms"] = _percentile([wall for wall, _ in times], 0.5) if times else None
    row["long p50 CPU"] = _percentile([cpu for _, cpu in times], 0.5) if times else None
    row["nDCG@10"] = made.ndcg(answers) if answers else None
    return row


def _timed(ask: Callable[[str], Any], question: str) -> tuple[float, float]:
    """Milliseconds by the clock, and of the processor: on a shared machine only the latter says what a search costs."""
    start, used = time.perf_counter(), time.process_time()
    ask(question)
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - used)


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
    return sum(one.stat().st_size for one in path.parent.glob(f"{path.name}*") if one.is_file())


# ── contenders ───────────────────────────────────────────────────────────────────────────────────────────────────


def ours(folder: Path, made: Made) -> Row:
    """`bot.store.search` as shipped, the row of the article included."""
    path = folder / "ours.db"

    async def run() -> Row:
        async with _filled(f"sqlite:///{path}", made.documents()) as (ask, build):
            return await asyncio.to_thread(_row, "ours", made, ask, build, path)

    return asyncio.run(run())


@contextlib.asynccontextmanager
async def _filled(url: str, documents: Iterator[Document]) -> AsyncIterator[tuple[Callable[[str], list[int]], float]]:
    """An archive of ours with the documents: how to ask it, from another thread, and how long it took to build."""
    from sqlalchemy import insert

    from bot.model import Article, ArticleState
    from bot.store import search
    from bot.store.database import open_database
    from bot.store.schema import articles

    async with open_database(url) as db:
        start = time.perf_counter()
        for batch in _batches(documents, 5_000):
            rows = [
                {"id": n, "state": "ready", "title": title, "text": text, "found_at": NOW, "baseline": True}
                for n, title, text in batch
            ]
            common: Row = {"source_id": None, "state": ArticleState.READY, "url": None, "language": "en"}
            read = [Article(id=n, title=title, text=text, **common) for n, title, text in batch]
            async with db.write() as tx:
                await tx.execute(insert(articles), rows)
                await search.index_articles(tx, read, now=NOW)
        build = time.perf_counter() - start
        loop = asyncio.get_running_loop()

        async def answer(question: str) -> list[int]:
            async with db.read() as tx:
                found = await search.search(tx, question, limit=10, now=NOW)
            return [one.id for one in found.found]

        def ask(question: str) -> list[int]:
            return asyncio.run_coroutine_threadsafe(answer(question), loop).result(60)

        yield ask, build


def cranfield_alone() -> list[Row]:
    """nDCG@10 with nothing else in the archive, on SQLite and on PostgreSQL."""
    from bench._workload import postgres

    documents, queries, truth = _cranfield()
    if not documents:
        return []

    def answers(ask: Callable[[str], list[int]]) -> float:
        judged = {query: grades for query, grades in truth.items() if any(grade > 0 for grade in grades.values())}
        return sum(_ndcg([str(n) for n in ask(queries[query])], judged[query]) for query in judged) / len(judged)

    async def run(name: str, url: str) -> Row:
        async with _filled(url, iter(documents)) as (ask, build):
            return {"Cranfield alone": name, "build s": build, "nDCG@10": await asyncio.to_thread(answers, ask)}

    with tempfile.TemporaryDirectory() as folder:
        rows = [asyncio.run(run("sqlite", f"sqlite:///{Path(folder) / 'alone.db'}"))]
        with contextlib.suppress(ImportError), postgres(f"{folder}/pg") as uri:
            rows.append(asyncio.run(run("postgresql", uri)))
    return rows


def plain_fts5(folder: Path, made: Made) -> Row:
    """FTS5 with its porter tokenizer, every word quoted, OR, headline weighted 5, bm25 over all that match."""
    path = folder / "plain.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(title, body, tokenize='porter unicode61')")
        start = time.perf_counter()
        for batch in _batches(made.documents(), 5_000):
            connection.executemany("INSERT INTO t (rowid, title, body) VALUES (?, ?, ?)", batch)
            connection.commit()
        build = time.perf_counter() - start
        statement = "SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t, 5, 1) LIMIT 10"

        def ask(question: str) -> list[int]:
            words = " OR ".join(f'"{word}"' for word in question.split() if word.isalnum() and word not in _STOPS)
            return [row[0] for row in connection.execute(statement, (words,))]

        return _row("plain fts5", made, ask, build, path)


_STOPS = frozenset(
    "a an and are as at be been but by can do for from had has have how if in into is it its no not of on or such that "
    "the their then there these they this to was were what when which will with".split()
)


def tantivy(folder: Path, made: Made) -> Row:
    """tantivy with its English stemmer; nothing if it is not installed."""
    try:
        import tantivy as engine  # type: ignore[import-not-found]
    except ImportError:
        return {}
    path = folder / "tantivy"
    path.mkdir()
    builder = engine.SchemaBuilder()
    builder.add_integer_field("id", stored=True)
    for name in ("title", "body"):
        builder.add_text_field(name, tokenizer_name="en_stem")
    index = engine.Index(builder.build(), path=str(path))
    start = time.perf_counter()
    writer = index.writer()
    for number, title, text in made.documents():
        writer.add_document(engine.Document(id=number, title=title, body=text))
    writer.commit()
    writer.wait_merging_threads()
    build = time.perf_counter() - start
    index.reload()
    searcher = index.searcher()

    def ask(question: str) -> list[int]:
        words = " ".join(word for word in question.split() if word.isalnum() and word not in _STOPS)
        query = index.parse_query(words, ["title", "body"], field_boosts={"title": 5.0})
        return [searcher.doc(address)["id"][0] for _, address in searcher.search(query, 10).hits]

    return _row("tantivy", made, ask, build, path)


CONTENDERS: tuple[Callable[[Path, Made], Row], ...] = (ours, plain_fts5, tantivy)


def _batches(documents: Iterator[Document], size: int) -> Iterator[list[Document]]:
    while batch := list(itertools.islice(documents, size)):
        yield batch
