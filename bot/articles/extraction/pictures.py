"""Pictures: the lead image by evidence, and the gallery with captions in the page's order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote, urlsplit

from bot.articles.extraction import jsonld
from bot.articles.extraction.page import Page, is_elsewhere
from bot.articles.extraction.tree import Element, marks, plain, text_of
from bot.articles.extraction.weights import names, worth
from bot.model import Image

_PLACEHOLDER = re.compile(
    r"(?:^|[_.\-])(?:logo|logos|default|placeholder|blank|spacer|pixel|favicon|avatar|gravatar|sprite|fallback|"
    r"no-?image|dummy|"
    r"transparent|1x1|icon|icons)(?:[_.\-]|$|\d)|^(?:facebook|twitter|social|share|sharing|og|opengraph|open-graph|"
    r"og_image|og-image|"
    r"ogimage|app-?icon|card)(?:[_-]?(?:image|img|share|default|card|thumb))?(?:[_-]?\d{2,4}x\d{2,4})?\.\w{3,4}$",
    re.I,
)
_NO_PICTURES = ("/pixel", "doubleclick", "scorecardresearch", "/ad/", "/ads/", "/tracking", "tr?id=", "beacon")
_NOT_CONTENT = re.compile(
    r"avatar|author|logo|icon|related|sidebar|promo|share|social|comment|footer|nav|recommend|newsletter|sponsor|"
    r"banner|byline|most-?read|teaser|widget"
)
_SIZE_IN_SRCSET = re.compile(r"(\d+(?:\.\d+)?)[wx](,.*)?")
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?)(?:[.:/@?!]|$)", re.I)
_MOST = 60
_MOST_LOOKED_AT = 300  # pictures of a page
_PICTURES = ("img", "amp-img")
_OVER = 12  # elements over the headline among which its picture may stand
_MOST_AROUND = 8  # pictures looked at around the headline


def find_lead(page: Page, gallery: tuple[Image, ...]) -> Image | None:
    """The picture that stands for the article."""
    candidates = [(source, image) for source, image in _claims(page) if not _is_no_picture(image.url)]
    if not candidates and (above := _above(page)):
        return above
    candidates += [("shown", image) for image in gallery[:2]]
    if not candidates:
        return None
    worths = worth("image")
    best, best_score = None, -1.0
    for index, (source, image) in enumerate(candidates):
        score = worths[source] - index * 0.001
        score += worths["agreement"] * sum(
            worths[other] for other, rival in candidates if other != source and alike(rival.url, image.url)
        )
        if _is_placeholder(image.url):
            score *= worths["placeholder"]
        if score > best_score:
            best, best_score = image, score
    if best is None:
        return None
    shown = next((image for image in gallery if image.caption and alike(image.url, best.url)), None)
    if shown is None:
        return best
    return replace(best, caption=best.caption or shown.caption, credit=best.credit or shown.credit)


@lru_cache(maxsize=256)
def _is_no_picture(url: str) -> bool:
    folded = url.lower()
    return folded.endswith((".svg", ".ico")) or any(part in folded for part in _NO_PICTURES)


@lru_cache(maxsize=256)
def _is_placeholder(url: str) -> bool:
    """Whether the file's own name says that it is a logo or a stand-in, not a picture of this article."""
    return bool(_PLACEHOLDER.search(unquote(urlsplit(url).path).rsplit("/", 1)[-1][:200]))


def alike(one: str, other: str) -> bool:
    """Whether two addresses show the same picture in another crop: same file, or a long part of the path in common."""
    return one == other or not _keys(one).isdisjoint(_keys(other))


_SIZE = re.compile(r"[-_]\d{2,4}x\d{2,4}(?=\.\w{3,4}$)")  # at the end of a file's name
_TOKEN = re.compile(r"[0-9a-f]{12,}+|\d{7,}+|[a-z0-9]++(?:[-_][a-z0-9]++){3,}+")


@lru_cache(maxsize=1024)
def _keys(url: str) -> frozenset[str]:
    """What tells one picture from another whatever its crop: the file's name, and long numbers, hashes and slugs."""
    path = _SIZE.sub("", unquote(urlsplit(url).path).lower()[:500])
    name = path.rsplit("/", 1)[-1]
    return frozenset([*_TOKEN.findall(path), *([name] if len(name) > 8 else [path])])


def _claims(page: Page) -> Iterator[tuple[str, Image]]:
    widths, heights = page.said("og:image:width"), page.said("og:image:height")
    for index, address in enumerate(page.said(*names("image")["og"])[:3]):
        if url := page.absolute(address):
            yield "og", Image(url=url, caption=None, width=_number(widths, index), height=_number(heights, index))
            break
    for thing in page.articles[:1]:
        for image in (
            list(_described(page, thing.get("image")))[:1] or list(_described(page, thing.get("thumbnailUrl")))[:1]
        ):
            yield "jsonld", image
    for source in ("twitter", "other"):
        for address in page.said(*names("image")[source])[:1]:
            if url := page.absolute(address):
                yield source, Image(url=url)
    for link in page.links:
        if (link.get("rel") or "").lower() == "image_src" and (url := page.absolute(link.get("href"))):
            yield "link", Image(url=url)


def _above(page: Page) -> Image | None:
    """The first picture around the headline: the article's, where the page claims none for it."""
    if page.headline < 0:
        return None
    around = (element for element in page.near[max(0, page.headline - _OVER) :] if element.tag in _PICTURES)
    shown = (_shown(page, picture) for picture in islice(around, _MOST_AROUND) if not is_elsewhere(picture))
    return next(filter(None, shown), None)


