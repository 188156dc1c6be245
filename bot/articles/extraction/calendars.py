"""Days of the Persian (solar hijri) calendar, as sites of Iran and Afghanistan write them: 2 تیر 1399, ۱۳۹۹/۰۴/۰۲."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_MONTHS: Final = (
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
)
_SPELLED: Final = str.maketrans({"ي": "ی", "ك": "ک"})  # Arabic letters that stand for Persian ones; each one letter
_NAMED: Final = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s{{1,3}}({'|'.join(_MONTHS)})(?:\s?ماه)?\s{{0,3}}،?\s{{0,3}}(1[34]\d\d)(?!\d)"
)
_NUMBERED: Final = re.compile(r"(?<!\d)(1[34]\d\d)([/.-])(\d{1,2})\2(\d{1,2})(?!\d)")
_CYCLE: Final = 33  # years, of which 8 are leap years; right for the years 1244 to 1468
_SHIFT: Final = 1595  # years by which the cycles begin before the calendar's first
_EPOCH: Final = -356_033  # the day before their first, counted from 1 January of our year 1


def persian_day(text: str) -> tuple[int, int, int, tuple[int, int]] | None:
    """The first day of this calendar in a text (digits 0 to 9), as year, month and day of ours and where it stands."""
    if named := _NAMED.search(text.translate(_SPELLED)):
        day, month, year, span = int(named[1]), _MONTHS.index(named[2]) + 1, int(named[3]), named.span()
    elif numbered := _NUMBERED.search(text):
        year, month, day, span = int(numbered[1]), int(numbered[3]), int(numbered[4]), numbered.span()
    else:
        return None
    if not (1370 <= year <= 1468 and 1 <= month <= 12 and 1 <= day <= (31 if month < 7 else 30)):
        return None
    ours = _ours(year, month, day)
    return ours.year, ours.month, ours.day, span


def _ours(year: int, month: int, day: int) -> date:
    shifted = year + _SHIFT
    leaps = shifted // _CYCLE * 8 + (shifted % _CYCLE + 3) // 4
    before = 31 * (month - 1) if month < 7 else 30 * (month - 1) + 6
    return date.fromordinal(_EPOCH + 365 * shifted + leaps + before + day)
