"""A source's answer → one document: a sitemap index is opened up to the few sitemaps where news would stand.

What was read of them is remembered, so that a sitemap is asked for only when it may have changed, and read only when it
has: by its validators, and by the date in the index once that date was seen to move along with it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.errors import FetchError, ParseError
from bot.model import Entry, Json, SourceDocument, SourceKind
from bot.parsing import Parser
from bot.sources.reading import read_document
from bot.web import Page, Web

MOST_SITEMAPS = 3
_NEWSY = re.compile(r"news|latest|recent|today", re.IGNORECASE)
_STALE = re.compile(r"categor|tag|author|image|video|page[-_]sitemap|static|archive", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Listing:
    """`document`: what is to be looked at, None when nothing has changed; `parts`: what to remember of an index's
    sitemaps, by their addresses."""

    document: SourceDocument | None
    parts: Mapping[str, Json]


async def read_listing(
    web: Web, page: Page, kind: SourceKind, *, parser: Parser | None = None, options: Mapping[str, Json] | None = None
) -> SourceDocument:
    """Parse a page as a source of `kind`; of a sitemap index, the likeliest sitemaps together.  Raises ParseError."""
    single = bool((options or {}).get("single"))
    document = await read_document(page, kind, parser=parser, single=single)
    return (await open_index(web, document, {}, parser)).document or document


async def open_index(
    web: Web, index: SourceDocument | None, known: Mapping[str, Json], parser: Parser | None
) -> Listing:
    """The sitemaps of an index (None: it has not changed since the `known` ones were read) that bring something new.
    A document of another kind comes back as it is."""
    if index is not None and (not index.sitemaps or index.entries):
        return Listing(index, {})
    dates = _dates(index, known)
    entries: dict[str | None, Entry] = {}
    problems = list(index.problems) if index else []
    parts: dict[str, Json] = {}
    changed = not known
    for address, date in dates.items():
        try:
            part, parts[address] = await _open(web, address, date, known.get(address) or {}, parser)
        except (FetchError, ParseError) as error:
            problems.append(str(error))
            parts[address] = {}
            continue
        if part is not None:
            changed = True
            entries.update((entry.url, entry) for entry in part.entries)
    if not changed:
        return Listing(None, parts)
    index = index or SourceDocument(kind=SourceKind.SITEMAP, format="sitemap-index", sitemaps=tuple(known))
    return Listing(replace(index, entries=tuple(entries.values()), problems=tuple(problems)), parts)


def _dates(index: SourceDocument | None, known: Mapping[str, Json]) -> Mapping[str, str | None]:
    if index is None:
        return {address: (part or {}).get("date") for address, part in known.items()}
    said = dict(zip(index.sitemaps, index.sitemap_dates, strict=False))
    return {address: said.get(address) for address in likeliest(index.sitemaps)}


async def _open(
    web: Web, address: str, date: str | None, before: Mapping[str, Json], parser: Parser | None
) -> tuple[SourceDocument | None, Json]:
    """One sitemap, None when it is as `before`, and what to remember of it.  Raises FetchError, ParseError."""
    moves = before.get("moves", False) or (date is not None and before.get("date") not in (None, date))
    if before.get("moves") and date is not None and before.get("date") == date:
        return None, before
    page = await web.fetch(address, etag=before.get("etag"), last_modified=before.get("modified"))
    if page.not_modified:
        return None, before
    digest = hashlib.sha256(page.body).hexdigest()
    found = {"date": date, "moves": moves, "etag": page.etag, "modified": page.last_modified, "hash": digest}
    kept = {name: value for name, value in found.items() if value}
    if digest == before.get("hash"):
        return None, kept
    return await read_document(page, SourceKind.SITEMAP, parser=parser), kept


def likeliest(addresses: tuple[str, ...]) -> tuple[str, ...]:
    """The sitemaps of an index where new articles would stand: named news, else with the highest numbers."""

    def rank(address: str) -> tuple[int, list[int]]:
        name = address.rpartition("/")[2] or address
        worth = 2 if _NEWSY.search(name) else 0 if _STALE.search(name) else 1
        return worth, [int(number[:15]) for number in _NUMBERS.findall(name)]

    return tuple(sorted(addresses, key=rank, reverse=True)[:MOST_SITEMAPS])
