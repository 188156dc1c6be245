"""The work of `sharewire sources import` and `export`.

Each line of a list ends in one of: added, added although it does not answer now, watched already, refused with its
reason.  Addresses are visited side by side (politely per host), written down as they come, and told in that order; an
import that was stopped halfway is simply run again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot import identity, settings
from bot.app import Parts, opened
from bot.commands.watching import the_channel
from bot.errors import FetchError, ParseError
from bot.model import Source, SourceDocument, SourceKind
from bot.sources import discover, inspection
from bot.sources.opml import Line, read_opml, write_opml
from bot.store import rules, sources
from bot.store.database import open_database

AT_ONCE = 16
ADDED, SILENT, KNOWN, REFUSED = "added", "added-unanswered", "already-watched", "refused"
_MARKS = {ADDED: "✓", SILENT: "!", KNOWN: "=", REFUSED: "✗"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one line.  `number` counts the list's sources from 1, `line` the file's lines."""

    number: int
    of: int
    line: int | None
    url: str | None
    title: str | None
    result: str
    words: str
    name: str | None = None
    problem: str | None = None


@dataclass(slots=True)
class Imported:
    """All lines, in the order in which they were done."""

    lines: list[Taken] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        return Counter(taken.result for taken in self.lines)

    @property
    def refused(self) -> int:
        return self.counts[REFUSED]

    @property
    def words(self) -> str:
        if not self.lines:
            return "The list names no source."
        counts = self.counts
        said = [f"{counts[ADDED] + counts[SILENT]} added"]
        said += [f"({counts[SILENT]} of them do not answer now and are tried again)"] if counts[SILENT] else []
        said += [f"{counts[KNOWN]} watched already"] if counts[KNOWN] else []
        said += [f"{counts[REFUSED]} refused"] if counts[REFUSED] else []
        return f"{len(self.lines)} lines: {', '.join(said).replace(', (', ' (')}."

    def as_json(self) -> dict[str, Any]:
        ordered = sorted(self.lines, key=lambda taken: taken.number)
        rows = [{key: value for key, value in asdict(taken).items() if key != "of"} for taken in ordered]
        return {"total": len(rows), **{name: self.counts[name] for name in _MARKS}, "lines": rows}


async def import_list(
    body: bytes, *, to: tuple[str, ...], look: bool, dry_run: bool, told: Callable[[Taken], None]
) -> Imported:
    """Add the sources of an OPML file; `told` hears of each as it is done.

    Raises ParseError for what is no list, UsageError for a channel that is not there."""
    lines = read_opml(body)
    async with opened(settings.load()) as parts:
        async with parts.db.read() as tx:
            channels = tuple([await the_channel(tx, name) for name in to])
            known = dict(await sources.addresses(tx))
        work = _Import(parts, channels, known, total=len(lines), look=look, dry_run=dry_run, told=told)
        async with asyncio.TaskGroup() as tasks:
            for number, line in enumerate(lines, 1):
                tasks.create_task(work.take(number, line), name=f"import {number}")
    return work.done


class _Import:
    """One import under way: each address is taken by whoever comes first, so that none is added twice."""

    def __init__(
        self, parts: Parts, channels: tuple[str, ...], known: dict[str, str], *, total: int, look: bool,
        dry_run: bool, told: Callable[[Taken], None],
    ) -> None:  # fmt: skip
        self._parts = parts
        self._channels = channels
        self._known = known
        self._total = total
        self._look = look
        self._dry_run = dry_run
        self._told = told
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.done = Imported()

    async def take(self, number: int, line: Line) -> None:
        if line.problem is not None or not line.url:
            self._end(number, line, REFUSED, problem=line.problem)
            return
        key = identity.url_key(line.url) or line.url
        if key in self._known:
            self._end(number, line, KNOWN, name=self._known[key])
            return
        self._known[key] = line.title or line.url
        async with self._turns:
            source, document, problem = await self._source(line)
        found = identity.url_key(source.url) or source.url
        if found != key and found in self._known:
            self._end(number, line, KNOWN, name=self._known[found])
            return
        name = await self._add(source)
        self._known[key] = self._known[found] = name
        how = f"{document.format}, {len(document.entries)} entries" if document else "not visited"
        self._end(number, line, SILENT if problem else ADDED, name=name, problem=problem, how=how)

    async def _source(self, line: Line) -> tuple[Source, SourceDocument | None, str | None]:
        """The source of a line, what it shows, and what is wrong with it now."""
        assert line.url is not None
        source = Source(
            id=0, name="", kind=line.kind, url=line.url, title=line.title, homepage=line.homepage, tags=line.tags
        )
        if not self._look:
            return source, None, None
        web, parser = self._parts.web, self._parts.parser
        try:
            return source, await inspection.inspect(web, line.url, kind=line.kind, parser=parser), None
        except FetchError as error:
            return source, None, error.problem.title
        except ParseError as error:  # the address of a site, perhaps, where its feed's should stand
            problem = error.problem.title
        try:
            found = await discover.discover(web, line.url, parser=parser)
            best = next(one for one in found.candidates if one.kind is not SourceKind.PAGE)
            document = await inspection.inspect(web, best.url, kind=best.kind, parser=parser)
        except (FetchError, ParseError, StopIteration):
            return source, None, problem
        return replace(source, kind=best.kind, url=best.url), document, None

    async def _add(self, source: Source) -> str:
        async with self._parts.db.write() as tx:
            name = await sources.free_name(tx, source.title or source.url.partition("://")[2])
            if not self._dry_run:
                await sources.put(tx, replace(source, name=name), now=datetime.now(UTC))
                await rules.send_source_to(tx, name, self._channels)
        return name

    def _end(
        self,
        number: int,
        line: Line,
        result: str,
        *,
        name: str | None = None,
        problem: str | None = None,
        how: str = "",
    ) -> None:
        place = f"[{len(self.done.lines) + 1:>{len(str(self._total))}}/{self._total}]"
        what = line.url or line.title or "(no address)"
        where = f" (line {line.number} of the file)" if line.number and result == REFUSED else ""
        said = {
            ADDED: f"added as {name} ({how})",
            SILENT: f"added as {name}, and tried again later: {problem}",
            KNOWN: f"watched already as {name}",
            REFUSED: f"not added: {problem or 'This line names no address.'}{where}",
        }[result]
        taken = Taken(
            number=number, of=self._total, line=line.number, url=line.url, title=line.title, result=result, name=name,
            problem=problem, words=f"{place} {_MARKS[result]} {what}  {said}",
        )  # fmt: skip
        self.done.lines.append(taken)
        self._told(taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    text: str
    rows: list[dict[str, Any]]


async def export_list() -> Exported:
    async with open_database(settings.load().database) as db, db.read() as tx:
        listed = await sources.every(tx)
    rows = [
        {"name": s.name, "kind": s.kind, "url": s.url, "title": s.title, "homepage": s.homepage, "tags": list(s.tags)}
        for s in listed
    ]
    return Exported(text=write_opml(listed, title="Sharewire's sources", now=datetime.now(UTC)), rows=rows)
