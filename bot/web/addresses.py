"""Which addresses may be visited: rules of values, no socket is touched here.

Written after the WHATWG URL standard where parsers disagree, because the address that people see, the address that is
checked and the address that is connected must be one and the same.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import unquote

from yarl import URL

from bot.web import failures

Address = IPv4Address | IPv6Address

USUAL_PORTS = frozenset({80, 443, *range(8000, 9000)})

# IANA's special-purpose registries, plus what `is_global` of Python 3.11 lets through: multicast, NAT64, 6to4, Teredo,
# site-local and IPv4-compatible addresses.
_DENIED_4 = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_DENIED_6 = tuple(
    ip_network(block)
    for block in (
        "::/96",
        "::ffff:0:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "100:0:0:1::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
_LONGEST = 8_000  # characters
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]")
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*):")
_AUTHORITY = re.compile(r"^[^:]+://([^/?#]*)")
_USER = re.compile(r"^[A-Za-z0-9._~!$'()*+,=%-]*(:[A-Za-z0-9._~!$'()*+,;:=&%-]*)?$")
_DOTS = str.maketrans("。．｡", "...")


@dataclass(frozen=True, slots=True)
class Target:
    """An address ready to be requested: without user name, password and fragment."""

    url: URL
    host: str
    literal: Address | None
    authorization: str | None = None


def is_forbidden(address: Address) -> bool:
    """True for every address that is not a public, routable host."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_forbidden(address.ipv4_mapped)
        if address.scope_id:
            return True
        return any(address in network for network in _DENIED_6) or not address.is_global
    return any(address in network for network in _DENIED_4) or not address.is_global


def is_usual_port(port: int) -> bool:
    return port in USUAL_PORTS


@lru_cache(maxsize=4096)
def parse(url: str) -> Target:
    """Read an address as typed or as a server gave it.  Raises FetchError for what is no http(s) address."""
    if len(url) > _LONGEST:
        raise failures.bad_address(url)
    text = url.strip()
    for prefix in ("feed:", "FEED:"):
        if text.startswith(prefix):
            text = text[len(prefix) :]
            text = f"http:{text}" if text.startswith("//") else text
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in ("http", "https"):
        raise failures.not_http(url)
    if not scheme or _UNSAFE.search(text):
        raise failures.bad_address(url)
    authority = _AUTHORITY.match(text)
    if not authority or any(character.isspace() for character in authority[1]):
        raise failures.bad_address(url)
    try:
        parsed = URL(text)
    except ValueError as error:
        raise failures.bad_address(url) from error
    return _target(url, parsed, authority[1])


def _target(url: str, parsed: URL, authority: str) -> Target:
    user, at, netloc = authority.rpartition("@")
    host = _host(url, parsed.host or "", netloc)
    literal = _literal(url, host)
    if at and (not _USER.match(user) or _looks_like_a_host(user)):
        raise failures.bad_address(url)
    try:
        port = parsed.explicit_port
        clean = parsed.with_user(None).with_fragment(None).with_host(str(literal) if literal else host)
    except ValueError as error:
        raise failures.bad_address(url) from error
    if port == 0:
        raise failures.bad_address(url)
    return Target(url=clean, host=clean.raw_host or host, literal=literal, authorization=_basic(user) if user else None)


def _host(url: str, host: str, netloc: str) -> str:
    """The host in the form in which it is looked up; parsers that read another host are not followed."""
    if netloc.startswith("["):
        return host
    folded = unicodedata.normalize("NFKC", unquote(host).translate(_DOTS)).casefold().rstrip(".")
    bad = not folded or folded.startswith(".") or ".." in folded
    if bad or any(unicodedata.category(c) in ("Cf", "Cc", "Zs", "Zl", "Zp", "Co", "Cn") for c in folded):
        raise failures.bad_address(url)
    if re.search(r"[\s#%/:<>?@\[\\\]^|,;&=+$!'()*\"`{}~]", folded):
        raise failures.bad_address(url)
    return folded


def _literal(url: str, host: str) -> Address | None:
    """The IP address that a host spells, in any notation that a C library would take (WHATWG: ends in a number)."""
    if ":" in host:
        try:
            return ip_address(host)
        except ValueError as error:
            raise failures.bad_address(url) from error
    parts = host.split(".")
    if not re.fullmatch(r"0x[0-9a-f]*|[0-9]+", parts[-1]):
        return None
    try:
        numbers = [_number(part) for part in parts]
        if len(numbers) > 4 or any(number > 255 for number in numbers[:-1]):
            raise ValueError(host)
        value = sum(number << (24 - 8 * place) for place, number in enumerate(numbers[:-1]))
        if numbers[-1] >= 256 ** (5 - len(numbers)):
            raise ValueError(host)
        return IPv4Address(value + numbers[-1])
    except ValueError as error:
        raise failures.bad_address(url) from error


def _number(part: str) -> int:
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    if not part.isascii() or not part.isdigit():
        raise ValueError(part)
    return int(part, 8) if len(part) > 1 and part.startswith("0") else int(part)


def _looks_like_a_host(user: str) -> bool:
    """`https://bank.example@evil.example/`: a user name that reads as a host deceives people and parsers."""
    name, colon, _ = user.partition(":")
    return "." in name and (not colon or bool(re.fullmatch(r"[0-9.]+", name)))


def _basic(user: str) -> str:
    return "Basic " + b64encode(unquote(user).encode()).decode()


def allowed_hosts(hosts: Collection[str]) -> tuple[frozenset[str], frozenset[Address]]:
    """Split the operator's list of private hosts into names and addresses."""
    names, addresses = set(), set()
    for host in hosts:
        text = host.strip().strip("[]").lower()
        try:
            addresses.add(ip_address(text))
        except ValueError:
            if text:
                names.add(URL.build(scheme="http", host=text).raw_host or text)
    return frozenset(names), frozenset(addresses)


def same_origin(one: URL, other: URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
