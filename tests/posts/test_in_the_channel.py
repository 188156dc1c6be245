"""What people see: composed posts through the real sender in a strict sandbox, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.channels.deliver import Delivery
from bot.channels.pace import Rates
from bot.channels.sender import Tuning
from bot.channels.telegram import Telegram
from bot.model import Media, PostKind, PostState
from bot.posts import preview
from bot.sandbox import Box, running
from bot.sandbox.world import World
from bot.store.database import Database
from tests.posts import samples
from tests.posts.newsroom import Newsroom

CHANNEL = -1001000000001
WORLD = f"""
flood_control = false
[bots.news]
token = "1000001:sandbox"
id = 1000001
username = "demo_news_bot"
[users.ana]
id = 5011
[chats.demo]
id = {CHANNEL}
type = "channel"
title = "Demo News"
username = "demonews"
creator = "ana"
[chats.demo.admins.news]
rights = ["post_messages", "edit_messages", "delete_messages"]
"""


class Street:
    """The newsroom with a channel that people look at."""

    def __init__(self, room: Newsroom, box: Box, delivery: Delivery) -> None:
        self.room = room
        self.box = box
        self.delivery = delivery

    async def publish(self) -> None:
        self.room.now = datetime.now(UTC)
        await self.room.compose()
        await self.delivery.once(datetime.now(UTC) + timedelta(seconds=1))

    async def seen(self) -> list[dict[str, Any]]:
        return sorted(await self.box.people.messages("demo"), key=lambda message: message["message_id"])


@asynccontextmanager
async def street(db: Database, **channel: Any) -> AsyncIterator[Street]:
    async with (
        running(World.from_toml(WORLD)) as box,
        Telegram("1000001:sandbox", base_url=box.url) as telegram,
    ):
        rates = Rates(bot=900, chat_gap=0.01, group_count=10_000)
        delivery = Delivery(db, telegram, rates=rates, tuning=Tuning(patience=4.0, refresh=0.05))
        room = Newsroom(db, Newsroom.press_of())
        room.now = datetime.now(UTC)
        await room.add_channel("news", **{"chat_id": CHANNEL, "address": "@demonews", **channel})
        await room.add_source("harbor-times", "news")
        try:
            yield Street(room, box, delivery)
        finally:
            await delivery.close(datetime.now(UTC))


async def test_a_post_appears_with_its_card_buttons_and_links_then_is_corrected_and_withdrawn(
    sqlite_db: Database,
) -> None:
    async with street(sqlite_db) as open_street:
        room = open_street.room
        article_id = await room.add_article(url=samples.ADDRESS)
        await open_street.publish()
        (message,) = await open_street.seen()
        (post,) = await room.posts()
        assert post.state is PostState.SENT
        assert message["text"] == post.visible_text
        rows = message["reply_markup"]["inline_keyboard"]
        assert [button["text"] for button in rows[0]] == ["Read on harbortimes.example"]
        assert [button["text"] for button in rows[1]] == ["WhatsApp", "Share", "Copy link"]
        assert message["link_preview_options"]["url"] == samples.ADDRESS
        assert {"text_link", "bold", "italic", "date_time", "hashtag"} <= {e["type"] for e in message["entities"]}

        await room.change(article_id, summary=("Buses will run every 30 minutes.",), modified=datetime.now(UTC))
        await open_street.publish()
        (message,) = await open_street.seen()
        assert "every 30 minutes" in message["text"]
        assert "\nUpdated " in message["text"] or "\nCorrected " in message["text"]
        assert message["reply_markup"]["inline_keyboard"] == rows
        assert message["edit_date"]

        await preview.retract(sqlite_db, room.press, post.id, now=datetime.now(UTC))
        await open_street.publish()
        (message,) = await open_street.seen()
        assert message["text"].startswith("Story withdrawn (")
        assert "reply_markup" not in message
        assert {post.state for post in await room.posts()} == {PostState.SENT}


async def test_pictures_that_cannot_be_had_end_as_the_publishers_card(sqlite_db: Database) -> None:
    async with street(sqlite_db, options={"media": Media.COPY.value}) as open_street:
        await open_street.room.add_article(
            url="https://harbortimes.example/gallery", images=samples.gallery(3).images, title="A gallery"
        )
        await open_street.publish()
        (message,) = await open_street.seen()
        assert message["text"].startswith("A gallery\n")
        assert message["link_preview_options"]["url"] == "https://harbortimes.example/gallery"
        (post,) = await open_street.room.posts()
        assert post.state is PostState.SENT
        assert post.requests[post.request_index].why == "preview"


async def test_hard_articles_all_arrive_saying_the_same_words(sqlite_db: Database) -> None:
    async with street(sqlite_db, linked_chat_id=-1001000000009) as open_street:
        now = datetime.now(UTC)
        hard = [article for name, article in samples.HARD.items() if name != "bare"]  # that one has nothing to say
        for number, article in enumerate(hard):
            values = {
                name: getattr(article, name) for name in ("title", "summary", "site_name", "tags", "language", "image")
            }
            await open_street.room.add_article(
                url=f"https://harbortimes.example/hard/{number}", published=now, **values
            )
        await open_street.publish()
        shown = [message["text"] for message in await open_street.seen()]
        written = [post.visible_text for post in await open_street.room.posts(kind=PostKind.SHARE)]
        assert sorted(shown) == sorted(written)
        assert len(shown) == len(hard)
