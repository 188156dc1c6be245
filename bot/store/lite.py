"""SQLite's connection with one thing more: a whole piece of work done in the driver's thread.

The asynchronous driver runs each statement in a thread of its own and wakes the event loop for each; work of many small
statements would spend more on that than on the statements.  `sqlite3.connect` takes the connection's class
(`factory`), and aiosqlite hands on what it is told to execute, so a piece of work travels as a statement would.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Generic, Self, TypeVar

import aiosqlite

Value = TypeVar("Value")


class _Work(str, Generic[Value]):
    """What is done instead of a statement, and what came of it."""

    do: Callable[[sqlite3.Connection], Value]
    value: Value


class Several(str):
    """Statements with their parameters that travel as one, to be executed one after another."""

    steps: Sequence[tuple[str, Sequence[Any]]]

    @classmethod
    def of(cls, steps: Sequence[tuple[str, Sequence[Any]]]) -> Self:
        made = cls(";\n".join(sql for sql, _ in steps))
        made.steps = steps
        return made


class LiteConnection(sqlite3.Connection):
    def execute(self, statement: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if isinstance(statement, _Work):
            statement.value = statement.do(self)
            return self.cursor()
        return super().execute(statement, parameters)


async def run_in_thread(driver: aiosqlite.Connection, do: Callable[[sqlite3.Connection], Value]) -> Value:
    """What `do` gives, run in the thread of a connection that was made by `factory=LiteConnection`."""
    work: _Work[Value] = _Work("SELECT 1")
    work.do = do
    await driver.execute(work)
    return work.value
