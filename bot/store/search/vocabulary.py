"""The archive's own words, each once: for spellings that sound alike, for slips of the finger, for parts of compounds.

Everything here is found by an index, so it takes as long in an archive of a million articles as in one of ten.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from sqlalchemy import text

from bot.language import fold, primary, skeleton, sounds_alike, spelled, stem
from bot.store.database import Tx
from bot.store.search.asking import Ask, ask_in
from bot.store.search.terms import MOST_TOKENS

INSERT = (
    "INSERT INTO search_words (word, shown, skeleton, tail) VALUES (:word, :shown, :skeleton, :tail) "
    "ON CONFLICT (word) DO NOTHING"
)
_LOCK = "SELECT pg_advisory_xact_lock(7305814)"  # two that learn the same words would wait for each other for ever
_LONGEST = 24  # letters
_COMPOUNDING = frozenset({"de", "nl", "sv", "no", "nb", "nn", "da", "fi", "hu", "is"})
_SHORTEST_COMPOUND = 7
_SHORTEST_PART = 4
_MOST_SOUNDING = 400  # words of one skeleton that are compared
_MOST_SIMILAR = 8
_MOST_COMPOUNDS = 20
_NO_WORD = re.compile("[0-9\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff]")
_SURE = 4  # letters; a shorter word has too many neighbours to guess
_LETTERS = {
    "latin": "abcdefghijklmnopqrstuvwxyz",
    "cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюяіїє",
    "greek": "αβγδεζηθικλμνξοπρστυφχψω",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقلمنهويكپچژگٹڈڑئؤ",
    "devanagari": "".join(map(chr, range(0x0901, 0x094E))),
    "bengali": "".join(map(chr, range(0x0981, 0x09CE))),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """word: folded; shown: as people write it, where that differs; tail: backwards, of what may be a compound."""

    word: str
    shown: str | None
    skeleton: str | None
    tail: str | None

    def as_row(self) -> dict[str, str | None]:
        return {"word": self.word, "shown": self.shown, "skeleton": self.skeleton, "tail": self.tail}


def entries(text: str, language: str | None) -> dict[str, Entry]:
    """A text's words by their folded form."""
    return _entries(_words(text), language)


def _words(text: str) -> set[str]:
    text = text[: 12 * MOST_TOKENS].lower()
    return set(spelled(text if text.isascii() else unicodedata.normalize("NFC", text)))


def _entries(words: Iterable[str], language: str | None) -> dict[str, Entry]:
    code = primary(language)
    compounding = code if code in _COMPOUNDING else None
    found = (_entry(word, compounding) for word in sorted(words) if len(word) <= _LONGEST)
    return {entry.word: entry for entry in found if entry is not None}


@lru_cache(maxsize=50_000)
def _entry(shown: str, compounding: str | None) -> Entry | None:
    word = fold(shown)
    if len(word) < (3 if word.isascii() else 2) or _NO_WORD.search(word):
        return None
    tail = None
    if compounding:
        stemmed = stem(word, compounding)
        tail = stemmed[::-1] if len(stemmed) >= _SHORTEST_COMPOUND else None
    return Entry(word, None if shown == word else shown, skeleton(shown), tail)


async def learn(tx: Tx, texts: Iterable[tuple[str, str | None]]) -> None:
    """Take in the words of texts (with their language) that were not known."""
    words: dict[str | None, set[str]] = {}
    for written, language in texts:
        words.setdefault(language, set()).update(_words(written))
    found: dict[str, Entry] = {}
    for language, several in words.items():
        found |= _entries(several, language)
    if not found:
        return
    new = await ask_in(tx, lambda ask: _unknown(ask, sorted(found)))
    if not new:
        return
    if tx.dialect.name != "sqlite":
        await tx.execute(text(_LOCK))
    await tx.execute(text(INSERT), [found[word].as_row() for word in new])


def _unknown(ask: Ask, words: Sequence[str]) -> list[str]:
    known = _known(ask, words)
    return [word for word in words if word not in known]


def _known(ask: Ask, words: Iterable[str]) -> dict[str, str]:
    """Those of the folded words that the archive has, with how they are written."""
    listed = ask.listed(list(words))
    statement = f"SELECT word, coalesce(shown, word) FROM search_words WHERE word {ask.among('words')}"
    return {row[0]: row[1] for row in ask(statement, words=listed)}


# ── other spellings ──────────────────────────────────────────────────────────────────────────────────────────────


