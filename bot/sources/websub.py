"""Push subscriptions (https://www.w3.org/TR/websub/): a hub tells within a second what is new, signed.

`subscribe_due` asks hubs and renews leases in time; `verify` and `receive` are what the callback's door calls.  A hub
only ever speeds things up: without one, or when it falls silent, the source is looked at as before.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.errors import FetchError, ParseError
from bot.parsing import Parser
from bot.sources.arrivals import Arrival, hand_over, items_in
from bot.sources.feed import parse_feed
from bot.sources.reading import run_guarded
from bot.store import sources as store_sources
from bot.store import websub as store_websub
from bot.store.database import Database
from bot.web import Web

LEASE = timedelta(days=7)
LONGEST_LEASE = timedelta(days=30)
RENEW_BEFORE = timedelta(days=1)
RETRY_AFTER = timedelta(days=1)  # a hub that refused or never answered
AT_ONCE = 20
CALLBACK_PATH = "/websub/"  # the door's path; the token follows
_DIGESTS = {"sha1", "sha256", "sha384", "sha512"}
_logger = logging.getLogger(__name__)


def request_form(mode: str, *, topic: str, callback: str, secret: str, lease: timedelta = LEASE) -> dict[str, str]:
    """The form that asks a hub (section 5.1); `mode` is subscribe or unsubscribe."""
    return {
        "hub.mode": mode,
        "hub.topic": topic,
        "hub.callback": callback,
        "hub.secret": secret,
        "hub.lease_seconds": str(int(lease.total_seconds())),
    }


def lease_of(query: Mapping[str, str]) -> timedelta:
    """The lease that a hub grants (`hub.lease_seconds`), within reason."""
    text = query.get("hub.lease_seconds", "")
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else int(LEASE.total_seconds())
    return min(max(timedelta(seconds=seconds), timedelta(minutes=1)), LONGEST_LEASE)


def is_signed(header: str | None, body: bytes, secret: str) -> bool:
    """Whether `X-Hub-Signature: sha256=…` was made with our secret (section 7.1); compared in constant time."""
    method, _, given = (header or "").partition("=")
    if method not in _DIGESTS:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode("utf-8", "replace"))


async def subscribe_due(db: Database, web: Web, *, public_url: str, now: datetime) -> int:
    """Ask the hubs of sources that have no subscription or one that soon ends; how many were asked.

    `public_url` is where hubs reach us; the callback is below it at CALLBACK_PATH."""
    async with db.read() as tx:
        due = await store_websub.wanting(tx, now=now, renew_before=RENEW_BEFORE, retry_after=RETRY_AFTER, limit=AT_ONCE)
    for source in due:
        async with db.write() as tx:
            asked = await store_websub.ask(
                tx, source, token=secrets.token_urlsafe(24), secret=secrets.token_hex(32), now=now
            )
        callback = public_url.rstrip("/") + CALLBACK_PATH + asked.token
        form = request_form("subscribe", topic=asked.topic, callback=callback, secret=asked.secret)
        try:
            await web.post(asked.hub, form=form, timeout=30)
        except FetchError as error:
            _logger.info("hub refused", extra={"action": "hub_refused", "source": source.name, "problem": str(error)})
            if asked.state != "verified":
                async with db.write() as tx:
                    await store_websub.refused(tx, source.id)
    return len(due)


async def verify(db: Database, token: str, query: Mapping[str, str], *, now: datetime) -> str | None:
    """A hub asks whether we meant it (section 5.3): the challenge to answer with, or None = not found."""
    async with db.write() as tx:
        asked = await store_websub.by_token(tx, token)
        if asked is None or query.get("hub.topic") != asked.topic:
            return None
        match query.get("hub.mode"):
            case "subscribe":
                lease = lease_of(query)
                await store_websub.verified(tx, asked.source_id, expires_at=now + lease)
                _logger.info("hub pushes", extra={"action": "hub_verified", "hub": asked.hub, "lease": str(lease)})
                return query.get("hub.challenge")
            case "denied":
                await store_websub.refused(tx, asked.source_id)
                _logger.info("hub refused", extra={"action": "hub_refused", "hub": asked.hub})
                return ""
            case _:
                return None


async def receive(
    db: Database, token: str, body: bytes, *, signature: str | None, now: datetime, parser: Parser | None = None
) -> int | None:
    """A hub sends what is new: how many items were handed over, or None when the callback is unknown.

    A body with a wrong signature, or one that is no feed, is left aside (0) and the source is looked at soon."""
    async with db.read() as tx:
        known = await store_websub.by_token(tx, token)
        source = await store_sources.get(tx, known.source_id) if known else None
    if known is None or source is None:
        return None
    if not source.enabled:
        return 0
    if not is_signed(signature, body, known.secret):
        told = {"action": "push_not_signed", "source": source.name, "hub": known.hub}
        _logger.warning("a push was left aside: it is not signed with the secret that the hub was given", extra=told)
        return 0
    try:
        document = await run_guarded(parser, parse_feed, body, url=source.url)
    except ParseError:
        async with db.write() as tx:
            await store_sources.check_now(tx, source.id, now=now)
        return 0
    if source.baseline_at is None:  # the first look is not a hub's to give
        return 0
    arrival = Arrival(source=source, items=await items_in(document), base=source.url)
    found = await hand_over(db, [arrival], now=now)
    told = {"action": "hub_pushed", "source": source.name, "articles": str(found[source.id])}
    _logger.info("hub pushed", extra=told)
    return found[source.id]
