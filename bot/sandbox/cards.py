"""Link preview cards: what the page behind a message's first link says about itself.

Bots never see them (the Bot API shows only options); people do.  Only hosts that the operator allows are asked.
"""

from __future__ import annotations

from collections import OrderedDict
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from bot.sandbox.chats import Wire
from bot.sandbox.images import read_image
from bot.sandbox.messages import Message

if TYPE_CHECKING:
    from bot.sandbox.world import World

MAX_HEAD = 256 << 10  # bytes of a page that are looked at
MAX_KEPT = 500
_WANTED = {
    "og:site_name": "site_name", "og:title": "title", "twitter:title": "title", "og:description": "description",
    "description": "description", "twitter:description": "description", "og:image": "image",
    "twitter:image": "image",
}  # fmt: skip


def link_of(message: Message) -> str | None:
    """The address that a message previews: the one asked for, else its first link; None if previews are off."""
    if "text" not in message.content:
        return None
    options = message.content.get("link_preview_options", {})
    if options.get("is_disabled"):
        return None
    if options.get("url"):
        return str(options["url"])
    text = message.content["text"].encode("utf-16-le")
    for entity in message.content.get("entities", ()):
        if entity["type"] == "text_link":
            return str(entity["url"])
        if entity["type"] == "url":
            start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
            found: str = text[start:end].decode("utf-16-le")
            return found if "://" in found else f"http://{found}"
    return None


class Cards:
    """Makes cards and remembers them by address."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: OrderedDict[str, Wire | None] = OrderedDict()

    def wanted(self, message: Message) -> str | None:
        """The address to ask about, if it is on an allowed host."""
        link = link_of(message)
        if link is None or (urlsplit(link).hostname or "") not in self._world.plan.fetch:
            return None
        return link

    async def show(self, message: Message, link: str) -> None:
        """Give a message its card and tell watchers."""
        if link not in self._known:
            self._known[link] = await self._make(link)
            if len(self._known) > MAX_KEPT:
                self._known.popitem(last=False)
        if message.id and link_of(message) == link and message.card != self._known.get(link):
            message.card = self._known.get(link)
            self._world.touch(message.chat, message.id)
            self._world.events.emit("card", chat=message.chat.ref, message=message)

    async def _make(self, link: str) -> Wire | None:
        world = self._world
        if world.fetch is None:
            return None
        page = await world.fetch(link)
        if page.status != 200 or not page.mime.startswith("text/html"):
            return None
        head = _Head()
        head.feed(page.data[:MAX_HEAD].decode("utf-8", "replace"))
        card: Wire = {"url": link, "site_name": head.found.get("site_name") or urlsplit(link).hostname}
        card["title"] = head.found.get("title") or head.title.strip()
        if head.found.get("description"):
            card["description"] = head.found["description"]
        if not card["title"] and "description" not in card:
            return None
        if head.found.get("image"):
            await self._add_image(card, urljoin(link, head.found["image"]))
        return card

    async def _add_image(self, card: Wire, address: str) -> None:
        assert self._world.fetch is not None
        found = await self._world.fetch(address)
        image = read_image(found.data) if found.status == 200 else None
        if image is not None:
            file = self._world.files.add("photo", found.data, image.mime, "card")
            card["image"] = {**file.wire(None), "width": image.width, "height": image.height}


class _Head(HTMLParser):
    """The metadata in a page's head."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title"
        if tag == "meta":
            values = dict(attrs)
            name = _WANTED.get((values.get("property") or values.get("name") or "").lower())
            if name and values.get("content"):
                self.found.setdefault(name, values["content"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
