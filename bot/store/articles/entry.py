"""An entry as JSON, kept beside its article until that is read."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from operator import attrgetter
from typing import Any

from bot.model import Enclosure, Entry, Json

_NAMES = Entry.__slots__
_PARTS = attrgetter(*_NAMES)
_TIMES = ("published", "modified")
_LISTS = ("authors", "tags")


def entry_to_json(entry: Entry) -> Json:
    parts = zip(_NAMES, _PARTS(entry), strict=True)
    value: dict[str, Any] = {name: part for name, part in parts if part is not None and part != ()}
    if "enclosures" in value:
        value["enclosures"] = [asdict(enclosure) for enclosure in entry.enclosures]
    for name in _TIMES:
        if name in value:
            value[name] = value[name].isoformat()
    return value


def entry_from_json(value: Json) -> Entry:
    fields: dict[str, Any] = dict(value)
    for name in _TIMES:
        if name in fields:
            fields[name] = datetime.fromisoformat(fields[name])
    for name in _LISTS:
        if name in fields:
            fields[name] = tuple(fields[name])
    if "enclosures" in fields:
        fields["enclosures"] = tuple(Enclosure(**enclosure) for enclosure in fields["enclosures"])
    return Entry(**fields)