def _number(values: list[str], index: int) -> int | None:
    value = values[index] if index < len(values) else ""
    return int(value) if value.isdigit() and 0 < int(value) < 100_000 else None


def _described(page: Page, value: object) -> Iterator[Image]:
    """ImageObjects, addresses and lists of them."""
    for item in (value if isinstance(value, list) else [value])[:20]:
        if isinstance(item, str):
            if url := page.absolute(plain(item)):
                yield Image(url=url)
        elif isinstance(item, dict):
            item = jsonld.meant(item, page.things, "url", "contentUrl")
            for address in (
                jsonld.strings(item.get("url"))
                or jsonld.strings(item.get("contentUrl"))
                or [name for name in jsonld.strings(item.get("@id")) if "#" not in name]
            ):
                if url := page.absolute(plain(address)):
                    yield Image(
                        url=url,
                        caption=plain(jsonld.first(item.get("caption"))) or None,
                        credit=plain(jsonld.first(item.get("creditText")))
                        or plain(jsonld.first(item.get("creator")))
                        or None,
                        width=_number([jsonld.first(item.get("width")).removesuffix("px")], 0),
                        height=_number([jsonld.first(item.get("height")).removesuffix("px")], 0),
                    )
                    break


def find_gallery(page: Page, container: Element | None) -> tuple[Image, ...]:
    """The pictures inside the article's own part of the page, each once, with captions, in order."""
    found: list[Image] = []
    seen: set[str] = set()
    root = container if container is not None else page.root
    for picture in root.iter(*_PICTURES):
        image = _shown(page, picture)
        if image and (tokens := _keys(image.url)).isdisjoint(seen):
            seen |= tokens
            found.append(image)
        if len(found) >= _MOST:
            break
    return tuple(found)


def with_lead(page: Page, gallery: tuple[Image, ...], lead: Image | None) -> tuple[Image, ...]:
    """The lead picture opens the gallery, where the page shows it apart from the text, or shows no other."""
    if lead is None or _is_placeholder(lead.url) or any(alike(lead.url, image.url) for image in gallery):
        return gallery
    marked = tuple(key.rsplit("/", 1)[-1].rpartition(".")[0] or key for key in _keys(lead.url))
    for picture in islice(page.root.iter(*_PICTURES), _MOST_LOOKED_AT):
        address = _largest(picture)
        named = unquote(address or "").lower()
        if not any(mark in named for mark in marked):  # then it cannot be the same one
            continue
        url = page.absolute(address)
        if url and alike(url, lead.url) and (image := _shown(page, picture)):
            caption, credit = image.caption or lead.caption, image.credit or lead.credit
            return (replace(image, caption=caption, credit=credit), *gallery)
    return gallery or (lead,)


def _shown(page: Page, picture: Element) -> Image | None:
    url = page.absolute(_largest(picture))
    if not url or _is_no_picture(url) or _is_placeholder(url):
        return None
    width, height = _number([picture.get("width") or ""], 0), _number([picture.get("height") or ""], 0)
    if (width and width < 120) or (height and height < 80):
        return None
    figure = link = None
    for depth, parent in enumerate(picture.iterancestors()):
        if depth > 8 or parent.tag in {"article", "main", "body"}:
            break
        if (parent.tag in {"nav", "footer", "aside", "header"} and parent.tag != "header") or _NOT_CONTENT.search(
            marks(parent)
        ):
            return None
        if figure is None and (parent.tag == "figure" or "caption" in marks(parent)):
            figure = parent
        if link is None and parent.tag == "a":
            link = parent
    caption, credit = _caption(figure) if figure is not None else (None, None)
    if link is not None and caption is None and _leads_away(page, link):
        return None
    return Image(url=url, caption=caption, credit=credit, width=width, height=height)


def _leads_away(page: Page, link: Element) -> bool:
    """Whether a picture's link opens another page: then it is a teaser, or an advertisement."""
    url = page.absolute(link.get("href"))
    if not url or _PICTURE_FILE.search(urlsplit(url).path):
        return False
    return page.url is None or not alike(url, page.url)  # an article's own gallery bears its number or name


def _caption(figure: Element) -> tuple[str | None, str | None]:
    box = figure.find(".//figcaption")
    if box is None:
        box = next((part for part in figure.iter("p", "div", "span", "dd") if "caption" in marks(part)), None)
    if box is None:
        return None, None
    credit = next(
        (
            text_of(part)
            for part in box.iter("span", "small", "cite", "div", "p", "em")
            if re.search(r"credit|copyright|source|author", marks(part))
        ),
        None,
    )
    caption = text_of(box)
    if credit and caption.endswith(credit) and caption != credit:
        caption = caption[: -len(credit)].strip(" |-–—/")
    return (caption[:1000] or None), (credit or None)


def _sizes(srcset: str) -> list[tuple[float, str]]:
    """The widths or densities of a srcset with their addresses."""
    found: list[tuple[float, str]] = []
    address = ""
    for word in srcset.split():
        size = _SIZE_IN_SRCSET.fullmatch(word) if address else None
        if size:
            found.append((float(size[1]), address))
        address = (size[2] or "") if size else word
    return found


def _largest(picture: Element) -> str | None:
    """The best address an img offers: the widest of its srcset, a lazy one, its own src."""
    for name in ("srcset", "data-srcset", "data-lazy-srcset"):
        value = picture.get(name)
        if value and (sizes := _sizes(value[:8000])):
            return max(sizes)[1].lstrip(",")
    for name in ("data-src", "data-original", "data-lazy-src", "data-hi-res-src", "data-image", "src"):
        value = picture.get(name)
        if value and not value.startswith("data:"):
            return str(value)
    return None
