"""A document of unknown kind → `SourceDocument`: a feed, else a sitemap, else a listing page."""

from __future__ import annotations

import re

from bot.errors import ParseError
from bot.model import SourceDocument
from bot.sources.charset import as_utf8
from bot.sources.complaints import complaint
from bot.sources.feed import parse_feed
from bot.sources.page import parse_page
from bot.sources.sitemap import parse_sitemap, unpacked

_SITEMAP = re.compile(rb"<(?:[\w-]+:)?(?:urlset|sitemapindex)\b", re.IGNORECASE)
_PAGE_CODES = frozenset({"SW-S01", "SW-S02", "SW-S09"})


def read_anything(
    data: bytes, *, content_type: str | None = None, charset: str | None = None, url: str | None = None
) -> SourceDocument:
    """Read a document as what it is.  Raises ParseError with the feed's complaint when it is nothing of ours."""
    data = unpacked(data)
    body, _ = as_utf8(data, charset)
    head = body.lstrip()[:4096]
    if _SITEMAP.search(head):
        return parse_sitemap(data, content_type=content_type, charset=charset, url=url)
    if head and head[:1] not in (b"<", b"{", b"["):
        try:
            return parse_sitemap(data, content_type=content_type, charset=charset, url=url)
        except ParseError:
            raise ParseError(complaint("SW-S04", url)) from None
    try:
        return parse_feed(data, content_type=content_type, charset=charset, url=url)
    except ParseError as error:
        if error.problem.code not in _PAGE_CODES:
            raise
        try:
            return parse_page(data, content_type=content_type, charset=charset, url=url)
        except ParseError:
            raise error from None
