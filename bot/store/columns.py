"""How values become columns: one encoding for each kind, the same on SQLite and PostgreSQL.

Instants are whole milliseconds since 1970 in UTC (BIGINT), so both databases sort, compare and index them alike;
durations are whole seconds; lists and mappings are JSON text.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_LONG: Final = 200  # characters
_ESCAPES: Final = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r"))  # the backslash first
_CONTROLS: Final = bytes(range(32))
_NUL: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
"""An encoded NUL; not the six characters that look like one, whose backslash is doubled."""


def to_millis(moment: datetime) -> int:
    """Whole milliseconds since 1970 in UTC.  Raises ValueError for a naive time: it would mean another instant
    on every machine."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without zone cannot be stored: {moment!r}")
    return (moment - _EPOCH) // _MILLISECOND


def from_millis(value: int) -> datetime:
    return _EPOCH + value * _MILLISECOND


def encode(value: Any) -> str:
    """JSON.  Long texts in a mapping are written past the encoder, which looks at every single character."""
    if type(value) is not dict:
        return _encode(value)
    long = [name for name, text in value.items() if type(text) is str and len(text) >= _LONG]
    if not long:
        return _encode(value)
    parts = [f"{_quoted(name)}:{_quoted(value[name])}" for name in long]
    rest = _encode({name: part for name, part in value.items() if name not in long})
    return f"{{{','.join(filter(None, (rest[1:-1], *parts)))}}}"


def decode(text: str) -> Any:
    """JSON that is read a thousand times a second.  What the quicker reader is strict about (lone surrogates), Python's
    own takes."""
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)


def _quoted(text: str) -> str:
    """To look for a character costs a hundredth of writing one by one."""
    escaped = text
    for character, said in _ESCAPES:
        if character in text:
            escaped = escaped.replace(character, said)
    raw = escaped.encode("utf-8", "replace")
    return f'"{escaped}"' if len(raw.translate(None, _CONTROLS)) == len(raw) else _encode(text)


def clean(text: str) -> str:
    """Without NULs, and with ? for lone surrogates: text that both databases take."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


class Instant(TypeDecorator[datetime]):
    """An aware datetime; comes back in UTC, cut to milliseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_millis(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_millis(value)


class Seconds(TypeDecorator[timedelta]):
    """A duration in whole seconds."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value.total_seconds())

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(seconds=value)


class JsonText(TypeDecorator[Any]):
    """A JSON value as text.  NULs, which PostgreSQL refuses in text, are left out."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        encoded = encode(value)
        return _NUL.sub(r"\1", encoded) if "\\u0000" in encoded else encoded

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Words(TypeDecorator[str]):
    """Text from outside.  NULs are left out (PostgreSQL refuses them) and lone surrogates become U+FFFD (no
    database takes them)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value)
