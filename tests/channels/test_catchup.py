"""After a gap nothing goes out unasked; one card asks, and what was chosen happens."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from bot.channels import catchup, queue
from bot.channels.catchup import Choice
from bot.channels.deliver import Delivery
from bot.channels.lease import Nap
from bot.channels.pace import Rates
from bot.channels.reconcile import Limits
from bot.channels.sender import Tuning
from bot.model import Lane, PostState
from bot.store import audit, gaps, notices
from bot.store.database import open_database

BOT = 1000001
DEMO = -1001000000001
HURRY = Rates(bot=900, chat_gap=0.01, group_count=10_000)
THREE_DAYS = timedelta(days=3)


def stage(desk: Any, db: Any = None) -> Delivery:
    tuning = Tuning(patience=3.0, refresh=0.05, settle=timedelta(seconds=0.2), audit_chat=5011)
    return Delivery(db or desk.db, desk.telegram, rates=HURRY, tuning=tuning)


async def cards(desk: Any) -> dict[str, notices.Notice]:
    async with desk.db.read() as tx:
        return {card.key: card for card in await notices.opened(tx, bot_id=BOT)}


async def away(desk: Any, count: int = 6) -> Delivery:
    """One post was sent; three days later the bot is back, and `count` posts wait."""
    first = stage(desk)
    await desk.post("before")
    await first.once(desk.now())
    await first.close(desk.now())
    await desk.posts([f"news {n}" for n in range(count)])
    back = stage(desk)
    assert await back.once(desk.now() + THREE_DAYS) == 0
    return back


@pytest.mark.parametrize(
    ("choice", "texts"),
    [
        (Choice.NONE, []),
        (Choice.NEWEST, ["news 3", "news 4", "news 5"]),
        (Choice.DIGEST, []),
        (Choice.ALL, [f"news {n}" for n in range(6)]),
    ],
)
async def test_a_long_pause_asks_one_question_and_does_what_is_chosen(
    desk: Any, choice: Choice, texts: list[str]
) -> None:
    back = await away(desk)
    later = desk.now() + THREE_DAYS
    assert desk.texts() == ["before"]
    card = (await cards(desk))["catch-up"]
    assert card.options == {"choices": ["none", "newest", "digest", "all"], "count": 6} and card.count == 1
    assert card.problem.title.startswith("6 posts wait since") and "3 days" in card.problem.cause
    assert await catchup.answer(desk.db, bot_id=BOT, choice=choice, now=later) == len(texts)
    assert await catchup.answer(desk.db, bot_id=BOT, choice=choice, now=later) == 0
    assert "catch-up" not in await cards(desk)
    await back.once(later)
    await back.close(later)
    assert desk.texts() == ["before", *texts]
    codes = {(await desk.look(id)).problem_code for id in range(2, 8)} - {None}
    assert codes == {
        Choice.NONE: {"SW-T441"}, Choice.NEWEST: {"SW-T441"}, Choice.DIGEST: {"SW-T443"}, Choice.ALL: set(),
    }[choice]  # fmt: skip


async def test_what_people_ask_for_goes_out_meanwhile(desk: Any) -> None:
    back = await away(desk)
    await desk.post("by hand", lane=Lane.MANUAL)
    await back.once(desk.now() + THREE_DAYS)
    await back.close(desk.now() + THREE_DAYS)
    assert desk.texts() == ["before", "by hand"]


async def test_a_short_pause_asks_nothing(desk: Any) -> None:
    first = stage(desk)
    await desk.post("before")
    await first.once(desk.now())
    await first.close(desk.now())
    await desk.post("after")
    again = stage(desk)
    await again.once(desk.now() + timedelta(minutes=90))
    await again.close(desk.now())
    assert desk.texts() == ["before", "after"] and await cards(desk) == {}


async def test_messages_that_the_ledger_does_not_know_are_named(desk: Any) -> None:
    first = stage(desk)
    await desk.post("before")
    await first.once(desk.now())
    await first.close(desk.now())
    await desk.box.people.send("ana", "demo", "by hand")
    back = stage(desk)
    await back.once(desk.now() + THREE_DAYS)
    await back.close(desk.now() + THREE_DAYS)
    card = (await cards(desk))["unremembered"]
    last = max(desk.box.world.chats[DEMO].messages)
    assert card.options == {"messages": {"demo": [f"https://t.me/demonews/{last}"]}}


async def test_a_gap_that_brought_nothing_closes_itself(desk: Any) -> None:
    back = await away(desk, count=0)
    later = desk.now() + THREE_DAYS
    async with desk.db.write() as tx:
        assert await gaps.opened(tx, bot_id=BOT) is not None
        kept = await catchup.notice_presence(tx, bot_id=BOT, now=later + timedelta(minutes=5), slept=timedelta(0))
        closed = await catchup.notice_presence(tx, bot_id=BOT, now=later + timedelta(minutes=20), slept=timedelta(0))
    await back.close(later)
    assert kept and not closed


async def test_a_machine_that_slept_asks_too(desk: Any) -> None:
    async with desk.db.write() as tx:
        slept = await catchup.notice_presence(tx, bot_id=BOT, now=desk.now(), slept=timedelta(hours=8))
        longer = await catchup.notice_presence(tx, bot_id=BOT, now=desk.now(), slept=timedelta(hours=12))
        gap = await gaps.opened(tx, bot_id=BOT)
    assert slept and longer and gap is not None and gap.until - gap.since > timedelta(hours=11)
    assert Nap().take() < 1


async def test_a_restored_database_sends_nothing_unasked_and_nothing_twice(desk: Any) -> None:
    """The copy is ten minutes old: one of its waiting posts was sent since, one was not."""
    if not desk.db.is_sqlite:
        return  # there the epoch lives in the database alone, and only the time of the last sender tells
    await desk.post("before")
    first = stage(desk)
    await first.once(desk.now())
    await first.close(desk.now())
    await desk.post("sent after the copy")
    copy = desk.tmp / "copy.db"
    shutil.copy(desk.db.path, copy)
    for suffix in ("-wal",):
        if (wal := desk.db.path.with_name(desk.db.path.name + suffix)).exists():
            shutil.copy(wal, copy.with_name(copy.name + suffix))
    second = stage(desk)
    await second.once(desk.now())
    await second.close(desk.now())
    lock = desk.db.path.with_name(f"{desk.db.path.name}.sender-{BOT}.lock")
    shutil.copy(lock, copy.with_name(f"{copy.name}.sender-{BOT}.lock"))
    async with open_database(f"sqlite:///{copy}") as restored:
        desk.db = restored
        await desk.post("not sent yet")
        back = stage(desk)
        assert await back.once(desk.now()) == 0
        assert desk.texts() == ["before", "sent after the copy"]
        assert "copy" in (await cards(desk))["catch-up"].problem.cause
        await catchup.answer(restored, bot_id=BOT, choice=Choice.ALL, now=desk.now())
        await back.once(desk.now())
        await back.close(desk.now())
        assert await desk.states() == [PostState.SENT] * 3
    assert desk.texts() == ["before", "sent after the copy", "not sent yet"]


async def test_a_copy_made_while_the_same_sender_was_there_is_known_for_a_copy(desk: Any) -> None:
    """Its epoch is not older: the count beside the database is."""
    if not desk.db.is_sqlite:
        return  # tests/channels/test_failover.py
    await desk.post("before")
    first = stage(desk)
    await first.once(desk.now())
    await desk.post("sent after the copy")
    copy = desk.tmp / "copy.db"
    with closing(sqlite3.connect(desk.db.path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    await first.once(desk.now())
    await first.close(desk.now())
    lock = desk.db.path.with_name(f"{desk.db.path.name}.sender-{BOT}.lock")
    shutil.copy(lock, copy.with_name(f"{copy.name}.sender-{BOT}.lock"))
    async with open_database(f"sqlite:///{copy}") as restored:
        desk.db = restored
        back = stage(desk)
        assert await back.once(desk.now()) == 0
        assert "copy" in (await cards(desk))["catch-up"].problem.cause
        await catchup.answer(restored, bot_id=BOT, choice=Choice.ALL, now=desk.now())
        await back.once(desk.now())
        await back.close(desk.now())
        assert await desk.states() == [PostState.SENT] * 2
    assert desk.texts() == ["before", "sent after the copy"]


@pytest.mark.parametrize("deed", ["sent", "cancelled"])
async def test_a_copy_that_is_a_moment_old_is_known_after_a_kill(desk: Any, deed: str) -> None:
    """Nothing is said good-bye to: the sender is killed within a second of the copy, and the copy is put back."""
    if not desk.db.is_sqlite:
        return  # there the server's own place in its log tells (tests/channels/test_failover.py)
    await desk.post("before")
    first = stage(desk)
    await first.once(desk.now())
    later = desk.now() + timedelta(hours=1)
    waiting = await desk.post("after the copy", due_at=desk.now() if deed == "sent" else later)
    copy = desk.tmp / "copy.db"
    with closing(sqlite3.connect(desk.db.path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    if deed == "cancelled":
        await queue.drop(desk.db, waiting, now=desk.now())
        async with desk.db.write() as tx:
            await audit.write_posts(tx, [waiting], what="post-cancelled", now=desk.now())
    await first.once(desk.now())
    lock = f".sender-{BOT}.lock"
    shutil.copy(f"{desk.db.path}{lock}", f"{copy}{lock}")  # as the kill left it
    shown = desk.texts()
    async with open_database(f"sqlite:///{copy}") as restored:
        desk.db = restored
        back = stage(desk)
        assert await back.once(later) == 0
        assert "copy" in (await cards(desk))["catch-up"].problem.cause
        await catchup.answer(restored, bot_id=BOT, choice=Choice.ALL if deed == "sent" else Choice.NONE, now=later)
        await back.once(later)
        await back.close(later)
    await first.close(desk.now())
    assert desk.texts() == shown == (["before", "after the copy"] if deed == "sent" else ["before"])


async def test_a_copy_older_than_a_channels_first_post_names_and_compares_what_was_posted_since(desk: Any) -> None:
    """In the copy nothing of the channel is known; people posted there before and since, and so did the bot."""
    if not desk.db.is_sqlite:
        return
    for number in range(30):
        await desk.box.people.send("ana", "demo", f"of old {number}")
    for message in desk.box.world.chats[DEMO].messages.values():
        message.date -= 7 * 86_400
    first = stage(desk)
    await first.once(desk.now())
    copy = desk.tmp / "copy.db"
    with closing(sqlite3.connect(desk.db.path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    await desk.posts(["sent since", "sent since too"])
    await first.once(desk.now())
    await first.close(desk.now())
    lock = f".sender-{BOT}.lock"
    shutil.copy(f"{desk.db.path}{lock}", f"{copy}{lock}")
    async with open_database(f"sqlite:///{copy}") as restored:
        desk.db = restored
        await desk.posts(["sent since", "new"])
        tuning = Tuning(
            patience=3.0, refresh=0.05, settle=timedelta(seconds=0.2), audit_chat=5011, looks=Limits(gap=0.0)
        )
        back = Delivery(restored, desk.telegram, rates=HURRY, tuning=tuning)
        assert await back.once(desk.now()) == 0
        named = (await cards(desk))["unremembered"].options["messages"]
        assert named == {"demo": ["https://t.me/demonews/32", "https://t.me/demonews/33"]}
        await catchup.answer(restored, bot_id=BOT, choice=Choice.ALL, now=desk.now())
        await back.once(desk.now())
        await desk.post("sent since too")
        await back.once(desk.now())
        await back.close(desk.now())
        assert await desk.states() == [PostState.SENT] * 3
    assert desk.texts()[30:] == ["sent since", "sent since too", "new"]
