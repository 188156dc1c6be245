"""`sharewire index`: an archive of any length comes in by pieces, may be stopped, and goes on."""

from __future__ import annotations

import gzip
import io
import json
import lzma
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bot.commands import loading
from bot.commands.loading import Progress, Ticker, told
from bot.errors import UsageError
from bot.store import search
from bot.store.database import Database, open_database

load_archive = partial(loading.load_archive, batch=4, many=6)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{tmp_path / 'archive.db'}")
    yield


def _lines(count: int) -> bytes:
    rows = [{"id": n, "title": f"Night bus number{n}", "text": "It runs until five."} for n in range(1, count + 1)]
    return b"\n".join(json.dumps(row).encode() for row in rows)


async def _found(word: str) -> list[int]:
    async with open_database(f"sqlite:///{Path.cwd() / 'archive.db'}") as db, db.read() as tx:
        return [one.id for one in (await search.search(tx, word, limit=50, now=NOW)).found]


async def test_an_archive_that_was_stopped_goes_on_where_it_was() -> None:
    Path("a.jsonl").write_bytes(_lines(10))

    def stop(progress: Progress) -> None:
        if progress.lines >= 8:
            raise KeyboardInterrupt

    stopped = Progress()
    with pytest.raises(KeyboardInterrupt):
        await load_archive("a.jsonl", stopped, stop)
    assert (stopped.lines, stopped.added) == (8, 8) and sorted(await _found("bus")) == list(range(1, 9))
    again = Progress()
    await load_archive("a.jsonl", again, lambda _: None)
    assert (again.added, again.known, again.lines) == (2, 8, 10)
    assert sorted(await _found("bus")) == list(range(1, 11)) and await _found("number10") == [10]


async def test_every_line_is_accounted_for() -> None:
    odd = b'{"title": 5}\n\n[1]\n{"title": " "}\nnot json\n{"title": "Night bus", "url": "https://a.example/1"}\n'
    twin = b'{"title": "Night bus", "url": "https://a.example/1"}'
    Path("a.jsonl").write_bytes(odd + twin)
    progress = Progress()
    await load_archive("a.jsonl", progress, lambda _: None)
    assert (progress.lines, progress.added, progress.known, progress.unusable) == (7, 1, 2, 3)
    assert [error.split(":")[1] for error in progress.errors] == ["1", "3", "5"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.xz"])
async def test_compressed_archives_are_opened(name: str) -> None:
    packed = {"gz": gzip.compress, "xz": lzma.compress}.get(name.rsplit(".")[-1], bytes)
    Path(name).write_bytes(packed(_lines(7)))
    progress, shares = Progress(), list[float | None]()
    await load_archive(name, progress, lambda progress: shares.append(progress.share))
    assert progress.added == 7 and shares[-1] == 1.0 and progress.ordering


async def test_a_file_that_cannot_be_read_says_so() -> None:
    with pytest.raises(UsageError):
        await load_archive("none.jsonl", Progress(), lambda _: None)
    Path("cut.jsonl.gz").write_bytes(gzip.compress(_lines(50))[:-20])
    with pytest.raises(UsageError, match="damaged"):
        await load_archive("cut.jsonl.gz", Progress(), lambda _: None)


async def test_a_bulk_load_finds_the_same_and_leaves_the_index_as_it_was(db: Database) -> None:
    from bot.model import Article, ArticleState
    from bot.store import articles

    read = [
        Article(id=n, source_id=None, state=ArticleState.READY, url=None, title=f"Night bus {n}", text=f"stop{n % 7}")
        for n in range(1, 40)
    ]
    async with db.write() as tx:
        await search.begin_bulk(tx)
    for start in range(0, len(read), 10):
        async with db.write() as tx:
            some = read[start : start + 10]
            await articles.add_read(tx, some, [(f"k{article.id}",) for article in some], now=NOW)
            await search.index_articles(tx, some, now=NOW)
    async with db.write() as tx:
        await search.end_bulk(tx)
    async for _ in search.put_in_order(db):
        pass
    async with db.read() as tx:
        assert sorted(one.id for one in (await search.search(tx, "stop3", limit=50, now=NOW)).found) == list(
            range(3, 40, 7)
        )


def test_progress_is_told_in_a_line() -> None:
    progress = Progress(lines=2_000, added=1_990, share=0.25)
    assert told(progress, 0.5) == "2,000 lines read, 1,990 articles added"
    assert told(progress, 60) == "2,000 lines read, 1,990 articles added, 25%, about 3 min left"
    assert told(Progress(lines=10, share=0.5), 20).endswith("about 20 s left")
    assert told(Progress(lines=10, share=0.01), 100).endswith("about 2.8 h left")
    assert told(Progress(lines=9, ordering=True), 5) == "9 lines read; putting the index in order"


@pytest.mark.parametrize(
    ("terminal", "shown"), [(True, "\r1 lines read, 0 articles added\r2 lines"), (False, "2 lines")]
)
def test_a_terminal_has_one_line_and_a_log_a_line_every_half_minute(terminal: bool, shown: str) -> None:
    class Out(io.StringIO):
        def isatty(self) -> bool:
            return terminal

    now = [0.0]
    out = Out()
    ticker = Ticker(out, lambda: now[0])
    for lines, moment in ((0, 0.1), (1, 1.0), (2, 31.0)):
        now[0] = moment
        ticker(Progress(lines=lines))
    ticker.done()
    assert out.getvalue().startswith(shown) and out.getvalue().count("\n") == 1
