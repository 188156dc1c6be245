"""Unknown outcomes against the sandbox: found, absent, or held in words; never guessed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels import evidence, reconcile
from bot.channels.deliver import Delivery
from bot.channels.evidence import Seen
from bot.channels.pace import Rates
from bot.channels.reconcile import Limits
from bot.channels.sender import Tuning
from bot.model import Lane, Post, PostKind, PostState, Request, Role, UnknownPolicy, Upload
from bot.store import notices, people
from bot.store.unknowns import Unknown

BOT = 1000001
DEMO = -1001000000001
OWNER = 5011
HURRY = Rates(bot=900, chat_gap=0.01, group_count=10_000)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def looks() -> Limits:
    return Limits(gap=0.0, again=0.1)


@pytest.fixture
async def stage(desk: Any, looks: Limits) -> AsyncIterator[Delivery]:
    """A sender that looks after 0.3 s, with an owner whose private chat is the audit chat."""
    async with desk.db.write() as tx:
        await people.give_role(tx, bot_id=BOT, user_id=OWNER, role=Role.OWNER, now=desk.now())
    tuning = Tuning(settle=timedelta(seconds=0.3), refresh=0.05, patience=5, looks=looks)
    made = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=tuning)
    yield made
    await made.close(desk.now())


async def card_of(desk: Any, post: int) -> notices.Notice:
    async with desk.db.read() as tx:
        return {card.key: card for card in await notices.opened(tx, bot_id=BOT)}[f"post-held:{post}"]


async def owners_chat(desk: Any) -> list[str]:
    """What is left in the owner's chat with the bot."""
    return [message.get("text") for message in await desk.box.people.messages("1000001:5011")]


async def first_post(desk: Any, stage: Delivery) -> None:
    await desk.post("first")
    await stage.once(desk.now())


@pytest.mark.parametrize("action", ["lose", "lose_reset", "gateway", "truncate", "html"])
async def test_a_post_that_went_out_is_found_and_not_sent_again(desk: Any, stage: Delivery, action: str) -> None:
    await first_post(desk, stage)
    desk.fault(action, status=502)
    lost, later = await desk.posts(["lost & <found>", "later"])
    await stage.once(desk.now())
    assert desk.texts() == ["first", "lost & <found>", "later"]
    found = await desk.look(lost)
    assert found.state is PostState.SENT and found.attempts == 1
    assert found.remote_url == f"https://t.me/demonews/{found.remote_id}"
    assert int((await desk.look(later)).remote_id or 0) == int(found.remote_id or 0) + 1
    assert "lost & <found>" not in await owners_chat(desk)


@pytest.mark.parametrize("wrong", [timedelta(hours=1), timedelta(hours=-1)], ids=["ahead", "behind"])
async def test_a_post_is_found_though_our_clock_is_wrong_by_an_hour(
    desk: Any, stage: Delivery, wrong: timedelta
) -> None:
    await first_post(desk, stage)
    desk.fault("lose")
    lost = await desk.post("lost", due_at=desk.now() - timedelta(hours=2))
    await stage.once(desk.now() + wrong)
    found = await desk.look(lost)
    assert found.state is PostState.SENT and found.attempts == 1 and desk.texts() == ["first", "lost"]


@pytest.mark.parametrize("action", ["close", "reset"])
async def test_a_post_that_did_not_go_out_is_sent_again_in_its_order(desk: Any, stage: Delivery, action: str) -> None:
    await first_post(desk, stage)
    desk.fault(action)
    lost, _ = await desk.posts(["lost", "later"])
    await stage.once(desk.now())
    assert desk.texts() == ["first", "lost", "later"]
    assert (await desk.look(lost)).attempts == 2


