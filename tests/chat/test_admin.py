"""The owner's journey over HTTP: an address or pasted text, the post as it will be, the card, the channel."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from bot.model import Role
from bot.posts import preview
from bot.sandbox import Box
from bot.store import backups, facts, people
from bot.store.backups import LastBackup
from bot.store.schema import bots
from tests.chat.conftest import (
    ANA,
    KIM,
    SAM,
    Json,
    Paper,
    Room,
    add_article,
    buttons_of,
    furnish,
    room_of,
    text_of,
)

SEED = (Path(__file__).parent.parent / "data" / "extraction" / "article-seed.txt").read_text(encoding="utf-8")
POLITE = "Only the owner and editors may do that."


async def make_editor(room: Room, user: int) -> None:
    async with room.parts.db.write() as tx:
        await people.give_role(tx, bot_id=1000001, user_id=user, role=Role.EDITOR, now=datetime.now(UTC))


async def press(room: Room, card: Json, text: str, person: str = "ana", chat: str = "news") -> str:
    """Press a card's button; what the answer says."""
    answer = await room.box.people.press(person, chat, card["message_id"], text=text, wait=15)
    assert answer is not None
    return str(answer["text"])


async def card_says(room: Room, card: Json, words: str, person: int = ANA) -> Json:
    return await room.message(f"1000001:{person}", card["message_id"], words)


async def test_an_address_becomes_the_post_then_the_card_then_stands_in_the_channel(room: Room, paper: Paper) -> None:
    address = paper.add("/night-bus", "The first night bus")
    card = await room.say("ana", f"/push {address}", 2)
    shown = (await room.messages(ANA))[-2]
    assert text_of(card).startswith("Preview for Demo News\nwith sound · with preview card · ")
    assert buttons_of(card) == [
        ["Publish"],
        ["Schedule…", "Edit text", "Template…"],
        ["Sound: on", "Picture…", "Breaking: off"],
        ["Channels…"],
        ["Discard"],
    ]
    assert await room.posts() == []
    assert await press(room, card, "Publish") == ""
    told = await card_says(room, card, "Published in Demo News by Ana")
    assert "https://t.me/demonews/" in text_of(told)
    assert buttons_of(told) == [["Open", "Edit"], ["Correct", "Pin", "Post again"], ["History", "Retract"]]
    (post,) = await room.posts()
    assert text_of(post) == text_of(shown)
    assert post["entities"] == shown["entities"]
    assert post["reply_markup"] == shown["reply_markup"]


async def test_pasted_text_is_pushed_as_one_piece(room: Room) -> None:
    card = await room.say("ana", SEED, 2)
    await press(room, card, "Publish")
    await card_says(room, card, "Published")
    (post,) = await room.posts()
    assert text_of(post).startswith("Khawaja Asif Alleges Baloch Rebels Use US Rifles")
    assert "Gallery" not in text_of(post)
    assert "×" not in text_of(post)


async def test_the_same_again_is_said_and_sends_nothing(room: Room, paper: Paper) -> None:
    address = paper.add("/night-bus", "The first night bus")
    first, second = await room.say("ana", address, 2), await room.say("ana", f"/push Look: {address}.", 2)
    await press(room, first, "Publish")
    await card_says(room, first, "Published")
    await press(room, second, "Publish")
    told = await card_says(room, second, "Already posted in Demo News by Ana")
    assert "Nothing was sent." in text_of(told)
    third = await room.say("ana", f"/push {address}", 2)
    assert "Already posted in Demo News by Ana\nhttps://t.me/demonews/" in text_of(third)
    assert buttons_of(third) == [["Post again"], ["Channels…"], ["Discard"]]
    assert len(await room.box.people.ledger(chat="-1001000000001")) == 1


