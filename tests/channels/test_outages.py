"""Nothing can be sent: Telegram is out of reach, or the database takes nothing.  It is known at once wherever it can
be, nothing is lost or doubled, it goes on by itself, and one card tells afterwards what became of what waited."""

from __future__ import annotations

import asyncio
import json
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.engine import make_url

from bot.channels.deliver import Delivery
from bot.channels.outages import DATABASE, TELEGRAM, Outages, was_out, what_waited
from bot.channels.pace import Rates
from bot.channels.reach import SILENT, Reach
from bot.channels.reconcile import Limits
from bot.channels.sender import Tuning
from bot.errors import StoreError, TelegramUnreachable
from bot.model import PostState
from bot.store import facts, failures, notices, outages
from bot.store.database import Database, open_database
from bot.store.notices import Notice
from bot.store.outages import Note, Waited
from bot.store.schema import posts
from tests.channels.conftest import BOT, SECOND, Desk

HURRY = Rates(bot=900, chat_gap=0.01, group_count=10_000)
TUNING = Tuning(
    patience=0.5, refresh=0.05, settle=timedelta(seconds=0.05), looks=Limits(gap=0.0, again=0.02), back_off=(0.02,),
    audit_chat=5011,
)  # fmt: skip
HOUR = timedelta(hours=1)


def out_of_reach(desk: Desk) -> None:
    """Telegram's own proxy answers 502 to everything."""
    desk.box.world.faults.add({"action": "error", "status": 502, "times": 0})


async def opened(desk: Desk) -> list[Notice]:
    async with desk.db.read() as tx:
        return list(await notices.opened(tx, bot_id=BOT))


async def tried(stage: Delivery, desk: Desk, times: int = 3) -> None:
    for _ in range(times):
        with suppress(TelegramUnreachable):
            await stage.once(desk.now())


async def test_while_telegram_is_out_of_reach_posts_wait_and_none_becomes_doubtful_or_a_card(desk: Desk) -> None:
    """Two are out when it begins; they are looked up when it is back, however long it lasted."""
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=TUNING)
    await desk.posts(["before"])
    await desk.posts(["before"], to=SECOND)
    await stage.once(desk.now())
    out_of_reach(desk)
    await desk.posts([f"news {n}" for n in range(5)])
    await desk.posts([f"more {n}" for n in range(5)], to=SECOND)
    await tried(stage, desk)
    assert desk.telegram.reach.is_away
    async with desk.db.write() as tx:  # an hour passes
        await tx.execute(update(posts).where(posts.c.unknown_at.is_not(None)).values(unknown_at=desk.now() - HOUR))
    await tried(stage, desk)
    states = await desk.states()
    assert states.count("unknown") <= 2 and states.count("held") == 0, states
    assert states.count("queued") + states.count("unknown") == 10 and await opened(desk) == []
    desk.box.world.faults.clear()
    async with asyncio.timeout(60):
        while set(await desk.states()) != {PostState.SENT}:
            await stage.once(desk.now())
    await stage.close(desk.now())
    assert desk.texts() == ["before", *(f"news {n}" for n in range(5))]
    assert desk.texts(SECOND) == ["before", *(f"more {n}" for n in range(5))]


async def test_when_telegram_is_back_one_card_says_from_when_to_when_and_what_became_of_what_waited(
    desk: Desk,
) -> None:
    began = desk.now() - HOUR
    clock = [began]
    desk.telegram.reach.__init__(now=lambda: clock[0])  # type: ignore[misc]
    watch = Outages(desk.db, bot_id=BOT, reach=desk.telegram.reach, folder=desk.tmp)
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=TUNING)
    await desk.post("before", created_at=began - HOUR, due_at=began - HOUR)
    await stage.once(desk.now())
    async with desk.db.write() as tx:
        await tx.execute(update(posts).values(sent_at=began - HOUR))
    out_of_reach(desk)
    ids = await desk.posts([f"news {n}" for n in range(3)], due_at=began)
    await tried(stage, desk)
    assert await watch.once(began + timedelta(seconds=30)) == 0 and not watch.current, "a moment is none"
    assert await watch.once(began + timedelta(minutes=2)) == 1 and set(watch.current) == {TELEGRAM}
    (note,) = outages.read_notes(outages.notes_path(desk.tmp, BOT))
    assert (note.kind, note.since, note.problem.code) == (TELEGRAM, began, "SW-T503")
    assert await opened(desk) == [], "no message can be sent now"
    desk.box.world.faults.clear()
    clock[0] = desk.now()
    await desk.telegram.call("getMe", {})
    assert await watch.once(desk.now()) > 0 and not watch.current
    (card,) = await opened(desk)
    assert card.key.startswith(f"{TELEGRAM}:") and card.problem.code == "SW-T504"
    assert f"from {began:%H:%M}" in card.problem.title or f"{began:%Y-%m-%d %H:%M}" in card.problem.title
    assert str(card.problem.meanwhile).startswith("3 posts waited. ")
    async with desk.db.write() as tx:  # one of them is folded meanwhile
        late = {"state": PostState.CANCELLED, "problem": {"code": "SW-T420"}, "fresh_until": began + HOUR / 2}
        await tx.execute(update(posts).where(posts.c.id == ids[2]).values(**late))
    async with asyncio.timeout(60):
        while (await desk.states())[:3] != ["sent"] * 3:
            await stage.once(desk.now())
    assert await watch.once(desk.now()) == 1
    (told,) = await opened(desk)
    assert told.id == card.id and told.count == 1
    assert told.problem.meanwhile == (
        "3 posts waited. 2 went out. 1 came too late for a post of its own. The next digest takes what came too late."
    )
    assert await watch.once(desk.now()) == 0 and outages.read_notes(outages.notes_path(desk.tmp, BOT)) == ()
    await stage.close(desk.now())


