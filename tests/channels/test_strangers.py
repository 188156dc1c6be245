"""What Telegram tells us of our channels explains ids, and shows what a lost answer hid."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from bot.channels import strangers
from bot.channels.deliver import Delivery
from bot.channels.pace import Rates
from bot.channels.sender import Tuning
from bot.model import PostState
from bot.store import notices, sightings

BOT = 1000001
DEMO = -1001000000001
HURRY = Rates(bot=900, chat_gap=0.01, group_count=10_000)


async def inbox(desk: Any) -> None:
    """What the chat does with updates: they are noted, and it is known up to when."""
    found = await desk.telegram.call("getUpdates", {"timeout": 0, "allowed_updates": ["message", "channel_post"]})
    async with desk.db.write() as tx:
        for update in found:
            await sightings.note(tx, bot_id=BOT, update=update, now=desk.now())
        await sightings.heard(tx, bot_id=BOT, now=desk.now() + timedelta(minutes=1))


async def cards(desk: Any) -> dict[str, notices.Notice]:
    async with desk.db.read() as tx:
        return {card.key: card for card in await notices.opened(tx, bot_id=BOT)}


async def test_posts_of_people_are_explained_and_a_post_in_our_name_raises_one_card(
    desk: Any, delivery: Delivery
) -> None:
    await desk.post("one")
    await delivery.once(desk.now())
    assert await strangers.look(desk.db, desk.telegram, now=desk.now()) == {}  # nobody reads updates here
    await inbox(desk)
    assert await strangers.look(desk.db, desk.telegram, now=desk.now()) == {}
    await desk.box.people.send("ana", "demo", "by hand")
    gone = await desk.box.people.send("ana", "demo", "deleted again")
    await desk.box.people.delete("ana", "demo", gone["message_id"])
    await desk.post("two")
    await delivery.once(desk.now())
    await inbox(desk)
    assert await strangers.look(desk.db, desk.telegram, now=desk.now()) == {}
    for words in ("buy this", "and this"):
        stolen = await desk.telegram.call("sendMessage", {"chat_id": DEMO, "text": words})
        await desk.post(f"after {words}")
        await delivery.once(desk.now())
        await inbox(desk)
        link = f"https://t.me/demonews/{stolen['message_id']}"
        assert await strangers.look(desk.db, desk.telegram, now=desk.now()) == {"demo": [link]}
        assert link in (await cards(desk))[f"strangers:{desk.demo.id}"].problem.cause
    card = (await cards(desk))[f"strangers:{desk.demo.id}"]
    assert card.count == 2 and "2 messages" in card.problem.cause
    assert await strangers.look(desk.db, desk.telegram, now=desk.now()) == {}


async def test_a_post_of_open_outcome_is_no_stranger(desk: Any, delivery: Delivery) -> None:
    await desk.post("one")
    await delivery.once(desk.now())
    await inbox(desk)
    await strangers.look(desk.db, desk.telegram, now=desk.now())
    await desk.telegram.call("sendMessage", {"chat_id": DEMO, "text": "whose?"})
    await desk.post("two")
    await desk.post("held", state=PostState.HELD)
    await delivery.once(desk.now())
    await inbox(desk)
    assert await strangers.look(desk.db, desk.telegram, now=desk.now()) == {}


async def test_the_copy_in_the_discussion_group_shows_what_a_lost_answer_hid(desk: Any) -> None:
    """Without an audit chat, and though the channel protects its content."""
    await link_group(desk)
    tuning = Tuning(patience=3.0, refresh=0.05, settle=timedelta(seconds=0.4))
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=tuning)
    await desk.post("known")
    await stage.once(desk.now())
    desk.box.world.chats[DEMO].protected = True
    desk.fault("lose")
    post = await desk.post("hidden")
    task = asyncio.create_task(stage.once(desk.now()))
    async with asyncio.timeout(20):
        while desk.texts() != ["known", "hidden"]:
            await asyncio.sleep(0.01)
    await inbox(desk)
    await task
    await stage.close(desk.now())
    assert (await desk.look(post)).state is PostState.SENT and desk.texts() == ["known", "hidden"]
    assert not [entry for entry in desk.box.world.journal.entries if entry.method.lower() == "forwardmessage"]


async def test_a_person_who_copies_our_post_by_hand_does_not_confuse_us(desk: Any) -> None:
    tuning = Tuning(patience=3.0, refresh=0.05, settle=timedelta(seconds=0.4), audit_chat=5011)
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=tuning)
    await desk.post("known")
    await stage.once(desk.now())
    desk.fault("lose")
    post = await desk.post("twice?")
    task = asyncio.create_task(stage.once(desk.now()))
    async with asyncio.timeout(20):
        while desk.texts() != ["known", "twice?"]:
            await asyncio.sleep(0.01)
    await desk.box.people.send("ana", "demo", "twice?")
    await inbox(desk)
    await task
    await stage.close(desk.now())
    found = await desk.look(post)
    assert found.state is PostState.SENT and desk.texts() == ["known", "twice?", "twice?"]


async def link_group(desk: Any) -> None:
    """A discussion group in which the bot reads along."""
    world = desk.box.world
    world.link(world.chats[DEMO], world.chats[-1001000000003])
