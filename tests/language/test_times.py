"""Times typed in the bot's languages: moments, times that come again, hours of quiet, days that have passed."""

from __future__ import annotations

from datetime import date

import pytest
from babel import Locale

from bot.language import fold
from bot.language.times import moment_words, past_day, read, says_quiet, span_words, timetable_words
from bot.language.timetokens import DAYS, MONTH_NAMES, items_of
from bot.language.timewords import WORDS
from bot.wording import spoken

MOMENTS = {
    "en": {
        "tomorrow morning at 9": "tomorrow 09:00", "9 tomorrow": "tomorrow 09:00", "tonight at 8": "today 20:00",
        "friday evening": "fri 18:00", "in 1 hour and 30 minutes": "in 1h 30m", "12 pm": "12:00", "12 am": "00:00",
        "Dec 24 at 9 pm": "24 dec 21:00", "2026-12-24 9:30": "2026-12-24 09:30",
        "24 December 2026 9": "24 dec 2026 09:00",
    },
    "de": {
        "morgen um 9 Uhr": "tomorrow 09:00", "morgen Abend um 6": "tomorrow 18:00", "Montag Morgen um 8": "mon 08:00",
        "heute Abend 19 Uhr 30": "today 19:30", "in 2 Stunden": "in 2h", "übermorgen früh um 8": "overmorrow 08:00",
        "24. Dezember 9:30": "24 dec 09:30", "am Freitag 18:30": "fri 18:30",
    },
    "fr": {
        "demain à 9h": "tomorrow 09:00", "demain matin à 9 heures": "tomorrow 09:00", "ce soir à 8 h 30": "today 20:30",
        "vendredi 18h30": "fri 18:30", "dans 2 heures": "in 2h", "après-demain à midi": "overmorrow 12:00",
    },
    "es": {
        "mañana a las 9": "tomorrow 09:00", "mañana por la mañana a las 9": "tomorrow 09:00", "mar 9:30": "tue 09:30",
        "24 mar 9:30": "24 mar 09:30", "dentro de 45 minutos": "in 45m",
        "pasado mañana a las 8 y media": "overmorrow 08:30", "viernes por la tarde a las 6": "fri 18:00",
    },
    "pt-BR": {
        "amanhã às 9": "tomorrow 09:00", "hoje à noite às 8": "today 20:00", "sexta-feira às 18:30": "fri 18:30",
        "daqui a 2 horas": "in 2h",
    },
    "ru": {
        "завтра в 9": "tomorrow 09:00", "завтра в 9 утра": "tomorrow 09:00", "в пятницу в 18:30": "fri 18:30",
        "через 45 минут": "in 45m", "сегодня вечером в 8": "today 20:00", "24 декабря в 9:30": "24 dec 09:30",
    },
    "tr": {
        "yarın 9": "tomorrow 09:00", "yarın sabah saat 9'da": "tomorrow 09:00", "bu akşam 8": "today 20:00",
        "2 saat sonra": "in 2h", "cuma 18:30": "fri 18:30",
    },
    "id": {
        "besok pagi jam 9": "tomorrow 09:00", "nanti malam jam 8": "today 20:00", "jumat 18.30": "fri 18:30",
        "dalam 2 jam": "in 2h", "dalam 2 minggu": "in 2w", "minggu jam 9": "sun 09:00",
    },
    "ar": {
        "غدا الساعة ٩": "tomorrow 09:00", "غدًا الساعة ٩ صباحًا": "tomorrow 09:00", "الجمعة ٦ مساءً": "fri 18:00",
        "بعد ساعتين": "in 2h", "بعد 45 دقيقة": "in 45m", "الليلة الساعة ٩": "today 21:00",
    },
    "fa": {
        "فردا صبح ساعت ۹": "tomorrow 09:00", "جمعه ۱۸:۳۰": "fri 18:30", "۲ ساعت دیگر": "in 2h",
        "امشب ساعت ۸": "today 20:00",
    },
    "ur": {
        "کل صبح 9 بجے": "tomorrow 09:00", "آج شام ۶ بجے": "today 18:00", "جمعہ ۱۸:۳۰": "fri 18:30",
        "۲ گھنٹے بعد": "in 2h", "کل شام ساڑھے ۶ بجے": "tomorrow 18:30",
    },
    "hi": {
        "कल सुबह ९ बजे": "tomorrow 09:00", "आज शाम 6 बजे": "today 18:00", "शुक्रवार 18:30": "fri 18:30",
        "2 घंटे बाद": "in 2h", "परसों दोपहर 2 बजे": "overmorrow 14:00",
    },
    "bn": {
        "আগামীকাল সকাল ৯টায়": "tomorrow 09:00", "আজ সন্ধ্যা ৬টায়": "today 18:00", "শুক্রবার ১৮:৩০": "fri 18:30",
        "২ ঘণ্টা পরে": "in 2h",
    },
    "zh-Hans": {
        "明天9点": "tomorrow 09:00", "明天上午九点半": "tomorrow 09:30", "今天晚上8点": "today 20:00",
        "周五18:30": "fri 18:30", "2小时后": "in 2h", "12月24日上午9点": "24 dec 09:00",
        "后天下午３点": "overmorrow 15:00",
        "晚上十点二十分": "22:20",
    },
}  # fmt: skip

