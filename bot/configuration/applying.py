"""The file's items against those of the store: what would change, and the change in one transaction.

What the chat added stays the chat's.  An item that both have (the same chat or address, or the same name) becomes the
file's; a different one of the same name is renamed.  What left the file is switched off, and keeps its history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.configuration.reading import Configuration, PlannedDigest
from bot.errors import Problem
from bot.model import Channel, Owner, Rule, Source
from bot.store import audit, channels, decided, digests, rules, sources
from bot.store.database import Tx
from bot.store.digests import Digest

_CHANNEL = (
    "address",
    "language",
    "timezone",
    "template",
    "actions",
    "preview",
    "approve",
    "fresh_for",
    "max_age",
    "options",
)
_SOURCE = ("kind", "url", "language", "enabled", "media", "tags", "backfill", "every", "options")
_RULE = ("position", "enabled", "drop", "channels", "match", "options")
_DIGEST = ("to", "at", "title", "top", "grouping", "takes", "live")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One item.  `act`: add, change, take over (from chat), rename (the chat's), switch off, remove."""

    kind: str
    name: str
    act: str
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def __str__(self) -> str:
        what = ", ".join(f"{key}: {_short(old)} → {_short(new)}" for key, (old, new) in self.fields.items())
        return f"{self.act} {self.kind} {self.name}" + (f" ({what})" if what else "")


class _Todo:
    """Changes by kind, name and act."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = changes

    def names(self, kind: str, act: str) -> list[str]:
        return [change.name for change in self._changes if (change.kind, change.act) == (kind, act)]

    def touches(self, kind: str, name: str) -> bool:
        """Whether the file's item of this name is added or changed."""
        acts = ("add", "change", "take over", "switch on")
        return any((c.kind, c.name) == (kind, name) and c.act in acts for c in self._changes)


async def plan(tx: Tx, wanted: Configuration, *, bot_id: int) -> tuple[Change, ...]:
    """What `apply` would do; nothing is written."""
    found = [
        *await _channel_changes(tx, wanted, bot_id),
        *await _source_changes(tx, wanted),
        *await _rule_changes(tx, wanted),
        *await _digest_changes(tx, wanted),
    ]
    return tuple(found)


async def apply(tx: Tx, wanted: Configuration, *, bot_id: int, now: datetime) -> tuple[Change, ...]:
    """All of it in the caller's transaction, or none; what was changed."""
    changes = await plan(tx, wanted, bot_id=bot_id)
    todo = _Todo(changes)
    await _apply_channels(tx, wanted, todo, bot_id=bot_id, now=now)
    await _apply_sources(tx, wanted, todo, now=now)
    await _apply_rules(tx, wanted, todo)
    await _apply_digests(tx, wanted, todo, bot_id=bot_id, now=now)
    places = {".".join(path): wanted.lines[key] for key in wanted.lines if len(path := key.split(".")) == 2}
    await decided.note(tx, file=Path(wanted.path).name, lines=places, now=now)
    if changes:
        count = f"{len(changes)} change{'s' * (len(changes) > 1)}"
        await audit.write(tx, bot_id=bot_id, what="config-applied", about=count, now=now)
    return changes


# ── what would change ────────────────────────────────────────────────────────────────────────────────────────────


async def _channel_changes(tx: Tx, wanted: Configuration, bot_id: int) -> list[Change]:
    every = await channels.every(tx, bot_id=bot_id)
    found: list[Change] = []
    for item in wanted.channels:
        same = _same(every, item, _addresses)
        found += _compared("channel", item, same, _CHANNEL, _taken(every, item, same))
    names = {item.name for item in wanted.channels}
    gone = [one for one in every if one.owner is Owner.FILE and one.name not in names and one.paused_at is None]
    taken_over = {change.fields["name"][0] for change in found if "name" in change.fields}
    return [
        *found,
        *(Change(kind="channel", name=one.name, act="switch off") for one in gone if one.name not in taken_over),
    ]


async def _source_changes(tx: Tx, wanted: Configuration) -> list[Change]:
    every = await sources.every(tx)
    found: list[Change] = []
    for item in wanted.sources:
        same = _same_source(every, item, wanted)
        found += _compared("source", item, same, _SOURCE, _taken(every, item, same))
    names = {item.name for item in wanted.sources}
    gone = [one for one in every if one.owner is Owner.FILE and one.name not in names and one.enabled]
    taken_over = {change.fields["name"][0] for change in found if "name" in change.fields}
    return [
        *found,
        *(Change(kind="source", name=one.name, act="switch off") for one in gone if one.name not in taken_over),
    ]


