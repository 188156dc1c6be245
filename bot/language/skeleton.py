"""How a word sounds, roughly, in any of several scripts: so that Roman, Urdu and Devanagari spellings of a name meet.

A word becomes consonants with what stands between them.  The skeleton is the consonants alone, those that people mix
up folded (kh and k, ph and f, z and j, q and k, th and t, sh and s), `w`, `v` and `y` counted as vowels, and an `h`
inside a word left out: the key under which words are looked up.  `sounds_alike` then compares what stands between: Urdu
leaves short vowels out, Devanagari has an unwritten `a`, Roman spellings vary.  The tables are ours; a transliterating
library (anyascii) gives one Roman spelling of each letter, where the work here only begins.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.language.folding import fold

# ── from script to sounds ────────────────────────────────────────────────────────────────────────────────────────
# Sounds: consonants are b c(h) d f g j k l m n p r s t h and S (sh),; vowels a e i o u, long ones
# A I U E O; "?" a short vowel that the script leaves out; "*" a letter that stands for any vowel or none;
# "." an inherent a that may not be spoken; w and y glides; N a nasal that goes by the next consonant; "-" no vowel.

_ROMAN = (
    ("ssion", "San"), ("tion", "San"), ("sion", "jan"),
    ("chh", "c"), ("sch", "sk"), ("tch", "c"), ("dge", "je"), ("ksh", "kS"), ("kh", "k"), ("gh", "g"), ("ph", "f"),
    ("bh", "b"), ("dh", "d"), ("th", "t"), ("jh", "j"), ("sh", "S"), ("zh", "j"), ("ch", "c"), ("ck", "k"),
    ("qu", "kw"), ("ss", "s"), ("ee", "I"), ("oo", "U"), ("aa", "A"), ("ii", "I"), ("uu", "U"), ("ce", "se"),
    ("ci", "si"), ("cy", "sy"), ("x", "ks"), ("q", "k"), ("c", "k"), ("z", "j"), ("v", "w"),
)  # fmt: skip
_ARABIC = {
    "ا": "A", "آ": "A", "أ": "A", "إ": "I", "ٱ": "A", "ب": "b", "پ": "p", "ت": "t", "ٹ": "t", "ث": "s", "ج": "j",
    "چ": "c", "ح": "h", "خ": "k", "د": "d", "ڈ": "d", "ذ": "j", "ر": "r", "ڑ": "r", "ز": "j", "ژ": "j", "س": "s",
    "ش": "S", "ص": "s", "ض": "j", "ط": "t", "ظ": "j", "ع": "*", "غ": "g", "ف": "f", "ق": "k", "ک": "k", "ك": "k",
    "گ": "g", "ل": "l", "م": "m", "ن": "n", "ں": "n", "و": "U", "ؤ": "U", "ہ": "h", "ھ": "-", "ه": "h", "ة": "a",
    "ۃ": "a", "ۂ": "a", "ۀ": "a", "ی": "I", "ي": "I", "ى": "I", "ئ": "i", "ے": "I", "ۓ": "I", "ء": "*", "ڤ": "w",
    "ڕ": "r", "ڵ": "l", "ټ": "t", "ډ": "d", "ړ": "r", "ښ": "S", "ږ": "j", "څ": "s", "ځ": "j", "ڼ": "n", "ۆ": "O",
    "ێ": "E", "ې": "E", "ۍ": "I",
}  # fmt: skip
# Devanagari; the other Indic blocks stand in the same order (Unicode follows ISCII), so they are read through it.
_INDIC = {
    "अ": "a", "आ": "A", "इ": "i", "ई": "I", "उ": "u", "ऊ": "U", "ऋ": "ri", "ए": "E", "ऐ": "E", "ऍ": "e", "ओ": "O",
    "औ": "O", "ऑ": "O", "ा": "A", "ि": "i", "ी": "I", "ु": "u", "ू": "U", "ृ": "ri", "े": "E", "ै": "E", "ॅ": "e",
    "ो": "O", "ौ": "O", "ॉ": "O", "क": "k", "ख": "k", "ग": "g", "घ": "g", "ङ": "n", "च": "c", "छ": "c", "ज": "j",
    "झ": "j", "ञ": "n", "ट": "t", "ठ": "t", "ड": "d", "ढ": "d", "ण": "n", "त": "t", "थ": "t", "द": "d", "ध": "d",
    "न": "n", "प": "p", "फ": "f", "ब": "b", "भ": "b", "म": "m", "य": "y", "र": "r", "ल": "l", "ळ": "l", "व": "w",
    "श": "S", "ष": "S", "स": "s", "ह": "h", "ं": "N", "ँ": "N", "ः": "h", "्": "-",
}  # fmt: skip
_CYRILLIC = {
    "а": "a", "б": "b", "в": "w", "г": "g", "д": "d", "е": "e", "ё": "o", "ж": "j", "з": "j", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "k", "ц": "ts", "ч": "c", "ш": "S", "щ": "S", "ы": "i", "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "yi",
    "є": "ye", "ґ": "g", "ў": "w", "ј": "y",
}  # fmt: skip
_CONSONANTS = "bcdfgjklmnprstS"
_CLASSES = {**dict.fromkeys("aA", "a"), **dict.fromkeys("eE", "e"), **dict.fromkeys("iIy", "i"),
            **dict.fromkeys("oO", "o"), **dict.fromkeys("uUw", "u")}  # fmt: skip
_NEAR = ({"a", "e"}, {"e", "i"}, {"o", "u"})
_KIN = ({"o", "u"}, {"e", "i"})  # a glide or vowel of which the other spelling must show something
_FAR = 9
# Letters of two signs, and clusters that are spoken as others, in Devanagari's composed and decomposed forms.
_CLUSTERS = (("ज्ञ", "ग्य"), ("ंह", "ंग"), ("ड\u093c", "र"), ("ढ\u093c", "र"), ("\u095c", "र"), ("\u095d", "र"))
_ROMAN_PARTS = re.compile("|".join(re.escape(part) for part, _ in _ROMAN))
_ROMAN_SOUNDS = dict(_ROMAN)


@dataclass(frozen=True, slots=True)
class Sounds:
    """`between[n]` stands before consonant n, the last one after them all."""

    consonants: str
    between: tuple[str, ...]


@lru_cache(maxsize=50_000)
def skeleton(word: str) -> str | None:
    """The consonants of a word as they are folded; None for one that is not in a script we can tell, or has none."""
    sounds = _sounds(word)
    return sounds.consonants.replace("S", "s") if sounds and sounds.consonants else None


def sounds_alike(one: str, other: str) -> bool:
    """Whether two words of one skeleton may be spellings of the same; False for words of other skeletons."""
    if skeleton(one) is None or skeleton(one) != skeleton(other):
        return False
    a, b = _sounds(one), _sounds(other)
    assert a is not None and b is not None
    last = len(a.consonants)
    strict = one.isascii() and other.isascii()
    worst = sum(_apart(x, y, n, last, strict) for n, (x, y) in enumerate(zip(a.between, b.between, strict=True)))
    worst += sum(x != y for x, y in zip(a.consonants, b.consonants, strict=True))
    return worst <= min(2, (last - 1) // 2)


# ── reading a word ───────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=50_000)
def _sounds(word: str) -> Sounds | None:
    spoken = _spoken(word)
    if spoken is None:
        return None
    consonants: list[str] = []
    between = [""]
    for n, sound in enumerate(spoken):
        if sound == "N":  # before a lip sound it is an m
            sound = "m" if spoken[n + 1 : n + 2] in ("p", "b", "f", "m") else "n"
        if sound == "h" and not consonants and not between[0]:
            consonants.append("h")
            between.append("")
        elif sound in _CONSONANTS:
            if consonants and consonants[-1] == sound:  # doubled letters are one
                between[-1] = ""
            else:
                consonants.append(sound)
                between.append("")
        else:
            between[-1] += sound
    return Sounds("".join(consonants), tuple(between))


def _spoken(word: str) -> str | None:
    """The word's sounds; None where a letter is of another script."""
    word = unicodedata.normalize("NFC", word).lower()
    if not word:
        return None
    first = ord(next((c for c in word if c.isalpha()), " "))
    if 0x0600 <= first <= 0x06FF:
        return _arabic(word)
    if 0x0900 <= first <= 0x0D7F:
        return _indic(word)
    if 0x0400 <= first <= 0x04FF:
        found = [_CYRILLIC.get(c, "" if c in "ьъ" else None) for c in word]
        return None if None in found else "".join(filter(None, found))
    plain = fold(word)
    if not (plain.isascii() and plain.isalpha()):
        return None
    spoken = _ROMAN_PARTS.sub(lambda part: _ROMAN_SOUNDS[part[0]], plain)
    return spoken[:-1] + "-" if spoken.endswith("e") and len(spoken) > 3 else spoken


