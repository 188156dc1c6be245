"""Every article and channel tell what became of the decision, whatever state the post is in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.errors import Problem
from bot.model import PostState, Stage
from bot.posts import compose
from bot.store import channels, gaps, schema
from bot.store.database import Database
from tests.posts.newsroom import NOW, Newsroom

GONE = Problem(code="SW-T400", title="Telegram refused the post.", cause="It said so.", fix="Look at it.")
LATE = replace(GONE, code="SW-T420", title="It came too late.")
PAUSED = replace(GONE, code="SW-T403", title="The bot may no longer post there.")


@pytest.mark.parametrize(
    ("state", "values", "posted", "stage", "words"),
    [
        ("queued", {}, True, Stage.POSTED, "sends it here."),
        ("queued", {"due_at": NOW + timedelta(minutes=40)}, True, Stage.POSTED, "its turn is at 14:55."),
        ("queued", {"due_at": NOW + timedelta(days=1)}, True, Stage.POSTED, "its turn is at 14:15 on 2026-12-10."),
        ("queued", {"paused": True}, True, Stage.POSTED, "the channel is paused."),
        ("queued", {"gap": True}, True, Stage.POSTED, "the card about the time away waits for an answer."),
        ("unknown", {}, True, Stage.POSTED, "that is being looked up."),
        ("held", {"problem": GONE.as_json()}, False, Stage.DELIVERY, "Telegram refused the post."),
        ("refused", {"problem": GONE.as_json()}, False, Stage.DELIVERY, "Telegram refused the post."),
        ("cancelled", {"problem": GONE.as_json()}, False, Stage.DELIVERY, "Telegram refused the post."),
        ("cancelled", {"problem": LATE.as_json()}, False, Stage.PACE, "It came too late."),
        ("sent", {}, True, Stage.POSTED, 'the rule "to-harbor-times" sends it here.'),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 10 else "",
)
async def test_what_became_of_a_post_is_told(
    sqlite_db: Database, state: str, values: dict[str, Any], posted: bool, stage: Stage, words: str
) -> None:
    room = await Newsroom.open(sqlite_db, timezone="UTC")
    article = await room.add_article()
    await room.compose()
    (post,) = await room.posts()
    changed = {key: value for key, value in values.items() if key not in ("paused", "gap")}
    async with sqlite_db.write() as tx:
        await tx.execute(
            update(schema.posts).where(schema.posts.c.id == post.id).values(state=PostState(state), **changed)
        )
        if "paused" in values:
            await channels.pause(tx, post.channel_id or 0, problem=PAUSED, now=NOW)
        if "gap" in values:
            gap = gaps.Gap(since=NOW - timedelta(hours=5), until=NOW)
            await gaps.open_gap(tx, gap, bot_id=post.bot_id, now=NOW)
    (told,) = await compose.explain(sqlite_db, article, now=NOW)
    assert (told.posted, told.stage) == (posted, stage)
    assert words in told.reason
