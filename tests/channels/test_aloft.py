"""A sender that was killed leaves a note of the calls that were in the air, so that only those are in doubt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.channels import aloft
from bot.channels.aloft import Notes
from bot.channels.deliver import Delivery
from bot.channels.lease import hold_lease
from bot.channels.pace import Rates
from bot.channels.sender import Tuning
from bot.model import Outcome, PostState
from bot.store import outbox
from bot.store.recovery import Aloft
from tests.channels.conftest import BOT, Desk

HURRY = Rates(bot=900, chat_gap=0.01, group_count=10_000)
KILLED = """
import os, signal, sys
from pathlib import Path
from bot.channels.aloft import Notes
notes = Notes.open(Path(sys.argv[1]), epoch=7, places=4)
for post in (11, 12, 13):
    assert notes.leave(post, 2)
notes.answered(12, 900)
notes.land(13)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_in_the_air_outlives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "x.aloft"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False, cwd=Path(__file__).parents[2])
    assert killed.returncode == -9
    assert aloft.read(path) == Aloft(epoch=7, calls={(11, 2): None, (12, 2): 900})


def test_without_a_place_a_call_must_not_be_made_and_places_are_used_again(tmp_path: Path) -> None:
    notes = Notes.open(tmp_path / "x.aloft", epoch=1, places=2)
    assert notes.leave(1, 1) and notes.leave(2, 1) and not notes.leave(3, 1)
    notes.land(1)
    notes.land(1)
    assert notes.leave(3, 1) and aloft.read(tmp_path / "x.aloft") == Aloft(epoch=1, calls={(3, 1): None, (2, 1): None})
    notes.close()


def test_a_note_of_before_the_machine_started_or_of_nobody_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.aloft"
    assert aloft.read(None) is None and aloft.read(path) is None
    Notes.open(path, epoch=1, places=2).close()
    data = path.read_bytes()
    path.write_bytes(bytes(16) + data[16:])
    assert aloft.read(path) is None, "another boot"
    path.write_bytes(data[:30])
    assert aloft.read(path) is None
    nowhere = Notes.open(tmp_path / "no" / "folder", epoch=1, places=2)
    assert nowhere.leave(1, 1), "then the database's word stands"
    nowhere.answered(1, 5)
    nowhere.land(1)


async def died(desk: Desk, tmp_path: Path, *, epoch: int = 0) -> list[int]:
    """A sender claimed four posts; of the first nothing was made, the second was in the air, the third was answered,
    the fourth was in the air at an earlier attempt only."""
    ids = await desk.posts(["one", "two", "three", "four"])
    async with hold_lease(desk.db, bot_id=BOT, folder=tmp_path) as lease:
        async with desk.db.write() as tx:
            await outbox.claim(tx, bot_id=BOT, ids=ids, epoch=lease.epoch, now=desk.now())
        notes = Notes.open(lease.aloft, epoch=epoch or lease.epoch, places=8)
        for post, attempt in ((ids[1], 1), (ids[2], 1), (ids[3], 7)):
            assert notes.leave(post, attempt)
        notes.answered(ids[2], 77)
    return ids


def successor(desk: Desk, tmp_path: Path) -> Delivery:
    return Delivery(desk.db, desk.telegram, rates=HURRY, tuning=Tuning(patience=0.3, refresh=0.05), folder=tmp_path)


async def test_what_was_not_in_the_air_waits_again_and_what_was_answered_is_sent(desk: Any, tmp_path: Path) -> None:
    await desk.post("before")
    first = successor(desk, tmp_path)
    await first.once(desk.now())
    await first.close(desk.now())
    ids = await died(desk, tmp_path)
    stage = successor(desk, tmp_path)
    await stage.open(desk.now())
    found = [await desk.look(id) for id in ids]
    assert [post.state for post in found] == [
        PostState.QUEUED, PostState.UNKNOWN, PostState.SENT, PostState.QUEUED,
    ]  # fmt: skip
    assert (found[2].remote_id, found[2].remote_url) == ("77", "https://t.me/demonews/77")
    assert [await outcome_of(desk, id) for id in ids] == [
        Outcome.NOT_SENT, Outcome.UNKNOWN, Outcome.SENT, Outcome.NOT_SENT,
    ]  # fmt: skip
    await stage.close(desk.now())


@pytest.mark.parametrize("why", ["another epoch", "a copy"])
async def test_a_note_that_is_not_of_this_ledger_counts_for_nothing(desk: Any, tmp_path: Path, why: str) -> None:
    """Beside a database that was put back everything may have gone out since."""
    await desk.post("before")
    first = successor(desk, tmp_path)
    await first.once(desk.now())
    await first.close(desk.now())
    ids = await died(desk, tmp_path, epoch=99 if why == "another epoch" else 0)
    if why == "a copy":
        (memory,) = [*desk.db.path.parent.glob("*.lock")] if desk.db.is_sqlite else [*tmp_path.glob("*.epoch")]
        lines = memory.read_text().splitlines()
        memory.write_text("\n".join([*lines[:2], "999999", ""]))
    stage = successor(desk, tmp_path)
    await stage.open(desk.now())
    assert [(await desk.look(id)).state for id in ids] == [PostState.UNKNOWN] * 4
    await stage.close(desk.now())


async def outcome_of(desk: Desk, post_id: int) -> str | None:
    from sqlalchemy import select

    from bot.store.schema import deliveries

    async with desk.db.read() as tx:
        query = select(deliveries.c.outcome).where(deliveries.c.post_id == post_id).order_by(deliveries.c.attempt)
        return list((await tx.execute(query)).scalars())[-1]
