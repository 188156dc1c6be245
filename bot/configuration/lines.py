"""Which line of a TOML text a key stands on: `tomllib` reads values and drops their places.  Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

_HEADER = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*=")
_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9_-]+)")
_INNER = re.compile(r"[{,]\s*([A-Za-z0-9_-]+)\s*=")


def lines_of(text: str) -> Mapping[str, int]:
    """Dotted key -> line, counted from 1; tables stand on their header's line, keys of inline tables on their own."""
    found: dict[str, int] = {}
    table: tuple[str, ...] = ()
    closing = ""
    for number, line in enumerate(text.splitlines(), 1):
        if closing:  # inside a multi-line string
            closing = "" if closing in line else closing
            continue
        header = _HEADER.match(line)
        if header and "=" not in header[1]:
            table = _parts(header[1])
            for depth in range(1, len(table) + 1):
                found.setdefault(".".join(table[:depth]), number)
            continue
        key = _KEY.match(line)
        if key is None:
            continue
        path = (*table, *_parts(key[1]))
        found.setdefault(".".join(path), number)
        for inner in _INNER.findall(line):
            found.setdefault(".".join((*path, inner)), number)
        closing = next((mark for mark in ('"""', "'''") if line.count(mark) == 1), "")
    return found


def line_of(lines: Mapping[str, int], path: tuple[str, ...]) -> int:
    """The line of a key, or of the nearest table around it."""
    for depth in range(len(path), 0, -1):
        number = lines.get(".".join(path[:depth]))
        if number is not None:
            return number
    return 1


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(a or b or c for a, b, c in _PART.findall(dotted))
