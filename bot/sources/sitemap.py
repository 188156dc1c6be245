"""Sitemaps: URL sets with the news, image and video extensions, indexes, plain text lists, and robots.txt.

See https://www.sitemaps.org/protocol.html and Google's sitemap extensions.  A cut file gives the addresses that are
whole; a bad date loses the date, never the address.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from bot.errors import ParseError
from bot.model import Enclosure, Entry, SourceDocument, SourceKind
from bot.sources.charset import as_text, as_utf8
from bot.sources.complaints import complaint
from bot.sources.dates import parse_date
from bot.sources.media import number, split_words
from bot.sources.words import absolute, is_web, language_tag, plain
from bot.sources.xmltree import flat_text, name_of, parse

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_ADDRESSES = 50_000  # the protocol's own limit
UNPACKED_LIMIT = 50 * 1024 * 1024

_ROBOTS_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*([^\s#]+)", re.IGNORECASE | re.MULTILINE)
_ROBOTS = re.compile(r"^[ \t]*(?:user-agent|sitemap|disallow|allow)[ \t]*:", re.IGNORECASE | re.MULTILINE)


def parse_sitemap(
    data: bytes, *, content_type: str | None = None, charset: str | None = None, url: str | None = None
) -> SourceDocument:
    """Read a sitemap, a sitemap index, a text list or a robots.txt.

    `format` is news-sitemap, sitemap, sitemap-index, sitemap-text or robots.  Raises ParseError for anything else.
    """
    body, _ = as_utf8(unpacked(data), charset)
    body = body.strip()
    if not body:
        raise ParseError(complaint("SW-S03", url))
    if body[:1] != b"<":
        return _parse_text(body.decode("utf-8", "replace"), url)
    root, well_formed = parse(body)
    name = name_of(root.tag).rpartition(":")[2] if root is not None else ""
    if root is None or name not in ("urlset", "sitemapindex"):
        raise ParseError(complaint("SW-S10", url))
    problems = () if well_formed else ("The XML is not well formed; it was read as far as it goes.",)
    if name == "sitemapindex":
        parts = _index(root, url)
        return SourceDocument(
            kind=SourceKind.SITEMAP, format="sitemap-index", url=url, problems=problems,
            sitemaps=tuple(parts), sitemap_dates=tuple(parts.values()),
        )  # fmt: skip
    addresses = _children(root, "url")
    if not well_formed and _is_cut(body):
        addresses = addresses[:-1]
    entries = tuple(entry for child in addresses if (entry := _entry(child, url)))
    news = any("news:" in name_of(part.tag) for child in root[:20] for part in child)
    return SourceDocument(
        kind=SourceKind.SITEMAP,
        format="news-sitemap" if news else "sitemap",
        url=url,
        entries=entries,
        problems=problems if entries else (*problems, "The sitemap lists no addresses."),
    )


def parse_robots(data: bytes, *, charset: str | None = None, url: str | None = None) -> SourceDocument:
    """The `Sitemap:` lines of a robots.txt (RFC 9309 leaves them to https://www.sitemaps.org)."""
    return _robots(as_text(data, charset), url)


def unpacked(data: bytes) -> bytes:
    """A gzip file's content, at most UNPACKED_LIMIT of it; anything else as it is."""
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, UNPACKED_LIMIT)
    except zlib.error:
        return data


def _parse_text(text: str, url: str | None) -> SourceDocument:
    if _ROBOTS.search(text):
        return _robots(text, url)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    entries = tuple(Entry(id=line, url=line) for line in lines[:MOST_ADDRESSES] if is_web(line))
    if not entries or len(entries) * 2 < len(lines[:MOST_ADDRESSES]):
        raise ParseError(complaint("SW-S10", url))
    return SourceDocument(kind=SourceKind.SITEMAP, format="sitemap-text", url=url, entries=entries)


