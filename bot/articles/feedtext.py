"""A feed item's own HTML as plain paragraphs."""

from __future__ import annotations

import re
from html import unescape

_BLOCKS = frozenset(
    "p div br li ul ol h1 h2 h3 h4 h5 h6 blockquote tr table section article header footer figure hr pre dd dt".split()
)
_SILENT = frozenset("script style noscript template iframe figcaption button svg form object video audio".split())
_MARKUP = re.compile(r"<[a-zA-Z!/]|&(?:#\d+|#x[0-9a-fA-F]+|\w+);")
# What blog engines append to every item.
_APPENDED = re.compile(
    r"(?:^the post .{1,300} (?:first )?appeared (?:first )?on .{1,120}\.?$|^(?:read more|continue reading|weiterlesen|"
    r"lire la suite|leer más|читать далее)\b.{0,120}$|^\[?(?:\.\.\.|…)\]?$)",
    re.I | re.M,
)


def paragraphs(html: str | None) -> str | None:
    """Paragraphs split by a blank line; None when no words are left."""
    if not html:
        return None
    text = _stripped(html) if _MARKUP.search(html) else html
    lines = (" ".join(line.split()) for line in text.replace("\r", "").split("\n"))
    joined = "\n\n".join(line for line in lines if line and not _APPENDED.match(line))
    return joined if any(c.isalnum() for c in joined) else None


def line(html: str | None) -> str | None:
    """The same as one line."""
    text = paragraphs(html)
    return " ".join(text.split()) if text else None


def _stripped(html: str) -> str:
    from lxml import etree

    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(f"<div>{html.replace(chr(0), '')}</div>", parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return unescape(re.sub(r"<[^>]*>", " ", html))
    pieces: list[str] = []
    silent = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = str(node.tag).lower()
        if event == "start":
            silent += tag in _SILENT
            pieces.append("\n" if tag in _BLOCKS else "")
            pieces.append("" if silent else node.text or "")
            continue
        silent -= tag in _SILENT
        pieces.append("\n" if tag in _BLOCKS else "")
        pieces.append("" if silent else node.tail or "")
    return "".join(piece if piece == "\n" else piece.replace("\n", " ") for piece in pieces)
