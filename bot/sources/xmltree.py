"""Bytes → a tree of elements, safely: no entity is expanded, nothing is loaded, depth and size stay bounded.

Well-formed documents take one strict pass.  The rest is mended first (junk before the declaration, HTML's named
entities, bare ampersands, control characters) and then read by libxml2's recovering parser.  A document type is cut out
before either: it is where entity bombs and external entities live.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from lxml.etree import XMLParser, XMLSyntaxError, _Element

XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_CORE = ""
_PREFIXES = {
    "http://www.w3.org/2005/atom": "atom",
    "https://www.w3.org/2005/atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://purl.org/atom/ns": "atom",
    "http://purl.org/pie": "atom",
    "http://purl.org/echo": "atom",
    "http://example.com/newformat#": "atom",
    "http://necho": "atom",
    "http://purl.org/rss/1.0": _CORE,
    "http://purl.org/net/rss1.1#": _CORE,
    "http://my.netscape.com/rdf/simple/0.9": _CORE,
    "http://channel.netscape.com/rdf/simple/0.9": _CORE,
    "http://backend.userland.com/rss2": _CORE,
    "http://backend.userland.com/rss": _CORE,
    "http://backend.userland.com/rss091": _CORE,
    "http://backend.userland.com/rss092": _CORE,
    "http://blogs.law.harvard.edu/tech/rss": _CORE,
    "http://cyber.law.harvard.edu/rss": _CORE,
    "http://www.rssboard.org/rss-specification": _CORE,
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/dc/elements/1.0": "dc",
    "http://purl.org/dc/terms": "dc",
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://search.yahoo.com/mrss": "media",
    "http://www.rssboard.org/media-rss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.itunes.com/dtd/podcast-1.0.dtd": "itunes",
    "http://www.google.com/schemas/play-podcasts/1.0": "googleplay",
    "http://purl.org/rss/1.0/modules/syndication": "sy",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.sitemaps.org/schemas/sitemap/0.9": _CORE,
    "http://www.google.com/schemas/sitemap-news/0.9": "news",
    "http://www.google.com/schemas/sitemap-image/1.1": "image",
    "http://www.google.com/schemas/sitemap-video/1.1": "video",
}
_KNOWN = frozenset(_PREFIXES.values())
_REFERENCE = re.compile(r"&(?:#(x?)([0-9A-Fa-f]+);|([A-Za-z][\w.-]*);)?")
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 65534, 65535, *range(55296, 57344)])
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[<>]*([\[>])", re.IGNORECASE)
_DOCTYPE_END = re.compile(r"\]\s*>")
_ENTITY = re.compile(r"<!ENTITY\s+([A-Za-z_][\w.-]*)\s+(?:\"([^\"&%<]*)\"|'([^'&%<]*)')\s*>")
_ROOT = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|rdf|channel|urlset|sitemapindex|opml)\b", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z][^<>]*>")
_BARE_LESS = re.compile(r"<(?![A-Za-z_/!?])")
_BARE_VALUE = re.compile(r"[\w-]=\s*[^\s\"'<>]")
_ATTRIBUTE = re.compile(r"((?<![\w:.-])[\w:.-]+\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s\"'<>]+)")
_ELEMENT = re.compile(r"<[A-Za-z_]")
_XML_SAFE = frozenset({"amp", "lt", "gt", "quot", "apos"})
_XMLNS = re.compile(r"\sxmlns(?::[\w.-]+)?=(?:\"[^\"]*\"|'[^']*')")
_XHTML_PREFIX = re.compile(r"(</?)(?:x?html?|h):")


def parse(data: bytes) -> tuple[_Element | None, bool]:
    """The root of a document in UTF-8, and whether it was well formed.  None when there is no element at all."""
    from lxml import etree

    if b"<!DOCTYPE" not in data[:4096] and b"<!doctype" not in data[:4096]:
        try:
            return etree.fromstring(data, _parser(recover=False)), True
        except etree.XMLSyntaxError as error:
            check_memory(error)
    text = mend(data.decode("utf-8", "replace"))
    try:
        return etree.fromstring(text.encode("utf-8"), _parser(recover=True)), False
    except etree.XMLSyntaxError as error:
        check_memory(error)
        return None, False


def check_memory(error: XMLSyntaxError) -> None:
    """libxml2 reports that memory ran out as an error of syntax."""
    from lxml import etree

    if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
        raise MemoryError


def _parser(*, recover: bool) -> XMLParser[_Element]:
    from lxml import etree

    return etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
        collect_ids=False,
    )


def mend(text: str) -> str:
    """The document with what commonly breaks it put right; character data keeps its meaning."""
    text, own = _without_doctype(text)
    text = text[_start(text) :].translate(_CONTROLS)
    return "".join(piece if is_data else _mend_markup(piece, own) for is_data, piece in _split_cdata(text))


def _without_doctype(text: str) -> tuple[str, dict[str, str]]:
    """The text without its document type, and the plain entities that this declared."""
    found = _DOCTYPE.search(text, 0, 65_536)
    if found is None:
        return text, {}
    if found[1] == ">":
        return text[: found.start()] + text[found.end() :], {}
    end = _DOCTYPE_END.search(text, found.end())
    if end is None:
        return text, {}
    own = {name: one or other for name, one, other in _ENTITY.findall(text, found.end(), end.start())}
    return text[: found.start()] + text[end.end() :], own


def _split_cdata(text: str) -> Iterator[tuple[bool, str]]:
    """Pieces in and out of CDATA sections, in one pass."""
    place = 0
    while (start := text.find("<![CDATA[", place)) >= 0:
        end = text.find("]]>", start)
        if end < 0:
            break
        yield False, text[place:start]
        yield True, text[start : end + 3]
        place = end + 3
    yield False, text[place:]


def _mend_markup(piece: str, own: dict[str, str]) -> str:
    piece = _REFERENCE.sub(lambda match: _reference(match, own), piece)
    return _TAG.sub(_quoted, _BARE_LESS.sub("&lt;", piece))


def _start(text: str) -> int:
    """Where the document begins: servers print warnings, blank lines and old declarations before it."""
    found = _ROOT.search(text, 0, 65_536) or _ELEMENT.search(text)
    return found.start() if found else 0


def _reference(match: re.Match[str], own: dict[str, str]) -> str:
    """One `&…` outside CDATA, as XML takes it."""
    hexadecimal, number, name = match.groups()
    if number:
        return _character(int(number, 16) if hexadecimal else int(number) if number.isdigit() else -1)
    if not name:
        return "&amp;" + match[0][1:]
    if name in _XML_SAFE:
        return match[0]
    if name in own:
        return escape(own[name])
    return escape(html5[f"{name};"]) if f"{name};" in html5 else "&amp;" + match[0][1:]


def _quoted(tag: re.Match[str]) -> str:
    """`<rss version=2.0>` with its quotes."""
    if "=" not in tag[0] or not _BARE_VALUE.search(tag[0]):
        return tag[0]
    return _ATTRIBUTE.sub(lambda m: m[0] if m[2][0] in "\"'" else f'{m[1]}"{m[2]}"', tag[0])


def _character(code: int) -> str:
    if 128 <= code < 160:  # written by people who meant windows-1252
        return bytes([code]).decode("cp1252", "replace")
    if code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
        return f"&#{code};"
    return ""


@lru_cache(maxsize=4096)
def name_of(tag: object) -> str:
    """`{http://purl.org/dc/elements/1.1/}creator` → `dc:creator`; core elements have no prefix, foreign ones `?:`."""
    if not isinstance(tag, str):
        return "?:"
    if tag[0] == "{":
        namespace, _, local = tag[1:].partition("}")
        known = _PREFIXES.get(namespace.strip().rstrip("/").lower())
        if known is None:
            known = "?"
    elif ":" in tag:  # a prefix that nobody declared
        known, _, local = tag.partition(":")
        known = known.lower()
        known = _CORE if known == "rss" else known if known in _KNOWN else "?"
    else:
        known, local = _CORE, tag
    local = local.lower()
    return f"{known}:{local}" if known else local


def text_of(element: _Element) -> str:
    """The character data of an element; naked markup inside it as HTML."""
    if len(element):
        return inner_html(element)
    return (element.text or "").strip()


def flat_text(element: _Element) -> str:
    """Character data alone, whatever elements stand in it."""
    return "".join(element.itertext()).strip() if len(element) else (element.text or "").strip()


def inner_html(element: _Element) -> str:
    """What stands inside an element, as HTML without namespace declarations."""
    from lxml import etree

    parts = [escape(element.text or "")]
    for child in element:
        if isinstance(child.tag, str):
            parts.append(etree.tostring(child, encoding="unicode", method="html", with_tail=False))
        parts.append(escape(child.tail or ""))
    return _XHTML_PREFIX.sub(r"\1", _XMLNS.sub("", "".join(parts))).strip()
