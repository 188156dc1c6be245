"""What a hostile source can send: documents for the readers, and bodies as a server would send them.  Each is made when
it is asked for, by name, so that only the process that sends it holds it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Mapping
from typing import Final

MANY = 400_000


def in_item(inside: bytes) -> bytes:
    return b"<rss version='2.0'><channel><item>" + inside + b"</item></channel></rss>"


def bomb(levels: int) -> bytes:
    """Entities that double each other (CVE-2003-1564, "billion laughs")."""
    made = b"".join(b"<!ENTITY a%d '%s'>" % (n + 1, b"&a%d;" % n * 10) for n in range(levels))
    return b"<!DOCTYPE rss [<!ENTITY a0 'ha'>" + made + b"]>" + in_item(b"<title>&a%d;</title>" % levels)


DOCUMENTS: Final[Mapping[str, Callable[[], bytes]]] = {
    "entity bomb": lambda: bomb(9),
    "quadratic entities": lambda: (
        b"<!DOCTYPE rss [<!ENTITY a '" + b"a" * 100_000 + b"'>]>" + in_item(b"<title>" + b"&a;" * 20_000 + b"</title>")
    ),
    "file as entity": lambda: (
        b"<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + in_item(b"<title>&a;</title>")
    ),
    "address as entity": lambda: (
        b"<!DOCTYPE rss [<!ENTITY a SYSTEM 'http://169.254.169.254/'>]>" + in_item(b"<title>&a;</title>")
    ),
    "document type elsewhere": lambda: b"<!DOCTYPE rss SYSTEM 'http://10.0.0.1/x.dtd'>" + in_item(b"<title>a</title>"),
    "deep nesting": lambda: in_item(b"<b>" * MANY),
    "deep lists": lambda: b'{"items":' + b"[" * MANY,
    "16,000 attributes": lambda: in_item(b"<a " + b" ".join(b"a%d='1'" % n for n in range(16_000)) + b"/>"),
    "100,000 items": lambda: (
        b"<rss><channel>"
        + b"<item><title>a</title><link>http://a.example/b</link></item>" * 100_000
        + b"</channel></rss>"
    ),
    "a million elements": lambda: in_item(b"<a/>" * 1_000_000),
    "zeros": lambda: b"<rss>" + b"\0" * MANY,
    "bare ampersands": lambda: in_item(b"<title>" + b"&" * MANY + b"</title>"),
    "tags never closed": lambda: in_item(b"<title>" + b"<a " * MANY + b"</title>"),
    "cdata never closed": lambda: in_item(b"<title>&" + b"<![CDATA[" * (MANY // 4) + b"</title>"),
    "namespaces": lambda: (
        b"<rss " + b" ".join(b"xmlns:a%d='u%d'" % (n, n) for n in range(20_000)) + b"><channel><item/></channel></rss>"
    ),
    "utf-16 that is none": lambda: b"\xff\xfe" + in_item(b"<title>a</title>"),
    "junk before": lambda: b"x" * MANY + in_item(b"<title>a</title>"),
    "a page for a feed": lambda: b"<!DOCTYPE html><html><form><input type=password></form></html>",
    "nothing": lambda: b"   ",
    "ten megabytes of links": lambda: (
        b"<rss><channel><item><description>" + b"&lt;a href=x&gt;" * 650_000 + b"</description></item></channel></rss>"
    ),
}

ZEROS: Final = 200 * 1024 * 1024


def packed(layers: int) -> bytes:
    """200 MB of zeros in 200 kB, packed so many times over."""
    engine = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    data = b"".join([*(engine.compress(bytes(1 << 20)) for _ in range(ZEROS >> 20)), engine.flush()])
    for _ in range(layers - 1):
        data = gzip.compress(data)
    return data


BODIES: Final[Mapping[str, tuple[Callable[[], bytes], Mapping[str, str], str | None]]] = {
    # name -> what is sent, its headers, the problem that is told (None: it can be read)
    "gzip bomb": (lambda: packed(1), {"Content-Encoding": "gzip"}, "SW-N22"),
    "gzip in gzip": (lambda: packed(2), {"Content-Encoding": "gzip"}, "SW-N22"),
    "gzip file": (lambda: packed(1), {"Content-Type": "application/gzip"}, "SW-N22"),
    "deflate bomb": (lambda: zlib.compress(bytes(ZEROS)), {"Content-Encoding": "deflate"}, "SW-N22"),
    "100 MB": (lambda: b"a" * (100 << 20), {}, "SW-N22"),
    "a cut stream": (lambda: gzip.compress(in_item(b"<title>a</title>"))[:-9], {"Content-Encoding": "gzip"}, None),
    "gzip that is none": (lambda: b"plain text", {"Content-Encoding": "gzip"}, "SW-N27"),
    "an unknown packing": (lambda: b"x", {"Content-Encoding": "zstd-of-mine"}, "SW-N27"),
    "an honest feed": (lambda: in_item(b"<title>a</title>"), {}, None),
}
