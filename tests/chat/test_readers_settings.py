"""Settings, digests of one's own, manners, filters and bad input: over HTTP, with the whole bot at work."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.chat import roles
from bot.chat.readers import person as reader
from bot.chat.readers import places, settings
from bot.chat.readers.patience import BURST, NOTICE_EVERY, Buckets
from bot.chat.readers.searching import searched_link
from bot.chat.readers.typed import says_of_itself
from bot.chat.words import digests as digest_words
from bot.chat.words import readers
from bot.language import keywords
from bot.model import AlertKind, Person, PostKind, Role
from bot.posts import timetable
from bot.store import people, schema
from bot.store.search.query import clean
from bot.wording import spoken, words_for
from tests.chat.conftest import ANA, SAM, Room, add_article, buttons_of, text_of
from tests.chat.test_readers import fill, refused_calls, tamper
from tests.chat.test_readers_alerts import MINE, press, told

NOON = datetime(2026, 12, 9, 12, tzinfo=UTC)


async def person(room: Room) -> Person:
    async with room.parts.db.read() as tx:
        found = await people.get(tx, **MINE)
    assert found is not None
    return found


async def test_settings_show_and_change_everything_in_place(room: Room) -> None:
    shown = await room.say("sam", "/settings")
    assert text_of(shown).startswith("Your settings\nLanguage: English, as your Telegram\nTime zone: UTC, now ")
    assert buttons_of(shown) == [["Language", "Time zone"], ["Quiet hours", "Digest"]]
    place = shown["message_id"]
    await press(room, shown, "Time zone")
    await room.message("1000001:5012", place, "Where are you?")
    answer = await room.box.people.press("sam", "news", place, data="v1:zone:Asia/Karachi", wait=10)
    assert answer is not None
    assert "in Karachi" in answer["text"]
    await room.message("1000001:5012", place, "Time zone: Karachi")
    await press(room, shown, "Quiet hours")
    await room.message("1000001:5012", place, "keep quiet")
    assert await press(room, shown, "22:00-07:00") == "Done. Quiet from 22:00 to 07:00."
    await room.message("1000001:5012", place, "Quiet hours: 22:00-07:00")
    await press(room, shown, "Digest")
    await room.message("1000001:5012", place, "You get no digest")
    assert "The next digest comes" in await press(room, shown, "Morning, 08:00")
    await room.message("1000001:5012", place, "Digest: every day, 08:00")
    await press(room, shown, "Language")
    await room.message("1000001:5012", place, "Which language")
    known = await person(room)
    assert (known.options["zone"], known.options["quiet"]) == ("Asia/Karachi", "22:00-07:00")
    assert await refused_calls(room) == []


async def test_a_chosen_language_is_spoken_from_then_on(room: Room) -> None:
    shown = await room.say("sam", "/settings")
    await press(room, shown, "Language")
    await room.message("1000001:5012", shown["message_id"], "Which language")
    answer = await room.box.people.press("sam", "news", shown["message_id"], data="v1:lang:de", wait=10)
    assert answer is not None
    assert (await person(room)).chosen_language == "de"
    again = await room.say("sam", "/settings")
    assert "Deutsch" in text_of(again)
    await room.box.people.press("sam", "news", again["message_id"], data="v1:set:language", wait=10)
    await room.until(lambda: _german_list(room, again["message_id"]))
    await room.box.people.press("sam", "news", again["message_id"], data="v1:lang:auto", wait=10)
    assert (await person(room)).chosen_language is None


async def _german_list(room: Room, message_id: int) -> bool:
    found = [m for m in await room.messages(SAM) if m["message_id"] == message_id]
    return bool(found) and "✓ Deutsch" in str(buttons_of(found[0]))


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Karachi", "Asia/Karachi"),
        ("são paulo", "America/Sao_Paulo"),
        ("Europe/Paris", "Europe/Paris"),
        ("new  york", "America/New_York"),
        ("Mumbai", "Asia/Kolkata"),
        ("Ho Chi Minh", "Asia/Ho_Chi_Minh"),
        ("UTC", "UTC"),
        ("کراچی", "Asia/Karachi"),
        ("नई दिल्ली", "Asia/Kolkata"),
        ("কলকাতা", "Asia/Kolkata"),
        ("القاهره", "Africa/Cairo"),
        ("北京", "Asia/Shanghai"),
        ("东京", "Asia/Tokyo"),
        ("Moskau", "Europe/Moscow"),
        ("Санкт-Петербург", "Europe/Moscow"),
        ("Köln", "Europe/Berlin"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_a_city_is_a_zone_in_any_of_our_languages(typed: str, zone: str | None) -> None:
    found = {places.by_name(typed, words_for(tag).city) for tag in ("ur", "hi", "bn", "ar", "zh-Hans", "de", "ru")}
    assert found <= {zone, None}
    assert zone in found


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [(48.86, 2.35, "Europe/Paris"), (24.86, 67.0, "Asia/Karachi"), (-33.9, 151.2, "Australia/Sydney"),
     (40.7, -74.0, "America/New_York"), (-36.8, 174.8, "Pacific/Auckland")],
)  # fmt: skip
def test_a_location_is_the_zone_of_the_nearest_place(latitude: float, longitude: float, zone: str) -> None:
    assert places.by_location(latitude, longitude) == zone


@pytest.mark.parametrize(
    ("typed", "time"),
    [("my time is 14:05", (14, 5)), ("My time is 2.05 pm", (14, 5)), ("it's 12:00 am", (0, 0)), ("23:59", (23, 59)),
     ("my time is 25:00", None), ("my time is soon", None), ("my timeline 5", None),
     ("bei mir ist es 14 Uhr 05", (14, 5)), ("मेरा समय 14:05 है", (14, 5)), ("میرا وقت ۱۴:۰۵ ہے", (14, 5)),
     ("我这里下午2点05分", (14, 5)), ("2:05 بعد از ظهر", (14, 5)), ("14:05-15:00", None), ("tomorrow 14:05", None)],
)  # fmt: skip
def test_the_time_on_a_wall_is_read(typed: str, time: tuple[int, int] | None) -> None:
    assert places.typed_time(typed) == time


async def test_quiet_hours_end_with_a_word_in_any_language(room: Room) -> None:
    assert "Quiet from 22:00 to 07:00" in text_of(await room.say("sam", "quiet 22-7"))
    shown = await room.say("sam", "/settings")
    await room.box.people.press("sam", "news", shown["message_id"], data="v1:set:quiet", wait=10)
    assert text_of(await room.say("sam", "aus")) == "Done. No quiet hours."
    assert reader.quiet_text(await person(room)) is None
    assert text_of(await room.say("sam", "aus")).startswith("Nothing for aus"), "nobody asked"


@pytest.mark.parametrize("tag", spoken())
def test_what_our_texts_tell_people_to_type_is_understood(tag: str) -> None:
    """Times, days, the end of a digest and one's own time, as the examples in each language have them."""
    examples = [_unjoined(part) for part in _bare(words_for(tag).say(digest_words.HOW)).split("/digest")[1:]]
    assert len(examples) == 4
    assert [example for example in examples[:-1] if timetable.read(example, tag) is None] == []
    assert keywords.says_off(examples[-1])
    hints = [_bare(words_for(tag).say(text)) for text in (readers.CHOOSE_ZONE, readers.ZONE_UNKNOWN)]
    for hint in hints:
        typed = re.split("[:：]", hint.removesuffix("14:05"))[-1].strip() + " 14:05"
        assert says_of_itself(typed, tag), typed
        assert places.typed_time(typed, tag) == (14, 5)


