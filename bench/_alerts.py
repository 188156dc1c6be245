"""100,000 readers' alerts against one article: what `bot.store.alerts.matching` takes, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import itertools
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench._archive import tell

NOW = datetime(2026, 11, 22, tzinfo=UTC)
_VOCABULARY = 40_000
_RUNS = 60


def measure(count: int, seed: int) -> list[dict[str, Any]]:
    from bench._workload import postgres
    from bot.commands.serving import collect_seldom

    collect_seldom()  # as `sharewire run` does
    tell(f"{count:,} alerts, and articles that some of them wait for")
    with tempfile.TemporaryDirectory() as folder:
        rows = [asyncio.run(_measure("sqlite", f"sqlite:///{Path(folder) / 'alerts.db'}", count, seed))]
        tell(", ".join(f"{name} {value}" for name, value in rows[0].items()))
        try:
            with postgres(f"{folder}/pg") as uri:
                rows.append(asyncio.run(_measure("postgresql", uri, count, seed)))
        except ImportError:
            pass
    return rows


def _asked(count: int, seed: int) -> list[str]:
    """One to three words, some as a phrase, with an exclusion or a language.  People follow names and subjects, not the
    commonest words: any rank from the 400th on, each size of it alike."""
    chooser = random.Random(seed)

    def word() -> str:
        return f"word{int(400 * (_VOCABULARY / 400) ** chooser.random())}"

    asked = []
    for _ in range(count):
        said = [word() for _ in range(chooser.choice((1, 2, 2, 2, 3)))]
        kind = chooser.random()
        asked.append(f'"{" ".join(said)}"' if kind < 0.1 else " ".join(said))
        if 0.1 <= kind < 0.2:
            asked[-1] += f" -{word()}"
        elif kind < 0.25:
            asked[-1] += " lang:en"
    return asked


async def _measure(name: str, url: str, count: int, seed: int) -> dict[str, Any]:
    from bot.model import Article, ArticleState
    from bot.store import alerts
    from bot.store.database import open_database

    chooser = random.Random(seed + 1)
    weights = list(itertools.accumulate(1 / (n + 8) for n in range(_VOCABULARY)))
    words = [f"word{n}" for n in range(_VOCABULARY)]
    _in_a_process(_fill_at, url, count, seed)  # what it leaves in memory is none of a bot's that answers
    async with open_database(url) as db:
        wall, cpu, hits = [], [], []
        for number in range(_RUNS):
            text = " ".join(chooser.choices(words, cum_weights=weights, k=500))
            article = Article(id=number, source_id=None, state=ArticleState.READY, url=None, title=text[:60], text=text,
                              language="en")  # fmt: skip
            started, used = time.perf_counter(), time.process_time()
            async with db.read() as tx:
                found = await alerts.matching(tx, article, now=NOW)
            wall.append(1000 * (time.perf_counter() - started))
            cpu.append(1000 * (time.process_time() - used))
            hits.append(len(found))
    middle, high = _RUNS // 2, int(0.95 * _RUNS)
    wall.sort()
    cpu.sort()
    return {
        "alerts": count,
        "database": name,
        "p50 ms": wall[middle],
        "p95 ms": wall[high],
        "CPU p50 ms": cpu[middle],
        "CPU p95 ms": cpu[high],
        "hits": sum(hits) / _RUNS,
    }


def _in_a_process(work: Callable[..., None], *given: Any) -> None:
    process = get_context("spawn").Process(target=work, args=given)
    process.start()
    process.join(300)
    if process.exitcode != 0:
        process.kill()
        raise SystemExit("The alerts could not be kept.")


def _fill_at(url: str, count: int, seed: int) -> None:
    from bot.store.database import open_database

    async def fill() -> None:
        async with open_database(url) as db:
            await _fill(db, _asked(count, seed))

    asyncio.run(fill())


async def _fill(db: Any, asked: list[str]) -> None:
    """As `alerts.add` files them, many at once."""
    from sqlalchemy import insert, text

    from bot.store.schema import alert_searches, alert_terms, alerts

    searches, terms, rows = await _filed(asked)
    async with db.write() as tx:
        await tx.execute(insert(alert_searches), searches)
        await tx.execute(insert(alert_terms), terms)
        await tx.execute(insert(alerts), rows)
        for table in (alert_searches, alert_terms, alerts):  # as PostgreSQL does by itself after a while
            await tx.execute(text(f"ANALYZE {table.name}"))


async def _filed(asked: list[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of the three tables.  The archive is empty on either database, so one in memory tells which word is rare."""
    from bot.store.alerts.keeping import file_under
    from bot.store.alerts.wish import Wish
    from bot.store.database import open_database
    from bot.store.search.asking import ask_in
    from bot.store.search.query import parse_query

    searches: dict[str, dict[str, Any]] = {}
    terms, rows = [], []
    async with open_database("sqlite:///:memory:") as empty, empty.read() as tx:
        for number, said in enumerate(asked):
            wish = Wish.of(parse_query(said, now=NOW), said)
            if wish.key not in searches:
                values = {"id": len(searches) + 1, "key": wish.key, "query": wish.as_json(), "created_at": NOW}
                searches[wish.key] = values
                filed = await ask_in(tx, lambda ask, wish=wish: file_under(ask, wish))  # type: ignore[misc]
                terms += [{**row, "search_id": values["id"]} for row in filed]
            common = {"bot_id": 1, "kind": "instant", "state": "on", "created_at": NOW}
            search_id = searches[wish.key]["id"]
            rows.append({**common, "user_id": number, "search_id": search_id, "text": said})
    return list(searches.values()), terms, rows
