"""Words that are a setting although nobody asked for one.  Pure."""

from __future__ import annotations

import re
from typing import Final

from bot.language import fold
from bot.language.keywords import my_time, says_off
from bot.language.times import read, says_quiet
from bot.wording import known

LONGEST: Final = 60
_ANY: Final = frozenset(map(fold, ("کوئی", "कोई", "কোনো")))
"""Before what there is none of, in languages that say so after it."""
_TWO_NUMBERS: Final = re.compile(r"\d.*\d", re.DOTALL)


def says_of_itself(text: str, language: str | None) -> bool:
    """ "my time is 14:05", "quiet 22-7", "no quiet hours"."""
    if len(text) > LONGEST:
        return False
    tag = known(language)
    if my_time(text, tag) is not None or ends_quiet(text, tag):
        return True
    return bool(_TWO_NUMBERS.search(text)) and says_quiet(text, tag)


def ends_quiet(text: str, language: str | None) -> bool:
    """ "quiet off", "no quiet hours", "कोई शांत समय नहीं", "无安静时段": a word for quiet hours and one for off,
    whichever comes first."""
    parts = text.split()
    if len(parts) == 1 and not text.isascii():
        parts, glue = list(text.strip()), ""
    else:
        glue = " "
        parts = parts[fold(parts[0]) in _ANY :]
    pairs = [(glue.join(parts[:at]), glue.join(parts[at:])) for at in range(1, len(parts))]
    return any(
        (says_off(before) and _is_quiet(after, language)) or (says_off(after) and _is_quiet(before, language))
        for before, after in pairs
    )


def _is_quiet(text: str, language: str | None) -> bool:
    said = read(text, language)
    return said is not None and said.quiet and not said.clocks
