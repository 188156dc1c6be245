"""Rules: which articles go to which channels, and what a rule asks of a source.

A source's `to` list is a rule of its own that matches the source alone (`send_source_to`)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, delete, func, select, update

from bot.model import Json, Media, Owner, Rule
from bot.store import dialect
from bot.store.database import Tx
from bot.store.schema import rules, sources

TARGETS_FROM: Final = 1_000
"""Positions from here on are those of sources' own `to` lists, after the rules that people wrote."""


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
    values = values_of(rule)
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


def is_target(rule: Rule) -> bool:
    """Whether it is a source's `to` list."""
    return rule.name.startswith("to-") and set(rule.match) == {"source"}


def mark_of(rule: Rule) -> str:
    """Eight characters that change with anything in the rule: whoever holds an old mark has seen an older rule."""
    kept = [rule.name, rule.owner, rule.position, rule.enabled, rule.drop, list(rule.channels)]
    text = json.dumps([*kept, dict(rule.match), dict(rule.options)], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


async def get(tx: Tx, rule_id: int) -> Rule | None:
    row = (await tx.execute(select(rules).where(rules.c.id == rule_id))).one_or_none()
    return _rule_of(row) if row else None


async def change(tx: Tx, rule_id: int, mark: str, new: Rule) -> Rule | None:
    """Put `new` in place of a rule that still has this mark; None when somebody was faster, or it is gone."""
    known = await _unchanged(tx, rule_id, mark)
    if known is None:
        return None
    await tx.execute(update(rules).where(rules.c.id == rule_id).values(name=new.name, **values_of(new)))
    return await get(tx, rule_id)


async def remove_unchanged(tx: Tx, rule_id: int, mark: str) -> bool:
    """Delete a rule that still has this mark; False when somebody was faster."""
    if await _unchanged(tx, rule_id, mark) is None:
        return False
    return (await tx.execute(delete(rules).where(rules.c.id == rule_id))).rowcount == 1


async def _unchanged(tx: Tx, rule_id: int, mark: str) -> Rule | None:
    """The rule, locked for this transaction, if it has this mark."""
    row = (await tx.execute(select(rules).where(rules.c.id == rule_id).with_for_update())).one_or_none()
    found = _rule_of(row) if row else None
    return found if found is not None and mark_of(found) == mark else None


async def next_position(tx: Tx) -> int:
    """After the last rule that a person wrote, before the sources' own lists."""
    query = select(func.max(rules.c.position)).where(rules.c.position < TARGETS_FROM)
    last: int | None = (await tx.execute(query)).scalar_one_or_none()
    return min(TARGETS_FROM - 1, (-1 if last is None else last) + 1)


async def free_name(tx: Tx, wish: str) -> str:
    """A name that no rule has, made of letters of any script, digits and dashes: `ferry`, `ferry-2`."""
    base = name_from(wish)
    query = select(rules.c.name).where(rules.c.name.startswith(base, autoescape=True))
    taken = set((await tx.execute(query)).scalars())
    number = 1
    while (name := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return name


def name_from(wish: str) -> str:
    """What a wish makes of a name; `to-` is for sources' own lists."""
    plain = re.sub(r"[^\w]+|_+", "-", wish.lower()).strip("-")[:50].strip("-")
    while plain.startswith("to-"):
        plain = plain.removeprefix("to-")
    return plain or "rule"


async def rename(tx: Tx, old: str, new: str) -> None:
    await tx.execute(update(rules).where(rules.c.name == old).values(name=new))


async def follow_channel(tx: Tx, old: str, new: str) -> None:
    """A channel has another name: the rules that people made for it go on."""
    for rule in await every(tx):
        if rule.owner is Owner.CHAT and old in rule.channels:
            names = [new if name == old else name for name in rule.channels]
            await tx.execute(update(rules).where(rules.c.id == rule.id).values(channels=list(dict.fromkeys(names))))


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
        position=TARGETS_FROM,
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


def values_of(rule: Rule) -> dict[str, Json]:
    """A rule as it is kept, without its number and name."""
    return {
        "owner": rule.owner,
        "position": rule.position,
        "enabled": rule.enabled,
        "drop": rule.drop,
        "channels": list(rule.channels),
        "match": dict(rule.match),
        "options": dict(rule.options),
    }


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
