"""What an editor may change before and after publishing, over HTTP: sound, words, picture, channels, time, and back."""

from __future__ import annotations

from typing import Any

from bot.store import channels, posts
from tests.chat.conftest import ANA, Json, Paper, Room, add_article, buttons_of, text_of


async def tap(room: Room, card: Json, text: str, words: str = "", person: str = "ana") -> Json:
    """Press a button; the card once it says so."""
    said = await room.box.people.press(person, "news", card["message_id"], text=text, wait=15)
    assert said is not None
    assert said["text"] == ""
    return await room.message(f"1000001:{ANA}", card["message_id"], words) if words else card


async def hold(room: Room, seconds: str) -> None:
    async with room.parts.db.write() as tx:
        for channel in await channels.every(tx):
            await channels.change(tx, channel.id, options={"hold": seconds})


async def write(room: Room, words: str, *, expect: str, **more: Any) -> Json:
    """Ana writes; the bot's newest message that says so."""
    await room.box.people.send("ana", "news", words, **more)
    return await room.answer(ANA, words=expect)


async def reopened(room: Room) -> None:
    await room.stop()
    await room.begin()


async def test_published_by_mistake_is_undone_within_the_hold_and_can_be_published_after(
    room: Room, paper: Paper
) -> None:
    await hold(room, "60s")
    card = await room.say("ana", paper.add("/a", "A quiet day at the river"), 2)
    holding = await tap(room, card, "Publish", "Publishing in Demo News in")
    assert "seconds…" in text_of(holding)
    assert buttons_of(holding) == [["Undo"]]
    await reopened(room)
    undone = await tap(room, holding, "Undo", "Taken back. Nothing was posted.")
    assert buttons_of(undone)[0] == ["Publish"]
    assert await room.posts() == []
    await hold(room, "0s")
    await tap(room, undone, "Publish", "Published in Demo News by Ana")
    assert len(await room.posts()) == 1


async def test_undo_after_the_post_went_out_says_what_to_do_instead(room: Room, paper: Paper) -> None:
    card = await room.say("ana", paper.add("/a", "A quiet day at the river"), 2)
    data = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"].replace("pub", "undo")
    done = await tap(room, card, "Publish", "Published in Demo News by Ana")
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
    sent = await room.parts.bot.call("sendMessage", {"chat_id": ANA, "text": "x", "reply_markup": keyboard})
    said = await room.box.people.press("ana", "news", sent["message_id"], text="x", wait=15)
    assert said is not None
    assert said["text"] == "Ana published this already."
    assert "https://t.me/demonews/" in text_of(done)


async def test_a_post_is_planned_moved_and_cancelled_and_a_restart_forgets_nothing(room: Room, paper: Paper) -> None:
    card = await room.say("ana", paper.add("/a", "A quiet day at the river"), 2)
    menu = await tap(room, card, "Schedule…", "When shall it go to Demo News?")
    assert buttons_of(menu)[0][0] == "In 1 h"
    await tap(room, menu, "Type a time")
    await room.answer(ANA, words="Answer with a time")
    await reopened(room)
    bad = await write(room, "yesterday 9", expect="cannot be used as a time")
    assert "SW-C34" in text_of(bad)
    await write(room, "in 2 hours", expect="Planned for Demo News")
    planned = await room.message(f"1000001:{ANA}", card["message_id"], "Planned for Demo News")
    assert "UTC, in 2 h 0 min" in text_of(planned)
    assert buttons_of(planned) == [["Now", "Other time"], ["Cancel it"]]
    menu = await tap(room, planned, "Other time", "When shall it go")
    moved = await tap(room, menu, "In 1 h", "Planned for Demo News")
    assert "UTC, in 1 h 0 min" in text_of(moved)
    assert await room.posts() == []
    again = await tap(room, moved, "Cancel it", "Taken back. Nothing was posted.")
    menu = await tap(room, again, "Schedule…", "When shall it go")
    planned = await tap(room, menu, "In 1 h", "Planned for Demo News")
    await tap(room, planned, "Now", "Published in Demo News by Ana")
    assert len(await room.posts()) == 1


async def test_own_words_keep_their_formatting_and_are_what_is_posted(room: Room, paper: Paper) -> None:
    card = await room.say("ana", paper.add("/a", "A quiet day at the river"), 2)
    await tap(room, card, "Edit text")
    await room.answer(ANA, words="Send me the new text for Demo News, at most 4,096")
    await reopened(room)
    again = await write(room, "<b>Quiet</b> &lt;day&gt; &amp; night", expect="in your own words", parse_mode="HTML")
    assert "in your own words" in text_of(again)
    shown = (await room.messages(ANA))[-2]
    assert text_of(shown) == "Quiet <day> & night"
    assert buttons_of(again)[3] == ["Original text"]
    await tap(room, again, "Publish", "Published in Demo News by Ana")
    (post,) = await room.posts()
    assert (text_of(post), post["entities"]) == (text_of(shown), shown["entities"])
    assert post["entities"][0]["type"] == "bold"
    assert post["reply_markup"] == shown["reply_markup"]


