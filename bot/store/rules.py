"""Rules: which articles go to which channels, and what a rule asks of a source.

A source's `to` list is a rule of its own that matches the source alone (`send_source_to`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select

from bot.model import Json, Media, Owner, Rule
from bot.store import dialect
from bot.store.database import Tx
from bot.store.schema import rules, sources


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What deciding and writing need to know of a source."""

    id: int
    name: str
    title: str | None = None
    enabled: bool = True
    media: Media = Media.LINK
    tags: tuple[str, ...] = ()
    approve: bool = False
    breaking: Json = None  # trusted for breaking news: true, or {"when": words of a headline, "pin": a span}
    template: str | None = None
    rhash: str | None = None  # Instant View template of the site


async def put(tx: Tx, rule: Rule) -> Rule:
    """Add a rule, or change the one of that name; `id` is ignored."""
    values = {
        "owner": rule.owner,
        "position": rule.position,
        "enabled": rule.enabled,
        "drop": rule.drop,
        "channels": list(rule.channels),
        "match": dict(rule.match),
        "options": dict(rule.options),
    }
    statement = dialect.insert(tx, rules).values(name=rule.name, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
    found = await named(tx, rule.name)
    assert found is not None
    return found


async def named(tx: Tx, name: str) -> Rule | None:
    row = (await tx.execute(select(rules).where(rules.c.name == name))).one_or_none()
    return _rule_of(row) if row else None


async def every(tx: Tx) -> tuple[Rule, ...]:
    """All rules in the order in which they are asked."""
    rows = (await tx.execute(select(rules).order_by(rules.c.position, rules.c.id))).all()
    return tuple(_rule_of(row) for row in rows)


async def remove(tx: Tx, name: str) -> bool:
    return (await tx.execute(delete(rules).where(rules.c.name == name))).rowcount == 1


async def send_source_to(
    tx: Tx,
    source: str,
    channels: Sequence[str],
    *,
    owner: Owner = Owner.CHAT,
    options: Mapping[str, Json] | None = None,
) -> Rule | None:
    """A source's `to` list: everything of it goes to these channels.  None when the list is empty: the rule goes."""
    name = f"to-{source}"[:80]
    if not channels:
        await remove(tx, name)
        return None
    rule = Rule(
        id=0,
        name=name,
        owner=owner,
        position=1_000,  # after the rules that people wrote, whose options count first
        channels=tuple(channels),
        match={"source": source},
        options=options or {},
    )
    return await put(tx, rule)


async def sources_by_id(tx: Tx, ids: Sequence[int]) -> Mapping[int, SourceFacts]:
    if not ids:
        return {}
    wanted = (sources.c.id, sources.c.name, sources.c.title, sources.c.enabled, sources.c.media)
    query = select(*wanted, sources.c.tags, sources.c.options).where(sources.c.id.in_(set(ids)))
    return {row.id: _facts_of(row) for row in (await tx.execute(query)).all()}


def _facts_of(row: Any) -> SourceFacts:
    options: Mapping[str, Json] = row.options or {}
    return SourceFacts(
        id=row.id,
        name=row.name,
        title=row.title,
        enabled=row.enabled,
        media=Media(row.media),
        tags=tuple(row.tags or ()),
        approve=bool(options.get("approve")),
        breaking=options.get("breaking"),
        template=options.get("template"),
        rhash=options.get("rhash"),
    )


def _rule_of(row: Row[Any]) -> Rule:
    return Rule(
        id=row.id,
        name=row.name,
        owner=Owner(row.owner),
        position=row.position,
        enabled=row.enabled,
        drop=row.drop,
        channels=tuple(row.channels or ()),
        match=row.match or {},
        options=row.options or {},
    )
