"""How a problem becomes a row and comes back: its English texts, which people and commands can read, and beside them in
`words` what the texts were made of, so that a card that is shown long after can still be said in a reader's language.

Rows from before there were words are read as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.errors import Phrase, Problem
from bot.model import Json

WORDS: Final = "words"
_TEXTS: Final = ("title", "cause", "fix", "where", "meanwhile")


def to_json(problem: Problem) -> dict[str, Json]:
    """What a column keeps: `Problem.as_json`, and `words` for those texts that have values."""
    texts = {name: getattr(problem, name) for name in _TEXTS}
    row: dict[str, Json] = {"code": problem.code}
    row |= {name: None if text is None else str(text) for name, text in texts.items()}
    words = {name: made for name, text in texts.items() if (made := to_words(text)) is not None}
    return row | ({WORDS: words} if words else {})


def of_json(value: Mapping[str, Any] | None) -> Problem | None:
    if not value:
        return None
    words = value.get(WORDS) or {}
    texts = {name: of_words(text, words.get(name)) for name in _TEXTS if (text := value.get(name)) is not None}
    return Problem(code=value["code"], **texts)


def to_words(text: str | None) -> Json:
    """What a text was made of; None where it is a whole text of the catalogs, or none of ours."""
    return _made_of(text) if isinstance(text, Phrase) and (text.values or text.many) else None


def of_words(text: str, words: Mapping[str, Any] | None) -> Phrase:
    """The text as it was, ready to be said."""
    return _made(words) if words else Phrase(text)


def _made_of(text: str) -> Json:
    if not isinstance(text, Phrase):
        return str(text)
    found: dict[str, Json] = {"english": text.english, "values": {k: _made_of(v) for k, v in text.values.items()}}
    return found | ({"many": text.many} if text.many is not None else {})


def _made(words: Mapping[str, Any]) -> Phrase:
    given = {name: value if isinstance(value, str) else _made(value) for name, value in words["values"].items()}
    return Phrase(words["english"], given, words.get("many"))
