"""Which language a text is in: the script first, then function words and letters that only some languages use."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import groupby

from bot.language.folding import WORD
from bot.language.scripts import count_scripts
from bot.language.stopwords import WORDS

_ONE_LANGUAGE = {
    "Grek": "el", "Armn": "hy", "Thaa": "dv", "Syrc": "syr", "Guru": "pa", "Gujr": "gu", "Orya": "or", "Taml": "ta",
    "Telu": "te", "Knda": "kn", "Mlym": "ml", "Sinh": "si", "Thai": "th", "Laoo": "lo", "Tibt": "bo", "Mymr": "my",
    "Geor": "ka", "Hang": "ko", "Ethi": "am", "Khmr": "km", "Hani": "zh", "Kana": "ja",
}  # fmt: skip
_SHARED = {
    "Cyrl": "ru uk be bg sr mk kk mn tg",
    "Arab": "ar fa ur ps ckb sd ug",
    "Deva": "hi mr ne",
    "Beng": "bn as",
    "Hebr": "he yi",
    "Latn": "en de fr es pt it nl sv no da fi pl cs sk hu ro tr id ms vi lt lv et hr sl ca sq sw "
    "so af tl is ga eu az uz ha yo",
}
# Letters that few languages of their script use; one occurrence is worth a function word.
_LETTERS = {
    "de": "ß", "es": "ñ¿¡", "pt": "ãõ", "fr": "œùè", "pl": "łąęśźż", "cs": "řěů", "sk": "ľĺŕô", "hu": "őű",
    "ro": "țșţă", "tr": "ğış", "az": "ə", "vi": "ơưđạảấầẩậắằẳặẹẻẽếềểệỉịọỏốồổộớờởợụủứừửựỳỵỷỹ", "is": "þð",
    "lv": "āēīūģķļņ", "lt": "ėųūįė", "sv": "åä", "no": "øå", "da": "øå", "fi": "ä", "et": "õ", "ca": "ŀ", "hr": "đć",
    "ru": "ыэё", "uk": "їєґі", "be": "ўіэы", "bg": "ъ", "sr": "јђћљњџ", "mk": "ѓќѕј", "kk": "қңғәұһөі", "mn": "өү",
    "tg": "ҷӣӯҳ",
    "fa": "پچژگ", "ur": "ٹڈڑںےہھ", "ps": "ښځړډټڼېۍ", "ckb": "ەێۆڕڵ", "sd": "ڻڏڄڳڀٿٽ", "ug": "ۇۈېۋە", "ar": "ةىإأ",
    "mr": "ळ", "as": "ৰৱ", "bn": "র", "yi": "װײױ",
}  # fmt: skip
_ALSO = {
    "sr": "Latn", "uz": "Cyrl Arab", "az": "Cyrl Arab", "kk": "Latn Arab", "pa": "Arab", "ha": "Arab", "ms": "Arab",
    "ky": "Cyrl", "tt": "Cyrl", "ba": "Cyrl", "ks": "Arab Deva", "sd": "Deva", "bho": "Deva", "mai": "Deva",
    "sa": "Deva", "bal": "Arab", "bs": "Cyrl", "ku": "Latn Arab", "ko": "Hani", "ti": "Ethi",
    "mni": "Beng", "yue": "Hani",
}  # fmt: skip
KNOWN = frozenset(" ".join([*_SHARED.values(), *_ONE_LANGUAGE.values(), *_ALSO]).split())
"""The languages that can be told from a text, and some more, by their ISO 639 codes."""
_ENOUGH = 12  # letters: less says nothing about the language
_SURE = 0.12  # function words a word of running text; half of what the poorest language shows
_NAMES = {"iw": "he", "in": "id", "ji": "yi", "nb": "no", "nn": "no", "fil": "tl", "prs": "fa", "bs": "hr", "sh": "hr"}
_THREE = {
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "por": "pt", "ita": "it", "rus": "ru",
    "ara": "ar", "urd": "ur", "hin": "hi", "ben": "bn", "fas": "fa", "per": "fa", "tur": "tr", "zho": "zh", "chi": "zh",
    "jpn": "ja", "kor": "ko", "nld": "nl", "dut": "nl", "pol": "pl", "ukr": "uk", "mar": "mr", "nep": "ne", "tam": "ta",
    "tel": "te", "pus": "ps", "swe": "sv", "nor": "no", "dan": "da", "fin": "fi", "ind": "id", "vie": "vi", "tha": "th",
}  # fmt: skip
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "xx", "x", "c", "none", "unknown", "default"})
_TAG = re.compile(r"[a-z]{2,3}(?![a-z])")


def primary(declared: str | None) -> str | None:
    """The ISO 639 code at the head of a declared tag ("en-GB", "pt_BR", "zho"); None if it is no language tag."""
    match = _TAG.match((declared or "").strip().casefold())
    if not match or match[0] in _NO_LANGUAGE:
        return None
    code = _THREE.get(match[0], match[0])
    return code if match[0] in ("nb", "nn") else _NAMES.get(code, code)


def detect(text: str, declared: str | None = None) -> str | None:
    """The ISO 639 code of a text's language; None when there is too little to tell and nothing was declared.

    What was declared stands unless the text contradicts it: another script, or clearly another language's function
    words.  A template's `lang="en"` around an Urdu article is the usual case."""
    tag = primary(declared)
    text = text[:20_000]
    name, letters = _dominant(text)
    if name is None:
        return tag
    guess, sure = _guess(text, name, letters)
    if tag is None or guess is None or tag == guess:
        return tag or guess
    if name not in _scripts_of(tag):
        return guess if letters >= _ENOUGH else tag
    return guess if sure and not _plausible(tag, guess, text, name) else tag


