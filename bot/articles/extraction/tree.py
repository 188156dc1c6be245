"""Text becomes a tree that the whole package shares, and elements become plain text again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml import etree

Element = Any
"""An lxml element; lxml ships no types."""

_LONGEST = 12_000_000  # characters; the fetcher's own cap is 10 MiB
_WORD = re.compile(r"[^\W_]+")
_TAGS = re.compile(r"<[/!]?[A-Za-z][^<>]{0,2000}>")
_BREAKS = frozenset({"br", "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "section", "dd", "dt", "figure"})
_SILENT = frozenset(
    {"script", "style", "noscript", "template", "svg", "iframe", "button", "select", "textarea", "math"}
)


def parse(text: str) -> Element | None:
    """The root element of a page, or None where nothing can be made of it.

    libxml2 itself cuts nesting at 256 levels; `huge_tree` stays off so that attributes and text are bounded too.
    """
    parser = etree.HTMLParser(
        encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(text[:_LONGEST].encode("utf-8", "ignore"), parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    return root


def tidy(text: str | None) -> str:
    """One line: white space of every kind made single.  Soft hyphens and joiners stay, they belong to the writing."""
    return " ".join(text.split()) if text else ""


def plain(value: str | None) -> str:
    """The plain text of a value that may hold entities (even twice escaped) and tags."""
    if not value:
        return ""
    if "&" in value:
        value = unescape(value)
        if "&" in value and ";" in value:
            value = unescape(value)
    if "<" in value:
        value = _TAGS.sub(" ", value)
    return tidy(value)


def fold(text: str) -> str:
    """Letters and digits only, in lower case: what is left when spacing and punctuation differ."""
    return "".join(_WORD.findall(text.casefold()))


def text_of(element: Element) -> str:
    """The visible text of an element on one line; line breaks and blocks inside it count as spaces."""
    return tidy("".join(_pieces(element)))


def _pieces(element: Element) -> Iterator[str]:
    # `depth` of libxml2 trees is bounded (256), so recursion would do; iterwalk is faster than recursion in Python
    skipping = None
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            if skipping is not None:
                continue
            if not isinstance(node.tag, str) or node.tag in _SILENT:
                skipping = node
                continue
            if node.tag in _BREAKS:
                yield " "
            if node.text:
                yield node.text
        else:
            if skipping is node:
                skipping = None
            elif node.tag in _BREAKS and skipping is None:
                yield " "
            if skipping is None and node.tail and node is not element:
                yield node.tail


def marks(element: Element, *, fold_case: bool = True) -> str:
    """Class, id, role and test names of an element: what its author called it."""
    get = element.get
    said = (get("class"), get("id"), get("role"), get("data-testid"), get("data-component"), get("itemprop"))
    called = " ".join(filter(None, said))[:600]
    return called.lower() if fold_case else called
