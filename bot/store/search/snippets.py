"""A line of an article's text that shows where the asked words stand."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language import WORD
from bot.store.search.terms import variants

_LENGTH = 160  # characters
_LOOK_AT = 6_000  # characters
_PLACES = 40


class Snippets:
    """Cuts snippets for one page of results; remembers which words are hits."""

    def __init__(self, forms: set[str], languages: Sequence[str]) -> None:
        self._forms = forms
        self._languages = tuple(languages)
        self._first = {form[0] for form in forms if form}
        self._hits: dict[str, bool] = {}

    def cut(self, body: str) -> str | None:
        """About 160 characters around the place where most of the words stand; None without text."""
        flat = " ".join(body[:_LOOK_AT].split())
        if not flat:
            return None
        places: list[int] = []
        for match in WORD.finditer(flat):
            if self._is_hit(match[0]):
                places.append(match.start())
                if len(places) == _PLACES:
                    break
        start = max(places, key=lambda at: sum(at <= other < at + _LENGTH for other in places), default=0)
        start = max(0, flat.rfind(" ", 0, max(0, start - 30)) + 1) if start > 60 else 0
        end = len(flat) if len(flat) <= start + _LENGTH else max(flat.rfind(" ", start, start + _LENGTH), start + 40)
        return ("…" if start else "") + flat[start:end] + ("…" if end < len(flat) else "")

    def _is_hit(self, word: str) -> bool:
        known = self._hits.get(word)
        if known is None:
            possible = not word.isascii() or word[0].lower() in self._first
            known = possible and not self._forms.isdisjoint(variants(word, self._languages))
            self._hits[word] = known
        return known
