"""What stands around articles in many languages: cross-links, button bars, adverts, notices (`tables/phrases.toml`)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from bot.articles.extraction.wordlists import table

_SEPARATOR = r"(?:\s{0,3}[:：|│¦–—›»>→▶►]+|\s{1,3}-{1,2}(?=\s)|-\s)"
_LONGEST_LABEL_LINE = 400
_LONGEST_BAR = 600  # before folding, which may halve it


@lru_cache(maxsize=512)
def fold_line(line: str) -> str:
    """A line as the lists have it: composed, lower case, straight apostrophes, single spaces."""
    if line.isascii():
        return " ".join(line.lower().split())
    line = unicodedata.normalize("NFC", line).replace("’", "'").replace("\u200c", "").replace("\u00ad", "")
    return " ".join(line.casefold().split())


def _alternatives(words: list[str]) -> str:
    folded = {fold_line(word) for word in words}
    return "|".join(re.escape(word) for word in sorted(folded, key=lambda word: (-len(word), word)) if word)


@cache
def _strong() -> re.Pattern[str]:
    return re.compile(
        rf"^[^\w(\[]{{0,6}}[\[(]?(?:{_alternatives(table('phrases')['cross_link']['strong'])})(?!\w)[\])]?({_SEPARATOR})?\s*"
    )


@cache
def _weak() -> re.Pattern[str]:
    return re.compile(
        rf"^[^\w(\[]{{0,6}}[\[(]?(?:{_alternatives(table('phrases')['cross_link']['weak'])})(?!\w)[\])]?({_SEPARATOR})\s*"
    )


@cache
def _bar() -> re.Pattern[str]:
    words = _alternatives(table("phrases")["bar"]["words"])
    return re.compile(rf"(?>(?:{words})(?!\w)[\s|•·,/:>›»&+()0-9.\-–—]*)++")


@cache
def _first_words() -> tuple[frozenset[str], frozenset[str]]:
    """The words that cross-link labels, and those that bars begin with: most lines are settled by their first word."""
    labels = table("phrases")["cross_link"]["strong"] + table("phrases")["cross_link"]["weak"]
    bars = table("phrases")["bar"]["words"]
    return _openings(labels), _openings(bars)


def _openings(words: list[str]) -> frozenset[str]:
    return frozenset(_first_word(fold_line(word)) for word in words)


_FIRST_WORD = re.compile(r"[^\w(\[]{0,6}[\[(]?(\w{1,40})")


def _first_word(folded: str) -> str:
    match = _FIRST_WORD.match(folded)
    return match[1] if match else ""


@cache
def _adverts() -> frozenset[str]:
    return frozenset(fold_line(line).strip(" -–—.:·*[]()") for line in table("phrases")["advert"]["lines"])


@cache
def _notices() -> tuple[str, ...]:
    return tuple({fold_line(start) for start in table("phrases")["notice"]["starts"]})


def cross_link(line: str) -> str | None:
    """The title behind a cross-link label, "" for a label that stands alone, None for any other line."""
    if len(line) > _LONGEST_LABEL_LINE:
        return None
    folded = fold_line(line)
    if _first_word(folded) not in _first_words()[0]:
        return None
    match = _strong().match(folded)
    if match:
        rest = folded[match.end() :]
        if not rest.strip(" :.…-–—»>"):
            return ""
        if not match[1] and not _is_title(line, rest):
            return None
    else:
        match = _weak().match(folded)
        if not match or not (rest := folded[match.end() :]) or not _is_title(line, rest):
            return None
    return _tail(line, rest)


def _is_title(line: str, rest: str) -> bool:
    """A headline rather than a sentence of the story: short, and without a sentence's end unless it asks or shouts."""
    return (
        len(rest) <= 250
        and len(rest.split()) <= 32
        and not rest.endswith((".", ";", ",", "।", "۔", "。"))
        and len(rest) > 8
    )


def _tail(line: str, rest: str) -> str:
    """The end of the unfolded line that folds to `rest`."""
    words = line.split()
    count = len(rest.split())
    tail = " ".join(words[-count:]) if count <= len(words) else line
    if fold_line(tail) == rest:
        return tail.strip()
    at = fold_line(tail).rfind(rest)  # the label and the title were written together ("READ:Title")
    return tail[at:].strip() if at >= 0 and len(fold_line(tail)) == len(tail) else tail.strip()


def is_bar(line: str) -> bool:
    """Whether a line is nothing but buttons, menu entries or a close sign."""
    if len(line) > _LONGEST_BAR:
        return False
    folded = fold_line(line)
    if len(folded) > 300:
        return False
    folded = folded.strip(" |•·,/:>›»«-–—…*_=#~.+")
    if folded and _first_word(folded) not in _first_words()[1]:
        return False
    return not folded or bool(_bar().fullmatch(folded))


def is_advert(line: str) -> bool:
    return len(line) < 120 and fold_line(line).strip(" -–—.:·*[]()") in _adverts()


def is_notice(line: str) -> bool:
    """Whether a line starts as sign-ups, rights, tags and such do, and is short enough to be nothing else."""
    if len(line) > 350:
        return False
    folded = fold_line(line).lstrip("•·*-–—>»|→▶ ✉📩📲👉⬇️🔔")
    return folded.startswith(_notices())


def is_around(line: str) -> bool:
    """Whether a line is no part of any article."""
    return is_bar(line) or is_advert(line) or is_notice(line)
