"""One real local server for each way in which a call can end (python-telegram-bot's wire, our transport)."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing

import pytest
from aiohttp import web
from telegram import Bot, InputFile
from telegram.error import TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels import outcome
from bot.channels.transport import AnswerTimeoutError, NotSentError, Transport, UnansweredError, to_json
from bot.model import Outcome

SECRET = "123456:AA-very-secret-token"
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 25\r\n\r\n{"ok":true,"result":true}'


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """A TCP server that does exactly what the row says; gives the base address."""

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(guarded, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot{SECRET}/sendMessage"
    finally:
        server.close()
        server.close_clients() if hasattr(server, "close_clients") else None


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    return head + await reader.readexactly(length)


def data(**params: object) -> RequestData:
    return RequestData([RequestParameter.from_input(key, value) for key, value in params.items()])


async def call(url: str, request: RequestData | None = None, **options: float) -> object:
    async with Transport(**{"read": 0.5, "connect": 0.5, "pool": 0.5, **options}) as transport:
        return await transport.post(url, request or data(chat_id=1, text="hello"))


async def failure(url: str, **options: float) -> TelegramError:
    with pytest.raises(TelegramError) as raised:
        await call(url, **options)
    error = raised.value
    chain: BaseException | None = error
    while chain is not None:
        assert SECRET not in f"{chain!r} {chain}"
        chain = chain.__cause__ or chain.__context__
    return error


def outcome_of(error: BaseException) -> Outcome:
    return outcome.classify(outcome.of_exception(error)).outcome


def unused_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_a_call_reaches_the_server_as_json_and_its_result_comes_back() -> None:
    seen: list[bytes] = []

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read_request(reader))
        writer.write(OK)
        await writer.drain()

    async with serving(answers) as url:
        keyboard = {"inline_keyboard": [[{"text": "Read", "url": "https://example.org/ü"}]]}
        assert await call(url, data(chat_id="@demo", text="नमस्ते & <b>", reply_markup=keyboard, silent=True)) is True
    head, body = seen[0].split(b"\r\n\r\n", 1)
    assert b"application/json" in head
    assert json.loads(body) == {"chat_id": "@demo", "text": "नमस्ते & <b>", "reply_markup": keyboard, "silent": True}


async def test_files_travel_as_form_parts_with_their_names_and_types() -> None:
    got: dict[str, object] = {}

    async def receive(request: web.Request) -> web.Response:
        form = await request.post()
        for name, part in form.items():
            got[name] = part if isinstance(part, str) else (part.filename, part.content_type, part.file.read())
        return web.json_response({"ok": True, "result": {"message_id": 7}})

    app = web.Application()
    app.router.add_post("/{path:.*}", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"{site.name}/bot{SECRET}/sendPhoto"
    picture = InputFile(b"\xff\xd8\xff picture", filename="bün.jpg", attach=True)
    try:
        assert await call(url, data(chat_id=5, photo=picture, caption="a b")) == {"message_id": 7}
    finally:
        await runner.cleanup()
    name = str(got["photo"]).removeprefix("attach://")
    assert got["chat_id"] == "5" and got["caption"] == "a b"
    assert got[name] == ("bün.jpg", "image/jpeg", b"\xff\xd8\xff picture")


async def test_a_refused_connection_is_surely_not_sent() -> None:
    error = await failure(f"http://127.0.0.1:{unused_port()}/bot{SECRET}/sendMessage")
    assert isinstance(error, NotSentError) and outcome_of(error) is Outcome.NOT_SENT


async def test_an_unknown_host_is_surely_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*args: object, **kwargs: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", fails)
    error = await failure(f"http://api.invalid/bot{SECRET}/sendMessage")
    assert isinstance(error, NotSentError)


async def test_a_failed_tls_handshake_is_surely_not_sent() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"I do not speak TLS\r\n\r\n")
        await writer.drain()

    async with serving(plain) as url:
        error = await failure(url.replace("http:", "https:"), connect=5, pool=5)
    assert isinstance(error, NotSentError)


async def test_a_connection_that_is_never_accepted_is_surely_not_sent() -> None:
    """A full backlog drops our SYN, as a firewall does."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        try:
            error = await failure(f"http://127.0.0.1:{port}/bot{SECRET}/sendMessage")
        finally:
            for filler in fillers:
                filler.close()
    assert isinstance(error, NotSentError)


async def test_no_free_connection_is_surely_not_sent() -> None:
    arrived, release = asyncio.Event(), asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        arrived.set()
        await release.wait()
        writer.write(OK)
        await writer.drain()

    async with serving(slow) as url, Transport(connections=1, read=30, connect=1, pool=1) as transport:
        first = asyncio.create_task(transport.post(url, data(chat_id=1)))
        await arrived.wait()
        with pytest.raises(NotSentError):
            await transport.post(url, data(chat_id=2))
        release.set()
        assert await first is True


async def test_a_server_that_reads_and_hangs_up_leaves_it_unknown() -> None:
    async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)

    async with serving(hangs_up) as url:
        error = await failure(url)
    assert isinstance(error, UnansweredError) and outcome_of(error) is Outcome.UNKNOWN


