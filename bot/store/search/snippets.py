"""A line of an article's text that shows where the asked words stand."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice

from bot.language import WORD
from bot.store.search.terms import variants

_LENGTH = 160  # characters
_AROUND = 4 * _LENGTH  # of which they are cut, with whatever white space
_LOOK_AT = 6_000  # characters
_PLACES = 40


class Snippets:
    """Cuts snippets for one page of results; remembers which words are hits."""

    def __init__(self, forms: set[str], languages: Sequence[str]) -> None:
        self._forms = forms
        self._languages = tuple(languages)
        # a plain word that has a digit stands in the index as it is; of others the stem may differ in its last letters
        self._starts = {form[: max(3, len(form) - 2)] if form.isalpha() else form for form in forms if form.isascii()}
        self._first = {form[0] for form in forms if form and (form.isalpha() or not form.isascii())}
        letters = "".join(sorted(letter for letter in self._first if letter.isascii() and letter.isalpha()))
        self._plain = re.compile(rf"\b[{letters}][a-z0-9]*", re.A | re.I) if letters else None
        self._hits: dict[str, bool] = {}

    def cut(self, body: str) -> str | None:
        """About 160 characters around the place where most of the words stand; None without text."""
        text = body[:_LOOK_AT].strip()
        if not text:
            return None
        start = _thickest(self._places(text))
        start = max(0, _space_before(text, start - 30) + 1) if start > 60 else 0
        flat = " ".join(text[start : start + _AROUND].split())
        rest = start + _AROUND < len(text)
        end = len(flat) if len(flat) <= _LENGTH and not rest else max(flat.rfind(" ", 0, _LENGTH), 40)
        return ("…" if start else "") + flat[:end] + ("…" if end < len(flat) or rest else "")

    def _places(self, flat: str) -> list[int]:
        """Where hits begin: by the beginnings of plain forms, which is fast, else by looking at every word."""
        lower = flat.lower()
        places: list[int] = []
        for start in self._starts if len(lower) == len(flat) else ():
            at = lower.find(start)
            while at >= 0 and len(places) < _PLACES:
                if at == 0 or not lower[at - 1].isalnum():
                    word = WORD.match(flat, at)
                    if word and self._is_hit(word[0]):
                        places.append(at)
                at = lower.find(start, at + 1)
        if not places and self._first:
            pattern = self._plain if flat.isascii() else WORD
            hits = (word.start() for word in (pattern.finditer(flat) if pattern else ()) if self._is_hit(word[0]))
            places = list(islice(hits, _PLACES))
        return sorted(places)

    def _is_hit(self, word: str) -> bool:
        known = self._hits.get(word)
        if known is None:
            possible = not word.isascii() or word[0].lower() in self._first
            known = possible and not self._forms.isdisjoint(variants(word, self._languages))
            self._hits[word] = known
        return known


def _thickest(places: Sequence[int]) -> int:
    """The first place after which most others stand within a snippet's length; places rise."""
    within = [bisect_left(places, at + _LENGTH, lo) - lo for lo, at in enumerate(places)]
    return places[within.index(max(within))] if within else 0


def _space_before(text: str, end: int) -> int:
    return max(text.rfind(space, 0, end) for space in " \n")
