"""What the world may call: hubs that push news (WebSub), buttons whose presses are counted, and a probe that asks
whether we live.

Served on BOT_HTTP when BOT_PUBLIC_URL says how the world reaches it; https is the proxy's work in front.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

from aiohttp import web

from bot.errors import Problem, SettingsError
from bot.parsing import Parser
from bot.sources import websub
from bot.store import buttons
from bot.store.database import Database

MOST_BYTES: Final = 10 * 1024 * 1024
_PRIVATE: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_NOT_HERE: Final = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Not here any more</title>
<body style="font: 1.1rem/1.5 system-ui; max-width: 32rem; margin: 20vh auto; padding: 0 1rem">
<h1>This link leads nowhere any more.</h1>
<p>The article behind it was taken back, or the link was cut when it was copied.</p>
<p>Go back to the message in Telegram and press its button once more.</p></body></html>"""


class _Callbacks:
    def __init__(
        self, db: Database, parser: Parser, wake: Callable[[str], None], outages: Callable[[], Sequence[str]]
    ) -> None:
        self._db = db
        self._parser = parser
        self._wake = wake
        self._outages = outages

    async def verify(self, request: web.Request) -> web.Response:
        """A hub asks whether we meant our subscription (WebSub, section 5.3)."""
        token = request.match_info["token"]
        challenge = await websub.verify(self._db, token, dict(request.query), now=datetime.now(UTC))
        return web.Response(status=404) if challenge is None else web.Response(text=challenge)

    async def receive(self, request: web.Request) -> web.Response:
        """A hub brings news; the answer never tells whether the signature was right (section 7.1).  Who pushes what
        nobody wants any more hears that it is gone, and may stop (section 7)."""
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
            return web.Response(status=410)
        self._wake("read")
        self._wake("watch")
        return web.Response(status=202)

    async def health(self, _request: web.Request) -> web.Response:
        """That we live: starting us anew would mend none of the outages, which are named by their codes."""
        outages = list(self._outages())
        return web.json_response({"ok": True, "outages": outages} if outages else {"ok": True})


class Presses:
    """Buttons of posts: each leads to the address that was written down with its post, and nowhere else.

    Presses are gathered for a moment and counted together.  A crash forgets those of that moment; the reader is never
    kept waiting for the counting, and nothing is kept of who it was."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._pressed: Counter[str] = Counter()

    async def follow(self, request: web.Request) -> web.Response:
        async with self._db.read() as tx:
            link = await buttons.get(tx, request.match_info["id"])
        if link is None:
            return web.Response(status=404, text=_NOT_HERE, content_type="text/html", headers=_PRIVATE)
        if _is_person(request):
            self._pressed[link.id] += 1
        return web.Response(status=302, headers={"Location": link.url, **_PRIVATE})

    async def once(self, now: datetime) -> int:
        """Write down what was pressed since the last time."""
        pressed, self._pressed = self._pressed, Counter()
        if not pressed:
            return 0
        try:
            async with self._db.write() as tx:
                return await buttons.count(tx, pressed, now=now)
        except BaseException:
            self._pressed.update(pressed)
            raise


def _is_person(request: web.Request) -> bool:
    """Looking ahead, and programs that make previews, press nothing."""
    ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")).lower()
    program = "bot" in request.headers.get("User-Agent", "").lower()
    return request.method == "GET" and not ahead and not program


@asynccontextmanager
async def serving_callbacks(
    db: Database,
    parser: Parser,
    *,
    listen: tuple[str, int],
    wake: Callable[[str], None],
    presses: Presses,
    outages: Callable[[], Sequence[str]] = tuple,
) -> AsyncIterator[int]:
    """The port it listens on; `outages`: codes of what keeps the bot from working now.

    Raises SettingsError where the port is taken."""
    callbacks = _Callbacks(db, parser, wake, outages)
    app = web.Application(client_max_size=MOST_BYTES)
    app.router.add_get(websub.CALLBACK_PATH + "{token}", callbacks.verify)
    app.router.add_post(websub.CALLBACK_PATH + "{token}", callbacks.receive)
    app.router.add_get("/r/{id:[A-Za-z0-9_-]{16}}", presses.follow)
    app.router.add_get("/r/{rest:.*}", _nothing)
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
        await presses.once(datetime.now(UTC))


async def _nothing(_request: web.Request) -> web.Response:
    return web.Response(status=404, text=_NOT_HERE, content_type="text/html", headers=_PRIVATE)


def _taken(listen: tuple[str, int]) -> Problem:
    return Problem(
        code="SW-C36",
        title=f"Port {listen[1]} cannot be used.",
        cause="Another program listens there.",
        fix="Set BOT_HTTP to another port, for example 127.0.0.1:8090, and tell the proxy.",
        where="BOT_HTTP",
        meanwhile="Nothing was started.",
    )