AGAIN = {
    "en": {
        "every morning at 8": "every day 08:00", "8 in the morning and 7 in the evening": "every day 08:00 19:00",
        "mornings and evenings": "every day morning evening", "weekdays 7:30 and evening": "mon-fri 07:30 evening",
        "every afternoon": "every day 15:00",
    },
    "de": {"jeden Morgen um 8": "every day 08:00", "werktags um 7:30 und 18 Uhr": "mon-fri 07:30 18:00",
           "Montag bis Freitag 8": "mon-fri 08:00", "am Wochenende mittags": "sat-sun noon"},
    "fr": {"tous les jours à 8h": "every day 08:00", "chaque matin à 8 h": "every day 08:00",
           "à 8h et à 18h": "every day 08:00 18:00"},
    "es": {"cada mañana a las 8": "every day 08:00", "de lunes a viernes a las 7:30": "mon-fri 07:30",
           "todos los días a las 8 y a las 18": "every day 08:00 18:00"},
    "pt-BR": {"todo dia às 8": "every day 08:00", "segunda a sexta às 7h30": "mon-fri 07:30"},
    "ru": {"каждое утро в 8": "every day 08:00", "пн-пт в 7:30": "mon-fri 07:30",
           "по будням в 8 утра и в 7 вечера": "mon-fri 08:00 19:00"},
    "tr": {"her sabah 8": "every day 08:00", "hafta içi 7:30": "mon-fri 07:30"},
    "id": {"setiap pagi jam 8": "every day 08:00", "senin-jumat 7.30": "mon-fri 07:30"},
    "ar": {"كل يوم الساعة 8 صباحا": "every day 08:00", "كل صباح ومساء": "every day morning evening"},
    "fa": {"هر روز ساعت ۸ صبح": "every day 08:00"},
    "ur": {"ہر روز صبح ۸ بجے": "every day 08:00", "روزانہ صبح 8 بجے اور شام 6 بجے": "every day 08:00 18:00"},
    "hi": {"हर सुबह ८ बजे": "every day 08:00", "रोज़ सुबह 8 बजे और शाम 6 बजे": "every day 08:00 18:00"},
    "bn": {"প্রতিদিন সকাল ৮টায়": "every day 08:00"},
    "zh-Hans": {"每天早上8点和晚上7点": "every day 08:00 19:00", "周一到周五7:30": "mon-fri 07:30"},
}  # fmt: skip

QUIET = {
    "en": ["from 10 in the evening to 7", "22-7", "quiet 22:00-07:00"], "de": ["von 22 bis 7 Uhr", "Ruhe 22-7"],
    "fr": ["de 22h à 7h"], "es": ["de 10 de la noche a 7 de la mañana"], "pt-BR": ["das 22 às 7"],
    "ru": ["с 22 до 7"], "tr": ["gece 10 - sabah 7"], "id": ["dari jam 22 sampai jam 7"],
    "ar": ["من ١٠ مساء إلى ٧ صباحا"], "fa": ["از ۲۲ تا ۷"], "ur": ["رات ۱۰ بجے سے صبح ۷ بجے تک", "خاموش ۲۲-۷"],
    "hi": ["रात 10 बजे से सुबह 7 बजे तक"], "bn": ["রাত ১০টা থেকে সকাল ৭টা পর্যন্ত"],
    "zh-Hans": ["晚上10点到早上7点", "免打扰 22点-7点"],
}  # fmt: skip