async def test_people_who_post_and_delete_meanwhile_confuse_nobody(desk: Any, stage: Delivery) -> None:
    await first_post(desk, stage)
    people_door = desk.box.people
    for n in range(4):
        message = await people_door.send("ana", "demo", f"by hand {n}")
        if n % 2:
            await people_door.delete("ana", "demo", message["message_id"])
    desk.fault("lose")
    lost = await desk.post("lost")
    await stage.once(desk.now())
    assert (await desk.look(lost)).state is PostState.SENT
    assert [text for text in desk.texts() if text == "lost"] == ["lost"]
    desk.fault("close")
    again = await desk.post("again")
    await desk.box.people.send("ana", "demo", "by hand, later")
    await stage.once(desk.now())
    assert (await desk.look(again)).attempts == 2 and desk.texts().count("again") == 1


async def test_two_messages_that_fit_are_left_to_a_person(desk: Any, stage: Delivery) -> None:
    await first_post(desk, stage)
    desk.fault("lose")
    lost = await desk.post("same words")
    started = asyncio.create_task(stage.once(desk.now()))
    while "same words" not in desk.texts():
        await asyncio.sleep(0.01)
    await desk.box.people.send("ana", "demo", "same words")
    later = await desk.post("later")
    await started
    held = await desk.look(lost)
    assert held.state is PostState.HELD and "Two messages" in (held.problem or "")
    assert (await card_of(desk, lost)).options == {"post": lost}
    assert (await desk.look(later)).state is PostState.SENT


async def test_protected_content_is_left_to_a_person_only_if_something_is_there(desk: Any, stage: Delivery) -> None:
    await first_post(desk, stage)
    desk.box.world.chats[DEMO].protected = True
    desk.fault("close")
    absent = await desk.post("absent")
    await stage.once(desk.now())
    assert (await desk.look(absent)).state is PostState.SENT
    desk.fault("lose")
    there = await desk.post("there")
    await stage.once(desk.now())
    held = await desk.look(there)
    assert held.state is PostState.HELD and "protects" in (held.problem or "")


async def test_without_an_audit_chat_only_an_empty_place_is_clear(desk: Any) -> None:
    tuning = Tuning(settle=timedelta(seconds=0.2), refresh=0.05, patience=5)
    stage = Delivery(desk.db, desk.telegram, rates=HURRY, tuning=tuning)
    await first_post(desk, stage)
    desk.fault("close")
    absent = await desk.post("absent")
    await stage.once(desk.now())
    desk.fault("lose")
    there = await desk.post("there")
    await stage.once(desk.now())
    await stage.close(desk.now())
    assert (await desk.look(absent)).state is PostState.SENT
    assert (await desk.look(there)).state is PostState.HELD and "BOT_AUDIT_CHAT" in (
        (await desk.look(there)).problem or ""
    )


async def test_an_audit_chat_that_cannot_be_used_is_named(desk: Any, stage: Delivery) -> None:
    await first_post(desk, stage)
    desk.fault("error", "forwardMessage", status=403, description="Forbidden: bot was blocked by the user")
    desk.fault("lose")
    there = await desk.post("there")
    await stage.once(desk.now())
    assert "blocked" in ((await desk.look(there)).problem or "")


async def test_the_first_post_of_a_channel_cannot_be_looked_up(desk: Any, stage: Delivery) -> None:
    desk.fault("lose")
    post = await desk.post("very first")
    await stage.once(desk.now())
    assert (await desk.look(post)).state is PostState.HELD


async def test_an_album_is_one_delivery_with_all_its_ids(desk: Any, stage: Delivery) -> None:
    await first_post(desk, stage)
    desk.fault("lose", "sendMediaGroup")
    items = [{"type": "document", "media": f"attach://d{n}"} for n in range(3)]
    items[0]["caption"] = "an album"
    (desk_file := desk.tmp / "a.txt").write_text("text")
    uploads = tuple(Upload(name=f"d{n}", path=str(desk_file)) for n in range(3))
    request = Request(method="sendMediaGroup", params={"media": items}, uploads=uploads)
    album = await desk.post("an album", requests=[request], weight=3)
    await stage.once(desk.now())
    found = await desk.look(album)
    assert found.state is PostState.SENT and len(found.remote_ids) == 3
    assert len(desk.box.world.chats[DEMO].messages) == 4 + sum(
        1 for m in desk.box.world.chats[DEMO].messages.values() if m.is_service
    )