def test_a_lost_call_among_answered_ones_says_nothing() -> None:
    reach = Reach()
    for _ in range(20):
        for _ in range(SILENT - 1):
            reach.failed("reset")
        assert reach.silence() is None and not reach.is_away
        reach.answered()
    assert reach.take_over() is None


def test_the_longest_of_several_silences_is_told() -> None:
    at = [datetime(2026, 3, 1, tzinfo=UTC)]
    reach = Reach(now=lambda: at[0])
    for minutes in (1, 30, 2):
        for _ in range(SILENT):
            reach.failed("no route")
        at[0] += timedelta(minutes=minutes)
        reach.answered()
    over = reach.take_over()
    assert over is not None and over.lasted == timedelta(minutes=30) and reach.take_over() is None


# ── the database ─────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def no_room(db: Database) -> Iterator[None]:
    """No file may grow: what the system says then is what a quota says."""
    assert db.path is not None
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    sizes = [path.stat().st_size for path in db.path.parent.glob(f"{db.path.name}*")]
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(4096, max(sizes)), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_database_that_takes_nothing_is_known_at_once_and_told_when_it_takes_again(desk: Desk) -> None:
    if not desk.db.is_sqlite:
        return
    watch = Outages(desk.db, bot_id=BOT, reach=desk.telegram.reach, folder=desk.tmp)
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=TUNING)
    await desk.posts([f"{n} " + "long words " * 300 for n in range(20)])
    began = desk.now()
    with no_room(desk.db):
        for _ in range(3):
            with pytest.raises(StoreError) as told:
                await stage.once(desk.now())
        sent = len(desk.texts())
        assert told.value.problem.code == "SW-D08" and desk.db.stuck is not None
        assert await watch.once(began + timedelta(minutes=1)) == 1
        assert await watch.once(began + timedelta(minutes=2)) == 0
        (note,) = outages.read_notes(outages.notes_path(desk.tmp, BOT))
        assert (note.kind, note.problem.code) == (DATABASE, "SW-D08") and str(desk.db.path) in note.problem.fix
        watch.told(DATABASE, {"5011": 77})
        with pytest.raises(StoreError):
            await stage.once(desk.now())
        assert len(desk.texts()) == sent, "nothing is sent without its intent"
    await watch.once(began + timedelta(minutes=3))
    assert desk.db.stuck is None and not watch.current
    (card,) = await opened(desk)
    assert card.problem.code == "SW-D10" and card.messages == {"5011": 77} and "waited" in str(card.problem.meanwhile)
    async with asyncio.timeout(60):
        while set(await desk.states()) != {PostState.SENT}:
            await stage.once(desk.now())
    await watch.once(began + timedelta(minutes=4))
    await stage.close(desk.now())
    numbers = [int(text.split()[0]) for text in desk.texts()]
    assert numbers == list(range(20))
    (card,) = await opened(desk)
    assert "All went out" in str(card.problem.meanwhile)


async def test_the_next_outage_within_the_hour_is_told_on_the_same_card(desk: Desk) -> None:
    reach, start = desk.telegram.reach, desk.now() - 3 * HOUR
    clock = [start]
    reach.__init__(now=lambda: clock[0])  # type: ignore[misc]
    watch = Outages(desk.db, bot_id=BOT, reach=reach)
    for minutes in (6, 30, 200):
        clock[0] += timedelta(minutes=minutes)
        for _ in range(SILENT):
            reach.failed("no route to host")
        clock[0] += timedelta(minutes=6)
        reach.answered()
        await watch.once(clock[0])
    first, second = await opened(desk)
    assert (first.count, second.count) == (2, 1) and first.problem.meanwhile == "No post waited."
    assert first.options["since"] == (start + timedelta(minutes=6)).isoformat()