YESTERDAY = {
    "en": "yesterday", "de": "gestern", "fr": "hier", "es": "ayer", "pt-BR": "ontem", "ru": "вчера", "tr": "dün",
    "id": "kemarin", "ar": "أمس", "fa": "دیروز", "ur": "کل", "hi": "कल", "bn": "গতকাল", "zh-Hans": "昨天",
}  # fmt: skip


@pytest.mark.parametrize("tag", spoken())
def test_moments_are_understood_in_every_language(tag: str) -> None:
    assert {text: moment_words(text, tag) for text in MOMENTS[tag]} == MOMENTS[tag]


@pytest.mark.parametrize("tag", spoken())
def test_times_that_come_again_are_understood_in_every_language(tag: str) -> None:
    assert {text: timetable_words(text, tag) for text in AGAIN[tag]} == AGAIN[tag]


@pytest.mark.parametrize("tag", spoken())
def test_hours_of_quiet_and_yesterday_are_understood_in_every_language(tag: str) -> None:
    assert {text: span_words(text, tag) for text in QUIET[tag]} == dict.fromkeys(QUIET[tag], "22:00-07:00")
    assert past_day(YESTERDAY[tag], date(2026, 11, 22), tag) == date(2026, 11, 21)
    assert past_day(YESTERDAY[tag], date(2026, 11, 22)) == date(2026, 11, 21)


@pytest.mark.parametrize("tag", spoken())
def test_every_name_of_a_day_or_month_in_cldr_is_known(tag: str) -> None:
    """In the language itself the name means that day, perhaps with others that it could mean."""
    locale = Locale.parse(tag.replace("-", "_"))
    for names, concepts in ((locale.days, list(enumerate(DAYS))), (locale.months, list(enumerate(MONTH_NAMES, 1)))):
        for width in ("wide", "abbreviated"):
            for key, concept in concepts:
                name = names["format"][width][key]
                if name.endswith("月"):  # "12月", "十二月": a number and a mark
                    continue
                found = items_of(name, tag)
                assert found is not None, name
                assert found[0].is_(concept, *_other_means(tag, concept)), name


def _other_means(tag: str, concept: str) -> tuple[str, ...]:
    """Sunday and week are one word in Indonesian."""
    return ("sun/week",) if tag == "id" and concept == "sun" else ()


def test_every_language_has_its_words() -> None:
    assert set(WORDS) == set(spoken())
    needed = {"today", "every", "morning", "noon", "night", "minute", "hour", "and", "quiet", "weekdays", "weekend"}
    assert {tag: needed - set(table) for tag, table in WORDS.items() if needed - set(table)} == {}
    assert all(fold(name) for table in WORDS.values() for names in table.values() for name in names.split("|") if name)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "9 x", "banana 9", "25 o'clock", "13 pm", "9 in the afternoonish", "x" * 200, "9 9 9 tomorrow friday",
     "every day tomorrow", "22 to", "-", ",", "24 dec 12 nov 9", "in in", "in 2 bananas", "in 9", "千"],
)  # fmt: skip
def test_what_is_not_understood_word_by_word_is_nothing(text: str) -> None:
    assert moment_words(text, "en") is None
    assert span_words(text) is None
    assert past_day(text, date(2026, 11, 22)) is None


def test_a_moment_is_no_timetable_and_the_other_way_round() -> None:
    assert timetable_words("tomorrow at 9") is None
    assert timetable_words("in 2 hours") is None
    assert timetable_words("mondays") is None
    assert moment_words("every day at 9") is None
    assert moment_words("mon-fri 9") is None
    assert span_words("22-22") is None
    assert span_words("tomorrow 22-7") is None


def test_words_of_the_readers_own_language_come_first() -> None:
    assert moment_words("mar 9:30", "es") == "tue 09:30"
    assert moment_words("mañana a las 9", None) == "tomorrow 09:00"
    assert moment_words("کل صبح ۹ بجے", "ur") == "tomorrow 09:00"
    assert moment_words("dom 9", "pt-BR") == "sun 09:00"


def test_a_weekday_that_has_passed_is_the_last_one() -> None:
    sunday = date(2026, 11, 22)
    assert [past_day(text, sunday) for text in ("monday", "Sonntag", "周六", "tomorrow", "mon-fri", "today")] == [
        date(2026, 11, 16), sunday, date(2026, 11, 21), None, None, sunday,
    ]  # fmt: skip


def test_quiet_hours_speak_for_themselves() -> None:
    assert says_quiet("quiet 22-7")
    assert says_quiet("सोमवार") is False
    assert says_quiet("22-7") is False
    assert read("quiet hours 22-7") is not None
