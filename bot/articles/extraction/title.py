"""The headline: candidates from the page's head, JSON-LD and its own h1, chosen by worth and agreement."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from urllib.parse import urlsplit

from bot.articles.extraction import jsonld
from bot.articles.extraction.headings import (
    LONGEST_NAME,
    ends_with_place,
    find_headings,
    find_lesser,
    logo_names,
    said_by,
)
from bot.articles.extraction.page import Page, host_of
from bot.articles.extraction.tree import Element, fold, plain
from bot.articles.extraction.weights import names, worth

_SEPARATORS = re.compile(  # begins with a set of signs, so that what stands between them is stepped over
    r"[\s|—–](?:(?<=\s)\s*+(?:[|\u2013\u2014\u00b7\u2022\u01c0\uff5c»«›‹~/:]+\s+|-{1,3}\s+|\|+\s*|[—–]\s*(?=[^—–]{2,40}$))"
    r"|(?<=\|)\|*\s*|(?<=[—–])\s*(?=[^—–]{2,40}$))"
)
_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_LONGEST = 300


def find_title(page: Page, sites: frozenset[str]) -> str | None:
    """The headline without the site's name, or None; `sites` are the names that `site_words` gives."""
    headings, logos = find_headings(page)
    if logos:
        sites = sites | {form for logo in logos for name in logo_names(logo) for form in _spelled(name)}
    candidates = _without_sites(_candidates(page, headings), sites, _sections(page))
    candidates = candidates or _without_sites(find_lesser(page), sites, frozenset())
    if not candidates:
        return None
    candidates = _without_unsaid(_without_needless_core(candidates))
    if len({text for _, text in candidates}) > 1:
        candidates += _shortened(candidates)
    else:
        text = candidates[0][1]
        return _INVISIBLE.sub("", _without_last(text) if candidates == [("html", page.html_title)] else text)
    candidates = _without_slogans(candidates, sites)
    likened = _Likened(candidates)
    scored = [(likened.score(source, text), -index, text) for index, (source, text) in enumerate(candidates)]
    return _INVISIBLE.sub("", max(scored)[2])


def _without_sites(
    candidates: list[tuple[str, str]], sites: frozenset[str], sections: frozenset[str]
) -> list[tuple[str, str]]:
    """The candidates without the site's name at their ends, and without those that are nothing else.  Most sources say
    the same, so each text is looked at once."""
    bare = {text: _stripped(text, sites, sections) for _, text in candidates}
    fit = {text for text in set(bare.values()) if 1 < len(text) <= _LONGEST and not _is_site(text, sites)}
    return [(source, bare[text]) for source, text in candidates if bare[text] in fit]


def _without_slogans(candidates: list[tuple[str, str]], sites: frozenset[str]) -> list[tuple[str, str]]:
    """Where every word of the head starts with the site's name and the page has one main heading that does not, the
    head speaks of the site and the heading of the article."""
    names_long = tuple(name for name in sites if len(name) > 5)
    of_article = [item for item in candidates if not fold(item[1]).startswith(names_long or ("\0",))]
    if {source for source, _ in of_article} == {"h1"} and any(len(text.split()) > 2 for _, text in of_article):
        return of_article
    return candidates


