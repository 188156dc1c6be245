"""aiohttp's exceptions, turned into our sentences: the only place that knows both."""

from __future__ import annotations

import errno
import os
import zlib

import aiohttp

from bot.errors import FetchError
from bot.web import bodies
from bot.web.failures import failure

# OpenSSL's X509_V_ERR_ numbers
_EXPIRED = 10
_WRONG_NAME = frozenset({62, 64})


def wrapped(url: str, error: Exception, blocked: str | None, limit: int) -> FetchError:
    """The failure that an exception means; `blocked` is what the guard said on the way."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return failure(_certificate(error), url)
        case aiohttp.ClientConnectorSSLError() | aiohttp.ClientSSLError():
            return failure("SW-N13", url, detail="The two sides could not agree on how to encrypt")
        case aiohttp.ClientConnectorDNSError():
            return failure("SW-N05", url)
        case aiohttp.ClientConnectorError():
            return _connection(url, error, blocked)
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError() | aiohttp.ClientOSError():
            return failure("SW-N25", url)
        case bodies.TooLarge():
            return failure("SW-N22", url, detail=_size(limit))
        case zlib.error():
            return failure("SW-N27", url, detail="damaged gzip")
        case aiohttp.ClientError():
            return failure("SW-N26", url, detail="Its answer is not valid HTTP")
        case _:
            return failure("SW-N01", url, detail="A part of it cannot be read.")


def timed_out(url: str, error: TimeoutError, seconds: float) -> FetchError:
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return failure("SW-N08", url)
    return failure("SW-N09", url, detail=f"{seconds:g} seconds")


def _connection(url: str, error: aiohttp.ClientConnectorError, blocked: str | None) -> FetchError:
    if blocked == "SW-N03":
        return failure(blocked, url, detail=str(error.port))
    if blocked:
        return failure(blocked, url)
    number = error.os_error.errno
    if number == errno.ECONNREFUSED:
        return failure("SW-N06", url)
    reason = os.strerror(number).lower() if isinstance(number, int) and number > 0 else "no way leads there"
    return failure("SW-N07", url, detail=reason)


def _certificate(error: aiohttp.ClientConnectorCertificateError) -> str:
    code = getattr(error.certificate_error, "verify_code", None)
    if code == _EXPIRED:
        return "SW-N10"
    return "SW-N11" if code in _WRONG_NAME else "SW-N12"


def _size(limit: int) -> str:
    return f"{limit / 1024 / 1024:.0f} MB" if limit >= 1024 * 1024 else f"{limit:,} bytes"
