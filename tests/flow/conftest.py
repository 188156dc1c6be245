"""A newspaper on loopback whose feed and pages a test can change, a sandbox, and the whole bot between them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

import pytest
from aiohttp import web

from bot.app import App, Parts, opened
from bot.channels.sender import Tuning
from bot.model import Channel, Media, Source, SourceKind
from bot.sandbox import Box
from bot.sandbox.world import World
from bot.settings import Secret, Settings
from bot.store import channels, rules, sources

TOKEN = "1000001:sandbox"
CHANNEL = -1001000000001
WORLD = f"""
flood_control = true

[bots.news]
token = "{TOKEN}"
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
first_name = "Sam"
started = ["news"]

[chats.demo]
id = {CHANNEL}
type = "channel"
title = "Demo News"
username = "demonews"
creator = "ana"
members = ["sam"]
[chats.demo.admins.news]
rights = ["post_messages", "edit_messages", "delete_messages"]
"""


@dataclass
class Item:
    number: int
    title: str
    published: datetime
    guid: str
    body: str = ""


@dataclass
class Paper:
    """A newspaper: `items` are in its feed, newest first; each has a page unless `pages` is False."""

    url: str = ""
    items: list[Item] = field(default_factory=list)
    pages: bool = True
    hub: str = ""  # a WebSub hub that the feed names
    asked: Counter[tuple[str, int]] = field(default_factory=Counter)
    answers: dict[int, int] = field(default_factory=dict)  # story number → a status other than its page's

    def add(self, title: str, *, age: timedelta = timedelta(), body: str = "") -> Item:
        number = len(self.items) + 1
        moment = datetime.now(UTC).replace(microsecond=0) - age
        item = Item(number, title, moment, f"guid-{number}", body or _body(title, number))
        self.items.insert(0, item)
        return item

    def address(self, item: Item) -> str:
        return f"{self.url}/story/{item.number}"

    def feed(self) -> bytes:
        rows = "".join(
            f"<item><title>{escape(i.title)}</title><link>{self.address(i)}</link>"
            f"<guid isPermaLink='false'>{i.guid}</guid><pubDate>{format_datetime(i.published)}</pubDate>"
            f"<description>{escape(i.body.splitlines()[0])}</description></item>"
            for i in self.items
        )
        head = f"<title>Test Paper</title><link>{self.url}/</link>"
        names = "xmlns:atom='http://www.w3.org/2005/Atom'"
        if self.hub:
            head += f"<atom:link rel='hub' href='{self.hub}'/><atom:link rel='self' href='{self.url}/feed.xml'/>"
        return f"<rss version='2.0' {names}><channel>{head}{rows}</channel></rss>".encode()

    async def serve_feed(self, request: web.Request) -> web.Response:
        body = self.feed()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        status = 304 if request.headers.get("If-None-Match") == tag else 200
        self.asked["feed", status] += 1
        headers = {"ETag": tag}
        if status == 304:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type="application/rss+xml", headers=headers)

    async def serve_page(self, request: web.Request) -> web.Response:
        item = next((i for i in self.items if str(i.number) == request.match_info["number"]), None)
        status = 200 if item is not None and self.pages else 404
        status = self.answers.get(item.number, status) if item is not None else status
        self.asked["page", status] += 1
        if item is None or status != 200:
            return web.Response(status=status)
        return web.Response(text=self.page(item), content_type="text/html")

    def page(self, item: Item) -> str:
        paragraphs = "".join(f"<p>{escape(p)}</p>" for p in item.body.splitlines() if p)
        return (
            f"<html lang='en'><head><title>{escape(item.title)} | Test Paper</title>"
            f"<link rel='canonical' href='{self.address(item)}'><meta property='og:site_name' content='Test Paper'>"
            f"<meta property='og:title' content='{escape(item.title, quote=True)}'>"
            f"<meta property='article:published_time' content='{item.published.isoformat()}'></head>"
            f"<body><article><h1>{escape(item.title)}</h1>{paragraphs}</article></body></html>"
        )


def _body(title: str, number: int) -> str:
    return (
        f"The council said on Monday that {title.lower()} will go ahead as planned in district {number}.\n"
        f"Residents of district {number} had asked for more time, and a spokeswoman said their letters were read.\n"
        f"Work number {number} begins in spring, and the budget for it was agreed in March by all parties."
    )


@pytest.fixture
async def paper() -> AsyncIterator[Paper]:
    paper = Paper()
    app = web.Application()
    app.router.add_get("/feed.xml", paper.serve_feed)
    app.router.add_get("/story/{number}", paper.serve_page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    paper.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield paper
    await runner.cleanup()


@pytest.fixture
def world() -> World:
    return World.from_toml(WORLD)


@dataclass
class House:
    """The bot, its store open, ready to run until idle as often as a test likes."""

    parts: Parts
    paper: Paper
    box: Box
    tuning: Tuning | None = None

    async def work(self) -> int:
        """As `sharewire run --until-idle`: every source is due."""
        app = App(self.parts, ("watch", "read", "compose", "deliver"), tuning=self.tuning)
        async with app.started():
            return await app.run_until_idle()

    async def posts(self) -> list[dict[str, object]]:
        """What stands in the channel, oldest first, service messages left out."""
        found = await self.box.people.messages("demo", limit=500)
        return [m for m in found if m.get("text") or m.get("caption") or m.get("photo")]

    async def texts(self) -> list[str]:
        return [str(m.get("text") or m.get("caption")) for m in await self.posts()]


@asynccontextmanager
async def house_of(
    box: Box, paper: Paper, folder: Path, database_url: str = "", *, tuning: Tuning | None = None
) -> AsyncIterator[House]:
    settings = Settings(
        token=Secret(TOKEN),
        owner_ids=(5011,),
        data_dir=folder,
        database_url=Secret(database_url),
        api_base_url=box.url,
        allow_private_hosts=("127.0.0.1",),
    )
    async with opened(settings) as parts:
        yield House(parts, paper, box, tuning)


async def furnish(house: House, *, media: Media = Media.LINK) -> None:
    now = datetime.now(UTC)
    async with house.parts.db.write() as tx:
        await channels.put(
            tx,
            Channel(
                id=0, bot_id=1000001, name="demo", address="@demonews", chat_id=CHANNEL, title="Demo News",
                username="demonews", language="en",
            ),
            now=now,
        )  # fmt: skip
        source = Source(id=0, name="paper", kind=SourceKind.FEED, url=f"{house.paper.url}/feed.xml", media=media)
        await sources.put(tx, source, now=now)
        await rules.send_source_to(tx, "paper", ["demo"])


@pytest.fixture
async def house(box: Box, paper: Paper, tmp_path: Path, sqlite_url: str) -> AsyncIterator[House]:
    """A furnished house whose source has had its silent first check, with three old articles."""
    async with house_of(box, paper, tmp_path, sqlite_url) as house:
        await furnish(house)
        for number in range(3):
            paper.add(f"Old story {number}", age=timedelta(hours=5 - number))
        await house.work()
        yield house
