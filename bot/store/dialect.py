"""The few places where the two databases differ, each named; and many rows written past the work that SQLAlchemy does
for every single value, which costs more than the databases themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from itertools import chain
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    FromClause,
    Select,
    String,
    Table,
    Text,
    TypeDecorator,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from bot.store.lite import Several

_SEVERAL: Final = 400
"""Values in one statement for SQLite; what it gains by more, compiling the statement takes away again."""


_COPIED: Final = 50
"""Rows from which on COPY is worth its own trip."""


def insert(tx: AsyncConnection, table: Table) -> Any:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update` (the same words on both)."""
    return sqlite.insert(table) if is_sqlite(tx) else postgresql.insert(table)


def is_sqlite(tx: AsyncConnection) -> bool:
    return tx.dialect.name == "sqlite"


async def next_ids(tx: AsyncConnection, table: Table, count: int) -> list[int]:
    """Numbers for so many new rows, rising; in a transaction that writes."""
    if is_sqlite(tx):  # its one writer is us
        last = (await tx.execute(select(func.max(table.c.id)))).scalar_one() or 0
        return list(range(last + 1, last + 1 + count))
    sequence = func.pg_get_serial_sequence(table.name, "id")
    rows = await tx.execute(select(func.nextval(sequence)).select_from(func.generate_series(1, count)))
    return sorted(rows.scalars())


async def insert_rows(
    tx: AsyncConnection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]], *, conflict: str = ""
) -> None:
    """Rows of the columns `names`, in one go; `conflict`: an ON CONFLICT clause, written alike on both.

    SQLite takes several rows a statement: its driver lets go of the interpreter at each (see `in_one_row`).  PostgreSQL
    takes many by COPY."""
    columns = [
        values if (to := _encoder(tx, table, name)) is None else map(to, values)
        for name, values in zip(names, zip(*rows, strict=True), strict=False)
    ]
    if columns:
        given = list(zip(*columns, strict=True))
        if len(given) >= _COPIED and not conflict and not is_sqlite(tx):
            await copy_rows(tx, table.name, names, given)
            return
        several = _SEVERAL // len(names) if is_sqlite(tx) else 1
        whole = len(given) - len(given) % several
        head, place = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ", _places(tx, len(names))
        if whole and several > 1:
            groups = [tuple(chain.from_iterable(given[n : n + several])) for n in range(0, whole, several)]
            await tx.exec_driver_sql(f"{head}{', '.join([place] * several)} {conflict}", groups)
            given = given[whole:]
        if given:
            await tx.exec_driver_sql(f"{head}{place} {conflict}", given)


