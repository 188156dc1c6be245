"""One stored request as one call, against a server that writes down what it hears."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from telegram.error import Forbidden

from bot.channels.telegram import Receipt, Telegram, UploadError, message_url, receipt
from bot.errors import FetchError, Problem
from bot.model import Request, Upload

MESSAGE = {"message_id": 7, "chat": {"id": -1001234, "type": "channel", "username": "demonews"}, "date": 1}


class Listener:
    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.result: Any = MESSAGE
        self.status = 200

    async def handle(self, request: web.Request) -> web.Response:
        if request.content_type == "application/json":
            params = await request.json()
        else:
            form = await request.post()
            params = {
                name: part if isinstance(part, str) else (part.filename, part.content_type, part.file.read())
                for name, part in form.items()
            }
        self.calls.append((request.path, params))
        if self.status != 200:
            return web.json_response({"ok": False, "description": self.result}, status=self.status)
        return web.json_response({"ok": True, "result": self.result})


@asynccontextmanager
async def listening(fetch: Any = None) -> AsyncIterator[tuple[Telegram, Listener]]:
    listener = Listener()
    app = web.Application()
    app.router.add_post("/{path:.*}", listener.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        async with Telegram("1000001:secret", base_url=f"{site.name}/", fetch=fetch) as telegram:
            yield telegram, listener
    finally:
        await runner.cleanup()


async def test_a_stored_request_is_posted_as_it_stands_to_the_chat_it_is_for() -> None:
    params = {"text": "<b>Hi</b>", "parse_mode": "HTML", "chat_id": 1, "link_preview_options": {"is_disabled": True}}
    async with listening() as (telegram, listener):
        got = await telegram.post(Request(method="sendMessage", params={**params, "empty": None}), -1001234)
    assert listener.calls == [("/bot1000001:secret/sendMessage", {**params, "chat_id": -1001234})]
    assert got == Receipt(
        remote_ids=("7",), remote_url="https://t.me/demonews/7", chat_id=-1001234, username="demonews"
    )
    assert telegram.bot_id == 1000001 and "secret" not in repr(telegram)


async def test_files_are_fetched_or_read_and_attached_under_their_names(tmp_path: Path) -> None:
    async def fetch(url: str) -> bytes:
        return f"bytes of {url}".encode()

    (tmp_path / "b.png").write_bytes(b"png")
    request = Request(
        method="sendMediaGroup",
        params={"media": [{"type": "photo", "media": "attach://p0"}, {"type": "photo", "media": "attach://p1"}]},
        uploads=(
            Upload(name="p0", url="https://example.org/pictures/a%20b", mime="image/jpeg"),
            Upload(name="p1", path=str(tmp_path / "b.png")),
        ),
    )
    async with listening(fetch) as (telegram, listener):
        listener.result = [MESSAGE, {**MESSAGE, "message_id": 8}]
        got = await telegram.post(request, "@demonews", files=await telegram.load(request))
    ((_, params),) = listener.calls
    assert params["p0"] == ("a b.jpg", "image/jpeg", b"bytes of https://example.org/pictures/a%20b")
    assert params["p1"] == ("b.png", "image/png", b"png")
    assert params["chat_id"] == "@demonews" and "attach://p0" in params["media"]
    assert got.remote_ids == ("7", "8")


async def test_a_file_that_cannot_be_had_sends_nothing(tmp_path: Path) -> None:
    problem = Problem(code="SW-N", title="No.", cause="The server answered 404.", fix="-")

    async def fails(url: str) -> bytes:
        raise FetchError(problem, url=url, status=404)

    def request(**upload: str) -> Request:
        return Request(method="sendPhoto", params={}, uploads=(Upload(name="photo", **upload),))

    async with listening(fails) as (telegram, listener):
        with pytest.raises(UploadError, match="404"):
            await telegram.load(request(url="https://example.org/a.jpg"))
        with pytest.raises(UploadError, match="No such file"):
            await telegram.load(request(path=str(tmp_path / "none.jpg")))
        with pytest.raises(UploadError, match="cannot be fetched"):
            await telegram.load(request())
    assert listener.calls == []


async def test_any_method_can_be_called_and_errors_come_as_ptb_names_them() -> None:
    async with listening() as (telegram, listener):
        listener.result = True
        assert await telegram.call("deleteMessage", {"chat_id": 5, "message_id": 9, "none": None}) is True
        listener.status, listener.result = 403, "Forbidden: bot was blocked by the user"
        with pytest.raises(Forbidden):
            await telegram.call("sendMessage", {"chat_id": 5, "text": "x"})
    assert listener.calls[0][1] == {"chat_id": 5, "message_id": 9}


def test_a_receipt_names_the_message_where_people_can_open_it() -> None:
    assert receipt(True) == Receipt()
    assert receipt({"message_id": 0, "chat": {"id": -1001}}) == Receipt()
    private = receipt({"message_id": 3, "chat": {"id": 55, "type": "private", "username": "ana"}})
    assert private.remote_ids == ("3",) and private.remote_url is None
    assert message_url(-1001234, None, "9") == "https://t.me/c/1234/9"
    assert message_url(-77, None, "9") is None


def test_by_default_the_bot_talks_to_telegram() -> None:
    assert Telegram("1:x").bot.base_url.startswith("https://api.telegram.org/bot1:x")
