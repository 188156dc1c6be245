"""Posts that wait for an editor: shown with Approve, Change and Reject; the first decides, everybody is told."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from bot.app import make_press
from bot.model import Entry, Role, Source, SourceKind
from bot.posts import compose
from bot.store import articles, channels, people, rules, sources
from tests.chat.conftest import ANA, KIM, Json, Room, buttons_of, text_of
from tests.posts import samples


async def wait_for_approval(room: Room, title: str = "City opens its first night-bus line", **options: Any) -> int:
    """An article whose post waits for an editor."""
    now = datetime.now(UTC)
    db = room.parts.db
    async with db.write() as tx:
        await people.give_role(tx, bot_id=1000001, user_id=KIM, role=Role.EDITOR, now=now)
        source = await sources.put(
            tx, Source(id=0, name="harbor", kind=SourceKind.FEED, url="https://harbor.example/feed"), now=now
        )
        await rules.send_source_to(tx, "harbor", ("demo",))
        channel = await channels.named(tx, "demo")
        assert channel is not None
        await channels.change(tx, channel.id, approve=True, options={"hold": "0s", **options})
        entry = Entry(url=f"https://harbor.example/{title}", title=title, published=now)
        added = await articles.add_found(tx, source_id=source.id, entry=entry, baseline=False, now=now)
        article = samples.article(
            id=added.article_id, source_id=source.id, url=entry.url, canonical_url=entry.url, title=title, published=now
        )
        await articles.store_ready(tx, article, now=now)
    await compose.once(db, make_press(room.parts.settings), now=now)
    return added.article_id


async def press(room: Room, card: Json, text: str, person: str = "ana") -> str:
    said = await room.box.people.press(person, "news", card["message_id"], text=text, wait=15)
    assert said is not None
    return str(said["text"])


async def test_of_two_editors_one_approves_and_both_cards_say_who(room: Room) -> None:
    await room.say("kim", "/start")
    await wait_for_approval(room)
    mine = await room.answer(ANA, words="May this go to Demo News?")
    hers = await room.answer(KIM, words="May this go to Demo News?")
    assert buttons_of(mine) == [["Approve", "Change…", "Reject"]]
    shown = (await room.messages(ANA))[-2]
    await room.stop()
    await room.begin()
    said = await asyncio.gather(press(room, mine, "Approve"), press(room, hers, "Reject", "kim"))
    assert sorted(said) in (["", "Ana approved this already."], ["", "Kim rejected this already."])
    first = "Approved for Demo News by Ana" if said[0] == "" else "Rejected for Demo News by Kim"
    for person, card in ((ANA, mine), (KIM, hers)):
        await room.message(f"1000001:{person}", card["message_id"], first)
    if said[0] == "":
        (post,) = await room.until(room.posts)
        assert (text_of(post), post["entities"]) == (text_of(shown), shown["entities"])


async def test_a_rejected_post_never_goes_out(room: Room) -> None:
    await wait_for_approval(room)
    card = await room.answer(ANA, words="May this go to Demo News?")
    assert await press(room, card, "Reject") == ""
    await room.message(f"1000001:{ANA}", card["message_id"], "Rejected for Demo News by Ana")
    assert await room.posts() == []


async def test_a_post_is_changed_before_it_is_approved_and_its_card_says_so(room: Room) -> None:
    await wait_for_approval(room)
    card = await room.answer(ANA, words="May this go to Demo News?")
    assert await press(room, card, "Change…") == ""
    own = await room.answer(ANA, words="Preview for Demo News")
    assert await press(room, own, "Edit text") == ""
    await room.answer(ANA, words="Send me the new text")
    await room.box.people.send("ana", "news", "In other words")
    own = await room.answer(ANA, words="in your own words")
    assert await press(room, own, "Publish") == ""
    await room.message(f"1000001:{ANA}", own["message_id"], "Published in Demo News by Ana")
    await room.message(f"1000001:{ANA}", card["message_id"], "Approved for Demo News by Ana")
    (post,) = await room.posts()
    assert text_of(post) == "In other words"


async def test_what_nobody_refuses_in_time_goes_out_by_itself(room: Room) -> None:
    await wait_for_approval(room, approve_after="1s")
    card = await room.answer(ANA, words="If nobody says no, it goes out by itself")
    await room.message(f"1000001:{ANA}", card["message_id"], "nobody said no in time")
    (post,) = await room.until(room.posts)
    assert "night-bus" in text_of(post)


async def test_an_editors_chat_gets_the_cards_in_place_of_each_editor(room: Room) -> None:
    await wait_for_approval(room, editors_chat=-1001000000009)

    async def card() -> Any:
        found = await room.box.people.messages("desk")
        return [m for m in found if "May this go to Demo News?" in text_of(m)]

    (shown,) = await room.until(card)
    assert not any("May this go" in text_of(m) for m in await room.messages(ANA))
    said = await room.box.people.press("kim", "desk", shown["message_id"], text="Approve", wait=15)
    assert said is not None
    assert said["text"] == ""
    await room.message("desk", shown["message_id"], "Approved for Demo News by Kim")
