"""A sandbox with people, channels and a group; the context that handlers get; and the whole bot at work in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.app import App, Parts, make_press, opened
from bot.channels.telegram import Telegram
from bot.chat.context import Context
from bot.identity import url_key
from bot.model import Article, ArticleState, Channel, Image
from bot.parsing import Parser
from bot.sandbox import Box
from bot.sandbox.world import World
from bot.settings import Secret, Settings
from bot.store import articles, channels, search
from bot.store.database import Database
from bot.web import Web

TOKEN = "1000001:sandbox"
ANA, SAM, KIM = 5011, 5012, 5013

WORLD = """
flood_control = false

[bots.news]
token = "1000001:sandbox"
id = 1000001
username = "demo_news_bot"
inline = true

[users.ana]
id = 5011
first_name = "Ana"
language_code = "en"
started = ["news"]

[users.sam]
id = 5012
first_name = "Sam <b>"
language_code = "en"
started = ["news"]

[users.kim]
id = 5013
first_name = "Kim"
language_code = "en"
started = ["news"]

[chats.desk]
id = -1001000000009
type = "supergroup"
title = "News desk"
creator = "ana"
members = ["news", "sam", "kim"]

[chats.demo]
id = -1001000000001
type = "channel"
title = "Demo News"
username = "demonews"
creator = "ana"
[chats.demo.admins.news]
rights = ["post_messages", "edit_messages", "delete_messages"]

[chats.tech]
id = -1001000000002
type = "channel"
title = "Demo Tech"
username = "demotech"
creator = "ana"
[chats.tech.admins.news]
rights = ["post_messages", "edit_messages", "delete_messages"]
"""


@pytest.fixture
def world() -> World:
    return World.from_toml(WORLD)


@pytest.fixture
async def context(sqlite_db: Database, telegram: Telegram) -> AsyncIterator[Context]:
    async with Web(allow_private_hosts=["127.0.0.1"]) as web_door, Parser() as parser:
        yield Context(
            db=sqlite_db,
            web=web_door,
            parser=parser,
            telegram=telegram,
            bot_id=1000001,
            username="demo_news_bot",
            press=make_press(Settings()),
        )


Json = dict[str, Any]


@dataclass
class Room:
    """The bot at work (chat and sending), and what people see of it."""

    box: Box
    parts: Parts
    stages: tuple[str, ...] = ("deliver", "chat")
    lines: tuple[str, ...] = ()
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def begin(self) -> None:
        app = App(self.parts, self.stages)
        await self._running.enter_async_context(app.started())
        self.lines = app.lines
        self._running.push_async_callback(_stop, asyncio.create_task(app.run()))

    async def stop(self) -> None:
        await self._running.aclose()

    async def messages(self, person: int, *, mine: bool = False) -> list[Json]:
        """The bot's messages in a person's private chat, oldest first; with `mine` the person's too."""
        found = await self.box.people.messages(f"1000001:{person}")
        return [m for m in found if mine or (m.get("from") or {}).get("id") == 1000001]

    async def until(self, look: Callable[[], Any], seconds: float = 60) -> Any:
        """The first thing that `look` finds."""
        async with asyncio.timeout(seconds):
            while True:
                found = await look()
                if found:
                    return found
                await asyncio.sleep(0.02)

    async def answer(self, person: int, count: int = 1, *, words: str = "") -> Json:
        """The newest of at least `count` messages of the bot to a person, with these words."""

        async def look() -> Json | None:
            found = await self.messages(person)
            return found[-1] if len(found) >= count and words in text_of(found[-1]) else None

        try:
            return await self.until(look)  # type: ignore[no-any-return]
        except TimeoutError:
            found = [text_of(m) for m in await self.messages(person)]
            raise AssertionError(f"no message with {words!r} among {found[-5:]}") from None

    async def say(self, person: str, words: str, count: int = 1) -> Json:
        """Write to the bot; its answer, the `count`-th message after it."""
        ids = {"ana": ANA, "sam": SAM, "kim": KIM}
        before = len(await self.messages(ids[person]))
        await self.box.people.send(person, "news", words)
        return await self.answer(ids[person], before + count)

    async def message(self, chat: str | int, message_id: int, words: str) -> Json:
        """A message once it has these words."""

        async def look() -> Json | None:
            found = [m for m in await self.box.people.messages(chat) if m["message_id"] == message_id]
            return found[0] if found and words in text_of(found[0]) else None

        return await self.until(look)  # type: ignore[no-any-return]

    async def posts(self, chat: str = "demo") -> list[Json]:
        return [m for m in await self.box.people.messages(chat) if text_of(m)]


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def text_of(message: Json) -> str:
    return str(message.get("text") or message.get("caption") or "")


