"""Hashtags: only what Telegram reads as one.

Its parser (TDLib MessageEntity.cpp `match_hashtags`) takes letters, decimal digits, "_", ZWNJ and the Sinhala block,
at most 256 of them and at least one letter; vowel signs end a hashtag, so `#चुनाव` would be read as `#च`.
"""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 256
_HARAKAT = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]")
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015/&+.,:;()·]+")
_SILENT = re.compile("[\"'’‘“”«»!?\u200d\u200e\u200f\u2066-\u2069]")


def hashtag(tag: str) -> str | None:
    """ "night bus" → "#night_bus"; None when Telegram would not take the whole word."""
    word = _written(tag)
    if not _is_whole(word):
        word = _written(_HARAKAT.sub("", tag))
    return f"#{word}" if _is_whole(word) else None


def hashtags(tags: tuple[str, ...] | list[str], *, limit: int = 3) -> list[str]:
    """The first usable ones, each once."""
    found = dict.fromkeys(made for tag in tags if (made := hashtag(tag)))
    return list(found)[:limit]


def _written(tag: str) -> str:
    word = unicodedata.normalize("NFC", tag.strip().lstrip("#"))
    return _BETWEEN.sub("_", _SILENT.sub("", word)).strip("_")


def _is_whole(word: str) -> bool:
    if not 2 <= len(word) <= MAX_LENGTH:
        return len(word) == 1 and word.isalpha() and unicodedata.category(word) == "Lo"  # one Chinese character
    return all(map(_continues, word)) and any(map(_is_letter, word))


def _is_letter(mark: str) -> bool:
    return unicodedata.category(mark).startswith("L")


def _continues(mark: str) -> bool:
    return mark in "_\u200c" or _is_letter(mark) or unicodedata.category(mark) == "Nd" or "\u0d80" <= mark <= "\u0dff"
