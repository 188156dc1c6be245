"""From words to what the index holds: folded, stemmed by the text's language, without its function words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from bot.language import fold, primary, spelled, stem, stop_words, words

_CAPITALS = re.compile("[A-Z]{2}")
MOST_TOKENS = 5_000  # of a body; what comes later in a very long text is not found by its words


class Stems(dict[str, str]):
    """The stems of one language's words, each found once: for many texts in a row."""

    def __init__(self, language: str | None) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, word: str) -> str:
        found = self[word] = stem(word, self.language)
        return found


def tokens(text: str | None, language: str | None, stems: Mapping[str, str] | None = None) -> list[str]:
    """A text's tokens; function words stay only where there is nothing else (a headline like "The Who").  Those that
    are written as acronyms (WHO, US, IT) follow at the end, so that they part no phrase."""
    text = (text or "")[: 12 * MOST_TOKENS]
    stems = Stems(language) if stems is None else stems
    stops = stop_words(language)
    found = [stems[word] for word in _content(words(text), stops)][:MOST_TOKENS]
    return found + [word for word in capitals(text) if word in stops]


def capitals(text: str) -> list[str]:
    """The folded words of two letters and more that are all capitals, as often as they stand; without lines in which
    nothing else is, since there capitals do not tell."""
    found: list[str] = []
    for line in text.split("\n"):
        if not line.isupper() and (not line.isascii() or _CAPITALS.search(line)):
            found += [fold(word) for word in spelled(line) if len(word) > 1 and word.isupper()]
    return found


def variants(word: str, languages: Sequence[str]) -> tuple[str, ...]:
    """The forms in which a query's word may stand in the index: its stem in each language of the archive.  The word
    itself is one of them, for texts in languages that we do not stem."""
    return _variants(word, tuple(languages))


@lru_cache(maxsize=50_000)
def _variants(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(stem(word, language) for language in languages), fold(word)]))


def spellings(phrase: Sequence[str], languages: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """How a phrase may stand in the index: stemmed in each language of the archive and without its function words,
    or as it was typed."""
    found = [
        tuple(stem(word, language) for word in phrase if word not in stop_words(language)) for language in languages
    ]
    return tuple(dict.fromkeys([*filter(None, found), tuple(fold(word) for word in phrase)]))


def without_stops(said: Sequence[str], language: str | None, typed: str = "") -> list[str]:
    """A query's words without function words, unless nothing else is in it; `typed` tells which are acronyms."""
    return list(_content(said, stop_words(primary(language) or "en").difference(capitals(typed))))


def _content(found: Sequence[str], stops: frozenset[str]) -> Sequence[str]:
    return [word for word in found if word not in stops] or found
