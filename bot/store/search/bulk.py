"""Loading a whole archive: the index takes large pieces, and is put in order once at the end.

Both databases keep a full-text index in pieces that are merged as articles come, which is right for a few an hour and
costs most of the time with a million at once.  What is set here may stay set when the program is killed: the index
answers all the same, only slower, and the next load ends it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from sqlalchemy import text

from bot.store import dialect
from bot.store.database import Database, Tx

_HASH: Final = 32 * 1024 * 1024  # bytes of new words held in memory (FTS5's own: 1 MiB)
_PAGES: Final = 2_000  # of the index that one step of merging writes, some 8 MB
_USUAL: Final = {"automerge": 4, "hashsize": 1024 * 1024}
_BULK: Final = {"automerge": 0, "hashsize": _HASH}
_POSTGRES: Final = (
    "SELECT gin_clean_pending_list('search_texts_tokens')",
    "ANALYZE search_texts",
    "ANALYZE articles",
)
_SET: Final = "INSERT INTO search_texts (search_texts, rank) VALUES (:name, :value)"


async def begin_bulk(tx: Tx) -> None:
    """Before many articles are indexed, in transactions of some thousands each."""
    if dialect.is_sqlite(tx):
        await _configure(tx, _BULK)
        return
    # what is new waits in a list of up to 64 MB, which goes into the index sorted
    await tx.execute(text("ALTER INDEX search_texts_tokens SET (fastupdate = on, gin_pending_list_limit = 65536)"))


async def end_bulk(tx: Tx) -> None:
    """As it was before; also when the load was broken off."""
    if dialect.is_sqlite(tx):
        await _configure(tx, _USUAL)
        return
    await tx.execute(text("ALTER INDEX search_texts_tokens SET (fastupdate = off)"))
    await tx.execute(text("ALTER INDEX search_texts_tokens RESET (gin_pending_list_limit)"))


async def put_in_order(db: Database) -> AsyncIterator[None]:
    """Merge what was written, in steps that each hold the write lock shortly."""
    if not db.is_sqlite:
        for statement in _POSTGRES:
            async with db.write() as tx:
                await tx.execute(text(statement))
            yield
        return
    pages = -_PAGES  # less than nothing: take all pieces together from now on (FTS5, "The 'merge' Command")
    while True:
        async with db.write() as tx:
            before = await _changes(tx)
            await tx.execute(text(_SET), {"name": "merge", "value": pages})
            if await _changes(tx) - before < 2:
                return
        pages = _PAGES
        yield


async def _configure(tx: Tx, settings: dict[str, int]) -> None:
    for name, value in settings.items():
        await tx.execute(text(_SET), {"name": name, "value": value})


async def _changes(tx: Tx) -> int:
    return int((await tx.execute(text("SELECT total_changes()"))).scalar_one())
