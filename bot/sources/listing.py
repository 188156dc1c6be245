"""A source's answer → one document: a sitemap index is opened up to the few sitemaps where news would stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.errors import FetchError, ParseError
from bot.model import Entry, Json, SourceDocument, SourceKind
from bot.parsing import Parser
from bot.sources.reading import read_document
from bot.web import Page, Web

MOST_SITEMAPS = 3
_NEWSY = re.compile(r"news|latest|recent|today", re.IGNORECASE)
_STALE = re.compile(r"categor|tag|author|image|video|page[-_]sitemap|static|archive", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+")


async def read_listing(
    web: Web, page: Page, kind: SourceKind, *, parser: Parser | None = None, options: Mapping[str, Json] | None = None
) -> SourceDocument:
    """Parse a page as a source of `kind`; of a sitemap index, the likeliest sitemaps together.  Raises ParseError."""
    single = bool((options or {}).get("single"))
    document = await read_document(page, kind, parser=parser, single=single)
    if not document.sitemaps or document.entries:
        return document
    return await _open_index(web, document, parser)


async def _open_index(web: Web, index: SourceDocument, parser: Parser | None) -> SourceDocument:
    entries: dict[str | None, Entry] = {}
    problems = list(index.problems)
    for address in likeliest(index.sitemaps):
        try:
            page = await web.fetch(address)
            part = await read_document(page, SourceKind.SITEMAP, parser=parser)
        except (FetchError, ParseError) as error:
            problems.append(str(error))
            continue
        entries.update((entry.url, entry) for entry in part.entries)
    return replace(index, entries=tuple(entries.values()), problems=tuple(problems))


def likeliest(addresses: tuple[str, ...]) -> tuple[str, ...]:
    """The sitemaps of an index where new articles would stand: named news, else with the highest numbers."""

    def rank(address: str) -> tuple[int, list[int]]:
        name = address.rpartition("/")[2] or address
        worth = 2 if _NEWSY.search(name) else 0 if _STALE.search(name) else 1
        return worth, [int(number[:15]) for number in _NUMBERS.findall(name)]

    return tuple(sorted(addresses, key=rank, reverse=True)[:MOST_SITEMAPS])
