"""The other way round: items of the chat as TOML to paste into the file; the schema for editors; a file of defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import Enum
from typing import Any

from bot.configuration.shape import NAMED, SINGLE, Key
from bot.model import Channel, Owner, Rule, Source
from bot.store import channels, digests, rules, sources
from bot.store.database import Tx
from bot.store.digests import Digest

HEAD = "#:schema ./sharewire.schema.json"


async def export(tx: Tx, *, bot_id: int, owner: Owner | None = None) -> str:
    """TOML of what the store has; `owner` None for both."""
    every = await channels.every(tx, bot_id=bot_id)
    names = {channel.id: channel.name for channel in every}
    targets: dict[str, list[str]] = {}
    blocks: list[str] = [HEAD, ""]
    for channel in every:
        if owner in (None, channel.owner):
            blocks += table(f"channels.{channel.name}", dict(_channel(channel)))
    listed = await rules.every(tx)
    for rule in listed:
        if _is_list(rule):
            targets[str(rule.match["source"])] = list(rule.channels)
    written: set[str] = set()
    for source in await sources.every(tx):
        if owner in (None, source.owner):
            values = dict(_source(source, targets.get(source.name, [])))
            if not values.get("same_address"):
                values["same_address"] = source.url in written or None
                written.add(source.url)
            blocks += table(f"sources.{source.name}", values)
    for rule in listed:
        if owner in (None, rule.owner) and not _is_list(rule):
            values = {
                "match": dict(rule.match),
                "add_to": list(rule.channels),
                "drop": rule.drop or None,
            }
            values |= {"enabled": None if rule.enabled else False, **rule.options}
            blocks += table(f"rules.{rule.name}", values)
    for digest in await digests.every(tx):
        if owner in (None, digest.owner):
            blocks += table(f"digests.{digest.name}", _digest(digest, names))
    return "\n".join(blocks).rstrip() + "\n"


def _is_list(rule: Rule) -> bool:
    """Whether a source's `to` says all of it; with options of its own it is written as a rule."""
    return rules.is_target(rule) and rule.enabled and not rule.options


def _channel(channel: Channel) -> Iterator[tuple[str, Any]]:
    yield "chat", channel.address
    plain = Channel(id=0, bot_id=0, name="", address="")
    for name in ("language", "timezone", "template", "actions", "preview", "approve", "fresh_for", "max_age"):
        if getattr(channel, name) != getattr(plain, name):
            yield name, getattr(channel, name)
    yield from ((name, value) for name, value in channel.options.items() if name in NAMED["channels"])


def _source(source: Source, to: list[str]) -> Iterator[tuple[str, Any]]:
    plain = Source(id=0, name="", kind=source.kind, url="")
    yield "url", source.url
    if source.kind != "feed":
        yield "kind", source.kind
    if to:
        yield "to", to
    for name in ("title", "language", "media", "tags", "backfill", "every", "enabled"):
        if getattr(source, name) != getattr(plain, name):
            yield name, getattr(source, name)
    yield from ((name, value) for name, value in source.options.items() if name in NAMED["sources"])


def _digest(digest: Digest, names: Mapping[int, str]) -> dict[str, Any]:
    values: dict[str, Any] = {"to": names.get(digest.channel_id, ""), "at": list(digest.at), "title": digest.title}
    plain = Digest(name="", channel_id=0, at=())
    for name in ("top", "grouping", "takes", "live"):
        if getattr(digest, name) != getattr(plain, name):
            values[name] = getattr(digest, name)
    return values


def table(name: str, values: Mapping[str, Any]) -> list[str]:
    """One block; what is None is left out."""
    lines = [f"{key} = {literal(value)}" for key, value in values.items() if value not in (None, [], ())]
    return [f"[{name}]", *lines, ""]


def literal(value: Any) -> str:
    """A value as TOML writes it."""
    match value:
        case bool():
            return str(value).lower()
        case Enum():
            return literal(value.value)
        case int() | float():
            return str(value)
        case timedelta():
            return _text(span(value))
        case list() | tuple():
            return f"[{', '.join(literal(one) for one in value)}]"
        case Mapping():
            return f"{{ {', '.join(f'{_key(key)} = {literal(one)}' for key, one in value.items())} }}"
        case _:
            return _text(str(value))


def _text(value: str) -> str:
    plain = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in plain) + '"'


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else _text(name)


def span(value: timedelta) -> str:
    """ "3h", "90s": in the largest unit that is whole."""
    seconds = int(value.total_seconds())
    for unit, letter in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds % unit == 0 and seconds:
            return f"{seconds // unit}{letter}"
    return f"{seconds}s"


def schema() -> dict[str, Any]:
    """JSON Schema of the file; editors find it by its first line."""
    properties: dict[str, Any] = {name: _object(keys) for name, keys in SINGLE.items()}
    for name, keys in NAMED.items():
        properties[name] = {"type": "object", "additionalProperties": _object(keys)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sharewire.toml",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def _object(keys: Mapping[str, Key]) -> dict[str, Any]:
    properties = {name: {**_kind(key.kind), "description": key.help} for name, key in keys.items()}
    needed = [name for name, key in keys.items() if key.needed]
    found = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | ({"required": needed} if needed else {})


def _kind(kind: Any) -> dict[str, Any]:
    if isinstance(kind, str):
        return {"type": kind}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in kind.items()}


def defaults() -> str:
    """A whole file in which everything is a comment."""
    lines = [HEAD, "# Every key, with an example. Take out what you need; [x.NAME] may be there many times.", ""]
    for name, keys in (*SINGLE.items(), *((f"{kind}.NAME", keys) for kind, keys in NAMED.items())):
        lines.append(f"# [{name}]")
        lines += [f"# {key} = {one.example}  # {one.help}" for key, one in keys.items()]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"