async def _rule_changes(tx: Tx, wanted: Configuration) -> list[Change]:
    every = {rule.name: rule for rule in await rules.every(tx)}
    found: list[Change] = []
    planned = [*wanted.rules, *_target_rules(wanted)]
    for item in planned:
        known = every.get(item.name)
        if known is not None and known.owner is Owner.CHAT and not _says_the_same(known, item):
            found += _compared("rule", item, None, _RULE, known)
        else:
            found += _compared("rule", item, known, _RULE, None)
    names = {item.name for item in planned}
    gone = [rule.name for rule in every.values() if rule.owner is Owner.FILE and rule.name not in names]
    return [*found, *(Change(kind="rule", name=name, act="remove") for name in gone)]


def _says_the_same(known: Rule, item: Rule) -> bool:
    """A rule of the chat with the same name is another rule, unless it asks for the same or is a source's own list."""
    return rules.is_target(item) or _comparable(dict(known.match)) == _comparable(dict(item.match))


async def _digest_changes(tx: Tx, wanted: Configuration) -> list[Change]:
    every = {digest.name: digest for digest in await digests.every(tx)}
    found: list[Change] = []
    for item in wanted.digests:
        known = every.get(item.name)
        channel = await channels.get(tx, known.channel_id) if known else None
        shown = _Shown(known, channel.name if channel else "") if known else None
        found += _compared("digest", item, shown, _DIGEST, None)
    names = {item.name for item in wanted.digests}
    gone = [one.name for one in every.values() if one.owner is Owner.FILE and one.name not in names]
    return [*found, *(Change(kind="digest", name=name, act="remove") for name in gone)]


class _Shown:
    """A stored digest with its channel's name instead of its id."""

    def __init__(self, digest: Digest, to: str) -> None:
        self.name, self.owner, self.to = digest.name, digest.owner, to
        self.at, self.title, self.top = digest.at, digest.title, digest.top
        self.grouping, self.takes, self.live = digest.grouping, digest.takes, digest.live


def _compared(kind: str, item: Any, known: Any, names: Sequence[str], taken: Any) -> list[Change]:
    """`known`: the stored item that is this one; `taken`: another of the chat's that has its name."""
    found = [Change(kind=kind, name=taken.name, act="rename")] if taken is not None else []
    if known is None:
        return [*found, Change(kind=kind, name=item.name, act="add")]
    differing = {
        key: (getattr(known, key), getattr(item, key))
        for key in names
        if _comparable(getattr(known, key)) != _comparable(getattr(item, key))
    }
    if known.name != item.name:
        differing = {"name": (known.name, item.name), **differing}
    if known.owner is Owner.CHAT:
        return [*found, Change(kind=kind, name=item.name, act="take over", fields=differing)]
    if getattr(known, "paused_at", None) and _is_switched_off(known):
        return [*found, Change(kind=kind, name=item.name, act="switch on", fields=differing)]
    return [*found, Change(kind=kind, name=item.name, act="change", fields=differing)] if differing else found


def _same(every: Sequence[Any], item: Any, keys: Any) -> Any:
    """The stored item of the same address, else that of the same name and owner."""
    by_address = next((one for one in every if keys(one) & keys(item)), None)
    return by_address or next((one for one in every if one.name == item.name and one.owner is Owner.FILE), None)


def _same_source(every: Sequence[Source], item: Source, wanted: Configuration) -> Source | None:
    """Where several sources have one address on purpose, their names tell them apart; one that shares it takes none
    of the chat's."""
    others = {one.name for one in wanted.sources if one.url == item.url and one.name != item.name}
    shares = item.options.get("same_address")
    free = [one for one in every if one.name not in others or one.url != item.url]
    named = [one for one in free if one.name == item.name and one.url == item.url]
    mine = [one for one in free if not shares or one.owner is Owner.FILE]
    known: Source | None = named[0] if named else _same(mine, item, lambda one: {one.url})
    return known


def _taken(every: Sequence[Any], item: Any, same: Any) -> Any:
    other = next((one for one in every if one.name == item.name), None)
    return other if other is not None and other is not same else None


def _addresses(channel: Channel) -> set[str]:
    known = {channel.address.lower()}
    known |= {str(channel.chat_id)} if channel.chat_id else set()
    return known | ({f"@{channel.username}".lower()} if channel.username else set())


def _target_rules(wanted: Configuration) -> list[Rule]:
    """A source's `to` list, as the store keeps it (rules.send_source_to)."""
    return [
        Rule(id=0, name=f"to-{name}"[:80], owner=Owner.FILE, position=1_000, channels=tuple(to), match={"source": name})
        for name, to in wanted.targets.items()
        if to
    ]


