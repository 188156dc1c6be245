"""What a reader typed: words, "phrases", -exclusions, site:, source:, since:.  Nothing typed is ever an error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.language import words

MOST_CHARACTERS = 400
MOST_WORDS = 32

_PART = re.compile(r'-?(?:site|source|since):"[^"]*"|-?"[^"]*"?|\S+', re.I)
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "＂": '"', "–": "-", "−": "-"})
_AGE = re.compile(r"(\d{1,4})\s*(h|d|w|m|y)?", re.I)
_UNITS = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """`words` may stand anywhere, `phrases` must all be there, `excluded` (words or phrases) must not."""

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    site: str | None = None
    source: str | None = None
    since: datetime | None = None

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.phrases


def parse_query(text: str, *, now: datetime) -> Query:
    """An operator that makes no sense is read as words; what is too long is cut."""
    found: list[str] = []
    phrases: list[tuple[str, ...]] = []
    excluded: list[tuple[str, ...]] = []
    limits: dict[str, str | datetime] = {}
    for part in _PART.findall(text[:MOST_CHARACTERS].translate(_QUOTES)):
        name, _, value = part.partition(":")
        limit = _limit(name.casefold(), value.strip('"'), now)
        if limit is not None:
            limits[name.casefold()] = limit
            continue
        tokens = words(part)
        if not tokens:
            continue
        if part.startswith("-") and len(part) > 1:
            excluded.append(tokens)
        elif part.startswith('"') and len(tokens) > 1:
            phrases.append(tokens)
        else:
            found.extend(tokens)
    return Query(words=tuple(found[:MOST_WORDS]), phrases=tuple(phrases[:4]), excluded=tuple(excluded[:8]), **limits)  # type: ignore[arg-type]


def _limit(name: str, value: str, now: datetime) -> str | datetime | None:
    """A limit's value; None if this is none."""
    if not value:
        return None
    if name == "since":
        return _since(value, now)
    return value.casefold() if name in ("site", "source") else None


def _since(value: str, now: datetime) -> datetime | None:
    """`7d`, `12h`, `2w`, `3m`, `1y`, `30` (days) or a date."""
    age = _AGE.fullmatch(value)
    if age and len(value) < 5:
        return now - int(age[1]) * _UNITS[(age[2] or "d").lower()]
    try:
        day = datetime.fromisoformat(value)
    except ValueError:
        return None
    return day if day.tzinfo else day.replace(tzinfo=now.tzinfo)
