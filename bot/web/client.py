"""`Web`: one aiohttp session behind a guard that sees the final address of every connection.

A filtering resolver alone is not enough, since IP literals never ask it; so the guard sits in `socket_factory`, right
before a socket exists.  Redirects are followed here, one checked hop after the other, and bodies are read in counted
pieces.  The client trusts no environment variable and keeps no cookies between fetches.
"""

from __future__ import annotations

import asyncio
import socket
import zlib
from collections.abc import Collection, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address
from typing import Any, Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.errors import FetchError
from bot.web import addresses, bodies, failures, troubles
from bot.web import headers as said
from bot.web.addresses import Target
from bot.web.page import Page
from bot.web.politeness import Turns

LIMIT = 10 * 1024 * 1024
USER_AGENT = "Sharewire/0.1 (feed reader)"
MOST_REDIRECTS = 10
_CONNECT_SECONDS = 10.0
_SILENCE_SECONDS = 20.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_CHALLENGES = ("cf-mitigated", "x-datadome", "x-amzn-waf-action")


@dataclass(slots=True)
class _Hop:
    """What the guard knows about the connection being made, and what it says about it."""

    trusted: bool
    blocked: str | None = None


@dataclass(frozen=True, slots=True)
class _Errand:
    """One request as asked for, before redirects change it."""

    method: str
    url: str
    headers: Mapping[str, str]  # may follow to another origin
    private: Mapping[str, str]  # may not
    limit: int
    body: Any = None
    json: Any = None
    follow: bool = True


_HOP: ContextVar[_Hop | None] = ContextVar("sharewire_hop", default=None)


