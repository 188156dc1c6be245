"""Direction: right-to-left and left-to-right text in one message, each read as it should be.

A paragraph takes the direction of its first strong letter outside isolates (UAX #9, P2 and P3).  So foreign runs are
isolated (FSI … PDI), and a paragraph that would still begin in the wrong direction gets an invisible mark in front.
"""

from __future__ import annotations

import re
import unicodedata

from bot import language as languages
from bot.posts import characters

LRM, RLM = "\u200e", "\u200f"
_PAIRS = {")": "(", "]": "[", ">": "<", "}": "{", "”": "“", "»": "«", "’": "‘", "“": "„"}
"""What ends a pair, and what begins it."""
_FOREIGN = re.compile(r"d*f(?:[^ob]*f)?[dt]*(?:sd+(?!f))?")


def is_rtl(language: str | None, title: str) -> bool:
    """The direction of a story: its language's, else its headline's."""
    return languages.is_rtl(language) if language else languages.base_direction(title) == "rtl"


def isolate_runs(text: str, *, rtl: bool) -> str:
    """Every run of the other direction set apart, so that it moves nothing around it.

    A run goes from its first letter to its last; digits and signs that touch it belong to it ("5G", "C++"), and so
    does a number after it ("iPhone 17") and the other half of a pair ("Times (UK)").  A line without a letter of its
    own direction is one run, with the signs that it ends in."""
    return "\n".join(_isolate_line(line, rtl=rtl) for line in characters.without_isolates(text).split("\n"))


def _isolate_line(text: str, *, rtl: bool) -> str:
    sides = "".join(_side(mark, rtl=rtl) for mark in text)
    if "f" in sides and "o" not in sides:
        bare = text.strip()
        return text.replace(bare, characters.isolate(bare), 1)
    out: list[str] = []
    here = 0
    for run in _FOREIGN.finditer(sides):
        start, end = _paired(text, run.start(), run.end())
        out.extend((text[here:start], characters.isolate(text[start:end])))
        here = end
    return "".join((*out, text[here:]))


def _paired(text: str, start: int, end: int) -> tuple[int, int]:
    """With the other half of a bracket or quotation mark that touches the run, and whose first half is in it."""
    run = text[start:end]
    opened = _PAIRS.get(text[end : end + 1], "")
    if opened and run.count(opened) > run.count(text[end]):
        return start, end + 1
    closed = next((shut for shut, opens in _PAIRS.items() if start and text[start - 1] == opens), "")
    if closed and run.count(closed) > run.count(text[start - 1]):
        return start - 1, end
    return start, end


def lead_paragraphs(text: str, *, rtl: bool) -> list[tuple[int, str]]:
    """Where a direction mark is needed: (offset, mark) for each line that would begin the wrong way."""
    found: list[tuple[int, str]] = []
    offset = 0
    for line in text.split("\n"):
        if line.strip() and not line.startswith(("http://", "https://")) and _leads_astray(line, rtl=rtl):
            found.append((offset, RLM if rtl else LRM))
        offset += len(line) + 1
    return found


def _leads_astray(line: str, *, rtl: bool) -> bool:
    """In a right-to-left story every line without a right-to-left start needs the mark; elsewhere only a line that
    starts right-to-left."""
    return (languages.base_direction(line) == "rtl") is not rtl


def _side(mark: str, *, rtl: bool) -> str:
    """One letter for a character: f(oreign), o(wn), d(igit), t(railing sign), s(pace), b(reak), n(eutral)."""
    if mark == "\n":
        return "b"
    kind = unicodedata.bidirectional(mark)
    if kind in ("L", "R", "AL"):
        return "f" if (kind == "L") is rtl else "o"
    if mark.isdecimal():
        return "d"
    if mark.isspace():
        return "s"
    return "t" if mark in "+#%°®™" else "n"
