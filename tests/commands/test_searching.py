"""`sharewire search` in words: what was found, how many there are, and what of the question was not used."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.commands.searching import _HINTS, remarks
from bot.model import Found
from bot.store.search import Hint, HintKind, Results

FOUND = Found(id=1, title="Night bus", url=None, published=datetime(2026, 1, 1, tzinfo=UTC), score=1.0, source=None)


@pytest.mark.parametrize("kind", list(HintKind))
def test_every_hint_has_words_for_people(kind: HintKind) -> None:
    (line,) = remarks(Results(found=(), total=0, hints=(Hint(kind=kind, value="xyz"),)))
    assert line.endswith((".", "list", "ur.")) and "{" not in line
    assert ("xyz" in line) == ("{value}" in _HINTS[kind])


def test_counts_are_shown_up_to_a_thousand_and_a_better_spelling_is_offered() -> None:
    results = Results(found=(FOUND,), total=60, matches=1000, similar=True, suggestion="night bus")
    assert remarks(results) == ["1 of 1,000+.  ~ similar spelling", "Did you mean: night bus"]
    assert remarks(Results(found=(FOUND,), total=3, matches=3)) == ["1 of 3."]
