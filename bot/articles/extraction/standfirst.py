"""The publisher's own short text under the headline: shown beside it, or given as the page's description."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from bot.articles.extraction import jsonld
from bot.articles.extraction.page import Page, is_elsewhere
from bot.articles.extraction.tree import Element, fold, marks, plain, text_of
from bot.articles.extraction.weights import names, worth

_SHOWN = re.compile(
    r"stand-?first|sub-?(?:title|head(?:line|ing)?)|(?:^|[\s_-])(?:dek|deck|lede|lead|intro|teaser-?text|abstract|"
    r"summary|excerpt|kicker-text|vorspann|"
    r"chapo|chapeau|accroche|bajada|copete|entradilla|epigra(?:ph|fe)|sumario|sommario|occhiello|catenaccio|ingress|manchet|"
    r"undertit|untertit|alaotsikko|synopsis|strapline|"
    r"description)(?:$|[\s_-])"
)
_NOT_SHOWN = re.compile(
    r"related|comment|sidebar|footer|newsletter|promo|caption|image|video|nav|card|(?<!summary-)list|bio|widget|recommend|share|"
    r"cookie|paywall"
)
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\W*$")
_SLOGAN = re.compile(
    r"\b(?:latest news|breaking news|news, sport|read more|click here|visit|subscribe|follow us|official (?:site|"
    r"website)|find out|get the latest|homepage|home page)\b",
    re.I,
)


_LIFE = re.compile(r"[^.,]{3,40}? (?:is an? |is the |writes |works |currently |covers |joined |lives in )")


def find_standfirst(page: Page, title: str | None, site_name: str | None, authors: tuple[str, ...] = ()) -> str | None:
    """The best candidate by worth and agreement; never the headline again, the site's name, or a writer's life."""
    taken = {fold(title or ""), fold(site_name or "")}
    candidates = [
        (source, text)
        for source, text in _candidates(page)
        if _is_fit(text, taken) and not (text.startswith(authors) and _LIFE.match(text))
    ]
    if len({text for _, text in candidates}) < 2:
        return candidates[0][1] if candidates else None
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
    """What stands under the headline and is called a standfirst, or stands alone between headline and body."""
    if page.headline < 0:
        return []
    found: list[tuple[str, str]] = []
    heading = page.near[page.headline]
    beside = _beside(heading)
    if beside:
        found.append(("beside", beside))
    elif bold := _bold(page):
        found.append(("bold", bold))
    for element in page.near[page.headline + 1 :]:
        if element.tag not in _HOLDERS or len(element) > 12:
            continue
        if not is_called(element):
            if element.tag == "p" and len(text_of(element)) > 150 and not is_called(element.getparent()):
                break  # the body has begun
            continue
        text = text_of(element)
        known = any(text == other for kind, other in found if kind not in _UNCALLED)
        if 25 < len(text) < 900 and not known and not is_elsewhere(element) and _few_links(element, text):
            found.append(("shown_late" if any(kind == "shown" for kind, _ in found) else "shown", text))
        if len(found) >= 4:
            break
    return found


def is_called(element: Element) -> bool:
    """Whether an element's class or id says that it is a standfirst."""
    if not element.values():
        return False
    return _calls_a_standfirst(f"{marks(element, fold_case=False)} {element.get('type') or ''}")


@lru_cache(maxsize=4096)
def _calls_a_standfirst(called: str) -> bool:
    called = _CAMEL.sub("-", called).lower().strip()
    return bool(_SHOWN.search(called)) and not _NOT_SHOWN.search(called)


_UNCALLED = frozenset({"beside", "bold"})
_HOLDERS = frozenset({"p", "div", "h2", "h3", "h4", "span", "section", "ul", "strong", "em"})
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _beside(heading: Element) -> str:
    """The one paragraph or lesser heading that follows the headline, where it is not the first of a row."""
    following = heading.getnext()
    if following is None and heading.getparent() is not None and heading.getparent().tag in {"header", "hgroup", "div"}:
        following = heading.getparent().getnext()
    if following is None or following.tag not in {"p", "h2", "h3"}:
        plain_div = following is not None and following.tag == "div" and _is_line(following)
        return text_of(following) if plain_div and 60 < len(text_of(following)) < 450 else ""
    after = following.getnext()
    text = text_of(following)
    if after is not None and after.tag == "p" and following.tag == "p":
        return ""
    return text if 40 < len(text) < 450 and _few_links(following, text) else ""


def _is_line(element: Element) -> bool:
    """Whether an element holds text and nothing but words in it: no blocks, links or pictures."""
    return all(child.tag in {"span", "strong", "em", "b", "i", "br"} for child in element.iterdescendants())


def _bold(page: Page) -> str:
    """The first paragraph below the headline where it alone is wholly bold."""
    below = (
        element
        for element in page.near[page.headline + 1 :]
        if element.tag == "p" and len(text_of(element)) > 60 and not is_elsewhere(element)
    )
    paragraphs = list(islice(below, 2))
    if len(paragraphs) < 2 or not _is_bold(paragraphs[0]) or _is_bold(paragraphs[1]):
        return ""
    text = text_of(paragraphs[0])
    return text if len(text) < 450 else ""


def _is_bold(paragraph: Element) -> bool:
    strong = sum(len(text_of(child)) for child in paragraph if child.tag in {"strong", "b"})
    return strong >= 0.95 * len(text_of(paragraph))


def _few_links(element: Element, text: str) -> bool:
    return sum(len(text_of(link)) for link in element.iter("a")) < 0.4 * len(text)


def _is_fit(text: str, taken: set[str]) -> bool:
    folded = fold(text)
    if len(text) < 15 or not folded or folded in taken or text.startswith(("http://", "https://")):
        return False
    if any(len(words) > 20 and words in folded and len(folded) < len(words) + 24 for words in taken):
        return False  # "Read <the headline> on <the site>"
    return sum(map(str.isdigit, folded)) < 0.4 * len(folded)  # else a line of dates


def _score(source: str, text: str, candidates: list[tuple[str, str]]) -> float:
    worths = worth("standfirst")
    folded = fold(text)
    supporters = {other for other, words in candidates if _agrees(folded, fold(words))}
    return (sum(worths[other] for other in supporters) * worths["agreement"] + worths[source]) * _fitness(text)


@lru_cache(maxsize=256)
def _fitness(text: str) -> float:
    """How much of its worth a text keeps for how it is written."""
    worths = worth("standfirst")
    score = 1.0
    if _CUT.search(text):
        score *= worths["cut"]
    if len(text) < 200 and _SLOGAN.search(text):
        score *= worths["slogan"]
    if len(text) > 700:
        score *= worths["long"]
    if len(text) < 40 and len(text.split()) < 4:
        score *= worths["short"]
    return score


def _agrees(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) > 40 and long.startswith(short[: max(40, int(len(short) * 0.9))])
