"""Buttons that nobody offered: data made up, taken from others, too old or of another kind.  Nothing happens, everybody
is answered."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.store import drafts
from tests.chat.conftest import ANA, SAM, Paper, Room, text_of
from tests.chat.test_editing import tap

# what is pressed; {draft} is an open draft, {post} a sent post.  The samples of our list of attacks are among them.
MADE_UP = [
    "\x00\x01", "zz:1", "pub:-1", "pub:1", "pub:{draft}", "tpl:../../etc/passwd", "pub:" + "a" * 60,
    "v1:pub:-1", "v1:pub:" + "a" * 24, "v1:pub:{draft}x", "v1:pub:{draft}:1", "v1:tpl:{draft}:../../etc/passwd",
    "v1:tpl:{draft}:digest", "v1:tpl:{draft}:nothing", "v1:pic:{draft}:99x", "v1:pic:{draft}:file", "v1:at:{draft}:0",
    "v1:at:{draft}:99999999999", "v1:to:{draft}:999", "v1:also:{draft}:999", "v1:to:{draft}:-1", "v1:undo:{draft}",
    "v1:now:{draft}", "v1:ok:{draft}", "v1:no:{draft}", "v1:post:yes:0", "v1:post:yes:999999999999999",
    "v1:post:yes:-1", "v1:post:nuke:{post}", "v1:gone:yes:999", "v1:gone:erase:999", "v1:flash:{draft}:1",
    "v1:flash:aaaaaaaa:1", "v1:plan:drop:{post}", "v1:plan:now:{post}", "v1:over:999:free:3", "v1:over:1:nothing:3",
    "v1:look:reset:999", "v1:rule:drop:999:00000000", "v1:rule:see:999", "v1:rd:aaaaaaaa:save", "v1:rd:{draft}:save",
    "v2:pub:{draft}", "v1:", "v1:pub", "V1:PUB:{draft}", " v1:pub:{draft}", "v1:pub:{draft}\n",
]  # fmt: skip


async def press_data(room: Room, data: str, person: str = "ana", chat: int = ANA) -> str:
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
    sent = await room.parts.bot.call("sendMessage", {"chat_id": chat, "text": "x", "reply_markup": keyboard})
    said = await room.box.people.press(person, "news", sent["message_id"], text="x", wait=15)
    assert said is not None, data
    return str(said["text"])


async def test_made_up_buttons_are_answered_and_do_nothing(room: Room, paper: Paper) -> None:
    first = await room.say("ana", paper.add("/a", "A quiet day at the river"), 2)
    await tap(room, first, "Publish", "Published in Demo News")
    card = await room.say("ana", paper.add("/b", "Another day at the lake"), 2)
    draft = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[2]
    async with room.parts.db.read() as tx:
        before = await drafts.get(tx, draft, bot_id=1000001)
    for data in MADE_UP:
        said = await press_data(room, data.format(draft=draft, post=1))
        assert said, data
    async with room.parts.db.read() as tx:
        after = await drafts.get(tx, draft, bot_id=1000001)
    assert before is not None
    assert after is not None
    assert (after.state, after.channel_id, after.post_id) == ("open", before.channel_id, None)
    assert len(await room.posts()) == 1
    assert text_of((await room.posts())[0]).startswith("A quiet day")


async def test_the_buttons_of_editors_are_refused_to_everybody_else(room: Room, paper: Paper) -> None:
    first = await room.say("ana", paper.add("/a", "A quiet day at the river"), 2)
    await tap(room, first, "Publish", "Published in Demo News")
    card = await room.say("ana", paper.add("/b", "Another day at the lake"), 2)
    draft = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[2]
    verbs = ("pub", "again", "undo", "now", "discard", "when", "type", "text", "orig", "tpl", "mute", "pic", "where")
    for data in (
        *(f"v1:{verb}:{draft}" for verb in verbs),
        f"v1:at:{draft}:{int(datetime.now(UTC).timestamp()) + 3600}", f"v1:to:{draft}:2", f"v1:also:{draft}:2",
        *(f"v1:post:{verb}:1" for verb in ("more", "edit", "fix", "pin", "past", "drop", "yes", "dup")),
        "v1:gone:yes:1", "v1:gone:erase:1", "v1:plan:list:0", "v1:over:1:free:3", "v1:look:reset:1", f"v1:ok:{draft}",
        f"v1:flash:{draft}:1", "v1:rules:0:0", "v1:rule:new:0", f"v1:rd:{draft}:save",
    ):  # fmt: skip
        said = await press_data(room, data, "sam", SAM)
        assert "Only the owner" in said or "That was quick" in said, data
    assert len(await room.posts()) == 1


async def test_a_command_in_the_channel_is_a_post_and_nothing_else(room: Room) -> None:
    before = len(await room.messages(ANA))
    await room.box.people.send("ana", "demo", "/push 1")
    assert text_of(await room.say("ana", "/scheduled")) == "Nothing is planned."
    assert len(await room.messages(ANA)) == before + 1
