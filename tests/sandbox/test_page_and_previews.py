"""The page's files and policy, and the link previews behind its cards."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.demo.pictures import draw
from bot.sandbox.fetching import Fetched
from bot.sandbox.page import FOLDER, KINDS
from bot.sandbox.previews import MAX_REMEMBERED, Previews, read_head
from bot.sandbox.server import Server, start
from bot.sandbox.world import World

PAGE = b"""<!DOCTYPE html><html><head><title>
 Night  bus </title><meta property="og:title" content="City &amp; bus"><meta property="og:site_name" content="Harbor">
<meta name="description" content="Every 30 minutes."><meta property="og:image" content="/bus.png"></head>
<body><meta property="og:description" content="not here"><title>nor here</title></body></html>"""


class Web:
    """A few pages by address, and how often each was asked for."""

    def __init__(self, **pages: Fetched) -> None:
        self.pages = {f"http://127.0.0.1/{name.replace('_', '.')}": found for name, found in pages.items()}
        self.asked: list[str] = []

    async def __call__(self, url: str) -> Fetched:
        self.asked.append(url)
        return self.pages.get(url, Fetched(404))


def html(body: bytes, status: int = 200) -> Fetched:
    return Fetched(status, "text/html", body)


async def test_a_card_has_what_the_page_says_of_itself_and_its_picture() -> None:
    web = Web(bus=html(PAGE), bus_png=Fetched(200, "image/png", draw("bus", "night")))
    world = World(fetch=web)
    card = await Previews().card(world, "http://127.0.0.1/bus")
    assert card is not None
    assert world.files.by_unique[card.pop("image").removeprefix("people/files/")].mime == "image/png"
    assert card == {
        "url": "http://127.0.0.1/bus",
        "site_name": "Harbor",
        "title": "City & bus",
        "description": "Every 30 minutes.",
        "width": 1200,
        "height": 675,
    }


async def test_a_page_without_meta_has_its_title_and_host_and_a_long_description_is_cut() -> None:
    long = b"<title>Plain</title><meta name=description content='" + b"word " * 100 + b"'>"
    web = Web(plain=html(long), gone_png=Fetched(404))
    card = await Previews().card(World(fetch=web), "http://127.0.0.1/plain")
    assert card is not None
    assert (card["site_name"], card["title"]) == ("127.0.0.1", "Plain")
    assert len(card["description"]) <= 300
    assert card["description"].endswith("…")
    assert "image" not in card


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://127.0.0.1/x", Fetched(0)),
        ("http://127.0.0.1/x", html(b"<p>no title", 200)),
        ("http://127.0.0.1/x", html(PAGE, 500)),
        ("http://127.0.0.1/x", Fetched(200, "application/pdf", b"%PDF")),
        ("ftp://127.0.0.1/x", html(PAGE)),
        ("", html(PAGE)),
    ],
)
async def test_nothing_is_shown_of_what_is_no_page(url: str, found: Fetched) -> None:
    assert await Previews().card(World(fetch=Web(x=found)), url) is None


async def test_a_broken_picture_is_left_out() -> None:
    card = await Previews().card(
        World(fetch=Web(bus=html(PAGE), bus_png=Fetched(200, "image/png", b"no"))), "http://127.0.0.1/bus"
    )
    assert card is not None
    assert "image" not in card


async def test_cards_are_remembered_for_a_while_and_forgotten_with_a_reset() -> None:
    web = Web(bus=html(PAGE))
    world, previews = World(fetch=web), Previews()
    for _ in range(3):
        await previews.card(world, "http://127.0.0.1/bus")
    assert web.asked.count("http://127.0.0.1/bus") == 1
    world.reset()
    await previews.card(world, "http://127.0.0.1/bus")
    assert web.asked.count("http://127.0.0.1/bus") == 2
    for number in range(MAX_REMEMBERED):
        await previews.card(world, f"http://127.0.0.1/{number}")
    await previews.card(world, "http://127.0.0.1/bus")
    assert web.asked.count("http://127.0.0.1/bus") == 3


def test_the_first_of_each_meta_counts_and_empty_ones_do_not() -> None:
    head = read_head(
        '<meta name="A" content=""><meta name="A" content=" one "><meta name=a content=two><meta charset=x>'
    )
    assert head == {"a": "one"}


@pytest.fixture
async def address() -> AsyncIterator[str]:
    web = Web(bus=html(PAGE), bus_png=Fetched(200, "image/png", draw("bus", "night")))
    runner, port = await start(Server(World(fetch=web)), "127.0.0.1", 0)
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()


@pytest.fixture
async def visitor() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_the_page_and_its_files_come_with_a_strict_policy(address: str, visitor: aiohttp.ClientSession) -> None:
    for path in ["/", *(f"/page/{name}" for name in KINDS)]:
        async with visitor.get(address + path) as answer:
            assert answer.status == 200, path
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
            assert "unsafe" not in policy
            tag = answer.headers["ETag"]
        async with visitor.get(address + path, headers={"If-None-Match": tag}) as answer:
            assert answer.status == 304
    assert {file.name for file in FOLDER.iterdir() if file.suffix in {".js", ".css", ".svg"}} == set(KINDS)


def test_the_page_weighs_little_and_names_no_other_host() -> None:
    names = ["page.html", *(name for name in KINDS if not name.endswith(".svg"))]
    texts = [(FOLDER / name).read_text("utf-8") for name in names]
    named = {host for text in texts for host in re.findall(r"https?://([a-z0-9.]+)", text)}
    assert named <= {"www.w3.org", "t.me"}  # a namespace, and links that the page follows itself
    assert sum(len(zlib.compress(text.encode())) for text in texts) <= 32_000  # as it travels
    assert len(texts[names.index("app.css")].encode()) <= 20_480


async def test_previews_and_pictures_are_served(address: str, visitor: aiohttp.ClientSession) -> None:
    async with visitor.get(f"{address}/page-preview", params={"url": "http://127.0.0.1/bus"}) as answer:
        card = await answer.json()
    assert card["title"] == "City & bus"
    async with visitor.get(f"{address}/{card['image']}") as answer:
        assert answer.content_type == "image/png"
    async with visitor.get(f"{address}/page-preview", params={"url": "http://127.0.0.1/none"}) as answer:
        assert answer.status == 204
    for name, kind in {"bus.png": "image/png", "none.png": "image/svg+xml"}.items():
        async with visitor.get(f"{address}/page-picture", params={"url": f"http://127.0.0.1/{name}"}) as answer:
            assert (answer.status, answer.content_type) == (200, kind)


async def test_an_unknown_world_or_file_is_not_found(address: str, visitor: aiohttp.ClientSession) -> None:
    for path in ("/w/none/", "/w/none/page-preview", "/page/secrets.txt", "/page/page.html"):
        async with visitor.get(address + path) as answer:
            assert answer.status == 404, path
