"""How posts did: subscribers, reactions, hours, the weekly summary; over HTTP where Telegram has a say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from bot.chat.owner import figures
from bot.chat.owner.stats import Counting, span
from bot.chat.roles import Visitor
from bot.model import Channel, Person
from bot.store import stats
from bot.store.schema import audience, channels, posts
from bot.store.stats import Audience, PostFigures
from bot.wording import words_for
from tests.chat.conftest import Room, add_article, text_of

NOW = datetime(2024, 11, 25, 8, 30, tzinfo=UTC)  # a Monday that is over, so that the running bot sums up no such week
DEMO = Channel(id=1, bot_id=7, name="demo", address="@demo", timezone="Europe/Paris")


def post(hour: int, reactions: int, seconds: float | None = 60) -> PostFigures:
    at = datetime(2026, 11, 20, hour, tzinfo=UTC)
    return PostFigures(
        post_id=hour, channel="demo", title=f"At {hour}", sent_at=at, seconds=seconds, reactions=reactions, url=None
    )


def test_hours_are_the_channels_and_need_enough_posts() -> None:
    paris = ZoneInfo("Europe/Paris")
    assert figures.best_hours([post(8, 5)], paris) == ()
    many = [post(8, 5), post(8, 3), *(post(12, 2) for _ in range(4)), post(18, 9), post(20, 0)]
    assert figures.best_hours(many, paris) == (19, 9, 13)
    assert figures.best_hours([post(8, 0)] * 9, paris) == ()


def test_figures_sum_what_was_posted() -> None:
    took = [post(hour, hour % 3, seconds=hour * 60.0) for hour in range(1, 11)]
    found = figures.summed(DEMO, [*took, post(11, 9, None)], refused=1, members=Audience(then=1, now=2), zone=UTC)
    assert (found.delivered, found.refused, found.reactions, found.median_seconds) == (11, 1, 19, 330.0)
    assert found.most_seconds is not None and 500 < found.most_seconds < 600
    assert found.liked is not None and found.liked.title == "At 11"
    nothing = figures.summed(DEMO, [], refused=0, members=Audience(then=None, now=None), zone=UTC)
    assert (nothing.delivered, nothing.median_seconds, nothing.liked, nothing.most_seconds) == (0, None, None, None)


def test_spans_are_short() -> None:
    who = Visitor(person=Person(bot_id=7, user_id=1), words=words_for("en"))
    assert [span(who, s) for s in (4.4, 120, 7_200, 200_000)] == ["under a minute", "2 min", "2 hr", "2 days"]


async def test_reactions_and_subscribers_are_counted_and_shown(room: Room) -> None:
    article = await add_article(room, 1, "Night bus")
    sent = await room.parts.bot.call("sendMessage", {"chat_id": -1001000000001, "text": "Night bus"})
    now = datetime.now(UTC)
    async with room.parts.db.write() as tx:
        await tx.execute(
            insert(posts).values(
                bot_id=1000001, once_key="t", kind="share", state="sent", lane=2, chat_id="-1001000000001",
                article_id=article, requests=[], visible_text="Night bus", created_at=now, channel_id=1, sent_at=now,
                remote_id=str(sent["message_id"]),
            )
        )  # fmt: skip
    await room.box.people.join("sam", "demo")
    await room.box.people.react("sam", "demo", sent["message_id"], "👍")
    await room.box.people.react("ana", "demo", sent["message_id"], "🔥")

    async def counted() -> bool:
        week = {"since": now - timedelta(days=1), "until": datetime.now(UTC) + timedelta(days=1)}
        async with room.parts.db.read() as tx:
            (found,) = await stats.sent_posts(tx, bot_id=1000001, **week)
            members = (await tx.execute(select(audience.c.members))).scalars().all()
        return found.reactions == 2 and len(members) == 2

    await room.until(counted)
    card = await room.say("ana", "/stats")
    told = text_of(card)
    assert told.startswith("The last 7 days")
    for words in ("1 post delivered", "From publishing to the channel", "2 reactions", "subscriber", "Night bus"):
        assert words in told
    assert "No post in this time." in told  # the other channel
    await room.box.people.press("ana", "news", card["message_id"], text="1 day")
    await room.message("1000001:5011", card["message_id"], "The last day")
    assert "Only the owner and editors" in text_of(await room.say("kim", "/stats"))
    assert "/people" in text_of(await room.say("ana", "/help"))
    assert "/stats" not in text_of(await room.say("kim", "/help"))


async def test_a_week_is_summed_up_once(room: Room) -> None:
    context = room.parts
    async with context.db.write() as tx:
        for channel in (1, 2):
            await stats.count_members(tx, channel_id=channel, members=9, at=NOW)
        for key, days in (("a", -1), ("b", 5)):
            at = NOW + timedelta(days=days)
            await tx.execute(
                insert(posts).values(
                    bot_id=1000001, once_key=key, kind="share", state="sent", lane=2, chat_id="-1001000000001",
                    requests=[], visible_text="Night bus", created_at=at, channel_id=1, sent_at=at, remote_id=key,
                )
            )  # fmt: skip
    await room.say("ana", "/help")  # whoever is named in the settings is owner from the first word
    counting = Counting(_context(room))
    assert await counting.once(NOW - timedelta(days=1)) == 0
    assert await counting.once(NOW.replace(hour=4)) == 0
    assert await counting.once(NOW.replace(hour=10)) == 1
    assert await counting.once(NOW.replace(hour=11)) == 0
    assert await counting.once(NOW.replace(hour=10) + timedelta(days=7)) == 1
    assert await counting.once(NOW.replace(hour=10) + timedelta(days=14)) == 0  # nothing was posted
    async with context.db.read() as tx:
        weekly = posts.c.once_key.like("weekly:%")
        keys = (await tx.execute(select(posts.c.once_key).where(weekly).order_by(posts.c.id))).scalars().all()
        policies = set((await tx.execute(select(posts.c.unknown_policy).where(weekly))).scalars().all())
        names = (await tx.execute(select(channels.c.name))).scalars().all()
    assert keys == ["weekly:5011:2024-W48", "weekly:5011:2024-W49"]
    assert policies == {"drop"}
    assert len(names) == 2
    assert "Your week" in text_of(await room.answer(5011, words="Your week"))


def _context(room: Room):  # type: ignore[no-untyped-def]
    from bot.app import make_press
    from bot.chat.context import Context
    from bot.settings import Settings

    parts = room.parts
    return Context(
        db=parts.db, web=parts.web, parser=parts.parser, telegram=parts.bot, bot_id=1000001, username="demo_news_bot",
        press=make_press(Settings()),
    )  # fmt: skip
