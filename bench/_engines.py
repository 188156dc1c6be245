"""The contenders of `python -m bench search`: each builds its index of the made articles in a folder, and answers from
it.  An index that was built to its end has a note beside it of what it was built of, and is used again by a later run;
one built of other articles or by other code is refused."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import shutil
import sqlite3
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from bench._archive import NOW, Document, Made, batches, tell

Row = dict[str, Any]
Ask = Callable[[str], list[int]]
_BATCH = 5_000
_BATCH_POSTGRES = 1_000  # a transaction that waits for its client too long is ended
_TOLD_EVERY = 50_000  # articles


class Archive(Protocol):
    """Articles to be indexed, with when each was published."""

    def documents(self) -> Iterator[Document]: ...

    def published(self, number: int) -> datetime: ...


class Stale(Exception):
    """A kept index that is not what would be built now."""


class Engine(Protocol):
    name: str
    folder: str

    @abstractmethod
    def mark(self) -> str:
        """Changes when the index would be built otherwise."""

    @abstractmethod
    def build(self, folder: Path, made: Made) -> Row:
        """Sizes, and what else is to be told of the index."""

    @abstractmethod
    def open(self, folder: Path) -> AbstractContextManager[Ask]: ...


def ready(engine: Engine, home: Path, made: Made) -> Row:
    """The index's row, built now unless it was kept: seconds, sizes.  Raises Stale."""
    folder, note = home / engine.folder, home / f"{engine.folder}.json"
    mark = hashlib.sha256(f"{made.mark()} {engine.mark()}".encode()).hexdigest()
    if note.exists():
        told = json.loads(note.read_text())
        if told.pop("mark") != mark:
            raise Stale(
                f"{folder} was built of other articles or by other code. "
                f"Remove it with {note.name}, or name another folder with --keep."
            )
        return {"contender": engine.name, **told}
    shutil.rmtree(folder, ignore_errors=True)  # a build that was cut short
    folder.mkdir(parents=True)
    started, used = time.perf_counter(), time.process_time()
    told = engine.build(folder, made)
    told = {"build s": time.perf_counter() - started, "build CPU s": time.process_time() - used, **told}
    note.write_text(json.dumps({"mark": mark, **told}))
    return {"contender": engine.name, **told}


class Ours(Engine):
    """`bot.store.search` as shipped, the articles' own rows included in all figures."""

    name, folder = "ours", "ours"

    def mark(self) -> str:
        return asyncio.run(_index_of_a_sample())

    def build(self, folder: Path, made: Archive) -> Row:
        asyncio.run(_fill(self._url(folder), made))
        return {"MB": _size(folder), "index MB": _size_of_index(folder / "archive.db")}

    def open(self, folder: Path) -> AbstractContextManager[Ask]:
        return _answering(self._url(folder))

    def _url(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'archive.db'}"


class OursOnPostgres(Ours):
    name, folder = "ours on PostgreSQL", "postgresql"

    def build(self, folder: Path, made: Archive) -> Row:
        from bench._workload import postgres

        with postgres(str(folder)) as url:
            asyncio.run(_fill(url, made))
        return {"MB": _size(folder)}

    @contextlib.contextmanager
    def open(self, folder: Path) -> Iterator[Ask]:
        from bench._workload import postgres

        with postgres(str(folder)) as url, _answering(url) as ask:
            yield ask


async def _fill(url: str, made: Archive) -> None:
    from bot.model import Article, ArticleState
    from bot.store import dialect, search
    from bot.store.database import open_database
    from bot.store.schema import articles

    names = ("id", "title", "text", "found_at", "baseline", "language", "state", "published")
    common: Row = {"source_id": None, "state": ArticleState.READY, "url": None, "language": "en"}
    async with open_database(url) as db:
        async with db.write() as tx:
            await search.begin_bulk(tx)
        for batch in batches(made.documents(), _BATCH if db.is_sqlite else _BATCH_POSTGRES):
            rows = [(n, title, text, NOW, True, "en", "ready", made.published(n)) for n, title, text in batch]
            read = [Article(id=n, title=title, text=text, **common) for n, title, text in batch]
            async with db.write() as tx:
                await dialect.insert_rows(tx, articles, names, rows)
                await search.index_articles(tx, read, now=NOW)
            if batch[-1][0] % _TOLD_EVERY == 0:
                tell(f"    {batch[-1][0]:,}")
        async with db.write() as tx:
            await search.end_bulk(tx)
        async for _ in search.put_in_order(db):
            pass


