"""What a page may claim about its own address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bot.identity import canonical, clean, is_bare, key, registrable_domain, unwrapped

__all__ = ["canonical", "sound_canonical"]

# What may follow the declared address in a page of it: "/3", "/slide/3".
_PART = re.compile(r"(?:\w{1,9}/)?\d{1,3}")


def sound_canonical(page: str, declared: str | None) -> str | None:
    """The address a page declares (`rel=canonical`, `og:url`), cleaned, if it can be believed: http(s), on the page's
    registrable domain, no front page, and no folder above the page (which a template's mistake makes of every article).
    A page on an AMP cache is the page that it is a copy of."""
    if not declared:
        return None
    page = unwrapped(page)
    if is_bare(declared) and not is_bare(page):
        return None
    if _domain(declared) != _domain(page) or not _domain(page):
        return None
    above, below = key(declared), key(page)
    if below.startswith(above + "/") and not _PART.fullmatch(below[len(above) + 1 :]):
        return None
    return clean(declared)


def _domain(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return registrable_domain(parts.hostname or "") if parts.scheme in ("http", "https") else ""