async def test_discarded_is_discarded(room: Room, paper: Paper) -> None:
    card = await room.say("ana", paper.add("/a", "A quiet day at the river"), 2)
    await press(room, card, "Discard")
    told = await card_says(room, card, "Discarded. Nothing was posted.")
    assert buttons_of(told) == []
    answer = await tamper(room, "Publish", card)
    assert answer == "Ana discarded this already."
    assert await room.posts() == []


async def tamper(room: Room, text: str, card: Json) -> str:
    """Press a button of a card that has been changed meanwhile, as an old client would."""
    data = next(b["callback_data"] for row in card["reply_markup"]["inline_keyboard"] for b in row if b["text"] == text)
    return await send_press(room, data)


async def send_press(room: Room, data: str, person: str = "ana", chat: int = ANA) -> str:
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
    sent = await room.parts.bot.call("sendMessage", {"chat_id": chat, "text": "x", "reply_markup": keyboard})
    answer = await room.box.people.press(person, "news", sent["message_id"], text="x", wait=15)
    assert answer is not None
    return str(answer["text"])


async def test_another_channel_can_be_chosen(room: Room, paper: Paper) -> None:
    card = await room.say("ana", paper.add("/a", "A quiet day at the river"), 2)
    await press(room, card, "Channels…")
    menu = await card_says(room, card, "Where shall it go?")
    assert buttons_of(menu) == [["To Demo <Tech>", "＋ Demo <Tech>"], ["◀ Back"]]
    await press(room, menu, "To Demo <Tech>")
    again = await room.answer(ANA, words="Preview for Demo <Tech>")
    await room.until(lambda: gone(room, card))
    await press(room, again, "Publish")
    await card_says(room, again, "Published in Demo <Tech> by Ana")
    assert await room.posts("demo") == []
    assert len(await room.posts("tech")) == 1


async def gone(room: Room, card: Json) -> bool:
    """A newer preview took the place of this card."""
    return all(m["message_id"] != card["message_id"] for m in await room.messages(ANA))


async def test_of_two_who_press_at_once_one_publishes_and_the_other_is_told(room: Room, paper: Paper) -> None:
    await make_editor(room, KIM)
    address = paper.add("/a", "A quiet day at the river")
    await room.box.people.send("ana", "desk", f"/push {address}")

    async def shown() -> Any:
        return [m for m in await room.box.people.messages("desk") if text_of(m).startswith("Preview")]

    card = (await room.until(shown))[0]
    said = await asyncio.gather(*(press(room, card, "Publish", person, "desk") for person in ("ana", "kim")))
    assert sorted(said) in (["", "Ana published this already."], ["", "Kim published this already."])
    first = "Ana" if said[0] == "" else "Kim"
    await room.message("desk", card["message_id"], f"Published in Demo News by {first}")
    assert len(await room.posts()) == 1


async def test_everyone_else_is_told_politely(room: Room, paper: Paper) -> None:
    address = paper.add("/a", "A quiet day at the river")
    for words in (f"/push {address}", "/status"):
        assert text_of(await room.say("sam", words)).startswith(POLITE)
    assert "do not have this article" in text_of(await room.say("sam", address))
    assert text_of(await room.say("sam", SEED)).startswith("Nothing for")
    card = await room.say("ana", address, 2)
    data = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    for act in (data, data.replace("pub", "discard"), "v1:to:" + data.split(":")[2] + ":1"):
        assert (await send_press(room, act, "sam", SAM)).startswith(POLITE)
    assert await room.posts() == []
    await press(room, card, "Publish")
    await card_says(room, card, "Published")


async def test_a_draft_that_never_was_is_said(room: Room) -> None:
    assert "no longer there" in await send_press(room, "v1:pub:abcdefghijkl")
    assert "no longer there" in await send_press(room, "v1:to:abcdefghijkl:1")


async def test_an_edited_push_is_not_pushed_twice(room: Room, paper: Paper) -> None:
    address = paper.add("/a", "A quiet day at the river")
    await room.say("ana", f"/push {address}", 2)
    mine = next(m for m in await room.messages(ANA, mine=True) if m["text"].startswith("/push"))
    await room.box.people.edit("ana", "news", mine["message_id"], f"/push {address} please")
    assert "Status" in text_of(await room.say("ana", "/status"))
    assert len(await room.messages(ANA)) == 3