async def test_what_a_killed_process_noted_is_told_by_the_next(desk: Desk) -> None:
    reach, now = desk.telegram.reach, desk.now()
    for _ in range(SILENT):
        reach.failed("no route to host")
    reach._since = now - HOUR
    await Outages(desk.db, bot_id=BOT, reach=reach, folder=desk.tmp).once(now)
    path = outages.notes_path(desk.tmp, BOT)
    size = path.stat().st_size
    reach.answered()
    await Outages(desk.db, bot_id=BOT, reach=Reach(), folder=desk.tmp).once(now + timedelta(seconds=5))
    (card,) = await opened(desk)
    assert card.options["since"] == (now - HOUR).isoformat() and size == path.stat().st_size == 4096
    assert json.loads(path.read_bytes()) == []


@pytest.mark.parametrize("left", ["", "null", "[{}]", "no JSON", '[{"kind": "x"}]'])
def test_a_note_that_cannot_be_read_is_none(left: str, tmp_path: Path) -> None:
    path = tmp_path / "note"
    path.write_text(left)
    assert outages.read_notes(path) == () == outages.read_notes(tmp_path / "none")


def test_every_card_of_an_outage_says_what_happened_one_cause_what_to_do_and_what_is_with_the_posts() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for kind in (TELEGRAM, DATABASE):
        full = failures.full("database or disk is full", make_url("sqlite:///x.db"))
        cause = was_out(Note(kind=kind, since=now - HOUR, until=now, problem=full), Waited(sent=1))
        assert all((cause.title, cause.cause, cause.fix, cause.meanwhile)) and "11:00 to 12:00" in cause.title
    assert what_waited(Waited(sent=1, doubtful=2)) == "3 posts waited. 1 went out. 2 are being looked for."


async def test_what_each_database_says_of_a_full_disk_is_told_in_words(db: Database) -> None:
    with pytest.raises(StoreError) as told:
        async with db.write() as tx:
            if db.is_sqlite:
                pages = (await tx.exec_driver_sql("PRAGMA page_count")).scalar_one()
                await tx.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
                await facts.put(tx, "large", "x" * 200_000, now=datetime.now(UTC))
            else:
                await tx.exec_driver_sql("DO $$BEGIN RAISE 'could not extend file' USING ERRCODE = '53100'; END$$")
    problem: Any = told.value.problem
    assert problem.code == "SW-D07" and problem.title == "The disk is full." and problem.meanwhile
    assert db.stuck is not None and db.works_again() is not None and db.stuck is None


class Line:
    """A line to PostgreSQL's socket that breaks, once it is told to, when a claim is committed: the server has it, and
    nobody hears so."""

    def __init__(self, target: str) -> None:
        self._target = target
        self.breaks = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_unix_connection(self._target)
        back = asyncio.create_task(self._pass_on(from_server, writer))
        self._tasks |= {task for task in (back, asyncio.current_task()) if task is not None}
        try:
            with suppress(OSError):
                await self._to_the_server(reader, to_server, from_server, back)
        finally:
            back.cancel()
            for end in (writer, to_server):
                end.close()
                with suppress(OSError):
                    await end.wait_closed()

    async def _to_the_server(self, reader: Any, to_server: Any, from_server: Any, back: asyncio.Task[None]) -> None:
        claimed = False
        while data := await reader.read(65_536):
            claimed = claimed or b"INSERT INTO deliveries" in data
            to_server.write(data)
            if self.breaks and claimed and b"COMMIT" in data:
                self.breaks = False
                back.cancel()
                await asyncio.wait([back])
                await from_server.read(65_536)
                return
            claimed = claimed and b"COMMIT" not in data and b"ROLLBACK" not in data  # of this transaction

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @staticmethod
    async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)


async def test_a_claim_whose_commit_was_not_answered_keeps_no_chat_waiting(desk: Desk) -> None:
    """Else nobody would end that attempt while its sender lives."""
    if desk.db.is_sqlite:
        return
    url = make_url(desk.db.url)
    folder = str(url.query["host"])
    with tempfile.TemporaryDirectory(prefix="line-") as near:
        line = Line(f"{folder}/.s.PGSQL.5432")
        server = await asyncio.start_unix_server(line.serve, f"{near}/.s.PGSQL.5432")
        there = url.set(drivername="postgresql").update_query_dict({"host": near})
        async with open_database(there.render_as_string(hide_password=False), migrate=False) as db:
            stage = Delivery(db, desk.telegram, rates=HURRY, tuning=TUNING)
            await desk.post("before")
            await stage.once(desk.now())
            line.breaks = True
            ids = await desk.posts(["one", "two"])
            with pytest.raises(StoreError) as told:
                await stage.once(desk.now())
            assert told.value.problem.code == "SW-D09" and not line.breaks
            async with asyncio.timeout(20):
                while (await desk.look(ids[0])).state is not PostState.SENDING:  # the server has it in a moment
                    await asyncio.sleep(0.02)
            assert desk.texts() == ["before"]
            async with asyncio.timeout(60):
                while set(await desk.states()) != {PostState.SENT}:
                    await stage.once(desk.now())
            await stage.close(desk.now())
        server.close()
        await line.close()
    assert desk.texts() == ["before", "one", "two"] and (await desk.look(ids[0])).attempts == 2
