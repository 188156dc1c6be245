"""Bad luck is told, over HTTP: for every refusal that Telegram is known to make, one card says what happened, one
cause, what to do and what happens meanwhile; the channel, its settings and its posts stay whatever happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.channels import pins
from bot.channels.deliver import Delivery
from bot.channels.pace import Rates
from bot.channels.reconcile import Limits
from bot.channels.sender import Tuning
from bot.channels.telegram import Telegram
from bot.errors import NotAllowed
from bot.model import Lane, PostKind, PostState, Request
from bot.sandbox import Box
from bot.store import channels, notices
from bot.store.database import Database
from bot.store.schema import pins as pins_table
from bot.store.schema import posts
from tests.channels.conftest import BOT, Desk

HURRY = Rates(bot=900, chat_gap=0.01, group_count=10_000)
TUNING = Tuning(patience=0.5, refresh=0.05, settle=timedelta(seconds=0.05), looks=Limits(gap=0.0), back_off=(0.01,))
EDIT = {"kind": PostKind.EDIT, "lane": Lane.CORRECTION}


@dataclass(frozen=True, kw_only=True)
class Luck:
    """A refusal, the card that tells it, and what becomes of the post."""

    says: str = ""
    status: int = 400
    action: str = "error"
    method: str = "sendMessage"
    more: dict[str, Any] = field(default_factory=dict)
    policy: str | None = None  # the channel's
    code: str
    card: str
    state: PostState = PostState.QUEUED


PAUSED = "channel-paused:"
LUCK = {
    "rights": Luck(says="Bad Request: not enough rights to send text messages", code="SW-T403", card=PAUSED),
    "kicked": Luck(says="Forbidden: bot was kicked from the channel chat", status=403, code="SW-T405", card=PAUSED),
    "not in": Luck(says="Forbidden: bot is not a member of the channel chat", status=403, code="SW-T405", card=PAUSED),
    "no chat": Luck(says="Bad Request: chat not found", code="SW-T404", card=PAUSED),
    "closed": Luck(says="Forbidden: the group chat was deleted", status=403, code="SW-T407", card=PAUSED),
    "topic": Luck(says="Bad Request: TOPIC_CLOSED", code="SW-T409", card=PAUSED),
    "a bot": Luck(says="Forbidden: bot can't send messages to bots", status=403, code="SW-T414", card=PAUSED),
    "upgraded": Luck(
        says="Bad Request: group chat was upgraded to a supergroup chat", code="SW-T415", card=PAUSED
    ),
    "content": Luck(
        says="Bad Request: message text is empty", code="SW-T400", card="post-refused:", state=PostState.REFUSED
    ),
    "method": Luck(
        says="Not Found: method not found", status=404, code="SW-T411", card="post-refused:", state=PostState.REFUSED
    ),
    "an edit": Luck(
        says="Bad Request: message to edit not found", method="editMessageText", code="SW-T410", card="post-refused:",
        state=PostState.REFUSED,
    ),
    "flood": Luck(action="flood", more={"retry_after": 3600}, code="SW-T429", card="flood:"),
    "token": Luck(says="Unauthorized", status=401, code="SW-T401", card="token"),
    "lost": Luck(action="lose", policy="hold", code="SW-T501", card="post-held:", state=PostState.HELD),
    "dropped": Luck(action="lose", policy="drop", code="SW-T502", card="dropped:", state=PostState.CANCELLED),
}  # fmt: skip


@pytest.fixture
async def desk(sqlite_db: Database, telegram: Telegram, box: Box, tmp_path: Path) -> Desk:
    """On SQLite alone: what is told does not depend on the store."""
    made = Desk(sqlite_db, telegram, box, tmp_path)
    await made.set_up()
    return made


async def lived(desk: Desk, stage: Delivery) -> None:
    """Until it comes to rest, or a person has to act."""
    for _ in range(4):
        try:
            await stage.once(desk.now() + timedelta(seconds=1))
        except NotAllowed:
            return


@pytest.mark.parametrize("name", LUCK)
async def test_every_refusal_is_one_card_and_costs_neither_channel_nor_post(desk: Desk, name: str) -> None:
    luck = LUCK[name]
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=TUNING)
    before = await desk.post("before")
    await stage.once(desk.now())
    async with desk.db.write() as tx:
        options = {"digest": {"at": "18:00"}} | ({"unknown": luck.policy} if luck.policy else {})
        await channels.change(tx, desk.demo.id, options=options)
    told = {"status": luck.status, "description": luck.says} if luck.action == "error" else {}
    desk.fault(luck.action, luck.method, times=2, **told, **luck.more)
    if luck.method == "sendMessage":
        ids = await desk.posts(["first", "second"])
    else:
        request = Request(method=luck.method, params={"text": "changed"})
        ids = await desk.posts(["changed"], requests=[request], target_post_id=before, **EDIT)
    await lived(desk, stage)
    await stage.close(desk.now())
    async with desk.db.read() as tx:
        opened = await notices.opened(tx, bot_id=BOT)
        channel = await channels.get(tx, desk.demo.id)
        count = (await tx.execute(select(func.count()).select_from(posts))).scalar_one()
    (card,) = [one for one in opened if one.key.startswith(luck.card)][:1]
    problem = card.problem
    assert problem.code == luck.code
    assert all((problem.title, problem.cause, problem.fix, problem.meanwhile)), problem
    assert len(opened) == len({one.key for one in opened}) and len(opened) <= len(ids)
    assert (await desk.look(ids[0])).state is luck.state
    assert count == 1 + len(ids), "no post is deleted"
    assert channel is not None and channel.options == options and channel.address == "@demonews"
    assert (channel.paused_at is not None) is (luck.card == PAUSED)


async def test_a_pin_that_is_refused_is_told(desk: Desk) -> None:
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=TUNING)
    post = await desk.post("breaking")
    async with desk.db.write() as tx:
        wish = {"post_id": post, "bot_id": BOT, "channel_id": desk.demo.id, "lasts": timedelta(hours=1)}
        await tx.execute(pins_table.insert().values(**wish))
    await stage.once(desk.now())
    desk.fault(
        "error", "pinChatMessage", status=400, description="Bad Request: not enough rights to manage pinned messages"
    )
    await pins.once(desk.db, desk.telegram, now=desk.now())
    await stage.close(desk.now())
    async with desk.db.read() as tx:
        (card,) = await notices.opened(tx, bot_id=BOT)
    assert (card.key, card.problem.code) == (f"pin:{desk.demo.id}", "SW-T422") and card.problem.meanwhile
    assert desk.texts() == ["breaking"]
