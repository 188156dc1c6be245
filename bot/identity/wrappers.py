"""Addresses that hold another one: copies of AMP pages on caches and in viewers, and links that first pass a counter.

Their forms are documented by those who run them (amp.dev, "AMP Cache URL format and request handling"; Google Alerts
and other senders of links put the target into a parameter of a path that does nothing else).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

_CACHE = re.compile(
    r"(?:[\w-]+\.)?(?:cdn\.ampproject\.org|(?:www\.)?bing-amp\.com|amp\.cloudflare\.com)/(?:c|v|wp)/(s/)?(.+)", re.I
)
_VIEWER = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?/amp/(s/)?(.+)", re.I)
_COUNTER = re.compile(
    r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?/url|l[m]?\.(?:facebook|instagram)\.com/l\.php|out\.reddit\.com/.*|"
    r"(?:www\.)?youtube\.com/redirect|away\.vk\.com/away\.php|(?:www\.)?vk\.com/away\.php|slack-redir\.net/link|"
    r"steamcommunity\.com/linkfilter/?",
    re.I,
)
_TARGETS = ("url", "q", "u", "to")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?(?=[/?#]|$)")
_MOST = 4_000  # characters


def unwrapped(url: str) -> str:
    """The address inside another, or the address itself.  One layer: what is inside is not looked into again."""
    bare = url.partition("://")[2]
    if not bare or len(url) > _MOST:
        return url
    place = bare.partition("?")[0]
    if held := _CACHE.fullmatch(bare) or _VIEWER.fullmatch(bare):
        inner = held[2] if "?" in held[2] else _with_query(held[2])
        return f"http{'s' if held[1] else ''}://{inner}" if _HOST.match(inner) else url
    if _COUNTER.fullmatch(place):
        return _target(url) or url
    return url


def _with_query(inner: str) -> str:
    """A viewer writes the sign that begins the query as `%3f`."""
    path, sign, query = re.sub("%3f", "?", inner, count=1, flags=re.I).partition("?")
    return f"{path}?{unquote(query)}" if sign else inner


def _target(url: str) -> str | None:
    try:
        given = parse_qs(urlsplit(url).query)
    except ValueError:
        return None
    found = (given[name][0] for name in _TARGETS if name in given)
    return next((target for target in found if target.startswith(("http://", "https://"))), None)
