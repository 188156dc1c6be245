"""A news site on this machine whose pages a test writes, and the client that may visit it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web as server
from aiohttp.test_utils import TestServer

from bot.web import Web


class Site:
    """Answers by path; `asked` counts requests.  A path that nobody wrote is a 404."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, str, str]] = {}
        self.moved: dict[str, str] = {}
        self.asked: list[str] = []
        self.server: TestServer | None = None

    def at(self, path: str) -> str:
        assert self.server
        return str(self.server.make_url("/")).rstrip("/") + path

    def page(self, path: str, html: str, *, status: int = 200, kind: str = "text/html") -> str:
        self.pages[path] = (status, html, kind)
        return self.at(path)

    async def handle(self, request: server.Request) -> server.StreamResponse:
        self.asked.append(request.path)
        if request.path in self.moved:
            raise server.HTTPFound(self.moved[request.path])
        if request.path not in self.pages:
            raise server.HTTPNotFound
        status, html, kind = self.pages[request.path]
        return server.Response(text=html, status=status, content_type=kind)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    app = server.Application()
    app.router.add_route("*", "/{path:.*}", site.handle)
    site.server = TestServer(app)
    await site.server.start_server()
    yield site
    await site.server.close()


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web(allow_private_hosts=["127.0.0.1"]) as web:
        yield web