def sounding_like(ask: Ask, typed: str) -> list[str]:
    """Folded words that may be the typed one in another spelling or script, without itself."""
    key = skeleton(typed)
    if key is None or len(typed) < 2:
        return []
    statement = f"SELECT word, coalesce(shown, word) FROM search_words WHERE skeleton = :key LIMIT {_MOST_SOUNDING}"
    own = fold(typed)
    found = [word for word, shown in ask(statement, key=key) if word != own and sounds_alike(typed, shown)]
    return sorted(found, key=lambda word: (abs(len(word) - len(own)), word))[:_MOST_SIMILAR]


def compounds_with(ask: Ask, part: str, languages: Sequence[str]) -> list[str]:
    """Stems of long words that end in a word: "strassenbahn" for "bahn"."""
    found: list[str] = []
    for end in {stem(part, language) for language in languages if language in _COMPOUNDING}:
        if len(end) >= _SHORTEST_PART:
            tail = end[::-1]
            statement = f"SELECT tail FROM search_words WHERE tail > :tail AND tail < :beyond LIMIT {_MOST_COMPOUNDS}"
            found += [row[0][::-1] for row in ask(statement, tail=tail, beyond=tail + "\U0010ffff")]
    return list(dict.fromkeys(found))


# ── slips of the finger ──────────────────────────────────────────────────────────────────────────────────────────


def corrections(ask: Ask, typed: str) -> list[tuple[str, str]]:
    """Words one slip away (a letter too many, missing, wrong, or two changed over), else two by way of how they sound,
    each folded and as it is written, the likeliest first; and two words that were typed as one."""
    word = fold(typed)
    if len(word) < _SURE or any(c.isdigit() for c in word):
        return []
    near = _known(ask, _one_slip(word))
    near.pop(word, None)
    if not near:
        near = {other: shown for other, shown in _sounding_near(ask, typed).items() if _slips(word, other) <= 2}
    found = sorted(near.items(), key=lambda one: (_slips(word, one[0]), one[0][0] != word[0], one[0]))
    return found[:12] + _split(ask, word)


def _split(ask: Ask, word: str) -> list[tuple[str, str]]:
    parts = [(word[:n], word[n:]) for n in range(3, len(word) - 2)]
    known = _known(ask, {part for pair in parts for part in pair})
    return [(f"{a} {b}", f"{known[a]} {known[b]}") for a, b in parts if a in known and b in known]


def _one_slip(word: str) -> set[str]:
    letters = _letters_of(word)
    places = range(len(word) + 1)
    found = {word[:n] + word[n + 1 :] for n in places[:-1]}
    found |= {word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in places[:-2]}
    found |= {word[:n] + letter + word[n + 1 :] for n in places[:-1] for letter in letters}
    return found | {word[:n] + letter + word[n:] for n in places for letter in letters}


def _sounding_near(ask: Ask, typed: str) -> dict[str, str]:
    """Words of the same skeleton, or of one with a single consonant more, less or other."""
    key = skeleton(typed)
    if key is None or len(key) < 3:
        return {}
    statement = f"SELECT word, coalesce(shown, word) FROM search_words WHERE skeleton {ask.among('keys')} LIMIT 4000"
    return {row[0]: row[1] for row in ask(statement, keys=ask.listed(sorted({key, *_one_slip(key)})))}


def _letters_of(word: str) -> str:
    name = unicodedata.name(word[0], "LATIN").split()[0].lower()
    return _LETTERS.get(name, _LETTERS["latin"])


def _slips(one: str, other: str) -> int:
    """The optimal string alignment distance (Damerau 1964); 3 stands for more than two."""
    if abs(len(one) - len(other)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return min(3, row[-1])


def suggest(ask: Ask, typed: str, weak: Sequence[tuple[str, float]], count: Callable[[str], float]) -> str | None:
    """The query with its weak words (in lower case, articles that have it) put right; None where nothing is better.
    `count`: in how many articles a folded word stands."""
    better = typed
    for surface, documents in weak:
        found = [(count(other), shown) for other, shown in corrections(ask, surface)]
        best = max(found, key=lambda one: one[0], default=(0.0, ""))
        if best[0] > max(1.0, 3 * documents) or (best[0] and not documents):
            better = _put(better, surface, best[1])
    joined = _joined(ask, [surface for surface, documents in weak if not documents])
    for pair, whole in joined:
        better = better.replace(pair, whole)
    return better if better != typed else None


def _joined(ask: Ask, surfaces: Sequence[str]) -> list[tuple[str, str]]:
    """Neighbours that the archive writes as one word."""
    pairs = {fold(a + b): f"{a} {b}" for a, b in pairwise(surfaces)}
    return [(pairs[word], shown) for word, shown in _known(ask, pairs).items()] if pairs else []


def _put(typed: str, surface: str, better: str) -> str:
    at = typed.lower().find(surface)
    return typed if at < 0 else typed[:at] + better + typed[at + len(surface) :]
