"""Direction: what runs the other way inside a line is set apart, and each line begins in its language's direction.

A paragraph takes the direction of its first strong letter outside isolates, and signs between two directions go with
the paragraph: "/latest" in Arabic would be shown as "latest/" (UAX #9, rules P2, N1 and N2).  So commands, addresses
and values of the other direction stand between FSI and PDI, and a line that would still begin the wrong way gets an
invisible mark in front.  Tags and what people copy (`<code>`) are never changed inside.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, Literal

FSI, PDI, RLM = "\u2068", "\u2069", "\u200f"
_FIELD: Final = re.compile(r"\{(\w+)\}")
_PARTS: Final = re.compile(r"(<code>.*?</code>|<a [^>]*>.*?</a>|<[^>]*>|&#?\w+;)", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>|&#?\w+;")
_WORD: Final = r'"?[-/@#]?[A-Za-z](?:[\w./:@?=&+%-]|\{\w+\})*"?|@\{\w+\}'
_NUMBER: Final = r"\d[\w:.,-]*"  # belongs to the words that it stands with: "24 dec 09:30"
_RUN: Final = re.compile(rf"(?:{_NUMBER} )*(?:{_WORD})(?: (?:{_WORD}|{_NUMBER}))*|\{{\w+\}}", re.ASCII)
_RTL_LETTER: Final = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_GLUE: Final = frozenset("/@#=&?._-")


def fill(text: str, values: Mapping[str, object], *, rtl: bool) -> str:
    """`text` with its `{name}`s filled in; a value's own braces stay as they are."""

    def put(found: re.Match[str]) -> str:
        if found[1] not in values:
            return found[0]
        value = values[found[1]]
        if not isinstance(value, str) or not _stands_alone(text, found):
            return str(value)
        return _isolated(value, rtl=rtl)

    return _FIELD.sub(put, text)


def settle(text: str, *, rtl: bool) -> str:
    """A translation made ready once: in a right-to-left language its foreign runs set apart and its lines led."""
    if not rtl or not _RTL_LETTER.search(text):  # a name that is the same everywhere, or signs
        return text
    parts = _PARTS.split(text)
    parts[::2] = [_RUN.sub(_set_apart, part) for part in parts[::2]]
    parts[1::2] = [f"{FSI}{part}{PDI}" if part.startswith("<code>") else part for part in parts[1::2]]
    return lead("".join(parts))


def lead(html: str) -> str:
    """A right-to-left text whose every line begins on the right, also one that starts with a number or a foreign
    word; a line of nothing but fields or signs stays as it is."""
    return "\n".join(
        f"{RLM}{line}" if strong(line, outside=True) != "rtl" and strong(line) else line for line in html.split("\n")
    )


def strong(html: str, *, outside: bool = False) -> Literal["ltr", "rtl"] | None:
    """The direction of the first letter that has one, with `outside` of those outside isolates; None where there is
    none but numbers and signs."""
    depth = 0
    for mark in _FIELD.sub("", _TAG.sub("", html)):
        kind = unicodedata.bidirectional(mark)
        if outside and kind in ("FSI", "LRI", "RLI"):
            depth += 1
        elif outside and kind == "PDI":
            depth = max(0, depth - 1)
        elif depth == 0 and kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return None


def _isolated(value: str, *, rtl: bool) -> str:
    runs = strong(value)
    if runs is None or (runs == "rtl") is rtl or "\n" in value or value.startswith(FSI):
        return value
    return f"{FSI}{value}{PDI}"


def _stands_alone(text: str, found: re.Match[str]) -> bool:
    """Whether a field is a word of its own: not in a tag, not in what people copy, not a part of an address."""
    head, tail = text[: found.start()], text[found.end() :]
    in_tag = head.rfind("<") > head.rfind(">")
    copied = head.rfind("<code>") > head.rfind("</code>")
    before = head[-1:]
    glued = before in _GLUE or (before.isascii() and before.isalnum()) or tail[:1] in ("/", "=")
    return not (in_tag or copied or glued)


def _set_apart(run: re.Match[str]) -> str:
    if run[0].startswith("{"):  # a value, which decides for itself
        return run[0]
    bare = run[0].rstrip(".:?-")
    return f"{FSI}{bare}{PDI}{run[0][len(bare) :]}"
