"""What the world may call: hubs that push news (WebSub), and a probe that asks whether we live.

Served on BOT_HTTP when BOT_PUBLIC_URL says how the world reaches it; https is the proxy's work in front.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

from aiohttp import web

from bot.errors import Problem, SettingsError
from bot.parsing import Parser
from bot.sources import websub
from bot.store.database import Database

MOST_BYTES: Final = 10 * 1024 * 1024


class _Callbacks:
    def __init__(self, db: Database, parser: Parser, wake: Callable[[str], None]) -> None:
        self._db = db
        self._parser = parser
        self._wake = wake

    async def verify(self, request: web.Request) -> web.Response:
        """A hub asks whether we meant our subscription (WebSub, section 5.3)."""
        token = request.match_info["token"]
        challenge = await websub.verify(self._db, token, dict(request.query), now=datetime.now(UTC))
        return web.Response(status=404) if challenge is None else web.Response(text=challenge)

    async def receive(self, request: web.Request) -> web.Response:
        """A hub brings news; the answer never tells whether the signature was right (section 7.1)."""
        body = await request.read()
        signature = request.headers.get("X-Hub-Signature")
        found = await websub.receive(
            self._db,
            request.match_info["token"],
            body,
            signature=signature,
            now=datetime.now(UTC),
            parser=self._parser,
        )
        if found is None:
            return web.Response(status=404)
        self._wake("read")
        self._wake("watch")
        return web.Response(status=202)

    async def health(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True})


@asynccontextmanager
async def serving_callbacks(
    db: Database, parser: Parser, *, listen: tuple[str, int], wake: Callable[[str], None]
) -> AsyncIterator[int]:
    """The port it listens on.  Raises SettingsError where it is taken."""
    callbacks = _Callbacks(db, parser, wake)
    app = web.Application(client_max_size=MOST_BYTES)
    app.router.add_get(websub.CALLBACK_PATH + "{token}", callbacks.verify)
    app.router.add_post(websub.CALLBACK_PATH + "{token}", callbacks.receive)
    app.router.add_get("/healthz", callbacks.health)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, *listen).start()
        except OSError as error:
            raise SettingsError([_taken(listen)]) from error
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def _taken(listen: tuple[str, int]) -> Problem:
    return Problem(
        code="SW-C36",
        title=f"Port {listen[1]} cannot be used.",
        cause="Another program listens there.",
        fix="Set BOT_HTTP to another port, for example 127.0.0.1:8090, and tell the proxy.",
        where="BOT_HTTP",
        meanwhile="Nothing was started.",
    )
