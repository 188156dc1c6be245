"""What a database says when it does not work now, in people's words: no room, not writable, not there.

Only what waiting or a person at the machine can mend becomes a `StoreError`; what a statement of ours or a value in it
brought about stays as it is (a bug, or one article's own trouble).
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from bot.errors import Problem, StoreError, phrase

FULL: Final = "SW-D07"
MEANWHILE: Final = phrase(
    "Nothing is sent and nothing is lost; it goes on by itself as soon as the database can be written to."
)

_LITE_FULL: Final = 13
_LITE_FAILING: Final = frozenset({5, 6, 8, 10, 11, 14, 26})
"""Busy, locked, read-only, input or output, corrupt, cannot open, no database (https://www.sqlite.org/rescode.html)."""
_SERVER_FULL: Final = "53100"
_SERVER_FAILING: Final = ("25006", "40001", "40P01", "53", "58")
"""Read-only, two in each other's way, out of something, its system (PostgreSQL's manual, appendix A)."""
_SERVER_AWAY: Final = ("08", "25P03", "57P")


def told(error: DBAPIError, url: URL) -> StoreError | None:
    """The same as a person is told it; None for what is no trouble of the database itself."""
    said = _said(error)
    lite = getattr(error.orig, "sqlite_errorcode", None)
    if lite is not None:
        if lite & 0xFF == _LITE_FULL:
            return StoreError(full(said, url))
        return StoreError(not_writable(said, url)) if lite & 0xFF in _LITE_FAILING else None
    state = getattr(error.orig, "sqlstate", None)
    if state == _SERVER_FULL:
        return StoreError(full(said, url))
    if state is not None and state.startswith(_SERVER_FAILING):
        return StoreError(not_writable(said, url))
    is_away = error.connection_invalidated or type(error.orig).__name__ == "OperationalError"
    if (state or "").startswith(_SERVER_AWAY) or (state is None and is_away):
        return StoreError(not_answering(said, url))
    return None


def full(said: str, url: URL) -> Problem:
    return Problem(
        code="SW-D07",
        title=phrase("The disk is full."),
        cause=phrase("The database has no room to write ({said}).", said=said),
        fix=phrase("Make room on the disk of {place}; nothing else has to be done.", place=_place(url)),
        where=_place(url),
        meanwhile=MEANWHILE,
    )


def not_writable(said: str, url: URL) -> Problem:
    return Problem(
        code="SW-D08",
        title=phrase("The database cannot be written to."),
        cause=phrase("It says: {said}.", said=said),
        fix=phrase("Look at the disk of {place}, and at other programs that use this database.", place=_place(url)),
        where=_place(url),
        meanwhile=MEANWHILE,
    )


def not_answering(said: str, url: URL) -> Problem:
    return Problem(
        code="SW-D09",
        title=phrase("The database does not answer any more."),
        cause=phrase("It says: {said}.", said=said),
        fix=phrase("Look whether the database server at {place} runs.", place=_place(url)),
        where=_place(url),
        meanwhile=MEANWHILE,
    )


def _place(url: URL) -> str:
    """The file, or where the server is; never with a password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    host: Any = url.host or url.query.get("host") or "localhost"
    return f"{host}/{url.database}"


def _said(error: DBAPIError) -> str:
    """The first line of what the database said: PostgreSQL adds the statement's context below."""
    lines = str(error.orig).strip().splitlines()
    return (lines[0] if lines else type(error.orig).__name__).rstrip(".")[:200]
