"""Link previews: what Telegram's servers would show of a page, read through the sandbox's own fetcher.

Only hosts that the world allows are visited (loopback unless its file says otherwise), so a link into the real
network simply has no preview here.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from bot.sandbox.files import Files
from bot.sandbox.images import read_image

if TYPE_CHECKING:
    from bot.sandbox.world import World

MAX_PAGE = 1 << 20  # bytes of a page that are read for its head
MAX_DESCRIPTION = 300
REMEMBER = 60.0  # seconds; Telegram keeps previews for days, here a corrected page should show
MAX_REMEMBERED = 500

Card = dict[str, Any]


class Previews:
    """The cards of one world, by address; the newest `MAX_REMEMBERED` are kept for a minute."""

    def __init__(self) -> None:
        self._cards: OrderedDict[str, tuple[float, Card | None]] = OrderedDict()
        self._files: Files | None = None

    async def card(self, world: World, url: str) -> Card | None:
        """`{url, site_name, title, description, image?, width?, height?}`, or None where nothing can be shown."""
        if self._files is not world.files:  # the world was reset: pictures of before are gone
            self._cards.clear()
            self._files = world.files
        known = self._cards.get(url)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        card = await _read(world, url)
        self._cards[url] = (time.monotonic() + REMEMBER, card)
        while len(self._cards) > MAX_REMEMBERED:
            self._cards.popitem(last=False)
        return card


async def _read(world: World, url: str) -> Card | None:
    if world.fetch is None or urlsplit(url).scheme not in ("http", "https"):
        return None
    page = await world.fetch(url)
    if page.status != 200 or page.mime not in ("text/html", "application/xhtml+xml"):
        return None
    head = read_head(page.data[:MAX_PAGE].decode("utf-8", "replace"))
    title = head.get("og:title") or head.get("twitter:title") or head.get("title")
    if not title:
        return None
    about = head.get("og:description") or head.get("description") or ""
    card: Card = {
        "url": url,
        "site_name": head.get("og:site_name") or (urlsplit(url).hostname or "").removeprefix("www."),
        "title": title,
        "description": about if len(about) <= MAX_DESCRIPTION else about[: MAX_DESCRIPTION - 1].rstrip() + "…",
    }
    picture = head.get("og:image") or head.get("twitter:image")
    if picture:
        card.update(await _picture(world, urljoin(url, picture)))
    return card


async def _picture(world: World, url: str) -> Card:
    found = await fetch_picture(world, url)
    if found is None:
        return {}
    data, mime = found
    image = read_image(data)
    assert image is not None
    file = world.files.add("photo", data, mime)
    return {"image": f"people/files/{file.unique_id}", "width": image.width, "height": image.height}


async def fetch_picture(world: World, url: str) -> tuple[bytes, str] | None:
    """The bytes and kind of the picture at an address; None where there is none or the world may not look."""
    if world.fetch is None or urlsplit(url).scheme not in ("http", "https"):
        return None
    found = await world.fetch(url)
    image = read_image(found.data) if found.status == 200 else None
    return None if image is None else (found.data, image.mime)


def read_head(text: str) -> dict[str, str]:
    """The title and the meta elements of a page, by property or name; the first of each counts."""
    reader = _Head()
    reader.feed(text)
    return reader.found


class _Head(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._in_title = False
        self._done = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._done = True
        self._in_title = tag == "title" and not self._done
        if tag == "meta" and not self._done:
            given = {name: value or "" for name, value in attrs}
            self._keep(given.get("property") or given.get("name") or "", given.get("content", ""))

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self._keep("title", data)

    def _keep(self, name: str, value: str) -> None:
        words = " ".join(value.split())
        if name and words:
            self.found.setdefault(name.lower(), words)