@pytest.mark.parametrize(
    ("policy", "to", "expected", "texts"),
    [
        (UnknownPolicy.RESEND, OWNER, PostState.SENT, 2),
        (UnknownPolicy.DROP, OWNER, PostState.CANCELLED, 1),
        (UnknownPolicy.HOLD, OWNER, PostState.HELD, 1),
        (UnknownPolicy.RECONCILE, OWNER, PostState.HELD, 1),
        (UnknownPolicy.RECONCILE, -4001, PostState.HELD, 1),
    ],
)
async def test_where_looking_is_impossible_the_policy_decides(
    desk: Any, stage: Delivery, policy: UnknownPolicy, to: int, expected: PostState, texts: int
) -> None:
    desk.fault("lose")
    post = await desk.post("alert", to=to, unknown_policy=policy, lane=Lane.ALERT)
    await stage.once(desk.now())
    assert (await desk.look(post)).state is expected
    assert (await owners_chat(desk)).count("alert") + desk.texts(-4001).count("alert") == texts


async def test_a_look_that_telegram_does_not_answer_is_tried_again(desk: Any, stage: Delivery) -> None:
    await first_post(desk, stage)
    desk.fault("lose")
    desk.fault("gateway", "setMessageReaction", status=502)
    desk.fault("flood", "setMessageReaction", retry_after=1)
    lost = await desk.post("lost")
    await stage.once(desk.now())
    assert (await desk.look(lost)).state is PostState.SENT and desk.texts().count("lost") == 1


async def test_after_many_fruitless_attempts_a_person_looks(desk: Any, stage: Delivery) -> None:
    await first_post(desk, stage)
    desk.fault("close", times=0)
    lost = await desk.post("lost")
    await stage.once(desk.now())
    held = await desk.look(lost)
    assert held.state is PostState.HELD and held.attempts == reconcile.MOST_ATTEMPTS


async def test_service_messages_are_passed_over(desk: Any, stage: Delivery) -> None:
    await first_post(desk, stage)
    first = int((await desk.look(1)).remote_id or 0)
    await desk.telegram.call("pinChatMessage", {"chat_id": DEMO, "message_id": first})
    desk.fault("lose")
    lost = await desk.post("lost")
    await stage.once(desk.now())
    assert (await desk.look(lost)).state is PostState.SENT and desk.texts().count("lost") == 1


@pytest.mark.parametrize(
    ("looks", "words"),
    [(Limits(gap=0.0, ids=1), "More than 1"), (Limits(patience=0.0), "took too long")],
    ids=["ids", "patience"],
)
async def test_a_look_has_limits(desk: Any, stage: Delivery, words: str) -> None:
    await first_post(desk, stage)
    desk.fault("lose")
    lost = await desk.post("lost")
    await stage.once(desk.now())
    assert words in ((await desk.look(lost)).problem or "")


async def test_a_place_where_the_bot_may_not_look_is_left_to_a_person(desk: Any, stage: Delivery) -> None:
    await first_post(desk, stage)
    for status, words in ((403, "may not look"), (401, "token")):
        desk.fault("lose")
        desk.fault("error", "setMessageReaction", status=status, description="Forbidden: bot was kicked")
        lost = await desk.post(f"lost {status}")
        await stage.once(desk.now())
        assert words in ((await desk.look(lost)).problem or "")
        assert await reconcile.ids_above(desk.telegram, DEMO, 10_000) == []


# ── the comparison itself ────────────────────────────────────────────────────────────────────────────────────────


