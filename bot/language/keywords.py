"""Small words that people type in their own language where a command takes them, or alone: "off", "everything",
"about", "help", "my time is".  Those of all our languages are understood, whatever language a person has chosen.  Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from bot.language.folding import fold
from bot.language.times import read

OFF: Final = {
    "en": "off|stop|no|none|never",
    "de": "aus|ausschalten|stopp|nein|nie|kein|keine|keiner",
    "fr": "non|désactiver|arrêter|arrête|aucun|aucune|jamais|pas de|sans",
    "es": "no|desactivar|apagar|parar|ninguno|ninguna|nunca|sin",
    "pt-BR": "não|desligar|desativar|parar|nenhum|nenhuma|nunca|sem",
    "ru": "выкл|выключить|выключи|отключить|стоп|нет|никогда|без",
    "tr": "kapat|kapalı|dur|durdur|hayır|yok|hiç",
    "id": "mati|matikan|berhenti|tidak|jangan|nonaktif|tanpa",
    "ar": "إيقاف|أوقف|توقف|إلغاء|لا|بدون|بلا",
    "fa": "خاموش|توقف|نه|قطع|هیچ|بدون",
    "ur": "بند|بند کریں|بند کرو|نہیں|کوئی نہیں|ختم",
    "hi": "बंद|बन्द|बंद करें|बंद करो|नहीं|कोई नहीं",
    "bn": "বন্ধ|বন্ধ করুন|বন্ধ করো|না|নয়|নেই",
    "zh-Hans": "关|关闭|停|停止|取消|不要|无",
}
ALL: Final = {
    "en": "all|everything|anything",
    "de": "alles",
    "fr": "tout",
    "es": "todo",
    "pt-BR": "tudo",
    "ru": "всё|обо всём",
    "tr": "her şey|hepsi|tümü",
    "id": "semua|segalanya",
    "ar": "كل شيء|الكل",
    "fa": "همه|همه چیز",
    "ur": "سب|سب کچھ",
    "hi": "सब|सब कुछ",
    "bn": "সব|সবকিছু|সব কিছু",
    "zh-Hans": "全部|所有|一切",
}
MY_TIME: Final = {
    "en": "my time is|my time",
    "de": "meine uhrzeit ist|meine uhrzeit|meine zeit ist|meine zeit|bei mir ist es",
    "fr": "mon heure est|mon heure|chez moi il est",
    "es": "mi hora es|mi hora|aquí son las",
    "pt-BR": "minha hora é|minha hora|meu horário é|meu horário|aqui são",
    "ru": "моё время|у меня сейчас",
    "tr": "benim saatim|saatim|bende saat",
    "id": "waktu saya|jam saya|di sini jam|di sini pukul",
    "ar": "وقتي الآن|وقتي هو|وقتي|الساعة عندي",
    "fa": "ساعت من|وقت من|ساعت اینجا",
    "ur": "میرا وقت|میرے ہاں",
    "hi": "मेरा समय|मेरे यहाँ",
    "bn": "আমার সময়|আমার এখানে",
    "zh-Hans": "我的时间是|我的时间|我这里现在是|我这里是|我这里",
}
HELP: Final = {
    "en": "help|help me",
    "de": "hilfe|hilf mir",
    "fr": "aide|aidez-moi",
    "es": "ayuda|ayúdame",
    "pt-BR": "ajuda|me ajuda",
    "ru": "помощь|помоги|помогите",
    "tr": "yardım|yardım et",
    "id": "bantuan|tolong",
    "ar": "مساعدة|ساعدني",
    "fa": "کمک|راهنما",
    "ur": "مدد|مدد کریں",
    "hi": "मदद|मदद करें|सहायता",
    "bn": "সাহায্য|সাহায্য করুন",
    "zh-Hans": "帮助|帮我",
}
_ABOUT: Final = {
    "en": "about", "de": "über|zum thema|thema", "fr": "sur|à propos de|sujet", "es": "sobre|tema",
    "pt-BR": "sobre|tema", "ru": "о|об|про|тема", "tr": "konu|konusu", "id": "tentang", "ar": "عن|حول|موضوع",
    "fa": "درباره|دربارهٔ|درباره‌ی|در مورد|موضوع", "ur": "موضوع", "hi": "विषय", "bn": "বিষয়", "zh-Hans": "关于",
}  # fmt: skip
_ABOUT_AFTER: Final = {
    "tr": "hakkında", "ur": "کے بارے میں|بارے میں|سے متعلق", "hi": "के बारे में|बारे में",
    "bn": "সম্পর্কে|নিয়ে|বিষয়ে",
}  # fmt: skip
_IS: Final = frozenset({"ist", "es", "est", "il", "é", "است", "ہے", "ہیں", "है", "हैं", "是", "هو", "adalah"})


def says_off(text: str) -> bool:
    return _spoken(text) in _off()


def says_all(text: str) -> bool:
    return _spoken(text) in _all()


def says_help(text: str) -> bool:
    return _spoken(text).rstrip("?؟？") in _help()


def about(text: str, is_times: Callable[[str], bool]) -> tuple[str, str] | None:
    """ "7:30 about ferry", "8 बजे क्रिकेट के बारे में" → the times and the words, as typed; None where the text does not
    say what it is about.  `is_times` tells where the times end, in languages that say "about" last."""
    whole = unicodedata.normalize("NFC", " ".join(text.split()))
    said = _BEFORE.fullmatch(whole)
    if said is not None:
        return said["times"].strip(), said["words"].strip()
    said = _AFTER.fullmatch(whole)
    if said is None:
        return None
    words = said["words"].split(" ")
    size = next((size for size in range(len(words) - 1, 0, -1) if is_times(" ".join(words[:size]))), 0)
    return " ".join(words[:size]), " ".join(words[size:])


def my_time(text: str, language: str | None = None) -> str | None:
    """ "my time is 14:05", "मेरा समय 14:05 है" → "14:05"; None when it is not said in so many words."""
    spoken = _spoken(text)
    phrase = next((phrase for phrase in _my_time() if spoken.startswith(phrase)), None)
    return one_clock(spoken.removeprefix(phrase), language) if phrase else None


def one_clock(text: str, language: str | None = None) -> str | None:
    """ "14:05", "2:05 pm", "14 Uhr 05", "下午2点05分" → "14:05" and nothing else."""
    bare = " ".join(word for word in _spoken(text).split() if word not in _VERBS).strip(" :,")
    said = read(bare.removeprefix("是"), language)
    if said is None or said.near or said.week or said.date or said.every or said.ahead or said.span or said.parts:
        return None
    return said.clocks[0] if len(said.clocks) == 1 and not said.quiet else None


def _spoken(text: str) -> str:
    return " ".join(fold(text).replace("：", ":").split()).strip(" .!。।۔")


@cache
def _off() -> frozenset[str]:
    return frozenset(_longest_first(OFF))


@cache
def _all() -> frozenset[str]:
    return frozenset(_longest_first(ALL))


@cache
def _help() -> frozenset[str]:
    return frozenset(_longest_first(HELP))


@cache
def _my_time() -> tuple[str, ...]:
    return _longest_first(MY_TIME)


def _longest_first(table: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted({fold(word) for words in table.values() for word in words.split("|")}, key=len, reverse=True))


def _either(table: Mapping[str, str]) -> str:
    words = {unicodedata.normalize("NFC", word) for words in table.values() for word in words.split("|")}
    return "|".join(map(re.escape, sorted(words - {"关于"}, key=len, reverse=True)))


_VERBS: Final = frozenset(map(fold, _IS))
_BEFORE: Final = re.compile(
    rf"(?P<times>.*?)(?:(?<!\S)(?:{_either(_ABOUT)})(?=[\s:：])|关于)[\s:：]*(?P<words>.*\S)", re.IGNORECASE
)
_AFTER: Final = re.compile(rf"(?P<words>.*?\S)\s(?:{_either(_ABOUT_AFTER)})", re.IGNORECASE)
