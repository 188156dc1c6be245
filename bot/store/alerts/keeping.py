"""Alerts as people have them: added, listed, muted, stopped, removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, text, update

from bot.model import Alert, AlertKind, AlertRefusal, AlertState
from bot.store import dialect
from bot.store.alerts.wish import MOST_TERM, Wish, is_common
from bot.store.database import Tx
from bot.store.schema import alert_searches, alert_terms, alerts
from bot.store.search.asking import Ask, ask_in
from bot.store.search.counting import count_each, look
from bot.store.search.query import Hint, clean, parse_query

MOST = 50
"""Alerts that one person may have."""
_MOST_TEXT = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """`alert` is None where it was refused; `known`: the person had it already, and its kind was changed at most."""

    alert: Alert | None
    refused: AlertRefusal | None = None
    known: bool = False
    hints: tuple[Hint, ...] = ()


async def add(tx: Tx, *, bot_id: int, user_id: int, text: str, kind: AlertKind, now: datetime) -> Added:
    """Keep a standing search, written as a search is: words (all must be there), "phrases", -exclusions, source:,
    site:, lang:.  What one had already is started again."""
    asked = parse_query(text, now=now)
    wish = Wish.of(asked, text)
    refused = await _refusal(tx, wish, bot_id=bot_id, user_id=user_id)
    if refused is AlertRefusal.NOTHING or refused is AlertRefusal.UNKNOWN_SOURCE:
        return Added(alert=None, refused=refused, hints=asked.hints)
    search_id = await _search_id(tx, wish, now)
    mine = (alerts.c.bot_id == bot_id, alerts.c.user_id == user_id, alerts.c.search_id == search_id)
    again = {"kind": kind, "state": AlertState.ON, "muted_until": None}
    known = (await tx.execute(update(alerts).where(*mine).values(**again))).rowcount > 0
    if not known and refused is not None:
        await _tidy(tx, search_id)
        return Added(alert=None, refused=refused, hints=asked.hints)
    if not known:
        values = {"bot_id": bot_id, "user_id": user_id, "search_id": search_id, "text": clean(text)[:_MOST_TEXT]}
        await tx.execute(insert(alerts).values(**values, kind=kind, state=AlertState.ON, created_at=now))
    row = (await tx.execute(_select().where(*mine))).one()
    return Added(alert=_alert(row), known=known, hints=asked.hints)


async def of_person(tx: Tx, *, bot_id: int, user_id: int) -> tuple[Alert, ...]:
    """In the order in which they were added."""
    query = _select().where(alerts.c.bot_id == bot_id, alerts.c.user_id == user_id).order_by(alerts.c.id)
    return tuple(_alert(row) for row in (await tx.execute(query)).all())


async def count(tx: Tx, *, bot_id: int, user_id: int) -> int:
    mine = select(func.count()).select_from(alerts).where(alerts.c.bot_id == bot_id, alerts.c.user_id == user_id)
    return int((await tx.execute(mine)).scalar_one())


async def get(tx: Tx, alert_id: int, *, bot_id: int, user_id: int) -> Alert | None:
    """None when there is none, or it is somebody else's."""
    row = (await tx.execute(_select().where(*_mine(alert_id, bot_id, user_id)))).one_or_none()
    return _alert(row) if row else None


async def change(
    tx: Tx,
    alert_id: int,
    *,
    bot_id: int,
    user_id: int,
    kind: AlertKind | None = None,
    state: AlertState | None = None,
) -> Alert | None:
    """Tell at another pace, stop, or start again.  None when it is not theirs."""
    changed = {name: value for name, value in (("kind", kind), ("state", state)) if value is not None}
    if changed:
        await tx.execute(update(alerts).where(*_mine(alert_id, bot_id, user_id)).values(**changed))
    return await get(tx, alert_id, bot_id=bot_id, user_id=user_id)


async def mute(tx: Tx, alert_id: int, *, bot_id: int, user_id: int, until: datetime | None) -> Alert | None:
    """Find nothing until then; None speaks again at once.  Returns None when it is not theirs."""
    await tx.execute(update(alerts).where(*_mine(alert_id, bot_id, user_id)).values(muted_until=until))
    return await get(tx, alert_id, bot_id=bot_id, user_id=user_id)


