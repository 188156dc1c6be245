"""A listing page (a section front) → entries: the links of its main list, found by their pattern.

No rule knows any site.  Links are grouped by the shape of their address and by where they stand in the page; the group
whose texts read most like headlines is the main list.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.errors import ParseError
from bot.model import Entry, SourceDocument, SourceKind
from bot.sources.charset import as_text
from bot.sources.complaints import complaint
from bot.sources.dates import parse_date
from bot.sources.rules import page_rule
from bot.sources.words import absolute, is_web, language_tag, plain
from bot.sources.xmltree import check_memory

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_LINKS = 5_000
_FEWEST = 3  # links that make a list, where nothing marks them as headlines
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_CHROME = frozenset({"nav", "footer", "header", "aside", "form", "menu"})
_CHROME_WORDS = re.compile(
    r"(?:^|[-_ ])(?:nav|menu|footer|header|breadcrumbs?|sidebar|share|social|login|cookie|subscribe|pagination|tags?|"
    r"promo|related|comments?|advert|ads?|toolbar|skip)(?:$|[-_ ])",
    re.IGNORECASE,
)
_NOT_ARTICLES = re.compile(
    r"/(?:tags?|category|categories|author|authors|topics?|search|login|signin|signup|register|subscribe|account|contact|about|"
    r"privacy|terms|impressum|cookies?|help|faq|feeds?|rss|page/\d+|wp-admin|cdn-cgi)(?:/|$|\.)",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|zip|mp3|mp4|css|js|xml|ico)$", re.IGNORECASE)
_STYLE_URL = re.compile(r"url\([\"']?([^\"')]+)")
_DATE_PART = re.compile(r"^(?:19|20)\d\d$|^\d{1,2}$")


@dataclass(frozen=True, slots=True)
class _Found:
    """A link as it stands in the page."""

    url: str
    text: str
    shape: str
    place: str
    order: int
    date: str | None
    image: str | None
    heading: bool  # the page itself says that this is a headline


def parse_page(
    data: bytes, *, content_type: str | None = None, charset: str | None = None, url: str | None = None
) -> SourceDocument:
    """Read a listing page.  Raises ParseError (SW-S11) when no main list can be made out."""
    root, base = _tree(data, charset, url)
    rule = page_rule(url)
    entries = _by_rule(root, rule, base) if rule else [_entry(link) for link in main_list(_links(root, base))]
    if not entries:
        raise ParseError(complaint("SW-S11", url))
    return SourceDocument(
        kind=SourceKind.PAGE,
        format="page",
        title=plain((_first(root, rule["title"]) if rule else None) or root.findtext(".//title")),
        url=url,
        language=language_tag(root.get("lang")),
        entries=tuple(entries),
    )


def _by_rule(root: HtmlElement, rule: Mapping[str, str], base: str | None) -> list[Entry]:
    """Items of a public page that a site rule describes, the newest first."""
    entries = []
    for item in root.xpath(rule["item"]):
        url = absolute(base, _first(item, rule["url"]))
        if not url:
            continue
        text = next(iter(item.xpath(rule["text"])), None)
        words = plain(" ".join(text.itertext())) if text is not None else None
        picture = _STYLE_URL.search(_first(item, rule["picture"]) or "")
        entries.append(
            Entry(
                id=url,
                url=url,
                title=_headline(words),
                description=escape(words, quote=False) if words else None,
                published=parse_date(_first(item, rule["date"])),
                image=absolute(base, picture[1]) if picture else None,
            )
        )
    return entries[::-1]


def _first(item: HtmlElement, path: str) -> str | None:
    found = item.xpath(path)
    return str(found[0]) if found else None


def _headline(words: str | None) -> str | None:
    """The first sentence or so of a message that has no headline of its own."""
    if not words or len(words) <= 120:
        return words
    cut = words[:120].rpartition(" ")[0] or words[:120]
    return f"{cut}…"


def parse_single_page(
    data: bytes, *, content_type: str | None = None, charset: str | None = None, url: str | None = None
) -> SourceDocument:
    """Read one page that changes: a changed text is a new version of the same article."""
    root, base = _tree(data, charset, url)
    for element in list(root.iter("script", "style", "noscript", "template")):
        element.drop_tree()
    text = " ".join(" ".join(root.itertext()).split())
    title = plain(root.findtext(".//h1")) or plain(root.findtext(".//title"))
    version = sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    entry = Entry(id=f"version:{version}", url=url or base, title=title)
    return SourceDocument(
        kind=SourceKind.PAGE,
        format="single-page",
        title=title,
        url=url,
        language=language_tag(root.get("lang")),
        entries=(entry,),
    )


def _tree(data: bytes, charset: str | None, url: str | None) -> tuple[HtmlElement, str | None]:
    root = html_root(data, charset)
    if root is None:
        raise ParseError(complaint("SW-S03", url))
    return root, base_of(root, url)


def html_root(data: bytes, charset: str | None = None) -> HtmlElement | None:
    """The tree of an HTML document; None when there is nothing in it."""
    from lxml import etree, html

    text = as_text(data, charset).replace("\x00", "")
    if not text.strip():
        return None
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root: HtmlElement = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None
    except etree.XMLSyntaxError as error:
        check_memory(error)
        return None
    return root


def base_of(root: HtmlElement, url: str | None) -> str | None:
    """The base of relative links: `<base href>`, else the page's own address."""
    element = next(root.iter("base"), None)
    return absolute(url, element.get("href")) or url if element is not None else url


