"""Words: texts, numbers and times as each language writes them, each running in its own direction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.wording import Words, direction, pofile, spoken, words_for

AT = datetime(2026, 12, 9, 13, 5, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
FSI, PDI, RLM = direction.FSI, direction.PDI, direction.RLM


def shown(text: str) -> str:
    """Marks of direction made visible."""
    return text.replace(FSI, "⟨").replace(PDI, "⟩").replace(RLM, "→")


def words(tag: str, **texts: str) -> Words:
    rtl = words_for(tag).is_rtl
    settled = {name: direction.settle(said, rtl=rtl) for name, said in texts.items()}
    return Words(language=tag, texts=settled, plurals={}, form=lambda count: int(count != 1))


@pytest.mark.parametrize(
    ("tag", "number", "date", "moment", "minutes", "days"),
    [
        ("en", "1,234,567", "9 Dec", "9 Dec, 14:05", "5 min", "2 days"),
        ("hi", "12,34,567", "9 दिस॰", "9 दिस॰, 14:05", "5 मि॰", "2 दिन"),
        ("ur", "1,234,567", "9 دسمبر", "9 دسمبر، 14:05", "5 منٹ", "2 دن"),
        ("bn", "12,34,567", "9 ডিসে", "9 ডিসে, 14:05", "5 মিনিট", "2 দিন"),
        ("ar", "1,234,567", "9 ديسمبر", "9 ديسمبر، 14:05", "5 د", "يومان"),
        ("fa", "1,234,567", "9 دسامبر", "9 دسامبر، 14:05", "5 دقیقه", "2 روز"),
        ("es", "1.234.567", "9 dic", "9 dic, 14:05", "5 min", "2 d"),
        ("fr", "1\u202f234\u202f567", "9 déc.", "9 déc., 14:05", "5\xa0min", "2\xa0j"),
        ("de", "1.234.567", "9. Dez.", "9. Dez., 14:05", "5 Min.", "2 Tg."),
        ("ru", "1\xa0234\xa0567", "9 дек.", "9 дек., 14:05", "5 мин", "2 дн."),
        ("pt-BR", "1.234.567", "9 de dez.", "9 de dez., 14:05", "5 min", "2 dias"),
        ("id", "1.234.567", "9 Des", "9 Des, 14.05", "5 mnt", "2 hr"),
        ("tr", "1.234.567", "9 Ara", "9 Ara, 14:05", "5 dk.", "2 gün"),
        ("zh-Hans", "1,234,567", "12月9日", "12月9日 14:05", "5分钟", "2天"),
    ],
)
def test_numbers_and_times_are_written_as_the_language_does(
    tag: str, number: str, date: str, moment: str, minutes: str, days: str
) -> None:
    ours = words_for(tag)
    assert ours.number(1_234_567) == number
    assert (ours.number(999), ours.number(0)) == ("999", "0")
    assert ours.day(AT, PARIS) == f'<tg-time unix="1796821500" format="D">{date}</tg-time>'
    assert ours.moment(AT, PARIS) == f'<tg-time unix="1796821500" format="Dt">{moment}</tg-time>'
    assert ours.ago(299).replace("\u202f", "\xa0") == minutes
    assert ours.ago(2 * 86400).replace("\u202f", "\xa0") == days


def test_how_long_ago_is_kept_up_to_date_by_the_client() -> None:
    said = words_for("en").since(AT, AT + timedelta(hours=3))
    assert said == '<tg-time unix="1796821500" format="r">3 hours ago</tg-time>'
    assert words_for("en").since(AT, AT) == '<tg-time unix="1796821500" format="r">1 minute ago</tg-time>'


@pytest.mark.parametrize(
    ("said", "values", "seen"),
    [
        ("{channel} يعمل", {"channel": "News"}, "⟨News⟩ يعمل"),
        ("{channel} يعمل", {"channel": "أخبار"}, "أخبار يعمل"),
        ("منشور {count}", {"count": "12"}, "منشور 12"),
        ("أرسل /help الآن.", {}, "أرسل ⟨/help⟩ الآن."),
        ("/latest – الأحدث\n/help – مساعدة", {}, "⟨/latest⟩ – الأحدث\n⟨/help⟩ – مساعدة"),
        ("مثال: /push https://news.example/story", {}, "مثال: ⟨/push https://news.example/story⟩"),
        ("أجب: 18:00 أو 24 dec 09:30 أو in 45m.", {}, "أجب: 18:00 أو ⟨24 dec 09:30⟩ أو ⟨in 45m⟩."),
        ('/follow "night bus" -strike – معًا', {}, '⟨/follow "night bus" -strike⟩ – معًا'),
        ("بعد 48 ساعة في BOT_OWNER_IDS", {}, "بعد 48 ساعة في ⟨BOT_OWNER_IDS⟩"),
        ("اكتب @{username} وكلمة", {"username": "bot"}, "اكتب ⟨@bot⟩ وكلمة"),
        ("<b>{words}</b> لا شيء", {"words": "bus"}, "<b>⟨bus⟩</b> لا شيء"),
        ("رمز <code>{code}</code> هنا", {"code": "x y"}, "رمز ⟨<code>x y</code>⟩ هنا"),
        ('<a href="{url}">خبر</a>', {"url": "https://a.example"}, '<a href="https://a.example">خبر</a>'),
        ("قال {name}", {"name": f"{FSI}Ana{PDI}"}, "قال ⟨Ana⟩"),
        ("نص\n{link}", {"link": "https://a.example\nb"}, "نص\nhttps://a.example\nb"),
        ("WhatsApp", {}, "WhatsApp"),
        ("{missing}", {}, "{missing}"),
    ],
)
def test_in_right_to_left_texts_what_runs_the_other_way_is_isolated(
    said: str, values: dict[str, str], seen: str
) -> None:
    assert shown(words("ar", text=said).say("text", **values)) == seen


@pytest.mark.parametrize(
    ("said", "values", "seen"),
    [
        ("{channel} works", {"channel": "أخبار"}, "⟨أخبار⟩ works"),
        ("{channel} works", {"channel": "News"}, "News works"),
        ("see {html}", {"html": "<b>خبر</b>"}, "see ⟨<b>خبر</b>⟩"),
        ("t.me/{name}", {"name": "خبر"}, "t.me/خبر"),
        ("{name} {0.real} {}", {"name": "{name}"}, "{name} {0.real} {}"),
    ],
)
def test_in_left_to_right_texts_right_to_left_values_are_isolated(said: str, values: dict[str, str], seen: str) -> None:
    assert shown(words("en", text=said).say("text", **values)) == seen


def test_a_message_of_several_texts_begins_every_line_on_its_side() -> None:
    list_of_two = f"1. <b>{FSI}Bus{PDI}</b>\nWhatsApp · خبر\n\nخبر\n5/7"
    assert shown(words_for("ar").lines(list_of_two)) == "→1. <b>⟨Bus⟩</b>\n→WhatsApp · خبر\n\nخبر\n5/7"
    assert words_for("de").lines(list_of_two) == list_of_two


def test_what_is_not_translated_or_not_finished_stays_english() -> None:
    source = (
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
        '# for people\n#: a.py\nmsgid "Open"\nmsgstr "Ou"\n"vrir \\"x\\"\\n"\n\n'
        '#, fuzzy\nmsgid "Drop"\nmsgstr "Laisser"\n\nmsgid "Save"\nmsgstr ""\n\n'
        'msgid "{count} cat"\nmsgid_plural "{count} cats"\nmsgstr[0] "{count} chat"\nmsgstr[1] "{count} chats"\n\n'
        '#~ msgid "Old"\n#~ msgstr "Vieux"\n'
    )
    read: Callable[[str], pofile.Catalog] = pofile.read
    assert read(source.replace("\n", "\r\n")) == read(source)
    catalog = read(source)
    assert catalog.texts == {"Open": 'Ouvrir "x"\n'}
    assert catalog.plurals == {("{count} cat", "{count} cats"): ("{count} chat", "{count} chats")}
    assert catalog.plural_rule == "(n > 1)"
    assert read('msgid "a"\nmsgstr "b"').plural_rule == "n != 1"


@pytest.mark.parametrize(
    ("tag", "few", "many"),
    [
        ("ur", "پیر، بدھ", "پیر–جمعہ"), ("zh-Hans", "周一、周三", "周一–周五"),
        ("fa", "دوشنبه، چهارشنبه", "دوشنبه–جمعه"),
        ("en", "Mon, Wed", "Mon–Fri"), ("de", "Mo, Mi", "Mo–Fr"), ("bn", "সোম, বুধ", "সোম–শুক্র"),
    ],
)  # fmt: skip
def test_days_of_the_week_are_short_and_joined_whatever_language_spoke_before(tag: str, few: str, many: str) -> None:
    for other in ("ur", "hi"):
        words_for(other).weekday(AT)
    assert words_for(tag).weekdays([2, 0]) == few
    assert words_for(tag).weekdays(range(5)) == many
    assert words_for("en").weekdays([5, 6, 0]) == "Mon, Sat, Sun"
    assert words_for("fa").listed(["08:00", "18:00"]) == "08:00، 18:00"


def test_no_date_or_place_turns_urdu_because_urdu_was_spoken_before() -> None:
    """Names that a locale inherits do, in Babel 2.18."""
    days = [datetime(2026, month, day, 14, tzinfo=UTC) for month in range(1, 13) for day in range(1, 8)]
    zones = ("Asia/Karachi", "Europe/London", "America/New_York")

    def shown(tag: str) -> list[str]:
        ours = words_for(tag)
        return [f"{ours.weekday(at)} {ours.date_time(at)} {ours.ago(at.day * 9000)}" for at in days]

    urdu = set(shown("ur"))
    for tag in spoken():
        if words_for(tag).is_rtl:
            assert tag == "ur" or not urdu & set(shown(tag)), tag
        else:
            cities = [words_for(tag).city(zone) for zone in zones]
            assert [one for one in (*shown(tag), *cities) if direction.strong(one) == "rtl"] == [], tag


@pytest.mark.parametrize(
    ("tag", "zone", "city"),
    [("en", "America/New_York", "New York"), ("de", "Europe/Moscow", "Moskau"), ("ur", "Asia/Karachi", "کراچی"),
     ("hi", "Asia/Kolkata", "कोलकाता"), ("zh-Hans", "Europe/Kyiv", "基辅"), ("ar", "UTC", "UTC")],
)  # fmt: skip
def test_a_zone_is_called_by_its_city_in_the_readers_language(tag: str, zone: str, city: str) -> None:
    assert words_for(tag).city(zone) == city
