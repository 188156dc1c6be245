"""Articles that share rare words with a text: who could be telling the same story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.store.columns import to_millis
from bot.store.database import Tx
from bot.store.search.asking import Ask, ask_in
from bot.store.search.candidates import find
from bot.store.search.counting import count_each, look
from bot.store.search.matches import Limits, Match
from bot.store.search.ranking import Wanted

_PROBE = 500
_BUDGET = 3_000  # articles that may be compared by their words


async def find_alike(tx: Tx, tokens: Sequence[str], *, since: datetime, until: datetime, most: int = 30) -> list[int]:
    """Ids of read articles published in a span of time, those that share the most and rarest of the tokens."""
    return await ask_in(tx, lambda ask: _find_alike(ask, tokens, since, until, most))


def _find_alike(ask: Ask, tokens: Sequence[str], since: datetime, until: datetime, most: int) -> list[int]:
    terms = list(dict.fromkeys(tokens))
    counts = count_each(ask, [(term,) for term in terms], total=look(ask).articles, most=_PROBE)
    budget = float(_BUDGET)
    wanted: list[Wanted] = []
    for count, term in sorted(zip(counts, terms, strict=True)):
        budget -= count
        if count and (budget >= 0 or not wanted):
            wanted.append(Wanted(forms=(term,), documents=count))
    conditions = ("a.state = 'ready'", "a.published BETWEEN :since AND :until")
    limits = Limits(conditions=conditions, values={"since": to_millis(since), "until": to_millis(until)})
    match = Match(any_of=tuple(word.forms for word in wanted))
    return find(ask, match, limits, wanted=wanted, most=most)
