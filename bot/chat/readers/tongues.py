"""The languages that the bot speaks, and which of them somebody named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.language import fold
from bot.wording import Words, spoken, words_for

NATIVE: Final = {
    "en": "English", "hi": "हिन्दी", "ur": "اردو", "bn": "বাংলা", "ar": "العربية", "fa": "فارسی", "es": "Español",
    "fr": "Français", "de": "Deutsch", "ru": "Русский", "pt-BR": "Português (Brasil)", "id": "Bahasa Indonesia",
    "tr": "Türkçe", "zh-Hans": "简体中文",
}  # fmt: skip
"""Each language by its own name: nobody finds theirs in a list written in another."""


def tongue_named(typed: str, words: Words) -> str | None:
    """The tag of a language by its own name, by its name in the person's language or in English, or by its tag."""
    wanted = fold(typed.strip())
    return next((tag for tag in NATIVE if tag in spoken() and wanted in set(_names(tag, words))), None)


def _names(tag: str, words: Words) -> Iterator[str]:
    """With and without what stands in brackets, folded: "Português (Brasil)", "Português"."""
    for name in (tag, tag.split("-")[0], NATIVE[tag], words.tongue(tag), words_for("en").tongue(tag)):
        yield fold(name)
        yield fold(name.partition("(")[0].strip())
