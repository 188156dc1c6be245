"""One parsed page with what it says of itself in its head, gathered once and shared by all readers of fields."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from lxml import etree

from bot.articles.extraction import jsonld
from bot.articles.extraction.tree import Element, fold, marks, parse, plain
from bot.pagehead import gather_meta


class Attributes(Protocol):
    """An element of the head, as far as anybody asks: what its attributes say."""

    def get(self, name: str, /) -> str | None: ...


@dataclass(slots=True)
class Page:
    """A page while it is being read.  `meta` maps lower-case names and properties to their contents in order, as they
    are written; `links` are those in its head that tell something of the article."""

    root: Element
    data: bytes = b""  # the page as it was read, in a charset that keeps ASCII
    url: str | None = None
    fetched: bool = False  # whether `url` is where the page came from; else it is what the page claims
    base: str | None = None
    meta: dict[str, list[str]] = field(default_factory=dict)
    plains: dict[str, str] = field(default_factory=dict)
    links: list[Attributes] = field(default_factory=list)
    things: list[jsonld.Thing] = field(default_factory=list)
    articles: list[jsonld.Thing] = field(default_factory=list)
    html_title: str = ""
    language: str | None = None
    props: dict[str, list[Element]] = field(default_factory=dict)  # elements with microdata or RDFa, by property
    elements: list[Element] = field(default_factory=list)  # all of them, in order
    promising: list[Element] | None = None  # those that may name a writer, once they have been sought
    bylines: dict[tuple[str, bool], list[Element]] = field(default_factory=dict)  # by kind, and whether `near`
    near: list[Element] = field(default_factory=list)  # elements around the headline, in the page's order
    headline: int = -1  # its place among `near`; -1 where the page has none

    def said(self, *names: str) -> list[str]:
        """Contents of the named meta elements, in the order of `names`."""
        meta = self.meta
        if meta.keys().isdisjoint(names):
            return []
        return [self.plain(content) for name in names if name in meta for content in meta[name]]

    def plain(self, content: str) -> str:
        """The plain text of what a meta element says; several say the same, and are asked more than once."""
        known = self.plains.get(content)
        if known is None:
            known = self.plains[content] = plain(content)
        return known

    def absolute(self, address: str | None) -> str | None:
        """An http(s) address made whole, or None."""
        address = (address or "").strip()
        if _WHOLE.fullmatch(address):
            return address
        if not address or len(address) > 4000 or address.startswith(("data:", "javascript:", "blob:", "about:")):
            return None
        if any(space in address for space in " \n\t\r"):
            address = re.sub(r"[\n\t\r]+", "", address).replace(" ", "%20")
        try:
            whole = address if address.startswith(("https://", "http://")) else urljoin(self.base or "", address)
            parts = urlsplit(whole)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                return None
            _ = parts.port
        except ValueError:
            return None
        return whole

    @property
    def host(self) -> str:
        return host_of(self.url)


@lru_cache(maxsize=256)
def host_of(url: str | None) -> str:
    """The host of an address without `www.`, in lower case; empty where there is none."""
    archived = _ARCHIVED.search(url or "")
    try:
        host = urlsplit(archived[1] if archived else url or "").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


_WHOLE = re.compile(r"https?://[A-Za-z0-9.-]{1,250}(?::\d{1,4})?(?:[/?#][^\s\[\]]{0,3700})?")  # needs no looking into
_ARCHIVED = re.compile(r"/web/\d{4,14}[a-z_]{0,3}/(https?://.+)")


def read_page(data: bytes, url: str | None) -> Page | None:
    """Parse a page (UTF-8) once and gather its own words; None where there is no element in it."""
    root = parse(data)
    if root is None:
        return None
    page = begun(root, data, url)
    blocks: list[str] = []
    for element in root.iter("meta", "link", "title", "script", "base"):
        _gather(page, element, blocks)
    page.language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang")
    return finished(page, blocks)


def begun(root: Element, data: bytes, url: str | None) -> Page:
    page = Page(root=root, data=data)
    page.url = page.base = page.absolute(url)
    page.fetched = page.url is not None
    return page


def finished(page: Page, blocks: list[str]) -> Page:
    """A page whose head was gathered, with its JSON-LD (`blocks`), its microdata and an address."""
    for element in _PROPERTIES(page.root):
        for name in (element.get("itemprop") or element.get("property") or "").split():
            page.props.setdefault(name.rpartition(":")[2], []).append(element)
    page.things = jsonld.load(blocks)
    page.articles = jsonld.articles(page.things)
    if not page.url:
        page.url = page.base = _own_address(page)
    return page


_BEFORE, _AFTER = 80, 220


def look_around(page: Page, title: str | None) -> None:
    """Find the page's own headline (the heading that says the title, else the first h1) and what stands around it."""
    page.elements = elements = list(page.root.iter(etree.Element))
    wanted = fold(title or "")
    at = first = -1
    for index, element in enumerate(elements):
        if element.tag in {"h1", "h2", "h3"}:
            first = index if first < 0 and element.tag == "h1" else first
            if wanted and fold("".join(element.itertext())[:600]) == wanted:
                at = index
                if element.tag == "h1":
                    break
                wanted = wanted if first >= 0 else ""
                if not wanted:
                    break
    at = at if at >= 0 else first
    page.near = elements[max(0, at - _BEFORE) : at + _AFTER] if at >= 0 else elements[: _BEFORE + _AFTER]
    page.headline = min(at, _BEFORE)


def is_elsewhere(element: Element) -> bool:
    """Whether an element stands among comments, teasers or menus rather than with the article."""
    footer = False
    for depth, parent in enumerate(element.iterancestors()):
        if parent.tag in {"article", "main"}:
            return False
        if depth > 8 or parent.tag in {"header", "body"}:
            break
        if parent.tag == "nav" or _LISTED.search(marks(parent)):
            return True
        footer = footer or parent.tag == "footer"
    return footer


_LISTED = re.compile(
    r"(?:^|\s)(?:comments?|related|sidebar|recommend\w*|most-?read|popular|teasers?|widgets?|page-footer|site-footer|nav)(?:$|[\s_-])"
)


_PROPERTIES = etree.XPath("descendant::body/descendant::*[@itemprop or @property]")


_TELLING = re.compile("canonical|shortlink|alternate|author|image_src", re.I)


def _gather(page: Page, element: Element, blocks: list[str]) -> None:
    tag = element.tag
    if tag == "meta":
        gather_meta(page.meta, dict(element.items()))
    elif tag == "link":
        if _TELLING.search(element.get("rel") or ""):
            page.links.append(element)
    elif tag == "script":
        if "ld+json" in (element.get("type") or "").lower():
            blocks.append(element.text or "")
    elif tag == "title":
        if not page.html_title and not _inside_drawing(element):
            page.html_title = plain(element.text)
    elif element.get("href") and page.url:
        page.base = page.absolute(element.get("href")[:2000]) or page.base


def _inside_drawing(element: Element) -> bool:
    return any(parent.tag in {"svg", "symbol", "g"} for parent in element.iterancestors())


def _own_address(page: Page) -> str | None:
    """Where a page came without its address, the one it claims for itself."""
    claims = [link.get("href") for link in page.links if "canonical" in (link.get("rel") or "").lower().split()]
    claims += page.said("og:url", "twitter:url")
    return next(
        (claim.strip() for claim in claims if claim and claim.strip().startswith(("http://", "https://"))), None
    )
