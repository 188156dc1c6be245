"""What a page brings: conditional requests, headers understood, bodies unpacked and bounded, turns taken."""

from __future__ import annotations

import asyncio
import gzip
import resource
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web as server

from bot.errors import FetchError
from bot.web import Web, headers
from tests.web.conftest import Site

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


async def test_an_unchanged_page_costs_no_body(site: Site, web: Web) -> None:
    async def feed(request: server.Request) -> server.Response:
        if request.headers.get("If-None-Match") == '"v1"' and "If-Modified-Since" in request.headers:
            return server.Response(status=304, headers={"ETag": '"v1"', "Cache-Control": "max-age=600"})
        return server.Response(
            text="<rss/>", content_type="text/xml", charset="utf-8", headers={"ETag": '"v1"', "Last-Modified": "x"}
        )

    site.handlers["/feed"] = feed
    first = await web.fetch(site.at("/feed"))
    assert (first.body, first.content_type, first.charset, first.etag) == (b"<rss/>", "text/xml", "utf-8", '"v1"')
    assert not first.not_modified
    again = await web.fetch(site.at("/feed"), etag=first.etag, last_modified=first.last_modified)
    assert (again.not_modified, again.status, again.body) == (True, 304, b"")
    assert again.max_age == timedelta(minutes=10)


async def test_the_request_says_who_asks_and_trusts_no_environment(
    site: Site, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    site.says("/x", b"x")
    await web.fetch(site.at("/x"), accept="text/html")
    (request,) = site.seen
    assert request.headers["User-Agent"].startswith("Sharewire/")
    assert request.headers["Accept"] == "text/html"
    assert request.headers["Accept-Encoding"] == "gzip, deflate"


async def test_a_form_and_json_are_posted(site: Site, web: Web) -> None:
    got = []

    async def hub(request: server.Request) -> server.Response:
        got.append(await request.text())
        return server.Response(status=202)

    site.handlers["/hub"] = hub
    assert (await web.post(site.at("/hub"), form={"a": "b c"})).status == 202
    assert (await web.post(site.at("/hub"), json={"a": 1}, headers={"Authorization": "Bearer x"})).status == 202
    assert got == ["a=b+c", '{"a": 1}']


def deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"hello", mtime=0)),
        ("x-gzip", gzip.compress(b"hel", mtime=0) + gzip.compress(b"lo", mtime=0)),
        ("deflate", zlib.compress(b"hello")),
        ("deflate", deflate(b"hello")),
        ("gzip", gzip.compress(gzip.compress(b"hello", mtime=0), mtime=0)),
        ("identity", gzip.compress(gzip.compress(b"hello", mtime=0), mtime=0)),
        ("gzip", gzip.compress(b"hello", mtime=0) + b"rubbish after it"),
        ("gzip", gzip.compress(b"hello", mtime=0)[:-6]),
        ("", b"hello"),
    ],
)
async def test_packed_bodies_are_unpacked(encoding: str, body: bytes, site: Site, web: Web) -> None:
    url = site.says("/x", body, Content_Encoding=encoding)
    assert (await web.fetch(url)).body == b"hello"


@pytest.mark.parametrize(("encoding", "body"), [("br", b"x"), ("gzip", b"not gzip at all"), ("deflate", b"\xff\xff")])
async def test_bodies_that_cannot_be_unpacked_are_told(encoding: str, body: bytes, site: Site, web: Web) -> None:
    with pytest.raises(FetchError) as caught:
        await web.fetch(site.says("/x", body, Content_Encoding=encoding))
    assert caught.value.problem.code == "SW-N27"


def bomb(size: int, layers: int) -> bytes:
    body = bytes(size)
    for _ in range(layers):
        body = gzip.compress(body)
    return body


@pytest.mark.parametrize("layers", [0, 1, 2])
async def test_a_body_over_the_limit_is_left_in_time(layers: int, site: Site, web: Web) -> None:
    url = site.says("/x", bomb(60 << 20, layers), Content_Encoding="gzip" if layers == 1 else "identity")
    with pytest.raises(FetchError) as caught:
        await web.fetch(url)
    assert caught.value.problem.code == "SW-N22"
    assert "10 MB" in caught.value.problem.cause


