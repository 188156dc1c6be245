"""Days in the words of a language."""

from __future__ import annotations

from datetime import datetime

from bot.wording.catalogs import Words


def say_day(words: Words, local: datetime) -> str:
    """ "Tue 9 Dec": the day of the week, the day and the month, in this language's order."""
    from babel.dates import format_skeleton  # some 30 ms that few pay

    locale = "en_GB" if words.language == "en" else words.language.replace("-", "_")
    text: str = format_skeleton("MMMEd", local, locale=locale)
    return text.replace(",", "") if words.language == "en" else text
