"""Notices: each trouble is one message to the owner, counted and edited in place, with what a person can do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram.error import Conflict
from typer.testing import CliRunner, Result

from bot import cli
from bot.articles import missing
from bot.channels import causes, destinations, intruders
from bot.channels.deliver import Delivery
from bot.channels.pace import Rates
from bot.channels.sender import Tuning
from bot.chat.application import running_chat
from bot.chat.context import Context
from bot.chat.owner.notices import Notices
from bot.errors import Problem
from bot.model import Channel, Lane, PostKind, PostState, Request, Role, Source, SourceKind
from bot.posts import amendment, quarantine
from bot.sandbox import Box
from bot.store import audit, channels, gaps, leases, people, posts, sources, staff
from bot.store import notices as store_notices
from bot.store.posts import NewPost
from tests.posts import samples

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PAUSED = Problem(
    code="SW-T20",
    title="Demo <News> is paused.",
    cause="I may no longer post there.",
    fix="Turn on Post messages.",
    meanwhile="3 posts are waiting.",
)


async def tell(context: Context, key: str, problem: Problem = PAUSED) -> None:
    async with context.db.write() as tx:
        await store_notices.tell(tx, bot_id=context.bot_id, key=key, problem=problem, now=datetime.now(UTC))


async def messages(box: Box) -> list[dict[str, Any]]:
    return [m for m in await box.people.messages("1000001:5011") if (m.get("from") or {}).get("is_bot")]


@pytest.fixture
async def notices(context: Context) -> Notices:
    async with context.db.write() as tx:
        await people.give_role(tx, bot_id=context.bot_id, user_id=5011, role=Role.OWNER, now=NOW)
    return Notices(context)


async def test_without_an_owner_a_notice_waits(context: Context) -> None:
    await tell(context, "channel-paused:1")
    assert await Notices(context).once(NOW) == 0
    async with context.db.read() as tx:
        assert len(await store_notices.to_show(tx, bot_id=context.bot_id)) == 1


async def test_a_trouble_is_told_once_and_counted_in_place(box: Box, context: Context, notices: Notices) -> None:
    for _ in range(3):
        await tell(context, "channel-paused:1")
        await notices.once(datetime.now(UTC))
    (message,) = await messages(box)
    assert "Demo <News> is paused." in message["text"]
    assert "3 posts are waiting." in message["text"]
    assert "seen 3 times" in message["text"]
    assert message["reply_markup"]["inline_keyboard"][0][0]["text"] == "I fixed it, check"


async def test_a_trouble_that_is_over_is_struck_off_without_buttons(
    box: Box, context: Context, notices: Notices
) -> None:
    await tell(context, "flood:1")
    await notices.once(datetime.now(UTC))
    async with context.db.write() as tx:
        await store_notices.close(tx, bot_id=context.bot_id, key="flood:1", now=datetime.now(UTC))
    await notices.once(datetime.now(UTC))
    (message,) = await messages(box)
    assert "This is over." in message["text"]
    assert not message.get("reply_markup")


async def test_an_owner_who_has_fixed_it_checks_by_button_and_the_channel_goes_on(
    box: Box, context: Context, notices: Notices
) -> None:
    async with context.db.write() as tx:
        channel = Channel(
            id=0, bot_id=context.bot_id, name="demo", address="@demonews", chat_id=-1001000000001, title="Demo News"
        )
        made = await channels.put(tx, channel, now=NOW)
        await channels.pause(tx, made.id, problem=PAUSED, now=NOW)
    await tell(context, f"channel-paused:{made.id}")
    await notices.once(datetime.now(UTC))
    (message,) = await messages(box)
    bot = context.telegram.bot
    async with running_chat(bot, context) as chat:
        task = asyncio.create_task(chat.run())
        pressed = await box.people.press("ana", "news", message["message_id"], row=0, column=0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert pressed is not None
    async with context.db.read() as tx:
        now_well = await channels.get(tx, made.id)
    assert now_well is not None and now_well.paused_at is None


SINCE = NOW - timedelta(days=3)
CARDS: dict[str, tuple[Problem, tuple[str, ...]]] = {  # key -> what it tells, its buttons
    "post-held:1": (causes.cannot_tell("There is no audit chat."), ("It is there", "Send again", "Drop")),
    "post-refused:1": (causes.content("Bad Request: IMAGE_PROCESS_FAILED"), ("Try again", "Drop")),
    "post-refused:2": (causes.message_gone("Bad Request: message to edit not found"), ("Try again", "Drop")),
    "post-refused:3": (causes.method_unknown("Not Found: method not found"), ("Try again", "Drop")),
    "big-change:1": (
        amendment.question("Demo News", samples.article(title="Bridge <closes>"), (), 0),
        ("Change the post", "Keep it as it is"),
    ),
    "channel-paused:1": (destinations.destination("Forbidden: bot was kicked"), ("I fixed it, check",)),
    "channel-paused:2": (destinations.destination("Bad Request: need administrator rights"), ("I fixed it, check",)),
    "channel-paused:3": (destinations.destination("Bad Request: TOPIC_CLOSED"), ("I fixed it, check",)),
    "channel-paused:4": (destinations.destination("Bad Request: chat not found"), ("I fixed it, check",)),
    "flood:-1001": (causes.flood("Demo News", 3_600), ("Seen",)),
    "token": (causes.token_refused("Unauthorized"), ()),
    "catch-up": (
        causes.gap(62, SINCE, NOW, restored=False), ("Post none", "The newest 3", "As a digest", "All of them"),
    ),
    "unremembered": (causes.unremembered({"demo": ["https://t.me/demonews/7"]}), ("Seen",)),
    "conflict": (causes.stranger_polls("Conflict: terminated by other getUpdates request"), ("Seen",)),
    "webhook": (causes.foreign_webhook("https://elsewhere.example/secret-path"), ()),
    "page-missing:1": (
        missing.page_is_gone("Bridge <closes>", "https://a.example/1", missing.Answer.GONE), ("Retract", "Keep it"),
    ),
    "pages-missing:1": (missing.pages_are_missing(4, "harbor-times"), ("Seen",)),
    "dropped:1": (causes.dropped(), ("Seen",)),
    "left-out:1": (quarantine.left_out(samples.article(title="Bridge <closes>")), ("Seen",)),
    "another-bot": (causes.another_bot("@new_bot", "@old_bot", 3, 1), ()),
    "strangers:1": (causes.strangers_post("Demo News", ["https://t.me/demonews/7"]), ("Seen",)),
}  # fmt: skip


async def test_every_card_says_what_happened_why_what_to_do_and_what_happens_meanwhile(
    box: Box, context: Context, notices: Notices
) -> None:
    for key, (problem, _) in CARDS.items():
        await tell(context, key, problem)
    assert await notices.once(datetime.now(UTC)) == len(CARDS)
    shown = await messages(box)
    assert len(shown) == len(CARDS)
    for message, (key, (problem, buttons)) in zip(shown, CARDS.items(), strict=True):
        assert problem.meanwhile, key
        for part in (problem.title, problem.cause, problem.fix, problem.meanwhile, problem.code):
            assert part in message["text"], key
        rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
        assert tuple(button["text"] for row in rows for button in row) == buttons, key
        assert "secret-path" not in message["text"]


async def asked_about_a_change(context: Context, channel_id: int | None = None) -> Delivery:
    """A post stands in the channel, and its article became another story."""
    now = datetime.now(UTC)
    common: dict[str, Any] = {
        "bot_id": context.bot_id,
        "chat_id": -1001000000001,
        "due_at": now,
        "channel_id": channel_id,
    }
    rates, tuning = Rates(bot=900, chat_gap=0.01, group_count=1_000), Tuning(patience=1.0, refresh=0.05)
    delivery = Delivery(context.db, context.telegram, rates=rates, tuning=tuning)
    first = NewPost(
        once_key="share:1", kind=PostKind.SHARE, lane=Lane.CHANNEL, visible_text="as it was",
        requests=(Request(method="sendMessage", params={"chat_id": -1001000000001, "text": "as it was"}),), **common,
    )  # fmt: skip
    async with context.db.write() as tx:
        post_id = await posts.add_post(tx, first, now=now)
    await delivery.once(now)
    edit = NewPost(
        once_key="edit:1", kind=PostKind.EDIT, lane=Lane.CORRECTION, visible_text="another story",
        target_post_id=post_id, state=PostState.HELD, problem=PAUSED,
        requests=(Request(method="editMessageText", params={"chat_id": -1001000000001, "text": "another story"}),),
        **common,
    )  # fmt: skip
    async with context.db.write() as tx:
        edit_id = await posts.add_post(tx, edit, now=now)
    await tell(context, f"{amendment.CARD}:{edit_id}")
    return delivery


@pytest.mark.parametrize(("column", "text"), [(0, "another story"), (1, "as it was")])
async def test_a_post_follows_its_article_far_only_when_the_owner_says_so(
    box: Box, context: Context, notices: Notices, column: int, text: str
) -> None:
    delivery = await asked_about_a_change(context)
    await delivery.once(datetime.now(UTC))
    await notices.once(datetime.now(UTC))
    (card,) = await messages(box)
    async with chatting(context):
        assert await box.people.press("ana", "news", card["message_id"], row=0, column=column) is not None
        await delivery.once(datetime.now(UTC))
        await delivery.close(datetime.now(UTC))
        await notices.once(datetime.now(UTC))
    assert [m["text"] for m in await box.people.messages("demo") if m.get("text")] == [text]
    assert "This is over." in (await messages(box))[0]["text"]


async def test_who_may_publish_in_a_channel_is_asked_about_its_big_changes_too_and_nobody_else(
    box: Box, context: Context, notices: Notices
) -> None:
    """Rights count at the press: whoever lost them meanwhile is refused, and their card is struck off at the end."""
    now, rights = datetime.now(UTC), {"sam": (5012, ["demo"]), "kim": (5013, ["tech"])}

    async def appoint(person: str, role: Role) -> None:
        user_id, names = rights[person]
        async with context.db.write() as tx:
            await staff.appoint(tx, bot_id=context.bot_id, user_id=user_id, role=role, channels=names, now=now)

    async def shown(user_id: int) -> list[dict[str, Any]]:
        return [m for m in await box.people.messages(f"1000001:{user_id}") if (m.get("from") or {}).get("is_bot")]

    async with context.db.write() as tx:
        demo = Channel(id=0, bot_id=context.bot_id, name="demo", address="@demonews", chat_id=-1001000000001)
        made = await channels.put(tx, demo, now=now)
    for person in rights:
        await appoint(person, Role.EDITOR)
    delivery = await asked_about_a_change(context, made.id)
    await tell(context, "flood:1")
    await notices.once(datetime.now(UTC))
    (asked,) = await shown(5012)
    assert [b["text"] for b in asked["reply_markup"]["inline_keyboard"][0]] == ["Change the post", "Keep it as it is"]
    assert not await shown(5013) and len(await messages(box)) == 2, "the rest is the owner's alone"
    await appoint("sam", Role.VIEWER)
    async with chatting(context):
        refused = await box.people.press("sam", "news", asked["message_id"], text="Change the post")
        assert refused is not None and "Only the owner and editors" in refused["text"]
        forged = {"text": "x", "callback_data": asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"]}
        own = await context.telegram.call(
            "sendMessage", {"chat_id": 5013, "text": "x", "reply_markup": {"inline_keyboard": [[forged]]}}
        )
        refused = await box.people.press("kim", "news", own["message_id"], text="x")
        assert refused is not None and "Only the owner and editors" in refused["text"]
        await delivery.once(datetime.now(UTC))
        assert [m["text"] for m in await box.people.messages("demo") if m.get("text")] == ["as it was"]
        await appoint("sam", Role.EDITOR)
        done = await box.people.press("sam", "news", asked["message_id"], text="Change the post")
        assert done is not None and done["text"] == "Noted."
        late = await box.people.press("ana", "news", (await messages(box))[0]["message_id"], text="Keep it as it is")
        assert late is not None and late["text"] == "This is over already."
        await appoint("sam", Role.VIEWER)
        await delivery.once(datetime.now(UTC))
        await delivery.close(datetime.now(UTC))
        await notices.once(datetime.now(UTC))
    assert [m["text"] for m in await box.people.messages("demo") if m.get("text")] == ["another story"]
    (after,) = await shown(5012)
    assert "This is over." in after["text"] and "This is over." in (await messages(box))[0]["text"]
    async with context.db.read() as tx:
        (deed,) = await audit.latest(tx, bot_id=context.bot_id, limit=9)
    assert (deed.what, deed.user_id) == ("post-resolved", 5012)


async def test_an_owner_acts_on_a_source_by_the_buttons_of_its_card(
    box: Box, context: Context, notices: Notices
) -> None:
    cases = {  # kind of the card -> the button that is pressed, and what it does
        "moved": ("Accept", "It is watched at its new address."),
        "failing": ("Pause", "paused"),
        "paused": ("Watch again", "It is checked now."),
        "silent": ("Check now", "It is checked now."),
        "moved-file": ("Keep the old address", "Noted."),
    }
    added = {}
    async with context.db.write() as tx:
        for kind in cases:
            source = Source(id=0, name=kind, kind=SourceKind.FEED, url=f"https://{kind}.example/feed")
            added[kind] = await sources.put(tx, source, now=NOW)
            await sources.change(tx, added[kind].id, moved_to=f"https://new.example/{kind}", next_check_at=None)
            options = {"kind": f"source-{kind}", "mark": f"{kind} 1"}
            key = f"source:{added[kind].id}"
            await store_notices.tell(
                tx, bot_id=context.bot_id, key=key, problem=PAUSED, now=datetime.now(UTC), options=options
            )
        await sources.pause(tx, added["paused"].id, PAUSED)
    await notices.once(datetime.now(UTC))
    shown = await messages(box)
    async with chatting(context):
        for message, (button, told) in zip(shown, cases.values(), strict=True):
            labels = [one["text"] for one in message["reply_markup"]["inline_keyboard"][0]]
            pressed = await box.people.press("ana", "news", message["message_id"], row=0, column=labels.index(button))
            assert pressed is not None and pressed["text"] == told
    async with context.db.read() as tx:
        after = {kind: await sources.named(tx, kind) for kind in cases}
        still = [card.options["kind"] for card in await store_notices.opened(tx, bot_id=context.bot_id)]
        deeds = [deed.what for deed in await audit.latest(tx, bot_id=context.bot_id, limit=9)]
    assert after["moved"].url == "https://new.example/moved"  # type: ignore[union-attr]
    assert not after["failing"].enabled and after["paused"].enabled  # type: ignore[union-attr]
    assert after["silent"].next_check_at is not None  # type: ignore[union-attr]
    assert after["moved-file"].url == "https://moved-file.example/feed"  # type: ignore[union-attr]
    assert still == ["source-silent"], "what a person decided is done"
    assert sorted(deeds) == ["source-moved", "source-paused", "source-resumed"]


async def test_a_card_that_a_person_deleted_comes_again_when_it_changes(
    box: Box, context: Context, notices: Notices
) -> None:
    await tell(context, "flood:1")
    await notices.once(datetime.now(UTC))
    (message,) = await messages(box)
    await box.people.delete("ana", "news", message["message_id"])
    await tell(context, "flood:1")
    await notices.once(datetime.now(UTC))
    (again,) = await messages(box)
    assert again["message_id"] != message["message_id"] and "seen 2 times" in again["text"]


async def test_a_card_waits_until_telegram_answers(box: Box, context: Context, notices: Notices) -> None:
    await tell(context, "flood:1")
    box.world.faults.add({"action": "close", "method": "sendMessage"})
    assert await notices.once(datetime.now(UTC)) == 0 and not await messages(box)
    assert await notices.once(datetime.now(UTC)) == 1 and len(await messages(box)) == 1


@asynccontextmanager
async def chatting(context: Context) -> AsyncIterator[None]:
    async with running_chat(context.telegram.bot, context, back_off=(0.02,)) as chat:
        task = asyncio.create_task(chat.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        ("Post none", []),
        ("The newest 3", ["news 2", "news 3", "news 4"]),
        ("All of them", [f"news {n}" for n in range(5)]),
    ],
    ids=["none", "newest", "all"],
)
async def test_after_three_days_away_one_card_asks_and_its_button_decides(
    box: Box, context: Context, notices: Notices, button: str, expected: list[str]
) -> None:
    """What waited was too old by the channel's own measure; a person's choice counts more."""
    now = datetime.now(UTC)
    async with context.db.write() as tx:
        channel = Channel(id=0, bot_id=context.bot_id, name="demo", address="@demonews", chat_id=-1001000000001)
        made = await channels.put(tx, channel, now=now)
        await gaps.say_seen(tx, bot_id=context.bot_id, now=now - timedelta(days=3))
        for n in range(5):
            post = NewPost(
                bot_id=context.bot_id, once_key=f"t:{n}", kind=PostKind.SHARE, lane=Lane.CHANNEL,
                chat_id=-1001000000001, channel_id=made.id,
                requests=(Request(method="sendMessage", params={"text": f"news {n}"}),),
                visible_text=f"news {n}", due_at=now - timedelta(hours=9), fresh_until=now - timedelta(hours=6),
            )  # fmt: skip
            await posts.add_post(tx, post, now=now - timedelta(hours=9))
    rates, tuning = Rates(bot=900, chat_gap=0.01, group_count=1_000), Tuning(patience=1.0, refresh=0.05)
    delivery = Delivery(context.db, context.telegram, rates=rates, tuning=tuning)
    assert await delivery.once(now) == 0
    await notices.once(datetime.now(UTC))
    (card,) = await messages(box)
    assert "5 posts wait since" in card["text"] and "away for 3 days" in card["text"]
    labels = [b["text"] for row in card["reply_markup"]["inline_keyboard"] for b in row]
    async with chatting(context):
        place = labels.index(button)
        told = await box.people.press("ana", "news", card["message_id"], row=place // 2, column=place % 2)
        assert told is not None and told["text"].startswith(f"{len(expected)} post")
        await delivery.once(datetime.now(UTC))
        await delivery.close(datetime.now(UTC))
        await notices.once(datetime.now(UTC))
    assert [m["text"] for m in await box.people.messages("demo") if m.get("text")] == expected
    assert "This is over." in (await messages(box))[0]["text"]


async def test_a_stranger_who_polls_is_told_once_and_struck_off_when_gone(
    box: Box, context: Context, notices: Notices
) -> None:
    box.world.faults.add({
        "action": "error", "method": "getUpdates", "status": 409, "times": 6,
        "description": "Conflict: terminated by other getUpdates request",
    })  # fmt: skip
    async with chatting(context), asyncio.timeout(30):
        while not await opened(context, intruders.CONFLICT):
            await asyncio.sleep(0.01)
        await notices.once(datetime.now(UTC))
        await box.people.send("ana", "news", "/help")
        while await opened(context, intruders.CONFLICT):
            await asyncio.sleep(0.02)
        await notices.once(datetime.now(UTC))
    (card,) = [m for m in await messages(box) if "A program that I do not know" in m["text"]]
    assert "This is over." in card["text"]


async def test_another_instance_of_ours_is_no_stranger(context: Context) -> None:
    async with context.db.write() as tx:
        name, lasts = f"sender:{context.bot_id}", timedelta(seconds=30)
        await leases.take(tx, name=name, holder="another host, process 7", lasts=lasts)
    error = Conflict("Conflict: terminated by other getUpdates request")
    await intruders.notice_conflict(context.db, context.telegram, error, now=NOW)
    assert not await opened(context, intruders.CONFLICT)


async def test_a_foreign_webhook_is_told_and_removed_only_when_confirmed(
    box: Box, context: Context, notices: Notices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1000001:sandbox")
    monkeypatch.setenv("BOT_API_BASE_URL", box.url)
    await context.telegram.call("setWebhook", {"url": "http://127.0.0.1:9/hidden"})
    async with chatting(context), asyncio.timeout(30):
        while not await opened(context, intruders.WEBHOOK):
            await asyncio.sleep(0.02)
        await notices.once(datetime.now(UTC))
        (card,) = await messages(box)
        assert "127.0.0.1:9" in card["text"] and "sharewire webhook remove" in card["text"]
        assert "/hidden" in (await command("webhook", "show")).output
        assert (await command("webhook", "remove", answer="n\n")).exit_code == 1
        assert await intruders.find_webhook(context.telegram) == "http://127.0.0.1:9/hidden"
        done = await command("webhook", "remove", "--yes", "--json")
        assert json.loads(done.output) == {"url": "http://127.0.0.1:9/hidden", "removed": True}
        while await opened(context, intruders.WEBHOOK):
            await box.people.send("ana", "news", "/help")
            await asyncio.sleep(0.05)
        none = await command("webhook", "remove", "--json")
        assert json.loads(none.output) == {"url": None, "removed": False}
        assert "no webhook" in (await command("webhook", "show")).output


async def command(*words: str, answer: str | None = None) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, cli.build(), list(words), input=answer)


async def opened(context: Context, key: str) -> bool:
    async with context.db.read() as tx:
        return any(card.key == key for card in await store_notices.opened(tx, bot_id=context.bot_id))
