"""Kept connections to the Bot API for calls whose body is ready: one write, one answer, nothing in between.

At the paid pace a thousand small calls go out each second, and aiohttp's client alone costs more than a message may
(docs/decisions/0013).  Here a connection is an asyncio protocol around llhttp (httptools), connected by the library
that aiohttp uses for it (aiohappyeyeballs).  Files, proxies and downloads stay with aiohttp.

What the promise needs is told apart by type: `NotConnectedError` is raised while no byte of the request has been
written; a `TimeoutError` or any other `ConnectionError` comes after that and means: not known.  A request is written
once and never repeated here.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
from dataclasses import dataclass, field
from typing import Any, Final, cast

import aiohappyeyeballs
import httptools
from yarl import URL

HAPPY_EYEBALLS: Final = 0.25
"""Seconds after which the next address of a host is tried beside the first (RFC 8305, section 5)."""
LARGEST: Final = 16 * 1024 * 1024
"""Bytes of an answer that are read; Bot API answers have kilobytes."""
KNOWN: Final = 10.0
"""Seconds for which a host's addresses are not asked for again: connections are opened many at once."""
MANY: Final = 256
"""Addresses of methods remembered; a Bot API has fewer."""


Places = list[tuple[Any, ...]]
"""What `getaddrinfo` gives."""


class NotConnectedError(ConnectionError):
    """No byte of the request was written."""


class BadAddressError(ValueError):
    """This is not an address of a Bot API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds.

    pool     for a free connection and connecting together
    connect  for connecting, name look-up and TLS included
    read     of silence after the request
    whole    for the request and its answer, however they trickle
    """

    pool: float
    connect: float
    read: float
    whole: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """An address, taken apart once: where to connect and how each of its requests begins."""

    host: str
    port: int
    secure: bool
    head: bytes
    idle: list[_Connection] = field(repr=False, compare=False)


class Wire:
    """A pool of kept connections.

    connections  calls at once
    keep_alive   seconds that an unused connection is kept
    """

    def __init__(self, *, connections: int, keep_alive: float) -> None:
        self._keep_alive = keep_alive
        self._room = asyncio.Semaphore(connections)
        self._targets: dict[str, _Target] = {}
        self._idle: dict[tuple[str, int, bool], list[_Connection]] = {}
        self._open: set[_Connection] = set()
        self._places: dict[tuple[str, int], tuple[float, Places]] = {}
        self._tls: ssl.SSLContext | None = None
        self.dated: str | None = None
        """The Date header of the last answer."""

    async def post(self, url: str, body: bytes, limits: Limits) -> tuple[int, bytes]:
        """The status and body of the answer to one JSON request.

        Raises: BadAddressError and NotConnectedError before anything is written; TimeoutError and ConnectionError
        afterwards."""
        target = self._target(url)
        loop = asyncio.get_running_loop()
        until = loop.time() + limits.pool
        await self._enter(limits.pool)
        try:
            connection = _reusable(target.idle) or await self._connect(target, min(limits.connect, until - loop.time()))
            try:
                answer = await connection.exchange(b"%b%d\r\n\r\n%b" % (target.head, len(body), body), limits)
            finally:
                connection.give_back(target.idle)
            self.dated = connection.dated
            return answer
        finally:
            self._room.release()

    async def close(self) -> None:
        """End all connections; calls that wait for an answer fail."""
        for connection in list(self._open):
            connection.abort()
        await asyncio.sleep(0)  # the event loop closes their sockets in its next turn

    async def _enter(self, pool: float) -> None:
        if not self._room.locked():
            await self._room.acquire()  # at once: there is room
            return
        try:
            async with asyncio.timeout(pool):
                await self._room.acquire()
        except TimeoutError:
            raise NotConnectedError("all connections are in use") from None

    async def _connect(self, target: _Target, seconds: float) -> _Connection:
        loop = asyncio.get_running_loop()
        tls = self._context() if target.secure else None
        try:
            async with asyncio.timeout(seconds):
                places = await self._look_up(target.host, target.port)
                raw = await aiohappyeyeballs.start_connection(places, happy_eyeballs_delay=HAPPY_EYEBALLS)
                try:
                    _, connection = await loop.create_connection(
                        lambda: _Connection(self._open, self._keep_alive),
                        sock=raw,
                        ssl=tls,
                        server_hostname=target.host if tls else None,
                    )
                except BaseException:
                    raw.close()
                    raise
        except OSError as error:  # a TimeoutError and TLS errors are such
            raise NotConnectedError(_named(error)) from None
        return connection

    async def _look_up(self, host: str, port: int) -> Places:
        loop = asyncio.get_running_loop()
        until, places = self._places.get((host, port), (0.0, []))
        if loop.time() >= until:
            places = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            self._places[host, port] = loop.time() + KNOWN, places
        return places

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls

    def _target(self, url: str) -> _Target:
        found = self._targets.get(url)
        if found is None:
            place, head = _taken_apart(url)
            host, port, secure = place
            idle = self._idle.setdefault(place, [])
            found = _Target(host=host, port=port, secure=secure, head=head, idle=idle)
            if len(self._targets) < MANY:
                self._targets[url] = found
        return found


