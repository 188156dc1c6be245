"""A world on disk: what survives a restart, and what a reset or a wrong file does."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import running
from bot.sandbox.state import State, StateError
from bot.sandbox.world import World
from tests.sandbox.conftest import CHANNEL, GROUP, SMALL, WORLD, Caller
from tests.sandbox.pictures import MP4, png

TOKEN = "1000001:sandbox"


async def test_messages_files_updates_and_settings_survive_a_restart(tmp_path: Path, http: Any) -> None:
    path = tmp_path / "state.db"
    async with running(World.from_toml(WORLD), state_file=path) as box:
        bot = Caller(box.url, TOKEN, http)
        keyboard = {"inline_keyboard": [[{"text": "x", "url": "https://example.com/"}]]}
        post = await bot.ok("sendMessage", chat_id=CHANNEL, text="*kept*", parse_mode="Markdown", reply_markup=keyboard)
        photo = (await bot.upload("sendPhoto", {"photo": png(99, 50)}, chat_id=str(CHANNEL), caption="c"))["result"]
        await bot.upload("sendVideo", {"video": MP4, "thumbnail": png(90, 50)}, chat_id=str(GROUP), duration="3")
        reply = await bot.ok("sendMessage", chat_id=SMALL, text="first")
        await bot.ok("sendMessage", chat_id=SMALL, text="re", reply_parameters={"message_id": reply["message_id"]})
        poll = await bot.ok("sendPoll", chat_id=GROUP, question="q", options=["a", "b"])
        await box.people.do("vote", **{"as": "sam"}, chat="talk", message_id=poll["message_id"], options=[1])
        await bot.ok("pinChatMessage", chat_id=CHANNEL, message_id=post["message_id"])
        await bot.ok("setMyCommands", commands=[{"command": "a", "description": "b"}])
        await bot.ok("setMyDescription", description="about me")
        await bot.ok("getUpdates", offset=-1, allowed_updates=["message", "callback_query"])
        await box.people.send("sam", "news", "waiting")
        await box.people.promote("ana", "talk", "sam", ["pin_messages"])
        await box.people.react("sam", "demo", post["message_id"], "🔥")
        gone = await bot.ok("sendMessage", chat_id=CHANNEL, text="gone")
        await asyncio.sleep(0.3)  # written once already
        await bot.ok("deleteMessage", chat_id=CHANNEL, message_id=gone["message_id"])
        before = {chat: await box.people.messages(chat) for chat in ("demo", "talk", "small", "1000001:5012")}
    async with running(World.from_toml(WORLD), state_file=path) as box:
        bot = Caller(box.url, TOKEN, http)
        after = {chat: await box.people.messages(chat) for chat in before}
        assert after == before
        updates = await bot.ok("getUpdates", offset=1)
        assert [u.get("message", {}).get("text") for u in updates][-2:] == ["waiting", "gone"]
        again = await bot.ok("sendPhoto", chat_id=CHANNEL, photo=photo["photo"][-1]["file_id"])
        assert again["message_id"] > gone["message_id"]
        file = await bot.ok("getFile", file_id=photo["photo"][-1]["file_id"])
        async with http.get(f"{box.url}/file/bot{TOKEN}/{file['file_path']}") as response:
            assert await response.read() == png(99, 50)
        assert await bot.ok("getMyCommands") == [{"command": "a", "description": "b"}]
        assert (await bot.ok("getChat", chat_id=CHANNEL))["pinned_message"]["text"] == "kept"
        assert (await bot.ok("getChatMember", chat_id=GROUP, user_id=5012))["status"] == "administrator"
        assert (await bot.ok("getWebhookInfo"))["allowed_updates"] == ["message", "callback_query"]
        await bot.ok("editMessageText", chat_id=CHANNEL, message_id=post["message_id"], text="edited")


async def test_topics_migrations_and_webhooks_survive_too(tmp_path: Path, http: Any) -> None:
    path = tmp_path / "state.db"
    forum = WORLD.replace('title = "Demo talk"', 'title = "Demo talk"\nforum = true\nadmins.other = {}')
    async with running(World.from_toml("clock = 1000\n" + forum), state_file=path) as box:
        other = Caller(box.url, "1000002:other", http)
        topic = await other.ok("createForumTopic", chat_id=GROUP, name="T")
        upgraded = (await box.people.do("upgrade", **{"as": "ana"}, chat="small"))["chat"]
        await other.upload("setChatPhoto", {"photo": png(200, 200)}, chat_id=str(GROUP))
        await other.ok("setWebhook", url="http://127.0.0.1:9/x", secret_token="s")
        await box.people.advance(500)
    async with running(World.from_toml("clock = 1000\n" + forum), state_file=path) as box:
        bot, other = Caller(box.url, TOKEN, http), Caller(box.url, "1000002:other", http)
        sent = await other.ok("sendMessage", chat_id=GROUP, message_thread_id=topic["message_thread_id"], text="x")
        assert sent["date"] == 1500 and sent["is_topic_message"]
        answer = await bot("sendMessage", chat_id=SMALL, text="x")
        assert answer["parameters"] == {"migrate_to_chat_id": upgraded["id"]}
        await bot.ok("sendMessage", chat_id=upgraded["id"], text="x")
        assert (await other.ok("getWebhookInfo"))["url"] == "http://127.0.0.1:9/x"
        assert "photo" in await other.ok("getChat", chat_id=GROUP)


async def test_a_reset_empties_the_file(tmp_path: Path, http: Any) -> None:
    path = tmp_path / "state.db"
    async with running(World.from_toml(WORLD), state_file=path) as box:
        bot = Caller(box.url, TOKEN, http)
        await bot.ok("sendMessage", chat_id=CHANNEL, text="x")
        await asyncio.sleep(0.3)
        await box.people.reset()
    async with running(World.from_toml(WORLD), state_file=path) as box:
        assert await box.people.messages("demo") == []


def test_a_file_that_is_no_state_or_too_new_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(b"this is no database, but long enough to look like something" * 20)
    with pytest.raises(StateError, match="cannot be used as a state file"):
        State(wrong, World.from_toml(WORLD))
    newer = tmp_path / "newer.db"
    State(newer, World.from_toml(WORLD)).close()
    with sqlite3.connect(newer) as db:
        db.execute("UPDATE rows SET body = ? WHERE kind = 'world'", [json.dumps({"version": 99})])
    db.close()
    with pytest.raises(StateError, match="version 99"):
        State(newer, World.from_toml(WORLD)).load()


def test_what_the_world_file_no_longer_has_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    State(path, World.from_toml(WORLD)).close()
    state = State(path, World.from_toml("[bots.mine]\n"))
    assert state.load()
    state.close()