async def test_a_kept_connection_closed_under_the_request_is_unknown_and_not_tried_again() -> None:
    connections = 0

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await read_request(reader)
        writer.write(OK)
        await writer.drain()
        await asyncio.sleep(0.2)  # the second request arrives meanwhile and is never read

    async with serving(once) as url, Transport(read=20) as transport:
        assert await transport.post(url, data(chat_id=1)) is True
        with pytest.raises(UnansweredError):
            await transport.post(url, data(chat_id=2))
    assert connections == 1


async def test_a_reset_after_the_request_is_unknown() -> None:
    async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    async with serving(resets) as url:
        assert isinstance(await failure(url), UnansweredError)


async def test_silence_after_the_request_is_unknown() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await asyncio.sleep(5)

    async with serving(silent) as url:
        error = await failure(url, read=0.2)
    assert isinstance(error, AnswerTimeoutError) and outcome_of(error) is Outcome.UNKNOWN


async def test_an_answer_that_drips_for_ever_is_bounded_and_unknown() -> None:
    async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(OK[:80])
        for _ in range(200):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with serving(drips) as url, Transport(read=0.2, connect=2, pool=2) as transport:
        with pytest.raises((AnswerTimeoutError, UnansweredError)):
            await transport.post(url, data(chat_id=1), write_timeout=0.1)


async def test_a_peer_that_stops_reading_our_upload_is_bounded_and_unknown() -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(5)

    picture = InputFile(b"x" * 8_000_000, filename="a.jpg")
    async with serving(deaf) as url, Transport(read=0.1, connect=2, pool=2) as transport:
        with pytest.raises(AnswerTimeoutError):
            await transport.post(url, data(chat_id=1, photo=picture), write_timeout=0.2)


async def test_a_truncated_answer_is_unknown() -> None:
    async def truncates(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(OK[:-10])
        await writer.drain()

    async with serving(truncates) as url:
        assert isinstance(await failure(url), UnansweredError)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (500, b'{"ok":false,"error_code":500,"description":"Internal Server Error"}', Outcome.UNKNOWN),
        (502, b"<html>Bad Gateway</html>", Outcome.UNKNOWN),
        (504, b"", Outcome.UNKNOWN),
        (413, b"<html>Request Entity Too Large</html>", Outcome.CONTENT_ERROR),
        (200, b"<html>captive portal</html>", Outcome.UNKNOWN),
        (200, b"[1, 2]", Outcome.UNKNOWN),
        (302, b"", Outcome.UNKNOWN),
        (429, b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 3","parameters":'
         b'{"retry_after":3}}', Outcome.FLOOD),
        (429, b"", Outcome.FLOOD),
        (401, b'{"ok":false,"error_code":401,"description":"Unauthorized"}', Outcome.TOKEN_ERROR),
        (403, b'{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}',
         Outcome.DESTINATION_ERROR),
        (404, b'{"ok":false,"error_code":404,"description":"Not Found: method not found"}', Outcome.CONTENT_ERROR),
        (409, b'{"ok":false,"error_code":409,"description":"Conflict: terminated"}', Outcome.NOT_SENT),
        (400, b'{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}', Outcome.DESTINATION_ERROR),
        (400, b'{"ok":false,"error_code":400,"description":"x","parameters":{"migrate_to_chat_id":-100}}',
         Outcome.MIGRATED),
    ],
)  # fmt: skip
async def test_an_http_answer_has_its_outcome(status: int, body: bytes, expected: Outcome) -> None:
    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        where = b"Location: http://127.0.0.1:1/\r\n" if status == 302 else b""
        writer.write(b"HTTP/1.1 %d X\r\n%sContent-Length: %d\r\n\r\n%s" % (status, where, len(body), body))
        await writer.drain()

    async with serving(answers) as url:
        assert outcome_of(await failure(url)) is expected


async def test_a_long_poll_waits_for_its_own_read_timeout() -> None:
    async def later(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await asyncio.sleep(0.4)
        writer.write(OK)
        await writer.drain()

    async with serving(later) as url, Transport(read=0.1) as transport:
        assert await transport.post(url, data(timeout=1), read_timeout=20) is True


async def test_the_token_stays_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await failure(f"http://127.0.0.1:{unused_port()}/bot{SECRET}/sendMessage")

    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n??")
        await writer.drain()

    async with serving(nonsense) as url:
        await failure(url)
    assert SECRET not in caplog.text


async def test_a_closed_transport_sends_nothing() -> None:
    with pytest.raises(NotSentError):
        await Transport().post("http://127.0.0.1:1/x", data(chat_id=1))


async def test_ptb_itself_can_use_the_transport() -> None:
    async def me(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        body = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"Demo","username":"demo_bot"}}'
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()

    async with serving(me) as url:
        base = url.split(SECRET)[0]
        async with Bot(SECRET, base_url=base, request=Transport(), get_updates_request=Transport()) as bot:
            assert bot.username == "demo_bot"


def test_half_a_character_neither_stops_a_post_nor_hides_an_answer() -> None:
    """Lone surrogates, which the quicker JSON library refuses both ways."""
    assert json.loads(to_json({"text": "a\ud800", "chat_id": 1})) == {"text": "a?", "chat_id": 1}
    assert Transport.parse_json_payload(b'{"ok":true,"result":"a\\ud800"}')["result"] == "a\ud800"
    with pytest.raises(TelegramError):
        Transport.parse_json_payload(b'{"ok":tru')
