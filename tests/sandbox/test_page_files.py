"""The page's files and policy, and what they weigh."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.demo.pictures import draw
from bot.sandbox.fetching import Fetched
from bot.sandbox.page import FOLDER, KINDS
from bot.sandbox.server import Server, start
from bot.sandbox.world import World

PAGE = b'<title>City &amp; bus</title><meta property="og:image" content="/bus.png">'


async def small_web(url: str) -> Fetched:
    pages = {"/bus": ("text/html", PAGE), "/bus.png": ("image/png", draw("bus", "night"))}
    found = pages.get(url.removeprefix("http://127.0.0.1"))
    return Fetched(200, *found) if found else Fetched(404)


@pytest.fixture
async def address() -> AsyncIterator[str]:
    runner, port = await start(Server(World(fetch=small_web)), "127.0.0.1", 0)
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
    assert len(texts[names.index("app.css")].encode()) <= 24_576


async def test_the_card_of_a_link_is_served_with_its_picture(address: str, visitor: aiohttp.ClientSession) -> None:
    async with visitor.get(f"{address}/page-preview", params={"url": "http://127.0.0.1/bus"}) as answer:
        card = await answer.json()
    assert card["title"] == "City & bus"
    async with visitor.get(f"{address}/{card['image']}") as answer:
        assert answer.content_type == "image/png"
    async with visitor.get(f"{address}/page-preview", params={"url": "http://127.0.0.1/none"}) as answer:
        assert answer.status == 204


async def test_pictures_of_inline_results_come_through_the_worlds_own_fetcher(
    address: str, visitor: aiohttp.ClientSession
) -> None:
    for name, kind in {"bus.png": "image/png", "none.png": "image/svg+xml"}.items():
        async with visitor.get(f"{address}/page-picture", params={"url": f"http://127.0.0.1/{name}"}) as answer:
            assert (answer.status, answer.content_type) == (200, kind)


async def test_an_unknown_world_or_file_is_not_found(address: str, visitor: aiohttp.ClientSession) -> None:
    for path in ("/w/none/", "/w/none/page-preview", "/page/secrets.txt", "/page/page.html"):
        async with visitor.get(address + path) as answer:
            assert answer.status == 404, path
