"""The headings of a page: which of them may be the headline, and what of it is no kicker."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from bot.articles.extraction.page import Page, is_elsewhere
from bot.articles.extraction.tree import Element, marks, text_of
from bot.identity import key

LONGEST_NAME = 40  # letters of a site's name; longer "names" are slogans or headlines
_MOST_PARTS = 40  # elements in a heading; one that holds more is no heading
_MOST_HEADINGS = 8
_MOST_LESSER = 12


def find_headings(page: Page) -> tuple[list[Element], list[Element]]:
    """The main headings (`h1`) that may be a headline, and those that are a logo."""
    headings = list(islice(page.root.iter("h1"), _MOST_HEADINGS))
    logos = [heading for heading in headings if _names_the_site(heading, page)]
    if logos:
        headings = [heading for heading in headings if heading not in logos]
    if len(headings) > 1:
        headings = [heading for heading in headings if not _is_teaser(heading, page)] or headings
    return headings, logos


def said_by(page: Page, headings: list[Element], told: list[str]) -> list[tuple[str, str]]:
    """What the headings say, each with the kind of evidence it is; `told` is what the page tells elsewhere."""
    found: list[tuple[str, str]] = []
    for heading in headings:
        text = _shown_text(heading, is_french=(page.language or "").lower().startswith("fr"))
        if not text:
            continue
        own = len(headings) == 1 or "headline" in marks(heading) or "title" in marks(heading)
        kind = "h1" if own else "h1_of_many"
        parts = sum(1 for _ in islice(heading.iterdescendants(), _MOST_PARTS))
        core = _without_kicker(heading) if 0 < parts < _MOST_PARTS else text
        found.append((kind, text))
        if core and core != text:
            found.append(("h1_core", core))
    if not found:
        found += [("h1_of_many", text) for text in _confirmed(page, told)]
    for element in page.props.get("headline", ())[:1]:
        text = text_of(element)
        if text and element.tag not in {"h1", "meta"}:
            found.append(("itemprop", text))
    return found


def _confirmed(page: Page, told: list[str]) -> list[str]:
    """Where a page has no main heading, the lesser one that its own words say, alone or with one piece behind it.  More
    pieces, as a window has them, may be parts of the headline."""
    for heading in islice(page.root.iter("h2", "h3"), _MOST_LESSER):
        text = text_of(heading)
        if 8 < len(text) < 300 and any(_says(words, text) for words in told) and not _is_teaser(heading, page):
            return [text]
    return []


def _says(words: str, heading: str) -> bool:
    return words == heading or (words.startswith(heading) and ends_with_place(words, heading))


def ends_with_place(text: str, headline: str) -> bool:
    """Whether a text is a headline and, behind a sign, one short piece: where the page stands."""
    rest = text[len(headline) :] if text.startswith(headline) and len(headline) > 8 else ""
    return len(rest) <= LONGEST_NAME + 3 and len(_PLACE.findall(rest)) == 1 and bool(_PLACE.match(rest))


_PLACE = re.compile(r"\s+[|·•»›–—-]\s+(?=\S)|\s*[｜：_|]\s*(?=\S)")


def find_lesser(page: Page) -> list[tuple[str, str]]:
    """The first lesser heading of a page that names no headline: one called so, else any that is no teaser."""
    headings = [heading for heading in islice(page.root.iter("h2", "h3"), _MOST_LESSER) if text_of(heading)]
    fit = [heading for heading in headings if not is_elsewhere(heading) and not _is_teaser(heading, page)]
    called = (heading for heading in fit if _CALLED_TITLE.search(marks(heading)))
    chosen = next(called, next(iter(fit), None))
    return [("h1", text_of(chosen))] if chosen is not None else []


_CALLED_TITLE = re.compile(r"(?:entry|post|article|story|content|page|main|news)[\s_-]?(?:title|heading)|head-?line")


def _is_teaser(heading: Element, page: Page) -> bool:
    """Whether a heading is one link to another page."""
    links = list(islice(heading.iter("a"), 2))
    if len(links) != 1 or not page.fetched or text_of(links[0]) != text_of(heading):
        return False
    aim = page.absolute(links[0].get("href"))
    here = [
        url for url in (page.url, *(link.get("href") for link in page.links if link.get("rel") == "canonical")) if url
    ]
    return aim is not None and not urlsplit(aim).fragment and all(key(aim) != key(url) for url in here)


def _names_the_site(heading: Element, page: Page) -> bool:
    """Whether a heading is one link to the front page, or to the part of the site in which the page stands: a logo."""
    links = list(islice(heading.iter("a"), 2))
    if len(links) != 1 or text_of(links[0]) != text_of(heading):
        return False
    link = (links[0].get("href") or "").strip()[:2000]
    aim, here = urlsplit(page.absolute(link) or (link if link.startswith("/") else "#")), urlsplit(page.url or "")
    if not aim.path or aim.query or (page.url and aim.netloc != here.netloc):
        return False
    above = aim.path.rstrip("/")
    if not above:
        return not page.url or here.path.rstrip("/") != ""
    return here.path.startswith(f"{above}/") and "/" in here.path[len(above) :].strip("/")


def logo_names(logo: Element) -> list[str]:
    """What a logo says, whole and by its parts."""
    called = [text_of(element) for element in islice(logo.iter(etree.Element), _MOST_PARTS)]
    return [name for name in called if 3 < len(name) <= LONGEST_NAME]


_KICKER = re.compile(
    r"kicker|over-?line|eyebrow|dachzeile|spitzmarke|rubri[kc]|surtitre|antetitulo|(?:^|[\s_-])(?:section|category|label|badge|"
    r"topic|strap|prefix|flag)(?:$|[\s_-])"
)


_SPACED_COLON = re.compile(r"(?<=\w) :(?=\s)")


def _shown_text(heading: Element, *, is_french: bool) -> str:
    """A heading's text without what its own style hides, such as an editor's button.  Before a colon between its parts
    stands a space in French alone."""
    parts = list(islice(heading.iterdescendants(), _MOST_PARTS))
    hidden = len(parts) < _MOST_PARTS and any(map(_is_hidden, parts))
    shown = _without(heading, _is_hidden) if hidden else heading
    text = text_of(shown)
    return _SPACED_COLON.sub(":", text) if parts and not is_french else text


def _is_hidden(element: Element) -> bool:
    return bool(_HIDDEN.search(element.get("style") or ""))


_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none")


def _without_kicker(heading: Element) -> str:
    """A heading's text without the small line over it (which some pages put inside) and without what is not shown."""
    most = len(text_of(heading)) / 2
    beside = (part for part in islice(heading.iterdescendants(), _MOST_PARTS) if _is_beside(part))
    small = {
        part for part in beside if len(text_of(part)) < most
    }  # whatever it is called, the longer part is no kicker
    return text_of(_without(heading, small.__contains__)).strip(" :|\u2013\u2014-") if small else text_of(heading)


def _is_beside(element: Element) -> bool:
    return element.get("aria-hidden") == "true" or bool(_KICKER.search(marks(element)))


def _without(heading: Element, is_unwanted: Callable[[Element], bool]) -> Element:
    """A copy of a heading without some of its elements; what follows them stays."""
    shown = deepcopy(heading)
    for element, own in list(zip(shown.iterdescendants(), heading.iterdescendants(), strict=True)):
        if is_unwanted(own):
            tail = element.tail
            element.clear()
            element.tail = tail
    return shown
