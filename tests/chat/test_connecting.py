"""Setting up in chat, over HTTP: the owner's claim, a channel by every way, a source; no number is typed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.chat.context import Context
from bot.chat.owner.claim import offer_ownership
from bot.model import Role
from bot.sandbox import Box, running
from bot.sandbox.world import World
from bot.store import audit, channels, people, rules, sources
from tests.chat.conftest import ANA, KIM, SAM, WORLD, Room, buttons_of, room_of, text_of

FRESH = (
    WORLD.replace('[chats.demo.admins.news]\nrights = ["post_messages", "edit_messages", "delete_messages"]\n', "")
    + """
[chats.talk]
id = -1001000000005
type = "supergroup"
title = "Talk"
creator = "ana"

[chats.tram]
id = -1001000000004
type = "channel"
title = "Tram <News>"
creator = "ana"
linked = "talk"
"""
)


@pytest.fixture
async def fresh(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Room]:
    """A bot with a token and nothing else: no owner, no channel, no source."""
    async with running(World.from_toml(FRESH)) as box, room_of(box, tmp_path, owners=()) as room:
        await room.begin()
        yield room


def code_in(text: str) -> str:
    found = re.search(r"/connect (\w+)", text)
    assert found is not None
    return found[1]


async def claim(room: Room, person: str = "ana") -> None:
    link = re.search(r"start=(own_\w+)", room.lines[0])
    assert link is not None
    await room.box.people.start(person, "news", link[1])
    await room.answer(ANA, words="Which channel")


async def known(room: Room) -> list[Any]:
    async with room.parts.db.read() as tx:
        return list(await channels.every(tx, bot_id=1000001))


async def test_the_claim_leads_to_the_channel_and_the_channel_to_a_source(fresh: Room) -> None:
    await claim(fresh)
    asked = (await fresh.messages(ANA))[-1]
    assert [b["text"] for row in asked["keyboard"]["keyboard"] for b in row] == [
        "Choose a channel",
        "Choose a group",
    ]
    await fresh.box.people.share("ana", "news", "demo")
    card = text_of(await fresh.answer(ANA, words="is connected"))
    assert "I can post, edit and delete." in card
    assert "silent test message arrived, and I removed it again" in card
    assert "/source" in card
    (channel,) = await known(fresh)
    assert (channel.name, channel.chat_id, channel.language) == ("demonews", -1001000000001, "en")
    assert await fresh.posts() == []  # nothing is left of the test, neither there nor in the owner's chat
    assert not any(m.get("forward_origin") for m in await fresh.messages(ANA))
    silent = [c for c in await fresh.box.people.journal() if c["method"] in ("sendMessage", "forwardMessage")]
    tests = [c["params"] for c in silent if str(c["params"].get("chat_id")) == "-1001000000001"]
    assert [str(p["disable_notification"]).lower() for p in tests] == ["true"]
    assert not any("made me an administrator" in text_of(m) for m in await fresh.messages(ANA))
    async with fresh.parts.db.read() as tx:
        deeds = [(d.who, d.what, d.about) for d in await audit.latest(tx, bot_id=1000001)]
    assert deeds == [("Ana", "channel-added", "Demo News"), ("Ana", "owner-claimed", "Ana")]


async def test_a_code_is_used_once_and_only_the_first_becomes_owner(fresh: Room) -> None:
    await claim(fresh)
    link = re.search(r"start=(own_\w+)", fresh.lines[0])
    assert link is not None
    await fresh.box.people.start("sam", "news", link[1])
    assert "expired or was used" in text_of(await fresh.answer(SAM))
    await fresh.box.people.start("ana", "news", link[1])
    assert "owner of this bot already" in text_of(await fresh.answer(ANA, words="already"))


async def test_a_forwarded_post_connects_its_channel(fresh: Room) -> None:
    await claim(fresh)
    post = await fresh.box.people.send("ana", "demo", "Hello readers")
    await fresh.box.people.do("forward", **{"as": "ana"}, chat="demo", message_id=post["message_id"], to="news")
    assert "I am not in" in text_of(await fresh.answer(ANA, words="I am not in"))
    await fresh.box.people.promote("ana", "demo", "news", ["post_messages"])
    await fresh.box.people.do("forward", **{"as": "ana"}, chat="demo", message_id=post["message_id"], to="news")
    card = text_of(await fresh.answer(ANA, words="is connected"))
    assert "turn it on" in card.lower() and "Edit messages" in card and "Delete messages" in card


async def test_a_code_written_in_the_channel_connects_it_and_is_removed(fresh: Room) -> None:
    await claim(fresh)
    code = code_in(text_of((await fresh.messages(ANA))[-1]))
    await fresh.box.people.promote("ana", "tram", "news", ["post_messages", "edit_messages", "delete_messages"])
    await fresh.box.people.send("ana", "tram", "/connect wrongcode")
    await fresh.box.people.send("ana", "tram", f"/connect {code}")
    card = text_of(await fresh.answer(ANA, words="is connected"))
    assert "Tram <News>" in card and "comments group" in card
    (channel,) = await known(fresh)
    assert (channel.name, channel.linked_chat_id) == ("tram-news", -1001000000005)
    assert [text_of(m) for m in await fresh.posts("tram")] == ["/connect wrongcode"]
    await fresh.box.people.send("ana", "tram", f"/connect {code}")  # spent


async def test_who_makes_the_bot_an_administrator_is_asked_about_it(fresh: Room) -> None:
    await claim(fresh)
    await fresh.box.people.share("ana", "news", "demo")
    await fresh.answer(ANA, words="is connected")
    await fresh.box.people.promote("ana", "tech", "news", ["post_messages"])  # was one already: no news
    await fresh.box.people.promote("ana", "tram", "news", ["post_messages", "edit_messages", "delete_messages"])
    card = await fresh.answer(ANA, words="made me an administrator of")
    assert buttons_of(card) == [["Use it", "Leave it"]]
    await fresh.box.people.press("ana", "news", card["message_id"], text="Use it")
    await fresh.message("1000001:5011", card["message_id"], "is connected")
    assert {c.name for c in await known(fresh)} == {"demonews", "tram-news"}


async def test_leave_it_leaves_and_a_second_press_says_so(fresh: Room) -> None:
    await claim(fresh)
    async with fresh.parts.db.write() as tx:
        await people.give_role(tx, bot_id=1000001, user_id=SAM, role=Role.OWNER, now=_now())
    await fresh.box.people.share("ana", "news", "demo")
    await fresh.answer(ANA, words="is connected")
    await fresh.box.people.promote("ana", "tram", "news", ["post_messages"])
    card = await fresh.answer(ANA, words="made me an administrator of")
    other = await fresh.answer(SAM, words="made me an administrator of")
    await fresh.box.people.press("ana", "news", card["message_id"], text="Leave it")
    await fresh.message("1000001:5011", card["message_id"], "I have left")
    again = await fresh.box.people.press("sam", "news", other["message_id"], text="Leave it", wait=15)
    assert again is not None
    assert [c.name for c in await known(fresh)] == ["demonews"]


async def test_readers_may_set_up_nothing(room: Room) -> None:
    for words in ("/connect", "/channels", "/source", "/source paper.example"):
        told = text_of(await room.say("kim", words))
        assert "Only the owner" in told


async def test_an_address_becomes_a_source_whose_newest_article_is_posted(fresh: Room, paper: Any) -> None:
    await claim(fresh)
    await fresh.stop()
    fresh.stages = ("watch", "read", "compose", "deliver", "chat")
    await fresh.begin()  # a restart in the middle of it
    await fresh.box.people.share("ana", "news", "demo")
    await fresh.answer(ANA, words="is connected")
    paper.add("/a", "Tram line is extended")
    items = "".join(
        f"<item><title>{title}</title><link>{paper.url}{path}</link><guid>{paper.url}{path}</guid>"
        f"<pubDate>{_rfc822()}</pubDate></item>"
        for path, title in (("/a", "Tram line is extended"),)
    )
    paper.pages["/feed"] = f'<rss version="2.0"><channel><title>Test Paper</title>{items}</channel></rss>'
    assert "There is no source yet" in text_of(await fresh.say("ana", "/source"))
    card = await fresh.say("ana", f"/source {paper.url}/feed")
    assert "Test Paper" in text_of(card)
    assert buttons_of(card) == [["Add 1", "Add 1 and post the newest"]]
    await fresh.box.people.press("ana", "news", card["message_id"], text="Add 1 and post the newest")
    await fresh.message("1000001:5011", card["message_id"], "is added")

    async def posted() -> Any:
        return [m for m in await fresh.posts() if "Tram line is extended" in text_of(m)]

    assert len(await fresh.until(posted)) == 1
    async with fresh.parts.db.read() as tx:
        (source,) = await sources.every(tx)
        (rule,) = await rules.every(tx)
    assert rule.channels == ("demonews",)
    assert source.title == "Test Paper"
    assert "Test Paper" in text_of(await fresh.say("ana", "/source"))
    again = await fresh.say("ana", f"/source {paper.url}/feed")
    await fresh.box.people.press("ana", "news", again["message_id"], text="Add 1")
    asked = await fresh.message("1000001:5011", again["message_id"], "You watch this already")
    assert buttons_of(asked) == [["Add it a second time"]]
    await fresh.box.people.press("ana", "news", again["message_id"], text="Add it a second time")
    await fresh.message("1000001:5011", again["message_id"], "is added")
    async with fresh.parts.db.read() as tx:
        one, two = await sources.every(tx)
    assert (one.url, one.options) == (two.url, {}) and two.options == {"same_address": True}
    assert len(await fresh.until(posted)) == 1


async def test_nothing_to_watch_and_wrong_addresses_are_told(room: Room, paper: Any) -> None:
    assert "SW-N" in text_of(await room.say("ana", "/source ftp://paper.example/x"))
    told = text_of(await room.say("ana", f"/source {paper.url}/nothing"))
    assert "SW-" in told
    assert "no source yet" in text_of(await room.say("ana", "/source"))


async def test_with_several_channels_a_source_asks_where_to(room: Room, paper: Any) -> None:
    paper.pages["/feed"] = (
        '<rss version="2.0"><channel><title>Two</title><item><title>A</title><link>https://a.example/1</link></item>'
        "</channel></rss>"
    )
    card = await room.say("ana", f"/source {paper.url}/feed")
    await room.box.people.press("ana", "news", card["message_id"], text="Add 1")
    where = await room.message("1000001:5011", card["message_id"], "Where do the new articles")
    assert buttons_of(where) == [["Demo News"], ["Demo <Tech>"], ["To every channel"]]
    await room.box.people.press("ana", "news", card["message_id"], text="To every channel")
    await room.message("1000001:5011", card["message_id"], "is added")
    async with room.parts.db.read() as tx:
        (rule,) = await rules.every(tx)
    assert set(rule.channels) == {"demo", "tech"}


async def test_channels_are_listed_checked_paused_and_removed(room: Room) -> None:
    card = await room.say("ana", "/channels")
    assert "Demo News" in text_of(card) and "posting" in text_of(card)
    place, at = card["message_id"], "1000001:5011"

    async def press(button: str, then: str) -> str:
        await room.box.people.press("ana", "news", place, text=button)
        return text_of(await room.message(at, place, then))

    await press("Demo News", "Time zone: UTC")
    await press("Check my rights", "Time zone: UTC")
    assert "Ana paused it" in await press("Pause", "is paused")
    (demo,) = [c for c in await known(room) if c.name == "demo"]
    assert demo.paused_at is not None
    await press("Go on", "Template: share")
    await press("Remove", "0 waiting posts go too")
    await press("Cancel", "Time zone")
    await press("Remove", "0 waiting posts go too")
    assert "Demo News" not in await press("Remove", "Channels")
    assert [c.name for c in await known(room)] == ["tech"]
    async with room.parts.db.read() as tx:
        done = [d.what for d in await audit.latest(tx, bot_id=1000001)]
    assert done == ["channel-removed", "channel-resumed", "channel-paused"]


async def test_what_the_file_decides_is_not_removed_in_chat(room: Room) -> None:
    async with room.parts.db.write() as tx:
        for channel in await channels.every(tx):
            await channels.change(tx, channel.id, owner="file")
    card = await room.say("ana", "/channels")
    await room.box.people.press("ana", "news", card["message_id"], text="Demo News")
    seen = text_of(await room.message("1000001:5011", card["message_id"], "Time zone"))
    assert "[channels.demo]" in seen and "sharewire config apply" in seen
    pressed = await room.box.people.press("ana", "news", card["message_id"], text="Remove", wait=15)
    assert pressed is not None and "configuration file" in str(pressed)
    pressed = await room.box.people.press("ana", "news", card["message_id"], text="Pause", wait=15)
    assert pressed is not None and "configuration file" in str(pressed)
    async with room.parts.db.read() as tx:
        assert [channel.paused_at for channel in await channels.every(tx)] == [None, None]
    assert len(await known(room)) == 2


async def test_an_owner_exists_before_anybody_is_offered_it(context: Context, box: Box) -> None:
    assert await offer_ownership(context) is not None
    async with context.db.write() as tx:
        await people.give_role(tx, bot_id=1000001, user_id=KIM, role=Role.OWNER, now=_now())
    assert await offer_ownership(context) is None


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def _rfc822() -> str:
    from email.utils import format_datetime

    return format_datetime(_now())
