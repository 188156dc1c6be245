"""What goes wrong around a conversation: late answers, refused menus, a server that fails, somebody who blocks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.store import updates
from tests.chat.conftest import SAM, Room, add_article, text_of


async def test_a_press_that_telegram_no_longer_waits_for_does_its_work(room: Room) -> None:
    for number in range(1, 8):
        await add_article(room, number, f"Story {number} of the harbour")
    listed = await room.say("sam", "harbour")
    await room.stop()
    sam = {"id": SAM, "is_bot": False, "first_name": "Sam"}
    data = listed["reply_markup"]["inline_keyboard"][1][1]["callback_data"]
    plain = {key: listed[key] for key in ("message_id", "chat", "date", "text", "from")}
    press = {"id": "42", "from": sam, "message": plain, "chat_instance": "1", "data": data}
    query = {"id": "43", "from": sam, "query": "harbour", "offset": ""}
    async with room.parts.db.write() as tx:
        for number, body in enumerate(({"inline_query": query}, {"callback_query": press}), 1):
            body = {"update_id": number, **body}
            await updates.receive(tx, bot_id=1000001, update_id=number, body=body, now=datetime.now(UTC))
    await room.begin()
    await room.message("1000001:5012", listed["message_id"], "6. ")
    assert len(await room.messages(SAM)) == 1


async def test_a_handler_that_fails_says_so(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    await room.box.people.fault("error", method="sendMessage", chat_id=str(SAM), status=400, times=1)
    assert "Something went wrong on my side" in text_of(await room.say("sam", "/help"))
    assert "handler failed" in caplog.text
    listed = await room.say("sam", "/start")
    await room.box.people.fault("error", method="sendMessage", chat_id=str(SAM), status=400, times=1)
    await room.box.people.press("sam", "news", listed["message_id"], text="Latest")
    assert "What you can do" in text_of(await room.say("sam", "/help"))
