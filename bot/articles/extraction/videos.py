"""Videos: files and players, with title, thumbnail, duration and size as the page or its JSON-LD gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.articles.extraction import jsonld
from bot.articles.extraction.page import Page
from bot.articles.extraction.tree import Element, plain
from bot.model import Video

# Hosts whose frames are players (not advertising or maps); a video platform is no site of articles.
_PLAYERS = re.compile(
    r"^https?://(?:[\w-]+\.)*(?:youtube(?:-nocookie)?\.com/(?:embed|watch|v/|shorts)|youtu\.be/|player\.vimeo\.com/|"
    r"vimeo\.com/\d|dailymotion\.com/embed|"
    r"geo\.dailymotion\.com/player|facebook\.com/plugins/video|players\.brightcove\.net/|jwplatform\.com/players|"
    r"cdn\.jwplayer\.com/players|"
    r"rutube\.ru/play|vk\.com/video_ext|ok\.ru/videoembed|player\.twitch\.tv/|streamable\.com/[eo]/|"
    r"rumble\.com/embed|odysee\.com/\$/embed|"
    r"tiktok\.com/embed|player\.bilibili\.com/|fast\.wistia\.(?:net|com)/embed|content\.jwplatform\.com)"
)
_FILE = re.compile(r"\.(mp4|m4v|webm|mov|ogv|m3u8)(?:$|\?)", re.I)
_MIME = {
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "webm": "video/webm",
    "mov": "video/quicktime",
    "ogv": "video/ogg",
    "m3u8": "application/vnd.apple.mpegurl",
}
_DURATION = re.compile(r"^P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(?:[.,]\d+)?S)?)?$", re.I)
_CLOCK = re.compile(r"^(?:(\d{1,3}):)?(\d{1,2}):(\d{2})$")
_MOST = 20


def find_videos(page: Page, container: Element | None) -> tuple[Video, ...]:
    """Each video once, the described ones first."""
    found: list[Video] = []
    for video in [*_described(page), *_shown(page, container), *_claimed(page)]:
        if not any(_same(video, other) for other in found):
            found.append(video)
    return tuple(found[:_MOST])


def seconds(text: str) -> int | None:
    """An ISO 8601 duration, `H:MM:SS`, or seconds as a number."""
    text = text.strip()
    if match := _DURATION.match(text):
        days, hours, minutes, rest = (int(part or 0) for part in match.groups())
        return (days * 86_400 + hours * 3_600 + minutes * 60 + rest) or None
    if match := _CLOCK.match(text):
        hours, minutes, rest = (int(part or 0) for part in match.groups())
        return hours * 3_600 + minutes * 60 + rest
    return int(float(text)) or None if re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", text) else None


def _described(page: Page) -> Iterator[Video]:
    for thing in page.things[:400]:
        if "videoobject" not in jsonld.types(thing):
            continue
        url = page.absolute(plain(jsonld.first(thing.get("contentUrl"))))
        player = page.absolute(plain(jsonld.first(thing.get("embedUrl"))))
        if not url and not player:
            continue
        yield Video(
            url=url,
            player=player,
            title=plain(jsonld.first(thing.get("name"))) or None,
            thumbnail=page.absolute(plain(jsonld.first(thing.get("thumbnailUrl"))))
            or page.absolute(plain(jsonld.first(thing.get("thumbnail")))),
            mime=plain(jsonld.first(thing.get("encodingFormat"))) or _mime(url),
            duration=seconds(jsonld.first(thing.get("duration"))),
            size=_size(jsonld.first(thing.get("contentSize"))),
            width=_whole(jsonld.first(thing.get("width"))),
            height=_whole(jsonld.first(thing.get("height"))),
        )


def _shown(page: Page, container: Element | None) -> Iterator[Video]:
    root = container if container is not None else page.root
    for element in root.iter("iframe", "video", "amp-youtube", "amp-video", "embed"):
        if element.tag == "amp-youtube" and element.get("data-videoid"):
            yield Video(player=f"https://www.youtube.com/embed/{element.get('data-videoid')}")
            continue
        sources = [element, *element.iter("source")]
        for source in sources:
            address = page.absolute(source.get("src") or source.get("data-src") or source.get("data-lazy-src"))
            if not address:
                continue
            if element.tag in {"iframe", "embed"}:
                if _PLAYERS.match(address):
                    yield Video(player=address, title=plain(element.get("title")) or None)
                break
            yield Video(
                url=address,
                mime=source.get("type") or _mime(address),
                thumbnail=page.absolute(element.get("poster")),
                width=_whole(element.get("width") or ""),
                height=_whole(element.get("height") or ""),
            )
            break


def _claimed(page: Page) -> Iterator[Video]:
    for address in page.said("og:video:secure_url", "og:video:url", "og:video", "twitter:player")[:1]:
        url = page.absolute(address)
        if url:
            is_file = bool(_FILE.search(url))
            yield Video(
                url=url if is_file else None,
                player=None if is_file else url,
                mime=next(iter(page.said("og:video:type")), None) or _mime(url),
                duration=seconds(next(iter(page.said("og:video:duration", "video:duration")), "")),
                width=_whole(next(iter(page.said("og:video:width")), "")),
                height=_whole(next(iter(page.said("og:video:height")), "")),
            )


def _same(one: Video, other: Video) -> bool:
    def names(video: Video) -> set[str]:
        return {address.split("?")[0].split("//", 1)[-1] for address in (video.url, video.player) if address} | {
            found[1] for address in (video.url, video.player) if address and (found := _ID.search(address))
        }

    return bool(names(one) & names(other))


_ID = re.compile(r"(?:embed/|v=|youtu\.be/|/video/|videoId=)([\w-]{6,24})")


def _mime(url: str | None) -> str | None:
    found = _FILE.search(url or "")
    return _MIME[found[1].lower()] if found else None


def _whole(text: str) -> int | None:
    text = text.strip().removesuffix("px")
    return int(text) if text.isdigit() and 0 < int(text) < 100_000 else None


def _size(text: str) -> int | None:
    """`contentSize` in bytes: "1234567", "12.3 MB"."""
    match = re.match(r"^\s*([\d.,]{1,15})\s*([KMG]?)i?B?\s*$", text, re.I)
    if not match:
        return None
    try:
        number = float(match[1].replace(",", "."))
    except ValueError:
        return None
    return int(number * {"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}[match[2].upper()]) or None
