"""The Bot API over HTTP: one aiohttp application for any number of worlds."""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import struct
import time
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.sandbox.accounts import Bot
from bot.sandbox.call import Call, leading_integer
from bot.sandbox.door import people_routes
from bot.sandbox.faults import Fault
from bot.sandbox.journal import Entry, clip
from bot.sandbox.methods import Method, methods
from bot.sandbox.methods.updates import Raw
from bot.sandbox.page import page_routes
from bot.sandbox.parameters import MAX_BODY, Arguments, read_arguments
from bot.sandbox.refusal import Refusal, too_many_requests
from bot.sandbox.state import State
from bot.sandbox.webhooks import deliver
from bot.sandbox.world import World
from bot.sandbox.worlds import Worlds

HTML = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
GATEWAY = {502: "502 Bad Gateway", 503: "503 Service Unavailable", 504: "504 Gateway Time-out"}


# aiogram requires fields of Bot API 10.3 in some answers; whoever speaks 10.0 does not get them.
LATER_CLIENT = " aiogram/"


class Lost(Exception):
    """The connection is gone on purpose."""


class Server:
    """Worlds by name ("" is the first) and how requests reach them.  `state_file` keeps the first world on disk."""

    def __init__(self, world: World, state_file: str | Path | None = None) -> None:
        self.tasks: set[asyncio.Task[Any]] = set()
        self.worlds = Worlds(world, self._adopt)
        self._state: State | None = None
        if state_file is not None:
            self._state = State(state_file, world)
            self._state.load()

    def _adopt(self, world: World) -> None:
        world.webhook_changed = lambda bot: self._deliver(world, bot)

    def _deliver(self, world: World, bot: Bot) -> None:
        """Start posting a bot's updates to its webhook."""
        webhook = world.webhooks[bot.id]

        async def reply(arguments: dict[str, str]) -> None:
            name = arguments.pop("method").lower()
            method = methods().get(name)
            known = method.name if method is not None else name[:100]
            entry = Entry(0, world.clock.now(), bot.id, known, clip(arguments), {}, "webhook", None, webhook=True)
            await self.execute(world, bot, name, Arguments(arguments, {}), world.journal.open(entry))

        webhook.task = self.spawn(deliver(world, world.queues[bot.id], webhook, reply))

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something in the background until it ends or the server does."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def application(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY)
        for prefix in ("", "/w/{world}"):
            app.router.add_route("*", f"{prefix}/bot{{token:[^/]*}}/{{method:.*}}", self.handle)
            app.router.add_route("*", f"{prefix}/bot{{token:[^/]*}}", self.handle)
            app.router.add_get(f"{prefix}/file/bot{{token:[^/]*}}/{{path:.*}}", self.download)
        people_routes(app, self.worlds)
        page_routes(app, self.worlds.of)
        app.router.add_route("*", "/{tail:.*}", self.not_found)
        app.on_startup.append(self._open)
        app.on_cleanup.append(self._close)
        return app

    async def _open(self, _app: web.Application) -> None:
        if self._state is not None:
            self.spawn(self._state.keep())
            for world in self.worlds.all():
                for bot_id in world.webhooks:
                    self._deliver(world, world.bots[bot_id])

    async def _close(self, _app: web.Application) -> None:
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.worlds.close()
        if self._state is not None:
            self._state.close()

    async def not_found(self, _request: web.Request) -> web.Response:
        return error(404, "Not Found")

    # ── Bot API ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.method not in ("GET", "POST"):
            return error(501, "Not Implemented")
        world = self.worlds.of(request)
        if world is None:
            return error(404, "Not Found")
        try:
            bot = authorise(world, request.match_info["token"])
            return await self._answer(request, world, bot)
        except Refusal as refusal:
            return error(refusal.code, refusal.description, refusal.parameters)
        except Lost:
            return web.Response(status=500)  # never written: the connection is closed

    async def _answer(self, request: web.Request, world: World, bot: Bot) -> web.StreamResponse:
        started = time.perf_counter()
        bot.later = LATER_CLIENT in request.headers.get("User-Agent", "")
        name = request.match_info.get("method", "")
        body = await request.read() if request.body_exists else b""
        arguments = read_arguments(request.rel_url.raw_query_string, request.headers.get("Content-Type", ""), body)
        call_name = (name or arguments.values.get("method", "")).lower()
        entry = self._open_entry(request, world, bot, call_name, arguments)
        fault = None
        if world.faults:
            fault = world.faults.strike(bot.id, call_name, arguments.values.get("chat_id", ""))
        if fault is not None:
            entry.fault = fault.action
            await self._before(request, fault, world, bot, call_name, arguments, entry)
        status, text, headers = await self.execute(world, bot, call_name, arguments, entry)
        entry.ms = round((time.perf_counter() - started) * 1000, 3)
        if fault is not None:
            return await self._after(request, fault, status, text, headers)
        return web.Response(body=text.encode("utf-8", "replace"), status=status, headers=headers,
                            content_type="application/json")  # fmt: skip

    def _open_entry(self, request: web.Request, world: World, bot: Bot, name: str, arguments: Arguments) -> Entry:
        method = methods().get(name)
        problems: tuple[str, ...] = ()
        if method is not None:
            problems = method.problems(arguments.values, set(arguments.files))
            for problem in problems:
                if problem.startswith("unknown parameter "):
                    parameter = problem.removeprefix("unknown parameter ")
                    world.journal.count_up(world.journal.unknown_parameters, f"{method.name}.{parameter}"[:100])
        peer = request.transport.get_extra_info("peername") if request.transport is not None else None
        return world.journal.open(
            Entry(
                id=0,
                at=world.clock.now(),
                bot_id=bot.id,
                method=method.name if method is not None else name[:100],
                params=clip(arguments.values),
                files={
                    field: {
                        "name": file.name,
                        "size": len(file.data),
                        "sha256": hashlib.sha256(file.data).hexdigest(),
                    }
                    for field, file in arguments.files.items()
                },
                connection=f"{peer[0]}:{peer[1]}" if peer else "",
                key=request.headers.get("X-Request-Id"),
                problems=problems,
            )
        )

    async def execute(
        self, world: World, bot: Bot, name: str, arguments: Arguments, entry: Entry
    ) -> tuple[int, str, dict[str, str] | None]:
        """Run a method: status, JSON text and extra headers of the answer."""
        try:
            result = await run(world, bot, methods().get(name), name, arguments, entry)
        except Refusal as refusal:
            entry.status, entry.description = refusal.code, refusal.description
            headers = None
            if refusal.code == 429 and refusal.parameters:
                headers = {"Retry-After": str(refusal.parameters["retry_after"])}
            return refusal.code, error_text(refusal.code, refusal.description, refusal.parameters), headers
        entry.status = 200
        if isinstance(result, Raw):
            return 200, f'{{"ok":true,"result":{result}}}', None
        if isinstance(result, tuple):
            value, entry.description = result
            envelope = {"ok": True, "result": value, "description": entry.description}
            return 200, _encode(envelope), None
        return 200, _encode({"ok": True, "result": result}), None

    # ── scripted faults ──────────────────────────────────────────────────────────────────────────────────────────

    async def _before(
        self, request: web.Request, fault: Fault, world: World, bot: Bot, name: str, arguments: Arguments, entry: Entry
    ) -> None:
        """What a fault does instead of, or before, running the method."""
        if fault.action == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault.action == "hang":
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(fault.seconds or 3600)
            self._drop(request)
        elif fault.action == "close":
            self._drop(request)
        elif fault.action == "reset":
            self._drop(request, reset=True)
        elif fault.action == "late":
            self.spawn(self._later(fault.seconds, world, bot, name, arguments, entry))
            self._drop(request)
        elif fault.action == "error":
            status = fault.status or 500
            words = fault.description or ("Internal Server Error" if status == 500 else "Bad Request: scripted")
            raise self._refused(entry, Refusal(status, words))
        elif fault.action == "flood":
            raise self._refused(entry, too_many_requests(fault.retry_after))
        elif fault.action == "migrate":
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            parameters = {"migrate_to_chat_id": fault.migrate_to_chat_id}
            raise self._refused(entry, Refusal(400, words, parameters))

    @staticmethod
    def _refused(entry: Entry, refusal: Refusal) -> Refusal:
        entry.status, entry.description = refusal.code, refusal.description
        return refusal

    async def _later(
        self, seconds: float, world: World, bot: Bot, name: str, arguments: Arguments, entry: Entry
    ) -> None:
        await asyncio.sleep(seconds)
        await self.execute(world, bot, name, arguments, entry)

    async def _after(
        self, request: web.Request, fault: Fault, status: int, text: str, headers: dict[str, str] | None
    ) -> web.StreamResponse:
        """What a fault does with the answer of a method that has run."""
        body = text.encode("utf-8", "replace")
        if fault.action in ("lose", "lose_reset"):
            self._drop(request, reset=fault.action == "lose_reset")
        if fault.action == "gateway":
            code = fault.status or 502
            return web.Response(status=code, text=HTML.format(GATEWAY.get(code, str(code))), content_type="text/html")
        if fault.action == "html":
            return web.Response(text=HTML.format("Telegram"), content_type="text/html")
        if fault.action in ("truncate", "slow"):
            return await self._trickle(request, fault, status, body)
        return web.Response(body=body, status=status, headers=headers, content_type="application/json")

    async def _trickle(self, request: web.Request, fault: Fault, status: int, body: bytes) -> web.StreamResponse:
        response = web.StreamResponse(status=status, headers={"Content-Type": "application/json"})
        response.content_length = len(body)
        await response.prepare(request)
        if fault.action == "truncate":
            await response.write(body[: len(body) // 2])
            self._drop(request)
        step = max(1, len(body) // 20)
        for start in range(0, len(body), step):
            await asyncio.sleep(fault.seconds / 20)
            await response.write(body[start : start + step])
        await response.write_eof()
        return response

    @staticmethod
    def _drop(request: web.Request, *, reset: bool = False) -> None:
        """Close the connection without a word."""
        transport = request.transport
        if transport is not None:
            if reset:
                raw = transport.get_extra_info("socket")
                if raw is not None:
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                transport.abort()
            else:
                transport.close()
        raise Lost

    # ── files ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def download(self, request: web.Request) -> web.Response:
        world = self.worlds.of(request)
        if world is None:
            return error(404, "Not Found")
        try:
            authorise(world, request.match_info["token"])
        except Refusal as refusal:
            return error(refusal.code, refusal.description)
        file = world.files.at_path(request.match_info["path"])
        if file is None or file.data is None:
            return error(404, "Not Found")
        return web.Response(body=file.data, content_type="application/octet-stream")


async def run(world: World, bot: Bot, method: Method | None, name: str, arguments: Arguments, entry: Entry) -> Any:
    """Call a method's handler.  Raises `Refusal`: 404 for no such method, 501 for one that is not built."""
    if method is None:
        world.journal.count_up(world.journal.unknown_methods, name[:100])
        raise Refusal(404, "Not Found: method not found")
    if method.handler is None:
        world.journal.count_up(world.journal.unbuilt, method.name)
        raise Refusal(501, f"Not Implemented: the sandbox has not built {method.name}")
    return await method.handler(Call(world, bot, method.name.lower(), arguments, entry))


def authorise(world: World, token: str) -> Bot:
    """The bot with this token.  Raises 401 (ClientManager.cpp, send)."""
    if not token or token[0] == "0" or len(token) > 80 or ":" not in token or leading_integer(token) <= 0:
        raise Refusal(401, "Unauthorized: invalid token specified")
    bot = world.tokens.get(token)
    if bot is None:
        raise Refusal(401, "Unauthorized")
    return bot


def error_text(code: int, description: str, parameters: dict[str, Any] | None = None) -> str:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return _encode(body)


def error(code: int, description: str, parameters: dict[str, Any] | None = None) -> web.Response:
    headers = None
    if parameters and "retry_after" in parameters:
        headers = {"Retry-After": str(parameters["retry_after"])}
    text = error_text(code, description, parameters)
    return web.Response(
        body=text.encode("utf-8", "replace"), status=code, headers=headers, content_type="application/json"
    )


async def start(server: Server, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Listen; the runner (to clean up) and the port (given by the system for port 0).  Raises `OSError`."""
    runner = web.AppRunner(
        server.application(), access_log=None, shutdown_timeout=0.1
    )  # open polls and streams are cut
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
    except OSError:
        await runner.cleanup()
        raise
    addresses = runner.addresses
    return runner, int(addresses[0][1])


async def serve(
    world: World, host: str = "127.0.0.1", port: int = 8081, *, state_file: str | Path | None = None
) -> None:
    """Run a sandbox until cancelled, keeping the world in `state_file` if one is named.

    Raises `OSError` if the port is taken, `StateError` if the state file cannot be used.
    """
    server = Server(world, state_file)
    runner, _ = await start(server, host, port)
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
