"""Words that people type for one of a few values."""

from __future__ import annotations

import difflib
from enum import StrEnum
from typing import TypeVar

from bot.errors import Problem, UsageError

Choice = TypeVar("Choice", bound=StrEnum)


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
