"""Search: speed and relevance in a large archive, ours beside plain FTS5 bm25 and tantivy, and readers' alerts.

Each contender indexes the same made articles, with the Cranfield collection scattered among them by age where
SHAREWIRE_EVAL names the evaluation folder.  Speed is asked with words of every rarity; relevance is nDCG@10 of
Cranfield's own queries in that same index.  Speed is that of indexes in the machine's memory (they are read through
once before); what three words take of an index that is on the disk alone stands beside it.  Then the same on
PostgreSQL, Cranfield alone on both databases, and 100,000 alerts against one article.  Every aim of ours is told as met
or missed.

A million articles take a while to index: --keep FOLDER keeps what was built for the next run.  What is going on, and
each figure as soon as it is known, is told on the error output; stopped early, it shows what it has.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bench import _alerts
from bench._archive import WORST, Alone, Made, tell
from bench._engines import Ask, Engine, Ours, OursOnPostgres, PlainFts5, Row, Stale, Tantivy, ready

_ENGINES: dict[str, Callable[[], Engine]] = {
    "ours": Ours,
    "plain": PlainFts5,
    "tantivy": Tantivy,
    "postgresql": OursOnPostgres,
}
_OTHERS = ("alone", "alerts")
_BELOW_PLAIN, _BELOW_SQLITE = 0.05, 0.03
_MILLION = 1_000_000
_PIECE = 16 * 1024 * 1024
_HOW = """
These are {articles:,} articles.  The aims are meant for a million, whose indexes take about half an hour to build, and
on PostgreSQL as long again; they are kept in the folder for the next run:
    python -m bench search --articles 1000000 --keep FOLDER"""


def main(argv: Sequence[str]) -> int:
    options = _parser().parse_args(argv)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a time limit's end is told like a person's
    rows: list[Row] = []
    beside: list[Row] = []
    waiting: list[Row] = []
    stopped = False
    try:
        with contextlib.ExitStack() as stack:
            home = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            home.mkdir(parents=True, exist_ok=True)
            for row in _large(options, home):
                rows.append(row)
        beside += cranfield_alone() if "alone" in options.only else []
        waiting += _alerts.measure(options.alerts, options.seed) if "alerts" in options.only else []
    except Stale as stale:
        print(f"{stale}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        stopped = True
        tell("Stopped early: this is what was measured until now.")
    told = aims(rows, beside, waiting)
    if options.json:
        result = {"bench": "search", "articles": options.articles, "rows": rows, "cranfield": beside}
        print(json.dumps({**result, "alerts": waiting, "aims": told}))
    else:
        _show(rows, beside, waiting, told)
        if options.articles < _MILLION:
            print(_HOW.format(articles=options.articles))
    return 130 if stopped else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench search", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--postgres", type=int, help="articles on PostgreSQL, if not as many")
    parser.add_argument("--alerts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the indexes there, and use those kept there")
    everything = [*_ENGINES, *_OTHERS]
    parser.add_argument(
        "--only", type=lambda said: said.split(","), default=everything, help=f"some of: {','.join(everything)}"
    )
    parser.add_argument("--json", action="store_true")
    return parser


def _large(options: argparse.Namespace, home: Path) -> Iterator[Row]:
    """A row for every contender; PostgreSQL has one of SQLite with as many articles beside it."""
    made = Made(options.articles, options.seed)
    fewer = options.postgres or made.count
    for name in (name for name in _ENGINES if name in options.only):
        if name == "postgresql" and fewer != made.count:
            small = Made(fewer, options.seed)
            yield from (_row(engine, home, small) for engine in (Ours(), OursOnPostgres()))
            continue
        with contextlib.suppress(ImportError):  # tantivy or a PostgreSQL server that is not installed
            yield _row(_ENGINES[name](), home, made)


def _row(engine: Engine, home: Path, made: Made) -> Row:
    tell(f"{engine.name}: the index of {made.count:,} articles")
    row: Row = {"articles": made.count, **ready(engine, home / str(made.count), made)}
    tell(f"{engine.name}: {_line(row)}")
    files = [one for one in (home / str(made.count) / engine.folder).rglob("*") if one.is_file()]
    _forget(files)
    with engine.open(home / str(made.count) / engine.folder) as ask:
        for part in (_from_disk, _speed, _relevance):
            found = part(ask, made)
            tell(f"{engine.name}: {_line(found)}")
            row |= found
            _remember(files)
    return row


def _line(row: Row) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in row.items() if name != "contender")


def _forget(files: Sequence[Path]) -> None:
    """Nothing of them is in the machine's memory."""
    for path in files:
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _remember(files: Sequence[Path]) -> None:
    """All of them are, if there is room; what was read of them in pieces may be gone again on a machine of its own
    rules, and would say more of the disk than of the engine."""
    for path in files:
        with contextlib.suppress(FileNotFoundError), path.open("rb", buffering=0) as file:
            while file.read(_PIECE):
                pass


def _from_disk(ask: Ask, made: Made) -> Row:
    times = [_timed(ask, question) for question in made.cold()]
    return {
        "3w from disk p50": _percentile([wall for wall, _ in times], 0.5),
        "3w from disk p95": _percentile([wall for wall, _ in times], 0.95),
    }


