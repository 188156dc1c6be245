"""The page's own addresses: canonical, short link, the same article in other languages; and the site's name."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.articles.extraction import jsonld
from bot.articles.extraction.page import Page, host_of
from bot.articles.extraction.tree import plain
from bot.model import Alternate

_MOST_ALTERNATES = 60
_SECOND_LEVELS = frozenset(["co", "com", "org", "net", "gov", "edu", "ac", "or", "ne", "go", "gob", "nom", "in"])


def same_site(one: str | None, other: str | None) -> bool:
    """Whether two addresses share their registrable domain, as far as can be told without the public suffix list."""
    a, b = _domain(host_of(one)), _domain(host_of(other))
    return bool(a) and a == b


def _domain(host: str) -> str:
    labels = host.split(".")
    if len(labels) > 2 and labels[-2] in _SECOND_LEVELS and len(labels[-1]) == 2:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


def find_canonical(page: Page) -> str | None:
    """The canonical address where it is sound: of the same site, not a bare root while the page is not one."""
    for link in _linked(page, "canonical") + [page.absolute(url) for url in page.said("og:url")[:1]]:
        if link and _is_sound(link, page.url if page.fetched else None):
            return link
    return None


def _is_sound(link: str, url: str | None) -> bool:
    if url is None:
        return urlsplit(link).path not in {"", "/"} or bool(urlsplit(link).query)
    if not same_site(link, url):
        return False
    claimed, real = urlsplit(link), urlsplit(url)
    is_root = claimed.path in {"", "/"} and not claimed.query
    return not is_root or (real.path in {"", "/"} and not real.query)


def _linked(page: Page, relation: str) -> list[str | None]:
    return [
        page.absolute(link.get("href")) for link in page.links if relation in (link.get("rel") or "").lower().split()
    ]


def find_shortlink(page: Page) -> str | None:
    """`rel=shortlink` of the same site."""
    return next((link for link in _linked(page, "shortlink") if link and same_site(link, page.url or link)), None)


def find_alternates(page: Page) -> tuple[Alternate, ...]:
    """The article in other languages (`hreflang`); x-default and feeds are not versions."""
    found: dict[str, Alternate] = {}
    for link in page.links:
        language = (link.get("hreflang") or "").strip().lower()
        if "alternate" not in (link.get("rel") or "").lower().split() or not language or language == "x-default":
            continue
        if "feed" in (link.get("type") or "") or "rss" in (link.get("type") or "") or len(language) > 12:
            continue
        address = page.absolute(link.get("href"))
        if address and language not in found and len(found) < _MOST_ALTERNATES:
            found[language] = Alternate(language=language, url=address)
    return tuple(found.values())


def find_site_name(page: Page) -> str | None:
    """og:site_name, else the publisher's name, else the application's."""
    for name in page.said("og:site_name"):
        if name and not name.startswith("http"):
            return name
    for thing in page.articles[:2]:
        for name in jsonld.strings(thing.get("publisher")):
            if not name.startswith("http"):
                return plain(name)
    for thing in page.things:
        if jsonld.types(thing) & {"website"} and isinstance(thing.get("name"), str):
            return plain(thing["name"])
    return next(
        (name for name in page.said("application-name", "apple-mobile-web-app-title", "dc.publisher") if name), None
    )


def find_language(page: Page) -> str | None:
    """The language the page declares, as a lower-case primary subtag with its region kept (`en`, `pt-BR`)."""
    claims = [page.language or ""]
    claims += [jsonld.first(thing.get("inLanguage")) for thing in page.articles[:1]]
    claims += page.said("og:locale", "content-language", "language", "dc.language", "inlanguage")
    for claim in claims:
        tag = claim.strip().replace("_", "-").split(",")[0].strip()
        primary, _, rest = tag.partition("-")
        if 2 <= len(primary) <= 3 and primary.isascii() and primary.isalpha():
            region = rest.split("-")[-1]
            return f"{primary.lower()}-{region.upper()}" if len(region) == 2 and region.isalpha() else primary.lower()
    return None


def find_tags(page: Page) -> tuple[str, ...]:
    """Keywords and sections, each once, in the page's order."""
    words: list[str] = page.said("article:tag", "og:article:tag")
    for thing in page.articles[:1]:
        keywords = thing.get("keywords")
        words += [piece for word in jsonld.strings(keywords) for piece in word.split(",")]
    if not words:
        words = [
            piece
            for text in page.said("news_keywords", "keywords", "parsely-tags", "sailthru.tags")[:1]
            for piece in text.split(",")
        ]
    for thing in page.articles[:1]:
        words += jsonld.strings(thing.get("articleSection"))
    words += page.said("article:section")
    found: dict[str, str] = {}
    for word in words[:200]:
        word = plain(word)
        if ":" in word and " " not in word:  # machine tags such as `tax:topic:news`
            continue
        if 1 < len(word) <= 60:
            found.setdefault(word.casefold(), word)
    return tuple(found.values())[:40]
