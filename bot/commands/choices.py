"""Words that people type for one of a few values."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from bot.configuration import values
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
    return kind(one_of(word.lower(), [value.value for value in kind], option))


def agreed(question: str, *, where: str) -> bool:
    """Ask on a terminal.  Raises UsageError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise UsageError(
            Problem(
                code="SW-C39",
                title="Nothing was changed.",
                cause="This needs a yes, and nobody can be asked: this is not a terminal.",
                fix="Add --yes to do it without a question, or --dry-run to only look.",
                where=where,
                meanwhile="Everything stays as it is.",
            )
        )
    return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}


def one_of(word: str, names: Sequence[str], option: str) -> str:
    """`word` if it is one of the names.  Raises UsageError with the nearest one."""
    if word in names:
        return word
    near = difflib.get_close_matches(word, names, n=1)
    raise UsageError(
        Problem(
            code="SW-C25",
            title=f'"{word}" is not possible for {option}.',
            cause=f"It takes one of: {', '.join(names)}.",
            fix=f"Did you mean {near[0]}?" if near else f"Write for example: {_example(option, names[0])}",
            where=option,
            meanwhile="Nothing was changed.",
        )
    )


def _example(option: str, word: str) -> str:
    return f"{option} {word}" if option.startswith("-") else word


def language_named(tag: str, option: str) -> str:
    """A language's short name, as sharewire.toml takes it.  Raises UsageError."""
    try:
        return values.language(tag)
    except ValueError:
        raise UsageError(
            Problem(
                code="SW-C25",
                title=f'"{tag}" is not possible for {option}.',
                cause="It takes the short name of a language.",
                fix=f"Write it like {option} fr or {option} pt-BR.",
                where=option,
                meanwhile="Nothing was changed.",
            )
        ) from None