def _speed(ask: Ask, made: Made) -> Row:
    """Of an engine that has been asked before, as in a bot that runs: its pages are in the machine's memory."""
    row: Row = {}
    for question in made.warming():
        ask(question)
    for words in (1, 2, 3):
        times = [_timed(ask, question) for question in made.questions(words)]
        for what, share in (("p50", 0.5), ("p95", 0.95)):
            row[f"{words}w {what} ms"] = _percentile([wall for wall, _ in times], share)
            row[f"{words}w {what} CPU"] = _percentile([cpu for _, cpu in times], share)
    worst = [_timed(ask, words) for words in WORST]
    return row | {"worst ms": max(wall for wall, _ in worst), "worst CPU": max(cpu for _, cpu in worst)}


def _relevance(ask: Ask, made: Made) -> Row:
    times: list[tuple[float, float]] = []
    answers: dict[str, list[int]] = {}
    for query, text in made.queries.items():
        times.append(_timed(lambda asked, query=query: answers.__setitem__(query, ask(asked)), text))  # type: ignore[misc]
    if not times:
        return {"long p50 ms": None, "long p50 CPU": None, "nDCG@10": None}
    walls, cpus = [wall for wall, _ in times], [cpu for _, cpu in times]
    return {
        "long p50 ms": _percentile(walls, 0.5),
        "long p50 CPU": _percentile(cpus, 0.5),
        "nDCG@10": made.ndcg(answers),
    }


def _timed(ask: Callable[[str], Any], question: str) -> tuple[float, float]:
    """Milliseconds by the clock, and of the processor: on a shared machine only the latter says what a search costs."""
    start, used = time.perf_counter(), time.process_time()
    ask(question)
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - used)


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def cranfield_alone() -> list[Row]:
    """nDCG@10 with nothing else in the archive, on SQLite and on PostgreSQL."""
    archive = Alone()
    rows: list[Row] = []
    for engine in (Ours(), OursOnPostgres()) if archive.found else ():
        with contextlib.suppress(ImportError), tempfile.TemporaryDirectory() as name:
            engine.build(Path(name), archive)
            with engine.open(Path(name)) as ask:
                rows.append({"Cranfield alone": engine.name, "nDCG@10": archive.ndcg(ask)})
                tell(_line(rows[-1]))
    return rows


# ── what is told ─────────────────────────────────────────────────────────────────────────────────────────────────


def aims(rows: Sequence[Row], beside: Sequence[Row], waiting: Sequence[Row]) -> list[Row]:
    """Every aim with what was measured; one that this run did not measure is left out."""
    told: list[Row] = []

    def tell(aim: str, value: float | None, limit: float, *, least: bool = False) -> None:
        if value is not None:
            told.append({"aim": aim, "value": value, "met": value >= limit if least else value <= limit})

    most = max((row["articles"] for row in rows), default=0)
    by_name = {row["contender"]: row for row in rows if row["articles"] == most}
    ours, plain = by_name.get("ours", {}), by_name.get("plain FTS5", {})
    if ours:
        slowest = max(ours[f"{words}w p95 ms"] for words in (1, 2, 3))
        tell("one to three words, p95 at most 10 ms", slowest, 10)
        tell("the worst word, at most 50 ms", ours["worst ms"], 50)
    if ours.get("nDCG@10") is not None and plain:
        tell("nDCG@10 below plain bm25, at most .05", plain["nDCG@10"] - ours["nDCG@10"], _BELOW_PLAIN)
    pairs = [(row["nDCG@10"], row["articles"]) for row in rows if row["contender"] == OursOnPostgres.name]
    for value, articles in pairs:
        lite = next((r["nDCG@10"] for r in rows if r["contender"] == "ours" and r["articles"] == articles), None)
        if value is not None and lite is not None:
            tell(f"PostgreSQL and SQLite, {articles:,} articles, apart at most .03", abs(value - lite), _BELOW_SQLITE)
    for row in beside:
        tell(f"Cranfield alone, {row['Cranfield alone']}, nDCG@10 at least .54", row["nDCG@10"], 0.54, least=True)
    for row in waiting:
        tell(f"{row['alerts']:,} alerts, one article, {row['database']}, p95 at most 20 ms", row["p95 ms"], 20)
    return told


def _show(rows: Sequence[Row], beside: Sequence[Row], waiting: Sequence[Row], told: Sequence[Row]) -> None:
    if rows:
        names = list(dict.fromkeys(name for row in rows for name in row if name != "contender"))
        print(" " * 14, *(f"{row['contender']:>20}" for row in rows))
        for name in names:
            print(f"{name:14}", *(f"{_shown(row.get(name)):>20}" for row in rows))
    for row in [*beside, *waiting]:
        print("  ".join(f"{name} {_shown(value)}" for name, value in row.items()))
    for aim in told:
        print(f"{'met   ' if aim['met'] else 'MISSED'}  {aim['aim']}: {_shown(aim['value'])}")


def _shown(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or "–"
    return f"{value:.3f}" if isinstance(value, float) and abs(value) < 1 else f"{value:,.1f}".removesuffix(".0")