def _bare(text: str) -> str:
    return re.sub("[\u2066-\u2069\u200e\u200f]", "", text)


def _unjoined(example: str) -> str:
    """Without the word or sign that joins it to the next."""
    return re.sub(r"\s(?:أو|یا)\s*$", "", example).strip(" ,،、")


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("7:30 mon-fri about ferry, harbour", ("7:30 mon-fri", "ferry, harbour")),
        ("about: ferry", ("", "ferry")),
        ("täglich um 8 über Fähre", ("täglich um 8", "Fähre")),
        ("в 8 о паромах", ("в 8", "паромах")),
        ("सुबह 8 बजे क्रिकेट और बस के बारे में", ("सुबह 8 बजे", "क्रिकेट और बस")),
        ("کرکٹ کے بارے میں", ("", "کرکٹ")),
        ("صبح 8 بجے موضوع: فیری", ("صبح 8 بجے", "فیری")),
        ("sabah 8 feribot hakkında", ("sabah 8", "feribot")),
        ("每天早上8点关于渡轮", ("每天早上8点", "渡轮")),
        ("৮টায় বিষয়: ফেরি", ("৮টায়", "ফেরি")),
        ("7:30 mon-fri", None),
        ("abouts", None),
    ],
)
def test_what_a_digest_is_about_is_typed_in_any_language(typed: str, asked: tuple[str, str] | None) -> None:
    assert keywords.about(typed, lambda text: timetable.read(text) is not None) == asked


