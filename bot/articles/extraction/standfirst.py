"""The publisher's own short text under the headline: shown beside it, or given as the page's description."""

from __future__ import annotations

import re

from bot.articles.extraction import jsonld
from bot.articles.extraction.page import Page
from bot.articles.extraction.title import fold
from bot.articles.extraction.tree import marks, plain, text_of
from bot.articles.extraction.weights import names, worth

_SHOWN = re.compile(
    r"stand-?first|sub-?(?:title|head(?:line|ing)?)|(?:^|[\s_-])(?:dek|deck|lede|lead|intro|teaser-?text|abstract|"
    r"summary|excerpt|kicker-text|vorspann|"
    r"chapo|chapeau|bajada|copete|entradilla|sumario|sommario|occhiello|ingress|manchet|synopsis|strapline|"
    r"description)(?:$|[\s_-])"
)
_NOT_SHOWN = re.compile(
    r"related|comment|sidebar|footer|newsletter|promo|caption|image|video|nav|card|list|bio|widget|recommend|share|"
    r"cookie|paywall"
)
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\W*$")
_SLOGAN = re.compile(
    r"\b(?:latest news|breaking news|news, sport|read more|click here|visit|subscribe|follow us|official (?:site|"
    r"website)|find out|get the latest|homepage|home page)\b",
    re.I,
)


def find_standfirst(page: Page, title: str | None, site_name: str | None) -> str | None:
    """The best candidate by worth and agreement; never the headline again or the site's name."""
    candidates = [(source, text) for source, text in _candidates(page) if _is_fit(text, title, site_name)]
    if not candidates:
        return None
    return max(((_score(source, text, candidates), -index, text) for index, (source, text) in enumerate(candidates)))[2]


def _candidates(page: Page) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for thing in page.articles[:1]:
        for key in ("description", "alternativeHeadline", "abstract"):
            for text in jsonld.strings(thing.get(key))[:1]:
                found.append(("jsonld" if key == "description" else "jsonld_other", plain(text)))
    for source, words in names("standfirst").items():
        found += [(source, text) for text in page.said(*words)[:1]]
    found += _shown(page)
    return found


def _shown(page: Page) -> list[tuple[str, str]]:
    """Elements that are called a standfirst, near the page's main heading."""
    heading = next(iter(page.root.iter("h1")), None)
    found: list[tuple[str, str]] = []
    if heading is None:
        return found
    container, seen = heading, 0
    for _ in range(4):
        parent = container.getparent()
        if parent is None or parent.tag in {"body", "html"}:
            break
        container = parent
        for element in container.iter("p", "div", "h2", "h3", "span", "section"):
            seen += 1
            if seen > 1500:
                return found
            called = marks(element)
            if called and len(element) < 12 and _SHOWN.search(called) and not _NOT_SHOWN.search(called):
                text = text_of(element)
                if 20 < len(text) < 900 and all(text != other for _, other in found):
                    found.append(("shown", text))
            if len(found) >= 3:
                return found
    return found


def _is_fit(text: str, title: str | None, site_name: str | None) -> bool:
    folded = fold(text)
    if len(text) < 15 or not folded or text.startswith(("http://", "https://")):
        return False
    return folded not in {fold(title or ""), fold(site_name or "")}


def _score(source: str, text: str, candidates: list[tuple[str, str]]) -> float:
    worths = worth("standfirst")
    folded = fold(text)
    supporters = {other for other, words in candidates if _agrees(folded, fold(words))}
    score = sum(worths[other] for other in supporters) * worths["agreement"] + worths[source]
    if _CUT.search(text):
        score *= worths["cut"]
    if _SLOGAN.search(text) and len(text) < 200:
        score *= worths["slogan"]
    if len(text) > 700:
        score *= worths["long"]
    return score


def _agrees(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) > 40 and long.startswith(short[: max(40, int(len(short) * 0.9))])