# ── links ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _links(root: HtmlElement, base: str | None) -> list[_Found]:
    """Links to pages of the same site outside of menus, each address once with its best text."""
    host = _bare_host(base)
    found: dict[str, _Found] = {}
    for order, anchor in enumerate(root.iter("a")):
        if order >= MOST_LINKS:
            break
        url = absolute(base, anchor.get("href"))
        if not url or not is_web(url):
            continue
        url = url.partition("#")[0]
        if not _may_be_article(url, base, host) or _is_chrome(anchor):
            continue
        text = plain(" ".join(anchor.itertext())) or plain(anchor.get("title")) or ""
        known = found.get(url)
        if known is None or len(text) > len(known.text):
            image = _image_near(anchor, base) or (known.image if known else None)
            found[url] = _Found(
                url,
                text,
                _shape(url),
                _place(anchor),
                known.order if known else order,
                _date_near(anchor),
                image,
                _is_heading(anchor),
            )
    return list(found.values())


def _may_be_article(url: str, base: str | None, host: str) -> bool:
    parts = urlsplit(url)
    path = parts.path
    if not host or not _bare_host(url).endswith(host):
        return False
    if path in ("", "/") and not parts.query:
        return False
    if base and url.rstrip("/") == base.partition("#")[0].rstrip("/"):
        return False
    return not _FILE.search(path) and not _NOT_ARTICLES.search(path)


def _bare_host(url: str | None) -> str:
    host = (urlsplit(url).hostname or "") if url else ""
    for prefix in ("www.", "m."):
        host = host.removeprefix(prefix)
    return host


def _is_chrome(anchor: HtmlElement) -> bool:
    """Inside a menu, a footer or a share bar."""
    for ancestor in anchor.iterancestors():
        tag = ancestor.tag
        if tag in ("main", "article", "body"):
            return False
        if tag == "header" and next(ancestor.iterancestors("article", "main"), None) is not None:
            continue
        if tag in _CHROME or ancestor.get("role") in ("navigation", "banner", "contentinfo", "menu"):
            return True
        if _CHROME_WORDS.search(f"{(ancestor.get('class') or '')[:200]} {(ancestor.get('id') or '')[:80]}"):
            return True
    return False


def _shape(url: str) -> str:
    """The pattern of an address: words, numbers and dates made alike, so that articles of one site look the same."""
    parts = urlsplit(url)
    pieces = [piece for piece in parts.path.split("/") if piece]
    shape = [_piece_shape(piece, last=place == len(pieces) - 1) for place, piece in enumerate(pieces)]
    names = sorted(name.partition("=")[0] for name in parts.query.split("&") if name)
    return "/".join(shape) + ("?" + "&".join(names) if names else "")


