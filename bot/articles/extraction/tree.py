"""Text becomes a tree that the whole package shares, and elements become plain text again."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import Any

from lxml import etree

Element = Any
"""An lxml element; lxml ships no types."""

_DEEPEST = 150  # levels of nesting that are told apart; deeper text is taken as it comes
_LONGEST = 12_000_000  # bytes; the fetcher's own cap is 10 MiB
_NOT_WORD = re.compile(r"[\W_]+")
_GAPS = bytes(sign for sign in range(128) if not chr(sign).isalnum())
_NOT_WORD_ASCII = str.maketrans({chr(sign): None for sign in _GAPS})
_TAGS = re.compile(r"<[/!]?[A-Za-z][^<>]{0,2000}>")
_BREAKS = frozenset({"br", "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "section", "dd", "dt", "figure"})
_SILENT = frozenset(
    {"script", "style", "noscript", "template", "svg", "iframe", "button", "select", "textarea", "math"}
)


def parse(data: bytes) -> Element | None:
    """The root element of a page in UTF-8, or None where nothing can be made of it.

    libxml2 itself cuts nesting at 256 levels; `huge_tree` stays off so that attributes and text are bounded too.
    """
    parser = etree.HTMLParser(
        encoding="utf-8",
        recover=True,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
        collect_ids=False,  # nobody looks an element up by its id
    )
    try:
        root = etree.fromstring(data[:_LONGEST], parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    return root


def tidy(text: str | None) -> str:
    """One line: white space of every kind made single.  Soft hyphens and joiners stay, they belong to the writing."""
    return " ".join(text.split()) if text else ""


def plain(value: str | None) -> str:
    """The plain text of a value that may hold entities (even thrice escaped) and tags."""
    if not value:
        return ""
    if "&" in value:
        value = unescape(value)
        for _ in range(2):
            if "&" not in value or ";" not in value:
                break
            value = unescape(value)
    if "<" in value:
        value = _TAGS.sub(" ", value)
    return tidy(value)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Letters and digits only, in lower case: what is left when spacing and punctuation differ."""
    if text.isascii():
        return text.lower().translate(_NOT_WORD_ASCII)
    rest = text.casefold().encode("utf-8", "surrogatepass").translate(None, _GAPS)  # few signs are left to look for
    left = rest.decode("utf-8", "surrogatepass")
    return left if left.isalnum() else _NOT_WORD.sub("", left)


def text_of(element: Element) -> str:
    """The visible text of an element on one line; line breaks and blocks inside it count as spaces."""
    if not len(element):
        return "" if element.tag in _SILENT else tidy(element.text)
    pieces: list[str] = []
    _collect(element, pieces, 0)
    return " ".join("".join(pieces).split())


def _collect(element: Element, pieces: list[str], depth: int) -> None:
    tag = element.tag
    if tag in _SILENT or not isinstance(tag, str):
        return
    if depth > _DEEPEST:
        pieces += list(element.itertext())
        return
    apart = tag in _BREAKS
    if apart:
        pieces.append(" ")
    if element.text:
        pieces.append(element.text)
    for child in element:
        _collect(child, pieces, depth + 1)
        if child.tail:
            pieces.append(child.tail)
    if apart:
        pieces.append(" ")


def marks(element: Element, *, fold_case: bool = True) -> str:
    """Class, id, role and test names of an element: what its author called it."""
    get = element.get
    said = (get("class"), get("id"), get("role"), get("data-testid"), get("data-component"), get("itemprop"))
    called = " ".join(filter(None, said))[:600]
    return called.lower() if fold_case else called
