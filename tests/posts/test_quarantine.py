"""An article whose composing ends the program is tried three times, alone, and then left out; the rest goes on.

Here a death is what it leaves: a line that was written before.  Real ones of real processes: channels/test_chaos.py."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import Problem, StoreError
from bot.posts import compose, quarantine
from bot.posts.quarantine import Try
from bot.store import articles, notices
from bot.store.database import Database
from tests.posts import samples
from tests.posts.newsroom import NOW, Newsroom

LATER = NOW + quarantine.PATIENCE
GONE = Problem(code="SW-D03", title="The database does not answer.", cause="A test.", fix="Wait.")


async def dies(room: Newsroom, *wanted: int) -> None:
    """A program began to compose these articles (all that wait, unless it is said which), and was no more."""
    async with room.db.read() as tx:
        known, waiting = await quarantine.tried(tx), await articles.to_compose(tx, limit=50)
    turn = [article for article in waiting if article.id in wanted or not wanted]
    await quarantine.begin(room.db, turn, known, now=room.now)


async def titles(room: Newsroom) -> list[str]:
    return [post.visible_text.splitlines()[0] for post in await room.posts()]


async def test_what_ends_the_program_three_times_is_left_out_with_a_card_and_nothing_else_is(db: Database) -> None:
    room = await Newsroom.open(db)
    for number in range(3):
        await room.add_article(title=f"Story {number}")
    await dies(room)
    await dies(room, 2)
    await dies(room, 2)
    assert await room.compose() == 2 and await titles(room) == ["Story 0", "Story 2"]
    assert await room.compose() == 0, "another program may still be at it"
    room.now = LATER
    assert await room.compose() == 1 and await room.compose() == 0
    assert "ended 3 times" in (await room.decision(2)).reason
    async with db.read() as tx:
        (card,) = await notices.opened(tx, bot_id=samples.channel().bot_id)
        assert not await quarantine.tried(tx)
    assert card.key == "left-out:2" and "Story 1" in card.problem.title and card.problem.meanwhile
    assert len(await titles(room)) == 2


async def test_two_deaths_are_no_reason_to_leave_an_article_out(db: Database) -> None:
    room = await Newsroom.open(db)
    await room.add_article(title="Unlucky")
    for _ in range(2):
        await dies(room)
    assert await room.compose() == 1 and await titles(room) == ["Unlucky"]
    await room.change(1, title="Unlucky once more")
    await dies(room)
    assert await room.compose() == 1, "what has ended well is forgotten"


async def test_what_was_posted_before_stays_decided_when_its_change_ends_the_program(db: Database) -> None:
    room = await Newsroom.open(db)
    await room.add_article(title="Before")
    await room.compose()
    await room.change(1, title="After", summary=("All is different now.",))
    for _ in range(3):
        await dies(room)
    room.now = LATER
    assert await room.compose() == 1 and await room.compose() == 0
    assert (await room.decision(1)).posted and await titles(room) == ["Before"]


@pytest.mark.parametrize("told", [OSError("no disk"), StoreError(GONE), KeyboardInterrupt()], ids=["os", "db", "stop"])
async def test_a_failure_that_is_told_makes_nobody_a_suspect(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch, told: BaseException
) -> None:
    room = await Newsroom.open(sqlite_db)
    await room.add_article(title="Innocent")

    def fail(*_: Any, **__: Any) -> Any:
        raise told

    with monkeypatch.context() as here:
        here.setattr(compose, "think", fail)
        for _ in range(4):
            with pytest.raises(type(told)):
                await room.compose()
    async with sqlite_db.read() as tx:
        assert not await quarantine.tried(tx)
    await room.compose()
    assert await titles(room) == ["Innocent"]


def test_suspects_come_last_and_alone_the_least_suspected_first() -> None:
    one, two, three, four, five = (samples.article(id=number) for number in range(1, 6))
    known = {1: Try(count=2, at=NOW), 2: Try(count=1, at=NOW), 4: Try(count=3, at=NOW)}
    order = quarantine.in_order([one, two, three, four, five], known, LATER)
    assert order.turns == ((three, five), (two,), (one,)) and order.hopeless == (four,)
    assert quarantine.in_order([four], known, NOW) == quarantine.Order(turns=(), hopeless=())
