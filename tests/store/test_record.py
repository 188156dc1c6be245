"""The record of deeds, and the figures of posts: the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from bot.model import Channel, Person
from bot.store import audit, channels, stats
from bot.store.database import Database, Tx
from bot.store.schema import articles, posts

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANA = Person(bot_id=7, user_id=55, name="Ana")


async def test_the_record_tells_the_newest_deed_first_and_who_did_it(db: Database) -> None:
    async with db.write() as tx:
        await audit.write(tx, bot_id=7, what="channel-added", about="demo", now=NOW, person=ANA)
        await audit.write(tx, bot_id=7, what="config-applied", about="3 changes", now=NOW + timedelta(hours=1))
        await audit.write(tx, bot_id=8, what="channel-added", about="another bot's", now=NOW)
        found = await audit.latest(tx, bot_id=7)
        assert [(d.who, d.what, d.about, d.user_id) for d in found] == [
            ("command line", "config-applied", "3 changes", None),
            ("Ana", "channel-added", "demo", 55),
        ]
        assert await audit.latest(tx, bot_id=7, limit=1) == found[:1]
        assert await audit.latest(tx, bot_id=7, before=NOW + timedelta(minutes=1)) == found[1:]
        assert await audit.latest(tx, bot_id=7, what="config-applied") == found[:1]


async def test_subscribers_are_compared_with_the_beginning_of_the_time(db: Database) -> None:
    async with db.write() as tx:
        channel = await channels.put(tx, Channel(id=0, bot_id=7, name="demo", address="@demo", chat_id=-100), now=NOW)
        assert (await stats.members(tx, channel_id=channel.id, since=NOW)).now is None
        assert await stats.last_counted(tx, channel_id=channel.id) is None
        for day, count in ((0, 100), (3, 120), (5, 90)):
            await stats.count_members(tx, channel_id=channel.id, members=count, at=NOW + timedelta(days=day))
        await stats.count_members(tx, channel_id=channel.id, members=95, at=NOW + timedelta(days=5))
        got = await stats.members(tx, channel_id=channel.id, since=NOW + timedelta(days=4))
        assert (got.then, got.now) == (120, 95)
        first = await stats.members(tx, channel_id=channel.id, since=NOW - timedelta(days=4))
        assert first.then == 100
        assert await stats.last_counted(tx, channel_id=channel.id) == NOW + timedelta(days=5)


async def test_figures_of_posts_count_reactions_and_the_way_from_publishing(db: Database) -> None:
    async with db.write() as tx:
        channel = await channels.put(tx, Channel(id=0, bot_id=7, name="demo", address="@demo", chat_id=-100), now=NOW)
        source_time = NOW - timedelta(minutes=3)
        article = await _article(tx, published=source_time, found=NOW - timedelta(minutes=1))
        dated = await _article(tx, published=NOW - timedelta(days=3), found=NOW - timedelta(minutes=1))
        for number, about in ((1, article), (2, dated), (3, None)):
            await tx.execute(
                insert(posts).values(
                    bot_id=7, once_key=f"k{number}", kind="share", state="sent", lane=3, channel_id=channel.id,
                    chat_id="-100", article_id=about, requests=[], visible_text="", created_at=NOW,
                    sent_at=NOW + timedelta(seconds=number), remote_id=str(number),
                )
            )  # fmt: skip
        await tx.execute(
            insert(posts).values(
                bot_id=7, once_key="bad", kind="share", state="refused", lane=3, channel_id=channel.id, chat_id="-100",
                requests=[], visible_text="", created_at=NOW,
            )
        )  # fmt: skip
        for counts in ({"👍": 1}, {"👍": 2, "🔥": 1}):
            await stats.react(tx, bot_id=7, chat_id=-100, message_id=1, counts=counts, now=NOW)
        week = {"since": NOW - timedelta(days=1), "until": NOW + timedelta(days=1)}
        found = await stats.sent_posts(tx, bot_id=7, channel_id=channel.id, **week)
        assert [(p.reactions, p.seconds) for p in found] == [(0, None), (0, 62.0), (3, 181.0)]
        assert found == await stats.sent_posts(tx, bot_id=7, **week)
        assert await stats.refused_count(tx, bot_id=7, **week) == 1
        assert await stats.refused_count(tx, bot_id=7, channel_id=channel.id, **week) == 1
        assert await stats.sent_posts(tx, bot_id=8, **week) == ()


async def _article(tx: Tx, *, published: datetime, found: datetime) -> int:
    values = {"state": "ready", "published": published, "found_at": found, "title": "Tram"}
    id: int = (await tx.execute(insert(articles).values(**values).returning(articles.c.id))).scalar_one()
    return id
