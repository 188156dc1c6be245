"""The delivery stage against the sandbox over HTTP, on both databases: every class of outcome once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from bot.channels.deliver import Delivery
from bot.channels.pace import Rates
from bot.channels.reach import SILENT
from bot.channels.sender import Tuning
from bot.channels.telegram import Telegram
from bot.errors import NotAllowed, TelegramUnreachable
from bot.model import Lane, Outcome, Post, PostKind, PostState, Request, Upload
from bot.store import channels, notices, pauses, people
from bot.store.schema import deliveries, posts

BOT = 1000001
DEMO = -1001000000001
SECOND = -1001000000002


async def cards(desk: Any) -> dict[str, notices.Notice]:
    async with desk.db.read() as tx:
        return {card.key: card for card in await notices.opened(tx, bot_id=BOT)}


async def outcomes(desk: Any, post_id: int) -> list[str]:
    async with desk.db.read() as tx:
        query = select(deliveries.c.outcome).where(deliveries.c.post_id == post_id).order_by(deliveries.c.attempt)
        return list((await tx.execute(query)).scalars())


async def test_posts_arrive_in_order_and_what_is_known_is_written_down(desk: Any, delivery: Delivery) -> None:
    ids = await desk.posts([f"news {n}" for n in range(6)])
    urgent = await desk.post("urgent", lane=Lane.BREAKING)
    assert await delivery.once(desk.now()) == 7
    assert desk.texts() == ["urgent", *[f"news {n}" for n in range(6)]]
    sent: Post = await desk.look(ids[0])
    assert sent.state is PostState.SENT and sent.attempts == 1 and sent.sent_at is not None
    assert sent.remote_url == f"https://t.me/demonews/{sent.remote_id}"
    assert int(sent.remote_id or 0) > int((await desk.look(urgent)).remote_id or 0)
    assert await outcomes(desk, ids[0]) == [Outcome.SENT]
    assert await delivery.once(desk.now()) == 0


async def test_the_intent_is_committed_before_the_call(desk: Any, delivery: Delivery) -> None:
    post = await desk.post()
    desk.fault("delay", seconds=0.5)
    running = asyncio.create_task(delivery.once(desk.now()))
    while not desk.box.world.journal.entries:
        await asyncio.sleep(0.01)
    assert (await desk.look(post)).state is PostState.SENDING
    assert await outcomes(desk, post) == [None]
    assert await running == 1 and (await desk.look(post)).state is PostState.SENT


async def test_nothing_is_sent_when_the_intent_cannot_be_written(desk: Any, delivery: Delivery) -> None:
    post = await desk.post()
    async with desk.db.write() as tx:
        if desk.db.is_sqlite:
            await tx.execute(
                text("CREATE TRIGGER full BEFORE INSERT ON deliveries BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
            )
        else:
            await tx.execute(text("ALTER TABLE deliveries ADD CONSTRAINT full_ CHECK (attempt < 0)"))
    with pytest.raises(DBAPIError):
        await delivery.once(desk.now())
    assert not desk.box.world.journal.entries and (await desk.look(post)).state is PostState.QUEUED
    async with desk.db.write() as tx:
        drop = "DROP TRIGGER full" if desk.db.is_sqlite else "ALTER TABLE deliveries DROP CONSTRAINT full_"
        await tx.execute(text(drop))
    assert await delivery.once(desk.now()) == 1 and desk.texts() == ["hello"]


async def test_a_429_halts_its_chat_alone_and_the_halt_is_remembered(desk: Any, delivery: Delivery) -> None:
    first, second = await desk.posts(["one", "two"])
    other = await desk.post("other", to=SECOND)
    desk.fault("flood", chat_id=str(DEMO), retry_after=3)
    running = asyncio.create_task(delivery.once(desk.now()))
    async with asyncio.timeout(10):
        while (await desk.look(other)).state is not PostState.SENT or (await desk.look(first)).attempts == 0:
            await asyncio.sleep(0.05)
        while (await desk.look(first)).state is not PostState.QUEUED:
            await asyncio.sleep(0.05)
    assert (await desk.look(second)).attempts == 0
    async with desk.db.read() as tx:
        kept = await pauses.current(tx, bot_id=BOT, now=desk.now())
    assert [chat for chat, _, _ in kept] == [str(DEMO)]
    await running
    assert desk.texts() == ["one", "two"]
    assert await outcomes(desk, first) == [Outcome.FLOOD, Outcome.SENT]


async def test_a_halt_outlives_a_restart(desk: Any) -> None:
    post = await desk.post()
    async with desk.db.write() as tx:
        await pauses.keep(tx, bot_id=BOT, pause=[(str(DEMO), desk.now() + timedelta(seconds=30), "asked")])
    stage = Delivery(desk.db, desk.telegram, tuning=Tuning(patience=1.0))
    assert await stage.once(desk.now()) == 0
    await stage.close(desk.now())
    assert (await desk.look(post)).state is PostState.QUEUED


async def test_a_long_halt_is_told(desk: Any, delivery: Delivery) -> None:
    await desk.post()
    desk.fault("flood", retry_after=86_400)
    await delivery.once(desk.now())
    assert (await cards(desk))[f"flood:{DEMO}"].problem.code == "SW-T429"


PHOTO = Request(method="sendPhoto", params={"photo": "https://example.org/a.jpg", "caption": "hello"})
PREVIEW = Request(method="sendMessage", params={"text": "hello"}, why="preview")


async def test_a_picture_that_telegram_cannot_fetch_falls_back_and_that_is_recorded(
    desk: Any, delivery: Delivery
) -> None:
    desk.fault("error", "sendPhoto", status=400, description="Bad Request: failed to get HTTP URL content")
    post = await desk.post(requests=[PHOTO, PREVIEW])
    await delivery.once(desk.now())
    found = await desk.look(post)
    assert (found.state, found.request_index) == (PostState.SENT, 1)
    assert await outcomes(desk, post) == [Outcome.CONTENT_ERROR, Outcome.SENT]
    assert desk.texts() == ["hello"] and await cards(desk) == {}


async def test_a_picture_that_we_cannot_fetch_falls_back_without_a_call(desk: Any, delivery: Delivery) -> None:
    upload = Request(
        method="sendPhoto",
        params={"caption": "x"},
        uploads=(Upload(name="photo", path="/nowhere/a.jpg"),),
        why="upload",
    )
    post = await desk.post(requests=[upload, PREVIEW])
    await delivery.once(desk.now())
    assert (await desk.look(post)).request_index == 1
    assert [entry.method for entry in desk.box.world.journal.entries] == ["sendMessage"]


async def test_broken_formatting_goes_out_as_plain_text(desk: Any, delivery: Delivery) -> None:
    broken = Request(method="sendMessage", params={"text": "<b>hello", "parse_mode": "HTML"})
    post = await desk.post("hello", requests=[broken])
    await delivery.once(desk.now())
    found = await desk.look(post)
    assert found.state is PostState.SENT and found.requests[1].why == "plain"
    assert desk.texts() == ["hello"]


async def test_content_that_nothing_mends_is_refused_and_told_and_later_posts_go_on(
    desk: Any, delivery: Delivery
) -> None:
    empty = Request(method="sendMessage", params={"text": "  "})
    post = await desk.post(requests=[empty])
    later = await desk.post("later")
    await delivery.once(desk.now())
    refused = await desk.look(post)
    assert refused.state is PostState.REFUSED and refused.problem_code == "SW-T400"
    assert (await cards(desk))[f"post-refused:{post}"].options == {"post": post}
    assert (await desk.look(later)).state is PostState.SENT


async def test_a_lost_right_pauses_the_channel_tells_once_and_keeps_its_posts(desk: Any, delivery: Delivery) -> None:
    desk.fault(
        "error", status=400, chat_id=str(DEMO), description="Bad Request: need administrator rights in the channel chat"
    )
    waiting = await desk.posts(["one", "two", "three"])
    other = await desk.post("other", to=SECOND)
    await delivery.once(desk.now())
    assert await desk.states() == ["queued"] * 3 + ["sent"] and (await desk.look(other)).state is PostState.SENT
    card = (await cards(desk))[f"channel-paused:{desk.demo.id}"]
    assert (card.problem.code, card.problem.where, card.count) == ("SW-T403", "Demo News", 1)
    async with desk.db.write() as tx:
        paused = await channels.get(tx, desk.demo.id)
        assert paused is not None and "SW-T403" in (paused.pause_reason or "")
        await channels.resume(tx, desk.demo.id)
    assert await delivery.once(desk.now()) == len(waiting)
    assert desk.texts() == ["one", "two", "three"]


async def test_a_reader_who_blocked_the_bot_is_remembered(desk: Any, delivery: Delivery) -> None:
    async with desk.db.write() as tx:
        await people.meet(tx, bot_id=BOT, user_id=5011, name="Ana", language="en", now=desk.now())
    desk.fault("error", status=403, description="Forbidden: bot was blocked by the user")
    post = await desk.post(to=5011)
    await delivery.once(desk.now())
    assert (await desk.look(post)).state is PostState.REFUSED
    async with desk.db.read() as tx:
        ana = await people.get(tx, bot_id=BOT, user_id=5011)
    assert ana is not None and ana.blocked_at is not None


async def test_a_refused_token_stops_sending_and_says_so(desk: Any, delivery: Delivery) -> None:
    post = await desk.post()
    desk.fault("error", status=401, description="Unauthorized")
    with pytest.raises(NotAllowed, match="token"):
        await delivery.once(desk.now())
    assert (await desk.look(post)).state is PostState.QUEUED
    assert "token" in await cards(desk)


async def test_a_group_that_became_a_supergroup_is_followed(desk: Any, delivery: Delivery) -> None:
    async with desk.db.write() as tx:
        await channels.change(tx, desk.second.id, address="-4001", chat_id=-4001)
    desk.fault("migrate", chat_id="-4001", migrate_to_chat_id=SECOND)
    first = await desk.post("one", to=-4001, channel_id=desk.second.id)
    await desk.post("two", to=-4001, channel_id=desk.second.id)
    await delivery.once(desk.now())
    assert desk.texts(SECOND) == ["one", "two"]
    assert (await desk.look(first)).chat_id == SECOND
    async with desk.db.read() as tx:
        moved = await channels.get(tx, desk.second.id)
    assert moved is not None and moved.chat_id == SECOND


@pytest.mark.parametrize("action", ["lose", "lose_reset", "gateway", "truncate", "html"])
async def test_an_unclear_answer_is_unknown_and_holds_its_channel_only(
    desk: Any, delivery: Delivery, action: str
) -> None:
    lost, later = await desk.posts(["lost", "later"])
    other = await desk.post("other", to=SECOND)
    desk.fault(action, chat_id=str(DEMO), status=502)
    await delivery.once(desk.now())
    unknown = await desk.look(lost)
    assert unknown.state is PostState.UNKNOWN and unknown.problem_code == "SW-T500"
    assert [(await desk.look(id)).state for id in (later, other)] == [PostState.QUEUED, PostState.SENT]
    assert desk.texts() == ["lost"]


async def test_a_change_of_unknown_outcome_is_simply_done_again(desk: Any, delivery: Delivery) -> None:
    share = await desk.post("old")
    await delivery.once(desk.now())
    edit = Request(method="editMessageText", params={"text": "new"})
    change = await desk.post(kind=PostKind.EDIT, target_post_id=share, requests=[edit], lane=Lane.CORRECTION)
    desk.fault("lose", "editMessageText")
    await delivery.once(desk.now())
    assert (await desk.look(change)).state is PostState.SENT
    assert await outcomes(desk, change) == [Outcome.UNKNOWN, Outcome.SENT]
    assert desk.texts() == ["new"]


async def test_a_change_of_a_message_that_is_gone_is_told(desk: Any, delivery: Delivery) -> None:
    share = await desk.post("old")
    await delivery.once(desk.now())
    remote = int((await desk.look(share)).remote_id or 0)
    await desk.telegram.call("deleteMessage", {"chat_id": DEMO, "message_id": remote})
    edit = Request(method="editMessageText", params={"text": "new"})
    change = await desk.post(kind=PostKind.EDIT, target_post_id=share, requests=[edit])
    delete = await desk.post(
        kind=PostKind.RETRACT, target_post_id=share, requests=[Request(method="deleteMessage", params={})]
    )
    many = await desk.post(
        kind=PostKind.RETRACT, target_post_id=share, requests=[Request(method="deleteMessages", params={})]
    )
    await delivery.once(desk.now())
    assert (await desk.look(change)).problem_code == "SW-T410"
    assert [(await desk.look(id)).state for id in (delete, many)] == [PostState.SENT] * 2


async def test_a_change_of_a_message_without_id_is_told(desk: Any, delivery: Delivery) -> None:
    share = await desk.post("old", state=PostState.SENT)
    for method in ("editMessageText", "deleteMessages"):
        change = await desk.post(kind=PostKind.EDIT, target_post_id=share, requests=[Request(method=method, params={})])
        await delivery.once(desk.now())
        assert (await desk.look(change)).state is PostState.REFUSED


async def test_what_a_dead_sender_left_is_unknown(desk: Any, delivery: Delivery) -> None:
    left = await desk.post(state=PostState.SENDING, claimed_epoch=0, attempts=1)
    change = await desk.post(state=PostState.SENDING, claimed_epoch=0, kind=PostKind.EDIT, target_post_id=left)
    await delivery.once(desk.now())
    assert (await desk.look(left)).state is PostState.UNKNOWN
    assert (await desk.look(change)).state is PostState.QUEUED


async def test_an_unreachable_telegram_is_told_and_posts_wait(desk: Any) -> None:
    post = await desk.post()
    async with Telegram("1000001:sandbox", base_url="http://127.0.0.1:9") as nowhere:
        stage = Delivery(desk.db, nowhere, tuning=Tuning(back_off=(0.01,)))
        with pytest.raises(TelegramUnreachable):
            await stage.once(desk.now())
        await stage.close(desk.now())
    assert (await desk.look(post)).state is PostState.QUEUED
    assert await outcomes(desk, post) == [Outcome.NOT_SENT] * SILENT, "then something harmless asks whether it is back"


async def test_answers_of_an_unheard_shape_are_unknown(desk: Any) -> None:
    shapes = ['{"ok": true}', '{"ok": true, "result": 7}', "[]", '{"ok": "yes"}', '{"ok": true, "result": {}}']
    given: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        given.append(shapes[len(given)])
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close"
        writer.write(f"{head}\r\nContent-Length: {len(given[-1])}\r\n\r\n{given[-1]}".encode())
        await writer.drain()
        writer.close()

    told = [await desk.post(to=-1001000000100 - number) for number in range(len(shapes))]
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with Telegram("1000001:sandbox", base_url=address) as odd:
            stage = Delivery(desk.db, odd, tuning=Tuning(patience=0.2, refresh=0.05))
            await stage.once(desk.now())
            await stage.close(desk.now())
    assert sorted(given) == sorted(shapes)
    assert [(await desk.look(post)).state for post in told] == [PostState.UNKNOWN] * len(shapes)


async def test_a_post_that_is_no_longer_fresh_is_not_sent(desk: Any, delivery: Delivery) -> None:
    late = await desk.post("late", fresh_until=desk.now() - timedelta(seconds=1))
    assert await delivery.once(desk.now()) == 0
    found = await desk.look(late)
    assert (found.state, found.problem_code) == (PostState.CANCELLED, "SW-T420")


async def test_one_channel_by_name_and_by_number_is_one_chat(desk: Any, delivery: Delivery) -> None:
    await desk.post("one")
    await desk.post("two", to="@demonews")
    await desk.post("three")
    await delivery.once(desk.now())
    assert desk.texts() == ["one", "two", "three"]


async def test_closing_records_what_is_on_the_wire_and_gives_back_the_rest(desk: Any) -> None:
    ids = await desk.posts(["one"]) + await desk.posts(["two"], to=SECOND)
    desk.fault("delay", chat_id=str(DEMO), seconds=0.3)
    stage = Delivery(desk.db, desk.telegram, tuning=Tuning(lookahead=2.0, refresh=0.05))
    running = asyncio.create_task(stage.once(desk.now()))
    while not desk.box.world.journal.entries:
        await asyncio.sleep(0.005)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await stage.close(desk.now())
    assert not stage.is_sending
    assert (await desk.look(ids[0])).state is PostState.SENT
    assert (await desk.look(ids[1])).state in (PostState.SENT, PostState.QUEUED)


async def test_a_stop_at_any_moment_leaves_no_attempt_to_look_up(desk: Any) -> None:
    for number in range(40):
        await desk.posts([f"one {number}"])
        await desk.posts([f"two {number}"], to=SECOND)
        stage = Delivery(desk.db, desk.telegram, rates=Rates(bot=900, chat_gap=0.01), tuning=Tuning(refresh=0.05))
        await stage.open(desk.now())
        running = asyncio.create_task(stage.once(desk.now()))
        await asyncio.sleep(0.0005 * number)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await stage.close(desk.now())
    assert set(await desk.states()) <= {PostState.SENT, PostState.QUEUED}


async def test_a_cancelled_post_is_not_sent(desk: Any, delivery: Delivery) -> None:
    first, second = await desk.posts(["one", "two"])
    async with desk.db.write() as tx:
        await tx.execute(update(posts).where(posts.c.id == second).values(state=PostState.CANCELLED))
    await delivery.once(desk.now())
    assert desk.texts() == ["one"] and (await desk.look(first)).state is PostState.SENT


async def test_paid_broadcast_is_said_with_each_post_and_only_when_it_is_chosen(desk: Any, box: Any) -> None:
    async with Telegram("1000001:sandbox", base_url=box.url, rates=Rates(bot=500)) as paid:
        async with Telegram("1000001:sandbox", base_url=box.url, pacer=paid.pacer) as chat:
            assert paid.is_paid and chat.pacer is paid.pacer and not desk.telegram.is_paid
        for number, telegram in enumerate((desk.telegram, paid)):
            stage = Delivery(desk.db, telegram, audit_chat=5011)
            await desk.post(f"news {number}")
            await stage.once(desk.now())
            await stage.close(desk.now())
    sends = [entry for entry in box.world.journal.entries if entry.method.lower() == "sendmessage"]
    assert ["allow_paid_broadcast" in entry.params for entry in sends] == [False, True]