async def copy_rows(tx: AsyncConnection, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """PostgreSQL's COPY, with values as its driver takes them: a third of what an INSERT for each row costs."""
    driver: Any = (await tx.get_raw_connection()).driver_connection
    async with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            await copy.write_row(row)


def _places(tx: AsyncConnection, count: int) -> str:
    return f"({', '.join(['?' if is_sqlite(tx) else '%s'] * count)})"


def _encoder(tx: AsyncConnection, table: Table, name: str) -> Callable[[Any], Any] | None:
    """How our own types (store/columns.py) become what the driver takes; it takes the others as they are."""
    kind = table.c[name].type
    if not isinstance(kind, TypeDecorator):
        return None
    return partial(kind.process_bind_param, dialect=tx.dialect)


async def known_among(tx: AsyncConnection, table: Table, name: str, values: Sequence[str]) -> set[str]:
    """Those of the values that a column of text has."""
    if not values:
        return set()
    if is_sqlite(tx):
        given = func.json_each(json.dumps(list(values))).table_valued("value")
        query = select(table.c[name]).where(table.c[name].in_(select(given.c.value)))
    else:
        query = select(table.c[name]).where(table.c[name] == func.any(list(values)))
    return set((await tx.execute(query)).scalars())


def with_pairs(
    tx: AsyncConnection, table: Table, names: tuple[str, str], pairs: Sequence[tuple[int, str]]
) -> Select[Any]:
    """Rows of a table whose two columns have one of these pairs of values; on SQLite a row of NULLs for each that has
    none, since a LEFT JOIN is what makes it look them up one by one."""
    one, other = table.c[names[0]], table.c[names[1]]
    if not is_sqlite(tx):
        return select(table).where(tuple_(one, other).in_(pairs))
    given = func.json_each(json.dumps(pairs)).table_valued("value")
    number, text = func.json_extract(given.c.value, "$[0]"), func.json_extract(given.c.value, "$[1]")
    return select(table).select_from(given.outerjoin(table, and_(one == number, other == text)))


async def execute_all(tx: AsyncConnection, statements: Sequence[Executable], values: Mapping[str, Any]) -> Any:
    """Statements one after another, on SQLite in one trip to its thread (store.onetrip); gives what the first says in
    its one row, if it says something.  For what is done many times a second: the values are numbers and texts, as the
    columns hold them."""
    if is_sqlite(tx):
        result = await tx.exec_driver_sql(Several.of([_filled(statement, values) for statement in statements]))
        return result.scalar_one() if result.returns_rows else None
    first, *_ = [await tx.execute(statement, values) for statement in statements]
    return first.scalar_one() if first.returns_rows else None


def _filled(statement: Executable, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
    sql, names, constants = _compiled(statement)
    return sql, [values[name] if name in values else constants[name] for name in names]


@cache
def _compiled(statement: Any) -> tuple[str, Sequence[str], Mapping[str, Any]]:
    """For SQLite: the words, the names of the parameters in their order, and those whose values are part of it."""
    compiled = statement.compile(dialect=sqlite.dialect())
    return str(compiled), compiled.positiontup or (), compiled.params


def in_one_row(query: Any, *, for_sqlite: bool) -> Select[Any]:
    """A query whose answer is all rows of another, in its order, as one JSON text: a list of lists.

    For what is asked many times a second.  SQLite's driver works in a thread and lets go of the interpreter at every
    row; beside a busy event loop that costs more than the row itself."""
    rows = query.subquery("rows")
    if for_sqlite:
        return select(func.json_group_array(func.json_array(*rows.c)))
    return select(cast(func.coalesce(func.json_agg(func.json_build_array(*rows.c)), literal_column("'[]'")), Text))


def apart_from_indexes(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same value, but not by an index: for rows that are named by their keys and have one condition more.

    Where a table was filled a moment ago, the statistics say nothing of it yet, and both databases would rather walk
    through all rows of a state than look up the hundred that were asked for."""
    return column.concat("") if isinstance(column.type, String) else column + 0


def given_texts(name: str, *, for_sqlite: bool) -> Any:
    """The texts of one parameter, a JSON list, to compare with `in_`: binding each by itself costs more."""
    given = bindparam(name, type_=Text)
    if for_sqlite:
        return select(func.json_each(given).table_valued("value").c.value)
    return select(func.json_array_elements_text(cast(given, postgresql.JSON)))


def given_numbers(name: str, *, for_sqlite: bool) -> Any:
    """The same with whole numbers."""
    given = bindparam(name, type_=Text)
    if for_sqlite:
        return select(func.json_each(given).table_valued("value").c.value)
    each = func.json_array_elements_text(cast(given, postgresql.JSON)).column_valued("each")
    return select(cast(each, BigInteger))


def given_rows(columns: Mapping[str, TypeEngine[Any]], *, for_sqlite: bool) -> FromClause:
    """Rows to join with that come as one parameter, `given`: a JSON list of lists, with the values of these columns in
    this order; a list or an object among them comes as JSON text.

    One statement for many rows, for the same reason as `in_one_row`; on PostgreSQL it spares a round trip a row."""
    given = bindparam("given", type_=Text)
    if for_sqlite:
        each = func.json_each(given).table_valued("value", name="each")
        fields = [
            type_coerce(func.json_extract(each.c.value, literal_column(f"'$[{n}]'")), kind).label(name)
            for n, (name, kind) in enumerate(columns.items())
        ]
        return select(*fields).subquery("given")
    value = func.jsonb_array_elements(cast(given, postgresql.JSONB)).column_valued("each")
    texts = [(name, kind, value.op("->>")(literal_column(str(n)))) for n, (name, kind) in enumerate(columns.items())]
    return select(*[cast(text, kind).label(name) for name, kind, text in texts]).subquery("given")
