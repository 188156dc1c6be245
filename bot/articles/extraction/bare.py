"""A page that says nothing of itself is a text in HTML's clothes: its lines are read as pasted text is, and believed
where the page's own structure does not say otherwise."""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import etree

from bot.articles.extraction.page import Page
from bot.articles.extraction.pasted import read_pasted
from bot.articles.extraction.tree import Element, fold
from bot.model import Extraction

_MOST_ELEMENTS = 400
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code data dfn em font i ins kbd mark q s samp small span strong sub sup time u".split()
)
_SILENT = frozenset({"script", "style", "noscript", "template", "select", "textarea", "iframe", "svg"})


def reread(page: Page, found: Extraction) -> Extraction:
    """What was found in a page, with the headline, standfirst and cross-links that its bare lines tell."""
    if (found.title and found.standfirst) or page.articles or page.said("description", "og:description"):
        return found
    body = page.root.find(".//body")
    if body is None or len(page.elements) > _MOST_ELEMENTS:
        return found
    read = read_pasted("\n\n".join(_lines(body)))
    if not read.title or not read.text or (found.title and not _agrees(found, read)):
        return found
    linked = {fold(link.title): link for link in found.related}
    return replace(
        found,
        title=found.title or read.title,
        standfirst=found.standfirst or read.standfirst,
        authors=found.authors or read.authors,
        published=found.published or read.published,
        text=read.text,
        related=tuple(linked.get(fold(link.title), link) for link in read.related) or found.related,
    )


def _agrees(found: Extraction, read: Extraction) -> bool:
    """Whether the lines tell the same headline and the same paragraphs, but for the first, which is the standfirst."""
    own, told = (found.text or "").split("\n\n"), (read.text or "").split("\n\n")
    return own[1:] == told and own[0] == read.standfirst and fold(found.title or "") == fold(read.title or "")


def _lines(body: Element) -> list[str]:
    """The lines that a reader sees: a block's text is one, a line break ends one, and `pre` keeps its own."""
    pieces: list[str] = []
    walk = etree.iterwalk(body, events=("start", "end"))
    kept = 0
    for event, element in walk:
        opens = event == "start"
        if element.tag in _SILENT and opens:
            walk.skip_subtree()
            continue
        if element.tag not in _INLINE:
            pieces.append("\n")
        kept += (1 if opens else -1) if element.tag == "pre" else 0
        text = element.text if opens else element.tail if element is not body else None
        if text:
            pieces.append(text if kept else _GAP.sub(" ", text))
    return [line for line in "".join(pieces).split("\n") if line.strip()]


_GAP = re.compile(r"\s+")
