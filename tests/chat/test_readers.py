"""A reader's journey over HTTP: greeting, words, pages, results, inline, a group, a restart in the middle."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.model import Role
from bot.store import people
from bot.store.schema import queries
from tests.chat.conftest import SAM, Room, add_article, buttons_of, text_of
from tests.sandbox.pictures import png

FILTERS = [["Newest", "This week", "My language"], ["Tell me about new ones"]]
PICTURE = "https://paper.example/picture.jpg"


async def fill(room: Room, count: int = 12, word: str = "harbour") -> None:
    for number in range(1, count + 1):
        await add_article(room, number, f"Story {number} of the {word}", image=PICTURE if number == 1 else None)


async def refused_calls(room: Room) -> list[Any]:
    """Calls of the bot that the sandbox did not take, and those that the official schema has something against."""
    return [r for r in await room.box.people.journal() if r.get("problems") or (r.get("status") or 200) >= 400]


async def test_start_greets_and_shows_what_one_can_do(room: Room) -> None:
    await room.box.people.start("sam", "news")
    hello = await room.answer(SAM)
    assert text_of(hello).startswith("Hi! I collect news and post it to @demonews, @demotech.")
    assert buttons_of(hello) == [["Latest", "My alerts"], ["Search in any chat"], ["Open the channel"], ["Settings"]]
    help_ = await room.say("sam", "/help")
    assert "/latest" in text_of(help_)
    assert "/push" not in text_of(help_)
    assert "/push" in text_of(await room.say("ana", "/help"))
    assert await refused_calls(room) == []


async def test_an_empty_archive_says_so(room: Room) -> None:
    assert "no articles yet" in text_of(await room.say("sam", "/latest"))
    assert "Nothing for <nothing> & more" in text_of(await room.say("sam", "<nothing> & more"))


async def test_latest_lists_the_newest_first(room: Room) -> None:
    await fill(room)
    latest = await room.say("sam", "/latest")
    assert text_of(latest).splitlines()[2].startswith("1. \u2068Story 1 of the harbour")
    assert text_of(latest).splitlines()[3:7] == [
        "\u2068Test & Paper\u2069 · 1 hr",
        "\u2068People of district 1 were glad of it.\u2069",
        "",
        "2. \u2068Story 2 of the harbour\u2069",
    ]
    assert buttons_of(latest) == [["1", "2", "3", "4", "5"], ["1/3", "▶"], ["My language"]]
    hello = await room.say("sam", "/start")
    await room.box.people.press("sam", "news", hello["message_id"], text="Latest")
    again = await room.answer(SAM, 3)
    assert text_of(again) == text_of(latest)


async def test_any_words_search_and_pages_turn_in_place(room: Room) -> None:
    await fill(room)
    listed = await room.say("sam", "harbour")
    assert text_of(listed).startswith("harbour — 12 results, best first")
    place = listed["message_id"]
    await room.box.people.press("sam", "news", place, text="▶")
    second = await room.message("1000001:5012", place, "6. ")
    assert buttons_of(second) == [["6", "7", "8", "9", "10"], ["◀", "2/3", "▶"], *FILTERS]
    await room.box.people.press("sam", "news", place, text="▶")
    third = await room.message("1000001:5012", place, "11. ")
    assert buttons_of(third) == [["11", "12"], ["◀", "3/3"], *FILTERS]
    answer = await room.box.people.press("sam", "news", place, text="3/3")
    assert answer is not None
    assert answer["text"] == ""
    await room.box.people.press("sam", "news", place, text="◀")
    await room.message("1000001:5012", place, "6. ")
    assert len(await room.messages(SAM)) == 1
    assert text_of(await room.say("sam", "/search harbour")) == text_of(listed)


async def test_a_number_opens_the_article_with_its_share_row(room: Room) -> None:
    await add_article(room, 1, "Ferries & <trams> meet at the harbour")
    listed = await room.say("sam", "ferries")
    answer = await room.box.people.press("sam", "news", listed["message_id"], text="1")
    opened = await room.answer(SAM, 2)
    assert answer is not None
    assert text_of(opened).startswith("Ferries & <trams> meet at the harbour")
    assert buttons_of(opened) == [["Read on paper.example"], ["WhatsApp", "Share", "Copy link"], ["Save"]]
    assert await refused_calls(room) == []


async def test_an_article_that_is_gone_is_said(room: Room) -> None:
    await add_article(room, 1, "Ferries at the harbour")
    listed = await room.say("sam", "ferries")
    query = listed["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[2]
    answer = await tamper(room, f"v1:open:{query}:999")
    assert "no longer there" in answer["text"]


async def tamper(room: Room, data: str, person: str = "sam") -> dict[str, Any]:
    """Press a button that carries this data, as a hostile client might send it."""
    ids = {"sam": 5012, "ana": 5011}
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
    sent = await room.parts.bot.call("sendMessage", {"chat_id": ids[person], "text": "x", "reply_markup": keyboard})
    answer = await room.box.people.press(person, "news", sent["message_id"], text="x", wait=10)
    assert answer is not None, f"{data!r} was not answered"
    return answer


@pytest.mark.parametrize(
    "data",
    [
        "\x00\x01",
        "zz:1",
        "pub:77",
        "pub:-1",
        f"pub:{'a' * 60}",
        "tpl:../../etc/passwd",
        "v1:pub:",
        "v1:pub:a:b:c",
        "v1:to:abc",
        "v1:page:abc:-1",
        "v1:page:abc:99999",
        "v1:open:abc:٣",
        "v1:latest\n",
        "v2:latest",
    ],
)
async def test_a_button_that_is_not_ours_is_answered_and_does_nothing(room: Room, data: str) -> None:
    answer = await tamper(room, data, "ana")
    assert answer["show_alert"]
    assert "too old" in answer["text"]
    assert await room.posts() == []


async def test_a_list_of_last_week_has_expired(room: Room) -> None:
    await fill(room)
    listed = await room.say("sam", "harbour")
    async with room.parts.db.write() as tx:
        await tx.execute(update(queries).values(created_at=datetime.now(UTC) - timedelta(days=8)))
    answer = await room.box.people.press("sam", "news", listed["message_id"], text="▶")
    assert answer is not None
    assert "expired" in answer["text"]


async def test_a_page_that_is_no_longer_there_becomes_the_last_one(room: Room) -> None:
    await fill(room, 7)
    listed = await room.say("sam", "harbour")
    query = listed["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[2]
    await tamper(room, f"v1:page:{query}:40")

    async def look() -> bool:
        return "6. " in text_of((await room.messages(SAM))[-1])

    assert await room.until(look)


async def test_a_restart_in_the_middle_changes_nothing_for_the_reader(room: Room) -> None:
    await fill(room)
    listed = await room.say("sam", "harbour")
    await room.stop()
    pressed = asyncio.create_task(room.box.people.press("sam", "news", listed["message_id"], text="▶", wait=20))
    await room.box.people.send("sam", "news", "/help")
    await room.begin()
    assert await pressed is not None
    await room.message("1000001:5012", listed["message_id"], "6. ")
    await room.answer(SAM, 2, words="What you can do")


async def picture(room: Room) -> dict[str, Any]:
    before = len(await room.messages(SAM))
    await room.box.people.send("sam", "news", photo=png())
    return await room.answer(SAM, before + 1)


async def test_unknown_commands_pictures_and_stickers_are_answered_in_words(room: Room) -> None:
    assert "I don't know /frobnicate." in text_of(await room.say("sam", "/frobnicate x"))
    assert "I don't know /schedule." in text_of(await room.say("sam", "/schedule"))
    for typed, near in (("/schedule", "/scheduled"), ("/poeple", "/people"), ("/pusch", "/push")):
        assert f"Did you mean {near}?" in text_of(await room.say("ana", typed))
    assert text_of(await room.say("sam", "/поиск паром")).startswith("I don't know /поиск. Try /help")
    assert "only read words" in text_of(await picture(room))
    assert "some words" in text_of(await room.say("sam", "/search"))


async def test_a_group_may_search_too(room: Room) -> None:
    await fill(room)
    people_ = room.box.people
    await people_.send("sam", "desk", "/search@demo_news_bot harbour")

    async def answered() -> Any:
        return [m for m in await people_.messages("desk") if "12 results" in text_of(m)]

    listed = (await room.until(answered))[0]
    await people_.press("kim", "desk", listed["message_id"], text="2")

    async def opened() -> Any:
        return [m for m in await people_.messages("desk") if "Read on paper.example" in str(buttons_of(m))]

    assert await room.until(opened)
    before = len(await people_.messages("desk"))
    await people_.send("sam", "desk", "/frobnicate@demo_news_bot")
    await people_.send("sam", "desk", "/latest@demo_news_bot")

    async def latest() -> Any:
        return [m for m in await people_.messages("desk") if text_of(m).startswith("Latest")]

    assert await room.until(latest)
    assert len(await people_.messages("desk")) == before + 3


async def test_a_period_or_site_without_words_lists_its_newest_in_chat_and_inline(room: Room) -> None:
    await fill(room, 3)
    await add_article(room, 60, "Old story")
    listed = await room.say("sam", "since:yesterday")
    assert text_of(listed).startswith("since:yesterday — 3 results, newest first")
    assert buttons_of(listed)[1:] == [["This week", "My language"]]  # an alert has no word or place to wait for
    assert "1. \u2068Story 1 of the harbour" in text_of(listed) and "Old story" not in text_of(listed)
    placed = await room.say("sam", "site:paper.example")
    assert "4. \u2068Old story" in text_of(placed)
    assert buttons_of(placed)[1:] == [["This week", "My language"], ["Tell me about new ones"]]
    offered = await room.box.people.inline("sam", "news", "since:2d")
    assert [result["title"] for result in offered["results"]] == [f"Story {n} of the harbour" for n in (1, 2, 3)]
    assert await refused_calls(room) == []


async def test_inline_offers_results_with_thumbnails_page_after_page(room: Room) -> None:
    await fill(room)
    first = await room.box.people.inline("sam", "news", "harbour")
    titles = [r["title"] for r in first["results"]]
    assert len(titles) == 10
    assert first["next_offset"] == "10"
    assert [r["thumbnail_url"] for r in first["results"] if r.get("thumbnail_url")] == [PICTURE]
    assert "Test & Paper · " in first["results"][0]["description"]
    more = await room.box.people.inline("sam", "news", "harbour", offset="10")
    assert len(more["results"]) == 2
    assert more["next_offset"] == ""
    assert not set(titles) & {r["title"] for r in more["results"]}
    assert first["button"]["text"] == "Open the bot"


async def test_inline_without_words_offers_the_newest_and_the_chosen_one_stands_with_its_buttons(room: Room) -> None:
    await fill(room)
    offered = await room.box.people.inline("sam", "news", "")
    assert offered["results"][0]["title"] == "Story 1 of the harbour"
    chosen = await room.box.people.choose("sam", "news", "desk", offered["results"][0]["id"])
    assert text_of(chosen).startswith("Story 1 of the harbour")
    assert buttons_of(chosen) == [["Read on paper.example"], ["WhatsApp", "Share", "Copy link"]]
    assert (await room.box.people.inline("sam", "news", "nothing like it"))["results"] == []
    assert await refused_calls(room) == []


async def test_a_result_sent_to_the_bot_itself_is_no_search(room: Room) -> None:
    await fill(room, 3)
    offered = await room.box.people.inline("ana", "news", "")
    await room.box.people.choose("ana", "news", "news", offered["results"][0]["id"])
    assert "Status" in text_of(await room.say("ana", "/status"))
    assert [text_of(m).split("\n")[0] for m in await room.messages(5011)] == ["Status"]


async def test_who_blocks_the_bot_is_remembered_until_they_come_back(room: Room) -> None:
    await room.say("sam", "/start")
    await room.box.people.block("sam", "news")

    async def blocked() -> bool:
        async with room.parts.db.read() as tx:
            person = await people.get(tx, bot_id=1000001, user_id=SAM)
        return person is not None and person.blocked_at is not None

    assert await room.until(blocked)
    await room.box.people.unblock("sam", "news")
    await room.say("sam", "/start")
    async with room.parts.db.read() as tx:
        person = await people.get(tx, bot_id=1000001, user_id=SAM)
    assert person is not None
    assert person.blocked_at is None
    assert person.role is Role.READER


async def test_a_deep_link_opens_its_article(room: Room) -> None:
    article = await add_article(room, 1, "Ferries at the harbour")
    await room.box.people.start("sam", "news", f"st_{article}")
    assert text_of(await room.answer(SAM)).startswith("Ferries at the harbour")
    await room.box.people.start("sam", "news", "st_999")
    assert "no longer there" in text_of(await room.answer(SAM, 2))


async def test_five_long_titles_in_any_script_fit_one_message(room: Room) -> None:
    for number in range(1, 6):
        await add_article(
            room, number, f"شہر {number} " + "<&> بہت لمبی سرخی " * 60, site_name="<b>" * 60, text="harbour " * 400
        )
    listed = await room.say("sam", "harbour")
    assert len(text_of(listed)) <= 4096
    assert "<&>" in text_of(listed)
    assert await refused_calls(room) == []
