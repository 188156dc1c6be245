"""Language, direction, sentences and folding: the table tests of what other rooms rely on."""

import pytest

from bot import language

TEXTS = {
    "en": "The minister said that the report was not correct and would be reviewed by the committee next week.",
    "de": "Der Minister hat gesagt, dass die Sitzung nicht stattfindet und auch nicht im nächsten Monat.",
    "fr": "Le ministre a déclaré que la réunion n'aura pas lieu et que les députés seront informés dans la semaine.",
    "es": "El ministro dijo que la reunión no se celebrará y que los diputados serán informados en la semana.",
    "pt": "O ministro disse que a reunião não vai acontecer e que os deputados serão informados durante a semana.",
    "it": "Il ministro ha detto che la riunione non si terrà e che i deputati saranno informati nella settimana.",
    "tr": "Bakan, toplantının yapılmayacağını ve milletvekillerinin bu hafta için bilgilendirileceğini de söyledi.",
    "id": "Menteri itu mengatakan bahwa pertemuan tersebut tidak akan diadakan dan para anggota akan diberi tahu.",
    "pl": "Minister powiedział, że spotkanie się nie odbędzie i że posłowie będą o tym poinformowani w tym tygodniu.",
    "ru": "Министр сказал, что это не так и что депутаты узнают об этом на этой неделе.",
    "uk": "Міністр сказав, що це не так і що депутати дізнаються про це цього тижня.",
    "ar": "قال الوزير إن هذا غير صحيح وإن النواب سيعلمون بذلك في الأسبوع المقبل",
    "fa": "وزیر دفاع گفت که این درست نیست و باید نمایندگان را از آن آگاه کرد",
    "ur": "وزیر دفاع نے کہا ہے کہ یہ درست نہیں اور ارکان کو اس ہفتے بتایا جائے گا",
    "ps": "د دفاع وزیر وویل چې دا سمه نه ده او د دې په اړه به بیا خبرې کوي",
    "hi": "रक्षा मंत्री ने कहा है कि यह सही नहीं है और सांसदों को इस सप्ताह बताया जाएगा",
    "mr": "संरक्षण मंत्र्यांनी म्हटले आहे की हे खरे नाही आणि खासदारांना या आठवड्यात कळवले जाईल असे ते म्हणाले",
    "bn": "প্রতিরক্ষামন্ত্রী বলেছেন যে এটি সঠিক নয় এবং এই সপ্তাহে জানানো হবে",
    "zh": "国防部长表示，这不是事实，议员们将在本周得到通知。",
    "ja": "国防相は、これは事実ではないと述べ、今週中に議員に知らせる。",
    "ko": "국방장관은 이것이 사실이 아니라고 말했다.",
    "el": "Ο υπουργός είπε ότι αυτό δεν είναι αλήθεια.",
    "he": "שר הביטחון אמר כי הדבר אינו נכון",
    "th": "รัฐมนตรีกล่าวว่าเรื่องนี้ไม่เป็นความจริง",
}


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_the_language_of_a_sentence_is_told_from_the_text_alone(code: str) -> None:
    assert language.detect(TEXTS[code]) == code


@pytest.mark.parametrize(
    ("declared", "text", "expected"),
    [
        ("en-GB", "Short words", "en"),
        ("en", TEXTS["ur"], "ur"),
        ("en-US", TEXTS["fr"] + " " + TEXTS["fr"].replace("ministre", "président"), "fr"),
        ("pt_BR", TEXTS["pt"], "pt"),
        ("nb", "Statsministeren sier at det ikke er sant, og at de skal få vite om det i løpet av uken.", "nb"),
        ("da", "Ministeren siger", "da"),
        ("hrv", TEXTS["zh"], "zh"),
        ("und", "1234 5678", None),
        (None, "", None),
        ("ky", "Президент билдирди", "ky"),
    ],
)
def test_a_declared_language_stands_unless_the_text_contradicts_it(
    declared: str | None, text: str, expected: str | None
) -> None:
    assert language.detect(text, declared) == expected


def test_direction_is_that_of_the_first_strong_character() -> None:
    assert language.base_direction("«123» عمران خان said") == "rtl"
    assert language.base_direction("BBC نے کہا") == "ltr"
    assert language.base_direction("\u2068عمران\u2069 said") == "ltr"
    assert language.base_direction("12:30") == "ltr"
    assert all(map(language.is_rtl, ["ar", "ur-PK", "he", "fa", "ckb", "uz-Arab"]))
    assert not any(map(language.is_rtl, ["en", "hi", "pa-Guru", None, "az_Latn"]))


