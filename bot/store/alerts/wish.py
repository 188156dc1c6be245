"""What an alert looks for, as one canonical value: people who ask for the same share it.  Pure.

An article has the alert's word when it has it in its own language's stem, so "elections" waits for "election" in an
English article and "Wahlen" for "Wahl" in a German one.  Words are compared by equality alone: no pattern of a
person's is ever run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.language import STEMMED, detect, fold, stem, stop_words
from bot.store.search.query import Query

Phrase = tuple[str, ...]
MOST_TERM = 120  # characters of what a search is filed under
_WORDS_ALONE = frozenset({"words"})
_GAP = 16  # positions between headline and body, so that no phrase spans them


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """All words and phrases, none of the excluded, from one of the sources or sites, in one of the languages."""

    words: tuple[str, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()
    sources: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @classmethod
    def of(cls, query: Query, typed: str) -> Wish:
        # few words of Latin script do not tell their language; what is left out of an article's own language is passed
        stops = stop_words("en" if typed.isascii() else detect(typed) or "en")

        def content(part: Phrase) -> Phrase:
            return tuple(word for word in part if word not in stops)

        parts = {content(part) for part in query.typed}
        phrases = {content(phrase) for phrase in query.phrases}
        said = {part[0] for part in parts | phrases if len(part) == 1}
        phrases |= parts
        return cls(
            words=tuple(sorted(said)),
            phrases=tuple(sorted(phrase for phrase in phrases if len(phrase) > 1)),
            excluded=tuple(sorted(set(query.excluded))),
            sources=tuple(sorted(query.sources)),
            sites=tuple(sorted(query.sites)),
            languages=tuple(sorted(query.languages)),
        )

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Wish:
        plain: dict[str, Any] = {name: tuple(words) for name, words in value.items()}
        for name in ("phrases", "excluded"):
            plain[name] = tuple(tuple(phrase) for phrase in value.get(name, ()))
        return cls(**plain)

    def as_json(self) -> dict[str, Any]:
        names = ("words", "phrases", "excluded", "sources", "sites", "languages")
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    @property
    def key(self) -> str:
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()

    @property
    def required(self) -> tuple[str, ...]:
        """The words that an article must have."""
        return tuple(dict.fromkeys([*self.words, *(word for phrase in self.phrases for word in phrase)]))

    def terms_of(self, word: str) -> tuple[str, ...]:
        """The forms of a word in the languages that it may be found in."""
        return forms(word, self.languages or STEMMED)


@lru_cache(maxsize=1)
def _all_stops() -> frozenset[str]:
    return frozenset().union(*(stop_words(language) for language in STEMMED))


def is_common(word: str) -> bool:
    """Whether some language's index leaves it out: English "war" and "man" are function words in German."""
    return word in _all_stops()


@lru_cache(maxsize=100_000)
def forms(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([fold(word), *(stem(word, language) for language in languages)]))


class Text:
    """An article's words with their places, to ask wishes of; its language, hosts and sources."""

    def __init__(
        self,
        title: Sequence[str],
        body: Sequence[str],
        *,
        language: str | None,
        host: str | None,
        sources: frozenset[str],
    ) -> None:
        """title, body: tokens as the index holds them.  sources: the source's name and title, in lower case."""
        self.language = language
        self.host = host
        self.sources = sources
        self.places: dict[str, list[int]] = {}
        for place, token in [*enumerate(title), *enumerate(body, len(title) + _GAP)]:
            self.places.setdefault(token, []).append(place)
        self._stops = stop_words(language)

    @property
    def sites(self) -> tuple[str, ...]:
        """The host and all above it: `www.news.example.org` is on `example.org` too."""
        parts = (self.host or "").split(".")
        return tuple(".".join(parts[n:]) for n in range(max(1, len(parts) - 1))) if self.host else ()

    def has(self, wish: Wish) -> bool:
        return self.answers(wish.as_json())

    def answers(self, wish: Mapping[str, Any]) -> bool:
        """The same of a wish as JSON: of many thousands most are not answered, and need be no more than that."""
        words = wish.get("words", ())
        if not self.passing(words).issuperset(words):
            return False
        if wish.keys() <= _WORDS_ALONE:
            return True
        return (
            self.language in wish.get("languages", (self.language,))
            and ("sources" not in wish or not self.sources.isdisjoint(wish["sources"]))
            and ("sites" not in wish or not set(self.sites).isdisjoint(wish["sites"]))
            and all(self._has_phrase(phrase) for phrase in wish.get("phrases", ()))
            and not any(self._has_phrase(phrase) for phrase in wish.get("excluded", ()))
        )

    def passing(self, words: Iterable[str]) -> set[str]:
        """Those of the words that are in it, or left out of texts in its language; each is looked at once."""
        places, stops, language = self.places, self._stops, self.language
        return {word for word in set(words) if word in places or word in stops or stem(word, language) in places}

    def _at(self, word: str) -> Sequence[int]:
        return self.places.get(stem(word, self.language)) or self.places.get(word) or ()

    def _has_phrase(self, phrase: Sequence[str]) -> bool:
        words = [word for word in phrase if word not in self._stops] or phrase
        found = set(self._at(words[0]))
        for distance, word in enumerate(words[1:], 1):
            found &= {place - distance for place in self._at(word)}
            if not found:
                return False
        return bool(found)
