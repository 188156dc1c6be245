"""What must hold of an article, and how each database is told: FTS5's query language, or a tsquery.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Forms = tuple[str, ...]
"""One word as it may stand in the index: its stems in the languages of the archive."""
Phrase = tuple[Forms, ...]
"""One phrase as it may stand in the index: its words in order, once for each language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What must hold beside words: SQL conditions on `articles` a, with their values; and the first id to look at.

    likely   an id from which on enough matches are expected, to be looked at before the rest"""

    conditions: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    first: int = 0
    likely: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """(any of `any_of`) and all of `all_of` and every phrase, and none of `none_of`; each word in any of its forms."""

    any_of: tuple[Forms, ...] = ()
    all_of: tuple[Forms, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    none_of: tuple[Phrase, ...] = ()
    in_title: bool = False
    beginning: bool = False  # words may go on: "transp" finds "transport"


def sqlite_expression(match: Match) -> str:
    """FTS5's query language; every word quoted, so that nothing typed is an operator."""
    star = " *" if match.beginning else ""
    required = [_any([f'"{form}"{star}' for form in forms], " OR ") for forms in match.all_of]
    required += [_any([f'"{" ".join(words)}"' for words in phrase], " OR ") for phrase in match.phrases]
    if match.any_of:
        required.append(_any([f'"{form}"{star}' for forms in match.any_of for form in forms], " OR "))
    if not required:
        return ""
    expression = _one_by_one(required)
    if match.in_title:
        expression = f"title : ({expression})"
    if match.none_of:
        excluded = _any([f'"{" ".join(words)}"' for phrase in match.none_of for words in phrase], " OR ")
        expression = f"({expression}) NOT {excluded}"
    return expression


def _one_by_one(required: Sequence[str]) -> str:
    """All of them, each looked for only where those before it stand.  In a plain AND of three FTS5 moves the third on
    for every place of the first two, and it makes one AND of nested ones; leaving out nothing keeps them apart."""
    expression = " AND ".join(required[:2])
    for later in required[2:]:
        expression = f'(({expression}) NOT "") AND {later}'
    return expression


def postgres_expression(match: Match) -> str:
    """A tsquery's text form.  Tokens hold only letters, digits and marks, so quoting is enough."""
    tail = ":" + ("A" if match.in_title else "") + ("*" if match.beginning else "")
    tail = "" if tail == ":" else tail
    required = [_any([f"'{form}'{tail}" for form in forms], " | ") for forms in match.all_of]
    required += [_phrase(phrase) for phrase in match.phrases]
    if match.any_of:
        required.append(_any([f"'{form}'{tail}" for forms in match.any_of for form in forms], " | "))
    if not required:
        return ""
    excluded = [f"!{_phrase(phrase)}" for phrase in match.none_of]
    return " & ".join([*required, *excluded])


def expression(match: Match, *, lite: bool) -> str:
    return sqlite_expression(match) if lite else postgres_expression(match)


def _phrase(phrase: Phrase) -> str:
    return _any(["(" + " <-> ".join(f"'{word}'" for word in words) + ")" for words in phrase], " | ")


def _any(parts: Sequence[str], operator: str) -> str:
    return f"({operator.join(parts)})"