def _piece_shape(piece: str, *, last: bool) -> str:
    if _DATE_PART.match(piece):
        return "#"
    if last or piece.count("-") >= 2 or sum(c.isdigit() for c in piece) >= 3:
        return "*"
    return piece.lower()


def _place(anchor: HtmlElement) -> str:
    """Where a link stands: the tags and classes of what is around it."""
    steps = []
    for element in [anchor, *anchor.iterancestors()][:5]:
        if element.tag in ("body", "html"):
            break
        classes = (element.get("class") or "").split()
        steps.append(f"{element.tag}.{classes[0]}" if classes else str(element.tag))
    return ">".join(steps)


def _is_heading(anchor: HtmlElement) -> bool:
    """In a heading or around one, inside an item of its own."""
    around = [ancestor.tag for ancestor in anchor.iterancestors()][:6]
    headed = bool(_HEADINGS & set(around[:3])) or any(child.tag in _HEADINGS for child in anchor.iter())
    return headed and ("article" in around or "li" in around)


def _date_near(anchor: HtmlElement) -> str | None:
    """A `<time>` in the smallest block around the link."""
    for holder in _blocks(anchor):
        times = list(holder.iter("time"))
        if len(times) == 1:
            said: str | None = times[0].get("datetime") or times[0].text
            return said
        if times:
            break
    return None


def _image_near(anchor: HtmlElement, base: str | None) -> str | None:
    for holder in _blocks(anchor):
        images = list(holder.iter("img"))
        if len(images) == 1:
            return absolute(base, images[0].get("src") or images[0].get("data-src"))
        if images:
            break
    return None


def _blocks(anchor: HtmlElement) -> Iterator[HtmlElement]:
    """The link and what is closely around it, up to its item in the list."""
    yield anchor
    for holder in list(anchor.iterancestors())[:4]:
        if len(holder) > 12 or holder.tag in ("ul", "ol", "section", "main", "body", "html"):
            return
        yield holder
        if holder.tag in ("article", "li", "tr"):
            return


# ── the main list ────────────────────────────────────────────────────────────────────────────────────────────────


def main_list(links: Iterable[_Found]) -> list[_Found]:
    """The links of the main list in document order; [] when no pattern stands out."""
    every = list(links)
    shapes: dict[str, list[_Found]] = defaultdict(list)
    for link in every:
        shapes[_family(link.shape)].append(link)
    best = max(shapes.values(), key=_score, default=[])
    if not best or _score(best) <= 0:
        return []
    return sorted(_headlines(best), key=lambda link: link.order)


def _headlines(group: list[_Found]) -> list[_Found]:
    found = [link for link in group if _reads_like_a_headline(link.text) or (link.heading and link.text)]
    return found if len(found) >= _FEWEST or any(link.heading for link in found) else []


def _family(shape: str) -> str:
    """Sections of one site share a family: only the kinds of pieces count, not the section's name."""
    return re.sub(r"(?<![^/])[^/?#*]+(?=/)", "s", shape)


def _score(group: list[_Found]) -> float:
    """How much a group looks like the list of articles: many links with long texts at few places."""
    texts = [link.text for link in _headlines(group)]
    if not texts:
        return 0.0
    words = sum(min(len(_units(text)), 12) for text in texts)
    places = Counter(link.place for link in group).most_common(2)
    tidy = sum(count for _, count in places) / len(group)
    marked = sum(link.heading for link in group) / len(group)
    return words * (0.5 + tidy + marked) * (len(texts) / len(group))


def _reads_like_a_headline(text: str) -> bool:
    return len(_units(text)) >= 4 and len(text) <= 300


def _units(text: str) -> list[str]:
    """Words; in scripts without spaces, pairs of characters."""
    words = text.split()
    dense = sum(1 for character in text if "\u3040" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af")
    return words if dense * 2 < len(text) else [text[place : place + 2] for place in range(0, len(text), 2)]


def _entry(link: _Found) -> Entry:
    return Entry(id=link.url, url=link.url, title=link.text or None, published=parse_date(link.date), image=link.image)
