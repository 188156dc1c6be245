"""The whole of a reader's way with the bot, stopped and started between the steps, in two languages; every message
that the bot sent on it looked at: length, entities as Telegram's own parser reads them, language, direction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from bot.chat.words import alerts, readers
from bot.model import Source, SourceKind
from bot.sandbox import running
from bot.sandbox.world import World
from bot.store import schema, sources, updates
from bot.wording import words_for
from tests.chat.conftest import WORLD, Room, add_article, buttons_of, furnish, room_of, text_of
from tests.posts import telegram_parser

KIM = 5013


async def again(room: Room) -> None:
    """The bot is stopped and started: nothing of what people did may live in its memory.  What it was just answering
    would be answered again, so it is done first."""

    async def is_done() -> bool:
        async with room.parts.db.read() as tx:
            return not await updates.unhandled(tx, bot_id=1000001, since=datetime.now(UTC) - timedelta(hours=1))

    await room.until(is_done)
    await room.stop()
    await room.begin()


async def press(room: Room, message: Mapping[str, Any], data: str) -> str:
    """Press the button whose data begins so."""
    buttons = [b for row in message["reply_markup"]["inline_keyboard"] for b in row]
    found = next(b["callback_data"] for b in buttons if b.get("callback_data", "").startswith(data))
    answer = await room.box.people.press("kim", "news", message["message_id"], data=found, wait=15)
    assert answer is not None, f"{found!r} was not answered"
    return str(answer.get("text") or "")


async def ask(room: Room, words: str) -> dict[str, Any]:
    before = len(await room.messages(KIM))
    await room.box.people.send("kim", "news", words)
    return await room.answer(KIM, before + 1)


def is_said(language: str, english: str, message: Mapping[str, Any]) -> bool:
    """Whether a message begins as this text does in the language, up to its first value."""
    head = re.sub("</?b>", "", words_for(language).say(english).split("{")[0]).split("\n")[0]
    return head != "" and plain_of(message).startswith(head)


def plain_of(message: Mapping[str, Any]) -> str:
    """Without the marks of direction."""
    return re.sub("[\u2066-\u2069\u200e\u200f]", "", text_of(dict(message)))


async def test_a_readers_whole_way_with_restarts_between_the_steps(tmp_path: Path, language: str = "ur") -> None:
    kim = 'first_name = "Kim"\nlanguage_code = '
    world = WORLD.replace(f'{kim}"en"', f'{kim}"{language}"')
    async with running(World.from_toml(world)) as box, room_of(box, tmp_path) as room:
        await furnish(room)
        await room.begin()
        await walk(room, language)
        await look_at_everything(room)


async def walk(room: Room, language: str) -> None:
    async with room.parts.db.write() as tx:
        source = Source(id=0, name="paper", title="Test & Paper", kind=SourceKind.FEED, url="https://paper.example/f")
        await sources.put(tx, source, now=datetime.now(UTC))
    await add_article(room, 1, "Ferry <again> & again")
    await add_article(room, 2, "شہر کی پہلی رات کی بس", language="ur", summary=("بسیں ہر بیس منٹ بعد چلیں گی۔",))
    for number in range(3, 9):
        await add_article(room, number, f"Story {number} of the harbour", tags=("Harbour",))
    # greeting, help, settings
    await room.box.people.start("kim", "news")
    hello = await room.answer(KIM)
    assert is_said(language, readers.HELLO_CHANNELS, hello)
    await again(room)
    assert is_said(language, readers.HELP, await ask(room, "/help"))
    shown = await ask(room, "/settings")
    assert is_said(language, readers.SETTINGS, shown)
    await press(room, shown, "v1:set:zone")
    await again(room)
    assert words_for(language).city("Asia/Karachi") in text_of(await ask(room, "Karachi"))
    # searching, filtering, opening, saving
    listed = await ask(room, "harbour")
    await again(room)
    await press(room, listed, "v1:page:")
    await press(room, listed, "v1:sort:")
    count = len(await room.messages(KIM))
    await press(room, listed, "v1:open:")
    opened = await room.answer(KIM, count + 1)
    await again(room)
    assert await press(room, opened, "v1:save:") == words_for(language).say(readers.SAVED)
    shelf = await ask(room, "/saved")
    assert buttons_of(shelf)[0] == ["1"]
    # nothing found, and following it
    nothing = await ask(room, "zeppelin <b>")
    await again(room)
    assert await press(room, nothing, "v1:tell:") == words_for(language).say(alerts.FOLLOWED_SHORT)
    count = len(await room.messages(KIM))
    await add_article(room, 9, "A zeppelin <b> over the harbour")
    alert = await room.answer(KIM, count + 1, words="zeppelin")
    assert is_said(language, alerts.FOR_ALERT, alert)
    await again(room)
    await press(room, alert, "v1:mute:")
    await press(room, alert, "v1:stop:")
    assert is_said(language, alerts.NONE_YET, await ask(room, "/alerts"))
    # following by words and by source, what comes gathered, a digest
    await ask(room, '/follow "night bus" -strike lang:en')
    await ask(room, "/follow بس source:paper")
    followed = await ask(room, "/alerts")
    await press(room, followed, "v1:alert:")
    await ask(room, "/sources")
    await ask(room, "/digest every day at 8")
    await again(room)
    now = datetime.now(UTC)
    local = now + timedelta(hours=5)
    async with room.parts.db.write() as tx:
        due = {"next_at": now - timedelta(minutes=1), "last_at": now - timedelta(days=2), "at": [f"{local:%H:%M}"]}
        await tx.execute(update(schema.reader_digests).values(**due))
    count = len(await room.messages(KIM))
    await room.answer(KIM, count + 1)
    # inline, and leaving
    offered = await room.box.people.inline("kim", "news", "harbour")
    assert offered["results"]
    await again(room)
    await room.box.people.choose("kim", "news", "desk", offered["results"][0]["id"])
    assert (await ask(room, "/export"))["document"]
    asked = await ask(room, "/forgetme")
    await again(room)
    await press(room, asked, "v1:forget:yes")
    gone = await room.until(lambda: _edited(room, asked["message_id"], readers.FORGOTTEN, language))
    assert gone


async def _edited(room: Room, message_id: int, english: str, language: str) -> bool:
    found = [m for m in await room.messages(KIM) if m["message_id"] == message_id]
    return bool(found) and is_said(language, english, found[0])


async def look_at_everything(room: Room) -> None:
    """Each call with words for people: what Telegram's own parser makes of it, and what stands in the chat."""
    looked = 0
    for call in await room.box.people.journal():
        if (
            "not modified" in str(call) or call["method"] == "getUpdates"
        ):  # a page shown already; two polls at a restart
            continue
        assert (call.get("status") or 200) < 400, call
        assert not call.get("problems"), call
        params = call.get("params") or {}
        text = params.get("text")
        if not text or params.get("parse_mode") != "HTML":
            continue
        parsed = telegram_parser.parse(text)
        assert 0 < len(parsed.text.encode("utf-16-le")) // 2 <= 4096
        assert len(parsed.entities) <= 100
        assert parsed.text.count("\u2068") == parsed.text.count("\u2069"), "every isolate is closed"
        assert "{" not in parsed.text, "a value was not filled in"
        looked += 1
    assert looked > 20
    for message in await room.messages(KIM):
        for row in buttons_of(message):
            assert all(0 < len(label) <= 64 for label in row)
