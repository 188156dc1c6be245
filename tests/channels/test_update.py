"""An update while the older version sends (chaos list, ch-12): no post is lost, doubled or out of order."""

from __future__ import annotations

import ast
import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.channels.deliver import Delivery
from bot.channels.pace import Rates
from bot.channels.sender import Tuning
from bot.errors import StoreError
from bot.store import upgrade
from bot.store.database import open_database

SLOW = Rates(bot=900, chat_gap=0.03, group_count=10_000)
TUNING = Tuning(patience=0.3, refresh=0.05)
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("posts", sa.Column("mood", sa.Text(), nullable=True))
    op.create_index("ix_posts_mood", "posts", ["mood"])
    op.create_table("moods", sa.Column("name", sa.Text(), primary_key=True))
"""


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The migrations of a version that knows one more."""
    folder = tmp_path / "newer"
    shutil.copytree(upgrade.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "next.py").write_text(NEXT.format(before=upgrade.head_revision()))
    return folder


async def test_an_update_while_the_older_version_sends_loses_and_doubles_nothing(desk: Any, newer: Path) -> None:
    older = Delivery(desk.db, desk.telegram, rates=SLOW, tuning=TUNING)
    texts = [f"news {n}" for n in range(30)]
    await desk.posts(texts)
    sending = asyncio.create_task(older.once(desk.now()))
    async with asyncio.timeout(60):
        while len(desk.texts()) < 5:
            await asyncio.sleep(0.01)
        if desk.db.is_sqlite:
            await refused(desk, newer)
            await asyncio.sleep(0.2)
            await stopped(older, sending, desk)
        async with open_database(desk.db.url, scripts=newer) as db:
            stage = Delivery(db, desk.telegram, rates=SLOW, tuning=TUNING)
            if not desk.db.is_sqlite:
                assert not await stage.open(desk.now()), "it stands by"
                seen = len(desk.texts())
                while len(desk.texts()) < seen + 5:  # the older one goes on with the newer tables
                    await asyncio.sleep(0.01)
                await stopped(older, sending, desk)
            assert await stage.open(desk.now())
            async with asyncio.timeout(60):
                while len(desk.texts()) < len(texts):
                    await stage.once(desk.now())
            await stage.close(desk.now())
    assert desk.texts() == texts
    with pytest.raises(StoreError) as told:
        async with open_database(desk.db.url):
            raise AssertionError("must not open")
    assert told.value.problem.code == "SW-D04" and "next" in told.value.problem.title


async def stopped(older: Delivery, sending: asyncio.Task[int], desk: Any) -> None:
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await older.close(desk.now())


async def refused(desk: Any, newer: Path) -> None:
    before = desk.db.path.stat().st_ino
    with pytest.raises(StoreError) as told:
        async with open_database(desk.db.url, scripts=newer):
            raise AssertionError("must not open")
    assert told.value.problem.code == "SW-D06" and "process" in told.value.problem.cause
    assert not (desk.db.path.parent / "backups").exists() and desk.db.path.stat().st_ino == before


MAY = {"create_table", "create_index", "add_column", "execute", "get_bind", "f"}


@pytest.mark.parametrize(
    "script", [path.name for path in sorted((upgrade.MIGRATIONS / "versions").glob("0*.py")) if path.name[:4] > "0001"]
)
def test_a_migration_only_adds_so_that_the_version_before_can_go_on(script: str) -> None:
    tree = ast.parse((upgrade.MIGRATIONS / "versions" / script).read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    for call in calls:
        assert isinstance(call.func, ast.Attribute)
        if isinstance(call.func.value, ast.Name) and call.func.value.id == "op":
            assert call.func.attr in MAY, f"{script} calls op.{call.func.attr}"
            if call.func.attr == "add_column":
                column = call.args[1]
                given = {keyword.arg for keyword in column.keywords} if isinstance(column, ast.Call) else set()
                assert given & {"nullable", "server_default"}, f"{script} adds a column that older ones do not fill"
