"""The work of `sharewire search`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot import settings
from bot.errors import Problem, UsageError
from bot.store import search
from bot.store.database import open_database
from bot.store.search import HintKind

_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    id: Any
    words: str
    limit: int


def questions(lines: Iterable[str], limit: int) -> list[Question]:
    rows = [json.loads(line) for line in lines if line.strip()]
    return [
        Question(id=r.get("id"), words=str(r.get("query") or r.get("text") or ""), limit=r.get("limit", limit))
        for r in rows
    ]


def parse_since(text: str) -> timedelta:
    """`45m`, `12h`, `7d`, `4w`.  Raises UsageError."""
    match = re.fullmatch(r"(\d{1,6})([mhdw])", text.strip().lower())
    if match is None:
        raise UsageError(
            Problem(
                code="SW-C27",
                title=f'"{text}" is not a period.',
                cause="A period is a number with m, h, d or w.",
                fix="Write for example --since 7d",
                where="--since",
                meanwhile="Nothing was searched.",
            )
        )
    return int(match[1]) * _UNITS[match[2]]


async def answer(asked: Sequence[Question], *, age: timedelta | None, order: str) -> list[search.Results]:
    now = datetime.now(UTC)
    since = now - age if age else None
    results: list[search.Results] = []
    async with open_database(settings.load().database) as db, db.read() as tx:
        for question in asked:
            found = await search.search(
                tx, question.words, limit=question.limit, offset=0, since=since, order=order, now=now
            )
            results.append(found)
    return results


_HINTS: Final = {
    HintKind.SINCE: '"since:{value}" is no time, so its words were looked for. Write since:7d or since:2026-11-01.',
    HintKind.UNTIL: '"until:{value}" is no time, so its words were looked for. Write until:2026-11-01.',
    HintKind.SITE: '"site:{value}" names no site. Write site:example.org.',
    HintKind.SOURCE: "source: names no source. Write source:NAME; sharewire sources list shows the names.",
    HintKind.UNKNOWN_SOURCE: 'There is no source "{value}". See them with: sharewire sources list',
    HintKind.UNKNOWN_SITE: 'No article was found from "{value}". See the sources with: sharewire sources list',
    HintKind.LANGUAGE: '"lang:{value}" is no language. Write its code, for example lang:ur.',
    HintKind.QUOTE: "A quotation mark is not closed, so the phrase goes on to the end.",
    HintKind.ONLY_EXCLUDED: "This only says what not to find. Add a word to look for.",
    HintKind.TOO_LONG: "The question is long; only its beginning was looked for.",
    HintKind.NO_WORDS: "There is no word in it. Write a word to look for.",
}


def remarks(results: search.Results) -> list[str]:
    """What to tell a person beside the results."""
    lines = [_HINTS[hint.kind].format(value=hint.value) for hint in results.hints]
    if results.found:
        many = f"{search.COUNTED:,}+" if results.matches >= search.COUNTED else f"{results.matches:,}"
        lines.append(f"{len(results.found)} of {many}." + ("  ~ similar spelling" if results.similar else ""))
    if results.suggestion:
        lines.append(f"Did you mean: {results.suggestion}")
    return lines
