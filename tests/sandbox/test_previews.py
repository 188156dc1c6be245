"""Link previews: what a page says about itself, read through the world's own fetcher."""

from __future__ import annotations

import pytest

from bot.demo.pictures import draw
from bot.sandbox.fetching import Fetched
from bot.sandbox.previews import MAX_REMEMBERED, Previews, read_head
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
