"""getUpdates: offsets, polling, conflicts, what is asked for and how long it is kept."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.sandbox import Box
from bot.sandbox.world import World
from tests.sandbox.conftest import CHANNEL, GROUP, WORLD, Caller


@pytest.fixture
def world() -> World:
    return World.from_toml("clock = 1700000000\n" + WORLD)


async def said(box: Box, *texts: str) -> None:
    for text in texts:
        await box.people.send("sam", "news", text)


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_an_offset_confirms_everything_below_it(bot: Any, box: Box) -> None:
    await said(box, "a", "b", "c")
    first = await bot.ok("getUpdates", limit=2)
    assert texts(first) == ["a", "b"]
    await asyncio.sleep(0.55)
    assert texts(await bot.ok("getUpdates")) == ["a", "b", "c"]
    assert texts(await bot.ok("getUpdates", offset=first[1]["update_id"] + 1)) == ["c"]
    assert (await bot.ok("getWebhookInfo"))["pending_update_count"] == 1


async def test_a_negative_offset_gives_the_last_ones_and_forgets_the_rest(bot: Any, box: Box) -> None:
    await said(box, "a", "b", "c")
    assert texts(await bot.ok("getUpdates", offset=-1)) == ["c"]
    await asyncio.sleep(0.55)
    assert texts(await bot.ok("getUpdates")) == ["c"]


async def test_the_same_offset_at_once_gives_one_update(bot: Any, box: Box) -> None:
    await said(box, "a", "b")
    assert len(await bot.ok("getUpdates", offset=1)) == 2
    assert len(await bot.ok("getUpdates", offset=1)) == 1


async def test_a_long_poll_ends_when_something_happens(bot: Any, box: Box) -> None:
    task = asyncio.create_task(bot.ok("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    await said(box, "hello")
    assert texts(await asyncio.wait_for(task, 5)) == ["hello"]


async def test_a_long_poll_ends_with_nothing_when_its_time_has_passed_on_the_worlds_clock(bot: Any, box: Box) -> None:
    task = asyncio.create_task(bot.ok("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    await box.people.advance(21)
    assert await asyncio.wait_for(task, 5) == []


async def test_a_second_poller_ends_the_first_with_409(bot: Any) -> None:
    first = asyncio.create_task(bot("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(bot("getUpdates", timeout=1))
    answer = await asyncio.wait_for(first, 5)
    assert answer["error_code"] == 409
    assert answer["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    assert (await second)["result"] == []


async def test_allowed_updates_are_sticky_and_broken_ones_change_nothing(bot: Any, box: Box) -> None:
    await bot.ok("getUpdates", allowed_updates=["callback_query", "no_such_thing"])
    await said(box, "not wanted")
    await bot.ok("getUpdates", allowed_updates="{broken")
    await said(box, "still not wanted")
    assert await bot.ok("getUpdates") == []
    assert (await bot.ok("getWebhookInfo"))["allowed_updates"] == ["callback_query"]
    await bot.ok("getUpdates", allowed_updates=[])
    await said(box, "wanted")
    await asyncio.sleep(0.55)
    assert texts(await bot.ok("getUpdates")) == ["wanted"]


async def test_updates_expire_after_a_day_inline_queries_after_half_a_minute(bot: Any, box: Box) -> None:
    await said(box, "old")
    await box.people.inline("sam", "news", "bus", wait=0.01)
    assert len(await bot.ok("getUpdates")) == 2
    await box.people.advance(31)
    assert texts(await bot.ok("getUpdates")) == ["old"]
    await box.people.advance(86_400)
    assert await bot.ok("getUpdates") == []


async def test_the_bots_own_messages_are_not_delivered_to_it(bot: Any) -> None:
    await bot.ok("sendMessage", chat_id=5012, text="mine")
    await bot.ok("sendMessage", chat_id="-4001", text="mine")
    assert await bot.ok("getUpdates") == []


async def test_privacy_mode_hides_ordinary_talk_but_not_commands_replies_and_mentions(bot: Any, box: Box) -> None:
    mine = await bot.ok("sendMessage", chat_id=GROUP, text="hello all")
    await box.people.send("sam", "talk", "just talk")
    await box.people.send("sam", "talk", "/latest")
    await box.people.send("sam", "talk", "/latest@other_bot")
    await box.people.send("sam", "talk", "an answer", reply_to=mine["message_id"])
    await box.people.send("sam", "talk", "hey @demo_news_bot")
    await box.people.promote("ana", "talk", "news")
    await box.people.send("sam", "talk", "now I hear everything")
    heard = [u["message"]["text"] for u in await bot.ok("getUpdates") if "message" in u]
    assert heard == ["/latest", "an answer", "hey @demo_news_bot", "now I hear everything"]


async def test_posts_by_people_in_a_channel_come_as_channel_posts_without_from(bot: Any, box: Box) -> None:
    post = await box.people.send("ana", "demo", "by Ana")
    await box.people.edit("ana", "demo", post["message_id"], "by Ana, edited")
    updates = await bot.ok("getUpdates")
    kinds = [next(name for name in update if name != "update_id") for update in updates]
    assert kinds == ["channel_post", "message", "edited_channel_post", "edited_message"]
    assert "from" not in updates[0]["channel_post"]
    assert updates[0]["channel_post"]["sender_chat"]["id"] == CHANNEL
    assert updates[3]["edited_message"]["text"] == "by Ana, edited"


async def test_membership_changes_are_told(bot: Any, box: Box) -> None:
    await bot.ok("getUpdates", allowed_updates=["my_chat_member", "chat_member", "message"])
    await box.people.block("sam", "news")
    await box.people.unblock("sam", "news")
    await box.people.kick("ana", "talk", "news")
    await box.people.add("ana", "talk", "news")
    await box.people.promote("ana", "talk", "news", ["restrict_members"])
    await box.people.join("kim", "talk")
    await box.people.leave("kim", "talk")
    updates = await bot.ok("getUpdates", offset=1)
    mine = [u["my_chat_member"] for u in updates if "my_chat_member" in u]
    assert [(m["old_chat_member"]["status"], m["new_chat_member"]["status"]) for m in mine] == [
        ("member", "kicked"), ("kicked", "member"), ("member", "kicked"), ("kicked", "member"),
        ("member", "administrator"),
    ]  # fmt: skip
    theirs = [u["chat_member"] for u in updates if "chat_member" in u]
    assert [(m["from"]["id"], m["new_chat_member"]["status"]) for m in theirs] == [(5013, "member"), (5013, "left")]
    assert [u["message"]["new_chat_members"][0]["id"] for u in updates if "new_chat_members" in u.get("message", {})]


async def test_reactions_are_told_to_administrators_who_asked(bot: Any, box: Box) -> None:
    await bot.ok("getUpdates", allowed_updates=["message_reaction", "message_reaction_count"])
    post = await bot.ok("sendMessage", chat_id=CHANNEL, text="like it")
    private = await bot.ok("sendMessage", chat_id=5012, text="like it")
    await box.people.react("sam", "demo", post["message_id"], "🔥")
    await box.people.react("sam", "news", private["message_id"], "👍")
    await box.people.react("sam", "news", private["message_id"])
    counts, new, gone = await bot.ok("getUpdates", offset=1)
    assert counts["message_reaction_count"]["reactions"][0]["total_count"] == 1
    assert new["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert gone["message_reaction"]["new_reaction"] == []


async def test_two_bots_have_their_own_queues_ids_and_files(bot: Caller, other: Caller, box: Box) -> None:
    await box.people.start("sam", "other")
    await said(box, "for news")
    assert texts(await other.ok("getUpdates")) == ["/start"]
    assert texts(await bot.ok("getUpdates")) == ["for news"]
    sent = await bot.ok("sendDice", chat_id=5012)
    assert sent["message_id"] == 2
    assert (await other.ok("sendMessage", chat_id=5012, text="x"))["message_id"] == 2
