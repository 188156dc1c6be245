"""What the head of a page says of it, read off its text: no tree is built, scripts and styles are stepped over.

The reading stage takes a page's metadata from it, `sources test` the card that messengers make of a link.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

LONGEST_CONTENT = 20_000  # characters of what one meta element says
_WITHIN = 2_000_000  # bytes in which the head's end is looked for
_WITHOUT_END = 150_000  # bytes read where a page never closes its head
_LONGEST_ADDRESS = 8_000  # characters


@dataclass(slots=True)
class Head:
    """`meta` maps lower-case names and properties to their contents in order, as they are written, entities and all;
    `links` are the attributes of those elements that tell something of the article."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    links: list[dict[str, str]] = field(default_factory=list)
    base: str | None = None
    language: str | None = None
    title: str = ""  # as it is written


_STOP = re.compile(rb"<(!--|script|style|/head|body)", re.I)
# A closing tag in any case of its letters.  The two signs before them are what is searched for, so this is quick.
_CLOSING = {name: re.compile(rb"</" + name, re.I) for name in (b"script", b"style")}


def cut(data: bytes) -> tuple[bytes, int]:
    """The head without scripts, styles and comments, and where it ends (0 where the page does not say so).  What they
    hold is stepped over, not looked into: they are most of many heads.  Any charset that keeps ASCII will do."""
    pieces: list[bytes] = []
    at = 0
    while stop := _STOP.search(data, at, _WITHIN):
        pieces.append(data[at : stop.start()])
        kind = stop[1].lower()
        if kind in (b"/head", b"body"):
            return b"".join(pieces), stop.start()
        if kind == b"!--":
            end = data.find(b"-->", stop.end())
        else:
            closing = _CLOSING[kind].search(data, stop.end())
            end = closing.start() if closing else -1
        at = data.find(b">", end) + 1 if end != -1 else 0
        if not at:
            at = len(data)
    pieces.append(data[at:_WITHIN])
    return b"".join(pieces)[:_WITHOUT_END], 0


_ELEMENT = re.compile(
    r"""<(?:meta\s+(?:property|name)\s*=\s*"([^"\s]+)"\s*content\s*=\s*"([^"]*)"\s*/?>"""  # as most are written
    r"""|(link|base|html)(?=[\s/])([^<>]*+)>"""
    r"""|(meta)(?=[\s/])((?>\s*=\s*(?:"[^"]*"|'[^']*')|[^<>=]+|=)*+)>"""
    r"""|title(?:\s[^>]*)?>([^<]*+(?:<(?!/title)[^<]*+)*+)|(svg)\b)""",
    re.I,
)
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>][^\s=/<>]*+)(?:\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s>]++)))?+""")


def read(text: str) -> Head:
    """What the elements of a head say, in their order; one of a drawing ends it."""
    head = Head()
    meta = head.meta
    for name, content, tag, inside, other, said, title, drawing in _ELEMENT.findall(text):
        if name:
            if content:
                meta.setdefault(name.lower(), []).append(content[:LONGEST_CONTENT])
        elif tag:
            _GATHER[tag.lower()](head, inside)
        elif other:
            gather_meta(meta, _attributes(said))  # entities stay as they are until somebody asks
        elif drawing:
            break
        elif not head.title:
            head.title = title.strip()
    return head


_META_NAMES = ("property", "name", "itemprop", "http-equiv")


def gather_meta(meta: dict[str, list[str]], said: Mapping[str, str]) -> None:
    """Add what a meta element says under each of its names."""
    content = said["content"] if "content" in said else said.get("value")
    if not content:
        return
    content = content[:LONGEST_CONTENT]
    for key in _META_NAMES:
        if key in said:
            name = said[key].strip().lower()
            for one in name.split() if key == "property" else (name,):
                if one:
                    meta.setdefault(one, []).append(content)


def _gather_link(head: Head, inside: str) -> None:
    low = inside.lower()
    if "canonical" in low or "shortlink" in low or "hreflang" in low or "author" in low or "image_src" in low:
        head.links.append(_attributes(inside, plainly=True))


def _gather_base(head: Head, inside: str) -> None:
    head.base = _attributes(inside, plainly=True).get("href") or head.base


def _gather_language(head: Head, inside: str) -> None:
    said = _attributes(inside)
    head.language = head.language or said.get("lang") or said.get("xml:lang")


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
