"""A fetched body → `SourceDocument`, in the right place: light documents here, heavy ones in the guarded worker.

What a document costs to read follows from how much markup it has, not from its length.  Measured with the hostile
documents of tests/sources/test_hostile.py: under both limits none takes long enough to hold up the event loop, so a
trip to the worker would only cost; above them, only the worker is at risk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from bot.model import SourceDocument, SourceKind
from bot.parsing import Parser
from bot.sources.feed import parse_feed
from bot.sources.page import parse_page, parse_single_page
from bot.sources.sitemap import parse_sitemap
from bot.web import Page

HERE_UNDER = 256 * 1024  # bytes
LIGHT_UNDER = 8_000  # characters that make markup
_MARKS = b"<&={\n"

R = TypeVar("R")
Reader = Callable[..., SourceDocument]


def reader_for(kind: SourceKind, *, single: bool = False) -> Reader:
    match kind:
        case SourceKind.FEED:
            return parse_feed
        case SourceKind.SITEMAP:
            return parse_sitemap
        case SourceKind.PAGE:
            return parse_single_page if single else parse_page


async def read_document(
    page: Page, kind: SourceKind, *, parser: Parser | None = None, single: bool = False
) -> SourceDocument:
    """Parse a page as a source of `kind`.  Raises ParseError.

    A feed's hub is what its header names, else what the document does (WebSub, section 4)."""
    reader = reader_for(kind, single=single)
    hints = {"content_type": page.content_type, "charset": page.charset, "url": page.final_url}
    document = await run_guarded(parser, reader, page.body, **hints)
    if kind is SourceKind.FEED and "hub" in page.links:
        return replace(document, hub=page.links["hub"], topic=page.links.get("self") or document.topic)
    return document


async def run_guarded(parser: Parser | None, reader: Callable[..., R], data: bytes, **hints: str | None) -> R:
    """Call a reader here when `data` is light (or there is no worker), else in the worker.  Raises ParseError."""
    if parser is None or is_light(data):
        return reader(data, **hints)
    return await parser.run(reader, data, **hints)


def is_light(data: bytes) -> bool:
    return len(data) < HERE_UNDER and len(data) - len(data.translate(None, _MARKS)) < LIGHT_UNDER