async def remove(tx: Tx, alert_id: int, *, bot_id: int, user_id: int) -> bool:
    """Whether there was one to remove."""
    gone = delete(alerts).where(*_mine(alert_id, bot_id, user_id)).returning(alerts.c.search_id)
    search_id = (await tx.execute(gone)).scalar_one_or_none()
    if search_id is not None:
        await _tidy(tx, search_id)
    return search_id is not None


async def forget(tx: Tx, *, bot_id: int, user_id: int) -> int:
    """All of one person's; how many there were."""
    gone = delete(alerts).where(alerts.c.bot_id == bot_id, alerts.c.user_id == user_id).returning(alerts.c.search_id)
    searches = list((await tx.execute(gone)).scalars())
    for search_id in searches:
        await _tidy(tx, search_id)
    return len(searches)


def _alert(row: Row[Any]) -> Alert:
    wish = Wish.from_json(row.query)
    return Alert(
        id=row.id,
        bot_id=row.bot_id,
        user_id=row.user_id,
        text=row.text,
        kind=AlertKind(row.kind),
        state=AlertState(row.state),
        muted_until=row.muted_until,
        created_at=row.created_at,
        words=wish.words,
        phrases=wish.phrases,
        excluded=wish.excluded,
        sources=wish.sources,
        sites=wish.sites,
        languages=wish.languages,
    )


def _select() -> Any:
    return select(alerts, alert_searches.c.query).join(alert_searches, alert_searches.c.id == alerts.c.search_id)


def _mine(alert_id: int, bot_id: int, user_id: int) -> tuple[Any, ...]:
    return alerts.c.id == alert_id, alerts.c.bot_id == bot_id, alerts.c.user_id == user_id


async def _refusal(tx: Tx, wish: Wish, *, bot_id: int, user_id: int) -> AlertRefusal | None:
    if not wish.required and not wish.sources and not wish.sites:
        return AlertRefusal.NOTHING
    for name in wish.sources:
        watched = text("SELECT count(*) FROM sources WHERE lower(name) = :name OR lower(title) = :name")
        if not (await tx.execute(watched, {"name": name})).scalar_one():
            return AlertRefusal.UNKNOWN_SOURCE
    return AlertRefusal.TOO_MANY if await count(tx, bot_id=bot_id, user_id=user_id) >= MOST else None


async def _search_id(tx: Tx, wish: Wish, now: datetime) -> int:
    """The row of what is looked for, made and filed if nobody has looked for it yet."""
    values = {"key": wish.key, "query": wish.as_json(), "created_at": now}
    made = dialect.insert(tx, alert_searches).values(**values).on_conflict_do_nothing(index_elements=["key"])
    search_id = (await tx.execute(made.returning(alert_searches.c.id))).scalar_one_or_none()
    if search_id is None:
        query = select(alert_searches.c.id).where(alert_searches.c.key == wish.key)
        return int((await tx.execute(query)).scalar_one())
    filed = await ask_in(tx, lambda ask: file_under(ask, wish))
    await tx.execute(insert(alert_terms), [{**row, "search_id": search_id} for row in filed])
    return int(search_id)


def file_under(ask: Ask, wish: Wish) -> list[dict[str, Any]]:
    """The rows of `alert_terms` by which an article finds a search, but for its id."""
    more = wish.as_json().keys() != {"words"}
    words = " ".join(wish.required)
    return [{"term": term, "words": words, "more": more} for term in dict.fromkeys(_terms(ask, wish))]


def _terms(ask: Ask, wish: Wish) -> list[str]:
    """The forms of its rarest word, else its sources or sites."""
    said = wish.required
    if not said:
        places = [f"source:{name}" for name in wish.sources] or [f"site:{host}" for host in wish.sites]
        return [place[:MOST_TERM] for place in places]
    counts = count_each(ask, [wish.terms_of(word) for word in said], total=look(ask).articles)
    _, _, _, rarest = min((is_common(word), n, -len(word), word) for n, word in zip(counts, said, strict=True))
    return [term[:MOST_TERM] for term in wish.terms_of(rarest)]


async def _tidy(tx: Tx, search_id: int) -> None:
    """A search that nobody waits for any more goes, with its terms."""
    waiting = select(alerts.c.id).where(alerts.c.search_id == search_id).exists()
    await tx.execute(delete(alert_searches).where(alert_searches.c.id == search_id, ~waiting))
