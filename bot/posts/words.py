"""Words: the bot's own words inside posts, in the story's language; read from words.toml, one table a language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from bot import language as languages

FALLBACK = "en"
_FIELD = re.compile(r"\{(\w+)\}")
_SAME = {"pt": "pt-BR", "zh": "zh-Hans", "in": "id", "prs": "fa"}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One language's words.  `say` takes the English text, as gettext does; what is not translated stays English."""

    language: str
    phrases: Mapping[str, str]
    months: tuple[str, ...]
    date: str

    @property
    def is_rtl(self) -> bool:
        return languages.is_rtl(self.language)

    def say(self, english: str, **values: object) -> str:
        """Only `{name}` is filled in: a template's own phrase must not reach into its values as str.format would."""
        phrase = self.phrases.get(english, english)
        return _FIELD.sub(lambda match: str(values.get(match[1], match[0])), phrase)

    def write_time(self, moment: datetime) -> str:
        """ "9 Dec, 14:05" in the zone that `moment` carries."""
        return self.date.format(d=moment.day, month=self.months[moment.month - 1], time=f"{moment:%H:%M}")


def vocabulary(language: str | None) -> Vocabulary:
    """The words for a BCP 47 tag; English when we do not speak it."""
    return _load()[_known(language)]


def spoken() -> tuple[str, ...]:
    return tuple(_load())


def _known(language: str | None) -> str:
    table = _load()
    tag = (language or "").replace("_", "-")
    for known in table:
        if known.casefold() == tag.casefold():
            return known
    primary = tag.split("-")[0].casefold()
    primary = _SAME.get(primary, primary)
    return primary if primary in table else FALLBACK


@lru_cache(maxsize=1)
def _load() -> Mapping[str, Vocabulary]:
    with (Path(__file__).parent / "words.toml").open("rb") as file:
        tables = tomllib.load(file)
    return {
        name: Vocabulary(
            language=name,
            months=tuple(table.pop("months")),
            date=table.pop("date"),
            phrases=dict(table),
        )
        for name, table in tables.items()
    }
