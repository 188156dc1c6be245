"""What people decide about the outbox: resolve, retry, drop, check a channel, undo."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.channels import queue
from bot.channels.corrections import undo
from bot.channels.deliver import Delivery
from bot.channels.pace import Rates
from bot.channels.queue import Answer
from bot.channels.sender import Tuning
from bot.errors import NotAllowed, Problem, UsageError
from bot.model import Lane, PostKind, PostState, Request, UnknownPolicy
from bot.store import channels, notices

BOT = 1000001
DEMO = -1001000000001
PROBLEM = Problem(code="SW-T501", title="Who knows?", cause="A test.", fix="Decide.")

HURRY = Rates(bot=900, chat_gap=0.01, group_count=10_000)


async def held(desk: Any, text: str = "lost") -> int:
    post: int = await desk.post(text, state=PostState.HELD, attempts=1, problem=PROBLEM.as_json())
    async with desk.db.write() as tx:
        await notices.tell(tx, bot_id=BOT, key=f"post-held:{post}", problem=PROBLEM, now=desk.now())
    return post


async def open_cards(desk: Any) -> list[str]:
    async with desk.db.read() as tx:
        return [card.key for card in await notices.opened(tx, bot_id=BOT)]


async def test_the_list_shows_what_is_not_over_in_words(desk: Any) -> None:
    post = await held(desk, "  long words " * 30)
    await desk.post("done", state=PostState.SENT)
    (item,) = await queue.listed(desk.db, channel="demo")
    assert item.id == post and item.channel == "demo" and len(item.text) == 120
    assert item.as_json() | {"text": "", "due": ""} == {
        "id": post, "channel": "demo", "state": "held", "lane": "channel", "text": "", "due": "", "attempts": 1,
        "link": None, "problem": "Who knows? A test.", "code": "SW-T501", "out_of_order": False,
    }  # fmt: skip
    assert await queue.listed(desk.db, bot_id=5) == ()
    with pytest.raises(UsageError, match="no channel"):
        await queue.listed(desk.db, channel="nowhere")


@pytest.mark.parametrize(
    ("message", "url"),
    [
        ("77", "https://t.me/demonews/77"),
        ("https://t.me/demonews/77", "https://t.me/demonews/77"),
        ("t.me/c/1000000001/5/77?single", "https://t.me/demonews/77"),
        (None, None),
    ],
)
async def test_it_is_there(desk: Any, message: str | None, url: str | None) -> None:
    post = await held(desk)
    item = await queue.resolve(desk.db, post, Answer.THERE, now=desk.now(), message=message)
    assert (item.state, item.url) == (PostState.SENT, url)
    assert await open_cards(desk) == []


async def test_a_change_that_was_only_asked_about_cannot_be_there(desk: Any, delivery: Delivery) -> None:
    post = await desk.post("as it was")
    await delivery.once(desk.now())
    request = Request(method="editMessageText", params={"text": "another story"})
    edit = {"kind": PostKind.EDIT, "lane": Lane.CORRECTION, "target_post_id": post, "requests": [request]}
    change = await desk.post("another story", state=PostState.HELD, **edit)
    with pytest.raises(UsageError, match="was not sent") as told:
        await queue.resolve(desk.db, change, Answer.THERE, now=desk.now())
    assert told.value.problem.code == "SW-T434" and f"resolve {change} again" in told.value.problem.fix
    assert (await desk.look(change)).state is PostState.HELD
    item = await queue.resolve(desk.db, change, Answer.AGAIN, now=desk.now())
    assert item.state is PostState.QUEUED
    await delivery.once(desk.now())
    assert desk.texts() == ["another story"]


async def test_send_again_is_marked_when_later_posts_went_out(desk: Any, delivery: Delivery) -> None:
    post = await held(desk)
    await desk.post("later")
    await delivery.once(desk.now())
    item = await queue.resolve(desk.db, post, Answer.AGAIN, now=desk.now())
    assert item.state is PostState.QUEUED and item.out_of_order
    await delivery.once(desk.now())
    assert desk.texts() == ["later", "lost"]


async def test_drop_cancels_the_post_and_its_edits(desk: Any) -> None:
    post = await held(desk)
    edit = await desk.post(kind=PostKind.EDIT, target_post_id=post)
    assert (await queue.resolve(desk.db, post, Answer.DROP, now=desk.now())).state is PostState.CANCELLED
    other = await held(desk, "other")
    assert (await queue.drop(desk.db, other, now=desk.now())).code == "SW-T421"
    await queue.drop(desk.db, edit, now=desk.now())
    assert (await desk.look(edit)).state is PostState.CANCELLED


async def test_a_refused_post_can_be_tried_again_from_its_first_form(desk: Any, delivery: Delivery) -> None:
    old = desk.now() - timedelta(hours=9)
    forms = [Request(method="sendMessage", params={"text": "first form"}), Request(method="sendMessage", params={})]
    post = await desk.post(
        state=PostState.REFUSED, attempts=2, request_index=1, requests=forms, fresh_until=old, problem=PROBLEM.as_json()
    )
    assert (await queue.retry(desk.db, post, now=desk.now())).state is PostState.QUEUED
    await delivery.once(desk.now() + timedelta(seconds=1))
    assert desk.texts() == ["first form"]


async def test_wrong_questions_are_answered_in_words(desk: Any) -> None:
    sent = await desk.post(state=PostState.SENT)
    lost = await held(desk)
    for wrong in (
        queue.resolve(desk.db, 999, Answer.DROP, now=desk.now()),
        queue.resolve(desk.db, sent, Answer.DROP, now=desk.now()),
        queue.retry(desk.db, sent, now=desk.now()),
        queue.drop(desk.db, sent, now=desk.now()),
        queue.resolve(desk.db, lost, Answer.THERE, now=desk.now(), message="over there"),
    ):
        with pytest.raises(UsageError):
            await wrong
    assert (await desk.look(lost)).state is PostState.HELD


async def test_a_mended_channel_goes_on(desk: Any, delivery: Delivery) -> None:
    desk.fault("error", status=403, description="Forbidden: bot was kicked from the channel chat")
    await desk.posts(["one", "two"])
    await delivery.once(desk.now())
    assert await open_cards(desk) == [f"channel-paused:{desk.demo.id}"]
    assert await queue.check_channel(desk.db, desk.telegram, desk.demo, now=desk.now()) == 2
    assert await open_cards(desk) == []
    await delivery.once(desk.now())
    assert desk.texts() == ["one", "two"]


async def test_a_channel_that_is_still_closed_says_why(desk: Any) -> None:
    await desk.box.people.demote("ana", "demo", "news")
    with pytest.raises(NotAllowed):
        await queue.check_channel(desk.db, desk.telegram, desk.demo, now=desk.now())
    desk.fault("error", "getChatMember", status=400, description="Bad Request: chat not found")
    with pytest.raises(NotAllowed, match="SW-T404"):
        await queue.check_channel(desk.db, desk.telegram, desk.second, now=desk.now())
    desk.fault("gateway", "getChatMember", status=502)
    with pytest.raises(NotAllowed):
        await queue.check_channel(desk.db, desk.telegram, desk.second, now=desk.now())
    async with desk.db.read() as tx:
        assert await channels.get(tx, desk.demo.id) is not None


async def test_undo_takes_back_what_waits_and_says_when_it_is_too_late(desk: Any, delivery: Delivery) -> None:
    post = await desk.post("oops", due_at=desk.now() + timedelta(minutes=2))
    assert await undo(desk.db, post, now=desk.now()) is PostState.CANCELLED
    sent = await desk.post("out")
    await delivery.once(desk.now())
    assert await undo(desk.db, sent, now=desk.now()) is PostState.SENT
    assert await undo(desk.db, 999, now=desk.now()) is None


async def test_a_picture_too_old_to_delete_becomes_a_tombstone(desk: Any, delivery: Delivery) -> None:
    share = await desk.post("words")
    await delivery.once(desk.now())
    desk.fault("error", "deleteMessages", status=400, description="Bad Request: message can't be deleted for everyone")
    retraction = await desk.post(
        "Story withdrawn",
        kind=PostKind.RETRACT,
        target_post_id=share,
        requests=[
            Request(method="deleteMessages", params={}, why="deleted"),
            Request(method="editMessageText", params={"text": "Story withdrawn"}, why="tombstone"),
        ],
    )
    await delivery.once(desk.now())
    assert desk.texts() == ["Story withdrawn"] and (await desk.look(retraction)).request_index == 1


@pytest.mark.parametrize(
    ("wish", "state", "texts"),
    [
        ("resend", PostState.SENT, ["known", "maybe", "maybe"]),
        ("drop", PostState.CANCELLED, ["known", "maybe"]),
        ("hold", PostState.HELD, ["known", "maybe"]),
        ("reconcile", PostState.SENT, ["known", "maybe"]),
    ],
)
async def test_a_channel_has_its_own_policy_for_what_nobody_can_tell(
    desk: Any, wish: str, state: PostState, texts: list[str]
) -> None:
    assert await queue.policy(desk.db, "demo") is UnknownPolicy.RECONCILE
    assert await queue.policy(desk.db, "@demonews", UnknownPolicy(wish)) == wish
    assert await queue.policy(desk.db, "demo") == wish
    with pytest.raises(UsageError):
        await queue.policy(desk.db, "nowhere")
    tuning = Tuning(patience=3.0, refresh=0.05, settle=timedelta(seconds=0.2), audit_chat=5011)
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=tuning)
    await desk.post("known")
    await stage.once(desk.now())
    desk.fault("lose")
    post = await desk.post("maybe")
    await stage.once(desk.now())
    await stage.close(desk.now())
    assert (await desk.look(post)).state is state and desk.texts() == texts
