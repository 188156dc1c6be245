"""What a page says of itself, found in its bytes: no tree of the whole page is built, which would be most of the work.

The head's own elements are read where they stand, scripts and styles stepped over; JSON-LD is taken wherever it is; of
the rest only the first headings and times become a small tree.
"""

from __future__ import annotations

import re
from html import unescape

from bot.articles.extraction.decoding import as_utf8, decode, is_foreign
from bot.articles.extraction.page import LONGEST_CONTENT, Page, begun, finished, gather_meta
from bot.articles.extraction.tree import parse, plain

_HEADLINE_WITHIN = 120_000  # bytes after the head in which a headline is looked for
_BESIDE_WITHIN = 24_000  # bytes after it in which others are looked for
_HEAD_WITHIN = 2_000_000  # bytes in which the head's end is looked for
_HEAD_WITHOUT_END = 150_000  # bytes read where a page never closes its head
_MOST_BLOCKS, _MOST_HEADINGS, _MOST_TIMES = 40, 3, 6
_LONGEST_ADDRESS = 8_000  # characters
_LONGEST_SHOWN = 3_000  # bytes of a heading or a time


def glance(data: bytes, content_type: str | None, url: str | None) -> Page:
    """A page with its head, JSON-LD, first headings and times; the rest of it is not looked into."""
    if data[:4].strip(b"\xff\xfe\x00\xef\xbb\xbf") != data[:4] or b"\x00" in data[:200]:  # ASCII is no ASCII there
        data = as_utf8(data, content_type)
    head, end = _head(data)
    told = _json_ld(data)
    shown = _shown(data, end, told)
    said, body, *blocks = _decoded([head, b"".join(shown), *told], content_type)
    page = begun(parse(f"<html><body>{body}".encode()), data, url)
    _gather(page, said)
    return finished(page, blocks)


def _decoded(pieces: list[bytes], content_type: str | None) -> list[str]:
    """The pieces as text.  They share one charset, which the first may name."""
    if not any(map(is_foreign, pieces)):
        try:
            return [piece.decode() for piece in pieces]
        except UnicodeDecodeError:
            pass
    apart = b"\x1d".join([piece.replace(b"\x1d", b" ") for piece in pieces])  # the sign that parts groups in ASCII
    texts = decode(apart, content_type).encode("utf-8", "ignore").decode().split("\x1d")
    return (texts + [""] * len(pieces))[: len(pieces)]


_STOP = re.compile(rb"<(!--|script|style|/head|body)", re.I)


def _head(data: bytes) -> tuple[bytes, int]:
    """The head without scripts, styles and comments, and where it ends (0 where the page does not say so).  What they
    hold is stepped over, not looked into: they are most of many heads."""
    pieces: list[bytes] = []
    at = 0
    while stop := _STOP.search(data, at, _HEAD_WITHIN):
        pieces.append(data[at : stop.start()])
        kind = stop[1]
        if kind == b"!--":
            end = data.find(b"-->", stop.end())
        elif kind.lower() in (b"/head", b"body"):
            return b"".join(pieces), stop.start()
        else:
            end = data.find(b"</" + kind, stop.end())
        at = data.find(b">", end) + 1 if end != -1 else 0
        if not at:
            at = len(data)
    pieces.append(data[at:_HEAD_WITHIN])
    return b"".join(pieces)[:_HEAD_WITHOUT_END], 0


