"""What a reader met on a walk through the bot: what is done is said in passing, what was meant is done."""

from __future__ import annotations

from typing import Any

import pytest

from bot.chat.editors.given import is_push
from bot.chat.readers.tongues import tongue_named
from bot.chat.readers.typed import ends_quiet
from bot.wording import words_for
from tests.chat.conftest import SAM, Room, add_article, buttons_of, text_of
from tests.chat.test_readers import fill, refused_calls, tamper


async def pressed(room: Room, message: dict[str, Any], text: str) -> dict[str, Any]:
    answer = await room.box.people.press("sam", "news", message["message_id"], text=text, wait=15)
    assert answer is not None, f"{text!r} was not answered"
    return answer


async def test_what_is_done_is_said_in_passing_and_only_what_is_not_has_to_be_closed(room: Room) -> None:
    await fill(room, 1)
    await room.box.people.start("sam", "news", "st_1")
    opened = await room.answer(SAM)
    nothing = await room.say("sam", "zeppelin")
    for message, button in ((opened, "Save"), (nothing, "Tell me when there is")):
        answer = await pressed(room, message, button)
        assert answer["text"]
        assert not answer["show_alert"], button
    followed = await room.say("sam", "/follow ferry")
    for button in ("Mute 1 h", "Stop"):
        assert not (await pressed(room, followed, button))["show_alert"], button
    assert (await tamper(room, "v1:end:77"))["show_alert"]
    assert await refused_calls(room) == []


async def test_limits_alone_list_the_newest_within_them(room: Room) -> None:
    await fill(room, 7)
    await add_article(room, 8, "شہر کی پہلی رات کی بس", language="ur")
    listed = await room.say("sam", "lang:en")
    assert text_of(listed).startswith("lang:en — 7 results, newest first")
    assert buttons_of(listed)[1:] == [["1/2", "▶"], ["This week", "My language"]]  # an alert has to wait for words
    assert text_of(await room.say("sam", "lang:ur since:7d")).startswith("lang:ur since:7d — 1 result\n")
    nothing = await room.say("sam", "source:nobody")
    assert "I do not know the source “nobody”. See /sources." in text_of(nothing)
    assert buttons_of(nothing) == [["Latest"]]
    again = await room.say("sam", "/follow since:7d")
    assert text_of(again).count("There is no word") == 1


async def test_settings_take_a_language_by_its_name_and_say_what_they_do_not_know(room: Room) -> None:
    assert text_of(await room.say("sam", "/settings deutsch")).startswith("Erledigt. Ich spreche jetzt Deutsch.")
    assert text_of(await room.say("sam", "/settings englisch")) == "Done. I speak English now."
    assert "I do not know a place called xyzzy" in text_of(await room.say("sam", "/settings xyzzy"))
    await room.say("sam", "quiet 22-7")
    assert text_of(await room.say("sam", "no quiet hours")) == "Done. No quiet hours."
    assert text_of(await room.say("sam", "no quiet streets")).startswith("Nothing for")


@pytest.mark.parametrize(
    ("typed", "spoken_now", "tag"),
    [
        ("Deutsch", "en", "de"), ("german", "en", "de"), ("Türkçe", "ar", "tr"), ("portugues", "en", "pt-BR"),
        ("anglais", "fr", "en"), ("zh", "en", "zh-Hans"), ("اردو", "en", "ur"), ("klingon", "en", None),
        ("Karachi", "en", None),
    ],
)  # fmt: skip
def test_a_language_is_known_by_any_of_its_names(typed: str, spoken_now: str, tag: str | None) -> None:
    assert tongue_named(typed, words_for(spoken_now)) == tag


def test_quiet_hours_end_in_words_of_any_order() -> None:
    assert all(ends_quiet(said, "en") for said in ("quiet off", "no quiet hours", "quiet hours off"))
    assert ends_quiet("keine Ruhezeit", "de")
    assert not any(ends_quiet(said, "en") for said in ("quiet", "quiet 22-7", "no quiet streets", "stop"))


def test_an_address_without_its_scheme_is_an_address() -> None:
    assert is_push("news.example/story") and is_push("https://news.example/story")
    assert not is_push("news.example") and not is_push("and/or") and not is_push("see news.example/story")


async def test_a_group_is_told_what_works_there_and_nobodys_own_things_are_shown_to_it(room: Room) -> None:
    await fill(room, 1)
    await room.box.people.send("sam", "desk", "/follow zeppelin")  # any bot may be meant

    async def told(count: int) -> Any:
        found = [m for m in await room.box.people.messages("desk") if (m.get("from") or {}).get("is_bot")]
        return found if len(found) >= count else None

    for count, command in enumerate(("/start", "/help", "/alerts", "/settings", "/forgetme"), 1):
        await room.box.people.send("sam", "desk", f"{command}@Demo_News_bot")
        said = (await room.until(lambda: told(count)))[-1]  # noqa: B023
        assert text_of(said).startswith("Here I answer /search, /latest and /sources."), command
        assert buttons_of(said) == [["Open the bot"]]
    await room.box.people.send("sam", "desk", "/latest@demo_news_bot")
    assert text_of((await room.until(lambda: told(6)))[-1]).startswith("Latest")
    assert await refused_calls(room) == []


async def test_an_article_asked_for_while_telegram_wants_a_pause_comes_after_it(room: Room) -> None:
    await fill(room, 1)
    await room.box.people.fault("flood", method="sendMessage", retry_after=1, times=2)
    await room.box.people.start("sam", "news", "st_1")
    assert text_of(await room.answer(SAM)).startswith("Story 1 of the harbour")
