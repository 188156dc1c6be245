"""What a page says of itself, found in its bytes: no tree of the whole page is built, which would be most of the work.

The head's own elements are read where they stand, scripts and styles stepped over; JSON-LD is taken wherever it is; of
the rest only the first headings and times become a small tree.
"""

from __future__ import annotations

import re

from bot import pagehead
from bot.articles.extraction.decoding import as_utf8, decode, is_foreign
from bot.articles.extraction.page import Page, begun, finished
from bot.articles.extraction.tree import parse, plain

_HEADLINE_WITHIN = 120_000  # bytes after the head in which a headline is looked for
_BESIDE_WITHIN = 24_000  # bytes after it in which others are looked for
_MOST_BLOCKS, _MOST_HEADINGS, _MOST_TIMES = 40, 3, 6
_LONGEST_SHOWN = 3_000  # bytes of a heading or a time
_LONGEST_OPENING = 400  # bytes of a script's opening tag before its type


def glance(data: bytes, content_type: str | None, url: str | None) -> Page:
    """A page with its head, JSON-LD, first headings and times; the rest of it is not looked into."""
    if data[:4].strip(b"\xff\xfe\x00\xef\xbb\xbf") != data[:4] or b"\x00" in data[:200]:  # ASCII is no ASCII there
        data = as_utf8(data, content_type)
    head, end = pagehead.cut(data)
    told = _json_ld(data)
    shown = _shown(data, end, told)
    said, body, *blocks = _decoded([head, b"".join(shown), *told], content_type)
    page = begun(parse(f"<html><body>{body}".encode()), data, url)
    _take(page, pagehead.read(said))
    return finished(page, blocks)


def _take(page: Page, head: pagehead.Head) -> None:
    page.meta, page.language, page.html_title = head.meta, head.language, plain(head.title)
    page.links.extend(head.links)
    if head.base and page.url:
        page.base = page.absolute(head.base[:2000]) or page.base


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


# A closing tag in any case of its letters.  The two signs before them are what is searched for, so this is quick.
_CLOSING = {name: re.compile(rb"</" + name, re.I) for name in (b"script", b"h1", b"time")}


def _json_ld(data: bytes) -> list[bytes]:
    """What stands in the elements `script type="application/ld+json"`."""
    found: list[bytes] = []
    at = 0
    while len(found) < _MOST_BLOCKS and (mark := data.find(b"application/ld+json", at)) != -1:
        closing = _CLOSING[b"script"].search(data, mark)
        if closing is None:
            break
        end = closing.start()
        before = max(at, mark - _LONGEST_OPENING)
        start = data[before:mark].lower().rfind(b"<script")
        opened = data.find(b">", before + start, end) + 1 if start != -1 else 0
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
            closing = _CLOSING[match[1].lower()].search(data, at, match.start() + _LONGEST_SHOWN)
            if closing is not None:
                if sought is _HEADING and not found:
                    end = min(end, at + _BESIDE_WITHIN)
                at = closing.start()
                found.append(data[match.start() : at] + b"</" + match[1] + b">")
        elif len(headings) == _MOST_HEADINGS and (sought is _HEADING or len(times) == _MOST_TIMES):
            break
    return headings + times
