"""WebSub against a hub on this machine: subscribe, verify, signed receive, renew."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web as server
from sqlalchemy import select

from bot.model import Source, SourceKind
from bot.parsing import Parser
from bot.sources import watch, websub
from bot.store import sources as store_sources
from bot.store import websub as store_websub
from bot.store.database import Database
from bot.store.schema import articles
from bot.web import Web
from bot.web.headers import links
from tests.sources.conftest import Site, rss

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
PUBLIC = "https://bot.example/"


class Hub:
    """Keeps what it was asked."""

    def __init__(self, site: Site) -> None:
        self.asked: list[dict[str, str]] = []
        self.status = 202
        site.handlers["/hub"] = self.handle
        self.url = site.at("/hub")

    async def handle(self, request: server.Request) -> server.Response:
        self.asked.append({key: str(value) for key, value in (await request.post()).items()})
        return server.Response(status=self.status)

    @property
    def token(self) -> str:
        return self.asked[-1]["hub.callback"].rpartition("/")[2]

    def sign(self, body: bytes, method: str = "sha256") -> str:
        return f"{method}={hmac.new(self.asked[-1]['hub.secret'].encode(), body, getattr(hashlib, method)).hexdigest()}"


@pytest.fixture
def hub(site: Site) -> Hub:
    return Hub(site)


async def watched(db: Database, site: Site, web: Web, hub: Hub) -> Source:
    """A source that has had its first look and names a hub."""
    links = f'<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="{hub.url}"/>'
    links += f'<link xmlns="http://www.w3.org/2005/Atom" rel="self" href="{site.at("/feed")}"/>'
    url = site.says("/feed", rss(["a|Old headline|09:00"], more=links))
    async with db.write() as tx:
        await store_sources.put(tx, Source(id=0, name="paper", kind=SourceKind.FEED, url=url), now=NOW)
    await watch.once(db, web, now=NOW)
    async with db.read() as tx:
        source = await store_sources.named(tx, "paper")
    assert source
    assert (source.hub, source.topic) == (hub.url, url)
    return source


async def subscribe(db: Database, web: Web, now: datetime = NOW) -> int:
    return await websub.subscribe_due(db, web, public_url=PUBLIC, now=now)


async def confirm(db: Database, hub: Hub, source: Source, now: datetime = NOW, **changes: str) -> str | None:
    query: dict[str, Any] = {
        "hub.mode": "subscribe",
        "hub.topic": source.topic,
        "hub.challenge": "c123",
        "hub.lease_seconds": "864000",
    }
    return await websub.verify(db, hub.token, query | {k.replace("_", ".", 1): v for k, v in changes.items()}, now=now)


async def state(db: Database, source: Source) -> store_websub.Subscription:
    async with db.read() as tx:
        known = await store_websub.of_source(tx, source.id)
    assert known
    return known


async def titles(db: Database) -> list[str]:
    async with db.read() as tx:
        return list((await tx.execute(select(articles.c.title).order_by(articles.c.id))).scalars())


async def test_a_hub_is_asked_verified_and_its_signed_push_becomes_an_article(
    db: Database, site: Site, web: Web, hub: Hub
) -> None:
    source = await watched(db, site, web, hub)
    assert await subscribe(db, web) == 1
    asked = hub.asked[0]
    assert asked["hub.mode"] == "subscribe"
    assert asked["hub.topic"] == source.topic
    assert asked["hub.callback"].startswith("https://bot.example/websub/")
    assert len(asked["hub.secret"]) >= 32
    assert await subscribe(db, web) == 0
    assert await confirm(db, hub, source) == "c123"
    assert (await state(db, source)).state == "verified"
    body = rss(["b|Fresh headline|10:00"])
    assert await websub.receive(db, hub.token, body, signature=hub.sign(body), now=NOW) == 1
    assert await titles(db) == ["Old headline", "Fresh headline"]
    async with Parser() as parser:
        again = await websub.receive(db, hub.token, body, signature=hub.sign(body, "sha512"), now=NOW, parser=parser)
    assert again == 0


async def test_a_hub_is_also_found_in_the_header(sqlite_db: Database, site: Site, web: Web, hub: Hub) -> None:
    named = f'<{hub.url}>; rel="hub", </feed>; title="a, b"; rel=self'
    url = site.says("/feed", rss(["a|Old headline|09:00"]), Link=named)
    async with sqlite_db.write() as tx:
        await store_sources.put(tx, Source(id=0, name="paper", kind=SourceKind.FEED, url=url), now=NOW)
    await watch.once(sqlite_db, web, now=NOW)
    async with sqlite_db.read() as tx:
        source = await store_sources.named(tx, "paper")
    assert source
    assert (source.hub, source.topic) == (hub.url, url)
    assert links(["junk", "<https://[x>; rel=hub", "<>; rel=hub", "</a>; rel", "</b>; Rel=NEXT"], url) == {
        "next": site.at("/b")
    }


async def test_while_a_hub_pushes_the_source_is_looked_at_rarely(
    sqlite_db: Database, site: Site, web: Web, hub: Hub
) -> None:
    source = await watched(sqlite_db, site, web, hub)
    await subscribe(sqlite_db, web)
    await confirm(sqlite_db, hub, source)
    assert source.next_check_at
    later = source.next_check_at
    await watch.once(sqlite_db, web, now=later)
    async with sqlite_db.read() as tx:
        known = await store_sources.get(tx, source.id)
    assert known
    assert known.next_check_at
    assert known.next_check_at - later >= timedelta(minutes=50)


async def test_when_a_lease_has_ended_the_source_is_looked_at_as_before(
    sqlite_db: Database, site: Site, web: Web, hub: Hub
) -> None:
    source = await watched(sqlite_db, site, web, hub)
    await subscribe(sqlite_db, web)
    await confirm(sqlite_db, hub, source)
    ended = NOW + websub.LONGEST_LEASE + timedelta(days=1)
    async with sqlite_db.read() as tx:
        assert await store_websub.active(tx, [source.id], now=NOW) == {source.id}
        assert await store_websub.active(tx, [source.id], now=ended) == frozenset()
    assert await subscribe(sqlite_db, web, now=ended) == 1


async def test_a_push_that_is_not_signed_with_our_secret_is_left_aside(
    sqlite_db: Database, site: Site, web: Web, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    source = await watched(sqlite_db, site, web, hub)
    await subscribe(sqlite_db, web)
    await confirm(sqlite_db, hub, source)
    body = rss(["b|Forged"])
    for signature in (None, "", "sha256=00", "md5=00", "sha256", hub.sign(b"other"), "sha256=é"):
        assert await websub.receive(sqlite_db, hub.token, body, signature=signature, now=NOW) == 0
    assert await websub.receive(sqlite_db, "unknown", body, signature=hub.sign(body), now=NOW) is None
    assert await titles(sqlite_db) == ["Old headline"]
    assert [record.levelname for record in caplog.records if "not signed" in record.message] == ["WARNING"] * 7


async def test_a_push_that_is_no_feed_makes_the_source_due(sqlite_db: Database, site: Site, web: Web, hub: Hub) -> None:
    source = await watched(sqlite_db, site, web, hub)
    await subscribe(sqlite_db, web)
    assert await websub.receive(sqlite_db, hub.token, b"ping", signature=hub.sign(b"ping"), now=NOW) == 0
    async with sqlite_db.read() as tx:
        known = await store_sources.get(tx, source.id)
    assert known
    assert known.next_check_at == NOW


async def test_only_what_was_asked_for_is_confirmed(sqlite_db: Database, site: Site, web: Web, hub: Hub) -> None:
    source = await watched(sqlite_db, site, web, hub)
    await subscribe(sqlite_db, web)
    assert await confirm(sqlite_db, hub, source, hub_topic="https://else.example/") is None
    assert await confirm(sqlite_db, hub, source, hub_mode="unsubscribe") is None
    assert await websub.verify(sqlite_db, "unknown", {"hub.mode": "subscribe"}, now=NOW) is None
    assert (await state(sqlite_db, source)).state == "asked"
    assert await confirm(sqlite_db, hub, source, hub_mode="denied") == ""
    assert (await state(sqlite_db, source)).state == "refused"


async def test_a_lease_is_renewed_in_time_with_the_same_secret(
    sqlite_db: Database, site: Site, web: Web, hub: Hub
) -> None:
    source = await watched(sqlite_db, site, web, hub)
    await subscribe(sqlite_db, web)
    await confirm(sqlite_db, hub, source, hub_lease_seconds="172800")
    assert await subscribe(sqlite_db, web, NOW + timedelta(hours=20)) == 0
    assert await subscribe(sqlite_db, web, NOW + timedelta(hours=30)) == 1
    assert await subscribe(sqlite_db, web, NOW + timedelta(hours=31)) == 0
    one, two = hub.asked
    assert (one["hub.callback"], one["hub.secret"]) == (two["hub.callback"], two["hub.secret"])
    assert (await state(sqlite_db, source)).state == "verified"


async def test_a_hub_that_lends_for_hours_is_asked_before_they_end(
    sqlite_db: Database, site: Site, web: Web, hub: Hub
) -> None:
    source = await watched(sqlite_db, site, web, hub)
    await subscribe(sqlite_db, web)
    await confirm(sqlite_db, hub, source, hub_lease_seconds="7200")
    assert await subscribe(sqlite_db, web, NOW + timedelta(hours=1)) == 0
    assert await subscribe(sqlite_db, web, NOW + timedelta(minutes=110)) == 1
    assert await subscribe(sqlite_db, web, NOW + timedelta(minutes=111)) == 0  # asked, not answered yet


async def test_a_hub_that_refuses_is_asked_again_a_day_later(
    sqlite_db: Database, site: Site, web: Web, hub: Hub
) -> None:
    source = await watched(sqlite_db, site, web, hub)
    hub.status = 500
    assert await subscribe(sqlite_db, web) == 1
    assert (await state(sqlite_db, source)).state == "refused"
    assert await subscribe(sqlite_db, web, NOW + timedelta(hours=12)) == 0
    hub.status = 202
    assert await subscribe(sqlite_db, web, NOW + timedelta(hours=25)) == 1
    async with sqlite_db.write() as tx:
        await store_websub.forget(tx, source.id)
    assert await websub.receive(sqlite_db, hub.token, b"", signature=None, now=NOW) is None


@pytest.mark.parametrize(
    ("said", "lease"),
    [
        ("86400", timedelta(days=1)),
        ("1", timedelta(minutes=1)),
        ("999999999", timedelta(days=30)),
        ("99999999999999", timedelta(days=7)),
        ("soon", timedelta(days=7)),
    ],
)
def test_leases_are_kept_within_reason(said: str, lease: timedelta) -> None:
    assert websub.lease_of({"hub.lease_seconds": said}) == lease
