"""Registrable domains, as far as telling one publisher from another needs them.

The full Public Suffix List (publicsuffix.org) is 15,000 rules; the suffixes of two labels under which newspapers and
blogs really live are a few hundred, and most of those follow one pattern: `co`, `com`, `org` … before a country.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

_SECOND = frozenset(
    "ac asn co com edu gen go gob gouv gov govt gub id info ltd mil ne net nhs nom nic or org "
    "plc press pro sch school web firm in ind res name law med lg ad ed gr".split()
)
_SUFFIXES = frozenset(
    # hosts of many people's sites, where each subdomain is another publisher (PSL's private section)
    "blogspot.com wordpress.com tumblr.com substack.com github.io gitlab.io medium.com livejournal.com typepad.com "
    "over-blog.com canalblog.com free.fr netlify.app vercel.app pages.dev web.app herokuapp.com ghost.io wixsite.com "
    "weebly.com squarespace.com blogger.com hatenablog.com hatenablog.jp fc2.com micro.blog bearblog.dev "
    "co.com us.com uk.com eu.com de.com br.com gb.com za.com".split()
)
_MOBILE = frozenset({"m", "mobile", "mobil", "wap", "touch", "amp", "mob"})


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """`news.bbc.co.uk` → `bbc.co.uk`; an address in numbers or a single label comes back as it is."""
    host = host.rstrip(".").lower()
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        labels = host.split(".")
    else:
        return host
    if len(labels) <= 2:
        return host
    take = 3 if ".".join(labels[-2:]) in _SUFFIXES or (labels[-2] in _SECOND and len(labels[-1]) == 2) else 2
    return ".".join(labels[-take:])


@lru_cache(maxsize=4096)
def plain_host(host: str) -> str:
    """A host without what only says how a page is served: `www.`, `m.`, `amp.`, `mobile.` …"""
    base = registrable_domain(host)
    labels = host[: -len(base)].rstrip(".").split(".") if host != base else []
    while labels and (labels[0] in _MOBILE or _is_www(labels[0]) or not labels[0]):
        labels = labels[1:]
    return ".".join([*labels, base])


@lru_cache(maxsize=4096)
def desktop_host(host: str) -> str:
    """The host people read on: `amp.site.tld` and `m.site.tld` → `www.site.tld`; any other stays."""
    base = registrable_domain(host)
    labels = host[: -len(base)].rstrip(".").split(".") if host != base else []
    if not any(label in _MOBILE for label in labels):
        return host
    labels = [label for label in labels if label not in _MOBILE]
    return ".".join([*(labels or ["www"]), base])


def _is_www(label: str) -> bool:
    return label == "www" or (label.startswith("www") and label[3:].isdigit())
