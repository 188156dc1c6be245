"""What `sharewire sources test` prints: a document as JSON, and how its links will look when they are shared."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from html import unescape
from typing import Any

from bot import pagehead
from bot.errors import FetchError, ParseError
from bot.model import Entry, Json, SourceDocument, SourceKind
from bot.parsing import Parser
from bot.sources.charset import as_text
from bot.sources.listing import read_listing
from bot.sources.reading import run_guarded
from bot.sources.sniff import read_anything
from bot.sources.words import absolute, plain
from bot.web import Page, Web

LARGE_PICTURE = 300 * 1024  # bytes; messengers give up on larger preview pictures
SMALL_PICTURE = 300  # pixels wide; smaller ones are not shown large


async def inspect(
    web: Web, url: str, *, kind: SourceKind | None = None, single: bool = False, parser: Parser | None = None
) -> SourceDocument:
    """Fetch an address and read it as what it is, or as `kind` (a page that is one article when `single`).

    Raises FetchError and ParseError."""
    address = url if "://" in url else f"https://{url}"
    page = await web.fetch(address)
    if kind is not None:
        return await read_listing(web, page, kind, parser=parser, options={"single": single})
    hints = {"content_type": page.content_type, "charset": page.charset, "url": page.final_url}
    return await run_guarded(parser, read_anything, page.body, **hints)


def inspect_bytes(data: bytes, *, content_type: str | None = None, url: str | None = None) -> SourceDocument:
    """Read a file as what it is.  Raises ParseError."""
    return read_anything(data, content_type=content_type, url=url)


def as_json(document: SourceDocument) -> dict[str, Json]:
    """The shape of `sharewire sources test --json`; dates are ISO 8601 with offset."""
    return {
        "kind": str(document.kind),
        "format": document.format,
        "title": document.title,
        "url": document.url,
        "description": document.description,
        "language": document.language,
        "hub": document.hub,
        "entries": [_entry_json(entry) for entry in document.entries],
        "sitemaps": list(document.sitemaps),
        "problems": list(document.problems),
    }


def _entry_json(entry: Entry) -> dict[str, Json]:
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "published": _iso(entry.published),
        "modified": _iso(entry.modified),
        "authors": list(entry.authors),
        "description": entry.description,
        "content": entry.content,
        "image": entry.image,
        "enclosures": [asdict(enclosure) for enclosure in entry.enclosures],
        "tags": list(entry.tags),
        "language": entry.language,
        "comments": entry.comments,
    }


def _iso(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


# ── how a link will look ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The preview that messengers make of a link, and what keeps it from looking good."""

    url: str
    title: str | None = None
    description: str | None = None
    image: str | None = None
    image_bytes: int | None = None
    image_width: int | None = None  # pixels
    problems: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"problems": list(self.problems)}


async def newest_card(web: Web, document: SourceDocument) -> Card | None:
    """The card of a source's newest link; None when it lists none.  Raises FetchError when that cannot be visited."""
    page = await newest_page(web, document)
    return await card_of_page(web, page) if page else None


async def newest_page(web: Web, document: SourceDocument) -> Page | None:
    """The page behind a source's newest link; None when it lists none.  Raises FetchError."""
    links = [(entry.published, entry.url) for entry in document.entries if entry.url]
    dated = [(published, url) for published, url in links if published]
    newest = max(dated)[1] if dated else links[0][1] if links else None
    return await web.fetch(newest, accept="text/html") if newest else None


async def card_of(web: Web, url: str) -> Card:
    """Fetch a page and its preview picture, and say what is wrong with them.  Raises FetchError for the page."""
    return await card_of_page(web, await web.fetch(url, accept="text/html"))


async def card_of_page(web: Web, page: Page) -> Card:
    """The card of a page that was fetched; its preview picture is fetched here."""
    meta = _meta(page.body, page.charset)
    image = absolute(page.final_url, meta.get("og:image") or meta.get("twitter:image"))
    problems = [] if meta.get("og:title") else ["The page has no og:title."]
    if not meta.get("og:description"):
        problems.append("The page has no og:description.")
    size, width, more = await _look_at_picture(web, image, meta.get("og:image:width"))
    return Card(
        url=page.final_url,
        title=plain(meta.get("og:title")),
        description=plain(meta.get("og:description")),
        image=image,
        image_bytes=size,
        image_width=width,
        problems=(*problems, *more),
    )


def _meta(body: bytes, charset: str | None) -> dict[str, str]:
    """What the meta elements of a page's head say, the first of each name."""
    head, _ = pagehead.cut(as_text(body, charset).encode("utf-8", "replace"))
    return {name: unescape(said[0]) for name, said in pagehead.read(head.decode("utf-8", "replace")).meta.items()}


async def _look_at_picture(
    web: Web, image: str | None, said_width: str | None
) -> tuple[int | None, int | None, list[str]]:
    if not image:
        return None, None, ["The page names no preview picture (og:image)."]
    problems = [] if image.startswith("https://") else ["The preview picture is not served over https."]
    try:
        picture = await web.fetch(image, accept="image/*")
    except (FetchError, ParseError) as error:
        return None, None, [*problems, f"The preview picture cannot be fetched. {error.problem.title}"]
    width = picture_width(picture.body) or (
        int(said_width) if said_width and re.fullmatch(r"\d{1,5}", said_width) else None
    )
    if width is not None and width < SMALL_PICTURE:
        problems.append(
            f"The preview picture is only {width} pixels wide; {SMALL_PICTURE} are needed to show it large."
        )
    if len(picture.body) > LARGE_PICTURE:
        problems.append(
            f"The preview picture has {len(picture.body) // 1024} KB; over 300 KB some messengers leave it out."
        )
    return len(picture.body), width, problems


def picture_width(data: bytes) -> int | None:
    """The width in pixels that the head of a PNG, GIF, JPEG or WebP file tells."""
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return int.from_bytes(data[16:20])
    if data[:4] == b"GIF8":
        return int.from_bytes(data[6:8], "little")
    if data[:2] == b"\xff\xd8":
        return _jpeg_width(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_width(data)
    return None


def _jpeg_width(data: bytes) -> int | None:
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[place + 7 : place + 9])
        place += 2 + int.from_bytes(data[place + 2 : place + 4])
    return None


def _webp_width(data: bytes) -> int | None:
    match data[12:16]:
        case b"VP8 ":
            return int.from_bytes(data[26:28], "little") & 0x3FFF
        case b"VP8L":
            return (int.from_bytes(data[21:23], "little") & 0x3FFF) + 1
        case b"VP8X":
            return int.from_bytes(data[24:27], "little") + 1
        case _:
            return None