def post(method: str = "sendMessage", **params: Any) -> Post:
    return Post(
        id=1,
        bot_id=BOT,
        once_key="k",
        kind=PostKind.SHARE,
        state=PostState.UNKNOWN,
        lane=Lane.CHANNEL,
        chat_id=DEMO,
        requests=(Request(method=method, params=params),),
        visible_text="Night buses & trams",
        attempts=1,
    )


def candidate(**values: Any) -> Seen:
    default: dict[str, Any] = {
        "message_id": 5, "text": "Night buses & trams", "media": None, "buttons": frozenset(), "posted_at": NOW,
    }  # fmt: skip
    return Seen(**{**default, **values})


def test_spaces_marks_and_cleaning_do_not_matter() -> None:
    for text in ("Night buses & trams", " Night\nbuses  & trams.", "Night\u00a0buses & trams"):
        assert evidence.fits(post(), NOW, candidate(text=text))
    assert not evidence.fits(post(), NOW, candidate(text="Night buses"))


def test_the_plain_text_of_a_fallback_counts_too() -> None:
    assert evidence.fits(post(text="Another wording"), NOW, candidate(text="Another wording"))
    assert not evidence.fits(post(text="<b>x</b>", parse_mode="HTML"), NOW, candidate(text="<b>x</b>"))


def test_an_older_message_is_not_ours() -> None:
    assert not evidence.fits(post(), NOW, candidate(posted_at=NOW - timedelta(minutes=5)))
    assert evidence.fits(post(), NOW, candidate(posted_at=None))


def test_the_kind_of_media_has_to_be_right() -> None:
    assert evidence.fits(post("sendPhoto"), NOW, candidate(media="photo"))
    assert not evidence.fits(post("sendPhoto"), NOW, candidate(media=None))
    assert evidence.fits(post("sendVideo"), NOW, candidate(media="animation"))


def test_other_buttons_are_another_post() -> None:
    keyboard = {"inline_keyboard": [[{"text": "Read", "url": "https://a.example/1"}, {"text": "Copy"}]]}
    ours = post(reply_markup=keyboard)
    assert evidence.fits(ours, NOW, candidate(buttons=frozenset({"https://a.example/1"})))
    assert evidence.fits(ours, NOW, candidate())
    assert not evidence.fits(ours, NOW, candidate(buttons=frozenset({"https://b.example"})))


def test_what_was_written_a_second_time_after_a_restore_is_known_by_headline_and_link() -> None:
    keyboard = {"inline_keyboard": [[{"text": "Read", "url": "https://a.example/1"}]]}
    again = replace(post(reply_markup=keyboard), attempts=0, visible_text="Night buses\n\nSummary · 14:05")
    for text, links, same in (
        ("Night buses\n\nAnother summary", {"https://a.example/1", "https://share.example"}, True),
        ("Night buses\n\nSummary · 14:05", set(), True),
        ("Night buses\n\nSummary · 14:05", {"https://b.example"}, False),
        ("Night trams\n\nSummary · 14:05", {"https://a.example/1"}, False),
    ):
        seen = candidate(text=text, media="photo", buttons=frozenset(links))
        assert evidence.fits(again, NOW, seen) is same, text


def test_a_forward_is_read_for_what_can_be_compared() -> None:
    got = evidence.seen(
        9,
        {
            "caption": "x",
            "photo": [{}],
            "forward_origin": {"type": "channel", "date": 1_772_366_400},
            "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "https://a.example/"}]]},
        },
    )
    assert got == Seen(
        message_id=9,
        text="x",
        media="photo",
        buttons=frozenset({"https://a.example"}),
        posted_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    )


def test_a_look_that_blocks_too_long_is_over() -> None:
    unknown = Unknown(post=replace(post()), started_at=NOW, unknown_at=NOW, last_known=1)
    assert not reconcile.is_over(unknown, NOW + timedelta(minutes=3))
    assert reconcile.is_over(unknown, NOW + timedelta(minutes=3, seconds=1))