def _robots(text: str, url: str | None) -> SourceDocument:
    links = (absolute(url, link) for link in _ROBOTS_LINE.findall(text))
    return SourceDocument(
        kind=SourceKind.SITEMAP,
        format="robots",
        url=url,
        sitemaps=tuple(dict.fromkeys(link for link in links if link and is_web(link))),
    )


def _children(root: _Element, name: str) -> list[_Element]:
    found = [child for child in root if name_of(child.tag).rpartition(":")[2] == name]
    return found[:MOST_ADDRESSES]


def _index(root: _Element, base: str | None) -> dict[str, str | None]:
    """Sitemap → its last change, as the index writes it."""
    found: dict[str, str | None] = {}
    for child in _children(root, "sitemap"):
        link = _location(child, base)
        if link:
            dates = [flat_text(part) for part in child if name_of(part.tag).rpartition(":")[2] == "lastmod"]
            found.setdefault(link, dates[0] if dates and dates[0] else None)
    return found


def _location(holder: _Element, base: str | None) -> str | None:
    for child in holder:
        if name_of(child.tag).rpartition(":")[2] == "loc" and not name_of(child.tag).startswith(("image:", "video:")):
            link = absolute(base, flat_text(child))
            return link if is_web(link) else None
    return None


def _entry(holder: _Element, base: str | None) -> Entry | None:
    """One `<url>` with its extensions."""
    link = _location(holder, base)
    if link is None:
        return None
    said: dict[str, str] = {}
    files: dict[str, Enclosure] = {}
    for part in holder:
        name = name_of(part.tag)
        if name == "news:news":
            _read_news(part, said)
        elif name == "image:image":
            _read_image(part, base, files)
        elif name == "video:video":
            _read_video(part, base, files, said)
        else:
            said.setdefault(name.rpartition(":")[2], flat_text(part))
    return _finish(link, said, tuple(files.values()))


def _is_cut(body: bytes) -> bool:
    """True when the file ends inside its last address."""
    return body.rfind(b"</url") < max(body.rfind(b"<url>"), body.rfind(b":url>"))


def _finish(link: str, said: dict[str, str], files: tuple[Enclosure, ...]) -> Entry:
    images = [file.url for file in files if file.medium == "image"]
    thumbnails = [file.thumbnail for file in files if file.thumbnail]
    return Entry(
        id=link,
        url=link,
        title=plain(said.get("title")),
        published=parse_date(said.get("publication_date")),
        modified=parse_date(said.get("lastmod")),
        image=next(iter([*images, *thumbnails]), None),
        enclosures=files,
        tags=tuple(dict.fromkeys(split_words(said.get("keywords")))),
        language=language_tag(said.get("language")),
        description=said.get("description"),
    )


def _read_news(news: _Element, said: dict[str, str]) -> None:
    for part in news:
        name = name_of(part.tag).rpartition(":")[2]
        if name == "publication":
            for inner in part:
                said.setdefault(name_of(inner.tag).rpartition(":")[2], flat_text(inner))
        else:
            said[name] = flat_text(part)


def _read_image(image: _Element, base: str | None, files: dict[str, Enclosure]) -> None:
    parts = {name_of(part.tag): flat_text(part) for part in image}
    link = absolute(base, parts.get("image:loc"))
    if link:
        caption = plain(parts.get("image:caption") or parts.get("image:title"))
        files.setdefault(link, Enclosure(url=link, medium="image", caption=caption))


def _read_video(video: _Element, base: str | None, files: dict[str, Enclosure], said: dict[str, str]) -> None:
    parts = {name_of(part.tag).rpartition(":")[2]: flat_text(part) for part in video}
    link = absolute(base, parts.get("content_loc") or parts.get("player_loc"))
    said.setdefault("title", parts.get("title", ""))
    said.setdefault("description", parts.get("description", ""))
    said.setdefault("publication_date", parts.get("publication_date", ""))
    if link:
        thumbnail = absolute(base, parts.get("thumbnail_loc"))
        files.setdefault(
            link,
            Enclosure(url=link, medium="video", thumbnail=thumbnail, duration=number(parts.get("duration"))),
        )
