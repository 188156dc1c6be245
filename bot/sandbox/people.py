"""A small client of the people's door, for tests and for the demo: act as people, and look at what happened."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Self

import aiohttp

Json = dict[str, Any]


class DoorError(RuntimeError):
    """The door said no; the message is its reason."""


class People:
    """Acts at `url` (of the sandbox, or of a world under /w/NAME).  Names are keys of the world file, ids or @names.

    A chat is named by its key, id, @name, `BOT:USER`, or by a bot's key for the acting person's private chat.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/") + "/people/"
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=False)
        return self._session

    async def do(self, act: str, **body: Any) -> Json:
        """POST an act.  Raises `DoorError`."""
        async with self._open().post(self._url + act, json=body) as response:
            return _checked(await response.json())

    async def get(self, path: str, **query: Any) -> Json:
        async with self._open().get(self._url + path, params={k: str(v) for k, v in query.items()}) as response:
            return _checked(await response.json())

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def state(self) -> Json:
        return await self.get("state")

    async def messages(self, chat: str | int, *, limit: int = 100, before: int = 0) -> list[Json]:
        """The newest messages of a chat, oldest first."""
        found: list[Json] = (await self.get(f"chats/{chat}/messages", limit=limit, before=before))["messages"]
        return found

    async def ledger(self, *, limit: int = 1_000, **filters: Any) -> list[Json]:
        """Executed sends."""
        found: list[Json] = (await self.get("ledger", limit=limit, **filters))["sends"]
        return found

    async def journal(self, *, limit: int = 1_000, **filters: Any) -> list[Json]:
        """Requests, with what the official schema has against them in `problems`."""
        found: list[Json] = (await self.get("journal", limit=limit, **filters))["requests"]
        return found

    async def report(self) -> Json:
        return await self.get("report")

    async def events(self, since: int | None = None) -> AsyncIterator[Json]:
        """The event stream, from now or after an event id."""
        query = {} if since is None else {"since": str(since)}
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=10)
        async with self._open().get(self._url + "events", params=query, timeout=timeout) as response:
            async for line in response.content:
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])

    # ── acting ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def send(
        self, person: str | int, chat: str | int, text: str = "", *, photo: bytes | None = None, **more: Any
    ) -> Json:
        """Write in a chat; the message."""
        if photo is not None:
            more["photo"] = base64.b64encode(photo).decode()
        message: Json = (await self.do("send", **{"as": person}, chat=chat, text=text, **more))["message"]
        return message

    async def start(self, person: str | int, bot: str | int, payload: str = "") -> Json:
        """Press Start, or follow a deep link; the message."""
        message: Json = (await self.do("start", **{"as": person}, bot=bot, payload=payload))["message"]
        return message

    async def press(
        self,
        person: str | int,
        chat: str | int,
        message_id: int,
        *,
        data: str | None = None,
        text: str | None = None,
        row: int | None = None,
        column: int = 0,
        wait: float = 5,
    ) -> Json | None:
        """Press a button found by data, text or place; the bot's answer (text, show_alert, url) or None."""
        where = {"data": data, "text": text, "row": row, "column": column}
        found = await self.do("press", **{"as": person}, chat=chat, message_id=message_id, wait=wait, **where)
        answer: Json | None = found["answer"]
        return answer

    async def inline(
        self, person: str | int, bot: str | int, query: str, *, offset: str = "", wait: float = 10
    ) -> Json:
        """Type an inline query: `results`, `next_offset`, `button`, `cached`."""
        return await self.do("inline", **{"as": person}, bot=bot, query=query, offset=offset, wait=wait)

    async def choose(self, person: str | int, bot: str | int, chat: str | int, result_id: str) -> Json:
        """Send an inline result into a chat; the message."""
        message: Json = (await self.do("choose", **{"as": person}, bot=bot, chat=chat, result_id=result_id))["message"]
        return message

    async def join(self, person: str | int, chat: str | int, link: str = "") -> None:
        await self.do("join", **{"as": person}, chat=chat, link=link)

    async def leave(self, person: str | int, chat: str | int) -> None:
        await self.do("leave", **{"as": person}, chat=chat)

    async def block(self, person: str | int, bot: str | int) -> None:
        await self.do("block", **{"as": person}, bot=bot)

    async def unblock(self, person: str | int, bot: str | int) -> None:
        await self.do("unblock", **{"as": person}, bot=bot)

    async def add(self, person: str | int, chat: str | int, user: str | int) -> None:
        await self.do("add", **{"as": person}, chat=chat, user=user)

    async def kick(self, person: str | int, chat: str | int, user: str | int) -> None:
        await self.do("kick", **{"as": person}, chat=chat, user=user)

    async def promote(
        self, person: str | int, chat: str | int, user: str | int, rights: list[str] | None = None
    ) -> None:
        """Make a user or bot an administrator with these rights (None: all)."""
        await self.do("promote", **{"as": person}, chat=chat, user=user, rights=rights)

    async def share(self, person: str | int, bot: str | int, chat: str | int, *, text: str | None = None) -> Json:
        """Tap a "choose a chat" button of the bot's newest reply keyboard (the one with `text`) and pick a chat."""
        found = await self.do("share", **{"as": person}, bot=bot, chat=chat, text=text)
        return found["message"]  # type: ignore[no-any-return]

    async def demote(self, person: str | int, chat: str | int, user: str | int) -> None:
        await self.do("demote", **{"as": person}, chat=chat, user=user)

    async def edit(self, person: str | int, chat: str | int, message_id: int, text: str) -> Json:
        message: Json = (await self.do("edit", **{"as": person}, chat=chat, message_id=message_id, text=text))[
            "message"
        ]
        return message

    async def react(self, person: str | int, chat: str | int, message_id: int, emoji: str = "") -> None:
        """React with an emoji; none takes the reaction back."""
        await self.do("react", **{"as": person}, chat=chat, message_id=message_id, emoji=emoji)

    async def delete(self, person: str | int, chat: str | int, message_id: int) -> None:
        await self.do("delete", **{"as": person}, chat=chat, message_id=message_id)

    async def advance(self, seconds: float) -> float:
        """Move a virtual clock; the new time."""
        return float((await self.do("clock", advance=seconds))["now"])

    async def fault(self, action: str, **rule: Any) -> int:
        """Script a fault (bot/sandbox/faults.py lists actions and fields); its id."""
        return int((await self.do("faults", action=action, **rule))["id"])

    async def clear_faults(self) -> None:
        async with self._open().delete(self._url + "faults") as response:
            _checked(await response.json())

    async def note(self, kind: str, text: str, *, chat_id: int | None = None, message_id: int | None = None) -> None:
        """Tell what happened behind a post."""
        await self.do("notes", kind=kind, text=text, chat_id=chat_id, message_id=message_id)

    async def reset(self) -> None:
        """Back to the world file."""
        await self.do("reset")


def _checked(answer: Json) -> Json:
    if not answer.get("ok"):
        raise DoorError(str(answer.get("error", answer)))
    return answer
