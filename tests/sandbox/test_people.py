"""The people's door: what people can do, see and may not do."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Box, running
from bot.sandbox.people import DoorError
from bot.sandbox.world import World
from tests.sandbox.conftest import CHANNEL, GROUP, SMALL, WORLD, Caller
from tests.sandbox.pictures import png


async def test_the_state_names_everybody_and_every_chat(bot: Any, box: Box) -> None:
    await bot.ok("setMyCommands", commands=[{"command": "latest", "description": "New"}])
    await bot.ok("setMyDescription", description="I carry news")
    state = await box.people.state()
    assert {user["key"] for user in state["users"]} == {"ana", "sam", "kim"}
    news = next(one for one in state["bots"] if one["key"] == "news")
    assert news["commands"] == [{"command": "latest", "description": "New"}]
    assert news["description"] == "I carry news"
    chats = {chat["ref"]: chat for chat in state["chats"]}
    assert chats[str(CHANNEL)]["linked"] == str(GROUP)
    assert chats["1000001:5012"]["bot_key"] == "news"
    assert (await box.people.get("chats/demonews"))["chat"]["id"] == CHANNEL
    with pytest.raises(DoorError, match="there is no chat 'nowhere'"):
        await box.people.get("chats/nowhere")


async def test_messages_come_in_pages(bot: Any, box: Box) -> None:
    for number in range(5):
        await bot.ok("sendMessage", chat_id=CHANNEL, text=str(number))
    newest = await box.people.messages("demo", limit=2)
    assert [m["text"] for m in newest] == ["3", "4"]
    older = await box.people.messages("demo", limit=10, before=newest[0]["message_id"])
    assert [m["text"] for m in older] == ["0", "1", "2"]


async def test_people_send_pictures_contacts_and_places(bot: Any, box: Box, http: Any) -> None:
    photo = await box.people.send("sam", "news", "look", photo=png(60, 40))
    async with http.get(f"{box.url}/{photo['photo'][-1]['url']}") as response:
        assert response.headers["Content-Type"] == "image/png"
        assert await response.read() == png(60, 40)
    async with http.get(f"{box.url}/people/files/none") as response:
        assert response.status == 404
    await box.people.send("sam", "news", contact={"phone_number": "+1", "first_name": "Sam"})
    await box.people.send("sam", "news", location={"latitude": 1.0, "longitude": 2.0})
    kinds = [next(k for k in ("photo", "contact", "location") if k in u["message"]) for u in await bot.ok("getUpdates")]
    assert kinds == ["photo", "contact", "location"]
    with pytest.raises(DoorError, match="this is no picture"):
        await box.people.send("sam", "news", photo=b"nothing")


@pytest.mark.parametrize(
    ("act", "body", "words"),
    [
        ("send", {"as": "nobody", "chat": "demo", "text": "x"}, "there is no user or bot 'nobody'"),
        ("send", {"as": "news", "chat": "demo", "text": "x"}, "only people act here"),
        ("send", {"as": "sam", "chat": "nowhere", "text": "x"}, "there is no chat 'nowhere'"),
        ("send", {"as": "sam", "chat": "demo", "text": "x"}, "may not post in Demo News"),
        ("send", {"as": "kim", "chat": "talk", "text": "x"}, "is not in Demo talk"),
        ("send", {"as": "sam", "chat": "1000001:5011", "text": "x"}, "somebody else's private chat"),
        ("send", {"as": "sam", "chat": "news", "text": ""}, "message text is empty"),
        ("send", {"as": "sam", "chat": "news"}, "message text is empty"),
        ("send", {"chat": "news"}, "the field 'as' is missing"),
        ("start", {"as": "sam", "bot": "ana"}, "is no bot"),
        ("edit", {"as": "sam", "chat": "demo", "message_id": 99, "text": "x"}, "there is no message 99"),
        ("edit", {"as": "sam", "chat": "demo", "message_id": 2, "text": "x"}, "only the author can edit"),
        ("delete", {"as": "sam", "chat": "demo", "message_id": 2}, "only the author or an administrator"),
        ("press", {"as": "sam", "chat": "demo", "message_id": 2, "data": "none"}, "there is no such button"),
        ("press", {"as": "sam", "chat": "demo", "message_id": 2, "row": 9}, "no button in row 9"),
        ("inline", {"as": "sam", "bot": "other"}, "is no inline bot"),
        ("choose", {"as": "sam", "bot": "news", "chat": "talk", "result_id": "1"}, "ask inline first"),
        ("join", {"as": "sam", "chat": "news"}, "nobody joins a private chat"),
        ("leave", {"as": "kim", "chat": "talk"}, "is not in"),
        ("promote", {"as": "ana", "chat": "talk", "user": "sam", "rights": ["fly"]}, "'fly' is no right"),
        ("vote", {"as": "sam", "chat": "demo", "message_id": 2}, "this is no poll"),
        ("upgrade", {"as": "ana", "chat": "talk"}, "is no basic group"),
        ("request", {"as": "sam", "chat": "talk"}, "is in Demo talk already"),
        ("clock", {"advance": 5}, "only a virtual clock can be advanced"),
        ("worlds", {"name": "a/b"}, "a world's name has letters"),
        ("worlds", {"name": "x", "toml": "nonsense = 1"}, "unknown key 'nonsense'"),
    ],
)
async def test_a_mistake_is_explained(bot: Any, box: Box, act: str, body: dict[str, Any], words: str) -> None:
    await bot.ok("sendMessage", chat_id=CHANNEL, text="x")
    with pytest.raises(DoorError) as caught:
        await box.people.do(act, **body)
    assert words in str(caught.value)


async def test_the_door_takes_json_objects_only(box: Box, http: Any) -> None:
    for body in ("[]", "{", '"x"'):
        async with http.post(f"{box.url}/people/send", data=body) as response:
            assert response.status == 400


async def test_buttons_that_are_no_callbacks_do_not_ask_the_bot(bot: Any, box: Box) -> None:
    rows = [[{"text": "Read", "url": "https://example.com/"}], [{"text": "Ask", "callback_data": "a"}]]
    sent = await bot.ok("sendMessage", chat_id=CHANNEL, text="x", reply_markup={"inline_keyboard": rows})
    assert await box.people.press("sam", "demo", sent["message_id"], text="Read") is None
    assert await box.people.press("sam", "demo", sent["message_id"], row=1, wait=0.05) is None
    query = (await bot.ok("getUpdates", offset=-1))[-1]["callback_query"]
    assert await bot.no("answerCallbackQuery", callback_query_id=query["id"], text="x" * 201) == (
        "Bad Request: MESSAGE_TOO_LONG"
    )
    assert await bot.no("answerCallbackQuery", callback_query_id=query["id"], url="https://example.com/") == (
        "Bad Request: URL_INVALID"
    )
    await bot.ok("answerCallbackQuery", callback_query_id=query["id"], url="https://t.me/demo_news_bot?start=x")


async def test_inline_results_of_every_kind_are_taken_and_sent(bot: Any, box: Box) -> None:
    photo = (await bot.upload("sendPhoto", {"photo": png()}, chat_id=str(CHANNEL)))["result"]["photo"][-1]["file_id"]
    allowed = ["inline_query", "chosen_inline_result", "callback_query"]
    await bot.ok("getUpdates", offset=2**31 - 1, allowed_updates=allowed)
    results = [
        {"type": "article", "id": "1", "title": "t", "message_text": "legacy"},
        {"type": "photo", "id": "2", "photo_file_id": photo, "caption": "cap"},
        {"type": "location", "id": "3", "title": "t", "latitude": 1, "longitude": 2},
        {"type": "venue", "id": "4", "title": "t", "address": "a", "latitude": 1, "longitude": 2},
        {"type": "contact", "id": "5", "phone_number": "+1", "first_name": "A", "last_name": "B"},
        {
            "type": "article", "id": "6", "title": "t", "url": "https://example.com",
            "input_message_content": {"message_text": "keyboard", "disable_web_page_preview": True},
            "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]},
        },
        {"type": "gif", "id": "7", "gif_url": "https://e.com/a.gif", "thumbnail_url": "https://e.com/a.jpg"},
    ]  # fmt: skip

    async def serve() -> None:
        query = (await bot.ok("getUpdates", timeout=5, offset=1))[-1]["inline_query"]
        button = {"text": "More", "start_parameter": "more"}
        await bot.ok("answerInlineQuery", inline_query_id=query["id"], results=results, button=button, is_personal=True)

    task = asyncio.create_task(serve())
    found = await box.people.inline("sam", "news", "all")
    await task
    assert [result["id"] for result in found["results"]] == ["1", "2", "3", "4", "5", "6", "7"]
    assert found["button"] == {"text": "More", "start_parameter": "more"}
    kinds = [(await box.people.choose("sam", "news", "news", result_id))["kind"] for result_id in "123456"]
    assert kinds == ["text", "photo", "location", "venue", "contact", "text"]
    with pytest.raises(DoorError, match="failed to get HTTP URL content"):
        await box.people.choose("sam", "news", "news", "7")
    chosen = [u["chosen_inline_result"] for u in await bot.ok("getUpdates", offset=-6)]
    inline_id = chosen[-1]["inline_message_id"]
    assert await bot.ok("editMessageText", inline_message_id=inline_id, text="changed") is True
    assert "MESSAGE_ID_INVALID" in await bot.no("editMessageText", inline_message_id="nonsense", text="x")
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "z"}]]}
    assert await bot.ok("editMessageReplyMarkup", inline_message_id=inline_id, reply_markup=keyboard) is True
    last = (await box.people.messages("1000001:5012"))[-1]
    assert last["text"] == "changed"
    await box.people.press("sam", "1000001:5012", last["message_id"], data="z", wait=0.01)
    press = (await bot.ok("getUpdates", offset=-1))[-1]["callback_query"]
    assert press["inline_message_id"] == inline_id and "message" not in press


@pytest.mark.parametrize(
    ("results", "refusal"),
    [
        ("{", "can't parse JSON encoded inline query results"),
        ({}, "expected an Array of inline query results"),
        ([{}] * 51, "too many inline query results specified"),
        ([1], "can't parse inline query result: Inline query result must be an object"),
        ([{"id": "1"}], 'can\'t parse inline query result: Can\'t find field "type"'),
        ([{"type": "article", "id": "1", "title": "t"}],
         'can\'t parse inline query result: Can\'t find field "message_text"'),
        ([{"type": "article", "id": "1", "title": "t", "input_message_content": {}}],
         "can't parse inline query result: Input message content is not specified"),
        ([{"type": "article", "id": "1", "message_text": "x"}],
         'can\'t parse inline query result: Can\'t find field "title"'),
        ([{"type": "story", "id": "1"}],
         'can\'t parse inline query result: type "story" is unsupported for the inline query result'),
        ([{"type": "article", "id": "", "title": "t", "message_text": "x"}], "RESULT_ID_INVALID"),
        ([{"type": "article", "id": "1", "title": "t", "message_text": "x"}] * 2, "RESULT_ID_DUPLICATE"),
        ([{"type": "photo", "id": "1", "photo_url": "https://e.com/a.jpg"}], "PHOTO_THUMB_URL_EMPTY"),
        ([{"type": "photo", "id": "1", "photo_file_id": "x", "caption": "c" * 1025}], "message caption is too long"),
        ([{"type": "video", "id": "1", "title": "t", "video_url": "https://e.com/a.mp4"}],
         'can\'t parse inline query result: Can\'t find field "mime_type"'),
    ],
)  # fmt: skip
async def test_wrong_inline_answers_are_refused(bot: Any, results: Any, refusal: str) -> None:
    assert await bot.no("answerInlineQuery", inline_query_id="1", results=results) == f"Bad Request: {refusal}"


async def test_inline_answers_that_come_late_or_with_wrong_extras_are_refused(bot: Any, box: Box) -> None:
    empty = {"inline_query_id": "1", "results": []}
    assert "query is too old" in await bot.no("answerInlineQuery", **empty)
    assert await bot.no("answerInlineQuery", **empty, next_offset="x" * 65) == "Bad Request: NEXT_OFFSET_INVALID"
    assert "must have exactly one optional field" in await bot.no("answerInlineQuery", **empty, button={"text": "x"})
    assert "InlineQueryResultsButton must be an Object" in await bot.no("answerInlineQuery", **empty, button=[])
    bad = {"text": "x", "start_parameter": "not ok"}
    assert await bot.no("answerInlineQuery", **empty, button=bad) == "Bad Request: START_PARAM_INVALID"
    found = await box.people.inline("sam", "news", "slow", wait=0.01)
    assert found["late"] and found["results"] == []
    query = (await bot.ok("getUpdates", offset=-1))[-1]["inline_query"]
    await bot.ok("answerInlineQuery", inline_query_id=query["id"], results=[], cache_time=0,
                 button={"text": "x", "web_app": {"url": "https://example.com"}})  # fmt: skip
    assert not (await box.people.inline("sam", "news", "slow", wait=0.01))["cached"]


async def test_deep_links_are_followed_and_odd_ones_are_ignored(bot: Any, box: Box) -> None:
    assert (await box.people.start("kim", "news", "a_b-C9"))["text"] == "/start a_b-C9"
    assert (await box.people.start("kim", "news", "not ok"))["text"] == "/start"
    first = (await bot.ok("getUpdates"))[0]["message"]
    assert first["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    await bot.ok("sendMessage", chat_id=5013, text="hello Kim")


async def test_people_delete_forward_and_vote(bot: Any, box: Box) -> None:
    post = await bot.ok("sendMessage", chat_id=CHANNEL, text="news")
    forwarded = (
        await box.people.do("forward", **{"as": "sam"}, chat="demo", message_id=post["message_id"], to="talk")
    )["message"]
    assert forwarded["forward_origin"]["chat"]["id"] == CHANNEL
    await box.people.delete("sam", "talk", forwarded["message_id"])
    await box.people.delete("ana", "demo", post["message_id"])
    assert await box.people.messages("demo") == []
    poll = await bot.ok("sendPoll", chat_id=GROUP, question="q", options=["a", "b"], is_anonymous=False)
    vote = {"as": "sam", "chat": "talk", "message_id": poll["message_id"]}
    await box.people.do("vote", **vote, options=[1])
    kinds = [list(update)[1] for update in await bot.ok("getUpdates", offset=-2)]
    assert kinds == ["poll", "poll_answer"]
    with pytest.raises(DoorError, match="there is no such option"):
        await box.people.do("vote", **vote, options=[7])
    await box.people.do("vote", **vote)
    stopped = await bot.ok("stopPoll", chat_id=GROUP, message_id=poll["message_id"])
    assert (stopped["is_closed"], stopped["total_voter_count"]) == (True, 0)
    with pytest.raises(DoorError, match="the poll is closed"):
        await box.people.do("vote", **vote, options=[1])


async def test_a_group_becomes_a_supergroup(bot: Any, box: Box) -> None:
    chat = (await box.people.do("upgrade", **{"as": "ana"}, chat="small"))["chat"]
    answer = await bot("sendMessage", chat_id=SMALL, text="x")
    assert answer == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": chat["id"]},
    }
    assert (await bot.ok("sendMessage", chat_id=chat["id"], text="x"))["message_id"] == 2
    contents = [update["message"] for update in await bot.ok("getUpdates")]
    assert contents[0]["migrate_to_chat_id"] == chat["id"] and contents[1]["migrate_from_chat_id"] == SMALL


async def test_worlds_run_side_by_side(box: Box, http: aiohttp.ClientSession) -> None:
    await box.people.do("worlds", name="copy")
    await box.people.do("worlds", name="tiny", toml='[bots.x]\ntoken = "5:x"\n')
    copy = Caller(f"{box.url}/w/copy", "1000001:sandbox", http)
    await copy.ok("sendMessage", chat_id=CHANNEL, text="only here")
    assert await box.people.messages("demo") == []
    assert (await Caller(f"{box.url}/w/tiny", "5:x", http).ok("getMe"))["id"] == 5
    assert (await box.people.get("worlds"))["worlds"] == ["", "copy", "tiny"]
    async with http.delete(f"{box.url}/people/worlds/copy") as response:
        assert response.status == 200
    async with http.get(f"{box.url}/w/copy/bot1000001:sandbox/getMe") as response:
        assert response.status == 404
    async with http.get(f"{box.url}/w/copy/people/state") as response:
        assert response.status == 404
    async with http.get(f"{box.url}/w/copy/file/bot1:x/y") as response:
        assert response.status == 404


async def test_join_requests_reach_the_bot_and_are_decided(http: Any) -> None:
    world = World.from_toml(WORLD.replace("[chats.quiet]", "[chats.talk.admins.other]\n\n[chats.quiet]"))
    async with running(world) as box:
        other = Caller(box.url, "1000002:other", http)
        link = await other.ok("createChatInviteLink", chat_id=GROUP, creates_join_request=True, name="n")
        await box.people.do("request", **{"as": "kim"}, chat="talk", link=link["invite_link"])
        request = (await other.ok("getUpdates", offset=-1))[-1]["chat_join_request"]
        assert request["invite_link"]["name"] == "n"
        await other.ok("approveChatJoinRequest", chat_id=GROUP, user_id=5013)
        assert (await other.ok("getChatMember", chat_id=GROUP, user_id=5013))["status"] == "member"
        assert await other.no("declineChatJoinRequest", chat_id=GROUP, user_id=5013) == (
            "Bad Request: USER_ALREADY_PARTICIPANT"
        )
        await box.people.leave("kim", "talk")
        await box.people.do("request", **{"as": "kim"}, chat="talk")
        await other.ok("declineChatJoinRequest", chat_id=GROUP, user_id=5013)


async def test_somebody_banned_cannot_come_back_and_deactivated_users_cannot_be_written_to(bot: Any, box: Box) -> None:
    await box.people.kick("ana", "talk", "sam")
    with pytest.raises(DoorError, match="is banned from"):
        await box.people.join("sam", "talk")
    await box.people.do("user", user="sam", deactivated=True)
    assert await bot.no("sendMessage", chat_id=5012, text="x") == "Forbidden: user is deactivated"


async def test_a_slow_listener_is_told_to_read_the_state_again() -> None:
    from bot.sandbox.events import Events

    events = Events(keep=3, backlog=2)
    stream = events.listen()
    first = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    for number in range(5):
        events.emit("x", number=number)
    assert (await first)["number"] == 0
    assert [(await anext(stream))["type"] for _ in range(2)] == ["x", "overflow"]
    await stream.aclose()  # type: ignore[attr-defined]
    assert [event["number"] for event in events.since(3)] == [3, 4]
    assert not events.watched
