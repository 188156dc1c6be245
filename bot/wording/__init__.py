"""The bot's own words in every language that it speaks, in chat and inside posts.

English texts stand in modules of constants, marked with `N_` and `plural_`, and in the templates of posts; each is the
key of its translations in the gettext catalogs under bot/locales, which are read as a translator edits them.  What is
not translated stays English.  Dates, numbers and plural rules are CLDR's, through Babel.
"""

from __future__ import annotations

from bot.wording.catalogs import known, spoken, words_for
from bot.wording.marks import N_, Plural, plural_
from bot.wording.words import Words, tg_time

__all__ = ["N_", "Plural", "Words", "known", "plural_", "spoken", "tg_time", "words_for"]
