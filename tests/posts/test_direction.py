"""Right-to-left stories read right, whatever foreign names they hold."""

from __future__ import annotations

import pytest

from bot import language
from bot.posts import direction, message
from bot.posts.order import Order
from tests.posts import samples, telegram_parser


@pytest.mark.parametrize(
    ("text", "rtl", "wanted"),
    [
        ("تطبيق iPhone 17 الجديد", True, "تطبيق ⟨iPhone 17⟩ الجديد"),
        ("شبكة 5G وC++ هنا", True, "شبكة ⟨5G⟩ و⟨C++⟩ هنا"),
        ("Harbor Times", True, "⟨Harbor Times⟩"),
        ("قال Jean-Paul Sartre (1946): نعم", True, "قال ⟨Jean-Paul Sartre⟩ (1946): نعم"),
        ("بس 20 منٹ", True, "بس 20 منٹ"),
        ("Harbor Times (UK)", True, "⟨Harbor Times (UK)⟩"),
        ("What now? Nothing.", True, "⟨What now? Nothing.⟩"),
        ("کے مطابق Harbor Times (UK)، آج", True, "کے مطابق ⟨Harbor Times (UK)⟩، آج"),
        ("کہا: (UK) Times آج", True, "کہا: ⟨(UK) Times⟩ آج"),
        ("ایک\nTwo “three”\nچار", True, "ایک\n⟨Two “three”⟩\nچار"),
        ("The word سلام means peace", False, "The word ⟨سلام⟩ means peace"),
        ("plain", False, "plain"),
        ("", True, ""),
        ("already \u2068isolated\u2069", True, "⟨already isolated⟩"),
    ],
)
def test_every_foreign_run_is_isolated(text: str, rtl: bool, wanted: str) -> None:
    made = direction.isolate_runs(text, rtl=rtl)
    assert made.replace("\u2068", "⟨").replace("\u2069", "⟩") == wanted


ARABIC_POST = """افتتاح أول خط حافلات ليلي في المدينة مع تطبيق ⟨iPhone 17⟩ الجديد

ستعمل الحافلات كل 20 دقيقة. تبقى الأجرة كما هي.

⟨Harbor Times⟩ · 9 ديسمبر، 14:05 · قراءة 2 د  #النقل #Night_bus
واتساب · مشاركة
https://harbortimes.example/ar/حافلات"""

URDU_POST = """⟨BBC⟩ کے مطابق شہر میں رات کی بس سروس شروع

بسیں ہر 20 منٹ بعد چلیں گی۔

روزنامہ بندرگاہ · 9 دسمبر، 14:05 · 2 منٹ میں پڑھیں  #ٹرانسپورٹ
<RLM>WhatsApp · شیئر کریں
https://harbortimes.example/night-bus"""


@pytest.mark.parametrize(
    ("article", "golden"), [(samples.ARABIC, ARABIC_POST), (samples.URDU, URDU_POST)], ids=["arabic", "urdu"]
)
def test_right_to_left_posts_look_as_they_should(article: samples.Article, golden: str) -> None:
    order = Order(article=article, channel=samples.channel(linked_chat_id=-100))
    made = message.write(order, samples.renderer())
    assert made.visible_text.replace("\u2068", "⟨").replace("\u2069", "⟩").replace("\u200f", "<RLM>") == golden
    assert telegram_parser.parse(made.markup.html).text == made.visible_text
    for line in made.visible_text.split("\n"):
        if line and not line.startswith("https://"):
            assert language.base_direction(line) == "rtl", line


def test_buttons_of_a_right_to_left_story_run_from_the_right() -> None:
    made = message.write(Order(article=samples.ARABIC, channel=samples.channel()), samples.renderer())
    read, rest = made.requests[0].params["reply_markup"]["inline_keyboard"]
    assert read[0]["text"] == "اقرأ على \u2068harbortimes.example\u2069"
    assert [button["text"] for button in rest] == ["نسخ الرابط", "مشاركة", "واتساب"]
    assert rest[0]["copy_text"]["text"] == "https://harbortimes.example/ar/حافلات"


def test_a_left_to_right_story_that_begins_with_a_foreign_word_keeps_its_side() -> None:
    article = samples.article(title="سلام is a word of peace")
    made = message.write(Order(article=article, channel=samples.channel()), samples.renderer())
    assert made.visible_text.startswith("\u2068سلام\u2069 is a word")


def test_a_story_of_unknown_language_takes_the_direction_of_its_headline() -> None:
    assert direction.is_rtl(None, "شہر میں رات")
    assert not direction.is_rtl(None, "City")
    assert not direction.is_rtl("en", "شہر میں رات")
