"""Few errors, named by remedy, and `Problem`: what people are told.

Foreign errors are wrapped once, at the edge, with `from`; bugs stay unwrapped.  A `Problem` says what happened, one
cause and the next step; the same words in chat, on pages, on the command line and in JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

_FIELD = re.compile(r"\{(\w+)\}")


class Phrase(str):
    """An English text that remembers what it was made of, so that chat can say it in a reader's language.  Everywhere
    else it is that text.

    english    with `{fields}`; a key of the catalogs
    values     what stands in the fields; a value may be a phrase itself
    many       the text for every number but one, where `{count}` is among the fields
    """

    __slots__ = ("english", "many", "values")

    english: str
    values: Mapping[str, str]
    many: str | None

    def __new__(cls, english: str, values: Mapping[str, str] | None = None, many: str | None = None) -> Phrase:
        given = dict(values or {})
        text = english if many is None or given.get("count") == "1" else many
        made = super().__new__(cls, _FIELD.sub(lambda field: given.get(field[1], field[0]), text))
        made.english, made.values, made.many = english, given, many
        return made


def phrase(english: str, /, **values: object) -> Phrase:
    """Marks a text for the catalogs, and fills in its fields; those not named stay, to be filled in later."""
    return Phrase(english.english if isinstance(english, Phrase) else english, _as_texts(values))


def counted(one: str, many: str, /, count: int, **values: object) -> Phrase:
    """`phrase` for a text with a number in it, which is `{count}`."""
    return Phrase(one, _as_texts({"count": count, **values}), many)


def lasting(count: int, unit: str) -> Phrase:
    """ "1 day", "3 hours"; `unit` is one of day, hour, minute, second."""
    match unit:
        case "day":
            return counted("{count} day", "{count} days", count)
        case "hour":
            return counted("{count} hour", "{count} hours", count)
        case "minute":
            return counted("{count} minute", "{count} minutes", count)
        case _:
            return counted("{count} second", "{count} seconds", count)


def sentences(*texts: str | None) -> Phrase:
    """One after the other, each as it was said; without those that are empty."""
    said = {f"s{number}": text for number, text in enumerate(texts) if text}
    return Phrase(" ".join(f"{{{name}}}" for name in said), said)


def _as_texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else str(value) for name, value in values.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A failure a person can meet.

    code       stable, `SW-` and a letter for the room (S source, A article, P post, T Telegram, C configuration,
               D data, N network) and a number; listed in docs/errors.md
    title      what happened, in the reader's words
    cause      one cause
    fix        the next step: a command, button or address that exists
    where      source, channel, article, or file:line
    meanwhile  what happens until then ("3 posts are waiting, nothing is lost")
    """

    code: str
    title: str
    cause: str
    fix: str
    where: str | None = None
    meanwhile: str | None = None

    def __str__(self) -> str:
        return str(self.line())

    def line(self) -> Phrase:
        """All of it in one line, which remembers what it was made of."""
        where = f"{self.where}:" if self.where else None
        return sentences(where, self.title, self.cause, self.fix, self.meanwhile, f"({self.code})")

    def as_json(self) -> dict[str, str | None]:
        return asdict(self)


class SharewireError(Exception):
    """The root.  Carries a `Problem` where a person has to know."""

    exit_code = 1

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class SettingsError(SharewireError):
    """Configuration is wrong; every problem at once."""

    exit_code = 2

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0])
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class UsageError(SharewireError):
    """A command's words are off."""

    exit_code = 2


class FetchError(SharewireError):
    """A page, feed or picture could not be fetched.  `retry_at` is the server's own wish, if it gave one."""

    def __init__(
        self, problem: Problem, *, url: str, status: int | None = None, retry_at: datetime | None = None
    ) -> None:
        super().__init__(problem)
        self.url = url
        self.status = status
        self.retry_at = retry_at


class ParseError(SharewireError):
    """What was fetched is not what it should be."""


class StoreError(SharewireError):
    """The database cannot be opened, is too new, or is full."""


class TelegramUnreachable(SharewireError):
    exit_code = 3


class NotAllowed(SharewireError):
    """Wrong token, or no right to do this."""

    exit_code = 4


class AlreadyRunning(SharewireError):
    """Another instance holds the lock."""

    exit_code = 5


class TemplateError(SharewireError):
    """A template cannot be used; `line` counts from 1."""

    exit_code = 2

    def __init__(self, problem: Problem, *, line: int | None = None) -> None:
        super().__init__(problem)
        self.line = line
