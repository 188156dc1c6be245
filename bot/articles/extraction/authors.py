"""Who wrote it: JSON-LD, then meta elements, then the byline; one name a person, without the site's own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.articles.extraction import jsonld
from bot.articles.extraction.page import Page
from bot.articles.extraction.title import fold
from bot.articles.extraction.tree import Element, marks, plain, text_of
from bot.articles.extraction.weights import names

_BY = re.compile(
    r"^\W*(?:(?:written|reported|posted|published|words|text|story|article|photos?|edited|compiled|reviewed)\s+by|"
    r"by|von|par|por|di|av|af|door|"
    r"da|texte?\s+par|text|texte|autore?n?|author|автор|текст|tekst|escrito por|publicado por|scritto da|"
    r"geschrieben von|द्वारा|"
    r"के द्वारा|بقلم|كتب|از|نویسنده|تحریر|oleh|yazar|kirjoittaja|文|記者|记者|작성자)(?:\s*[:：]\s*|\s+)",
    re.I,
)
_SPLIT = re.compile(
    r"\s*(?:,|;|；|、|\||•|·|／|/|\s&\s|&(?=\s)|\s+(?:and|und|et|og|och|en|ja|и|i|e|y|и|та|ve|dan|और|اور|و|with|mit|"
    r"avec|con)\s+)\s*",
    re.I,
)
_TAIL = re.compile(
    r"\s*(?:[-–—|]\s+.{1,80}|\((?:[^()]{1,80})\)|,?\s+(?:for|in|at|aus|of the|from|à|en|"
    r"für)\s+(?:the\s+)?[A-ZÀ-Þ].{0,60}|@\S+|(?:published|posted|updated|aktualisiert|on)\b.*)$"
)
_ROLE = re.compile(
    r"\b(?:staff|editor(?:ial|s)?|correspondent|reporter|writer|contributor|columnist|bureau|desk|team|redaktion|"
    r"rédaction|redacción|redazione|"
    r"redação|redactie|newsroom|agenc(?:y|ies)|news|admin(?:istrator)?|journalist(?:in)?|chef|photographer|producer|"
    r"digital|senior|associate|assistant|"
    r"professor|lecturer|director|fellow|guest|special to|ceo|author|columnista|reporterin|korrespondent(?:in)?|"
    r"politics|business|sports?|health|"
    r"science|technology|magazine|press|media|university|freelance|updated|published|min read|minutes?|ago)\b",
    re.I,
)
_WRONG = re.compile(
    r"https?:|www\.|\.com\b|\d{3,}|[<>{}=@#$%^*]|^\W*$|^(?:null|none|undefined|unknown|admin|n/?a|anonymous|guest)$",
    re.I,
)
_PARTICLES = frozenset(["jr", "sr", "ii", "iii", "iv", "phd", "md", "dr", "esq", "mba"])


def find_authors(page: Page, sites: set[str]) -> tuple[str, ...]:
    """Names in the page's order; empty where the page names nobody (or only itself)."""
    for claims in (
        _from_json_ld(page),
        *(page.said(*words) for words in names("authors").values()),
        _from_bylines(page),
    ):
        found = _people(claims, sites)
        if found:
            return found
    return ()


def _from_json_ld(page: Page) -> list[str]:
    for thing in page.articles[:3]:
        found = _names(thing.get("author")) or _names(thing.get("creator"))
        if found:
            return found
    return []


def _names(value: object) -> list[str]:
    found: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            if jsonld.types(item) & {"organization", "newsmediaorganization"}:
                continue
            found += jsonld.strings(item.get("name"))
            if not item.get("name") and item.get("givenName"):
                found.append(f"{jsonld.first(item.get('givenName'))} {jsonld.first(item.get('familyName'))}")
        elif isinstance(item, str):
            found.append(item)
    return [plain(name) for name in found]


_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author|auteur|autor|contributor|writer|creator|posted-by|post-by|meta-author)", re.I
)
_NOT_BYLINE = re.compile(
    r"comment|bio|related|avatar|image|photo|social|follow|box|desc|sidebar|widget|teaser|recirc|list-item|date|"
    r"title$",
    re.I,
)


def _from_bylines(page: Page) -> list[str]:
    """What stands where an author is named: rel=author, itemprop=author, an element that is called a byline."""
    for elements in (
        page.root.iterfind(".//*[@itemprop='author']"),
        page.root.iterfind(".//*[@rel='author']"),
        _called_byline(page.root),
    ):
        found: list[str] = []
        for element in elements:
            text = _byline_text(element)
            if 2 < len(text) < 120 and text not in found and not _is_elsewhere(element):
                found.append(text)
            if len(found) >= 4:
                break
        if found:
            return found
    return []


def _called_byline(root: Element) -> Iterable[Element]:
    for number, element in enumerate(
        root.iter("span", "div", "p", "a", "address", "li", "h3", "h4", "h5", "strong", "em", "cite")
    ):
        if number > 8000:
            return
        called = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-testid') or ''}"
        if len(called) > 2 and len(element) < 12 and _BYLINE.search(called) and not _NOT_BYLINE.search(called):
            yield element


def _byline_text(element: Element) -> str:
    named = element.find(".//*[@itemprop='name']")
    if named is not None:
        return plain(named.get("content")) or text_of(named)
    links = [text_of(link) for link in element.iter("a") if link.get("href")]
    links = [text for text in links if 4 < len(text) < 50 and " " in text]
    if element.tag != "a" and 0 < len(links) <= 4 and _BY.match(text_of(element)):
        return ", ".join(links)
    return text_of(element)


def _is_elsewhere(element: Element) -> bool:
    for depth, parent in enumerate(element.iterancestors()):
        if depth > 10 or parent.tag in {"article", "main"}:
            return False
        if parent.tag in {"aside", "footer", "nav"} or re.search(r"comment|related|sidebar|recommend", marks(parent)):
            return True
    return False


def _people(claims: list[str], sites: set[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for claim in claims[:30]:
        for name in split_names(claim):
            key = fold(name)
            if key and key not in sites and key not in found and not _is_label(key, sites):
                found[key] = name
    return tuple(found.values())[:20]


def _is_label(key: str, sites: set[str]) -> bool:
    return any(len(site) > 5 and (key.startswith(site) or key.endswith(site)) for site in sites)


def split_names(text: str) -> list[str]:
    """One name a person, out of "By Jane Roe and John Doe, Staff writers"."""
    text = plain(text)[:400]
    if text.startswith(("http://", "https://", "www.")):
        return []
    text = _BY.sub("", text, count=1).strip()
    found: list[str] = []
    for piece in _SPLIT.split(text):
        name = _TAIL.sub("", _BY.sub("", piece.strip(), count=1)).strip(" .,:;|-–—\"'")
        if not name or _WRONG.search(name) or len(name) > 60 or len(name.split()) > 6:
            continue
        if found and fold(name) in _PARTICLES:
            found[-1] = f"{found[-1]}, {name}"
            continue
        if _ROLE.search(name) and (found or len(name.split()) > 3 or _ROLE.fullmatch(name)):
            continue
        found.append(name.title() if name.isupper() and len(name) > 4 and " " in name else name)
    return found
