"""The bot's own words in every language that it speaks.

English texts stand in modules of constants, marked with `N_` and `plural_`; each is the key of its translations in the
gettext catalogs under bot/locales, which are read as a translator edits them.  What is not translated stays English.
"""

from __future__ import annotations

from bot.wording.catalogs import Words, spoken, words_for

__all__ = ["N_", "Plural", "Words", "plural_", "spoken", "words_for"]

Plural = tuple[str, str]
"""The English texts for one and for many; `{count}` is the number."""


def N_(english: str) -> str:
    """Marks a text for the catalogs."""
    return english


def plural_(one: str, many: str) -> Plural:
    """Marks a text with a number in it for the catalogs."""
    return one, many