def _arabic(word: str) -> str | None:
    plain = unicodedata.normalize("NFKC", word)
    letters = [c for c in plain if not unicodedata.combining(c) and c not in "ـ\u200c\u200d"]
    found: list[str] = []
    for n, letter in enumerate(letters):
        sound = _ARABIC.get(letter)
        if sound is None:
            return None
        if sound == "-" and n:  # an aspirate belongs to its consonant
            continue
        if n and sound in f"{_CONSONANTS}h" and found[-1] in f"{_CONSONANTS}h":
            found.append("?")
        if n == 0 and letter == "ا":
            sound = "*A"
        elif sound == "h" and n and n == len(letters) - 1:
            sound = "a"
        found.append(sound)
    return "".join(found)


def _indic(word: str) -> str | None:
    """By way of Devanagari; a consonant carries an a until a sign says otherwise."""
    word = word.replace("\u09df", "\u09af\u09bc").replace("\u09af\u09bc", "\u0987").replace("\u09af", "\u099c")
    word = "".join(chr(0x0900 + (ord(c) & 0x7F)) if 0x0980 <= ord(c) <= 0x0D7F else c for c in word)
    for cluster, spoken in _CLUSTERS:
        word = word.replace(cluster, spoken)
    found: list[str] = []
    for letter in word:
        if letter in "\u093c\u200c\u200d":  # a nukta makes z of j, which are one here
            continue
        sound = _INDIC.get(letter)
        if sound is None:
            return None
        if (sound == "-" or "\u093e" <= letter <= "\u094c") and found and found[-1] == ".":
            found.pop()
        if sound != "-":
            found.append(sound)
        if "\u0915" <= letter <= "\u0939":
            found.append(".")
    return "".join(found)


