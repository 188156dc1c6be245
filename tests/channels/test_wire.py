"""Kept connections: one real local server for each shape of answer (how calls fail: test_transport)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.channels.wire import BadAddressError, Limits, NotConnectedError, Wire

CERTIFICATES = Path(__file__).parent.parent / "data" / "web"
LIMITS = Limits(pool=5, connect=5, read=5, whole=10)
Write = Callable[[bytes], None]
Handler = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Counts connections, keeps what was asked, answers as the row says."""

    def __init__(self, answer: Handler) -> None:
        self._answer = answer
        self.connections = 0
        self.heads: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.rsplit(b"Content-Length: ", 1)[1].split(b"\r\n")[0])
                body = await reader.readexactly(length)
                self.heads.append(head)
                await self._answer(body, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def standing(
    answer: Handler, *, keep_alive: float = 15.0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[Server, Wire, str]]:
    server = Server(answer)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    wire = Wire(connections=2, keep_alive=keep_alive)
    try:
        scheme = "https" if tls else "http"
        yield server, wire, f"{scheme}://127.0.0.1:{listening.sockets[0].getsockname()[1]}/botT/sendMessage"
    finally:
        await wire.close()
        listening.close()
        await listening.wait_closed()


def plain(body: bytes, *headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


async def echo(body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(plain(body, b"Date: Mon, 23 Nov 2026 02:00:00 GMT"))


async def test_calls_one_after_another_share_a_connection_and_each_has_its_own_answer() -> None:
    async with standing(echo) as (server, wire, url):
        for text in (b'{"a":1}', b"{}", "«Привет»".encode()):
            assert await wire.post(url, text, LIMITS) == (200, text)
    assert server.connections == 1
    assert wire.dated == "Mon, 23 Nov 2026 02:00:00 GMT"
    assert server.heads[0].startswith(b"POST /botT/sendMessage HTTP/1.1\r\nHost: 127.0.0.1:")


async def test_calls_at_once_have_a_connection_each_and_more_wait_for_one() -> None:
    async with standing(echo) as (server, wire, url):
        texts = [b"%d" % n for n in range(20)]
        answers = await asyncio.gather(*(wire.post(url, text, LIMITS) for text in texts))
    assert [answer for _, answer in answers] == texts
    assert server.connections == 2


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", b"c\r\n0\r\n\r\n"], id="chunked"
        ),
        pytest.param([b"HTTP/1.1 200 OK\r\nContent-Le", b"ngth: 3\r\n\r\na", b"bc"], id="in pieces"),
        pytest.param([b"HTTP/1.1 100 Continue\r\n\r\n" + plain(b"abc")], id="continue first"),
        pytest.param([plain(b"abc", b"Connection: close")], id="closing"),
    ],
)
async def test_every_shape_of_answer_is_read_whole(parts: list[bytes]) -> None:
    async def answer(body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.001)

    async with standing(answer) as (server, wire, url):
        for _ in range(2):
            assert await wire.post(url, b"{}", LIMITS) == (200, b"abc")
    assert server.connections == (2 if b"close" in parts[0] else 1)


async def test_an_answer_without_length_ends_with_its_connection() -> None:
    async def answer(body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nabc")
        await writer.drain()
        raise ConnectionError

    async with standing(answer) as (server, wire, url):
        assert [await wire.post(url, b"{}", LIMITS) for _ in range(2)] == [(200, b"abc")] * 2
    assert server.connections == 2


async def test_what_is_no_http_answer_is_not_known() -> None:
    async def answer(body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.org ESMTP\r\n")

    async with standing(answer) as (_, wire, url):
        with pytest.raises(ConnectionError, match="not an HTTP answer") as raised:
            await wire.post(url, b"{}", LIMITS)
    assert not isinstance(raised.value, NotConnectedError)


async def test_a_second_answer_that_nobody_asked_for_ends_the_connection() -> None:
    async def answer(body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(plain(body) + plain(b"stray"))

    async with standing(answer) as (server, wire, url):
        assert [await wire.post(url, b"%d" % n, LIMITS) for n in range(3)] == [(200, b"%d" % n) for n in range(3)]
    assert server.connections == 3


async def test_a_cancelled_call_takes_its_connection_with_it() -> None:
    asked = asyncio.Event()

    async def late(body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        if body == b"slow":
            await reader.read(1)
        writer.write(plain(body))

    async with standing(late) as (server, wire, url):
        slow = asyncio.create_task(wire.post(url, b"slow", LIMITS))
        await asked.wait()
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert await wire.post(url, b"next", LIMITS) == (200, b"next")
    assert server.connections == 2


async def test_a_connection_that_was_unused_too_long_is_not_used_again() -> None:
    async with standing(echo, keep_alive=0.05) as (server, wire, url):
        assert await wire.post(url, b"1", LIMITS) == (200, b"1")
        await asyncio.sleep(0.1)
        assert await wire.post(url, b"2", LIMITS) == (200, b"2")
    assert server.connections == 2


async def test_a_shorter_patience_counts_on_a_kept_connection_too() -> None:
    async def once(body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if body == b"answer":
            writer.write(plain(body))

    async with standing(once) as (_, wire, url):
        await wire.post(url, b"answer", LIMITS)
        with pytest.raises(TimeoutError):
            await wire.post(url, b"silence", Limits(pool=5, connect=5, read=0.05, whole=10))


async def test_a_login_in_the_address_is_sent_as_a_header() -> None:
    async with standing(echo) as (server, wire, url):
        await wire.post(url.replace("//", "//ana:s%3Acret@"), b"{}", LIMITS)
    assert b"Authorization: Basic YW5hOnM6Y3JldA==\r\n" in server.heads[0]


@pytest.mark.parametrize("url", ["ftp://example.org/x", "nonsense", "http://", "http://[::1/x", "http://a:b/x"])
async def test_what_is_no_address_is_told_before_anything_is_sent(url: str) -> None:
    with pytest.raises(BadAddressError):
        await Wire(connections=1, keep_alive=1).post(url, b"{}", LIMITS)


@pytest.mark.parametrize("certificate", ["good.pem", "wrong-name.pem", "expired.pem"])
async def test_over_tls_only_a_server_that_proves_its_name_is_sent_anything(
    certificate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / certificate)
    async with standing(echo, tls=context) as (server, wire, url):
        if certificate == "good.pem":
            assert [await wire.post(url, b"%d" % n, LIMITS) for n in range(2)] == [(200, b"0"), (200, b"1")]
        else:
            with pytest.raises(NotConnectedError, match="SSLCertVerificationError"):
                await wire.post(url, b"{}", LIMITS)
    assert len(server.heads) == (2 if certificate == "good.pem" else 0)
