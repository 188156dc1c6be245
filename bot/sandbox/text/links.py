"""Which links Telegram accepts, and how it writes them.

Mirrors LinkManager::check_link and its neighbours (td/telegram/LinkManager.cpp) and parse_url
(tdutils/td/utils/HttpUrl.cpp) of TDLib 1.8.69.
"""

import re
import socket
from typing import NamedTuple

from .characters import SPACES, lower_ascii
from .entity import DateTime, TextError

_SCHEME = re.compile(r"(tg|tonsite|ton):(?://)?", re.IGNORECASE | re.ASCII)
_PROTOCOL = re.compile(r"([^:/?#@\[\]]*)://")
_AUTHORITY = re.compile(r"[^/?#]*")
_CONTROL = re.compile(r"[\0-\x20]")
_PORT = re.compile(r"0*([1-9][0-9]{0,4})")
_HOST = re.compile(r"(?:[a-z.0-9\-_!$,~*'();&+=]|%[0-9a-f]{2}|[^\0-\x7f])*")
_USERINFO = re.compile(r"(?:[a-zA-Z.0-9\-_!$,~*'();&+=:]|%[0-9a-fA-F]{2}|[^\0-\x7f])*")
_TG_HOST = re.compile(r"[a-z0-9\-_]*")
_TONSITE_HOST = re.compile(r"[a-z0-9\-_.]*")
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
_LAX_INTEGER = re.compile(r"-?[0-9]*")
_DATE_FORMAT = re.compile(r"[rR]|[wWdDtT]*")

MAX_USER_ID = (1 << 40) - 1
_MAX_INT64 = (1 << 63) - 1
_MAX_INT32 = (1 << 31) - 1


class _Invalid(ValueError):
    """Why the link is refused, in TDLib's words."""


class _Url(NamedTuple):
    protocol: str
    userinfo: str
    host: str
    is_ipv6: bool
    port: int  # 0 when none was written
    query: str  # path, query and fragment; starts with a slash


def check_link(url: str, *, https_only: bool = False) -> str:
    """The link as Telegram writes it back.

    Raises TextError("URL '…' is invalid: …") with the reason TDLib gives.
    """
    try:
        return _check(url, https_only)
    except _Invalid as refusal:
        raise TextError(f"URL '{url}' is invalid: {refusal}") from None


def checked_or_empty(url: str) -> str:
    """The link as Telegram writes it, or "" when markup with it would silently lose its link."""
    try:
        return _check(url, False)
    except _Invalid:
        return ""


def link_user_id(url: str) -> int:
    """The user whom `tg://user?id=N` mentions, or 0 for any other link."""
    if url[:3].lower() != "tg:":
        return 0
    query = _tg_query(lower_ascii(url), "user")
    value = _parameters(query).get("id", "") if query is not None else ""
    user_id = _integer(value, MAX_USER_ID)
    return user_id if user_id > 0 else 0


def link_custom_emoji_id(url: str) -> str:
    """The emoji of `tg://emoji?id=N`, or "" for any other link."""
    query = _tg_query(url, "emoji")
    return custom_emoji_id(_parameters(query).get("id", "")) if query is not None else ""


def link_date_time(url: str) -> DateTime | None:
    """The date of `tg://time?unix=N&format=F`, or None for any other link or a wrong date or format."""
    query = _tg_query(url, "time")
    if query is None:
        return None
    unix_time, date_format = 0, ""
    for key, value in _pairs(query):
        if key == "unix":
            unix_time = _integer(value, _MAX_INT32)
            if unix_time <= 0:
                return None
        elif key == "format":
            date_format = value
    canonical = date_time_format(date_format)
    return None if canonical is None or unix_time == 0 else DateTime(unix_time, canonical)


def custom_emoji_id(value: str) -> str:
    """A non-zero 64-bit number as TDLib writes it, or "" when the text is none."""
    number = _integer(value, _MAX_INT64)
    return str(number) if number else ""


def lax_int32(value: str) -> int:
    """The leading digits as a 32-bit number that wraps around, as TDLib's to_integer<int32> reads them."""
    match = _LAX_INTEGER.match(value)
    digits = match[0] if match else ""
    number = int(digits) if digits.strip("-") else 0
    return (number + (1 << 31)) % (1 << 32) - (1 << 31)


def date_time_format(value: str) -> str | None:
    """The canonical form of a date format (`r`, or of w, d or D, t or T, in that order); None for a wrong one.

    A capital is the long form; where both stand, the short one wins, save that `r` and `w` know no long form.
    """
    if not _DATE_FORMAT.fullmatch(value):
        return None
    if value in ("r", "R"):
        return "r"
    day = "w" if "w" in value or "W" in value else ""
    date = "d" if "d" in value else "D" if "D" in value else ""
    time = "t" if "t" in value else "T" if "T" in value else ""
    return day + date + time


