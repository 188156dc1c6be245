"""What people type about a rule: words and phrases, an age, a topic's link.  Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bot import language as languages

WHERE: Final = ("any", "title", "text")
"""Conditions that hold when one of their words is found; each looks in another part."""

_MOST: Final = 60  # words and phrases
_LONGEST: Final = 80  # characters of one
_BETWEEN: Final = re.compile(r"[,;\n،؛，、；]+|\s+(?=[-–—−+]\w)")
_EXCLUDES: Final = re.compile(r"(?:[-–—−]|not\s)\s*", re.IGNORECASE)
_AGE: Final = re.compile(
    r"(?P<than>under|below|younger(?: than)?|less(?: than)?|newer(?: than)?|<|over|above|older(?: than)?|"
    r"more(?: than)?|>)?\s*(?P<n>\d{1,4})\s*(?P<unit>m(?:in\w*)?|h\w*|d\w*|w\w*)"
)
_OLDER: Final = ("over", "above", "older", "more", ">")
_TOPIC: Final = re.compile(r"(?:https?://)?t(?:elegram)?\.me/(?:c/\d+|\w+)/(\d+)(?:/\d+)?/?(?:\?.*)?", re.IGNORECASE)


def listed(text: str) -> list[str]:
    """Names or phrases between commas, without quotes; what holds no letter or digit is left out."""
    found = (part.strip().strip("\"'“”„«»").strip()[:_LONGEST] for part in _BETWEEN.split(text))
    return list(dict.fromkeys(part for part in found if languages.words(part)))[:_MOST]


def words_typed(text: str, *, where: str = "any") -> Mapping[str, list[str]]:
    """`ferry, -job ad, +harbour` → {"any": ["ferry"], "not": ["job ad"], "all": ["harbour"]}; `where` one of WHERE.
    Empty when nothing was meant."""
    found: dict[str, list[str]] = {}
    for part in _BETWEEN.split(text):
        plain = part.strip()
        excluded = _EXCLUDES.match(plain)
        key = "not" if excluded else "all" if plain.startswith("+") else where
        rest = plain[excluded.end() :] if excluded else plain.removeprefix("+")
        found.setdefault(key, []).extend(listed(rest))
    return {key: list(dict.fromkeys(words)) for key, words in found.items() if words}


def age_typed(text: str) -> tuple[str, str] | None:
    """ "under 2h" → ("younger", "2h"), "older than 3 days" → ("older", "3d"); None when it is no age."""
    match = _AGE.fullmatch(" ".join(text.lower().split()))
    if match is None or not int(match["n"]):
        return None
    key = "older" if (match["than"] or "").split(" ")[0] in _OLDER else "younger"
    return key, f"{int(match['n'])}{match['unit'][0]}"


def topic_typed(text: str) -> int | None:
    """The topic that a message's link names; 0 for none; None when it is neither."""
    plain = text.strip()
    if plain.isdecimal() and len(plain) < 10:
        return int(plain)
    match = _TOPIC.fullmatch(plain)
    return int(match[1]) if match and len(match[1]) < 10 else None