@pytest.mark.parametrize("tag", spoken())
def test_off_and_everything_are_words_of_each_language(tag: str) -> None:
    assert all(keywords.says_off(word) for word in keywords.OFF[tag].split("|"))
    assert all(keywords.says_all(f"{word.upper()}.") for word in keywords.ALL[tag].split("|"))
    assert not keywords.says_off("office") and not keywords.says_all("ferry")


def test_the_time_on_a_wall_names_places_that_have_it() -> None:
    found = places.by_time(17, 3, NOON)
    assert found[0] == "Asia/Karachi"
    assert all(abs(NOON.astimezone(reader.zone_named(zone)).hour - 17) <= 1 for zone in found)
    assert places.by_time(12, 22, NOON) == ()


@pytest.mark.parametrize(
    ("typed", "span"),
    [("22:30-06:45", "22:30-06:45"), ("22-7", "22:00-07:00"), ("0.30 – 8", "00:30-08:00"), ("22-22", None),
     ("25-7", None), ("night", None)],
)  # fmt: skip
def test_quiet_hours_are_typed_as_one_writes_them(typed: str, span: str | None) -> None:
    assert reader.span_typed(typed) == span


@pytest.mark.parametrize(
    ("kind", "now", "due"),
    [
        (AlertKind.INSTANT, "2026-12-09T12:00", "2026-12-09T12:00"),
        (AlertKind.INSTANT, "2026-12-09T18:30", "2026-12-10T02:00"),  # 23:30 in Karachi: until 07:00 there
        (AlertKind.HOURLY, "2026-12-09T12:10", "2026-12-09T13:00"),
        (AlertKind.HOURLY, "2026-12-09T16:40", "2026-12-10T02:00"),
        (AlertKind.DAILY, "2026-12-09T01:00", "2026-12-09T03:00"),  # 08:00 in Karachi
        (AlertKind.DAILY, "2026-12-09T04:00", "2026-12-10T03:00"),
    ],
)
def test_a_reader_is_told_when_it_suits_them(kind: AlertKind, now: str, due: str) -> None:
    someone = Person(bot_id=1, user_id=2, options={"zone": "Asia/Karachi", "quiet": "22:00-07:00"})
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert reader.tell_at(someone, kind, moment) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_options_that_make_no_sense_are_none() -> None:
    someone = Person(bot_id=1, user_id=2, options={"zone": "Mars/Olympus", "quiet": "soon"})
    assert (reader.zone_name(someone), reader.quiet_text(someone)) == ("UTC", None)
    assert reader.quiet_until(someone, NOON) is None


