"""A model of the promise: whatever happens in whatever order, each post is executed once and in its order.

The machine is the sender's own parts (turns, claim, aftermath, recording, recovery, resolution) on a real SQLite file;
Telegram is a list of executed messages, and every call may succeed, be refused, get lost before or after it was
executed, or be overtaken by the death of the sender.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import insert, select, update

from bot.channels import aftermath, outcome, recording
from bot.channels.aftermath import Aftermath, Attempt
from bot.channels.lanes import Lanes, Waiting
from bot.channels.telegram import Receipt
from bot.channels.transport import FloodError, NotSentError, UnansweredError
from bot.errors import Problem
from bot.model import Lane, PostState, Request
from bot.store import outbox, recovery, unknowns
from bot.store.database import open_database
from bot.store.outbox import Claim
from bot.store.postrow import requests_to_json
from bot.store.schema import posts
from bot.store.unknowns import Resolution

BOT = 7
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEFT = Problem(code="SW-T500", title="?", cause="The sender died.", fix="-")
CHATS = ("-1001", "-1002", "-1003")
LANES = (Lane.BREAKING, Lane.CHANNEL)


class OutboxMachine(RuleBasedStateMachine):
    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="outbox-model-"))
        shutil.copy(self.template, self.folder / "model.db")
        self.db = self.run(self.stack.enter_async_context(open_database(f"sqlite:///{self.folder / 'model.db'}")))
        self.epoch = 1
        self.calls: list[Claim] = []
        self.ended: list[Aftermath] = []
        self.executed: list[int] = []
        self.cancelled: set[int] = set()
        self.made: dict[int, tuple[str, Lane]] = {}

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def teardown(self) -> None:
        try:
            self.run(self._finish())
            self.nothing_is_executed_twice()
            self.order_holds_within_a_chat_and_lane()
            assert sorted(self.executed) == sorted(self.made.keys() - self.cancelled)
        finally:
            self.run(self.stack.aclose())
            self.runner.close()
            shutil.rmtree(self.folder)

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────

    @rule(chat=st.sampled_from(CHATS), lane=st.sampled_from(LANES), count=st.integers(1, 3))
    def somebody_queues_posts(self, chat: str, lane: Lane, count: int) -> None:
        self.run(self._queue(chat, lane, count))

    @rule()
    def the_sender_claims(self) -> None:
        self.run(self._claim())

    @precondition(lambda self: self.calls)
    @rule(data=st.data(), how=st.sampled_from(["sent", "refused", "flood", "lost before", "lost after"]))
    def a_call_ends(self, data: st.DataObject, how: str) -> None:
        claim = self.calls.pop(data.draw(st.integers(0, len(self.calls) - 1)))
        self._call(claim, how)

    @precondition(lambda self: self.ended)
    @rule()
    def outcomes_are_recorded(self) -> None:
        self.run(self._record())

    @rule(executed=st.lists(st.booleans(), max_size=6))
    def the_sender_dies(self, executed: list[bool]) -> None:
        """Calls on the wire may be carried out or not; nobody will ever say."""
        for claim, done in zip(self.calls, executed, strict=False):
            if done:
                self.executed.append(claim.post.id)
        self.calls, self.ended = [], []
        self.epoch += 1
        self.run(self._recover())

    @rule()
    def the_dead_are_looked_up(self) -> None:
        self.run(self._look_up())

    @rule(data=st.data())
    def a_person_withdraws_a_waiting_post(self, data: st.DataObject) -> None:
        if self.made:
            self.run(self._withdraw(data.draw(st.sampled_from(sorted(self.made)))))

    # ── what must always hold ────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def nothing_is_executed_twice(self) -> None:
        assert len(self.executed) == len(set(self.executed))

    @invariant()
    def order_holds_within_a_chat_and_lane(self) -> None:
        order: dict[tuple[str, Lane], list[int]] = defaultdict(list)
        for id in self.executed:
            order[self.made[id]].append(id)
        assert all(ids == sorted(ids) for ids in order.values())

    @invariant()
    def every_call_has_its_intent(self) -> None:
        assert self.run(self._sending()) >= {claim.post.id for claim in self.calls}

    # ── how ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _queue(self, chat: str, lane: Lane, count: int) -> None:
        async with self.db.write() as tx:
            for _ in range(count):
                row = {
                    "bot_id": BOT,
                    "once_key": f"model:{len(self.made)}",
                    "kind": "share",
                    "state": PostState.QUEUED,
                    "lane": lane,
                    "chat_id": chat,
                    "requests": requests_to_json([Request(method="sendMessage", params={"text": "x"})]),
                    "visible_text": "x",
                    "due_at": NOW,
                    "created_at": NOW,
                }
                id = (await tx.execute(insert(posts).values(**row).returning(posts.c.id))).scalar_one()
                self.made[id] = (chat, lane)

    async def _claim(self) -> None:
        await self._record()  # as the sender does: what goes back to its queue is there before the queue is read
        async with self.db.read() as tx:
            rows = await outbox.due(tx, bot_id=BOT, now=NOW)
            blocked = await outbox.chats_in_the_way(tx, bot_id=BOT)
        lanes = Lanes()
        lanes.replace(Waiting(*row) for row in rows)
        ids = [post.id for post in lanes.turns(blocked)]
        async with self.db.write() as tx:
            self.calls += await outbox.claim(tx, bot_id=BOT, ids=ids[:2], epoch=self.epoch, now=NOW)

    def _call(self, claim: Claim, how: str) -> None:
        receipt, error = Receipt(), None
        match how:
            case "sent" | "lost after":
                self.executed.append(claim.post.id)
                receipt = Receipt(remote_ids=(str(len(self.executed)),))
                error = None if how == "sent" else UnansweredError("reset")
            case "lost before":
                error = UnansweredError("reset")
            case "refused":
                error = NotSentError("refused")
            case "flood":
                error = FloodError(1, "Too Many Requests: retry after 1")
        answer = outcome.of_answer(200, {"ok": True}) if error is None else outcome.of_exception(error)
        attempt = Attempt(post=claim.post, epoch=self.epoch, verdict=outcome.classify(answer), at=NOW, receipt=receipt)
        self.ended.append(aftermath.decide(attempt))

    async def _record(self) -> None:
        async with self.db.write() as tx:
            await recording.record(tx, BOT, self.ended, NOW)
        self.ended = []

    async def _recover(self) -> None:
        async with self.db.write() as tx:
            await recovery.recover(tx, bot_id=BOT, epoch=self.epoch, now=NOW, problem=LEFT)

    async def _look_up(self) -> None:
        """The answers that looking gives: it is there, or it is not."""
        async with self.db.write() as tx:
            found = await unknowns.settled(tx, bot_id=BOT, now=NOW + timedelta(hours=1), settle=timedelta(0))
            answers = [
                Resolution(
                    post_id=item.post.id,
                    state=PostState.SENT if item.post.id in self.executed else PostState.QUEUED,
                    remote_ids=("1",) if item.post.id in self.executed else (),
                )
                for item in found
            ]
            await unknowns.resolve(tx, answers, now=NOW)

    async def _withdraw(self, post_id: int) -> None:
        waiting = (posts.c.id == post_id, posts.c.state == PostState.QUEUED)
        async with self.db.write() as tx:
            done = await tx.execute(update(posts).where(*waiting).values(state=PostState.CANCELLED))
        if done.rowcount:
            self.cancelled.add(post_id)

    async def _sending(self) -> set[int]:
        async with self.db.read() as tx:
            query = select(posts.c.id).where(posts.c.state == PostState.SENDING, posts.c.claimed_epoch == self.epoch)
            return set((await tx.execute(query)).scalars())

    async def _finish(self) -> None:
        """From here on all goes well."""
        while True:
            for claim in self.calls:
                self._call(claim, "sent")
            self.calls = []
            await self._claim()
            if not self.calls:
                await self._look_up()
                await self._claim()
            if not self.calls:
                return


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.timeout(120)
def test_each_post_is_executed_once_and_in_order_whatever_happens(sqlite_template: Path) -> None:
    OutboxMachine.template = sqlite_template
    run_state_machine_as_test(
        OutboxMachine,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking would take minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