# Sentences between bars; the text is these without the bars.
SENTENCES = [
    (
        "en",
        "Mr. J. R. Smith of the U.S. Army said no. |It cost 3.5 million. |“Why?” he asked. |He left at 5 p.m. |So.",
    ),
    ("en", "He said: “It is bad.” |The rest left."),
    ("en", "Read example.com/a.b now... |And then? |Yes!"),
    ("en", 'the first one.\n|and the second, lower-cased .\n|" quoted " .'),
    ("en", "WEST PALM BEACH, Fla. – Managers run drills. |“I left U.S. TV.” |– He did."),
    ("en", "A heading\n\n|A line that is long enough to be wrapped, and goes on here."),
    ("ur", "یہ پہلا جملہ ہے۔ |دوسرا جملہ ہے۔|اور تیسرا؟ |ہاں۔"),
    ("ar", "قال د. أحمد ذلك. |ثم خرج! |لماذا؟ |لا أحد يعلم."),
    ("hi", "यह पहला है। |डॉ. सिंह ने कहा। |क्यों? |हां।"),
    ("zh", "他说：“今天很好。明天更好。”记者报道。|第二句！|第三句？"),
    ("ja", "首相は「やる。」と述べた。|次だ。"),
    ("ru", "В 1990 г. А. С. Пушкин сказал. |Это 5 тыс. руб. в год. |Новое."),
    ("de", "Am 3. Mai kam Dr. Müller, z. B. mit dem Zug. |Im Jahr 2020. |Der Rest."),
]


@pytest.mark.parametrize(("code", "barred"), SENTENCES)
def test_sentences_end_where_a_reader_would_say(code: str, barred: str) -> None:
    expected = [part.strip() for part in barred.split("|")]
    assert list(language.sentences(barred.replace("|", ""), code)) == expected


def test_a_wrapped_line_goes_on() -> None:
    text = "A line that is long enough to have been wrapped by hand,\nand goes on here."
    assert language.sentences(text) == (text.replace("\n", " "),)


def test_a_cut_text_does_not_end_a_sentence() -> None:
    assert not language.ends_sentence("the minister said that")
    assert all(
        map(language.ends_sentence, ["No.", "“No.”", "हां।", "ہاں۔", "好。", "好。」", "Why?!", "(No.)", "Well…"])
    )


def test_folding_makes_spellings_one_and_is_idempotent() -> None:
    pairs = (
        "Café cafe  Straße strasse  İSTANBUL ıstanbul  كتاب کتاب  مُحَمَّد محمد  أحمد احمد  على علی  क़लम कलम  می‌شود میشود"
    )
    pairs += "  ٢٠٢٦ 2026  ёлка елка  Łódź lodz  हिँदी हिंदी"
    for one, other in map(str.split, pairs.split("  ")):
        assert language.fold(one) == language.fold(other)
        assert language.fold(language.fold(one)) == language.fold(one)
    assert language.fold("कि") != language.fold("की")


def test_words_are_folded_and_unspaced_scripts_come_in_pairs() -> None:
    assert language.words("O’Neill's 東京タワー, wing's हिंदी में") == (
        "o",
        "neill",
        "東京",
        "京タ",
        "タワ",
        "ワー",
        "wing",
        "हिंदी",
        "में",
    )


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("en", ["connection", "connected", "connecting", "connections"]),
        ("de", ["Häuser", "Häusern", "hauser"]),
        ("ar", ["الوزارة", "وزارة", "والوزارة"]),
        ("hi", ["किताब", "किताबों", "किताबें"]),
        ("ru", ["министра", "министру", "министром"]),
        ("ur", ["کتابوں", "کتابیں", "کتاب"]),
        ("xx", ["same", "Same"]),
    ],
)
def test_forms_of_a_word_share_a_stem(code: str, forms: list[str]) -> None:
    assert len({language.stem(form, code) for form in forms}) == 1


def test_stop_words_are_folded() -> None:
    assert {"the", "of"} <= language.stop_words("en-GB")
    assert "fur" in language.stop_words("de")
    assert language.stop_words("xx") == frozenset() == language.stop_words(None)
