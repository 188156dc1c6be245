"""A site on this machine, a client that may visit it, and feeds to put there."""

from __future__ import annotations

from collections.abc import Iterable

from tests.web.conftest import Site, site, web

__all__ = ["Site", "rss", "site", "web"]


def rss(items: Iterable[str], *, more: str = "") -> bytes:
    """A feed of items given as `id|title|time|description`; later parts may be missing."""
    text = ""
    for item in items:
        guid, title, time, description = [*item.split("|"), "", "", ""][:4]
        date = f"<pubDate>Thu, 01 Jan 2026 {time}:00 GMT</pubDate>" if time else ""
        text += (
            f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title>"
            f"<link>/{title.replace(' ', '-')}</link>{date}<description>{description}</description></item>"
        )
    return f"<rss version='2.0'><channel><title>Paper</title>{more}{text}</channel></rss>".encode()