def _check(url: str, https_only: bool) -> str:
    scheme = _SCHEME.match(url)
    if scheme is None:
        return _check_http(url, https_only)
    name, rest = scheme[1].lower(), url[scheme.end() :]
    parsed = _parse_url(rest)
    if https_only:
        raise _Invalid("Only HTTPS links are allowed")
    is_http = rest[:7].lower() == "http://" or parsed.protocol == "https"
    if is_http or parsed.userinfo or parsed.port or parsed.is_ipv6:
        raise _Invalid("Wrong tg URL" if name == "tg" else "Wrong ton URL")
    if not (_TONSITE_HOST if name == "tonsite" else _TG_HOST).fullmatch(parsed.host):
        raise _Invalid("Unallowed characters in URL host")
    query = parsed.query[1:] if parsed.query.startswith("/?") else parsed.query
    return f"{name}://{parsed.host}{query}"


def _check_http(url: str, https_only: bool) -> str:
    parsed = _parse_url(url)
    if https_only and parsed.protocol != "https":
        raise _Invalid("Only HTTPS links are allowed")
    if "." not in parsed.host and not parsed.is_ipv6:
        raise _Invalid("Wrong HTTP URL")
    userinfo = parsed.userinfo + "@" if parsed.userinfo else ""
    port = f":{parsed.port}" if parsed.port else ""
    return f"{parsed.protocol}://{userinfo}{parsed.host}{port}{parsed.query}"


def _parse_url(url: str) -> _Url:
    protocol, start = "http", 0
    written = _PROTOCOL.match(url)
    if written is not None:
        protocol, start = lower_ascii(written[1]), written.end()
        if protocol not in ("http", "https"):
            raise _Invalid("Unsupported URL protocol")
    authority = _AUTHORITY.match(url, start)
    assert authority is not None
    before_port, port = _split_port(authority[0])
    userinfo, _, host = before_port.rpartition("@")
    is_ipv6 = host[:1] == "[" and host[-1:] == "]"
    if is_ipv6:
        _check_ipv6(host)
    if not host:
        raise _Invalid("URL host is empty")
    if host == ".":
        raise _Invalid("Host is invalid")
    host = lower_ascii(host)
    if not is_ipv6:
        _check_part(_HOST, host, "host")
    _check_part(_USERINFO, userinfo, "userinfo")
    query = url[authority.end() :].rstrip(SPACES)
    if query[:1] != "/":
        query = "/" + query
    query = _CONTROL.sub(lambda match: f"%{ord(match[0]):02X}", query)
    return _Url(protocol, userinfo, host, is_ipv6, port, query)


def _split_port(authority: str) -> tuple[str, int]:
    colon = max(authority.rfind(mark) for mark in ":]@")
    if colon <= 0 or authority[colon] != ":":
        return authority, 0
    port = _PORT.fullmatch(authority, colon + 1)
    if port is None or int(port[1]) > 65535:
        raise _Invalid("Wrong port number specified in the URL")
    return authority[:colon], int(port[1])


def _check_ipv6(host: str) -> None:
    try:
        socket.inet_pton(socket.AF_INET6, host[1:-1])
    except (OSError, ValueError, UnicodeError):
        raise _Invalid("Wrong IPv6 address specified in the URL") from None


def _check_part(allowed: re.Pattern[str], part: str, name: str) -> None:
    match = allowed.match(part)
    assert match is not None
    if match.end() == len(part):
        return
    if part[match.end()] == "%":
        raise _Invalid(f"Wrong percent-encoded symbol in URL {name}")
    raise _Invalid(f"Disallowed character in URL {name}")


def _tg_query(url: str, host: str) -> str | None:
    """The query of `tg://HOST?…` without a fragment, or None for any other link."""
    if url[:3].lower() != "tg:":
        return None
    rest = url[3:].removeprefix("//")
    if lower_ascii(rest[: len(host)]) != host:
        return None
    rest = rest[len(host) :].removeprefix("/")
    return rest[1:].partition("#")[0] if rest[:1] == "?" else None


def _pairs(query: str) -> list[tuple[str, str]]:
    return [(key, value) for key, _, value in (pair.partition("=") for pair in query.split("&"))]


def _parameters(query: str) -> dict[str, str]:
    """The first value of every key."""
    return dict(reversed(_pairs(query)))


def _integer(value: str, maximum: int) -> int:
    """A number exactly as it is written, or 0 (TDLib to_integer_safe)."""
    if len(value) > 20 or not _INTEGER.fullmatch(value):
        return 0
    number = int(value)
    return number if -maximum - 1 <= number <= maximum else 0
