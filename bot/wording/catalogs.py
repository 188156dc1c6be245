"""Catalogs: which language a person gets, and one language's texts with their plural rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import Final

from bot import language as languages

FALLBACK: Final = "en"
LOCALES: Final = Path(__file__).parent.parent / "locales"
_FIELD: Final = re.compile(r"\{(\w+)\}")
_SAME: Final = {"pt": "pt-BR", "zh": "zh-Hans", "in": "id", "prs": "fa"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's texts.  Values are put in as they are: whoever writes HTML escapes them first."""

    language: str
    texts: Mapping[str, str]
    plurals: Mapping[tuple[str, str], tuple[str, ...]]
    form: Callable[[int], int]

    @property
    def is_rtl(self) -> bool:
        return languages.is_rtl(self.language)

    def say(self, english: str, **values: object) -> str:
        """Only `{name}` is filled in; a value's own braces stay as they are."""
        return _fill(self.texts.get(english) or english, values)

    def count(self, texts: tuple[str, str], count: int, **values: object) -> str:
        """The form that this language uses for the number; `{count}` is the number."""
        forms = self.plurals.get(texts)
        text = forms[min(self.form(count), len(forms) - 1)] if forms else texts[count != 1]
        return _fill(text, {"count": f"{count:,}", **values})


def words_for(language: str | None) -> Words:
    """For a BCP 47 tag; English where we do not speak it."""
    return _load(known(language))


@cache
def spoken() -> tuple[str, ...]:
    """Tags of all languages that have a catalog, English first."""
    others = (path.parent.parent.name.replace("_", "-") for path in LOCALES.glob("*/LC_MESSAGES/sharewire.po"))
    return (FALLBACK, *sorted(others))


def known(language: str | None) -> str:
    """The nearest tag that we speak."""
    tag = (language or "").replace("_", "-")
    for one in spoken():
        if one.casefold() == tag.casefold():
            return one
    primary = tag.split("-")[0].casefold()
    primary = _SAME.get(primary, primary)
    return primary if primary in spoken() else FALLBACK


@cache
def _load(tag: str) -> Words:
    if tag == FALLBACK:
        return Words(language=tag, texts={}, plurals={}, form=lambda count: int(count != 1))
    from babel.messages.pofile import read_po  # some 50 ms that a command without words need not pay

    with (LOCALES / tag.replace("-", "_") / "LC_MESSAGES" / "sharewire.po").open("rb") as file:
        catalog = read_po(file, locale=tag.replace("-", "_"))
    texts: dict[str, str] = {}
    plurals: dict[tuple[str, str], tuple[str, ...]] = {}
    for message in catalog:
        said = message.string
        if not message.id or message.fuzzy or not said:
            continue
        if isinstance(message.id, str):
            texts[message.id] = str(said)
        elif all(said):
            plurals[message.id[0], message.id[1]] = tuple(said)
    return Words(language=tag, texts=texts, plurals=plurals, form=c2py(catalog.plural_expr))


def _fill(text: str, values: Mapping[str, object]) -> str:
    return _FIELD.sub(lambda match: str(values.get(match[1], match[0])), text)
