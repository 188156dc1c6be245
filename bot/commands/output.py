"""How commands print: JSON for machines, plain lines for people, colour only on a terminal that wants it."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any


def as_json(value: Any) -> Any:
    """Our values as JSON: dataclasses become objects, instants ISO 8601 with offset, sets and tuples lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: as_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(k): as_json(v) for k, v in value.items()}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Sequence | set | frozenset):
        return [as_json(v) for v in value]
    return str(value)


def print_json(value: Any, *, line: bool = False) -> None:
    """One JSON document, indented on a terminal; `line` keeps it on one line."""
    indent = None if line or not sys.stdout.isatty() else 2
    print(json.dumps(as_json(value), ensure_ascii=False, indent=indent).encode("utf-8", "replace").decode(), flush=True)


def is_plain() -> bool:
    """True where neither colour nor line drawing should appear."""
    return not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def table(rows: Sequence[Sequence[object]], head: Sequence[str]) -> str:
    """Columns aligned with spaces; the last one is not cut."""
    lines = [list(map(str, head)), *([("–" if cell is None else str(cell)) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
