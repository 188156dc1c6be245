"""Folding: many spellings of one word become one, for search, for comparing and for counting."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bot.language.stopwords import WORDS

# Letters that Unicode does not decompose but people type in their plain form, and Arabic-script letters that look or
# sound alike across Arabic, Persian and Urdu keyboards.
_LETTERS = str.maketrans(
    {
        "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ŋ": "n",
        "ё": "е", "ґ": "г", "ς": "σ",
        "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ۍ": "ي", "ک": "ك", "ڪ": "ك", "ګ": "گ", "ة": "ه", "ۃ": "ه",
        "ہ": "ه", "ھ": "ه", "ە": "ه", "ۀ": "ه", "ۂ": "ه", "ں": "ن", "ڼ": "ن", "ۇ": "و", "ۆ": "و", "ۈ": "و",
        "ٲ": "ا", "ۓ": "ي", "ء": None, "ـ": None,
        "ँ": "ं", "ঁ": "ং", "ਁ": "ਂ", "ઁ": "ં", "ੰ": "ਂ",
        "’": "'", "ʼ": "'", "‘": "'", "′": "'", "＇": "'",
    }
)  # fmt: skip
# Marks that go: Latin and Cyrillic accents, Hebrew points, Arabic vowels and annotation, Indic nuktas; and what is
# invisible: soft hyphen, joiners, directional marks, byte order mark.
_DROPPED = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e8\u06ea-\u06ed\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
MARK = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8"
    "\u06ea-\u06ed\u0900-\u0963\u0971-\u0983\u09bc-\u09e3\u0a01-\u0a51\u0a70-\u0a83\u0abc-\u0ae3\u0b01-\u0b63\u0b82-\u0bd7"
    "\u0c00-\u0c63\u0c81-\u0ce3\u0d00-\u0d63\u0d81-\u0df3\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd"
    "\u0f18-\u0f19\u0f35-\u0f39\u0f71-\u0f84\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u3099\u309a\u200c\u200d"
)
WORD = re.compile(rf"(?:[^\W_]|[{MARK}])+")
"""A word as written: letters, digits and the marks that belong to them."""
_ASCII_WORD = re.compile("[A-Za-z0-9]+")  # the same for plain text, several times as fast
# Scripts written without spaces between words: Thai, Lao, Burmese, Khmer, Han, kana.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_RUNS = re.compile(rf"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")


def fold(text: str) -> str:
    """The search form of a text: case, accents, vowel points, nuktas, letter variants (yeh, kaf, alef …), joiners and
    digits of every script made one.  Indic vowel signs stay, since they make different words.  Idempotent."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text).casefold()
    text = _DROPPED.sub("", unicodedata.normalize("NFKD", text)).translate(_LETTERS)
    text = "".join(_digit(c) if c > "\x7f" and c.isdecimal() else c for c in text)
    return unicodedata.normalize("NFC", text)


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character))


def spelled(text: str) -> list[str]:
    """The words of a text as they are written."""
    return (_ASCII_WORD if text.isascii() else WORD).findall(text)


def words(text: str) -> tuple[str, ...]:
    """The folded words of a text in order.  Scripts written without spaces (Chinese, Japanese, Thai …) come as
    overlapping pairs of characters."""
    folded = fold(text)
    if folded.isascii():
        return tuple(_ASCII_WORD.findall(_POSSESSIVE.sub("", folded) if "'s" in folded else folded))
    found: list[str] = []
    for word in WORD.findall(_POSSESSIVE.sub("", folded)):
        if word.isascii() or not _has_unspaced(word):
            found.append(word)
            continue
        for run in _RUNS.findall(word):
            if _has_unspaced(run) and len(run) > 1:
                found.extend(run[i : i + 2] for i in range(len(run) - 1))
            else:
                found.append(run)
    return tuple(found)


_UNSPACED_ONE = re.compile(rf"[{_UNSPACED}]")


def _has_unspaced(word: str) -> bool:
    return _UNSPACED_ONE.search(word) is not None


@lru_cache(maxsize=128)
def stop_words(language: str | None) -> frozenset[str]:
    """The folded function words of a language; empty for one that we do not know."""
    primary = (language or "").replace("_", "-").casefold().split("-")[0]
    return frozenset(fold(WORDS.get(_SAME.get(primary, primary), "")).split())


_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "bs": "hr", "sh": "hr", "fil": "tl", "prs": "fa", "dari": "fa"}
