"""Writing systems: which script a character belongs to, and which way a text runs."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter
from typing import Literal

# Start and end of the blocks that matter (Unicode Blocks.txt), sorted by start.
_BLOCKS: tuple[tuple[int, int, str], ...] = (
    (0x0041, 0x024F, "Latn"),
    (0x0370, 0x03FF, "Grek"),
    (0x0400, 0x052F, "Cyrl"),
    (0x0530, 0x058F, "Armn"),
    (0x0590, 0x05FF, "Hebr"),
    (0x0600, 0x06FF, "Arab"),
    (0x0700, 0x074F, "Syrc"),
    (0x0750, 0x077F, "Arab"),
    (0x0780, 0x07BF, "Thaa"),
    (0x08A0, 0x08FF, "Arab"),
    (0x0900, 0x097F, "Deva"),
    (0x0980, 0x09FF, "Beng"),
    (0x0A00, 0x0A7F, "Guru"),
    (0x0A80, 0x0AFF, "Gujr"),
    (0x0B00, 0x0B7F, "Orya"),
    (0x0B80, 0x0BFF, "Taml"),
    (0x0C00, 0x0C7F, "Telu"),
    (0x0C80, 0x0CFF, "Knda"),
    (0x0D00, 0x0D7F, "Mlym"),
    (0x0D80, 0x0DFF, "Sinh"),
    (0x0E00, 0x0E7F, "Thai"),
    (0x0E80, 0x0EFF, "Laoo"),
    (0x0F00, 0x0FFF, "Tibt"),
    (0x1000, 0x109F, "Mymr"),
    (0x10A0, 0x10FF, "Geor"),
    (0x1100, 0x11FF, "Hang"),
    (0x1200, 0x139F, "Ethi"),
    (0x1780, 0x17FF, "Khmr"),
    (0x1E00, 0x1EFF, "Latn"),
    (0x1F00, 0x1FFF, "Grek"),
    (0x3040, 0x30FF, "Kana"),
    (0x3130, 0x318F, "Hang"),
    (0x3400, 0x4DBF, "Hani"),
    (0x4E00, 0x9FFF, "Hani"),
    (0xAC00, 0xD7AF, "Hang"),
    (0xF900, 0xFAFF, "Hani"),
    (0xFB50, 0xFDFF, "Arab"),
    (0xFE70, 0xFEFF, "Arab"),
    (0xFF66, 0xFF9F, "Kana"),
    (0x20000, 0x3FFFF, "Hani"),
)
_STARTS = tuple(start for start, _, _ in _BLOCKS)

# ISO 639 codes written from right to left (the CLDR's characterOrder).
_RTL = frozenset("ar arc ckb dv fa he iw ks lrc mzn nqo ps pnb sd skr syr ug ur yi".split())
_RTL_SCRIPTS = frozenset({"arab", "hebr", "thaa", "syrc", "nkoo"})


def script(character: str) -> str | None:
    """The ISO 15924 code of a letter's script; None for anything that is no letter we know."""
    code = ord(character)
    place = bisect_right(_STARTS, code) - 1
    if place < 0:
        return None
    _, end, name = _BLOCKS[place]
    return name if code <= end and unicodedata.category(character)[0] in "LM" else None


def count_scripts(text: str) -> Counter[str]:
    """How many letters of each script a text holds."""
    counts: Counter[str] = Counter()
    for character, times in Counter(text).items():
        name = script(character)
        if name:
            counts[name] += times
    return counts


def is_rtl(language: str | None) -> bool:
    """Whether a language (ISO 639, a script or region tag may follow) is written from right to left."""
    if not language:
        return False
    primary, *rest = language.replace("_", "-").casefold().split("-")
    for tag in rest:
        if len(tag) == 4 and tag.isalpha():
            return tag in _RTL_SCRIPTS
    return primary in _RTL


def base_direction(text: str) -> Literal["ltr", "rtl"]:
    """The direction of the first strong character (UAX 9, rules P2 and P3, isolates skipped); ltr if there is none."""
    isolated = 0
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("LRI", "RLI", "FSI"):
            isolated += 1
        elif kind == "PDI":
            isolated = max(0, isolated - 1)
        elif isolated == 0 and kind in ("R", "AL"):
            return "rtl"
        elif isolated == 0 and kind == "L":
            return "ltr"
    return "ltr"
