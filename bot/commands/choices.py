"""Words that people type for one of a few values."""

from __future__ import annotations

import difflib
from enum import StrEnum
from typing import TypeVar

from bot.errors import Problem, UsageError
from bot.posts import hours

Choice = TypeVar("Choice", bound=StrEnum)


def seconds(text: str | None, option: str) -> int | None:
    """A span of time as sharewire.toml spells it ("10m", "2h"), or a bare number of seconds; 0 is allowed.  Raises
    UsageError."""
    if text is None or text.strip() == "0":
        return None if text is None else 0
    span = hours.duration(int(text) if text.strip().isdecimal() else text)
    if span is None or span.total_seconds() < 1:
        raise UsageError(
            Problem(
                code="SW-C25",
                title=f'"{text}" is not possible for {option}.',
                cause="It takes a span of time.",
                fix=f"Write it like {option} 10m, 2h or 1d; a bare number is seconds.",
                where=option,
                meanwhile="Nothing was changed.",
            )
        )
    return int(span.total_seconds())


def choose(kind: type[Choice], word: str, option: str) -> Choice:
    """The value that `word` names.  Raises UsageError with the nearest one."""
    try:
        return kind(word.lower())
    except ValueError:
        names = [value.value for value in kind]
        near = difflib.get_close_matches(word.lower(), names, n=1)
        raise UsageError(
            Problem(
                code="SW-C25",
                title=f'"{word}" is not possible for {option}.',
                cause=f"It takes one of: {', '.join(names)}.",
                fix=f"Did you mean {near[0]}?" if near else f"Write {option} {names[0]}.",
                where=option,
                meanwhile="Nothing was changed.",
            )
        ) from None