async def test_what_cannot_be_read_is_told_in_words(room: Room, paper: Paper) -> None:
    missing = await room.say("ana", f"/push {paper.url}/nowhere")
    assert "404" in text_of(missing)
    assert "SW-" in text_of(missing)
    assert "SW-" in text_of(await room.say("ana", "/push http://10.0.0.1/private"))
    assert "SW-" in text_of(await room.say("ana", "/push http://127.0.0.1:1/closed"))
    for words in ("/push", "/push hello", "/push  "):
        assert "Send /push and an address" in text_of(await room.say("ana", words))
    assert "/push" not in text_of(await room.say("ana", "hello"))


async def test_status_says_how_things_are(room: Room) -> None:
    await add_article(room, 1, "Ferries at the harbour")
    status = text_of(await room.say("ana", "/status"))
    assert status.splitlines() == ["Status", "Sources: 0", "Articles: 1", "Channels: 2", "Posts: 0 sent, 0 waiting"]
    now = datetime.now(UTC)
    for days, line in ((0.125, "Last backup: 3 hours ago"), (3, "⚠️ Last backup: 3 days ago. Run: sharewire backup")):
        async with room.parts.db.write() as tx:
            await backups.put(tx, LastBackup(at=now - timedelta(days=days), path="/x.zip", size=1))
        assert text_of(await room.say("ana", "/status")).splitlines()[-1] == line
    async with room.parts.db.write() as tx:
        await facts.forget(tx, "backup")
        await tx.execute(update(bots).values(met_at=now - timedelta(days=3)))
    last = text_of(await room.say("ana", "/status")).splitlines()[-1]
    assert last == "⚠️ There is no backup. Run: sharewire backup"


async def test_without_a_channel_the_next_step_is_told(box: Box, tmp_path: Path, sqlite_url: str, paper: Paper) -> None:
    async with room_of(box, tmp_path) as room:
        await room.begin()
        said = await room.say("ana", f"/push {paper.url}/a")
        assert "There is no channel yet" in text_of(said)


async def test_a_restart_between_preview_and_publish_changes_nothing(room: Room, paper: Paper) -> None:
    card = await room.say("ana", paper.add("/a", "A quiet day at the river"), 2)
    await room.stop()
    pressed = asyncio.create_task(press(room, card, "Publish"))
    await asyncio.sleep(0.2)
    await room.begin()
    assert await pressed == ""
    await card_says(room, card, "Published in Demo News by Ana")


async def test_a_card_that_waited_at_the_stop_is_told_after_the_restart(room: Room, paper: Paper) -> None:
    card = await room.say("ana", paper.add("/a", "A quiet day at the river"), 2)
    await room.stop()
    room.stages = ("chat",)
    await room.begin()
    await press(room, card, "Publish")
    await card_says(room, card, "Publishing in Demo News…")
    assert "on its way to Demo News, by Ana" in text_of(await room.say("ana", f"{paper.url}/a", 2))
    await room.stop()
    room.stages = ("deliver", "chat")
    await room.begin()
    await card_says(room, card, "Published in Demo News by Ana")


async def test_a_press_that_a_crash_cut_in_two_is_finished(room: Room, paper: Paper) -> None:
    """The draft is taken, its post is not written down; after the restart the same press comes again."""
    from bot.store import drafts

    card = await room.say("ana", paper.add("/a", "A quiet day at the river"), 2)
    data = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    async with room.parts.db.write() as tx:
        draft = await drafts.get(tx, data.split(":")[2], bot_id=1000001)
        assert draft is not None
        await drafts.move(tx, draft, to="publishing", user_id=ANA, now=datetime.now(UTC))
    await press(room, card, "Publish")
    await card_says(room, card, "Published in Demo News by Ana")
    assert len(await room.posts()) == 1