def _dominant(text: str) -> tuple[str | None, int]:
    """The script most of a text is in, and how many letters of it; a Han character weighs two letters."""
    scripts = count_scripts(text)
    if not scripts:
        return None, 0
    han, kana = scripts["Hani"], scripts["Kana"]
    if 10 * kana > kana + han > 0.3 * scripts.total():
        return "Kana", kana + han
    name = max(scripts, key=lambda key: scripts[key] * (2 if key == "Hani" else 1))
    return name, scripts[name]


def _guess(text: str, name: str, letters: int) -> tuple[str | None, bool]:
    """The best language of a script, and whether the text is proof enough to overrule a declaration."""
    if name in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[name], letters >= _ENOUGH
    tokens = [word.casefold() for word in WORD.findall(text)]
    candidates = _SHARED[name].split()
    scores = _scores(tokens, name)
    if not scores or (name == "Latn" and letters < _ENOUGH):
        return (None if name in ("Latn", "Cyrl") else candidates[0]), False
    best, second = sorted(candidates, key=lambda code: -scores[code])[:2]
    enough = len(tokens) >= 20 and scores[best] >= _SURE * len(tokens)
    return best, enough and scores[best] >= 1.4 * scores[second]


def _scores(tokens: list[str], name: str) -> Counter[str]:
    """Evidence per language: each function word shared among the languages that have it, each telling letter."""
    owners, letters = _profile(name)
    scores: Counter[str] = Counter()
    for token, times in Counter(tokens).items():
        for code in owners.get(token, ()):
            scores[code] += times * (1.0 + 0.5 / len(owners[token]))  # type: ignore[assignment]
        for code in {code for letter in set(token) for code in letters.get(letter, ())}:
            scores[code] += 0.5 * times  # type: ignore[assignment]
    return scores


@lru_cache(maxsize=8)
def _profile(name: str) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    codes = _SHARED[name].split()
    by_word = sorted((word.casefold(), code) for code in codes for word in WORDS[code].split())
    by_letter = sorted((letter, code) for code in codes for letter in set(_LETTERS.get(code, "")))
    return _gather(by_word), _gather(by_letter)


def _gather(pairs: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    return {
        key: tuple(dict.fromkeys(code for _, code in group)) for key, group in groupby(pairs, key=lambda pair: pair[0])
    }


# Close relatives that the tables may confuse: the declaration decides between them.
_KIN = (
    {"no", "nb", "nn", "da", "sv"}, {"id", "ms"}, {"hr", "sr", "bs", "sl", "mk"}, {"cs", "sk"},
    {"ru", "uk", "be", "bg"},
    {"hi", "ne", "mr"}, {"es", "gl", "ca", "pt", "ast"}, {"nl", "af", "fy"}, {"zh", "yue", "ja"}, {"fa", "ps", "ckb"},
)  # fmt: skip


def _plausible(tag: str, guess: str, text: str, name: str) -> bool:
    """Whether a declared language may stand though another of its script looks likelier: we have no table for it, or
    it has nearly as much evidence."""
    if tag not in _SHARED[name].split():
        return True
    scores = _scores([word.casefold() for word in WORD.findall(text)], name)
    kin = any(tag in group and guess in group for group in _KIN)
    return scores[tag] >= (0.75 if kin else 0.9) * scores[guess]


def _scripts_of(tag: str) -> frozenset[str]:
    """The scripts a language is written in; Latin for one that we do not know."""
    known = {name for name, codes in _SHARED.items() if tag in codes.split()}
    known |= {name for name, code in _ONE_LANGUAGE.items() if code == tag}
    return frozenset(known | set(_ALSO.get(tag, "").split())) or frozenset({"Latn"})
