"""The people's door: a JSON API under /people for the page and for tests (docs/sandbox.md lists it).

Bodies are JSON objects.  A mistake answers 400 `{"ok": false, "error": …}`; an act answers `{"ok": true, …}`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.accounts import Wire
from bot.sandbox.acting import Mistake, chat_named
from bot.sandbox.acts import ACTS, Act
from bot.sandbox.chats import Chat
from bot.sandbox.journal import select
from bot.sandbox.methods import methods
from bot.sandbox.refusal import Refusal
from bot.sandbox.view import chat_view, event_view, message_view, state_view
from bot.sandbox.world import World, WorldError
from bot.sandbox.worlds import Worlds

HEARTBEAT = 15.0  # seconds between comments on a quiet event stream


def answer(value: Wire, status: int = 200) -> web.Response:
    return web.json_response({"ok": status < 400, **value}, status=status)


def people_routes(app: web.Application, worlds: Worlds) -> None:
    """Add the door's routes, for the first world and for named ones under /w/NAME."""
    door = Door(worlds)
    gets = {"state": door.state, "events": door.events, "ledger": door.ledger, "journal": door.journal,
            "report": door.report, "faults": door.faults, "notes": door.notes, "worlds": door.worlds}  # fmt: skip
    for prefix in ("", "/w/{world}"):
        for name, handler in gets.items():
            app.router.add_get(f"{prefix}/people/{name}", handler)
        app.router.add_get(f"{prefix}/people/chats/{{ref}}", door.chat)
        app.router.add_get(f"{prefix}/people/chats/{{ref}}/messages", door.messages)
        app.router.add_get(f"{prefix}/people/files/{{unique_id}}", door.file)
        app.router.add_delete(f"{prefix}/people/faults", door.clear_faults)
        for name, act in ACTS.items():
            app.router.add_post(f"{prefix}/people/{name}", door.acting(act))
    app.router.add_post("/people/worlds", door.make_world)
    app.router.add_delete("/people/worlds/{world}", door.drop_world)


