"""The outbox on both databases: due posts, intent, outcome, fencing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select

from bot.errors import Problem
from bot.model import Channel, Lane, Outcome, PostState, Request
from bot.store import channels, leases, outbox, outcomes
from bot.store.database import Database, Tx
from bot.store.postrow import post_of, requests_to_json
from bot.store.posts import by_link
from bot.store.schema import deliveries, posts
from tests.plans import plans_of

BOT = 7
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROBLEM = Problem(code="SW-T", title="No.", cause="Because.", fix="Do.")
HELLO = (Request(method="sendMessage", params={"text": "hello"}),)


async def add(tx: Tx, key: str, **values: Any) -> int:
    defaults = {
        "bot_id": BOT,
        "once_key": key,
        "kind": "share",
        "state": PostState.QUEUED,
        "lane": Lane.CHANNEL,
        "chat_id": "-1001",
        "requests": requests_to_json(HELLO),
        "visible_text": "hello",
        "due_at": NOW,
        "created_at": NOW,
    }
    id: int = (await tx.execute(insert(posts).values(**{**defaults, **values}).returning(posts.c.id))).scalar_one()
    return id


async def state(tx: Tx, post_id: int) -> PostState:
    return PostState((await tx.execute(select(posts.c.state).where(posts.c.id == post_id))).scalar_one())


def finished(claim: outbox.Claim, epoch: int = 1, **values: Any) -> outcomes.Finished:
    defaults: dict[str, Any] = {"outcome": Outcome.SENT, "state": PostState.SENT, "at": NOW}
    return outcomes.Finished(post_id=claim.post.id, attempt=claim.post.attempts, epoch=epoch, **{**defaults, **values})


async def test_a_message_is_found_by_its_link_without_reading_the_others(db: Database) -> None:
    async with db.write() as tx:
        for number in range(300):
            await add(tx, f"p{number}", remote_url=f"https://t.me/demo/{number}", state=PostState.SENT)
        await tx.exec_driver_sql("ANALYZE posts")
        found = await by_link(tx, "https://t.me/demo/70", bot_id=BOT)
        assert found is not None and found.once_key == "p70"
        assert await by_link(tx, "https://t.me/demo/70", bot_id=BOT + 1) is None
        assert await by_link(tx, "https://t.me/demo/300", bot_id=BOT) is None
        (plan,) = await plans_of(tx, by_link(tx, "https://t.me/demo/70", bot_id=BOT))
        assert "ix_posts_link" in plan


async def test_due_posts_come_by_lane_time_and_id_and_others_do_not(db: Database) -> None:
    async with db.write() as tx:
        second = await add(tx, "b", due_at=NOW - timedelta(seconds=1))
        third = await add(tx, "c", due_at=NOW - timedelta(seconds=1))
        first = await add(tx, "a", lane=Lane.BREAKING, chat_id="@demo", weight=3)
        undated = await add(tx, "u", due_at=None, created_at=NOW - timedelta(hours=1), lane=Lane.ALERT)
        await add(tx, "later", due_at=NOW + timedelta(seconds=1))
        await add(tx, "other bot", bot_id=8)
        await add(tx, "busy", chat_id="-1009")
        for kept in (PostState.DRAFT, PostState.HELD, PostState.SENT, PostState.UNKNOWN):
            await add(tx, kept, state=kept)
    async with db.read() as tx:
        rows = await outbox.due(tx, bot_id=BOT, now=NOW, without=["-1009"])
        assert [row[2] for row in sorted(rows)] == [first, second, third, undated]
        assert (Lane.BREAKING, "@demo", 3) in [(row[0], row[3], row[4]) for row in rows]


async def test_a_paused_channel_keeps_its_posts(db: Database) -> None:
    async with db.write() as tx:
        channel = await channels.put(tx, Channel(id=0, bot_id=BOT, name="demo", address="@demo"), now=NOW)
        await add(tx, "a", channel_id=channel.id)
        assert await channels.pause(tx, channel.id, problem=PROBLEM, now=NOW)
        assert not await channels.pause(tx, channel.id, problem=PROBLEM, now=NOW)
        assert await outbox.due(tx, bot_id=BOT, now=NOW) == []
        assert await channels.resume(tx, channel.id) and not await channels.resume(tx, channel.id)
        assert len(await outbox.due(tx, bot_id=BOT, now=NOW)) == 1


async def test_a_change_waits_for_the_message_that_it_changes(db: Database) -> None:
    async with db.write() as tx:
        target = await add(tx, "share", state=PostState.HELD, remote_ids=["5"])
        edit = await add(tx, "edit", kind="edit", target_post_id=target)
        assert await outbox.due(tx, bot_id=BOT, now=NOW) == []
        await tx.execute(posts.update().where(posts.c.id == target).values(state=PostState.SENT))
        assert [row[2] for row in await outbox.due(tx, bot_id=BOT, now=NOW)] == [edit]
        (claim,) = await outbox.claim(tx, bot_id=BOT, ids=[edit], epoch=1, now=NOW)
        assert claim.target == ("5",)


async def test_a_claim_writes_the_intent_once(db: Database) -> None:
    async with db.write() as tx:
        one, two, gone = await add(tx, "1"), await add(tx, "2"), await add(tx, "3", state=PostState.CANCELLED)
        claims = await outbox.claim(tx, bot_id=BOT, ids=[two, gone, one], epoch=4, now=NOW)
        assert [claim.post.id for claim in claims] == [two, one]
        assert claims[0].post.attempts == 1 and claims[0].post.requests == HELLO
        assert await outbox.claim(tx, bot_id=BOT, ids=[two, one], epoch=5, now=NOW) == []
        assert await outbox.claim(tx, bot_id=BOT, ids=[], epoch=5, now=NOW) == []
        assert await state(tx, one) is PostState.SENDING
        assert await outbox.chats_in_the_way(tx, bot_id=BOT) == {"-1001"}
        rows = (await tx.execute(select(deliveries).order_by(deliveries.c.post_id))).all()
        assert [(row.post_id, row.attempt, row.epoch, row.outcome) for row in rows] == [
            (one, 1, 4, None),
            (two, 1, 4, None),
        ]


async def test_outcomes_are_recorded_and_another_epoch_changes_nothing(db: Database) -> None:
    async with db.write() as tx:
        ids = [await add(tx, str(n)) for n in range(4)]
        a, b, c, d = await outbox.claim(tx, bot_id=BOT, ids=ids, epoch=1, now=NOW)
        await outcomes.finish(
            tx,
            [
                finished(a, remote_ids=("9", "10"), remote_url="https://t.me/demo/9"),
                finished(b, outcome=Outcome.FLOOD, state=PostState.QUEUED, status=429, error="wait", retry_after=3.0),
                finished(c, outcome=Outcome.UNKNOWN, state=PostState.UNKNOWN, problem=PROBLEM),
                finished(d, epoch=2, remote_ids=("11",)),
            ],
        )
        await outcomes.finish(tx, [])
        rows = {row.id: row for row in (await tx.execute(select(posts))).all()}
        sent = post_of(rows[ids[0]])
        assert (sent.state, sent.remote_id, sent.remote_ids, sent.remote_url, sent.sent_at) == (
            PostState.SENT, "9", ("9", "10"), "https://t.me/demo/9", NOW,
        )  # fmt: skip
        assert rows[ids[1]].state == PostState.QUEUED
        assert rows[ids[2]].state == PostState.UNKNOWN and rows[ids[2]].unknown_at == NOW
        assert post_of(rows[ids[2]]).problem_code == "SW-T"
        assert rows[ids[3]].state == PostState.SENDING
        closed = (await tx.execute(select(deliveries.c.outcome).order_by(deliveries.c.post_id))).scalars().all()
        assert closed[:3] == [Outcome.SENT, Outcome.FLOOD, Outcome.UNKNOWN]


async def test_many_posts_are_claimed_and_recorded_in_as_many_statements_as_few(db: Database) -> None:
    counts = []
    async with db.write() as tx:
        for size in (2, 60):
            ids = [await add(tx, f"{size}:{n}") for n in range(size)]
            statements: list[str] = []
            with _statements(tx, statements):
                claims = await outbox.claim(tx, bot_id=BOT, ids=ids, epoch=1, now=NOW)
                ended = [finished(claim, remote_ids=(str(n),), error="a\x00\ud800") for n, claim in enumerate(claims)]
                await outcomes.finish(tx, ended)
            counts.append(len(statements))
        rows = (await tx.execute(select(posts).order_by(posts.c.id))).all()
        assert [post_of(row).remote_ids for row in rows[2:]] == [(str(n),) for n in range(60)]
        assert set((await tx.execute(select(deliveries.c.error))).scalars()) == {"a?"}
    assert counts[0] == counts[1] <= 5


async def test_beside_a_long_queue_a_round_looks_its_posts_up_by_their_keys(db: Database) -> None:
    """Nothing is known yet of tables that were filled a moment ago; a round must not walk through what waits."""
    kept = [column for column in posts.columns if column.name not in ("id", "once_key")]
    lasts = timedelta(seconds=9)
    async with db.write() as tx:
        one = await add(tx, "a")
        for n in range(10):
            more = select(posts.c.once_key.concat(f"+{n}"), *kept)
            await tx.execute(insert(posts).from_select(["once_key", *[column.name for column in kept]], more))
        await leases.take(tx, name="sender", holder="me", lasts=lasts)
        assert await leases.is_ours(tx, name="sender", epoch=1, lasts=lasts)
        plans: list[str] = []
        with _explained(tx, plans):
            (claim,) = await outbox.claim(tx, bot_id=BOT, ids=[one], epoch=1, now=NOW)
            await outcomes.finish(tx, [finished(claim)])
    assert plans and not [line for line in plans if "ix_posts" in line or "SCAN posts" in line]


@contextmanager
def _explained(tx: Tx, plans: list[str]) -> Iterator[None]:
    """How the database carries out each statement, as it says just before."""

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("EXPLAIN"):
            return
        if tx.dialect.name == "sqlite":
            for sql, values in getattr(statement, "steps", [(statement, parameters)]):
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple(values)).all()
                plans.extend(row[-1] for row in rows)
        else:
            plans.extend(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).all())

    event.listen(tx.sync_connection, "before_cursor_execute", explain)
    yield
    event.remove(tx.sync_connection, "before_cursor_execute", explain)


@contextmanager
def _statements(tx: Tx, seen: list[str]) -> Iterator[None]:
    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(tx.sync_connection, "before_cursor_execute", note)
    yield
    event.remove(tx.sync_connection, "before_cursor_execute", note)


async def test_a_mended_post_keeps_the_fallback_that_is_next(db: Database) -> None:
    plain = Request(method="sendMessage", params={"text": "plain"}, why="plain")
    async with db.write() as tx:
        (claim,) = await outbox.claim(tx, bot_id=BOT, ids=[await add(tx, "1")], epoch=1, now=NOW)
        mended = finished(
            claim, outcome=Outcome.CONTENT_ERROR, state=PostState.QUEUED, request_index=1, requests=(*HELLO, plain)
        )
        await outcomes.finish(tx, [mended])
        (again,) = await outbox.claim(tx, bot_id=BOT, ids=[claim.post.id], epoch=1, now=NOW)
        assert again.post.requests[again.post.request_index] == plain and again.post.attempts == 2


async def test_a_migrated_group_takes_its_waiting_posts_along(db: Database) -> None:
    async with db.write() as tx:
        first, waiting = await add(tx, "1", chat_id="-5"), await add(tx, "2", chat_id="-5")
        other = await add(tx, "3", chat_id="-6")
        (claim,) = await outbox.claim(tx, bot_id=BOT, ids=[first], epoch=1, now=NOW)
        moved = finished(claim, outcome=Outcome.MIGRATED, state=PostState.QUEUED, chat_id=-1005)
        await outcomes.finish(tx, [moved])
        chats = {row.id: row.chat_id for row in (await tx.execute(select(posts.c.id, posts.c.chat_id))).all()}
        assert chats == {first: "-1005", waiting: "-1005", other: "-6"}


async def test_edits_of_a_refused_post_are_cancelled(db: Database) -> None:
    async with db.write() as tx:
        target = await add(tx, "1")
        edit = await add(tx, "2", target_post_id=target)
        (claim,) = await outbox.claim(tx, bot_id=BOT, ids=[target], epoch=1, now=NOW)
        refused = finished(claim, outcome=Outcome.CONTENT_ERROR, state=PostState.REFUSED, problem=PROBLEM)
        await outcomes.finish(tx, [refused])
        assert await state(tx, edit) is PostState.CANCELLED


async def test_a_post_too_late_for_its_channel_is_folded_with_the_reason(db: Database) -> None:
    async with db.write() as tx:
        late = await add(tx, "1", fresh_until=NOW - timedelta(seconds=1))
        fresh = await add(tx, "2", fresh_until=NOW + timedelta(seconds=1))
        tried = await add(tx, "3", fresh_until=NOW - timedelta(seconds=1), attempts=1)
        assert await outbox.fold_late(tx, bot_id=BOT, now=NOW, problem=PROBLEM) == [late]
        assert await state(tx, late) is PostState.CANCELLED
        assert [await state(tx, id) for id in (fresh, tried)] == [PostState.QUEUED] * 2


@pytest.mark.parametrize("count", [3])
async def test_only_the_first_of_each_lane_are_looked_at(db: Database, count: int) -> None:
    async with db.write() as tx:
        for n in range(5):
            await add(tx, f"c{n}")
            await add(tx, f"a{n}", lane=Lane.ALERT)
        rows = await outbox.due(tx, bot_id=BOT, now=NOW, per_lane=count)
        assert sorted(row[0] for row in rows) == [Lane.CHANNEL] * count + [Lane.ALERT] * count