class Web:
    """Fetches pages, feeds and pictures.  Use as `async with Web() as web`.

    allow_private_hosts   exact host names or IP addresses inside a network that the operator opens, on any port
    proxy                 an http proxy for everything else; it looks names up itself and has to guard them
    limit                 the most bytes of an unpacked body
    resolver              aiohttp's resolver; the system's by default
    """

    def __init__(
        self,
        *,
        allow_private_hosts: Collection[str] = (),
        user_agent: str = USER_AGENT,
        proxy: str | None = None,
        limit: int = LIMIT,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._names, self._addresses = addresses.allowed_hosts(allow_private_hosts)
        self._user_agent = user_agent
        self._proxy = proxy
        self._limit = limit
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None
        self._turns = Turns()

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            limit=0,
            ttl_dns_cache=60,
            resolver=self._resolver,
            socket_factory=self._open_socket,
            happy_eyeballs_delay=0.25,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip, deflate"},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=_SILENCE_SECONDS),
            max_line_size=16_384,
            max_field_size=32_768,
        )
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._session:
            await self._session.close()
            self._session = None

    async def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str | None = None,
        limit: int | None = None,
        timeout: float = 30,
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
    ) -> Page:
        """GET an address; with `etag` or `last_modified` only if it has changed.

        `timeout` is in seconds for everything together; `headers` are private to the address's origin; without `follow`
        a redirect is a failure of its own.
        Raises FetchError, one problem code per kind of failure (see `failures`), for everything but 2xx and 304.
        """
        public = {"Accept": accept or "*/*"}
        if etag:
            public["If-None-Match"] = etag
        if last_modified:
            public["If-Modified-Since"] = last_modified
        size = self._limit if limit is None else limit
        errand = _Errand("GET", url, public, headers or {}, size, follow=follow)
        return await self._run(errand, timeout)

    async def post(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        limit: int | None = None,
        timeout: float = 60,
    ) -> Page:
        """POST a form or a JSON value.  Redirects are not followed; any status but 2xx is a FetchError."""
        size = self._limit if limit is None else limit
        errand = _Errand("POST", url, {"Accept": "*/*"}, headers or {}, size, body=form, json=json, follow=False)
        return await self._run(errand, timeout)

    async def _run(self, errand: _Errand, timeout: float) -> Page:
        target = self._admit(errand.url)
        self._turns.check(target.host, errand.url, datetime.now(UTC))
        async with self._turns.turn(target.host):
            try:
                async with asyncio.timeout(timeout):
                    return await self._follow(errand, target)
            except FetchError as error:
                self._turns.remember(target.host, errand.url, error)
                raise
            except TimeoutError as error:
                raise troubles.timed_out(errand.url, error, timeout) from error

    async def _follow(self, errand: _Errand, target: Target) -> Page:
        """Walk the redirects; every hop is checked like a first address."""
        first, permanent, still_permanent = target, None, True
        cookies: dict[str, str] = {}
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._hop(errand, target, first, cookies, permanent)
            if isinstance(answer, Page):
                return answer
            following, status, cookies = answer
            still_permanent = still_permanent and status in _PERMANENT
            if still_permanent:
                permanent = str(following.url)
            if not addresses.same_origin(target.url, following.url):
                cookies = {}
            target = following
        raise failures.failure("SW-N23", errand.url, detail=str(MOST_REDIRECTS))

    async def _hop(
        self, errand: _Errand, target: Target, first: Target, cookies: dict[str, str], permanent: str | None
    ) -> Page | tuple[Target, int, dict[str, str]]:
        """One request: a page, or the next target with the status and cookies that came with it."""
        shown = str(target.url)
        hop = _Hop(trusted=self._is_trusted(target))
        token = _HOP.set(hop)
        try:
            async with self._request(errand, target, first, cookies, hop) as response:
                if response.status in _REDIRECTS and errand.follow:
                    following = self._admit(self._location(response, shown))
                    return following, response.status, cookies | {k: m.value for k, m in response.cookies.items()}
                return await self._page(errand, response, permanent)
        except TimeoutError:  # aiohttp's are ClientErrors as well
            raise
        except (aiohttp.ClientError, bodies.TooLarge, zlib.error, ValueError) as error:
            raise troubles.wrapped(shown, error, hop.blocked, errand.limit) from error
        finally:
            _HOP.reset(token)

    def _request(
        self, errand: _Errand, target: Target, first: Target, cookies: dict[str, str], hop: _Hop
    ) -> aiohttp.client._RequestContextManager:
        assert self._session is not None, "use `async with Web() as web`"
        headers = dict(errand.headers)
        if addresses.same_origin(target.url, first.url):
            headers.update(errand.private)
            if first.authorization:
                headers["Authorization"] = first.authorization
        if target.authorization:
            headers["Authorization"] = target.authorization
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return self._session.request(
            errand.method,
            target.url,
            headers=headers,
            data=errand.body,
            json=errand.json,
            allow_redirects=False,
            proxy=None if hop.trusted else self._proxy,
        )

    async def _page(self, errand: _Errand, response: aiohttp.ClientResponse, permanent: str | None) -> Page:
        headers = response.headers
        status = response.status
        retry_at = said.retry_at(headers.get("Retry-After"), datetime.now(UTC))
        if status != 304 and not 200 <= status < 300:
            challenge = status in (403, 429, 503) and any(name in headers for name in _CHALLENGES)
            raise failures.for_status(str(response.url), status, retry_at=retry_at, challenge=challenge)
        body = b"" if status == 304 else await _read(response, errand.limit)
        kind, charset = said.content_type(headers.get("Content-Type"))
        return Page(
            url=errand.url,
            final_url=str(response.url),
            status=status,
            body=body,
            content_type=kind,
            charset=charset,
            etag=headers.get("ETag"),
            last_modified=headers.get("Last-Modified"),
            not_modified=status == 304,
            permanent_url=permanent,
            max_age=said.max_age(headers),
            retry_at=retry_at,
            headers=headers,
            links=said.links(headers.getall("Link", ()), str(response.url)),
        )

    @staticmethod
    def _location(response: aiohttp.ClientResponse, shown: str) -> str:
        location = response.headers.get("Location", "").strip()
        if not location:
            raise failures.failure("SW-N24", shown)
        if "://" in location[:12] or ":" in location.partition("/")[0]:
            return location
        return str(response.url.join(URL(location)))

    # ── who may be visited ──────────────────────────────────────────────────────────────────────────────────────

    def _admit(self, url: str) -> Target:
        target = addresses.parse(url)
        if self._is_trusted(target):
            return target
        if target.literal and addresses.is_forbidden(target.literal):
            raise failures.failure("SW-N04", url)
        undecided = self._addresses and not self._proxy and target.literal is None  # the guard will see the address
        if not addresses.is_usual_port(target.url.port or 0) and not undecided:
            raise failures.failure("SW-N03", url, detail=str(target.url.port))
        return target

    def _is_trusted(self, target: Target) -> bool:
        return target.host in self._names or (target.literal is not None and _plain(target.literal) in self._addresses)

    def _open_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """aiohttp asks here for every socket, with the address that it is about to connect."""
        family, kind, protocol, _, where = info
        hop = _HOP.get() or _Hop(trusted=False)
        address = _plain(ip_address(where[0]))
        if not hop.trusted and not self._proxy and address not in self._addresses:
            forbidden = addresses.is_forbidden(address)
            if forbidden or not addresses.is_usual_port(where[1]):
                hop.blocked = "SW-N04" if forbidden else "SW-N03"
                raise PermissionError("address blocked")
        return socket.socket(family, kind, protocol)


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """The unpacked body, never more than `limit` bytes of it in memory.  Raises TooLarge."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    inflater = _inflater(str(response.url), encoding, limit)
    if inflater is None and (response.content_length or 0) > limit:
        raise bodies.TooLarge
    pieces: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        for piece in inflater.feed(chunk) if inflater else (chunk,):
            size += len(piece)
            pieces.append(piece)
        if size > limit:
            raise bodies.TooLarge
    body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
    return bodies.gunzip(body, limit)


def _inflater(url: str, encoding: str, limit: int) -> bodies.Inflater | None:
    if encoding in ("", "identity", "utf-8", "none"):
        return None
    if encoding in ("gzip", "x-gzip", "deflate"):
        return bodies.Inflater(limit, encoding=encoding)
    raise failures.failure("SW-N27", url, detail=encoding[:40])


def _plain(address: addresses.Address) -> addresses.Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
