"""What commands are given to read: a file, an address, standard input, or a line of JSON for each document.

`--jsonl` reads `{id, file | text | url, base?, content_type?, …}` a line and writes `{id, …}` or `{id, error}` a line,
so that a thousand documents cost one start.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import lzma
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.commands.output import print_json
from bot.errors import Problem, SharewireError, UsageError

MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    body: bytes
    url: str | None = None  # where it came from, or is said to
    content_type: str | None = None
    name: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)  # further keys of a --jsonl line


def is_address(name: str) -> bool:
    return name.lower().startswith(("http://", "https://"))


def as_typed(name: str) -> str:
    """An address as people type it, `news.example/a`, made whole; what names a file, or may, stays as it is."""
    place = re.split(r"[/?#]", name, maxsplit=1)[0]
    bare = _HOST.fullmatch(place) and not (place == name and Path(name).suffix.lower() in _FILES)
    return f"https://{name}" if bare and not is_address(name) and not Path(name).exists() else name


_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,24}(?::\d{1,5})?")
_FILES = frozenset(
    f".{kind}" for kind in "html htm xhtml xml rss atom rdf json jsonl txt md gz xz opml csv toml eml".split()
)


def read_document(name: str, *, base: str | None = None) -> Document:
    """`-` is standard input.  Raises UsageError for a file that cannot be read, FetchError for an address."""
    if is_address(name):
        return asyncio.run(_fetch(name))
    if name == "-":
        return Document(body=sys.stdin.buffer.read(MOST_BYTES), url=base, name="standard input")
    return Document(body=_read_file(Path(name)), url=base, name=name)


def each_document(lines: Iterator[str]) -> Iterator[tuple[Any, Document | Problem]]:
    """id and document of every line; a line that cannot be read gives its problem and the rest goes on."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name: Any = number
        try:
            given = json.loads(line)
            if not isinstance(given, dict):
                raise ValueError("not an object")
            name = given.get("id", number)
            yield name, _document_of(given)
        except ValueError as error:
            yield name, _bad_line(number, str(error))
        except SharewireError as error:
            yield name, error.problem


def run_lines(work: Callable[[Document], Mapping[str, Any]]) -> int:
    """Apply `work` to every document on standard input.  Exit code 1 if any failed."""
    failed = False
    for name, document in each_document(iter(sys.stdin)):
        if isinstance(document, Problem):
            result: Mapping[str, Any] = {"error": document.as_json()}
        else:
            try:
                result = work(document)
            except SharewireError as error:
                result = {"error": error.problem.as_json()}
        failed = failed or "error" in result
        print_json({"id": name, **result}, line=True)
    return 1 if failed else 0


def _document_of(given: Mapping[str, Any]) -> Document:
    options = {k: v for k, v in given.items() if k not in {"file", "text", "url", "base", "content_type"}}
    base = given.get("base") or given.get("url")
    kind = given.get("content_type")
    if given.get("file"):
        return Document(
            body=_read_file(Path(given["file"])), url=base, content_type=kind, name=given["file"], options=options
        )
    if given.get("text") is not None:
        body = str(given["text"]).encode("utf8", "replace")
        return Document(body=body, url=base, content_type=kind, name="text", options=options)
    if given.get("url"):
        fetched = asyncio.run(_fetch(str(given["url"])))
        return Document(
            body=fetched.body, url=fetched.url, content_type=fetched.content_type, name=fetched.name, options=options
        )
    raise ValueError("it has none of file, text and url")


def _read_file(path: Path) -> bytes:
    """Compressed files (.gz, .xz) are opened."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(cannot_read(path, "It is larger than 64 MiB."))
        raw = path.read_bytes()
        if path.suffix == ".xz":
            return lzma.decompress(raw)
        return gzip.decompress(raw) if path.suffix == ".gz" and raw[:2] == b"\x1f\x8b" else raw
    except (OSError, lzma.LZMAError, EOFError) as error:
        raise UsageError(cannot_read(path, f"{getattr(error, 'strerror', None) or 'It is damaged'}.")) from error


async def _fetch(address: str) -> Document:
    from bot import settings
    from bot.web import Web

    found = settings.load()
    async with Web(allow_private_hosts=found.allow_private_hosts, proxy=found.fetch_proxy) as web:
        page = await web.fetch(address)
    kind = page.content_type
    if kind and page.charset and "charset" not in kind:
        kind = f"{kind}; charset={page.charset}"
    return Document(body=page.body, url=page.final_url, content_type=kind, name=address)


def cannot_read(path: Path, cause: str) -> Problem:
    return Problem(
        code="SW-C20",
        title=f"{path} cannot be read.",
        cause=cause,
        fix="Name a file that exists, an address that starts with https://, or - for standard input.",
        where=str(path),
        meanwhile="Nothing was read.",
    )


def _bad_line(number: int, cause: str) -> Problem:
    return Problem(
        code="SW-C21",
        title=f"Line {number} of the input cannot be used.",
        cause=f"It is not a JSON object of the documented form: {cause}.",
        fix='Write {"id": …, "file": …} or "text" or "url" on each line.',
        where=f"standard input:{number}",
        meanwhile="The other lines were handled.",
    )
