"""What editors do is written into the record, and done only in the channels that are theirs; over HTTP."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import make_press
from bot.model import Role
from bot.posts import preview
from bot.posts.takedown import withdraw_everywhere
from bot.store import audit, drafts, posts, staff
from tests.chat.conftest import ANA, KIM, SAM, Paper, Room, add_article, text_of
from tests.chat.test_approvals import press, wait_for_approval
from tests.chat.test_editing import hold, tap, write
from tests.chat.test_tampering import press_data

BOT = 1000001
RIVER = "A quiet day at the river"


async def lines(room: Room) -> list[str]:
    """Of /log, the oldest first, without times and isolation."""
    told = text_of(await room.say("ana", "/log"))
    found = [re.sub("[\u2066-\u2069]", "", line.partition(" · ")[2]) for line in told.splitlines()[1:]]
    return [line.partition(": ")[0] if line.startswith("Ana:") else line for line in reversed(found)]


async def test_the_record_tells_what_editors_did_with_posts(room: Room, paper: Paper) -> None:
    await hold(room, "60s")
    card = await room.say("ana", paper.add("/a", RIVER), 2)
    card = await tap(room, card, "Publish", "Publishing in Demo News in")
    card = await tap(room, card, "Undo", "Taken back")
    menu = await tap(room, card, "Schedule…", "When shall it go")
    card = await tap(room, menu, "In 1 h", "Planned for Demo News")
    menu = await tap(room, card, "Other time", "When shall it go")
    card = await tap(room, menu, "In 1 h", "Planned for Demo News")
    done = await tap(room, card, "Now", "Published in Demo News")
    await tap(room, done, "Edit")
    await room.answer(ANA, words="Send me the new text")
    await write(room, "Other words", expect="Changed in Demo News")
    sure = await tap(room, done, "Retract", "Retract this post")
    await tap(room, sure, "Retract it", "Retracted in Demo News")
    for title, button, then in (
        ("Night buses begin", "Approve", "Approved for Demo News by Ana"),
        ("Trams stand still", "Reject", "Rejected for Demo News by Ana"),
    ):
        await wait_for_approval(room, title)
        card = await room.answer(ANA, words="May this go to Demo News?")
        assert await press(room, card, button) == ""
        await room.message(f"1000001:{ANA}", card["message_id"], then)
    deeds = ("published", "cancelled", "scheduled", "scheduled", "published", "edited", "took back")
    expected = [f"Ana {deed} “{RIVER}”" for deed in deeds]
    assert await lines(room) == [*expected, "Ana approved “Night buses begin”", "Ana rejected “Trams stand still”"]


async def test_what_is_erased_is_not_quoted_by_the_record(room: Room) -> None:
    article = await add_article(room, 1, RIVER)
    machine, now = make_press(room.parts.settings), datetime.now(UTC)
    made = await preview.push(room.parts.db, machine, article, 1, by=ANA, now=now, at=now + timedelta(hours=1))
    assert made.post_id is not None
    async with room.parts.db.write() as tx:
        await audit.write_posts(tx, [made.post_id, 999], what="post-scheduled", now=now, by=4242)
        await audit.write_posts(tx, [made.post_id], what="post-edited", now=now)
        assert [(d.who, d.about) for d in await audit.latest(tx, bot_id=BOT)] == [
            ("command line", RIVER), ("4242", RIVER),
        ]  # fmt: skip
    await withdraw_everywhere(room.parts.db, machine, article, now=now, erase=True)
    async with room.parts.db.read() as tx:
        assert {d.about for d in await audit.latest(tx, bot_id=BOT)} == {f"#{made.post_id}"}


async def test_an_editor_of_another_channel_moves_nothing(
    room: Room, paper: Paper, caplog: pytest.LogCaptureFixture
) -> None:
    """The sample cb-04 of our list of attacks: a button of channel A, pressed by an editor of channel B."""
    first = await room.say("ana", paper.add("/a", RIVER), 2)
    await tap(room, first, "Publish", "Published in Demo News")
    card = await room.say("ana", paper.add("/b", "Another day at the lake"), 2)
    draft = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[2]
    flash = await room.say("ana", "/flash Ferry service suspended", 2)
    flashed = flash["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    article, now = await add_article(room, 1, "Ferries at the harbour"), datetime.now(UTC)
    machine = make_press(room.parts.settings)
    planned = await preview.push(room.parts.db, machine, article, 1, by=ANA, now=now, at=now + timedelta(hours=5))
    waiting = await wait_for_approval(room)
    asked = await room.answer(ANA, words="May this go to Demo News?")
    approve = asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    async with room.parts.db.write() as tx:
        for person in (KIM, SAM):
            await staff.appoint(tx, bot_id=BOT, user_id=person, role=Role.EDITOR, channels=["tech"], now=now)
        before = await audit.latest(tx, bot_id=BOT)
    caplog.clear()
    attacks = (
        f"v1:pub:{draft}", f"v1:discard:{draft}", f"v1:to:{draft}:2", flashed, approve, approve.replace("ok", "no"),
        *(f"v1:plan:{verb}:{planned.post_id}" for verb in ("open", "now", "type", "drop")),
        *(f"v1:post:{verb}:1" for verb in ("more", "edit", "fix", "pin", "past", "drop", "yes", "dup")),
        "v1:over:1", "v1:over:1:free:3", "v1:look:card:1", "v1:look:source:1", "v1:look:reset:1",
        f"v1:gone:yes:{article}", f"v1:gone:yes:{waiting}",
    )  # fmt: skip
    for number, data in enumerate(attacks):  # by turns: who presses too often is told to wait
        person, chat = (("kim", KIM), ("sam", SAM))[number % 2]
        assert "Only the owner and editors" in await press_data(room, data, person, chat), data
    refused = [record for record in caplog.records if record.getMessage() == "press refused"]
    assert len(refused) == len(attacks)
    assert text_of(await room.say("kim", "/scheduled")) == "Nothing is planned."
    shown = text_of(await room.say("kim", "/override"))
    assert "Demo <Tech>" in shown and "Demo News" not in shown
    assert "Demo <Tech>" in text_of(await room.say("kim", "/template"))
    assert "Only the owner and editors" in text_of(await room.say("kim", "/withdraw https://paper.example/1"))
    async with room.parts.db.read() as tx:
        kept, later = await drafts.get(tx, draft, bot_id=BOT), await posts.get(tx, planned.post_id or 0)
        assert await audit.latest(tx, bot_id=BOT) == before
    assert kept is not None and (kept.state, kept.channel_id) == ("open", 1)
    assert later is not None and later.state == "queued"
    assert len(await room.posts()) == 1
