"""OPML (http://opml.org/spec2.opml): lists of sources in and out, one result per line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from bot.errors import ParseError
from bot.model import Source, SourceKind
from bot.sources.charset import as_utf8
from bot.sources.complaints import complaint
from bot.sources.words import is_web, plain
from bot.sources.xmltree import name_of, parse

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_LINES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One outline that is (or should be) a source.  `problem` tells why it cannot be taken."""

    url: str | None
    title: str | None = None
    homepage: str | None = None
    kind: SourceKind = SourceKind.FEED
    tags: tuple[str, ...] = ()  # the folders it stands in, and its categories
    number: int | None = None  # of its line in the file, where the file's lines say something
    problem: str | None = None


def read_opml(data: bytes) -> tuple[Line, ...]:
    """Every outline that should be a source, in order; one that cannot be taken carries its problem.

    Raises ParseError (SW-S12) for what is no OPML."""
    body, _ = as_utf8(data)
    root, _ = parse(body.strip())
    if root is None or name_of(root.tag) != "opml":
        raise ParseError(complaint("SW-S12"))
    seen: set[str] = set()
    lines: list[Line] = []
    for line in _lines(root, ()):
        if len(lines) >= MOST_LINES:
            lines.append(Line(url=None, problem=f"The list has more than {MOST_LINES:,} lines; the rest was not read."))
            break
        if line.problem is None and line.url:
            line = replace(line, problem=_TWICE) if line.url in seen else line
            seen.add(line.url or "")
        lines.append(line)
    return tuple(lines)


_TWICE = "This address stands in the list already."


def _lines(holder: _Element, folders: tuple[str, ...]) -> Iterator[Line]:
    for outline in holder:
        name = name_of(outline.tag)
        if name == "body":
            yield from _lines(outline, folders)
        if name != "outline":
            continue
        attributes = {key.lower(): value.strip() for key, value in outline.attrib.items() if isinstance(key, str)}
        title = plain(attributes.get("title") or attributes.get("text"))
        if len(outline):
            yield from _lines(outline, (*folders, title) if title else folders)
        if "xmlurl" in attributes or not len(outline):
            yield replace(_line(attributes, title, folders), number=outline.sourceline)


def _line(attributes: dict[str, str], title: str | None, folders: tuple[str, ...]) -> Line:
    url = attributes.get("xmlurl") or attributes.get("url")
    kind = attributes.get("sharewirekind", "feed")
    categories = (part.rpartition("/")[2] for part in attributes.get("category", "").split(","))
    tags = tuple(dict.fromkeys([*folders, *(tag for part in categories if (tag := plain(part)))]))
    problem = None
    if not url:
        site = attributes.get("htmlurl")
        found = f"a site and no feed. Try: sharewire sources add {site}" if is_web(site) else "no address."
        problem = f"This line names {found}"
    elif not is_web(url):
        problem = "This address is not one that can be visited."
    return Line(
        url=url,
        title=title,
        homepage=attributes.get("htmlurl") or None,
        kind=SourceKind(kind) if kind in set(SourceKind) else SourceKind.FEED,
        tags=tags,
        problem=problem,
    )


def write_opml(sources: Iterable[Source], *, title: str, now: datetime) -> str:
    """The list as OPML 2.0; what is no feed carries its kind in an attribute of ours."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{_escaped(title)}</title><dateCreated>{format_datetime(now)}</dateCreated></head>",
        "  <body>",
        *(f"    <outline {' '.join(_attributes(source))}/>" for source in sources),
        "  </body>",
        "</opml>",
    ]
    return "\n".join(lines) + "\n"


def _attributes(source: Source) -> Iterator[str]:
    title = source.title or source.name
    yield 'type="rss"'
    yield f"text={quoteattr(title)}"
    yield f"title={quoteattr(title)}"
    yield f"xmlUrl={quoteattr(source.url)}"
    if source.homepage:
        yield f"htmlUrl={quoteattr(source.homepage)}"
    if source.tags:
        yield f"category={quoteattr(','.join(source.tags))}"
    if source.kind is not SourceKind.FEED:
        yield f'sharewireKind="{source.kind}"'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
