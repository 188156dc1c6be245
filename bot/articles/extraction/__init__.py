"""A page or pasted text becomes one `model.Extraction`, every field chosen by evidence and agreement.

`extract` reads everything; `extract_metadata` reads only what a page says of itself (no body, gallery or related
links) at a tenth of the cost (decision 0012).  Both take bytes as fetched or text; neither ever raises anything but
`errors.ParseError`, which means that there is nothing to read.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.articles.extraction import addresses, authors, bare, body, dates, pictures, standfirst, title, videos
from bot.articles.extraction.decoding import as_utf8, clean
from bot.articles.extraction.head import glance
from bot.articles.extraction.hints import Hints, hints_for
from bot.articles.extraction.page import Page, look_around, read_page
from bot.articles.extraction.pasted import read_pasted
from bot.articles.extraction.tree import fold
from bot.errors import ParseError, Problem, phrase
from bot.model import Extraction, Image, Video

__all__ = ["extract", "extract_metadata"]

_MARKUP = re.compile(
    r"<(?:!doctype\s{1,9}html|html|head|body|meta|title|article|main|div|p|h1|span|section|script|a\s)[\s/>]?", re.I
)
_LONGEST = 12_000_000


def extract(
    document: bytes | str, *, url: str | None = None, content_type: str | None = None, hints: Hints | None = None
) -> Extraction:
    """Read a page or a pasted text whole.

    document      bytes as fetched, or text; at most 12 million characters are looked at
    url           where it came from; makes addresses absolute and judges the canonical one
    content_type  the server's header, for the charset and to tell plain text from HTML
    hints         where the site hides its fields, if not as the package's own hints for its host say
    Raises `ParseError` where there is nothing to read.  `summary` stays empty: it is another's work.
    """
    data = as_utf8(document[:_LONGEST], content_type) if isinstance(document, bytes) else _written(document)
    if not _is_page(data, content_type):
        return _known(read_pasted(data.decode("utf-8")), url)
    page = read_page(data, url)
    if page is None:
        raise _nothing(url)
    return _known(_everything(page, hints or hints_for(page.host)), url)


def extract_metadata(document: bytes | str, *, url: str | None = None, content_type: str | None = None) -> Extraction:
    """Read what a page says of itself in its head, JSON-LD and first heading: no text, gallery or related links."""
    page = glance(document[:_LONGEST] if isinstance(document, bytes) else _written(document), content_type, url)
    return _known(_metadata(page, image=pictures.find_lead(page, ()), videos=videos.find_videos(page, None)), url)


def _written(document: str) -> bytes:
    """Text in UTF-8, without lone surrogates and NULs."""
    return clean(document[:_LONGEST]).encode("utf-8", "ignore")


def _is_page(data: bytes, content_type: str | None) -> bool:
    """Whether a document is HTML: its markup says so; a header is believed only against little markup."""
    head = data[:80_000].decode("utf-8", "ignore")[:20_000]
    if head[:400].lstrip().lower().startswith(("<!doctype html", "<html")):
        return True
    if (content_type or "").startswith("text/plain"):
        return False
    tags = len(_MARKUP.findall(head))
    return tags >= 2 or (tags == 1 and head.lstrip().startswith("<"))


def _known(found: Extraction, url: str | None) -> Extraction:
    if not found.title and not found.text and not found.standfirst:
        raise _nothing(url)
    return found


def _nothing(url: str | None) -> ParseError:
    return ParseError(
        Problem(
            code="SW-A01",
            title=phrase("There is nothing to read here."),
            cause=phrase("The document holds neither a headline nor text."),
            fix=phrase("Open the address in a browser; if an article shows there, paste its text instead."),
            where=url,
            meanwhile="Nothing was stored.",
        )
    )


def _everything(page: Page, hints: Hints | None) -> Extraction:
    if hints:
        hints.drop(page)
    found = _metadata(page)
    if hints:
        found = replace(found, **hints.fields(page))
    container = hints.body(page) if hints else None
    read = body.find_body(page, found.title, found.authors, found.standfirst, container)
    gallery = pictures.find_gallery(page, read.container)
    lead = pictures.find_lead(page, gallery)
    found = replace(
        found,
        text=read.text,
        image=lead,
        images=pictures.with_lead(page, gallery, lead),
        videos=videos.find_videos(page, read.container),
        related=tuple(read.related[:20]),
    )
    return bare.reread(page, found)


def _metadata(page: Page, image: Image | None = None, videos: tuple[Video, ...] = ()) -> Extraction:
    site_name = addresses.find_site_name(page)
    sites = title.site_words(page, site_name)
    headline = title.find_title(page, sites)
    look_around(page, headline)
    published, modified = dates.find_dates(page)
    people = authors.find_authors(page, sites)
    return Extraction(
        title=headline,
        standfirst=standfirst.find_standfirst(page, headline, site_name, people),
        authors=people,
        published=published,
        modified=modified,
        canonical_url=addresses.find_canonical(page),
        shortlink=addresses.find_shortlink(page),
        alternates=addresses.find_alternates(page),
        site_name=site_name,
        language=addresses.find_language(page),
        image=image,
        videos=videos,
        tags=tuple(tag for tag in addresses.find_tags(page) if fold(tag) != fold(headline or "")),
    )