async def test_silent_without_a_picture_by_another_template_and_to_both_channels(room: Room) -> None:
    await add_article(room, 1, "Ferries at the harbour", image="https://paper.example/f.jpg")
    card = await room.say("ana", "https://paper.example/1", 2)
    card = await tap(room, card, "Sound: on", "silent · with preview card")
    menu = await tap(room, card, "Picture…", "Which picture?")
    assert buttons_of(menu)[0] == ["✓ As the article has it", "None"]
    await tap(room, menu, "None")
    card = await room.answer(ANA, words="without a picture")
    assert "silent · no preview card" in text_of(card)
    await tap(room, card, "Breaking: off")

    async def marked() -> Json | None:
        newest = (await room.messages(ANA))[-1]
        return newest if any("Breaking: on" in row for row in buttons_of(newest)) else None

    card = await room.until(marked)
    assert text_of((await room.messages(ANA))[-2]).startswith("BREAKING")
    menu = await tap(room, card, "Template…", "Which template?")
    assert "✓ share" in {label for row in buttons_of(menu) for label in row}
    await tap(room, menu, "gallery")
    card = await room.answer(ANA, words="template gallery")
    menu = await tap(room, card, "Channels…", "Where shall it go?")
    menu = await tap(room, menu, "＋ Demo <Tech>", "Where shall it go?")
    card = await tap(room, menu, "◀ Back", "Also to Demo <Tech>.")
    done = await tap(room, card, "Publish", "Published in Demo <Tech> by Ana")
    assert "Published in Demo News by Ana" in text_of(done)
    assert buttons_of(done) == [["Open", "Demo News: more…"], ["Open", "Demo <Tech>: more…"]]
    for chat in ("demo", "tech"):
        (post,) = await room.posts(chat)
        assert text_of(post).startswith("BREAKING")
        assert post["link_preview_options"]["is_disabled"]
    entries = await room.box.people.ledger()
    assert len([entry for entry in entries if str(entry["chat_id"]).startswith("-100")]) == 2


async def test_a_similar_story_is_told_before_it_is_posted_again(room: Room) -> None:
    first = await add_article(room, 1, "Ferries stop at the harbour")
    second = await add_article(room, 2, "Ferry service suspended")
    from bot.store import articles

    async with room.parts.db.write() as tx:
        await articles.set_story(tx, [first, second], first)
    card = await room.say("ana", "https://paper.example/1", 2)
    assert "Not posted here before." in text_of(card)
    await tap(room, card, "Publish", "Published in Demo News by Ana")
    other = await room.say("ana", "https://paper.example/2", 2)
    assert "Similar, posted here just now ago: " in text_of(other) or "Similar, posted here" in text_of(other)
    assert "Ferries stop at the harbour" in text_of(other)


async def test_after_publishing_it_is_edited_corrected_and_retracted_in_silence(room: Room, paper: Paper) -> None:
    card = await room.say("ana", paper.add("/a", "A quiet day at the river"), 2)
    done = await tap(room, card, "Publish", "Published in Demo News by Ana")
    await tap(room, done, "Edit")
    await room.answer(ANA, words="Send me the new text of the post in Demo News")
    await reopened(room)
    await write(room, "<b>Quiet</b> day\nat the river", expect="Changed in Demo News", parse_mode="HTML")
    (post,) = await room.posts()
    edited = await room.message("demo", post["message_id"], "Quiet day\nat the river")
    assert edited["entities"][0]["type"] == "bold"
    assert edited["reply_markup"] == post["reply_markup"]
    await tap(room, done, "Correct")
    await room.answer(ANA, words="What was wrong?")
    await write(room, "It was the lake & <b>not</b> the river.", expect="Changed in Demo News")
    corrected = await room.message("demo", post["message_id"], "Corrected")
    lines = text_of(corrected).splitlines()
    assert lines[0] == "Quiet day"
    assert lines[1].endswith(": It was the lake & <b>not</b> the river.")
    await tap(room, done, "History")
    told = await room.answer(ANA, words="What became of this post in Demo News")
    assert [line.rpartition(" – ")[2] for line in text_of(told).splitlines()[1:]] == [
        "posted by Ana",
        "changed by Ana",
        "changed by Ana",
    ]
    sure = await tap(room, done, "Retract", "Retract this post in Demo News?")
    await tap(room, sure, "Retract it", "Retracted in Demo News by Ana")
    tomb = await room.message("demo", post["message_id"], "Story withdrawn")
    assert "river" not in text_of(tomb)
    assert "reply_markup" not in tomb
    assert "Posts: 1 sent, " in text_of(await room.say("ana", "/status")), "changes are no posts"


async def test_a_post_is_pinned_and_posted_again(room: Room, paper: Paper) -> None:
    address = paper.add("/a", "A quiet day at the river")
    card = await room.say("ana", address, 2)
    done = await tap(room, card, "Publish", "Published in Demo News by Ana")
    said = await room.box.people.press("ana", "news", done["message_id"], text="Pin", wait=15)
    assert said is not None
    assert said["text"] in ("Pinned, without a sound.",)
    await tap(room, done, "Post again")
    again = await room.answer(ANA, words="Already posted in Demo News by Ana")
    assert buttons_of(again)[0] == ["Post again"]
    await tap(room, again, "Post again", "Published in Demo News by Ana")
    assert len(await room.posts()) == 2
    async with room.parts.db.read() as tx:
        found = await posts.of_article(tx, 1)
    assert [post.once_key for post in found] == ["share:1:1:0", f"repost:{found[0].id}:1"]


async def test_a_question_is_stopped_by_cancel_and_by_a_new_push(room: Room, paper: Paper) -> None:
    assert "nothing to stop" in text_of(await room.say("ana", "/cancel"))
    card = await room.say("ana", paper.add("/a", "A quiet day at the river"), 2)
    await tap(room, card, "Edit text")
    await room.answer(ANA, words="Send me the new text")
    await write(room, "/cancel", expect="Stopped.")
    await write(room, "river", expect="river")
    assert text_of(await room.message(f"1000001:{ANA}", card["message_id"], "Preview")).startswith("Preview")
    await tap(room, card, "Edit text")
    await room.answer(ANA, words="Send me the new text")
    other = await write(room, paper.add("/b", "Another day at the lake"), expect="Preview for Demo News")
    assert other["message_id"] != card["message_id"], "an address is a push of its own"
