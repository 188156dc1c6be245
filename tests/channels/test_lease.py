"""One sender at a time: one set of tests for the file lock and for the lease row."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text, update

from bot.channels.deliver import Delivery
from bot.channels.lease import LeaseLostError, hold_lease
from bot.channels.pace import Rates
from bot.channels.sender import Tuning
from bot.errors import AlreadyRunning
from bot.model import PostState
from bot.store import leases
from bot.store.columns import from_millis
from bot.store.database import Database, open_database
from bot.store.schema import leases as table

BOT = 1000001
DEMO = -1001000000001
HURRY = Rates(bot=900, chat_gap=0.01, group_count=10_000)
QUICK = Tuning(patience=1.0, refresh=0.05)
ROOT = Path(__file__).parents[2]


async def test_a_second_sender_is_refused_at_once_and_told_by_whom(db: Database) -> None:
    async with hold_lease(db, bot_id=BOT) as first:
        assert first.epoch == 1
        started = time.monotonic()
        with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}") as refused:
            async with hold_lease(db, bot_id=BOT):
                pass
        assert time.monotonic() - started < 10 and refused.value.exit_code == 5
        async with hold_lease(db, bot_id=2):  # another bot is another sender
            pass
    async with hold_lease(db, bot_id=BOT) as again:
        assert again.epoch == 2


async def test_an_old_epoch_can_neither_claim_nor_record(postgres_url: str) -> None:
    async with open_database(postgres_url) as db:
        short = timedelta(seconds=0.5)
        async with hold_lease(db, bot_id=BOT, lasts=short) as old:
            async with db.write() as tx:
                await tx.execute(update(table).values(epoch=9))
            with pytest.raises(LeaseLostError):
                async with db.write() as tx:
                    await old.hold(tx)


async def until(db: Database) -> datetime:
    async with db.read() as tx:
        lease = await leases.current(tx, name=f"sender:{BOT}")
    assert lease is not None
    return lease.expires_at


async def test_a_lease_is_kept_while_its_holder_lives(postgres_url: str) -> None:
    async with open_database(postgres_url) as db:
        async with hold_lease(db, bot_id=BOT, lasts=timedelta(seconds=3)) as held:
            first = await until(db)
            async with asyncio.timeout(30):
                while await until(db) <= first:
                    await asyncio.sleep(0.05)
            held.check()
            async with db.write() as tx:
                await held.hold(tx)
        async with db.read() as tx:
            given_back = await leases.current(tx, name=f"sender:{BOT}")
            assert given_back is not None and given_back.expires_at <= await leases.database_now(tx)


async def test_a_holder_that_slept_past_its_lease_sends_nothing(postgres_url: str) -> None:
    slept = 0.0
    async with (
        open_database(postgres_url) as db,
        hold_lease(db, bot_id=BOT, clock=lambda: time.monotonic() + slept) as held,
    ):
        held.check()
        slept = 60.0
        with pytest.raises(LeaseLostError):
            held.check()


async def test_a_lost_renewal_ends_the_lease(postgres_url: str) -> None:
    """The clock stands: it does not run out by itself."""
    brief = timedelta(seconds=0.6)
    async with (
        open_database(postgres_url) as db,
        hold_lease(db, bot_id=BOT, lasts=brief, clock=lambda: 0.0) as held,
    ):
        async with db.write() as tx:
            await tx.execute(update(table).values(epoch=7))
        async with asyncio.timeout(30):
            with pytest.raises(LeaseLostError):
                while True:
                    held.check()
                    await asyncio.sleep(0.05)


async def test_a_database_that_is_away_does_not_end_the_lease_before_its_time(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """No statement about leases succeeds while their table has another name."""
    now = 0.0
    brief = timedelta(seconds=0.6)
    async with open_database(postgres_url) as db:
        async with hold_lease(db, bot_id=BOT, lasts=brief, clock=lambda: now) as held:
            async with db.write() as tx:
                await tx.execute(text("ALTER TABLE leases RENAME TO away"))
            async with asyncio.timeout(30):
                while caplog.text.count("lease not renewed") < 2:
                    await asyncio.sleep(0.05)
            held.check()
            now = brief.total_seconds()
            with pytest.raises(LeaseLostError):
                held.check()
        async with db.write() as tx:
            await tx.execute(text("ALTER TABLE away RENAME TO leases"))


async def test_a_standby_takes_over_and_finds_what_was_left(desk: Any) -> None:
    first = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=QUICK)
    await desk.post("one")
    assert await first.once(desk.now()) == 1
    second = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=QUICK)
    if desk.db.is_sqlite:
        with pytest.raises(AlreadyRunning):
            await second.open(desk.now())
    else:
        await desk.post("two")
        assert await second.once(desk.now()) == 0 and await second.once(desk.now()) == 0
        assert not second.is_sending
    await first.close(desk.now())
    await desk.post("three")
    assert await second.once(desk.now()) >= 1 and second.is_sending
    await second.close(desk.now())
    assert desk.texts()[-1] == "three"


async def test_a_sender_that_lost_its_lease_stops_and_records_nothing(desk: Any) -> None:
    if desk.db.is_sqlite:
        return  # a file lock is lost only with its process
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=QUICK)
    await stage.open(desk.now())
    post = await desk.post("one")
    desk.fault("delay", seconds=0.5)
    running = asyncio.create_task(stage.once(desk.now()))
    while not desk.box.world.journal.entries:
        await asyncio.sleep(0.01)
    async with desk.db.write() as tx:
        await tx.execute(update(table).values(epoch=50, expires_at=from_millis(0)))
    assert await running == 0 and not stage.is_sending
    assert (await desk.look(post)).state is PostState.SENDING
    assert await stage.once(desk.now()) == 0  # the sender again, at epoch 51: what was left is unknown
    assert (await desk.look(post)).state is PostState.UNKNOWN
    await stage.close(desk.now())


async def test_a_frozen_sender_leaves_the_rest_to_another(desk: Any) -> None:
    """SIGSTOP longer than the lease, take-over, SIGCONT: nothing lost, nothing doubled."""
    if desk.db.is_sqlite:
        return
    await desk.post("first")
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=QUICK)
    await stage.once(desk.now())
    await stage.close(desk.now())
    await desk.posts([f"news {n}" for n in range(30)])
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, desk.db.url, desk.box.url, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(40):
            while len(desk.texts()) < 5:
                await asyncio.sleep(0.01)
        worker.send_signal(signal.SIGSTOP)
        await asyncio.sleep(2.2)
        tuning = Tuning(patience=3.0, refresh=0.05, settle=timedelta(seconds=0.5), audit_chat=5011)
        other = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=tuning)
        await other.once(desk.now())
        worker.send_signal(signal.SIGCONT)
        await asyncio.sleep(0.5)
        await other.once(desk.now())
        await other.close(desk.now())
    finally:
        worker.kill()
        await worker.wait()
    assert desk.texts() == ["first", *[f"news {n}" for n in range(30)]]


WORKER = """
import sys
from bench._workload import Job, run_sender
run_sender(Job(database=sys.argv[1], base_url=sys.argv[2], lasts=1.5, chat_gap=0.05, settle=60))
"""


async def test_a_lease_that_runs_out_while_it_is_taken_leaves_a_standby(desk: Any) -> None:
    """The machine stood still between the lease and the first look at the outbox."""
    if desk.db.is_sqlite:
        return
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=QUICK, lasts=timedelta(milliseconds=1))
    post = await desk.post("waits")
    assert not await stage.open(desk.now()) and not stage.is_sending
    assert await stage.once(desk.now()) == 0
    await stage.close(desk.now())
    assert (await desk.look(post)).state is PostState.QUEUED


async def test_whatever_a_frozen_sender_holds_is_free_when_its_lease_is_over(desk: Any, postgres_url: str) -> None:
    """Frozen between two statements, it keeps its locks: so each of its transactions that writes has a limit."""
    if desk.db.is_sqlite:
        return
    seen: dict[int, list[str]] = {}
    ended: list[list[str]] = []

    def begins(connection: Any) -> None:
        seen[id(connection.connection.dbapi_connection)] = []

    def says(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.setdefault(id(connection.connection.dbapi_connection), []).append(statement)

    def ends(connection: Any) -> None:
        ended.append(seen.pop(id(connection.connection.dbapi_connection), []))

    engine = desk.db._engine.sync_engine
    for name, listener in {"begin": begins, "before_cursor_execute": says, "commit": ends}.items():
        event.listen(engine, name, listener)
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=QUICK)
    await desk.post("one")
    await stage.once(desk.now())
    await stage.close(desk.now())
    shared = ("INSERT INTO leases", "UPDATE leases", "INSERT INTO facts", "UPDATE facts")
    kept = [one for one in ended if any(words.startswith(shared) for words in one)]
    assert len(kept) >= 5
    for one in kept:
        assert any("set_config" in words for words in one), one
