"""Each way to fail has its own sentence: what happened, one cause, the next step."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web as server
from aiohttp.test_utils import TestServer

from bot.errors import FetchError
from bot.web import Web, failures, troubles
from tests.web.conftest import Site

DATA = Path(__file__).parent.parent / "data" / "web"


async def problem(web: Web, url: str, **options: float) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await web.fetch(url, **options)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    ("status", "headers", "code", "title"),
    [
        (401, {}, "SW-N14", "127.0.0.1 asks for a name and a password (401)."),
        (403, {}, "SW-N15", "127.0.0.1 does not let us in (403)."),
        (403, {"cf-mitigated": "challenge"}, "SW-N16", "127.0.0.1 wants proof that a person is visiting (403)."),
        (404, {}, "SW-N17", "There is nothing at this address (404)."),
        (410, {}, "SW-N18", "This address is gone for good (410)."),
        (429, {}, "SW-N19", "127.0.0.1 asks us to slow down (429)."),
        (418, {}, "SW-N20", "127.0.0.1 answered with status 418."),
        (300, {}, "SW-N20", "127.0.0.1 answered with status 300."),
        (500, {}, "SW-N21", "127.0.0.1 has trouble of its own (status 500)."),
        (503, {}, "SW-N21", "127.0.0.1 has trouble of its own (status 503)."),
        (503, {"cf-mitigated": "challenge"}, "SW-N16", "127.0.0.1 wants proof that a person is visiting (403)."),
    ],
)
async def test_every_status_has_its_own_sentence(
    status: int, headers: dict[str, str], code: str, title: str, site: Site, web: Web
) -> None:
    error = await problem(web, site.says("/x", status=status, **headers))
    assert (error.problem.code, error.problem.title, error.status) == (code, title, status)
    assert error.problem.where == site.at("/x")


async def test_a_server_that_names_a_time_is_believed(site: Site, web: Web) -> None:
    error = await problem(web, site.says("/x", status=503, Retry_After="60"))
    assert error.retry_at
    assert 50 < (error.retry_at - datetime.now(UTC)).total_seconds() <= 60


async def test_connection_troubles_have_their_own_sentences(site: Site, web: Web) -> None:
    async def silent(request: server.Request) -> server.Response:
        await asyncio.sleep(5)
        raise AssertionError

    async def cut(request: server.Request) -> server.StreamResponse:
        response = server.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport
        request.transport.abort()
        return response

    site.handlers |= {"/silent": silent, "/cut": cut}
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert (await problem(web, f"http://127.0.0.1:{port}/")).problem.title == "127.0.0.1 refused the connection."
    slow = await problem(web, site.at("/silent"), timeout=0.1)
    assert (slow.problem.title, slow.problem.cause) == (
        "127.0.0.1 took too long to answer.",
        "It sent nothing more for 0.1 seconds.",
    )
    assert (await problem(web, site.at("/cut"))).problem.title == "127.0.0.1 cut the connection."
    unknown = await problem(web, "http://no-such-host.invalid/")
    assert unknown.problem.title == "There is no site called no-such-host.invalid."


async def test_a_server_that_does_not_speak_http_is_told(web: Web) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail ready\r\n\r\n")
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with listener:
        error = await problem(web, f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/")
    assert error.problem.title == "127.0.0.1 does not answer as a web server should."


@asynccontextmanager
async def secure_site(certificate: str) -> AsyncIterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(DATA / certificate)

    async def safe(request: server.Request) -> server.Response:
        return server.Response(text="safe")

    app = server.Application()
    app.router.add_get("/", safe)
    running = TestServer(app, scheme="https")
    await running.start_server(ssl=context)
    yield str(running.make_url("/"))
    await running.close()


@pytest.mark.parametrize(
    ("certificate", "code"), [("good.pem", None), ("expired.pem", "SW-N10"), ("wrong-name.pem", "SW-N11")]
)
async def test_certificates_fail_each_for_its_own_reason(
    certificate: str, code: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = ssl.create_default_context(cafile=str(DATA / "authority.pem"))
    monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", trusting)
    async with secure_site(certificate) as url, Web(allow_private_hosts=["127.0.0.1"]) as web:
        if code is None:
            assert (await web.fetch(url)).body == b"safe"
        else:
            assert (await problem(web, url)).problem.code == code


async def test_an_unknown_authority_and_a_plain_port_are_told(site: Site, web: Web) -> None:
    async with secure_site("good.pem") as url:
        assert (await problem(web, url)).problem.code == "SW-N12"
    assert (await problem(web, site.at("/").replace("http:", "https:"))).problem.code == "SW-N13"


def test_the_rarer_exceptions_are_understood() -> None:
    def code(error: Exception, blocked: str | None = None) -> str:
        return troubles.wrapped("http://h.example/", error, blocked, 10 << 20).problem.code

    key = aiohttp.client_reqrep.ConnectionKey("h.example", 22, False, True, None, None, None)
    assert code(aiohttp.ClientConnectorError(key, OSError(113, "no route")), None) == "SW-N07"
    assert code(aiohttp.ClientConnectorError(key, OSError(None, "strange")), None) == "SW-N07"
    assert code(aiohttp.ClientConnectorError(key, OSError(13, "blocked")), "SW-N04") == "SW-N04"
    assert code(aiohttp.ClientConnectorError(key, OSError(13, "blocked")), "SW-N03") == "SW-N03"
    assert code(aiohttp.ServerDisconnectedError()) == "SW-N25"
    assert code(ValueError("odd")) == "SW-N01"
    assert troubles.timed_out("http://h.example/", aiohttp.ConnectionTimeoutError(), 30).problem.code == "SW-N08"


def test_every_failure_says_what_happened_one_cause_and_the_next_step() -> None:
    seen = set()
    for code in failures.codes():
        error = failures.failure(code, "https://ann:s3cret@h.example/feed", status=500, detail="Something.")
        problem = error.problem
        assert problem.title not in seen, "each failure has its own sentence"
        seen.add(problem.title)
        for text in (problem.title, problem.cause, problem.fix):
            assert re.search(r"[.…]$", text), text
            assert "{" not in text
        assert " or " not in problem.cause
        assert "s3cret" not in str(problem)
        assert "s3cret" not in error.url
    assert failures.failure("SW-N06", "http://[broken").problem.title == "The site refused the connection."
