"""A site on this machine that answers as a test wants, and a client that may visit it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web as server
from aiohttp.test_utils import TestServer

from bot.web import Web

Handler = Callable[[server.Request], Awaitable[server.StreamResponse]]


class Site:
    """Paths and their handlers; `seen` keeps every request."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}
        self.seen: list[server.Request] = []
        self.server: TestServer | None = None

    def at(self, path: str) -> str:
        assert self.server
        return str(self.server.make_url("/")).rstrip("/") + path

    def says(self, path: str, body: bytes = b"", *, status: int = 200, **headers: str) -> str:
        async def handler(request: server.Request) -> server.Response:
            return server.Response(
                body=body, status=status, headers={k.replace("_", "-"): v for k, v in headers.items()}
            )

        self.handlers[path] = handler
        return self.at(path)

    async def handle(self, request: server.Request) -> server.StreamResponse:
        self.seen.append(request)
        if request.path not in self.handlers:
            raise server.HTTPNotFound
        return await self.handlers[request.path](request)


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