_ELEMENT = re.compile(
    r"""<(?:meta\s+(?:property|name)\s*=\s*"([^"\s]+)"\s*content\s*=\s*"([^"]*)"\s*/?>"""  # as most are written
    r"""|(link|base|html)(?=[\s/])([^<>]*+)>"""
    r"""|(meta)(?=[\s/])((?>\s*=\s*(?:"[^"]*"|'[^']*')|[^<>=]+|=)*+)>"""
    r"""|title(?:\s[^>]*)?>([^<]*+(?:<(?!/title)[^<]*+)*+)|(svg)\b)""",
    re.I,
)
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>][^\s=/<>]*+)(?:\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s>]++)))?+""")


def _gather(page: Page, head: str) -> None:
    meta = page.meta
    for name, content, tag, inside, other, said, title, drawing in _ELEMENT.findall(head):
        if name:
            if content:
                meta.setdefault(name.lower(), []).append(content[:LONGEST_CONTENT])
        elif tag:
            _GATHER[tag.lower()](page, inside)
        elif other:
            gather_meta(meta, _attributes(said))  # entities stay as they are until somebody asks
        elif drawing:
            return
        elif not page.html_title:
            page.html_title = plain(title)


def _gather_link(page: Page, inside: str) -> None:
    low = inside.lower()
    if "canonical" in low or "shortlink" in low or "hreflang" in low or "author" in low or "image_src" in low:
        page.links.append(_attributes(inside, plainly=True))


def _gather_base(page: Page, inside: str) -> None:
    href = _attributes(inside, plainly=True).get("href")
    if href and page.url:
        page.base = page.absolute(href[:2000]) or page.base


def _gather_language(page: Page, inside: str) -> None:
    said = _attributes(inside)
    page.language = page.language or said.get("lang") or said.get("xml:lang")


_GATHER = {"link": _gather_link, "base": _gather_base, "html": _gather_language}


def _attributes(inside: str, *, plainly: bool = False) -> dict[str, str]:
    """The attributes of an element by their names in lower case; the first of a name counts."""
    found: dict[str, str] = {}
    for name, one, two, three in _ATTRIBUTE.findall(inside):
        value = one or two or three
        if plainly and "&" in value:
            value = _ENTITY.sub(_meant, value[:_LONGEST_ADDRESS])
        found.setdefault(name.lower(), value)
    return found


_ENTITY = re.compile(r"&#?\w{1,32};")


def _meant(entity: re.Match[str]) -> str:
    return unescape(entity[0])


def _json_ld(data: bytes) -> list[bytes]:
    """What stands in the elements `script type="application/ld+json"`."""
    found: list[bytes] = []
    at = 0
    while len(found) < _MOST_BLOCKS and (mark := data.find(b"application/ld+json", at)) != -1:
        start = data.rfind(b"<script", max(at, mark - 400), mark)
        end = data.find(b"</script", mark)
        if end == -1:
            break
        opened = data.find(b">", start, end) + 1 if start != -1 else 0
        if opened > mark:
            found.append(data[opened:end])
        at = end
    return found


_SHOWN = re.compile(rb"<(h1|time)[\s>]", re.I)
_HEADING = re.compile(rb"<(h1)[\s>]", re.I)
_EXACT_MOMENT = re.compile(rb'"datePublished"\s{0,9}:\s{0,9}"[0-9-]{10}T(?!00:00)[0-9:.]{5,15}(?:Z|[+-][0-9])')


def _shown(data: bytes, start: int, told: list[bytes]) -> list[bytes]:
    """The first headings, and the first times where JSON-LD tells no exact moment."""
    headings: list[bytes] = []
    times: list[bytes] = []
    sought = _HEADING if any(map(_EXACT_MOMENT.search, told)) else _SHOWN
    at, end = start, start + _HEADLINE_WITHIN
    while match := sought.search(data, at, end):
        at = match.end()
        found, most = (headings, _MOST_HEADINGS) if match[1].lower() == b"h1" else (times, _MOST_TIMES)
        if len(found) < most:
            closing = data.find(b"</" + match[1], at, match.start() + _LONGEST_SHOWN)
            if closing != -1:
                if sought is _HEADING and not found:
                    end = min(end, at + _BESIDE_WITHIN)
                at = closing
                found.append(data[match.start() : closing] + b"</" + match[1] + b">")
        elif len(headings) == _MOST_HEADINGS and (sought is _HEADING or len(times) == _MOST_TIMES):
            break
    return headings + times
