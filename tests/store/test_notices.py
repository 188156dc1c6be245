"""Cards for admins: raised once, counted, shown, closed, opened again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.errors import Problem
from bot.store import notices
from bot.store.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROBLEM = Problem(code="SW-T403", title="No.", cause="Because.", fix="Do.")


async def test_a_trouble_has_one_card_that_counts(db: Database) -> None:
    async with db.write() as tx:
        for minute in range(3):
            when = NOW + timedelta(minutes=minute)
            await notices.tell(tx, bot_id=7, key="k", problem=PROBLEM, now=when, options={"post": 1})
        (card,) = await notices.to_show(tx, bot_id=7)
        assert (card.count, card.raised_at, card.options, card.problem) == (3, NOW, {"post": 1}, PROBLEM)
        assert await notices.get(tx, notice_id=card.id) == card and await notices.get(tx, notice_id=99) is None
        await notices.shown(tx, notice_id=card.id, messages={"55": 9}, now=NOW + timedelta(minutes=5))
        assert await notices.to_show(tx, bot_id=7) == ()
        assert [card.messages for card in await notices.opened(tx, bot_id=7)] == [{"55": 9}]


async def test_a_closed_card_is_shown_once_more_and_can_open_again(db: Database) -> None:
    async with db.write() as tx:
        await notices.tell(tx, bot_id=7, key="k", problem=PROBLEM, now=NOW)
        (card,) = await notices.to_show(tx, bot_id=7)
        await notices.shown(tx, notice_id=card.id, messages={"55": 9}, now=NOW)
        await notices.close(tx, bot_id=7, key="k", now=NOW + timedelta(minutes=1))
        (closed,) = await notices.to_show(tx, bot_id=7)
        assert closed.closed_at is not None and await notices.opened(tx, bot_id=7) == ()
        await notices.tell(tx, bot_id=7, key="k", problem=PROBLEM, now=NOW + timedelta(minutes=2))
        (again,) = await notices.opened(tx, bot_id=7)
        assert (again.id, again.count, again.messages) == (card.id, 1, {"55": 9})
