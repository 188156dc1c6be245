"""A six-hour-old backup is put back: nothing goes out unasked, and nothing that the channel has comes a second time."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from bot.app import make_press
from bot.articles import read
from bot.backups import packing, restoring
from bot.backups.places import Places
from bot.channels import catchup
from bot.channels.catchup import Choice
from bot.channels.deliver import Delivery
from bot.channels.pace import Rates
from bot.channels.reconcile import Limits
from bot.channels.sender import Tuning
from bot.model import PostState
from bot.posts import compose
from bot.sandbox import Box
from bot.sandbox.world import World
from bot.sources import watch
from bot.store import channels, notices, posts, sources
from bot.store.database import Database, open_database
from bot.store.schema import metadata
from tests.backups.rows import everything
from tests.flow.conftest import WORLD, House, Paper, furnish, house_of

BOT = 1000001
HURRY = Rates(bot=900, chat_gap=0.01, group_count=10_000)
QUICK = Tuning(audit_chat=5011, looks=Limits(gap=0.0))
Restore = Callable[[], Awaitable[None]]


@pytest.fixture
def world() -> World:
    return World.from_toml(WORLD.replace("flood_control = true", "flood_control = false"))


async def live(house: House, now: datetime, *, sends: bool = True) -> None:
    """What the bot does at that time."""
    parts, press = house.parts, make_press(house.parts.settings)
    async with parts.db.write() as tx:
        await sources.check_all_now(tx, now=now)
    await watch.once(parts.db, parts.web, now=now, parser=parts.parser)
    await read.once(parts.db, parts.web, now=now, parser=parts.parser)
    await compose.once(parts.db, press, now=now)
    if sends:
        delivery = Delivery(parts.db, parts.bot, rates=HURRY, tuning=Tuning(patience=0.5, refresh=0.05))
        await delivery.once(now)
        await delivery.close(now)


async def copied(db: Database, folder: Path, *, by_hand: bool = False) -> Restore:
    """A backup: ours on SQLite, or the file alone; all rows on PostgreSQL; gives what puts it back."""
    if db.path is not None and not by_hand:
        places, zipped = Places(data=folder, database=db.path, config=folder / "sharewire.toml"), folder / "copy.zip"
        await asyncio.to_thread(packing.make, places, zipped, now=datetime.now(UTC))

        rows = everything(db.path)

        async def put_back_whole() -> None:
            restoring.restore(places, zipped, now=datetime.now(UTC), agreed=lambda prepared: True)
            assert everything(places.anchor) == rows, "what was in use came back row by row"

        return put_back_whole
    if db.path is not None:
        path, copy = db.path, folder / "backup.db"
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)

        async def put_file_back() -> None:
            for suffix in ("-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            shutil.copy(copy, path)

        return put_file_back
    tables = metadata.sorted_tables
    async with db.read() as tx:
        rows = {table: (await tx.execute(select(table))).mappings().all() for table in tables}
    url = db.url

    async def load_rows() -> None:
        async with open_database(url) as other, other.write() as tx:
            await tx.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)} CASCADE"))
            for table, found in rows.items():
                if found:
                    await tx.execute(insert(table), [dict(row) for row in found])
                if "id" in table.c and found:
                    name = f"pg_get_serial_sequence('{table.name}', 'id')"
                    await tx.execute(text(f"SELECT setval({name}, (SELECT max(id) FROM {table.name}))"))

    return load_rows


async def cards(house: House) -> dict[str, notices.Notice]:
    async with house.parts.db.read() as tx:
        return {card.key: card for card in await notices.opened(tx, bot_id=BOT)}


async def test_a_backup_that_is_put_back_posts_nothing_unasked_and_nothing_twice(
    box: Box, paper: Paper, tmp_path: Path, database_url: str
) -> None:
    await put_back(Choice.ALL, box, paper, tmp_path, database_url)


async def test_a_digest_after_a_restore_holds_only_what_the_channel_has_not(
    box: Box, paper: Paper, tmp_path: Path, sqlite_url: str
) -> None:
    await put_back(Choice.DIGEST, box, paper, tmp_path, sqlite_url, by_hand=True)


async def put_back(
    choice: Choice, box: Box, paper: Paper, tmp_path: Path, database_url: str, *, by_hand: bool = False
) -> None:
    """Six hours go by after the copy was made; then the answer is given that was chosen."""
    age = timedelta(hours=6)
    then = datetime.now(UTC) - age - timedelta(minutes=10)
    minute = timedelta(minutes=1)
    async with house_of(box, paper, tmp_path, database_url, tuning=QUICK) as house:
        await furnish(house)
        paper.add("Old story", age=age + 20 * minute)
        await live(house, then)
        paper.add("Sent before the copy", age=age + 9 * minute)
        await live(house, then + minute)
        paper.add("Waiting in the copy", age=age + 8 * minute)
        await live(house, then + 2 * minute, sends=False)
        restore = await copied(house.parts.db, tmp_path, by_hand=by_hand)
        await live(house, then + 3 * minute)
        for number in range(2):
            paper.add(f"Forgotten story {number}", age=age - minute)
            await live(house, then + (number + 1) * timedelta(hours=1))
        await box.people.send("ana", "demo", "By hand")
        before = await house.texts()
        links = {item["message_id"]: f"https://t.me/demonews/{item['message_id']}" for item in await house.posts()}
    assert len(before) == 5
    await restore()
    paper.add("New story")
    async with house_of(box, paper, tmp_path, database_url, tuning=QUICK) as house:
        await house.work()
        assert await house.texts() == before, "nothing goes out unasked"
        asked = await cards(house)
        assert sorted(asked) == ["catch-up", "unremembered"]
        assert asked["catch-up"].options["count"] == 4
        number = await catchup.answer(house.parts.db, bot_id=BOT, choice=choice, now=datetime.now(UTC))
        assert number == (4 if choice is Choice.ALL else 0)
        await house.work()
        await house.work()
        after = await house.texts()
        async with house.parts.db.read() as tx:
            kept = await posts.in_state(tx, list(PostState))
    (new,) = after[len(before) :]
    assert after[: len(before)] == before and "New story" in new and "Forgotten" not in new and "Waiting" not in new
    adopted = [post for post in kept if "New story" not in post.visible_text]
    assert {post.state for post in adopted} == {PostState.SENT}
    assert {post.remote_url for post in adopted} <= set(links.values()) and len(adopted) == 4


@pytest.mark.postgres
async def test_a_copy_of_ten_minutes_ago_is_known_for_a_copy(
    box: Box, paper: Paper, tmp_path: Path, postgres_url: str
) -> None:
    """Too short a time to be missed by the clock; there is no lock file beside PostgreSQL, and its rows tell."""
    now = datetime.now(UTC)
    async with house_of(box, paper, tmp_path, postgres_url, tuning=QUICK) as house:
        await furnish(house)
        await live(house, now - timedelta(minutes=12))
        paper.add("Sent before the copy", age=timedelta(minutes=11))
        await live(house, now - timedelta(minutes=11))
        restore = await copied(house.parts.db, tmp_path)
        paper.add("Forgotten story", age=timedelta(minutes=5))
        await live(house, now - timedelta(minutes=5))
        before = await house.texts()
    await restore()
    async with house_of(box, paper, tmp_path, postgres_url, tuning=QUICK) as house:
        await house.work()
        problem: Any = (await cards(house))["catch-up"].problem
        assert "is a copy from" in problem.cause and await house.texts() == before
        await catchup.answer(house.parts.db, bot_id=BOT, choice=Choice.ALL, now=datetime.now(UTC))
        await house.work()
        assert await house.texts() == before and len(before) == 2


async def test_a_bot_that_works_makes_a_backup_of_its_own(
    box: Box, paper: Paper, tmp_path: Path, sqlite_url: str
) -> None:
    async with house_of(box, paper, tmp_path, sqlite_url, tuning=QUICK) as house:
        async with house.parts.db.write() as tx:
            yesterday = datetime.now(UTC) - timedelta(days=1)
            await channels.meet_bot(tx, bot_id=BOT, username="news_bot", name="News", now=yesterday)
        await house.work()
        (made,) = (tmp_path / "backups").iterdir()
        assert made.name.startswith("sharewire-daily-")
        await house.work()
        assert list((tmp_path / "backups").iterdir()) == [made]