def _without_needless_core(candidates: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A kicker inside the main heading belongs to the headline where anything else on the page says both together."""
    if not any(source == "h1_core" for source, _ in candidates):
        return candidates
    elsewhere = {fold(text) for source, text in candidates if source != "h1"}
    said = any(source == "h1" and fold(text) in elsewhere for source, text in candidates)
    return [(source, text) for source, text in candidates if not said or source != "h1_core"]


def _without_unsaid(candidates: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The window's title says what another source says, and behind a sign what nobody else does: where the page is."""
    said = {text for source, text in candidates if source != "html"}
    return [
        (
            source,
            next(
                (other for other in said if source == "html" and text not in said and ends_with_place(text, other)),
                text,
            ),
        )
        for source, text in candidates
    ]


def site_words(page: Page, site_name: str | None) -> frozenset[str]:
    """The names that a site goes by, folded: its own name, its publisher's, and its host."""
    called = [
        site_name or "",
        *page.said("og:site_name", "application-name", "apple-mobile-web-app-title", "publisher", "dc.publisher"),
    ]
    for thing in page.articles[:2]:
        called += jsonld.strings(thing.get("publisher"))
    called += [name.lstrip("@") for name in page.said("twitter:site")]
    found = {form for name in called if not name.startswith(("http://", "https://")) for form in _spelled(plain(name))}
    host = page.host or host_of(next(iter(page.said("og:url")), None))
    if host:
        found.add(fold(host))
        labels = host.split(".")
        found |= {fold(label) for label in labels[:-1] if len(label) > 3}
        found.add(fold("".join(labels[:-1])))
    return frozenset([name for name in found if 1 < len(name) <= LONGEST_NAME])


def _candidates(page: Page, headings: list[Element]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for thing in page.articles[:1]:
        found += [("jsonld", plain(text)) for text in jsonld.strings(thing.get("headline"))[:1]]
        if not thing.get("headline"):
            found += [("jsonld_name", plain(text)) for text in jsonld.strings(thing.get("name"))[:1]]
    for source, words in names("title").items():
        found += [(source, text) for text in page.said(*words)[:1]]
    found += said_by(page, headings, [page.html_title, *(text for _, text in found)])
    if page.html_title:
        found.append(("html", page.html_title))
    return [(source, text) for source, text in found if text]


def _without_last(text: str) -> str:
    """A window's title that nothing else on the page confirms ends with the site's name, if a short piece ends it."""
    front, cut, back = text.rpartition(" | ")
    if not cut:
        front, cut, back = text.rpartition(" - ")
    return front if cut and len(back.split()) <= 3 and (len(front.split()) > 4 or len(front) > 40) else text


@lru_cache(maxsize=1024)
def _spelled(name: str) -> frozenset[str]:
    """A name folded, as it is written and as hosts write it: `Börsen` as `borsen` and as `boersen`."""
    if name.isascii():
        return frozenset({fold(name)})
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign))
    return frozenset({fold(name), fold(bare), fold(name.casefold().translate(_AS_TWO))})


_AS_TWO = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"})


def _sections(page: Page) -> frozenset[str]:
    """The parts of the site in which a page stands, folded, as its address and its own words name them."""
    named = [*urlsplit(page.url or "").path.split("/")[:-1], *page.said("article:section")]
    for thing in page.articles[:1]:
        named += jsonld.strings(thing.get("articleSection"))
    return frozenset([fold(name) for name in named if 2 < len(name) <= LONGEST_NAME and not name.isdigit()])


def _stripped(text: str, sites: frozenset[str], sections: frozenset[str]) -> str:
    """Without the site's name at either end, and without the section's behind the headline."""
    for _ in range(3):
        pieces = list(_SEPARATORS.finditer(text))
        if not pieces:
            break
        head, tail = text[: pieces[0].start()], text[pieces[0].end() :]
        front, back = text[: pieces[-1].start()], text[pieces[-1].end() :]
        if (_is_site(back, sites) and front.strip()) or (fold(back) in sections and len(front.split()) > 2):
            text = front
        elif _is_site(head, sites) and tail.strip() and head.strip():
            text = tail
        else:
            text = _before_site(text, pieces, sites)
            break
    if "：" in text or "_" in text or "｜" in text:
        front, _, back = max((text.rpartition(joint) for joint in "：_｜"), key=lambda parts: len(parts[0]))
        if fold(back) in sites and len(front) > 5:
            text = front
    return text.strip()


def _before_site(text: str, cuts: list[re.Match[str]], sites: frozenset[str]) -> str:
    """A headline that goes on with the site's name and then its slogan ends before the name."""
    for cut, following in pairwise(cuts):
        piece = text[cut.end() : following.start()]
        if len(piece) > 2 and _is_site(piece, sites) and len(text[: cut.start()].strip()) > 8:
            return text[: cut.start()]
    return text


def _is_site(piece: str, sites: frozenset[str]) -> bool:
    long, longest = _long_names(sites)
    if len(fold(piece)) <= longest:
        for folded in _spelled(piece):
            if not folded or folded in sites or folded in _GENERIC:
                return True
            if (folded.startswith(long) or folded.endswith(long)) and any(
                len(folded) <= 2 * len(site) + 3 for site in long if folded.startswith(site) or folded.endswith(site)
            ):
                return True
    words = piece.split()
    return len(words) in (2, 3) and (fold(words[0]) in sites or fold(words[-1]) in sites)


