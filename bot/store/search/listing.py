"""Which articles a question without words asks for: the newest of a place, a language or a period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.store.search.asking import Ask
from bot.store.search.matches import Limits, Match, Phrase, expression

_LOOK_AT = 50_000
"""Articles that are read for those of a site or language; to read on would take seconds in a large archive."""
_ORDER = "ORDER BY a.published DESC, a.id DESC"


def newest(ask: Ask, limits: Limits, left_out: Sequence[Phrase], *, most: int) -> list[int]:
    """Ids of read articles within the limits and without the phrases, the newest first, those of no known day last."""
    found = _listed(ask, limits, "a.published IS NOT NULL", most)
    if len(found) < most and not any("a.published" in condition for condition in limits.conditions):
        found += _listed(ask, limits, "a.published IS NULL", most - len(found))
    for phrase in left_out if found else ():
        among = f"rowid {ask.numbers('found')}"
        holds = "search_texts MATCH :asked" if ask.lite else "tokens @@ CAST(:asked AS tsquery)"
        asked = expression(Match(phrases=(phrase,)), lite=ask.lite)
        rows = ask(f"SELECT rowid FROM search_texts WHERE {holds} AND {among}", asked=asked, found=ask.counted(found))
        without = {row[0] for row in rows}
        found = [article_id for article_id in found if article_id not in without]
    return found


def _listed(ask: Ask, limits: Limits, dated: str, most: int) -> list[int]:
    values: dict[str, Any] = {**limits.values, "most": most}
    by_index = [dated, *(one for one in limits.conditions if one.startswith(("a.published", "a.source_id")))]
    others = ["a.state = 'ready'", "a.title <> ''", *(one for one in limits.conditions if one not in by_index)]
    looked_at = (
        "SELECT a.id, a.state, a.title, a.url, a.language, a.published FROM articles AS a "
        f"WHERE {' AND '.join(by_index)} {_ORDER} LIMIT {_LOOK_AT}"
    )
    statement = f"SELECT a.id FROM ({looked_at}) AS a WHERE {' AND '.join(others)} {_ORDER} LIMIT :most"
    return [row[0] for row in ask(statement, **values)]
