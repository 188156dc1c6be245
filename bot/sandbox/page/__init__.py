"""The sandbox's page in the browser: a few files without a build step, under a strict policy."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from aiohttp import web

from bot.sandbox.previews import Previews, fetch_picture

if TYPE_CHECKING:
    from bot.sandbox.world import World

FOLDER = Path(__file__).parent

KINDS = {
    "app.css": "text/css",
    "icon.svg": "image/svg+xml",
    "pattern.svg": "image/svg+xml",
    **dict.fromkeys(
        ("app.js", "behind.js", "composer.js", "dom.js", "door.js", "members.js", "message.js", "text.js"),
        "text/javascript",
    ),
}

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}

FindWorld = Callable[[web.Request], "World | None"]


class Page:
    """Serves the page of every world at its root, the page's files, and link previews."""

    def __init__(self, world_of: FindWorld) -> None:
        self._world_of = world_of
        self._previews: WeakKeyDictionary[World, Previews] = WeakKeyDictionary()

    async def shell(self, request: web.Request) -> web.StreamResponse:
        if self._world_of(request) is None:
            raise web.HTTPNotFound(text="There is no such world.")
        return _file(request, "page.html", "text/html")

    async def asset(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in KINDS:
            raise web.HTTPNotFound(text="There is no such file.")
        return _file(request, name, KINDS[name])

    async def preview(self, request: web.Request) -> web.StreamResponse:
        """The card for `?url=`, or 204 where Telegram would show none."""
        world = self._world_of(request)
        if world is None:
            raise web.HTTPNotFound(text="There is no such world.")
        card = await self._previews.setdefault(world, Previews()).card(world, request.query.get("url", ""))
        return web.Response(status=204) if card is None else web.json_response(card)

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """The picture at `?url=`, read through the world's fetcher; an empty one where it shows none."""
        world = self._world_of(request)
        data = await fetch_picture(world, request.query.get("url", "")) if world is not None else None
        if data is None:
            return web.Response(
                body=b'<svg xmlns="http://www.w3.org/2000/svg"/>', headers=HEADERS | {"Content-Type": "image/svg+xml"}
            )
        return web.Response(body=data[0], headers=HEADERS | {"Content-Type": data[1]})


def _file(request: web.Request, name: str, kind: str) -> web.StreamResponse:
    body = (FOLDER / name).read_bytes()
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = HEADERS | {"ETag": tag, "Content-Type": f"{kind}; charset=utf-8"}
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    response = web.Response(body=body, headers=headers)
    response.enable_compression()
    return response


def page_routes(app: web.Application, world_of: FindWorld) -> None:
    """Add the page to the sandbox's application: `/` and `/w/NAME/`."""
    page = Page(world_of)
    for prefix in ("", "/w/{world}"):
        app.router.add_get(f"{prefix}/", page.shell)
        app.router.add_get(f"{prefix}/page/{{name}}", page.asset)
        app.router.add_get(f"{prefix}/page-preview", page.preview)
        app.router.add_get(f"{prefix}/page-picture", page.picture)