async def _index_of_a_sample() -> str:
    """What the code makes of some articles, and the tables it makes of them."""
    from sqlalchemy import text

    from bot.model import Article, ArticleState
    from bot.store import search
    from bot.store.database import open_database

    common: Row = {"source_id": None, "state": ArticleState.READY, "url": None, "language": "en"}
    made = Made(2_000, 1)
    read = [Article(id=n, title=title, text=body, **common) for n, title, body in made.documents()]
    async with open_database("sqlite:///:memory:") as db, db.write() as tx:
        await search.index_articles(tx, read, now=NOW)
        tables = "SELECT name, sql FROM sqlite_master WHERE name LIKE 'search%' AND sql IS NOT NULL ORDER BY name"
        found = [tuple(row) for row in (await tx.execute(text(tables))).all()]
        shadows = tuple(f"{name}_" for name, sql in found if sql.startswith("CREATE VIRTUAL"))
        told = [sql for name, sql in found if not name.startswith(shadows)]
        for name, sql in found:
            if sql.startswith(("CREATE VIRTUAL", "CREATE TABLE")) and not name.startswith(shadows):
                told += [repr(row) for row in (await tx.execute(text(f"SELECT * FROM {name} ORDER BY 1"))).all()]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


@contextlib.contextmanager
def _answering(url: str) -> Iterator[Ask]:
    """The archive in an event loop of its own, as the bot has it: asked from outside."""
    import threading

    from bot.store import search
    from bot.store.database import open_database

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def do(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(600)

    opening = open_database(url)
    db = do(opening.__aenter__())

    async def answer(question: str) -> list[int]:
        async with db.read() as tx:
            found = await search.search(tx, question, limit=10, now=NOW)
        return [one.id for one in found.found]

    try:
        yield lambda question: do(answer(question))
    finally:
        do(opening.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class PlainFts5(Engine):
    """FTS5 with its porter tokenizer, every word quoted, OR, headline weighted 5, bm25 over all that match."""

    name, folder = "plain FTS5", "plain"
    _TABLE = "CREATE VIRTUAL TABLE t USING fts5(title, body, tokenize='porter unicode61')"
    _ASKED = "SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t, 5, 1) LIMIT 10"

    def mark(self) -> str:
        return self._TABLE

    def build(self, folder: Path, made: Made) -> Row:
        with contextlib.closing(sqlite3.connect(folder / "plain.db")) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(self._TABLE)
            for batch in batches(made.documents(), _BATCH):
                connection.executemany("INSERT INTO t (rowid, title, body) VALUES (?, ?, ?)", batch)
                connection.commit()
            connection.execute("INSERT INTO t (t) VALUES ('optimize')")
            connection.commit()
        return {"MB": _size(folder)}

    @contextlib.contextmanager
    def open(self, folder: Path) -> Iterator[Ask]:
        with contextlib.closing(sqlite3.connect(folder / "plain.db")) as connection:

            def ask(question: str) -> list[int]:
                asked = " OR ".join(f'"{word}"' for word in content(question))
                return [row[0] for row in connection.execute(self._ASKED, (asked,))]

            yield ask


class Tantivy(Engine):
    """tantivy with its English stemmer, headline weighted 5."""

    name = folder = "tantivy"

    def mark(self) -> str:
        from importlib.metadata import version

        return version("tantivy")

    def build(self, folder: Path, made: Made) -> Row:
        index = self._index(folder)
        import tantivy as engine  # type: ignore[import-not-found]

        writer = index.writer(num_threads=1)
        for number, title, text in made.documents():
            writer.add_document(engine.Document(id=number, title=title, body=text))
        writer.commit()
        writer.wait_merging_threads()
        return {"MB": _size(folder)}

    @contextlib.contextmanager
    def open(self, folder: Path) -> Iterator[Ask]:
        index = self._index(folder)
        index.reload()
        searcher = index.searcher()

        def ask(question: str) -> list[int]:
            query = index.parse_query(" ".join(content(question)), ["title", "body"], field_boosts={"title": 5.0})
            return [searcher.doc(address)["id"][0] for _, address in searcher.search(query, 10).hits]

        yield ask

    def _index(self, folder: Path) -> Any:
        import tantivy as engine

        builder = engine.SchemaBuilder()
        builder.add_integer_field("id", stored=True)
        for name in ("title", "body"):
            builder.add_text_field(name, tokenizer_name="en_stem")
        return engine.Index(builder.build(), path=str(folder))


_STOPS = frozenset(
    "a an and are as at be been but by can do for from had has have how if in into is it its no not of on or such that "
    "the their then there these they this to was were what when which will with".split()
)


def content(question: str) -> list[str]:
    """A question's words for the engines that leave no function words out by themselves."""
    return [word for word in question.split() if word.isalnum() and word not in _STOPS]


def _size(folder: Path) -> float:
    files = (one for one in folder.rglob("*") if one.is_file() and "backups" not in one.parts)
    return sum(one.stat().st_size for one in files) / 1e6


def _size_of_index(path: Path) -> float | None:
    """Without the articles themselves; None where SQLite was built without its table of sizes."""
    with contextlib.closing(sqlite3.connect(path)) as connection, contextlib.suppress(sqlite3.OperationalError):
        sizes = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search%'"
        return float(connection.execute(sizes).fetchone()[0]) / 1e6
    return None
