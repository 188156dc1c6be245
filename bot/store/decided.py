"""Where the configuration file decides each item, noted when it is applied, so that whoever asks in chat is told the
line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.store import facts
from bot.store.database import Tx

_NAME: Final = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of the file, counted from 1."""

    file: str
    line: int


async def note(tx: Tx, *, file: str, lines: Mapping[str, int], now: datetime) -> None:
    """`lines`: "rules.NAME" → line."""
    told = {"file": file, "lines": dict(lines)}
    if await facts.get(tx, _NAME) != told:
        await facts.put(tx, _NAME, told, now=now)


async def place_of(tx: Tx, kind: str, name: str) -> Place | None:
    """Of an item of the table `kind` (channels, sources, rules, digests); None where no file was ever applied."""
    told = await facts.get(tx, _NAME)
    line = told["lines"].get(f"{kind}.{name}") if isinstance(told, dict) else None
    return Place(file=told["file"], line=line) if isinstance(told, dict) and line is not None else None
