"""How bytes travel to the Bot API: python-telegram-bot's `BaseRequest` on kept connections of ours for what is JSON
(bot.channels.wire), on aiohttp for files, downloads and proxies.

Its errors tell what the sender must know: `NotSentError` is raised only where no byte of the request can have been
read (refused, DNS, TLS, proxy, connect or pool timeout); everything after that is `UnansweredError` or
`AnswerTimeoutError`, and means: not known.  No error or log line carries the address, since the address carries the
token; foreign exceptions are therefore named but never chained.

No single limit is put on a call: it could not tell a hang before the request from one after it.  `pool` bounds the
wait for a free connection plus connecting, `connect` one attempt, `read` the silence after the request.  Against a peer
that stops reading our body or drips its answer a last guard bounds the whole call, and says "not known".
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import orjson
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.reach import Reach
from bot.channels.wire import BadAddressError, Limits, NotConnectedError, Wire

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput

CONNECT: Final = 10.0
"""Seconds for one connection attempt."""
POOL: Final = 15.0
"""Seconds for a free connection and the attempts on it together."""
READ: Final = 20.0
"""Seconds of silence after the request before the answer counts as lost."""
WRITE: Final = 20.0
"""Seconds for sending a body without files; `WRITE_FILES` with files."""
WRITE_FILES: Final = 120.0
KEEP_ALIVE: Final = 15.0
"""Seconds an idle connection is kept.  Shorter than the server's 75: a connection that closes under a request in
flight leaves its outcome unknown."""

_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_JSON: Final = {"Content-Type": "application/json"}


def to_json(params: Mapping[str, Any]) -> bytes:
    """A body as it travels."""
    try:
        return orjson.dumps(params)
    except TypeError:  # what it is strict about: lone surrogates, keys that are no texts, large numbers
        return _encode(params).encode("utf-8", "replace")


class NotSentError(NetworkError):
    """The request was surely not seen by Telegram."""


class UnansweredError(NetworkError):
    """The connection broke after the request may have been read."""


class AnswerTimeoutError(TimedOut):
    """No answer in time; the request may have been carried out."""


class ServerError(NetworkError):
    """A 5xx: the request may have been carried out.  `status` is the HTTP status."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class TooLargeError(NetworkError):
    """413: the body was refused for its size."""


class FloodError(RetryAfter):
    """429, built without the deprecation warning that `RetryAfter` raises from its own constructor (PTB 22.8)."""

    def __init__(self, seconds: float, message: str) -> None:
        self._retry_after = timedelta(seconds=seconds)
        TelegramError.__init__(self, message)

    @property
    def retry_after(self) -> timedelta:
        return self._retry_after


class Transport(BaseRequest):
    """One pool of connections to the Bot API.

    connections  most at once; long polls need their own transport
    read         default seconds of silence allowed after a request
    proxy        `http://…` or None; the environment's proxies are not used
    reach        told of every call whether it was answered; another transport's of the same bot, to share it
    """

    def __init__(
        self,
        *,
        connections: int = 64,
        read: float = READ,
        connect: float = CONNECT,
        pool: float = POOL,
        proxy: str | None = None,
        reach: Reach | None = None,
    ) -> None:
        self.reach = reach or Reach()
        self._connections = connections
        self._read = read
        self._connect = connect
        self._pool = pool
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None
        self._wire = Wire(connections=connections, keep_alive=KEEP_ALIVE)
        self._limits = _limits(pool, connect, read, WRITE)
        self.dated: str | None = None
        """The Date header of the last answer, for `doctor`: a wrong clock posts at wrong times."""

    @property
    def read_timeout(self) -> float:
        return self._read

    async def initialize(self) -> None:
        """Open the pool.  Twice is once."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEEP_ALIVE),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=True,
            )

    async def shutdown(self) -> None:
        """Close the pool.  Twice is once."""
        if self._session is not None:
            await self._wire.close()
            await self._session.close()
            self._session = None

    async def send(self, url: str, body: bytes) -> Any:
        """What `post` gives for a JSON body that is ready, and the same errors: the sender's way."""
        status, answer = await self._guarded(self._exchange("POST", url, body, _JSON, self._limits))
        if not 200 <= status < 300:
            await _Answered(status, answer).post(url)
        return self.parse_json_payload(answer)["result"]

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """The answer's JSON object.  Unlike PTB's own, an unreadable answer is not written into the log."""
        answer = _decoded(payload)
        if not isinstance(answer, dict) or ("result" not in answer and "description" not in answer):
            raise TelegramError("Invalid server response")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and body of one call.

        Raises: NotSentError, UnansweredError, AnswerTimeoutError, FloodError (429), TooLargeError (413),
        ServerError (5xx).
        """
        with_files = request_data is not None and request_data.contains_files
        read = _chosen(read_timeout, self._read)
        connect = _chosen(connect_timeout, self._connect)
        pool = max(_chosen(pool_timeout, self._pool), connect)
        limits = _limits(pool, connect, read, _chosen(write_timeout, WRITE_FILES if with_files else WRITE))
        data, headers = _body(request_data)
        return await self._guarded(self._exchange(method, url, data, headers, limits))

    async def _guarded(self, call: Awaitable[tuple[int, bytes]]) -> tuple[int, bytes]:
        """A call with foreign exceptions and refusals turned into ours."""
        status, body, failure = 0, b"", None
        try:
            status, body = await call
        except (aiohttp.ClientError, OSError, ValueError) as error:  # asyncio's TimeoutError is an OSError
            failure = _failure(error)
        if failure is not None:
            self.reach.failed(failure.message)
            raise failure  # outside the handler: the foreign exception names the address, and must not be chained
        if status >= 500:
            refusal = _refusal(status, body)
            self.reach.failed(refusal.message)
            raise refusal
        self.reach.answered()
        if status == 413 or status == 429:
            raise _refusal(status, body)
        return status, body

    async def _exchange(
        self, method: str, url: str, data: Any, headers: Mapping[str, str] | None, limits: Limits
    ) -> tuple[int, bytes]:
        """Ready bodies go over the wire; files, downloads and proxies are aiohttp's."""
        if self._session is None:
            raise NotConnectedError("the transport is not open")
        if headers is _JSON and self._proxy is None and method == "POST":
            answer = await self._wire.post(url, data, limits)
            self.dated = self._wire.dated
            return answer
        timeout = aiohttp.ClientTimeout(
            total=None, connect=limits.pool, sock_connect=limits.connect, sock_read=limits.read
        )
        async with (
            asyncio.timeout(limits.pool + limits.whole),
            self._session.request(
                method, url, data=data, headers=headers, timeout=timeout, proxy=self._proxy, allow_redirects=False
            ) as response,
        ):
            self.dated = response.headers.get("Date")
            return response.status, await response.read()


