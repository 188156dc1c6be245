"""Links: which addresses Telegram keeps as a link, so that none is lost in silence.

Telegram drops a link it does not like and keeps its text (TDLib LinkManager::check_link_impl, HttpUrl.cpp
parse_url); what we accept is a part of what it accepts, which a test compares with its own parser.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import quote, urlsplit

MAX_ADDRESS = 2048
_UNSAFE = re.compile('[\\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f"<>\\\\^`{|}\ufeff\ud800-\udfff]')
# mentions (tg://user) and custom emoji are no links; nobody is mentioned because a feed says so
_TELEGRAM = re.compile(r"tg://(?!user\b|emoji\b|openmessage\b)[a-z_]+(?:[/?].*)?")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")


def acceptable(address: str) -> str | None:
    """The address as it goes into `href` or a button, or None when Telegram would not make a link of it.

    White space at the ends is dropped, characters that no address may hold are percent-encoded (RFC 3986 2.1)."""
    address = address.strip()
    if not address or len(address) > 4 * MAX_ADDRESS:
        return None
    address = _UNSAFE.sub(lambda match: quote(match.group().encode("utf-8", "replace"), safe=""), address)
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if len(address) > MAX_ADDRESS:
        return None
    if parts.scheme == "tg":
        return address if _TELEGRAM.fullmatch(address) else None
    if parts.scheme not in ("http", "https") or port == 0:
        return None
    host = parts.hostname or ""
    if "%" in parts.netloc or "@" in parts.netloc:
        return None
    return address if _is_public_looking(host) else None


def host(address: str | None) -> str:
    """The host people know the address by: lower case, without "www." """
    try:
        name = (urlsplit(address or "").hostname or "").lower()
    except ValueError:
        return ""
    return name.removeprefix("www.")


def is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_public_looking(name: str) -> bool:
    """A host with a dot, or an address in numbers: Telegram refuses `localhost`."""
    if is_ip(name):
        return True
    labels = name.removesuffix(".").split(".")
    if len(labels) < 2 or len(name) > 253:
        return False
    if not all(_LABEL.fullmatch(label) for label in labels):
        return False
    return not labels[-1].isdigit() and len(labels[-1]) >= 2
