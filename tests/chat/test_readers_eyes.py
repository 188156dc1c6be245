"""What four readers complained of: one of another language, one in a group, one who searches exactly, one inline."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.app import make_press
from bot.chat.application import Failures
from bot.chat.context import Context
from bot.chat.readers import places
from bot.chat.readers.asking import ALSO, COMMANDS, EDITORS
from bot.chat.readers.person import span_typed
from bot.chat.readers.private import OWN
from bot.chat.readers.telling import _gathered_head
from bot.chat.readers.typed import ends_quiet, says_of_itself
from bot.chat.sharing import told
from bot.chat.words import readers
from bot.errors import Phrase, TemplateError
from bot.language import keywords
from bot.language.keywords import says_help
from bot.model import Source, SourceKind
from bot.posts import guard
from bot.posts.checking import check
from bot.sandbox import running
from bot.sandbox.world import World
from bot.settings import Settings
from bot.store import people, saved, sources
from bot.wording import spoken, words_for
from tests.chat.conftest import ANA, KIM, SAM, WORLD, Room, add_article, buttons_of, furnish, room_of, text_of
from tests.chat.test_readers import fill, refused_calls

DESK = -1001000000009


async def in_desk(room: Room, person: str, words: str) -> dict[str, Any]:
    """What the bot says in the group to a command."""
    sent = await room.box.people.send(person, "desk", words)

    async def look() -> Any:
        return [m for m in await ours(room) if m["message_id"] > sent["message_id"]]

    return (await room.until(look))[-1]  # type: ignore[no-any-return]


async def ours(room: Room) -> list[dict[str, Any]]:
    return [m for m in await room.box.people.messages("desk") if (m.get("from") or {}).get("is_bot")]


async def test_a_place_that_nothing_comes_from_is_said_by_its_name(room: Room) -> None:
    await fill(room, 1)
    alone = await room.say("sam", "site:unknown.example")
    assert text_of(alone) == "I found no article from “unknown.example”. See /sources."
    assert buttons_of(alone) == [["Tell me when there is"], ["Latest"]]
    assert "I found no" not in text_of(await room.say("sam", "zeppelin site:paper.example"))
    assert text_of(await room.say("sam", "harbour site:paper.example")).startswith(
        "harbour site:paper.example — 1 result\n"
    )


async def test_in_a_group_nobodys_own_card_opens_and_a_source_is_followed_in_private(room: Room) -> None:
    await fill(room, 7)
    await source(room)
    rows = [[{"text": verb, "callback_data": f"v1:{verb}:1"}] for verb in OWN]
    old = await room.parts.bot.call(
        "sendMessage", {"chat_id": DESK, "text": "Hi! I collect news.", "reply_markup": {"inline_keyboard": rows}}
    )
    for verb in ("alerts", "set", "saved", "forget"):
        answer = await room.box.people.press("sam", "desk", old["message_id"], text=verb, wait=15)
        assert answer is not None
        assert answer["text"].startswith("Here I answer /search, /latest and /sources."), verb
    assert len(await ours(room)) == 1
    listed = await in_desk(room, "sam", "/sources@demo_news_bot")
    answer = await room.box.people.press("kim", "desk", listed["message_id"], text="1", wait=15)
    assert answer is not None
    assert answer["url"] == "https://t.me/demo_news_bot?start=so_1"
    await room.box.people.start("kim", "news", "so_1")
    assert text_of(await room.answer(KIM)) == "I will tell you when something comes for source:paper."
    await room.box.people.start("kim", "news", "so_77")
    assert "I do not watch a source of that name." in text_of(await room.answer(KIM, 2))
    assert await refused_calls(room) == []


async def source(room: Room) -> None:
    async with room.parts.db.write() as tx:
        paper = Source(id=0, name="paper", title="Paper", kind=SourceKind.FEED, url="https://paper.example/f")
        await sources.put(tx, paper, now=datetime.now(UTC))


async def test_a_list_in_a_group_keeps_its_language_when_somebody_else_turns_the_page(tmp_path: Path) -> None:
    world = WORLD.replace('first_name = "Kim"\nlanguage_code = "en"', 'first_name = "Kim"\nlanguage_code = "ur"')
    async with running(World.from_toml(world)) as box, room_of(box, tmp_path) as room:
        await furnish(room)
        await room.begin()
        await fill(room, 7)
        listed = await in_desk(room, "sam", "/search@demo_news_bot harbour")
        await box.people.press("kim", "desk", listed["message_id"], text="▶", wait=15)
        turned = await room.message("desk", listed["message_id"], "6. ")
        assert text_of(turned).startswith("harbour — 7 results, best first")


async def test_a_command_that_names_nobody_is_answered_in_a_group_only_to_those_who_run_the_bot(room: Room) -> None:
    for words in ("/status", "/push https://paper.example/1", "/stats", "/cancel"):
        await room.box.people.send("sam", "desk", words)
    assert "Only the owner and editors" in text_of(await in_desk(room, "sam", "/push@demo_news_bot something"))
    assert len(await ours(room)) == 1
    assert "Status" in text_of(await in_desk(room, "ana", "/status"))


async def test_inline_where_nothing_is_found_leads_to_the_same_search_in_private(room: Room) -> None:
    await add_article(room, 1, "شہر کی پہلی رات کی بس", site_name="بی بی سی", language="ur", summary=("بسیں چلیں گی۔",))
    found = await room.box.people.inline("sam", "news", "\u202e\x00 ")  # nothing to see is nothing typed
    assert found["results"][0]["description"] == "\u2068بی بی سی\u2069 · 1 hr — \u2068بسیں چلیں گی۔\u2069"
    nothing = await room.box.people.inline("sam", "news", "zeppelin")
    assert nothing["button"]["text"] == "Nothing found. Ask in the bot"
    await room.box.people.start("sam", "news", nothing["button"]["start_parameter"])
    assert text_of(await room.answer(SAM)).startswith("Nothing for zeppelin.")
    too_long = await room.box.people.inline("sam", "news", "zeppelin " * 20)
    assert too_long["button"] == {"text": "Open the bot", "start_parameter": "inl"}
    assert await refused_calls(room) == []


async def test_commands_of_other_bots_lead_to_ours_and_help_is_help_in_any_language(room: Room) -> None:
    meant = {"/stop": "/alerts", "/unfollow tram": "/alerts", "/lang de": "/settings", "/About": "/help"}
    for typed, near in meant.items():
        assert text_of(await room.say("sam", typed)) == f"I don't know {typed.split()[0]}. Did you mean {near}?"
    for typed in ("Help!", "Hilfe", "مدد", "मदद।", "帮助"):
        assert text_of(await room.say("sam", typed)).startswith("What you can do"), typed
    assert text_of(await room.say("sam", "/search help")).startswith("Nothing for help.")
    await add_article(room, 1, "Pushed by hand", site_name="Paper & Co")
    assert "\u2068Paper & Co\u2069 · 1 hr" in text_of(await room.say("sam", "pushed"))


async def test_taking_off_the_shelf_stays_on_its_page(room: Room) -> None:
    await fill(room, 12)
    async with room.parts.db.write() as tx:
        for number in range(1, 13):
            await saved.add(tx, bot_id=1000001, user_id=SAM, article_id=number, now=datetime.now(UTC))
    shelf = await room.say("sam", "/saved")
    place = shelf["message_id"]
    for label, words in (("▶", "6. "), ("Remove some", "from here"), ("7", "11 articles")):
        await room.box.people.press("sam", "news", place, text=label, wait=15)
        shown = await room.message("1000001:5012", place, words)
    assert buttons_of(shown)[:2] == [["6", "7", "8", "9", "10"], ["◀", "2/3", "▶"]]
    assert await refused_calls(room) == []


def test_what_other_bots_call_it_is_no_command_of_ours() -> None:
    assert set(ALSO.values()) <= set(COMMANDS)
    assert not set(ALSO) & {*COMMANDS, *EDITORS}
    assert all(says_help(keywords.HELP[tag].split("|")[0]) for tag in spoken())


async def test_a_failure_is_told_in_the_language_that_was_chosen(room: Room) -> None:
    await room.say("sam", "/settings deutsch")
    await room.box.people.fault("error", method="sendMessage", chat_id=str(SAM), status=400, times=1)
    assert text_of(await room.say("sam", "/help")).startswith("Bei mir ist etwas schiefgegangen.")


async def test_a_failure_of_the_store_itself_is_told_in_the_language_of_their_telegram(context: Context) -> None:
    async with context.db.write() as tx:
        await people.meet(tx, bot_id=1000001, user_id=SAM, name="Sam", language="fr", now=context.now())
    sam: Any = type("Somebody", (), {"id": SAM, "language_code": "tr"})()
    failures = Failures(context)
    assert (await failures._words(sam)).language == "fr"
    async with context.db.write() as tx:
        await tx.execute(sql("ALTER TABLE people RENAME TO lost"))
    assert (await failures._words(sam)).language == "tr"
    assert (await failures._words(None)).language == "en"


async def test_the_card_names_a_role_in_the_owners_language(tmp_path: Path) -> None:
    world = WORLD.replace('first_name = "Ana"\nlanguage_code = "en"', 'first_name = "Ana"\nlanguage_code = "de"')
    async with running(World.from_toml(world)) as box, room_of(box, tmp_path) as room:
        await furnish(room)
        await room.begin()
        assert "Für dich, als Inhaber" in text_of(await room.say("ana", "/help"))
        assert (await room.messages(ANA))[-1]["text"].count("owner") == 0


@pytest.mark.parametrize("tag", spoken())
def test_who_never_said_where_they_are_is_asked_by_a_city_of_their_language(tag: str) -> None:
    speech = words_for(tag)
    asked = speech.say(readers.ZONE_ASK).replace("\u2068", "").replace("\u2069", "")
    city = asked.rpartition("/settings ")[2].strip()
    assert places.by_name(city, speech.city) is not None, city


async def test_times_are_not_taken_for_somebodys_own_before_they_said_where_they_are(room: Room) -> None:
    for typed in ("/digest 8:00", "quiet 22-7", "/digest"):
        assert "I count in UTC until" in text_of(await room.say("sam", typed)), typed
    assert "I count in UTC until" in text_of(await room.say("sam", "/settings"))
    await room.say("sam", "/settings London")
    for typed in ("/digest 8:00", "quiet 22-7", "/digest"):
        assert "UTC" not in text_of(await room.say("sam", typed)), typed


@pytest.mark.parametrize("tag", spoken())
def test_what_the_bot_says_of_quiet_hours_is_understood_when_it_is_typed_back(tag: str) -> None:
    speech = words_for(tag)
    label = speech.say(readers.BUTTON_QUIET)
    assert span_typed(f"{label} 22-7", tag) == span_typed(f"{label}: 22:00-07:00", tag) == "22:00-07:00"
    assert says_of_itself(f"{label} 22-7", tag)
    assert ends_quiet(speech.say(readers.BUTTON_NO_QUIET), tag)
    assert not ends_quiet(label, tag)


def test_what_comes_for_one_alert_says_for_which() -> None:
    assert _gathered_head(words_for("en"), 1, {"night bus"}) == "1 article for your alert “night bus”"
    assert _gathered_head(words_for("ru"), 3, {"паром"}) == "3 статьи по вашему оповещению «паром»"
    assert _gathered_head(words_for("en"), 3, {"ferry", "tram"}) == "3 articles for your alerts"


@pytest.mark.parametrize(
    ("source", "german"),
    [
        ("{{ sumary }}", ("Diese Vorlage lässt sich nicht verwenden.", "Es gibt keine Variable „sumary“.", "Meintest")),
        ("{{ title|qqqq }}", ("nicht verwenden", "Es gibt keinen Filter „qqqq“.", "sharewire templates vars")),
        ("<div>{{ title }}</div>", ("nicht verwenden", "<div> ist in Telegram", "Nimm eine Leerzeile.")),
        ("<b>{{ title }}", ("nicht verwenden", "<b> wird nie geschlossen.", "Schließ es mit </b>.")),
        ("{{ 2 ** 9 }}", ("nicht verwenden", "kennen kein „**“.", "Nimm es heraus.")),
        ("{% if %}", ("lässt sich nicht lesen", "", "Berichtige diese Zeile")),
        ("{% for a in range(9) %}{% endfor %}", ("nicht verwenden", "außer _() und _n().", "{{ title|upper }}")),
        (" ", ("Die Vorlage „share“ zeigt nichts.", "kein", "Füge die Überschrift hinzu: {{ title }}")),
        ("{{ title + 1 }}", ("scheitert beim Ausfüllen", "", "sharewire check")),
    ],
)
def test_what_is_wrong_with_a_template_is_said_in_the_editors_language(
    source: str, german: tuple[str, str, str]
) -> None:
    with pytest.raises(TemplateError) as caught:
        check(make_press(Settings()), "share", source=source)
    problem, words = caught.value.problem, words_for("de")
    for text, said in zip((problem.title, problem.cause, problem.fix), german, strict=True):
        assert said in told(words, text)


def test_every_reason_to_refuse_a_template_is_made_of_texts_of_the_catalogs() -> None:
    assert isinstance(guard.suggest("titel", ["title"]), Phrase)
    for tag in spoken()[1:]:
        assert words_for(tag).say('There is no variable "{name}".') != 'There is no variable "{name}".', tag
