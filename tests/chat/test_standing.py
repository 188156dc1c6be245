"""A channel that takes the bot's rights away pauses at once, with one card; given back, it goes on by itself."""

from __future__ import annotations

from bot.model import Channel
from bot.store import channels
from tests.chat.conftest import ANA, Json, Room, text_of

ALL = ["post_messages", "edit_messages", "delete_messages"]


async def demo(room: Room) -> Channel:
    async with room.parts.db.read() as tx:
        found = await channels.named(tx, "demo")
    assert found is not None
    return found


async def card_with(room: Room, words: str) -> Json:
    async def look() -> Json | None:
        return next((m for m in await room.messages(ANA) if words in text_of(m)), None)

    return await room.until(look)  # type: ignore[no-any-return]


async def until_paused(room: Room, paused: bool) -> None:
    async def look() -> bool:
        return ((await demo(room)).paused_at is not None) is paused

    await room.until(look)


async def test_a_lost_right_pauses_the_channel_at_once_and_its_return_lets_it_go_on(room: Room) -> None:
    await room.box.people.promote("ana", "demo", "news", ["edit_messages"])
    await until_paused(room, True)
    card = await card_with(room, "Demo News is paused: the bot may no longer post there.")
    assert "Ana took its right to post away." in text_of(card)
    await room.box.people.promote("ana", "demo", "news", ALL)
    await until_paused(room, False)
    await room.message(f"1000001:{ANA}", card["message_id"], "This is over.")
    await room.box.people.demote("ana", "demo", "news")
    await until_paused(room, True)
    card = await card_with(room, "Demo News is paused: the bot")
    await room.box.people.promote("ana", "demo", "news", ALL)
    await until_paused(room, False)
    assert not [m for m in await room.messages(ANA) if "Shall I post there?" in text_of(m)]


async def test_what_a_person_paused_stays_paused_when_rights_come_back(room: Room) -> None:
    known = await demo(room)
    said = await room.box.people.send("ana", "news", "/channels")
    assert said
    card = await card_with(room, "Channels")
    await room.box.people.press("ana", "news", card["message_id"], text="Demo News", wait=15)
    await room.message(f"1000001:{ANA}", card["message_id"], "Name here: demo")
    await room.box.people.press("ana", "news", card["message_id"], text="Pause", wait=15)
    await until_paused(room, True)
    await room.box.people.demote("ana", "demo", "news")
    await room.box.people.promote("ana", "demo", "news", ALL)
    await room.say("ana", "/status")  # updates of one chat keep their order; this one comes after
    after = await demo(room)
    assert after.id == known.id
    assert "SW-T17" in (after.pause_reason or "")