class _Answered(BaseRequest):
    """An answer that was read already, for python-telegram-bot's own mapping of statuses to errors."""

    def __init__(self, status: int, body: bytes) -> None:
        self._answer = (status, body)

    read_timeout = None
    parse_json_payload = staticmethod(Transport.parse_json_payload)

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(self, *_args: object, **_kwargs: object) -> tuple[int, bytes]:
        return self._answer


def _decoded(payload: bytes) -> Any:
    """None for what is no JSON.  What the quicker reader is strict about (lone surrogates) is no reason not to know
    whether a message was sent."""
    for read in (orjson.loads, json.loads):
        with suppress(ValueError):
            return read(payload)
    return None


def _limits(pool: float, connect: float, read: float, write: float) -> Limits:
    return Limits(pool=pool, connect=connect, read=read, whole=write + 2 * read)


def _chosen(wish: ODVInput[float], default: float) -> float:
    """PTB passes its `DEFAULT_NONE` for "as configured" and None for "for ever"; every wait has a limit here."""
    return float(wish) if isinstance(wish, (int, float)) else default


def _body(request_data: RequestData | None) -> tuple[Any, Mapping[str, str] | None]:
    """JSON without files, a form with them (both as the Bot API's "Making requests" says)."""
    if request_data is None:
        return None, None
    if not request_data.contains_files:
        return to_json(request_data.parameters), _JSON
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        part = io.BytesIO(content) if isinstance(content, bytes) else content  # aiohttp sends it piece by piece
        form.add_field(name, part, filename=filename, content_type=mime or "application/octet-stream")
    return form, None


def _failure(error: Exception) -> TelegramError:
    """A foreign exception as one of ours, by what it says about the request."""
    name = type(error).__name__
    match error:
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.ClientHttpProxyError():
            return NotSentError(f"No connection to the Bot API ({name}{_number(error)})")
        case NotConnectedError():
            return NotSentError(f"No connection to the Bot API ({error})")
        case aiohttp.InvalidURL() | BadAddressError():
            return NotSentError("The Bot API's address cannot be used (BOT_API_BASE_URL)")
        case TimeoutError():
            return AnswerTimeoutError(f"No answer in time ({name})")
        case _:
            return UnansweredError(f"The connection broke before the answer ({name})")


def _number(error: Exception) -> str:
    code = getattr(error, "strerror", None)
    return f": {code}" if isinstance(code, str) and code else ""


def _refusal(status: int, body: bytes) -> TelegramError:
    """429, 413 and 5xx, whose status PTB's own mapping drops."""
    try:
        answer = Transport.parse_json_payload(body)
    except TelegramError:
        answer = {}
    description = str(answer.get("description") or f"HTTP status {status}")
    if status == 413:
        return TooLargeError(description)
    if status == 429:
        wait = (answer.get("parameters") or {}).get("retry_after")
        return FloodError(float(wait) if wait else 5.0, description)
    return ServerError(description, status=status)
