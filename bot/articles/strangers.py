"""Names and counted things in a summary that its text lacks: what a language model may have invented.

Capitals show most names.  Where nouns are written so too, or nothing is, a word must at least begin as one of the
text's does; a summary that is refused for a harmless word costs little, since the text's own sentences stand in.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from bot.language import fold, sentences, stop_words, words

_WORD: Final = re.compile(r"[^\W\d_][\w’'-]*")
_CAPITAL_NOUNS: Final = frozenset({"de", "lb"})
_UNSPACED: Final = frozenset("zh ja th lo my km".split())
_FOREIGN: Final = re.compile(r"[\u30a1-\u30fa\u30fc]{3,}|[A-Za-z]{2,}")  # how Japanese and Chinese write foreign names
_ALIKE: Final = 4  # letters that inflected forms of a noun share, at most
_ALIKE_WITHOUT_CAPITALS: Final = 3
# Words that count, beside digits.  "One" and its like are left out: they count seldom.
_COUNTING: Final[dict[str, str]] = {
    "en": "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands "
    "million millions billion billions trillion dozen dozens half double triple percent",
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig vierzig fünfzig hundert tausend "
    "hunderte tausende million millionen milliarde milliarden dutzend dutzende prozent",
    "fr": "deux trois quatre cinq six sept huit dix onze douze vingt trente quarante cinquante cent mille million "
    "millions milliard milliards dizaine douzaine centaine moitié",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce veinte treinta cuarenta cincuenta cien ciento "
    "mil millón millones docena mitad",
    "pt": "dois duas três quatro cinco seis sete oito nove dez onze doze vinte trinta quarenta cinquenta cem mil "
    "milhão milhões bilhão bilhões dúzia metade",
    "it": "due tre quattro cinque sei sette otto nove dieci undici dodici venti trenta quaranta cinquanta cento mille "
    "mila milione milioni miliardo miliardi dozzina metà",
    "nl": "twee drie vier vijf zes zeven acht negen tien elf twaalf twintig dertig veertig vijftig honderd duizend "
    "miljoen miljard procent",
    "ru": "два две три четыре пять шесть семь восемь девять десять двадцать тридцать сорок пятьдесят сто тысяча тысячи "
    "тысяч миллион миллиона миллионов миллиард миллиардов десятки сотни",
    "hi": "दो तीन चार पांच छह सात आठ नौ दस बीस पचास सौ हजार लाख करोड़ अरब",
    "ur": "دو تین چار پانچ چھ سات آٹھ نو دس بیس پچاس سو ہزار لاکھ کروڑ ارب",
    "ar": "اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة عشرون مئة مائة ألف آلاف مليون ملايين مليار مليارات",
}
_DIGITS: Final = {word: str(value) for value, word in enumerate(_COUNTING["en"].split()[:19], start=2)}


def strange_name(answer: str, source: str, language: str | None) -> str | None:
    """The first word of an answer that may be a name and is none of the text's; None where there is none."""
    known = frozenset(words(source))
    if language in _UNSPACED:
        folded = fold(source)
        return next((name for name in map(str, _FOREIGN.findall(answer)) if fold(name) not in folded), None)
    cased = any(sign.isupper() for sign in answer)
    letters = _ALIKE if cased else _ALIKE_WITHOUT_CAPITALS
    beginnings = frozenset(word[:letters] for word in known)
    common = stop_words(language) | _counting(language)
    for sentence in sentences(answer, language):
        pieces: list[str] = _WORD.findall(sentence) if cased else list(words(sentence))
        for place, word in enumerate(pieces):
            parts = [part for part in words(word) if part not in common]
            if (cased and not word[0].isupper()) or not parts or set(parts) <= known:
                continue
            sure = cased and place > 0 and language not in _CAPITAL_NOUNS
            if sure or not all(part[:letters] in beginnings for part in parts):
                return word
    return None


def strange_count(answer: str, source: str, language: str | None) -> str | None:
    """The first counting word of an answer that the text has neither as a word nor, in English, in digits."""
    counting = _counting(language)
    if not counting:
        return None
    said = words(answer)
    known = set(words(source))
    return next((word for word in said if word in counting and not {word, _DIGITS.get(word)} & known), None)


@lru_cache(maxsize=64)
def _counting(language: str | None) -> frozenset[str]:
    return frozenset(fold(_COUNTING.get(language or "", "")).split())
