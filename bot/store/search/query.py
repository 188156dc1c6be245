"""What a reader typed: words, "phrases", -exclusions, site:, source:, lang:, since:, until:.

Nothing typed is ever an error: what makes no sense as an operator is read as words, and a `Hint` says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.language import KNOWN, primary, words
from bot.language.times import past_day

MOST_CHARACTERS = 400
MOST_WORDS = 32
_MOST_LIMITS = 8  # sites, sources or languages

_NAMES = ("site", "source", "lang", "since", "until")
_PART = re.compile(rf'-?(?:{"|".join(_NAMES)}):"[^"]*"?|-?"[^"]*"?|\S+', re.I)
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "＂": '"', "–": "-", "−": "-", "：": ":"})
_AGE = re.compile(r"(\d{1,4})\s*(h|d|w|m|y)?", re.I)
_HOST = re.compile(r"(?:https?://)?(?:www\.)?([\w-]+(?:\.[\w-]+)+)(?:[:/].*)?")
_INVISIBLE = re.compile("[\x00-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_UNITS = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}


class HintKind(StrEnum):
    """What could not be used of a query."""

    SINCE = "since"  # the value is no time; write 7d or 2026-11-01
    UNTIL = "until"
    SITE = "site"  # the value is no host; write example.org
    SOURCE = "source"  # nothing follows the colon
    UNKNOWN_SOURCE = "unknown_source"  # no source has this name
    UNKNOWN_SITE = "unknown_site"  # asked for alone, and no article is from there
    LANGUAGE = "language"  # the value is no language's code; write ur
    QUOTE = "quote"  # a quotation mark is not closed; the phrase was taken to go on to the end
    ONLY_EXCLUDED = "only_excluded"  # says what not to find alone
    TOO_LONG = "too_long"  # only the beginning was looked for
    NO_WORDS = "no_words"  # there is no letter or digit in it


_HINTS = {
    "since": HintKind.SINCE,
    "until": HintKind.UNTIL,
    "site": HintKind.SITE,
    "source": HintKind.SOURCE,
    "lang": HintKind.LANGUAGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """For people: what was not used as they may have meant it.  `value` is what they typed."""

    kind: HintKind
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """`words` may stand anywhere, `phrases` must all be there, `excluded` (words or phrases) must not; one of the
    sites, one of the sources, one of the languages, where any are named; published from `since` on, before `until`."""

    words: tuple[str, ...] = ()
    typed: tuple[tuple[str, ...], ...] = ()  # the same words as they were typed together: "O'Brien", 国防部长
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    sites: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    hints: tuple[Hint, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.phrases

    @property
    def narrows(self) -> bool:
        """Whether it says where or when to look: without any words that asks for the newest there."""
        return bool(self.sites or self.sources or self.languages or self.since or self.until)


@dataclass(slots=True)
class _Reading:
    """A query as it is being read."""

    typed: list[tuple[str, ...]] = field(default_factory=list)
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    excluded: list[tuple[str, ...]] = field(default_factory=list)
    named: dict[str, list[str]] = field(default_factory=lambda: {"site": [], "source": [], "lang": []})
    times: dict[str, datetime] = field(default_factory=dict)
    hints: list[Hint] = field(default_factory=list)


def parse_query(text: str, *, now: datetime) -> Query:
    """An operator that makes no sense is read as words; what is too long is cut.  Both leave a hint."""
    reading = _Reading()
    whole = clean(text).translate(_QUOTES)
    for part in _PART.findall(whole[:MOST_CHARACTERS]):
        name, _, value = part.partition(":")
        if name.casefold() not in _NAMES:
            _take_words(reading, part)
        elif not _take_limit(reading, name.casefold(), value.strip('" '), now):
            _take_words(reading, value)
    found = [word for part in reading.typed for word in part]
    if len(whole) > MOST_CHARACTERS or len(found) > MOST_WORDS:
        reading.hints.append(Hint(kind=HintKind.TOO_LONG))
    narrowed = reading.times or any(reading.named.values())
    if whole and not found and not reading.phrases and not narrowed:
        empty = HintKind.ONLY_EXCLUDED if reading.excluded else HintKind.NO_WORDS
        reading.hints.append(Hint(kind=empty, value=whole[:MOST_CHARACTERS]))
    return Query(
        words=tuple(found[:MOST_WORDS]),
        typed=tuple(reading.typed[:MOST_WORDS]),
        phrases=tuple(reading.phrases[:4]),
        excluded=tuple(reading.excluded[:8]),
        sites=tuple(reading.named["site"][:_MOST_LIMITS]),
        sources=tuple(reading.named["source"][:_MOST_LIMITS]),
        languages=tuple(reading.named["lang"][:_MOST_LIMITS]),
        since=reading.times.get("since"),
        until=reading.times.get("until"),
        hints=tuple(reading.hints),
    )


def clean(text: str) -> str:
    """As typed, without what is invisible or no character: NULs, directional marks, lone surrogates."""
    return " ".join(_INVISIBLE.sub(" ", text).encode("utf-8", "replace").decode("utf-8").split())


def _take_words(reading: _Reading, part: str) -> None:
    tokens = words(part)
    if not tokens:
        return
    if part.count('"') == 1 and part.lstrip("-").startswith('"'):
        reading.hints.append(Hint(kind=HintKind.QUOTE, value=part))
    if part.startswith("-") and len(part) > 1:
        reading.excluded.append(tokens)
    elif part.startswith('"') and len(tokens) > 1:
        reading.phrases.append(tokens)
    else:
        reading.typed.append(tokens)


def _take_limit(reading: _Reading, name: str, value: str, now: datetime) -> bool:
    """False when it limits nothing: then the words after the colon are looked for."""
    if name in ("since", "until"):
        moment = _moment(value, now)
        if moment is not None:
            whole_day = name == "until" and (len(value) == len("2026-11-01") or not value[:1].isdigit())
            reading.times[name] = moment + timedelta(days=whole_day)
            return True
    elif (known := _value(name, value)) is not None:
        reading.named[name].append(known)
        return True
    reading.hints.append(Hint(kind=_HINTS[name], value=value))
    return False


def _value(name: str, value: str) -> str | None:
    """A source's name or title, a host, or a language's code; None if it cannot be one."""
    if name == "source":
        return value.casefold() or None
    if name == "lang":
        code = primary(value)
        return code if code in KNOWN else None
    host = _HOST.fullmatch(value.casefold())
    return host[1] if host else None


def _moment(value: str, now: datetime) -> datetime | None:
    """`7d`, `12h`, `2w`, `3m`, `1y`, `30` (days), a date, or a day by its name in any of our languages."""
    named = past_day(value, now.date())
    if named is not None:
        return datetime(named.year, named.month, named.day, tzinfo=now.tzinfo)
    age = _AGE.fullmatch(value)
    try:
        if age and len(value) < 6 and not (len(value) == 4 and value.isdigit()):
            return now - int(age[1]) * _UNITS[(age[2] or "d").lower()]
        if len(value) in (4, 7) and value[:4].isdigit():  # a year, a month
            value = f"{value}-01-01"[:10]
        day = datetime.fromisoformat(value)
        day = day if day.tzinfo else day.replace(tzinfo=now.tzinfo)
        return day if 1 < day.year < 9999 else None
    except (ValueError, OverflowError):
        return None