async def test_a_channel_that_refuses_is_told_and_can_be_tried_again(room: Room, paper: Paper) -> None:
    card = await room.say("ana", paper.add("/a", "A quiet day at the river"), 2)
    await room.box.people.fault("error", method="sendMessage", chat_id="-1001000000001", times=9, status=400)
    await press(room, card, "Publish")
    told = await card_says(room, card, "Not published in Demo News")
    assert buttons_of(told) == [["Publish", "Discard"]]
    await room.box.people.clear_faults()
    await press(room, told, "Publish")
    await card_says(room, card, "Published in Demo News by Ana")


async def test_a_right_that_was_lost_is_told_before_anything_is_written_down(room: Room, paper: Paper) -> None:
    card = await room.say("ana", paper.add("/a", "A quiet day at the river"), 2)
    await room.box.people.promote("ana", "demo", "news", ["edit_messages"])
    assert "may no longer post" in await press(room, card, "Publish")
    assert await room.posts() == []
    await room.box.people.promote("ana", "demo", "news")
    assert await press(room, card, "Publish") == ""
    await card_says(room, card, "Published in Demo News by Ana")


async def test_a_post_that_went_out_by_rule_is_not_pushed_again(room: Room, paper: Paper) -> None:
    address = paper.add("/a", "A quiet day at the river")
    await room.say("ana", address, 2)
    from bot.app import make_press

    press_ = make_press(room.parts.settings)
    await preview.push(room.parts.db, press_, 1, 1, by=None, now=datetime.now(UTC))
    card = await room.say("ana", address, 2)
    assert "Demo News" in text_of(card)
    assert "a rule" in text_of(card)


# ── the owner's claim ────────────────────────────────────────────────────────────────────────────────────────────


async def test_who_presses_the_printed_link_owns_the_bot_and_nobody_after(
    box: Box, tmp_path: Path, sqlite_url: str
) -> None:
    async with room_of(box, tmp_path, owners=()) as room:
        await furnish(room)
        await room.begin()
        (line,) = room.lines
        code = line.split("start=")[1].split()[0]
        await box.people.start("kim", "news", "own_wrong")
        assert "expired or was used" in text_of(await room.answer(KIM))
        await box.people.start("sam", "news", code)
        assert text_of(await room.answer(SAM)).startswith("Hello Sam <b>. You are the owner of this bot.")
        await box.people.start("kim", "news", code)
        assert "expired or was used" in text_of(await room.answer(KIM, 2))
        await box.people.start("sam", "news", code)
        assert "owner of this bot already" in text_of(await room.answer(SAM, 2))
        assert text_of(await room.say("sam", "/status")).startswith("Status")
        assert text_of(await room.say("kim", "/status")).startswith(POLITE)
        await room.stop()
        await room.begin()
        assert room.lines == ()


async def test_an_expired_code_and_a_second_one_make_no_owner(box: Box, tmp_path: Path, sqlite_url: str) -> None:
    from sqlalchemy import update

    from bot.store.schema import claim_codes

    async with room_of(box, tmp_path, owners=()) as room:
        await room.begin()
        first = room.lines[0].split("start=")[1].split()[0]
        async with room.parts.db.write() as tx:
            await tx.execute(update(claim_codes).values(expires_at=datetime(2020, 1, 1, tzinfo=UTC)))
        await box.people.start("sam", "news", first)
        assert "expired or was used" in text_of(await room.answer(SAM))
        await room.stop()
        await room.begin()
        second = room.lines[0].split("start=")[1].split()[0]
        await room.stop()
        await room.begin()
        third = room.lines[0].split("start=")[1].split()[0]
        await box.people.start("ana", "news", third)
        assert "You are the owner" in text_of(await room.answer(ANA))
        await box.people.start("sam", "news", second)
        assert "expired or was used" in text_of(await room.answer(SAM, 2))
