"""Bad luck, each kind in its own words, and the rest goes on."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.errors import NotAllowed, SettingsError, StoreError, TelegramUnreachable
from bot.model import Source, SourceKind
from bot.sandbox import Box
from bot.settings import Secret, Settings
from bot.store import channels, notices, sources
from tests.flow.conftest import House, Paper, furnish, house_of

MEGABYTE = b"<!--" + b"x" * (1 << 20) + b"-->"


async def _huge(request: web.Request) -> web.StreamResponse:
    """A hundred megabytes, if somebody reads them."""
    answer = web.StreamResponse(headers={"Content-Type": "application/rss+xml"})
    await answer.prepare(request)
    try:
        for _ in range(100):
            await answer.write(MEGABYTE)
    except ConnectionError:
        pass
    return answer


def says(status: int, text: str = "", kind: str = "application/rss+xml", **headers: str) -> Callable[..., object]:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=text, content_type=kind, headers=headers)

    return answer


TROUBLES = {
    "404": (says(404), "SW-N"),
    "410": (says(410), "SW-N"),
    "429": (says(429, **{"Retry-After": "3600"}), "SW-N"),
    "500": (says(500), "SW-N"),
    "html": (says(200, "<html><body><h1>Sign in</h1></body></html>", "text/html"), "SW-S"),
    "empty": (says(200, ""), "SW-S"),
    "no-items": (says(200, "<rss version='2.0'><channel><title>x</title></channel></rss>"), None),
    "broken": (says(200, "<rss><channel><item><title>never closed"), None),
    "words": (says(200, "just words"), "SW-S"),
    "huge": (_huge, "SW-N"),
}


@pytest.fixture
async def trouble_url() -> AsyncIterator[str]:
    app = web.Application()
    for name, (answer, _) in TROUBLES.items():
        app.router.add_get(f"/{name}", answer)  # type: ignore[arg-type]
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def add_source(house: House, name: str, url: str) -> None:
    async with house.parts.db.write() as tx:
        source = Source(id=0, name=name, kind=SourceKind.FEED, url=url)
        await sources.put(tx, source, now=datetime.now(UTC))


async def test_every_trouble_of_a_source_has_its_own_words_and_stops_no_other(house: House, trouble_url: str) -> None:
    for name in TROUBLES:
        await add_source(house, f"t-{name}", f"{trouble_url}/{name}")
    await add_source(house, "t-refused", "http://127.0.0.1:9/feed")
    house.paper.add("The good paper goes on")
    await house.work()
    async with house.parts.db.read() as tx:
        found = {source.name: source for source in await sources.every(tx)}
    told = {name: found[f"t-{name}"].problem for name in (*TROUBLES, "refused")}
    failing = {name for name, (_, code) in TROUBLES.items() if code} | {"refused"}
    assert {name for name, words in told.items() if words} == failing
    assert len({told[name] for name in failing}) == len(failing), "each has a sentence of its own"
    assert await house.texts() != [], "the other source was read and posted"
    assert "The good paper goes on" in (await house.texts())[0]
    for name in failing:
        source = found[f"t-{name}"]
        assert source.failures == 1
        assert source.next_check_at is not None and source.next_check_at > datetime.now(UTC)


async def test_a_server_with_a_bad_certificate_is_told_as_such(house: House, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = Path(__file__).parent.parent / "data" / "web" / "expired.pem"
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    await add_source(house, "tls", f"https://127.0.0.1:{port}/feed")
    await house.work()
    server.close()
    await server.wait_closed()
    async with house.parts.db.read() as tx:
        source = await sources.named(tx, "tls")
    assert source is not None and "certificate" in (source.problem or "").lower()


async def test_a_channel_without_rights_is_paused_with_one_card_and_its_posts_wait(house: House) -> None:
    await house.box.people.demote("ana", "demo", "news")
    for number in range(3):
        house.paper.add(f"Waiting story {number}")
    await house.work()
    async with house.parts.db.read() as tx:
        (channel,) = await channels.every(tx)
        waiting = await channels.waiting_count(tx, channel.id)
        cards = await notices.opened(tx, bot_id=1000001)
    assert channel.paused_at is not None
    assert waiting == 3
    assert len(cards) == 1
    assert cards[0].problem.fix


async def test_a_wrong_token_is_told_before_anything_is_done(
    box: Box, paper: Paper, tmp_path: Path, sqlite_url: str
) -> None:
    from bot.app import App, opened

    settings = Settings(
        token=Secret("1:wrong"), data_dir=tmp_path, database_url=Secret(sqlite_url), api_base_url=box.url
    )
    with pytest.raises(NotAllowed) as caught:
        async with opened(settings) as parts, App(parts, ("deliver",)).started():
            raise AssertionError("must not start")
    assert caught.value.exit_code == 4
    assert "1:wrong" not in str(caught.value)


async def test_telegram_out_of_reach_is_told(tmp_path: Path, sqlite_url: str) -> None:
    from bot.app import App, opened

    settings = Settings(
        token=Secret("1:x"), data_dir=tmp_path, database_url=Secret(sqlite_url), api_base_url="http://127.0.0.1:9"
    )
    with pytest.raises(TelegramUnreachable) as caught:
        async with opened(settings) as parts, App(parts, ("deliver",)).started():
            raise AssertionError("must not start")
    assert caught.value.exit_code == 3


async def test_without_a_token_sending_is_refused_and_says_how_to_get_one(tmp_path: Path, sqlite_url: str) -> None:
    from bot.app import App, opened

    settings = Settings(data_dir=tmp_path, database_url=Secret(sqlite_url))
    with pytest.raises(SettingsError) as caught:
        async with opened(settings) as parts, App(parts, ("deliver",)).started():
            raise AssertionError("must not start")
    assert "@BotFather" in str(caught.value)


async def test_a_folder_that_cannot_be_written_is_told(box: Box, paper: Paper, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as caught:
        async with house_of(box, paper, tmp_path / "file" / "data"):
            raise AssertionError("must not open")
    assert caught.value.problem.code == "SW-D01"


async def test_a_template_with_a_mistake_costs_no_post(box: Box, paper: Paper, tmp_path: Path, sqlite_url: str) -> None:
    own = tmp_path / "templates" / "posts"
    own.mkdir(parents=True)
    (own / "share.html.j2").write_text("<b>{{ sumary }}</b>")
    async with house_of(box, paper, tmp_path, sqlite_url) as house:
        await furnish(house)
        await house.work()
        paper.add("Posted all the same")
        await house.work()
        assert "Posted all the same" in (await house.texts())[0]