async def test_a_zone_may_be_typed_after_it_was_asked_and_other_words_are_a_search(room: Room) -> None:
    await fill(room, 2)
    assert text_of(await room.say("sam", "Karachi")).startswith("Nothing for Karachi")
    shown = await room.say("sam", "/settings")
    await press(room, shown, "Time zone")
    await room.message("1000001:5012", shown["message_id"], "Where are you?")
    assert "in Karachi" in text_of(await room.say("sam", "karachi"))
    assert text_of(await room.say("sam", "harbour")).startswith("harbour — 2 results")
    await press(room, shown, "◀")
    await room.message("1000001:5012", shown["message_id"], "Your settings")
    await press(room, shown, "Time zone")
    await room.message("1000001:5012", shown["message_id"], "Where are you?")
    assert "do not know a place called Atlantis" in text_of(await room.say("sam", "Atlantis"))
    assert text_of(await room.say("sam", "Atlantis")).startswith("Nothing for Atlantis")
    now = datetime.now(UTC) + timedelta(hours=9)
    offered = await room.say("sam", f"my time is {now:%H:%M}")
    assert "Tokyo" in str(buttons_of(offered))
    assert "in Tokyo" in await press(room, offered, "Tokyo")
    assert "Quiet from 23:00 to 06:30" in text_of(await room.say("sam", "/settings 23-6:30"))
    assert "in Paris" in text_of(await room.say("sam", "/settings Paris"))
    assert "do not know a place called nowhere at all" in text_of(await room.say("sam", "/settings nowhere at all"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [("/digest", "You get no digest"), ("/digest 07:30 mon-fri", "The next digest comes"),
     ("/digest every day at 8", "The next digest comes"), ("/digest 30 7 * * 1-5", "The next digest comes"),
     ("/digest every morning at 8", "every day, 08:00"), ("/digest jeden Abend um 7", "every day, 19:00"),
     ("/digest ہر روز صبح ۸ بجے", "every day, 08:00"),
     ("/digest whenever", "do not understand the times whenever"), ("/digest off", "No digest any more")],
)  # fmt: skip
async def test_a_digests_times_are_plain_words(room: Room, typed: str, said: str) -> None:
    assert said in text_of(await room.say("sam", typed))


async def test_a_reader_gets_the_news_of_the_day_once(room: Room) -> None:
    await room.say("sam", "/digest every day at 8")
    assert "You get the news of the day: every day, 08:00" in text_of(await room.say("sam", "/digest"))
    for number in range(1, 4):
        await add_article(room, number, f"Story {number} <&>", tags=("Harbour",))
    now = datetime.now(UTC)
    async with room.parts.db.write() as tx:
        due = {"next_at": now - timedelta(minutes=1), "last_at": now - timedelta(hours=30), "at": [f"{now:%H:%M}"]}
        await tx.execute(update(schema.reader_digests).values(**due))
    brief = await room.answer(SAM, 3, words="Story 3 <&>")
    assert "Harbour" in text_of(brief).split("\n")
    assert buttons_of(brief) == [["Settings"]]
    (post,) = await told(room, kind=PostKind.DIGEST)
    assert post.once_key.startswith(f"digest:reader:{SAM}:")
    async with room.parts.db.read() as tx:
        (row,) = (await tx.execute(select(schema.reader_digests))).all()
    assert row.next_at > now
    await press(room, brief, "Settings")
    assert "You get the news of the day: " in text_of(await room.answer(SAM, 4))
    assert await refused_calls(room) == []


async def test_a_digest_with_nothing_new_is_passed_over(room: Room) -> None:
    await room.say("sam", "/digest every day at 8")
    now = datetime.now(UTC)
    async with room.parts.db.write() as tx:
        due = {"next_at": now - timedelta(minutes=1), "at": [f"{now:%H:%M}"]}
        await tx.execute(update(schema.reader_digests).values(**due))

    async def moved_on() -> bool:
        async with room.parts.db.read() as tx:
            return bool((await tx.execute(select(schema.reader_digests.c.next_at))).scalar_one() > now)

    await room.until(moved_on)
    assert await told(room, kind=PostKind.DIGEST) == []


# ── search: filters, operators, bad input ────────────────────────────────────────────────────────────────────────


async def test_filters_stay_while_pages_turn_and_give_way_to_what_there_is(room: Room) -> None:
    await fill(room, 7)
    for number in range(8, 10):
        await add_article(room, 24 * number, f"Old story {number} of the harbour")
    listed = await room.say("sam", "harbour")
    place = listed["message_id"]
    await press(room, listed, "Newest")
    await room.message("1000001:5012", place, "newest first")
    await press(room, listed, "This week")
    narrowed = await room.message("1000001:5012", place, "7 results, newest first")
    assert buttons_of(narrowed)[2] == ["Best", "✓ This week", "My language"]
    await press(room, narrowed, "▶")
    second = await room.message("1000001:5012", place, "7. ")
    assert buttons_of(second)[2] == ["Best", "✓ This week", "My language"]
    old = await room.say("sam", '"old story"')
    await press(room, old, "This week")
    nothing = await room.message("1000001:5012", old["message_id"], "with these filters")
    assert ["All time (2)"] in buttons_of(nothing)
    await press(room, nothing, "All time (2)")
    await room.message("1000001:5012", old["message_id"], "2 results")
    assert await refused_calls(room) == []


BAD_INPUT = [
    ("x" * 256, "Nothing for xxx"),
    ("word " * 100, "so I looked for the beginning only"),
    ("\u202e\u2067\u200f", "no word in it"),
    ("\u202eharbour\u202c", "harbour — 2 results"),
    ("🚢🚢🚢", "There is no word in it that I could look for. Type a word."),
    ("since:7d", "since:7d — 2 results, newest first"),
    ("lang:en", "lang:en — 2 results, newest first"),
    ("harbour site:", "“site:” is no site"),
    ("har\x00bour", "Nothing for har bour"),
    ("-harbour", "You only said what to leave out. Add a word to look for."),
    ('harbour "unclosed', "quotation mark was not closed"),
    ("harbour since:someday", "is no time"),
    ("harbour site:nowhere", "is no site"),
    ("site:nowhere", "Nothing for site:nowhere"),
    ("site:nowhere.example", "I found no article from “nowhere.example”. See /sources."),
    ("source:nobody", "I do not know the source “nobody”. See /sources."),
    ("harbour lang:klingon", "is no language"),
    ("harbour source:nobody", "Nothing for harbour"),
    ("' OR 1=1 --", "' OR 1=1 -- — 1 result"),
    ("harbour* NEAR(x) ^a", "harbour"),
    ("<b>harbour</b> & {words}", "<b>harbour</b> & {words} — 2 results"),
    ("%s %d {0}", "Nothing for"),
]


async def test_odd_words_get_a_clear_answer(room: Room) -> None:
    """Asked by somebody who is not slowed down."""
    await fill(room, 2)
    count = 0
    for typed, said in BAD_INPUT:
        try:
            await room.box.people.send("ana", "news", typed)
        except Exception as error:  # Telegram itself refuses text of nothing but marks
            assert "empty" in str(error)
            continue
        count += 1
        found = await room.answer(ANA, count)
        assert said in text_of(found).replace("\u2068", "").replace("\u2069", ""), typed
        assert len(text_of(found)) <= 4096
    assert count >= len(BAD_INPUT) - 2
    assert await refused_calls(room) == []


async def test_odd_inline_queries_are_answered(room: Room) -> None:
    await fill(room, 2)
    for typed in ("x" * 256, "", "   ", "🚢", '"', "-", "since:", "har\x00bour", "\u202e", "site:%25"):
        offered = await room.box.people.inline("sam", "news", typed)
        assert isinstance(offered["results"], list)
        assert bool(offered["results"]) == (not clean(typed)), typed
    assert await refused_calls(room) == []


def test_a_time_that_no_place_has_is_told() -> None:
    sam = Person(bot_id=1, user_id=1, role=Role.READER, language="de")
    assert settings.zones_card(roles.visitor(sam), (3, 7), ()).html.startswith(
        "Ich kenne keinen Ort, an dem es jetzt 03:07"
    )


async def test_an_inline_query_that_expired_is_no_failure(room: Room) -> None:
    await fill(room, 2)
    rule = {
        "status": 400,
        "description": "Bad Request: query is too old and response timeout expired or query ID is invalid",
    }
    await room.box.people.fault("error", method="answerInlineQuery", times=1, **rule)
    await room.box.people.inline("sam", "news", "harbour", wait=1)
    assert (await room.box.people.inline("sam", "news", "harbour two"))["results"]
    assert "2 results" in text_of(await room.say("sam", "harbour"))


async def test_a_link_may_carry_a_search(room: Room) -> None:
    import base64

    await fill(room, 2)
    packed = base64.urlsafe_b64encode(b"harbour").decode().rstrip("=")
    await room.box.people.start("sam", "news", f"q_{packed}")
    assert text_of(await room.answer(SAM)).startswith("harbour — 2 results")
    await room.box.people.start("sam", "news", "q_!!")
    assert text_of(await room.answer(SAM, 2)).startswith("Hi!")
    await room.box.people.start("sam", "news", "sv_12345")
    assert "no longer there" in text_of(await room.answer(SAM, 3))


@pytest.mark.parametrize(
    ("payload", "words"), [("q_aGFyYm91cg", "harbour"), ("q_", None), ("q_/w", None), ("q__w", None)]
)
def test_what_no_link_carries_is_no_search(payload: str, words: str | None) -> None:
    assert searched_link(payload) == words


# ── manners ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_command_that_we_do_not_know_is_helped(room: Room) -> None:
    assert "Did you mean /search?" in text_of(await room.say("sam", "/serch night bus"))
    assert "Did you mean /settings?" in text_of(await room.say("sam", "/setings"))
    assert "Try /help" in text_of(await room.say("sam", "/frobnicate"))


def test_a_bucket_empties_and_fills_again() -> None:
    time = [0.0]
    buckets = Buckets(lambda: time[0])
    assert sum(buckets.take(1) for _ in range(50)) == BURST
    assert buckets.take(2)
    assert buckets.may_tell(1)
    assert not buckets.may_tell(1)
    time[0] += 3
    assert [buckets.take(1) for _ in range(4)] == [True, True, True, False]
    time[0] += NOTICE_EVERY
    assert buckets.may_tell(1)


async def test_who_floods_is_asked_once_to_slow_down_and_every_press_is_answered(room: Room) -> None:
    latest = await room.say("sam", "/latest")
    for number in range(40):
        await room.box.people.send("sam", "news", f"word{number}")

    async def slowed() -> bool:
        return any("That was quick" in text_of(m) for m in await room.messages(SAM))

    await room.until(slowed)
    answer = await tamper(room, "v1:latest")
    assert answer is not None
    assert sum("That was quick" in text_of(m) for m in await room.messages(SAM)) == 1
    assert text_of(await room.say("kim", "/latest")) == text_of(latest)


async def test_who_runs_the_channels_works_as_quickly_as_they_can(room: Room) -> None:
    for _ in range(int(BURST) + 5):
        await room.box.people.send("ana", "news", "/latest")
    await room.say("ana", "/help")
    assert not any("That was quick" in text_of(m) for m in await room.messages(ANA))


async def test_groups_are_answered_only_when_we_are_meant(room: Room) -> None:
    await fill(room, 2)
    for text in ("/follow ferry", "/saved", "/saved@other_bot", "/nonsense@demo_news_bot", "/saved@demo_news_bot"):
        await room.box.people.send("sam", "desk", text)
    await room.box.people.send("sam", "desk", "/sources@demo_news_bot")

    async def answers() -> list[str]:
        return [text_of(m) for m in await room.box.people.messages("desk") if m["from"]["is_bot"]]

    async def answered() -> bool:
        return len(await answers()) >= 2

    assert await room.until(answered)
    private, sources = sorted(await answers())
    assert private.startswith("Here I answer /search, /latest and /sources.") and "no source yet" in sources
