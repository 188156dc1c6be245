"""Summaries: the publisher's words when they are good, else whole sentences that never lose whose claim they carry."""

import pytest

from bot.articles.hedges import is_hedged, leans, quotation_open
from bot.articles.summary import count_words, extract, fault_of, summarise
from bot.language import ends_sentence, sentences

TITLE = "City opens its first night bus line"
STANDFIRST = "Two buses an hour will run until five in the morning, the council says."
TEXT = """The first night bus of the city will leave the harbour on Monday at one o'clock, the council said on Friday.

It will run every 30 minutes until five. Drivers allegedly learnt of the plan from the newspaper.

“Nobody asked us. We will see what happens. The pay is not settled,” said Ana Ruiz, who speaks for the drivers' union.

But the mayor denied that. Tickets cost as much as by day. The line crosses the river twice and stops at hospitals."""


def test_a_good_standfirst_is_the_summary() -> None:
    summary = summarise(TITLE, STANDFIRST, TEXT, "en")
    assert (summary.sentences, summary.how) == ((STANDFIRST,), "standfirst")


@pytest.mark.parametrize(
    ("standfirst", "reason"),
    [
        ("Night buses are here.", "short"),
        ("Two buses an hour will run until five in the morning, the council…", "cut"),
        ("Two buses an hour will run until five in the morning, the council says", "cut"),
        ("The city opens its first night bus line now.", "the headline again"),
        (
            "Harbor Times brings you breaking stories, sports results, weather, videos and much more.",
            "not about this article",
        ),
        ("شہر کی پہلی رات کی بس پیر کو بندرگاہ سے روانہ ہو گی، کونسل نے جمعے کو کہا ہے۔", "another language"),
    ],
)
def test_a_bad_standfirst_is_refused_with_its_reason(standfirst: str, reason: str) -> None:
    text = TEXT + " Parking stays free near the station, and evening trains wait for the last ferry, planners promised."
    assert fault_of(standfirst, TITLE, text, "en") == reason
    summary = summarise(TITLE, standfirst, text, "en")
    assert summary.how == f"extractive (standfirst: {reason})"
    assert summary.sentences[0].startswith("The first night bus")


def test_of_a_long_standfirst_the_first_sentences_stay() -> None:
    long = " ".join(
        [STANDFIRST]
        + [f"The council adds rule number {number} for all the drivers of the city." for number in range(9)]
    )
    summary = summarise(TITLE, long, TEXT, "en")
    assert summary.how == "standfirst (its first sentences)"
    assert summary.sentences[0] == STANDFIRST and len(" ".join(summary.sentences)) <= 300


def test_without_text_a_short_standfirst_is_better_than_nothing() -> None:
    assert summarise(TITLE, "Buses by night.", None, "en").sentences == ("Buses by night.",)
    assert summarise(TITLE, "Buses by", None, "en").sentences == ()
    assert summarise(TITLE, None, None, None).how == "none"


def test_extracted_sentences_are_the_texts_own_in_its_order_and_whole() -> None:
    whole = sentences(TEXT, "en")
    for count in (None, 1, 2, 3):
        chosen = extract(TITLE, TEXT, "en", sentences=count)
        places = [whole.index(sentence) for sentence in chosen]
        assert places == sorted(places) and all(map(ends_sentence, chosen))
        assert count is None or 0 < len(chosen) <= count
    assert sum(count_words(sentence, "en") for sentence in extract(TITLE, TEXT, "en")) <= 60


def test_a_leaning_sentence_comes_only_with_the_one_before() -> None:
    text = (
        "Officials said the bridge may be closed. It carries the night bus line of the city over the river. "
        "The weather was fine."
    )
    for count in (1, 2, 3):
        chosen = extract("It carries the night bus line of the city", text, "en", sentences=count)
        assert not chosen[0].startswith("It carries")


def test_a_quotation_is_never_torn() -> None:
    text = "“We killed nobody. The army did it. Everyone knows this,” the rebels claimed. " + TEXT
    for title in ("The army did it", "We killed nobody"):
        for sentence in extract(title, text, "en"):
            assert "army" not in sentence or "claimed" in " ".join(extract(title, text, "en"))
    assert extract("The army did it", "“The army did it. Everyone knows.\n\nMore was not heard.", "en") == (
        "More was not heard.",
    )


def test_a_text_whose_sentences_all_lean_still_gets_one() -> None:
    assert extract(None, "He said that all of this will be fine in the end.", "en") != ()
    assert extract(None, "no end here", "en") == ()


@pytest.mark.parametrize(
    ("language", "text", "first"),
    [
        (
            "ur",
            "وزیر دفاع نے دعویٰ کیا ہے کہ اسلحہ غیر ملکی ہے۔ انہوں نے ثبوت نہیں دیا۔ موسم اچھا رہا۔",
            "وزیر",
        ),
        (
            "hi",
            "रक्षा मंत्री ने दावा किया है कि हथियार विदेशी हैं। उन्होंने सबूत नहीं दिया। मौसम अच्छा रहा और लोग घर से निकले।",
            "रक्षा",
        ),
        ("zh", "国防部长周五表示，叛军拥有外国武器和夜视装备。他没有提供证据。天气很好，人们纷纷走出家门。", "国防"),
        (
            "ar",
            "قال وزير الدفاع إن السلاح أجنبي المصدر. ولكنه لم يقدم دليلا. كان الطقس جيدا.",
            "قال",
        ),
        (
            "ru",
            "Министр обороны заявил, что оружие иностранное. Он не привёл доказательств. Погода была хорошей.",
            "Министр",
        ),
    ],
)
def test_every_script_gets_whole_sentences(language: str, text: str, first: str) -> None:
    chosen = extract(None, text, language, sentences=1)
    assert len(chosen) == 1 and chosen[0].startswith(first) and chosen[0] in text


def test_hedges_and_leaning_are_known_by_language() -> None:
    assert is_hedged("The rebels allegedly did it.", "en") and not is_hedged("The bus is red.", "en")
    assert is_hedged("部长称这是事实。", "zh") and is_hedged("وزیر نے الزام لگایا۔", "ur")
    assert leans("However, he left.", "en") and leans("उन्होंने कहा।", "hi") and leans("但他走了。", "zh")
    assert not leans("The bus left.", "en") and not leans("", "en")


@pytest.mark.parametrize(
    "text",
    [
        "„So ist es“",
        "”Så är det”",
        "«Так»",
        "»So«",
        "“It is”",
        '"It is"',
        "「はい」",
        "6'2\" tall",
        "no marks",
        "stray ” mark “so”",
    ],
)
def test_closed_quotations_are_closed(text: str) -> None:
    assert not quotation_open(text)


@pytest.mark.parametrize("text", ["„So ist es", "«Так", "“It is", '"It is', "「はい", "“A” and “b"])
def test_open_quotations_are_open(text: str) -> None:
    assert quotation_open(text)
