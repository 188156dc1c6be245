"""The words of a text about times, each with all that it may stand for in one language, else in another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.language.calendar import MONTHS, WEEKDAYS
from bot.language.folding import MARK, fold
from bot.language.timewords import WORDS

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTH_NAMES: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_HAN: Final = "\u3400-\u9fff"
_TOKEN: Final = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[:h]\d{2}(?!\d)|\d{1,2}\.\d{2}(?![\d.])|\d+|[-–—~〜]+|[,،;؛、，+]|"
    rf"[{_HAN}]+|(?:(?![{_HAN}])[^\W\d_]|[{MARK}])+"
)
_HAN_NUMBER: Final = re.compile("([零〇一二两三四五六七八九十]{1,3})(?=[点點时時分月日号])")
_HAN_DIGITS: Final = {"零": 0, "〇": 0, "两": 2, **{c: n for n, c in enumerate("一二三四五六七八九", 1)}}
_TONIGHT: Final = ("today", "night")


@dataclass(slots=True)
class Item:
    """A word's concept, or a number (`number`, `clock` as "9:30", `iso`); `means`: all that the word may stand for."""

    means: frozenset[str]
    text: str = ""

    def is_(self, *concepts: str) -> bool:
        return not self.means.isdisjoint(concepts)


def items_of(text: str, language: str | None) -> list[Item] | None:
    """None where any word means nothing here.  `language`: whose words come first."""
    tokens = _tokens(fold(text), language)
    found: list[Item] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token[0].isdigit():
            kind = "iso" if token.count("-") == 2 else "number" if token.isdigit() else "clock"
            found.append(Item(frozenset({kind}), re.sub("[h.]", ":", token) if kind == "clock" else token))
            place += 1
            continue
        size, means = _longest(tokens[place : place + 5], language)
        if not size:
            return None
        found += [Item(means, token)] if means != {"tonight"} else [Item(frozenset({w}), token) for w in _TONIGHT]
        place += size
    return found


def _longest(tokens: Sequence[str], language: str | None) -> tuple[int, frozenset[str]]:
    """How many of the tokens make the longest known phrase, and what it means."""
    if tokens[0] in ",،;؛、，":
        return 1, frozenset({"and"})
    if tokens[0] == "+":
        return 1, frozenset({"in"})
    if set(tokens[0]) <= set("-–—~〜"):
        return 1, frozenset({"to"})
    for size in range(len(tokens), 0, -1):
        if means := _meaning(" ".join(tokens[:size]), language):
            return size, means
    return 0, frozenset()


def _meaning(phrase: str, language: str | None) -> frozenset[str]:
    tables = _tables()
    for tag in (language or "", "en", *tables):
        if means := tables.get(tag, {}).get(phrase):
            return means
    return frozenset()


def _tokens(text: str, language: str | None) -> list[str]:
    text = _HAN_NUMBER.sub(lambda found: str(_han_number(found[1])), text)
    found: list[str] = []
    for token in _TOKEN.findall(text):
        if re.match(f"[{_HAN}]", token):
            found += _han_words(token)
        elif token[0] == "و" and len(token) > 1 and not _meaning(token, language):  # "and", written with its word
            found += ["و", token[1:]]
        else:
            found.append(token)
    return found


def _han_words(run: str) -> list[str]:
    """The longest known words of a text without spaces; what is not known stays a character."""
    known = _tables()["zh-Hans"]
    found, place = [], 0
    while place < len(run):
        size = next((size for size in (4, 3, 2, 1) if run[place : place + size] in known), 1)
        found.append(run[place : place + size])
        place += size
    return found


def _han_number(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    units = _HAN_DIGITS.get(ones, 0) if ones else 0
    return (_HAN_DIGITS.get(tens, 1) if tens else 1) * 10 + units if ten else units


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, frozenset[str]]]:
    """Of each language: what its words and phrases mean."""
    made: dict[str, dict[str, frozenset[str]]] = {}
    for tag, concepts in WORDS.items():
        table: dict[str, frozenset[str]] = {}
        lines = [
            *((day, names) for day, names in zip(DAYS, WEEKDAYS[tag], strict=True)),
            *((month, names) for month, names in zip(MONTH_NAMES, MONTHS[tag], strict=True)),
            *concepts.items(),
        ]
        for concept, names in lines:
            for name in names.split("|"):
                phrase = " ".join(_TOKEN.findall(fold(name)))
                if phrase:
                    table[phrase] = table.get(phrase, frozenset()) | {concept}
        made[tag] = table
    return made
