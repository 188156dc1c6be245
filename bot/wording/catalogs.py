"""Catalogs: which language a person gets, and one language's words, read once."""

from __future__ import annotations

from functools import cache
from gettext import c2py
from pathlib import Path
from typing import Final

from bot import language as languages
from bot.wording import direction, pofile
from bot.wording.words import Words

FALLBACK: Final = "en"
LOCALES: Final = Path(__file__).parent.parent / "locales"
DOMAIN: Final = "sharewire"
_SAME: Final = {"pt": "pt-BR", "zh": "zh-Hans", "in": "id", "prs": "fa"}


def words_for(language: str | None) -> Words:
    """For a BCP 47 tag; English where we do not speak it."""
    return _load(known(language))


@cache
def spoken() -> tuple[str, ...]:
    """Tags of all languages that have a catalog, English first."""
    others = (path.parent.parent.name.replace("_", "-") for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
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


def path_of(tag: str, locales: Path = LOCALES) -> Path:
    """Where a language's catalog lies."""
    return locales / tag.replace("-", "_") / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def _load(tag: str) -> Words:
    if tag == FALLBACK:
        return Words(language=tag, texts={}, plurals={}, form=lambda count: int(count != 1))
    rtl = languages.is_rtl(tag)
    catalog = pofile.read(path_of(tag).read_text(encoding="utf8"))
    return Words(
        language=tag,
        texts={english: direction.settle(said, rtl=rtl) for english, said in catalog.texts.items()},
        plurals={
            texts: tuple(direction.settle(said, rtl=rtl) for said in forms) for texts, forms in catalog.plurals.items()
        },
        form=c2py(catalog.plural_rule),
    )