class _Connection(asyncio.Protocol):
    """One connection with at most one call under way.

    Its one timer is set anew only when it fires: a timer for each call would cost more than parsing the answer."""

    def __init__(self, living: set[_Connection], keep_alive: float) -> None:
        self._living = living
        self._keep_alive = keep_alive
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._call: asyncio.Future[tuple[int, bytes]] | None = None
        self._heard_at = self._loop.time()
        self._read = self._ends_at = 0.0
        self._begin_answer()
        self.dated: str | None = None

    # ── the pool's side ──────────────────────────────────────────────────────────────────────────────────────────

    def is_usable(self) -> bool:
        """Whether a request may be written: open, and not so long unused that the other side may close it."""
        return self._transport is not None and self._loop.time() - self._heard_at < self._keep_alive

    async def exchange(self, request: bytes, limits: Limits) -> tuple[int, bytes]:
        assert self._call is None, "one call at a time"
        if self._transport is None:
            raise NotConnectedError("closed before the request")
        now = self._loop.time()
        self._call = self._loop.create_future()
        self._heard_at, self._read, self._ends_at = now, limits.read, now + limits.whole
        self._transport.write(request)
        self._watch(self._due())
        return await self._call

    def give_back(self, idle: list[_Connection]) -> None:
        """The call is over: kept for the next one if its answer was read whole, else ended."""
        call, self._call = self._call, None
        answered = call is not None and call.done() and not call.cancelled() and call.exception() is None
        if answered and self._complete and self._keeps and self._transport is not None:
            self._begin_answer()
            idle.append(self)
        else:
            self.abort()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    # ── asyncio's side ───────────────────────────────────────────────────────────────────────────────────────────

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by class
        self._living.add(self)

    def data_received(self, data: bytes) -> None:
        self._heard_at = self._loop.time()
        if self._call is None:
            self.abort()  # nobody asked
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(ConnectionError(f"not an HTTP answer ({type(error).__name__})"))

    def eof_received(self) -> None:
        if self._headed and not self._sized:  # an answer without length ends with its connection (RFC 9112, 6.3)
            self._keeps = False
            self._finish()

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self._living.discard(self)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._fail(error if isinstance(error, ConnectionError) else ConnectionResetError("closed before the answer"))

    # ── the parser's side ────────────────────────────────────────────────────────────────────────────────────────

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name == b"date":
            self.dated = value.decode("latin-1")
        elif name in (b"content-length", b"transfer-encoding"):
            self._sized = True

    def on_headers_complete(self) -> None:
        self._headed = True

    def on_body(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > LARGEST:
            self._fail(ConnectionError("the answer is too large"))
        else:
            self._parts.append(part)

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() < 200:  # "continue" and the like: the answer is still to come
            self._begin_answer()
            return
        self._keeps = not self._complete and self._parser.should_keep_alive()
        self._finish()

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _begin_answer(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._headed = self._sized = self._complete = self._keeps = False

    def _finish(self) -> None:
        self._complete = True
        if self._call is not None and not self._call.done():
            self._call.set_result((self._parser.get_status_code(), b"".join(self._parts)))

    def _fail(self, error: Exception) -> None:
        if self._call is not None and not self._call.done():
            self._call.set_exception(error)

    def _due(self) -> float:
        """When patience ends: with silence, with a whole call, or with a connection that nobody uses."""
        if self._call is None:
            return self._heard_at + self._keep_alive
        return min(self._heard_at + self._read, self._ends_at)

    def _watch(self, due: float) -> None:
        if self._timer is not None:
            if self._timer.when() <= due:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(due, self._look)

    def _look(self) -> None:
        self._timer = None
        due = self._due()
        if self._loop.time() < due:
            self._watch(due)
            return
        self._fail(TimeoutError("no answer in time"))
        self.abort()


def _reusable(idle: list[_Connection]) -> _Connection | None:
    """The connection that was used last, if there is one; those that were closed meanwhile are dropped."""
    while idle:
        connection = idle.pop()
        if connection.is_usable():
            return connection
        connection.abort()
    return None


def _taken_apart(url: str) -> tuple[tuple[str, int, bool], bytes]:
    """Where to connect to, and a request's first bytes up to its length.  Raises BadAddressError."""
    try:
        address = URL(url)
        host, port = address.raw_host, address.port
    except ValueError:
        raise BadAddressError from None
    if address.scheme not in ("http", "https") or not host or not port:
        raise BadAddressError
    lines = [
        f"POST {address.raw_path_qs} HTTP/1.1",
        f"Host: {address.host_port_subcomponent}",
        "Content-Type: application/json",
        "Accept: */*",
    ]
    if address.user is not None:
        login = base64.b64encode(f"{address.user}:{address.password or ''}".encode()).decode()
        lines.append(f"Authorization: Basic {login}")
    head = "".join(f"{line}\r\n" for line in lines) + "Content-Length: "
    return (host, port, address.scheme == "https"), head.encode()


def _named(error: OSError) -> str:
    """An error without its text, which may hold the address."""
    told = error.strerror if isinstance(error.strerror, str) else ""
    return f"{type(error).__name__}{': ' if told else ''}{told}"
