"""The everyday path: a bot sends, people see and answer, the bot hears."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

from bot.sandbox import Box
from tests.sandbox.pictures import png

CHANNEL, GROUP, SMALL = -1001000000001, -1001000000002, -4001


async def test_a_channel_post_has_the_channel_as_sender_and_no_from(bot: Any, box: Box) -> None:
    sent = await bot.ok("sendMessage", chat_id="@demonews", text="<b>Hello</b> there", parse_mode="HTML")
    assert sent["sender_chat"]["id"] == sent["chat"]["id"] == CHANNEL
    assert "from" not in sent
    assert sent["text"] == "Hello there"
    assert sent["entities"] == [{"offset": 0, "length": 5, "type": "bold"}]
    seen = await box.people.messages("demo")
    assert [message["text"] for message in seen] == ["Hello there"]


async def test_each_channel_post_arrives_in_its_discussion_group_and_ids_rise(bot: Any, box: Box) -> None:
    first = await bot.ok("sendMessage", chat_id=CHANNEL, text="one")
    second = await bot.ok("sendMessage", chat_id=CHANNEL, text="two")
    assert second["message_id"] == first["message_id"] + 1
    updates = await bot.ok("getUpdates")
    assert [u["message"]["text"] for u in updates] == ["one", "two"]
    assert updates[0]["message"]["is_automatic_forward"] is True
    assert updates[0]["message"]["forward_origin"]["message_id"] == first["message_id"]
    seen = await box.people.messages("demo")
    assert seen[0]["comments"]["chat_ref"] == str(GROUP)


async def test_a_photo_is_uploaded_shown_and_sent_again_by_its_file_id(bot: Any, box: Box, http: Any) -> None:
    answer = await bot.upload("sendPhoto", {"photo": png(100, 50)}, chat_id=str(CHANNEL), caption="a picture")
    photo = answer["result"]["photo"]
    assert (photo[-1]["width"], photo[-1]["height"]) == (100, 50)
    again = await bot.ok("sendPhoto", chat_id=CHANNEL, photo=photo[-1]["file_id"])
    assert again["photo"][-1]["file_unique_id"] == photo[-1]["file_unique_id"]
    file = await bot.ok("getFile", file_id=photo[-1]["file_id"])
    async with http.get(f"{box.url}/file/bot1000001:sandbox/{file['file_path']}") as response:
        assert await response.read() == png(100, 50)


async def test_an_album_is_one_group_with_consecutive_ids_or_nothing_at_all(bot: Any, box: Box) -> None:
    media = [{"type": "photo", "media": "attach://a", "caption": "first"}, {"type": "photo", "media": "attach://b"}]
    good = await bot.upload("sendMediaGroup", {"a": png(), "b": png(9, 9)}, chat_id=str(CHANNEL), media=media)
    ids = [message["message_id"] for message in good["result"]]
    assert ids[1] == ids[0] + 1
    assert len({message["media_group_id"] for message in good["result"]}) == 1
    bad = await bot.upload("sendMediaGroup", {"a": png(), "b": b"no picture"}, chat_id=str(CHANNEL), media=media)
    assert bad["description"] == (
        'Bad Request: failed to send message #2 with the error message "IMAGE_PROCESS_FAILED"'
    )
    assert len(await box.people.messages("demo")) == 2


async def test_people_write_press_and_get_answers(bot: Any, box: Box) -> None:
    await box.people.start("sam", "news", "story-7")
    update = (await bot.ok("getUpdates"))[0]
    assert update["message"]["text"] == "/start story-7"
    keyboard = {"inline_keyboard": [[{"text": "More", "callback_data": "more:1"}]]}
    sent = await bot.ok("sendMessage", chat_id=5012, text="results", reply_markup=keyboard)

    async def answer() -> None:
        found = await bot.ok("getUpdates", offset=update["update_id"] + 1, timeout=5)
        query = found[0]["callback_query"]
        assert query["data"] == "more:1" and query["message"]["message_id"] == sent["message_id"]
        await bot.ok("answerCallbackQuery", callback_query_id=query["id"], text="there you are")
        assert "query is too old" in await bot.no("answerCallbackQuery", callback_query_id=query["id"])

    task = asyncio.create_task(answer())
    said = await box.people.press("sam", "news", sent["message_id"], data="more:1")
    await task
    assert said is not None and said["text"] == "there you are"


async def test_inline_results_come_are_cached_and_chosen(bot: Any, box: Box) -> None:
    async def answer() -> None:
        update = (await bot.ok("getUpdates", timeout=5))[0]
        query = update["inline_query"]
        content = {"message_text": "<b>Bus</b> story", "parse_mode": "HTML"}
        results = [{"type": "article", "id": "1", "title": "Bus", "input_message_content": content}]
        await bot.ok("answerInlineQuery", inline_query_id=query["id"], results=results, next_offset="10")

    task = asyncio.create_task(answer())
    found = await box.people.inline("sam", "news", "bus")
    await task
    assert [result["title"] for result in found["results"]] == ["Bus"]
    assert (found["next_offset"], found["cached"]) == ("10", False)
    assert (await box.people.inline("kim", "news", "bus"))["cached"] is True
    message = await box.people.choose("sam", "news", "talk", "1")
    assert message["text"] == "Bus story" and message["via_bot"]["username"] == "demo_news_bot"


async def test_edits_deletions_and_their_refusals(bot: Any) -> None:
    sent = await bot.ok("sendMessage", chat_id=CHANNEL, text="draft")
    here = {"chat_id": CHANNEL, "message_id": sent["message_id"]}
    edited = await bot.ok("editMessageText", **here, text="final")
    assert edited["text"] == "final" and edited["edit_date"] >= edited["date"]
    assert "message is not modified" in await bot.no("editMessageText", **here, text="final")
    assert await bot.no("editMessageCaption", **here, caption="x") == (
        "Bad Request: there is no caption in the message to edit"
    )
    assert await bot.ok("deleteMessage", **here) is True
    assert await bot.no("deleteMessage", **here) == "Bad Request: message to delete not found"
    assert await bot.no("editMessageText", **here, text="x") == "Bad Request: message to edit not found"


async def test_rights_and_membership_are_refused_in_telegrams_words(bot: Any, other: Any, box: Box) -> None:
    hello = {"text": "hello"}
    assert await other.no("sendMessage", chat_id=CHANNEL, **hello) == (
        "Forbidden: bot is not a member of the channel chat"
    )
    assert await bot.no("sendMessage", chat_id=-1001000000003, **hello) == (
        "Bad Request: need administrator rights in the channel chat"
    )
    assert await bot.no("sendMessage", chat_id=12345, **hello) == "Bad Request: chat not found"
    assert await bot.no("sendMessage", chat_id=5013, **hello) == (
        "Forbidden: bot can't initiate conversation with a user"
    )
    await box.people.block("sam", "news")
    assert await bot.no("sendMessage", chat_id=5012, **hello) == "Forbidden: bot was blocked by the user"
    await box.people.kick("ana", "demo", "news")
    assert await bot.no("sendMessage", chat_id=CHANNEL, **hello) == "Forbidden: bot was kicked from the channel chat"


async def test_tokens_methods_and_paths(box: Box, http: Any) -> None:
    async def get(path: str) -> tuple[int, str]:
        async with http.get(box.url + path) as response:
            return response.status, json.loads(await response.read()).get("description", "")

    assert await get("/bot1000001:sandbox/GETME") == (200, "")
    assert await get("/bot1:nobody/getMe") == (401, "Unauthorized")
    assert await get("/botnonsense/getMe") == (401, "Unauthorized: invalid token specified")
    assert await get("/bot1000001:sandbox/nonsense") == (404, "Not Found: method not found")
    assert await get("/nothing") == (404, "Not Found")
    assert (await get("/bot1000001:sandbox/getStickerSet?name=x"))[0] == 501
    report = await box.people.report()
    assert report["asked_but_not_built"] == {"getStickerSet": 1}


async def test_the_ledger_knows_what_was_sent_although_the_answer_was_lost(bot: Any, box: Box) -> None:
    await box.people.fault("lose", method="sendMessage", chat_id=str(CHANNEL))
    try:
        await bot("sendMessage", chat_id=CHANNEL, text="lost answer")
        raise AssertionError("the answer should have been lost")
    except aiohttp.ServerDisconnectedError:
        pass
    await box.people.fault("gateway", status=504)
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{box.url}/bot1000001:sandbox/sendMessage", json={"chat_id": CHANNEL, "text": "second"}
        ) as response,
    ):
        assert response.status == 504
    await box.people.fault("flood", retry_after=7)
    answer = await bot("sendMessage", chat_id=CHANNEL, text="third")
    assert answer["parameters"] == {"retry_after": 7}
    sends = await box.people.ledger(chat=str(CHANNEL))
    assert [send["text"] for send in sends] == ["lost answer", "second"]
    journal = await box.people.journal(method="sendmessage")
    assert [entry["fault"] for entry in journal] == ["lose", "gateway", "flood"]


async def test_watchers_hear_of_every_change(bot: Any, box: Box) -> None:
    heard: list[dict[str, Any]] = []

    async def listen() -> None:
        async for event in box.people.events():
            heard.append(event)
            if event["type"] == "deleted":
                return

    task = asyncio.create_task(listen())
    while not box.world.events.watched:
        await asyncio.sleep(0.01)
    sent = await bot.ok("sendMessage", chat_id=CHANNEL, text="x")
    await box.people.note("decision", "why it is here", chat_id=CHANNEL, message_id=sent["message_id"])
    await bot.ok("editMessageText", chat_id=CHANNEL, message_id=sent["message_id"], text="y")
    await bot.ok("deleteMessage", chat_id=CHANNEL, message_id=sent["message_id"])
    await asyncio.wait_for(task, 5)
    kinds = [event["type"] for event in heard if event.get("chat") != str(GROUP)]
    assert kinds == ["message", "note", "edited", "deleted"]