class Door:
    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    def _world(self, request: web.Request) -> World:
        world = self._worlds.of(request)
        if world is None:
            raise web.HTTPNotFound(text='{"ok":false,"error":"no such world"}', content_type="application/json")
        return world

    def acting(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handler(request: web.Request) -> web.Response:
            world = self._world(request)
            try:
                body = json.loads(await request.read() or b"{}")
                if not isinstance(body, dict):
                    raise Mistake("the body must be a JSON object")
                return answer(await act(world, body))
            except Refusal as refusal:
                return answer({"error": refusal.description}, 400)
            except KeyError as error:
                return answer({"error": f"the field {error} is missing"}, 400)
            except (ValueError, TypeError) as error:
                return answer({"error": str(error)}, 400)

        return handler

    async def state(self, request: web.Request) -> web.Response:
        return answer(state_view(self._world(request)))

    def _chat(self, request: web.Request) -> Chat:
        try:
            return chat_named(self._world(request), request.match_info["ref"])
        except Mistake as error:
            raise web.HTTPNotFound(
                text=json.dumps({"ok": False, "error": str(error)}), content_type="application/json"
            ) from None

    async def chat(self, request: web.Request) -> web.Response:
        return answer({"chat": chat_view(self._chat(request))})

    async def messages(self, request: web.Request) -> web.Response:
        """The newest `limit` messages below `before`, oldest first."""
        chat = self._chat(request)
        limit = _number(request, "limit", 100)
        before = _number(request, "before", 0)
        found = []
        for message in reversed(chat.messages.values()):
            if before and message.id >= before:
                continue
            found.append(message_view(message))
            if len(found) >= limit:
                break
        found.reverse()
        return answer({"messages": found})

    async def file(self, request: web.Request) -> web.Response:
        file = self._world(request).files.by_unique.get(request.match_info["unique_id"])
        if file is None or file.data is None:
            return answer({"error": "no such file"}, 404)
        safe = file.mime if file.mime.startswith(("image/", "video/", "audio/")) else "application/octet-stream"
        headers = {"Cache-Control": "max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
        if safe == "image/svg+xml":
            safe = "application/octet-stream"
        return web.Response(body=file.data, content_type=safe, headers=headers)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events; `since` or Last-Event-ID names the last one seen."""
        world = self._world(request)
        seen = request.query.get("since") or request.headers.get("Last-Event-ID") or ""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        await response.write(b": hello\n\n")
        stream = aiter(world.events.listen(int(seen) if seen.isdigit() else None))
        task = asyncio.ensure_future(anext(stream))
        try:
            while True:
                done, _ = await asyncio.wait({task}, timeout=HEARTBEAT)
                if not done:
                    await response.write(b": still here\n\n")
                    continue
                event = event_view(task.result())
                data = json.dumps(event, ensure_ascii=False)
                await response.write(f"id: {event['id']}\nevent: {event['type']}\ndata: {data}\n\n".encode())
                task = asyncio.ensure_future(anext(stream))
        except ConnectionError:
            return response
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await stream.aclose()  # type: ignore[attr-defined]  # an async generator

    async def ledger(self, request: web.Request) -> web.Response:
        """Executed sends; any field filters: ?chat=…&method=…&key=…"""
        world = self._world(request)
        rows = select(world.journal.sends, _filters(request), _number(request, "limit", 1_000))
        return answer({"total": world.journal.sends_total, "sends": rows})

    async def journal(self, request: web.Request) -> web.Response:
        """Requests; any field filters.  `problems=1` gives only what the official schema would reject."""
        world = self._world(request)
        wanted = _filters(request)
        only_problems = wanted.pop("problems", "") in ("1", "true")
        rows = [entry for entry in world.journal.entries if entry.problems or not only_problems]
        found = select(rows, wanted, _number(request, "limit", 1_000))
        return answer({"total": world.journal.requests_total, "requests": found})

    async def report(self, request: web.Request) -> web.Response:
        """What was asked for and is not built, and what the sandbox has."""
        journal = self._world(request).journal
        table = {method.name: method for method in methods().values()}
        return answer(
            {
                "bot_api": "10.0",
                "built": sorted(name for name, method in table.items() if method.handler is not None),
                "not_built": sorted(name for name, method in table.items() if method.handler is None),
                "asked_but_not_built": journal.unbuilt,
                "asked_but_unknown": journal.unknown_methods,
                "unknown_parameters": journal.unknown_parameters,
            }
        )

    async def faults(self, request: web.Request) -> web.Response:
        return answer({"faults": self._world(request).faults.listed()})

    async def clear_faults(self, request: web.Request) -> web.Response:
        number = request.query.get("id")
        self._world(request).faults.clear(int(number) if number else None)
        return answer({})

    async def notes(self, request: web.Request) -> web.Response:
        return answer({"notes": list(self._world(request).notes)})

    async def worlds(self, _request: web.Request) -> web.Response:
        return answer({"worlds": self._worlds.names()})

    async def make_world(self, request: web.Request) -> web.Response:
        """`{"name": …, "toml": …}`: another world under /w/NAME; without TOML a fresh copy of the first."""
        try:
            body = await request.json()
            name = str(body["name"])
            if not name or not name.replace("-", "").replace("_", "").isalnum():
                raise Mistake("a world's name has letters, digits, - and _")
            world = World.from_toml(body["toml"] + "\n") if body.get("toml") else World(self._worlds.first.plan)
        except (ValueError, KeyError, TypeError, WorldError) as error:
            return answer({"error": str(error)}, 400)
        self._worlds.add(name, world)
        return answer({"name": name, "path": f"/w/{name}"})

    async def drop_world(self, request: web.Request) -> web.Response:
        self._worlds.drop(request.match_info["world"])
        return answer({})


def _number(request: web.Request, name: str, default: int) -> int:
    value = request.query.get(name, "")
    return int(value) if value.isdigit() else default


def _filters(request: web.Request) -> dict[str, str]:
    return {name: value for name, value in request.query.items() if name != "limit"}
