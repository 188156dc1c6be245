"""`sharewire queue`: what waits, what a person decides about it, and wrong words answered in words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels import causes
from bot.errors import Problem
from bot.model import Channel, Lane, PostKind, PostState, Request
from bot.store import channels, gaps, notices, posts
from bot.store.database import Database, open_database
from bot.store.posts import NewPost
from bot.store.schema import audit

BOT = 1000001
HELD = causes.cannot_tell("A test.")
REFUSED = causes.content("Bad Request: message is too long")


@pytest.fixture
def on_db(
    shell: Any, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[Database], Awaitable[Any]]], Any]:
    """Runs work on the database of the commands, which has one channel."""
    monkeypatch.setenv("BOT_TOKEN", f"{BOT}:sandbox")

    def run(work: Callable[[Database], Awaitable[Any]]) -> Any:
        async def opened() -> Any:
            async with open_database(sqlite_url, migrate=False) as db:
                return await work(db)

        return asyncio.run(opened())

    async def furnish(db: Database) -> None:
        plain = Channel(id=0, bot_id=BOT, name="demo", address="@demonews", chat_id=-1001, title="Demo News")
        async with db.write() as tx:
            await channels.put(tx, plain, now=datetime.now(UTC))

    run(furnish)
    return run


def add(state: PostState, text: str, problem: Problem | None = None) -> Callable[[Database], Awaitable[int]]:
    async def work(db: Database) -> int:
        now = datetime.now(UTC)
        new = NewPost(
            bot_id=BOT, once_key=f"test:{text}", kind=PostKind.SHARE, lane=Lane.CHANNEL, state=state, chat_id=-1001,
            channel_id=1, requests=(Request(method="sendMessage", params={"text": text}),), visible_text=text,
            due_at=now, problem=problem,
        )  # fmt: skip
        async with db.write() as tx:
            made = await posts.add_post(tx, new, now=now)
        assert made is not None
        return made

    return work


async def deeds(db: Database) -> list[str]:
    async with db.read() as tx:
        return [row.what for row in (await tx.execute(audit.select().order_by(audit.c.id))).all()]


async def open_gap(db: Database) -> None:
    now = datetime.now(UTC)
    async with db.write() as tx:
        gap = gaps.Gap(since=now - timedelta(days=3), until=now)
        await gaps.open_gap(tx, gap, bot_id=BOT, now=now)


def test_the_list_shows_what_waits_and_why(shell: Any, on_db: Any) -> None:
    assert shell("queue", "list") == 0 and shell.out == "Nothing waits.\n"
    on_db(add(PostState.SENT, "done"))
    post = on_db(add(PostState.HELD, "Was it sent?\nNobody knows.", HELD))
    assert shell("queue", "list", "--channel", "@demonews") == 0
    assert "Was it sent?" in shell.out and "held" in shell.out and "demo" in shell.out and "done" not in shell.out
    assert f"{post}: It is not known whether this post went out." in shell.out and "A test. (SW-T501)" in shell.out
    (row,) = shell.json("queue", "list")
    assert (row["id"], row["state"], row["code"], row["channel"]) == (post, "held", "SW-T501", "demo")


def test_a_post_of_unknown_outcome_is_resolved_in_three_ways(shell: Any, on_db: Any) -> None:
    first, second, third = (on_db(add(PostState.HELD, f"news {n}", HELD)) for n in range(3))
    assert shell("queue", "resolve", str(first), "there", "--message", "https://t.me/demonews/41") == 0
    assert shell.out == f"Post {first} (demo) is sent now.\n"
    assert shell.json("queue", "resolve", str(second), "AGAIN")["state"] == "queued"
    assert shell.json("queue", "resolve", str(third), "drop")["state"] == "cancelled"
    assert on_db(deeds) == ["post-resolved", "post-resolved", "post-cancelled"]


def test_a_refused_post_is_tried_again_or_dropped(shell: Any, on_db: Any) -> None:
    post = on_db(add(PostState.REFUSED, "too long", REFUSED))
    assert shell("queue", "retry", str(post)) == 0 and "is queued now" in shell.out
    assert shell("queue", "drop", str(post)) == 0 and "is cancelled now" in shell.out
    assert shell.json("queue", "retry", str(post))["state"] == "queued", "what was dropped can be sent after all"
    assert on_db(deeds) == ["post-cancelled"]


def test_what_a_channel_does_with_lost_answers_is_shown_and_changed(shell: Any, on_db: Any) -> None:
    assert shell.json("queue", "policy", "demo") == {"channel": "demo", "unknown": "reconcile"}
    assert shell("queue", "policy", "demo", "hold") == 0 and "handled by hold" in shell.out
    assert shell.json("queue", "policy", "@demonews")["unknown"] == "hold"


@pytest.mark.parametrize(("answer", "goes_out"), [("none", 0), ("newest", 3), ("digest", 0), ("all", 5)], ids=str)
def test_the_question_after_a_pause_is_shown_and_answered_once(
    shell: Any, on_db: Any, answer: str, goes_out: int
) -> None:
    assert shell("queue", "catch-up") == 0 and shell.out == "Nothing to catch up with.\n"
    on_db(open_gap)
    for number in range(5):
        on_db(add(PostState.QUEUED, f"news {number}"))
    assert shell("queue", "catch-up") == 0
    assert "5 posts wait since" in shell.out and "none | newest | digest | all" in shell.out
    assert shell.json("queue", "catch-up")["waiting"] == 5
    told = shell.json("queue", "catch-up", answer)
    assert (told["open"], told["answer"], told["posting"]) == (False, answer, goes_out)
    assert len(shell.json("queue", "list")) == goes_out
    assert shell.json("queue", "catch-up", answer) == {"open": False, "waiting": 0}


WRONG = [
    (("list", "--channel", "nowhere"), "SW-T432"),
    (("resolve", "99", "there"), "SW-T430"),
    (("resolve", "1", "maybe"), "SW-C25"),
    (("resolve", "1", "drop"), "SW-T431"),
    (("resolve", "2", "there", "--message", "over there"), "SW-T433"),
    (("retry", "1"), "SW-T431"),
    (("retry", "99"), "SW-T430"),
    (("drop", "1"), "SW-T431"),
    (("catch-up", "some"), "SW-C25"),
    (("policy", "nowhere"), "SW-T432"),
    (("policy", "demo", "guess"), "SW-C25"),
]


def test_wrong_words_are_answered_in_words_and_change_nothing(shell: Any, on_db: Any) -> None:
    on_db(add(PostState.SENT, "done"))
    on_db(add(PostState.HELD, "held", HELD))
    for words, code in WRONG:
        assert shell("queue", *words, "--json") == 2, words
        assert json.loads(shell.out)["error"]["code"] == code, words
    for words, code in WRONG[::4]:
        assert shell("queue", *words) == 2, words
        assert code in shell.err and "Next:" in shell.err and "Traceback" not in shell.err, words
    assert shell("queue", "drop", "seven") == 2 and "integer" in shell.err
    assert shell("queue", "resolve") == 2
    assert [row["state"] for row in shell.json("queue", "list")] == ["held"]
    assert on_db(deeds) == []


def test_a_card_in_the_chat_closes_with_the_command(shell: Any, on_db: Any) -> None:
    post = on_db(add(PostState.HELD, "held", HELD))

    async def tell(db: Database) -> None:
        async with db.write() as tx:
            await notices.tell(tx, bot_id=BOT, key=f"post-held:{post}", problem=HELD, now=datetime.now(UTC))

    async def open_cards(db: Database) -> int:
        async with db.read() as tx:
            return len(await notices.opened(tx, bot_id=BOT))

    on_db(tell)
    assert shell("queue", "drop", str(post)) == 0 and on_db(open_cards) == 0