def buttons_of(message: Json) -> list[list[str]]:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [[button["text"] for button in row] for row in rows]


@asynccontextmanager
async def room_of(box: Box, folder: Path, *, owners: tuple[int, ...] = (ANA,)) -> AsyncIterator[Room]:
    settings = Settings(
        token=Secret(TOKEN),
        owner_ids=owners,
        data_dir=folder,
        api_base_url=box.url,
        allow_private_hosts=("127.0.0.1",),
    )
    async with opened(settings) as parts:
        room = Room(box, parts)
        try:
            yield room
        finally:
            await room.stop()


@pytest.fixture
async def room(box: Box, tmp_path: Path, sqlite_url: str) -> AsyncIterator[Room]:
    """The bot with two channels, running; Ana owns it."""
    async with room_of(box, tmp_path) as room:
        await furnish(room)
        await room.begin()
        yield room


async def furnish(room: Room) -> None:
    async with room.parts.db.write() as tx:
        for name, chat_id, title in (("demo", -1001000000001, "Demo News"), ("tech", -1001000000002, "Demo <Tech>")):
            channel = Channel(
                id=0, bot_id=1000001, name=name, address=f"@demo{name}", chat_id=chat_id, title=title,
                username="demonews" if name == "demo" else "demotech", language="en" if name == "demo" else "fr",
                options={"hold": "0s"},
            )  # fmt: skip
            await channels.put(tx, channel, now=datetime.now(UTC))


async def add_article(room: Room, number: int, title: str, *, image: str | None = None, **more: Any) -> int:
    """An article in the archive, `number` hours old."""
    now = datetime.now(UTC)
    url = f"https://paper.example/{number}"
    values: dict[str, Any] = {
        "text": f"{title}. It was said on Monday that this goes on in district {number}, and people were glad of it.",
        "summary": (f"People of district {number} were glad of it.",),
        "site_name": "Test & Paper",
        "language": "en",
        "published": now - timedelta(hours=number, seconds=1),
    } | more
    async with room.parts.db.write() as tx:
        article_id = await articles.add_pushed(tx, url=url, keys=(url_key(url),), now=now)
        article = Article(
            id=article_id, source_id=None, state=ArticleState.FOUND, url=url, canonical_url=url, title=title,
            image=Image(url=image) if image else None, **values,
        )  # fmt: skip
        await articles.store_ready(tx, article, now=now)
        await search.index_article(tx, article, now=now)
    return article_id


@dataclass
class Paper:
    """A newspaper on loopback: pages by path."""

    url: str = ""
    pages: dict[str, str] = field(default_factory=dict)

    def add(self, path: str, title: str) -> str:
        paragraphs = "".join(
            f"<p>The council said on Monday that {title.lower()} will go ahead as planned in district {n}. Residents "
            f"of district {n} had asked for more time, and a spokeswoman said that their letters were read.</p>"
            for n in range(1, 4)
        )
        self.pages[path] = (
            f"<html lang='en'><head><title>{title} | Test Paper</title><meta property='og:title' content='{title}'>"
            f"<meta property='og:site_name' content='Test Paper'><link rel='canonical' href='{self.url}{path}'>"
            f"</head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
        )
        return f"{self.url}{path}"


@pytest.fixture
async def paper() -> AsyncIterator[Paper]:
    paper = Paper()

    async def serve(request: web.Request) -> web.Response:
        page = paper.pages.get(request.path)
        if page is None:
            return web.Response(status=404, text="<html><body>not here</body></html>", content_type="text/html")
        return web.Response(text=page, content_type="text/html")

    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    paper.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield paper
    await runner.cleanup()
