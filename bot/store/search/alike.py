"""Articles that share rare words with a text: who could be telling the same story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.store.columns import to_millis
from bot.store.database import Tx
from bot.store.search.candidates import Limits, Match, count_each, find, look
from bot.store.search.ranking import Wanted

_PROBE = 500
_BUDGET = 3_000  # articles that may be compared by their words


async def find_alike(tx: Tx, tokens: Sequence[str], *, since: datetime, until: datetime, most: int = 30) -> list[int]:
    """Ids of read articles published in a span of time, those that share the most and rarest of the tokens."""
    terms = list(dict.fromkeys(tokens))
    total = (await look(tx)).articles
    counts = await count_each(tx, [(term,) for term in terms], total=total, most=_PROBE)
    budget = float(_BUDGET)
    wanted: list[Wanted] = []
    for count, term in sorted(zip(counts, terms, strict=True)):
        budget -= count
        if count and (budget >= 0 or not wanted):
            wanted.append(Wanted(forms=(term,), documents=count))
    span = {"since": to_millis(since), "until": to_millis(until)}
    limits = Limits(conditions=("a.published BETWEEN :since AND :until",), values=span)
    match = Match(any_of=tuple(word.forms for word in wanted))
    return [found.id for found in await find(tx, match, limits, wanted=wanted, most=most)]