# ── doing it ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def _apply_channels(tx: Tx, wanted: Configuration, todo: _Todo, *, bot_id: int, now: datetime) -> None:
    for name in todo.names("channel", "switch off"):
        known = await channels.named(tx, name)
        if known is not None:
            await channels.pause(tx, known.id, problem=_switched_off("channel", name, wanted), now=now)
    for name in todo.names("channel", "rename"):
        known = await channels.named(tx, name)
        if known is not None:
            other = await channels.free_name(tx, f"{name}-from-chat")
            await channels.change(tx, known.id, name=other)
            await rules.follow_channel(tx, name, other)
    for item in wanted.channels:
        if not todo.touches("channel", item.name):
            continue
        known = _same(await channels.every(tx, bot_id=bot_id), item, _addresses)
        if known is not None and known.name != item.name:
            await channels.change(tx, known.id, name=item.name)
            await rules.follow_channel(tx, known.name, item.name)
        stored = await channels.put(tx, _kept(item, known, bot_id), now=now)
        if known is not None and _is_switched_off(known):
            await channels.resume(tx, stored.id)


def _kept(item: Channel, known: Channel | None, bot_id: int) -> Channel:
    """What the chat set until a stated time stays in force."""
    override = known.options.get("override") if known else None
    options = {**item.options, "override": override} if override else item.options
    return replace(item, bot_id=bot_id, options=options)


async def _apply_sources(tx: Tx, wanted: Configuration, todo: _Todo, *, now: datetime) -> None:
    for name in todo.names("source", "switch off"):
        known = await sources.named(tx, name)
        if known is not None:
            await sources.change(tx, known.id, enabled=False)
    for name in todo.names("source", "rename"):
        known = await sources.named(tx, name)
        if known is not None:
            await sources.change(tx, known.id, name=await sources.free_name(tx, f"{name}-from-chat"))
    for item in wanted.sources:
        if not todo.touches("source", item.name):
            continue
        known = _same_source(await sources.every(tx), item, wanted)
        if known is not None and known.name != item.name:
            await sources.change(tx, known.id, name=item.name)
        await sources.put(tx, item, now=now)


async def _apply_rules(tx: Tx, wanted: Configuration, todo: _Todo) -> None:
    for name in todo.names("rule", "remove"):
        await rules.remove(tx, name)
    for name in todo.names("rule", "rename"):
        await rules.rename(tx, name, await rules.free_name(tx, f"{name}-from-chat"))
    for item in (*wanted.rules, *_target_rules(wanted)):
        if todo.touches("rule", item.name):
            await rules.put(tx, item)


async def _apply_digests(tx: Tx, wanted: Configuration, todo: _Todo, *, bot_id: int, now: datetime) -> None:
    for name in todo.names("digest", "remove"):
        await digests.remove(tx, name)
    for item in wanted.digests:
        channel = await channels.named(tx, item.to)
        if todo.touches("digest", item.name) and channel is not None:
            await digests.put(tx, _digest(item, channel.id, bot_id), now=now)


def _digest(item: PlannedDigest, channel_id: int, bot_id: int) -> Digest:
    return Digest(
        name=item.name,
        channel_id=channel_id,
        at=item.at,
        bot_id=bot_id,
        owner=Owner.FILE,
        title=item.title,
        top=item.top,
        grouping=item.grouping,
        takes=item.takes,
        live=item.live,
    )


_SWITCHED_OFF = "SW-C46"


def _is_switched_off(known: Any) -> bool:
    return _SWITCHED_OFF in (getattr(known, "pause_reason", None) or "")


def _switched_off(kind: str, name: str, wanted: Configuration) -> Problem:
    return Problem(
        code="SW-C46",
        title=f"The {kind} {name} is switched off.",
        cause=f"It is no longer in {wanted.path}.",
        fix=f"Put [{kind}s.{name}] back into the file, then run: sharewire config apply",
        where=wanted.path,
        meanwhile="Its posts wait; its history is kept.",
    )


def _comparable(value: Any) -> Any:
    """As the store gives it back: no tuples inside, no options without a value."""
    if isinstance(value, dict):
        return {key: _comparable(one) for key, one in value.items() if key != "override"}
    if isinstance(value, list | tuple):
        return [_comparable(one) for one in value]
    return value.lower() if isinstance(value, str) and value.startswith("@") else value


def _short(value: Any) -> str:
    words = "–" if value is None else str(value)
    return words if len(words) <= 40 else f"{words[:37]}…"