async def test_an_endless_body_without_a_length_is_cut_off_in_little_memory(site: Site, web: Web) -> None:
    async def endless(request: server.Request) -> server.StreamResponse:
        response = server.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(bytes(65536))
        except ConnectionError:
            return response

    site.handlers["/x"] = endless
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FetchError) as caught:
        await web.fetch(site.at("/x"))
    assert caught.value.problem.code == "SW-N22"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # kB


async def test_an_honest_feed_of_a_high_ratio_is_read(site: Site, web: Web) -> None:
    url = site.says("/x", gzip.compress(bytes(9 << 20)), Content_Encoding="gzip")
    assert len((await web.fetch(url)).body) == 9 << 20
    with pytest.raises(FetchError) as caught:
        await web.fetch(url, limit=1000)
    assert "1,000 bytes" in caught.value.problem.cause


async def test_one_host_is_visited_by_few_at_a_time(site: Site, web: Web) -> None:
    now = most = 0

    async def slow(request: server.Request) -> server.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.02)
        now -= 1
        return server.Response()

    site.handlers["/x"] = slow
    await asyncio.gather(*(web.fetch(site.at("/x")) for _ in range(12)))
    assert most == 4


async def test_a_host_that_complains_twice_is_left_alone_and_once_is_not_enough(site: Site, web: Web) -> None:
    fine = site.says("/fine", b"x")
    one = site.says("/one", status=429, Retry_After="120")
    two = site.says("/two", status=429, Retry_After="60")
    for url in (one, one):
        with pytest.raises(FetchError):
            await web.fetch(url)
    assert (await web.fetch(fine)).body == b"x"
    with pytest.raises(FetchError):
        await web.fetch(two)
    count = len(site.seen)
    with pytest.raises(FetchError) as caught:
        await web.fetch(fine)
    assert caught.value.problem.code == "SW-N28"
    assert caught.value.retry_at
    assert 100 < (caught.value.retry_at - datetime.now(UTC)).total_seconds() <= 120
    assert len(site.seen) == count


async def test_a_pause_that_is_over_is_forgotten(site: Site, web: Web) -> None:
    for path in ("/one", "/two"):
        with pytest.raises(FetchError):
            await web.fetch(site.says(path, status=429, Retry_After="1"))
    await asyncio.sleep(1.1)
    assert (await web.fetch(site.says("/fine", b"x"))).body == b"x"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ({"Cache-Control": "public, max-age=300"}, 300),
        ({"Cache-Control": 'max-age="300"', "Age": "100"}, 200),
        ({"Cache-Control": "max-age=5", "Age": "nonsense"}, 5),
        ({"Cache-Control": "max-age=5", "Age": "99"}, 0),
        ({"Cache-Control": "no-cache, max-age=300"}, None),
        ({"Cache-Control": "no-store"}, None),
        ({"Cache-Control": "private"}, None),
        ({"Expires": "Thu, 01 Jan 2026 12:10:00 GMT", "Date": "Thu, 01 Jan 2026 12:00:00 GMT"}, 600),
        ({"Expires": "0", "Date": "Thu, 01 Jan 2026 12:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_how_long_an_answer_keeps(said: dict[str, str], seconds: int | None) -> None:
    assert headers.max_age(said) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Thu, 01 Jan 2026 12:01:00 GMT", 60),
        ("Thu, 01 Jan 2026 11:00:00", None),
        ("99999999999", 7 * 86400),
        ("soon", None),
        ("0", None),
        (None, None),
        ("", None),
    ],
)
def test_when_to_come_back(value: str | None, seconds: int | None) -> None:
    assert headers.retry_at(value, NOW) == (None if seconds is None else NOW + timedelta(seconds=seconds))


def test_content_types_are_read_loosely() -> None:
    assert headers.content_type("Text/XML; Charset='UTF-8'") == ("text/xml", "utf-8")
    assert headers.content_type("text/html") == ("text/html", None)
    assert headers.content_type(";charset=x") == (None, "x")
    assert headers.content_type(None) == (None, None)