# ── comparing what stands between ────────────────────────────────────────────────────────────────────────────────


def _apart(one: str, other: str, place: int, last: int, strict: bool) -> int:
    """How much two spellings differ in one place between consonants: 0 not, 1 a little, more is another word."""
    a, b = _vowels(one), _vowels(other)
    if not a and not b:
        return 0
    if "*" in one + other:
        return int(place == 0 and not (a and b) and ("*" not in one or "*" not in other) and "*" not in (one, other))
    if a and b:
        near = a & b or any(pair & a and pair & b for pair in _NEAR)
        if not near:
            return _FAR if strict or place == last else 1
        few, many = sorted((a, b), key=len)
        return int(len(few) == 1 < len(many) and any(kin & many and not kin & few for kin in _KIN))
    silent, said, vowels = (one, other, b) if not a else (other, one, a)
    if place in (0, last):
        return _FAR if place == 0 or vowels != {"a"} else 1
    if "?" in silent:
        if "h" in silent:  # what is unwritten before it is an a or e
            return int(not vowels.isdisjoint({"o", "u"}))
        return int("h" not in said and (len(vowels) > 1 or any(c in "AEIOU" for c in said)))
    if "." in silent:
        return int(vowels.isdisjoint({"a", "e"}))
    return 1


def _vowels(between: str) -> set[str]:
    return {_CLASSES[c] for c in between if c in _CLASSES}
