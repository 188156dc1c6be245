"""Channels on both databases: added, found by whatever people type, paused, moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select

from bot.errors import Problem
from bot.model import Actions, Channel, Preview
from bot.store import channels
from bot.store.database import Database
from bot.store.schema import bots

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DEMO = Channel(id=0, bot_id=7, name="demo", address="@demonews", title="Demo News", options={"utm": True})
PROBLEM = Problem(code="SW-T403", title="No.", cause="Because.", fix="Do.")


async def test_a_channel_is_added_once_and_changed_by_its_name(db: Database) -> None:
    async with db.write() as tx:
        first = await channels.put(tx, DEMO, now=NOW)
        again = await channels.put(tx, replace(DEMO, actions=Actions.NONE, title=None, preview=Preview.SMALL), now=NOW)
        assert first.options == {"utm": True}
        assert again == replace(first, actions=Actions.NONE, preview=Preview.SMALL)
        assert await channels.every(tx) == (again,)
        assert await channels.every(tx, bot_id=8) == ()


async def test_a_channel_is_found_by_whatever_people_type(db: Database) -> None:
    async with db.write() as tx:
        demo = await channels.put(tx, replace(DEMO, chat_id=-1001234, username="demonews"), now=NOW)
        for words in ("demo", "@demonews", "demonews", "-1001234", " demo "):
            assert await channels.find(tx, words) == demo
        assert await channels.find(tx, "else") is None
        assert await channels.find(tx, "demo", bot_id=8) is None
        assert await channels.get(tx, demo.id) == demo and await channels.get(tx, 999) is None
        assert await channels.ids_by_name(tx, bot_id=7) == {"@demonews": "-1001234"}


async def test_a_pause_has_a_reason_that_people_can_read(db: Database) -> None:
    async with db.write() as tx:
        demo = await channels.put(tx, DEMO, now=NOW)
        await channels.pause(tx, demo.id, problem=PROBLEM, now=NOW)
        paused = await channels.get(tx, demo.id)
        assert paused is not None and paused.paused_at == NOW and "SW-T403" in (paused.pause_reason or "")
        assert await channels.waiting_count(tx, demo.id) == 0


async def test_a_group_that_became_a_supergroup_has_its_new_id(db: Database) -> None:
    async with db.write() as tx:
        group = await channels.put(tx, replace(DEMO, name="group", address="-5"), now=NOW)
        named = await channels.put(tx, replace(DEMO, chat_id=-6), now=NOW)
        await channels.move(tx, bot_id=7, old="-5", new=-1005)
        await channels.move(tx, bot_id=7, old="@demonews", new=-1006)
        moved, kept = await channels.get(tx, group.id), await channels.get(tx, named.id)
        assert moved is not None and (moved.chat_id, moved.address) == (-1005, "-1005")
        assert kept is not None and (kept.chat_id, kept.address) == (-1006, "@demonews")


async def test_a_channel_can_be_changed_and_removed(db: Database) -> None:
    async with db.write() as tx:
        demo = await channels.put(tx, DEMO, now=NOW)
        await channels.change(tx, demo.id, linked_chat_id=-99, protected=True)
        changed = await channels.named(tx, "demo")
        assert changed is not None and changed.linked_chat_id == -99 and changed.protected
        await channels.remove(tx, demo.id)
        assert await channels.named(tx, "demo") is None


async def test_a_bot_is_remembered(db: Database) -> None:
    async with db.write() as tx:
        await channels.meet_bot(tx, bot_id=7, username="demo_bot", name="Demo", now=NOW)
        await channels.meet_bot(tx, bot_id=7, username="demo_bot", name="Demo News", now=NOW)
        rows = (await tx.execute(select(bots.c.bot_id, bots.c.username, bots.c.name))).all()
    assert [tuple(row) for row in rows] == [(7, "demo_bot", "Demo News")], "once, by its newest name"
