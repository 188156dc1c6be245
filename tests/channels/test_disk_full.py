"""A full disk: nothing is sent whose intent cannot be written, the database stays whole, and later all goes on."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.channels.deliver import Delivery
from bot.channels.pace import Rates
from bot.channels.sender import Tuning
from bot.model import PostState

DEMO = -1001000000001
ROOT = Path(__file__).parents[2]
HURRY = Rates(bot=900, chat_gap=0.01, group_count=10_000)

WORKER = """
import os, resource, sys
from bench._workload import Job, run_sender
path = sys.argv[3]
size = max(os.path.getsize(path + suffix) for suffix in ("", "-wal") if os.path.exists(path + suffix))
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40_000, resource.RLIM_INFINITY))
run_sender(Job(database=sys.argv[1], base_url=sys.argv[2], until_idle=True, fragile=True))
"""


async def test_a_full_disk_stops_sending_before_the_call(desk: Any) -> None:
    if not desk.db.is_sqlite:
        return
    ids = await desk.posts([f"{n} " + "long words " * 300 for n in range(60)])
    path = str(desk.db.path)
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WORKER, f"sqlite:///{path}", desk.box.url, path),
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await worker.communicate()
    assert worker.returncode == 1 and b"OperationalError" in errors
    executed = len(desk.box.world.journal.sends)
    assert executed < 60
    begun = [id for id in ids if (await desk.look(id)).state is not PostState.QUEUED]
    assert executed <= len(begun)
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()
    tuning = Tuning(patience=3.0, refresh=0.05, settle=timedelta(seconds=0.2), audit_chat=5011)
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=tuning)
    await stage.once(desk.now())
    await stage.close(desk.now())
    numbers = [int(text.split()[0]) for text in desk.texts()]
    held = sum(state == "held" for state in await desk.states())
    assert len(numbers) == len(set(numbers)) and numbers == sorted(numbers)
    assert len(numbers) + held >= 60
