"""A fetched body → `SourceDocument`, in the right place: small documents here, large ones in the guarded worker.

Measured with the hostile samples of tests/sources: up to HERE_UNDER bytes the slowest document takes well under the
50 ms that the event loop may be held, so a trip to the worker would only cost; above it, only the worker is at risk.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.model import SourceDocument, SourceKind
from bot.parsing import Parser
from bot.sources.feed import parse_feed
from bot.sources.page import parse_page, parse_single_page
from bot.sources.sitemap import parse_sitemap
from bot.web import Page

HERE_UNDER = 128 * 1024

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
    """Parse a page as a source of `kind`.  Raises ParseError."""
    reader = reader_for(kind, single=single)
    hints = {"content_type": page.content_type, "charset": page.charset, "url": page.final_url}
    if parser is None or len(page.body) < HERE_UNDER:
        return reader(page.body, **hints)
    return await parser.run(reader, page.body, **hints)