@lru_cache(maxsize=64)
def _long_names(sites: frozenset[str]) -> tuple[tuple[str, ...], int]:
    """The names of four letters and more, and how long a text may be that is one of them in some spelling."""
    return tuple(site for site in sites if len(site) >= 4), 4 * max(map(len, sites), default=0) + 16


_GENERIC = frozenset({"blogarchive", "blogarchiv", "archive", "archiv", "archives", "home", "homepage", "blog"})


def _shortened(candidates: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A candidate of several pieces also stands without its last or first pieces where another candidate says so."""
    known = {fold(text) for _, text in candidates}
    cut = {text: _cut(text, known) for text in {text for _, text in candidates}}
    return [(f"{source}_part", part) for source, text in candidates for part in cut.get(text, ())]


def _cut(text: str, known: set[str]) -> list[str]:
    """What stands before and behind each separator, where it is known."""
    parts = [part for cut in _SEPARATORS.finditer(text) for part in (text[: cut.start()], text[cut.end() :])]
    return [part.strip() for part in parts if fold(part) in known and len(fold(part)) > 8]


class _Likened:
    """Candidates beside one another.  Most say the same, so each pair of texts is compared once."""

    def __init__(self, candidates: list[tuple[str, str]]) -> None:
        self.candidates = candidates
        self.pairs: dict[str, dict[str, tuple[float, float, bool]]] = {}

    def score(self, source: str, text: str) -> float:
        worths = worth("title")
        pairs = self.pairs.get(text) or self._compared(text)
        shown = source in _SHOWN
        support: dict[str, float] = {}
        relation, wordy = 0.0, 0
        for other, words in self.candidates:
            share, likeness, goes_on = pairs[words]
            if share:
                support[other] = max(support.get(other, 0.0), worths[other] * share)
            if other != source:
                if not other.startswith("h1"):
                    relation = max(relation, likeness)
                    wordy = max(wordy, len(words.split()), len(words) // 8)
                if shown and _holds(words, text):
                    support[other] = max(support.get(other, 0.0), worths[other] * worths["held"])
                elif likeness > 0.6 and not goes_on:
                    support.setdefault(other, worths[other] * likeness * worths["near"])
        score = worths[source] * 0.001 + sum(support.values())
        if text.endswith(("…", "...")):
            score *= worths["cut"]
        if source.startswith("h1") and relation < 0.2 and wordy >= max(2, len(text.split())):
            score *= worths["alone"]
        return score

    def _compared(self, text: str) -> dict[str, tuple[float, float, bool]]:
        """Per other text: how far it is the same one, how like it is, and whether it goes on behind this one."""
        folded = fold(text)
        found: dict[str, tuple[float, float, bool]] = {}
        for _, words in self.candidates:
            if words not in found:
                share = (1.0 if words == text else 0.98) if fold(words) == folded else 0.0
                found[words] = (share, _likeness(text, words), _goes_on(words, text))
        self.pairs[text] = found
        return found


@lru_cache(maxsize=512)
def _goes_on(longer: str, shorter: str) -> bool:
    """Whether a text is another one and more behind it: then it speaks for itself alone."""
    one, other = _words(longer), _words(shorter)
    return len(one) > len(other) and one[: len(other)] == other


_SHOWN = frozenset({"h1", "h1_core"})


@lru_cache(maxsize=512)
def _holds(longer: str, shorter: str) -> bool:
    """Whether a text is another one with a kicker before it."""
    one, other = _words(longer), _words(shorter)
    if len(other) < 3 or len(one) <= len(other):
        return False
    return one[-len(other) :] == other and one[: len(other)] != other


@lru_cache(maxsize=512)
def _likeness(one: str, other: str) -> float:
    a, b = _counted(one), _counted(other)
    shared = sum(min(count, b[word]) for word, count in a.items() if word in b)
    return 2 * shared / (a.total() + b.total()) if shared else 0.0


@lru_cache(maxsize=256)
def _counted(text: str) -> Counter[str]:
    return Counter(_words(text))


@lru_cache(maxsize=256)
def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
