"""Who wrote it: JSON-LD, then meta elements, then the byline; one name a person, without the site's own.

A page that names only its publisher as author is believed when nobody else is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice

from bot.articles.extraction import jsonld
from bot.articles.extraction.addresses import same_site
from bot.articles.extraction.page import Page, is_elsewhere
from bot.articles.extraction.persons import (
    SIGNED,
    length_of_by,
    never_in_names,
    particles,
    role,
    split_names,
    without_by,
)
from bot.articles.extraction.tree import Element, fold, plain, text_of
from bot.articles.extraction.weights import names

_LOGIN = re.compile(r"^[a-z0-9._-]+$|@")
_MOST_PROMISING = 400
_MOST_BYLINES = 61  # of one kind
Kind = Callable[[list[Element]], Iterator[Element]]
_MOST_ELEMENTS = 6_000  # looked at for a byline where none stands near the headline
_ORGANISATIONS = frozenset({"organization", "newsmediaorganization", "corporation", "onlinebusiness"})


def find_authors(page: Page, sites: frozenset[str]) -> tuple[str, ...]:
    """Names in the page's order; empty where the page names nobody."""
    holders = _holders(page)
    owners = sites | holders if holders else sites
    people = next(filter(None, (_people(claims, owners) for claims in _declared(page))), ())
    if people and not all(_LOGIN.search(name) for name in people):
        return people
    shown = _from_bylines(page, sites)
    if shown and (any(" " in name or not name.isascii() for name in shown) or not people):
        return shown
    if people:
        return people
    shown = _from_bylines(page, sites, strict=False)
    if shown:
        return shown
    creator = [name for name in page.said("twitter:creator") if not name.startswith(("@", "http"))]
    if handles := _people(creator[:1], owners):
        return handles
    declared = chain(_declared(page), (_publishers(page),))
    own = next(filter(None, (_people(claims, frozenset())[:1] for claims in declared)), ())
    return own or _from_bylines(page, frozenset())[:1] or _from_owner(page)


def _declared(page: Page) -> Iterator[list[str]]:
    """What each kind of declaration says, the best kind first."""
    yield _from_json_ld(page)
    for words in names("authors").values():
        yield page.said(*words)
    yield _from_labels(page)


def _from_json_ld(page: Page) -> list[str]:
    for thing in page.articles[:3]:
        found = _names(page, thing.get("author")) or _names(page, thing.get("creator"))
        if found:
            return found
    return []


def _names(page: Page, value: object) -> list[str]:
    found: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            item = jsonld.meant(item, page.things, "name")
            if jsonld.types(item) & _ORGANISATIONS:
                continue
            found += jsonld.strings(item.get("name"))
            if not item.get("name") and item.get("givenName"):
                found.append(f"{jsonld.first(item.get('givenName'))} {jsonld.first(item.get('familyName'))}")
        elif isinstance(item, str):
            found.append(item)
    return [plain(name) for name in found]


def _publishers(page: Page) -> list[str]:
    """An organisation that JSON-LD names as author."""
    for thing in page.articles[:2]:
        found = jsonld.strings(thing.get("author")) or jsonld.strings(thing.get("creator"))
        if found:
            return [plain(found[0])]
    return []


_WRITTEN_BY = re.compile(
    r"written by|author|verfasst von|geschrieben von|écrit par|escrito por|scritto da|geschreven door|автор|by$", re.I
)


def _from_labels(page: Page) -> list[str]:
    """Pairs such as twitter:label1 = "Written by", twitter:data1 = "Jane Roe"; and `link rel=author title`."""
    for number in ("1", "2"):
        labels = page.said(f"twitter:label{number}")
        if labels and _WRITTEN_BY.search(labels[0]):
            return page.said(f"twitter:data{number}")[:1]
    titles = (link.get("title") for link in page.links if link.get("rel") == "author")
    return [title for title in titles if title][:1]


def _holders(page: Page) -> set[str]:
    """Who owns the page: a name in its copyright line is no writer where another is named."""
    return {fold(_RIGHTS.sub(" ", text)) for text in page.said("copyright", "dc.rights", "dc.publisher")}


def _from_owner(page: Page) -> tuple[str, ...]:
    """Who holds the rights of a page that names nobody, if it is one person and the page's address says so too."""
    address = fold(page.url or "")
    for element in page.elements[:-_MOST_BELOW:-1]:
        line = _OWNED.search((element.text or "")[:200]) if element.tag != "script" else None
        name = plain(line[1]) if line else ""
        known = any(len(word) > 3 and fold(word) in address for word in name.split())
        if known and 1 < len(name.split()) < 4 and _is_name(name, strict=True):
            return (name,)
    return ()


_OWNED = re.compile(
    r"(?:©|\(c\)|copyright)[\s\d,–-]{1,20}([^\W\d_][^|•·,;©()\d]{4,38}?)\s*(?:$|[|•·,;]|\.(?:\s|$)|\d)", re.I
)
_MOST_BELOW = 300  # elements from the end among which a copyright line stands
_RIGHTS = re.compile(r"copyright|\(c\)|©|\d{4}", re.I)


_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:by-?lines?|authors?|auteurs?|autor(?:es|a|en|in)?|firma|contributors?|writers?|creator|"
    r"posted-?by|post-?by|written-?by|meta-?author|submitted|username)"
    r"|author-?(?:name|link|text)|byline|authortext"
)
_NOT_BYLINE = re.compile(
    r"comment|bio|related|avatar|image|photo|social|follow|desc|sidebar|widget|teaser|recirc|list-item|[\s_-]date|"
    r"title$|about|more-by|button|icon|tooltip|role|job|licen[cs]e"
)
_PROFILE = re.compile(
    r"/(?:authors?|autor(?:es|en)?|auteurs?|autori|profiles?|staff|contributors?|writers?|people|journalists?|"
    r"reporters?|by|team|redakteure?|korrespondenten|users?|member|kolumnist\w*|yazar\w*|skribent|firmas)/[^/?#]{3,}",
    re.I,
)


def _from_bylines(page: Page, sites: frozenset[str], *, strict: bool = True) -> tuple[str, ...]:
    """What stands where an author is named, near the headline first: microdata, rel=author, an element called a byline,
    a link to a writer's page, a line that starts with "By".  Not strictly: one word in any case, as people log in."""
    for kind in (*_KINDS, _stamped) if strict else _KINDS:
        if found := _first_of_kind(_sought(page, kind, page.near), sites, strict):
            return found
    if page.promising is None:
        page.promising = _promising(page.elements[:_MOST_ELEMENTS])
    for kind in (_microdata, _called_byline, _profiles):
        if found := _first_of_kind(_sought(page, kind, page.promising), sites, strict):
            return found
    return ()


def _sought(page: Page, kind: Kind, zone: list[Element]) -> list[Element]:
    """The first elements of a kind in a zone; found once, for they are asked for with several ideas of a name."""
    key = (kind.__name__, zone is page.near)
    found = page.bylines.get(key)
    if found is None:
        sought = (element for element in kind(zone) if kind is not _profiles or not _leads_away(page, element))
        found = page.bylines[key] = list(islice(sought, _MOST_BYLINES))
    return found


def _first_of_kind(elements: Iterable[Element], sites: frozenset[str], strict: bool) -> tuple[str, ...]:
    """The names in the first element that holds any, and in those that stand beside it."""
    found: list[str] = []
    beside = None
    for element in elements:
        if beside is not None and element.getparent() not in beside:
            break
        if is_elsewhere(element):
            continue
        names_here = [name for name in _people([_byline_text(element)], sites) if _is_name(name, strict)]
        if any(" " in name for name in found):  # a word beside a full name is a role, a button or a part of the site
            names_here = [name for name in names_here if " " in name]
        if names_here:
            parent = element.getparent()
            beside = (
                parent,
                parent.getparent() if parent is not None else None,
                *(parent if parent is not None else ()),
            )
            found += [name for name in names_here if fold(name) not in {fold(other) for other in found}]
    return tuple(found[:8])


def _microdata(zone: list[Element]) -> Iterator[Element]:
    return (
        element
        for element in zone
        if element.get("itemprop") == "author" or "author" in (element.get("rel") or "").split()
    )


def _called_byline(zone: list[Element]) -> Iterator[Element]:
    for element in zone:
        if element.tag in _NO_BYLINE:
            continue
        called = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-testid') or ''}"
        if len(called) > 2 and _calls_a_byline(called[:300]) and len(element) < 14:
            yield element


_NO_BYLINE = frozenset({"body", "html", "script", "img", "time", "meta", "link"})


@lru_cache(maxsize=4096)
def _calls_a_byline(called: str) -> bool:
    called = _CAMEL.sub("-", called).lower()
    return bool(_BYLINE.search(called)) and not _NOT_BYLINE.search(called)


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _profiles(zone: list[Element]) -> Iterator[Element]:
    return (element for element in zone if element.tag == "a" and _PROFILE.search((element.get("href") or "")[:300]))


def _leads_away(page: Page, element: Element) -> bool:
    """Whether an element is a link to another site: a licence, a network, a partner."""
    href = element.get("href") or "" if element.tag == "a" else ""
    whole = page.absolute(f"https:{href}" if href.startswith("//") else href) if "//" in href[:8] else None
    return whole is not None and page.url is not None and not same_site(whole, page.url)


_NAMING = frozenset({"class", "id", "href", "rel", "itemprop", "data-testid"})
_PROMISING = re.compile(
    r"(?:uth?or|yline|uteur|riter|ontribut|osted|ubmitted|sername|/staff/|/profile|/people/|/by/|firma)"
)


def _promising(elements: list[Element]) -> list[Element]:
    """Elements anywhere on the page that may name a writer."""
    found: list[Element] = []
    for element in elements:
        values = element.values()
        if not values or not _PROMISING.search(" ".join(values)):
            continue
        if any(name in _NAMING and _PROMISING.search(value) for name, value in element.items()):
            found.append(element)
            if len(found) >= _MOST_PROMISING:
                break
    return found


def _lines(zone: list[Element]) -> Iterator[Element]:
    for element in zone:
        if (
            element.tag in {"p", "div", "span", "em", "h4", "h5", "li", "address", "small", "strong", "td"}
            and len(element) < 6
        ):
            start = (element.text or "").strip()
            if len(start) >= 90 or not (start or len(element)) or _PICTURED.match(start):
                continue
            if length_of_by(start + " ") or SIGNED.match(start.rstrip(" |·")):
                yield element


_DAY = r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}\.? \w{3,9}\.? \d{4}|\w{3,9} \d{1,2}, \d{4}"
_STAMPED = re.compile(
    rf"(?:{_DAY})\s*[-–—|·•/]\s*(?P<after>[^\d|/]{{5,40}})|(?P<before>[^\d|/]{{5,40}}?)\s*[-–—|·•/,]\s*(?:{_DAY})"
)


def _stamped(zone: list[Element]) -> Iterator[Element]:
    """A line of a day and two or three words with capitals, as in `25.10.2022 - Jane Roe`."""
    for element in zone:
        if (
            element.tag in {"p", "div", "span", "li", "small", "td"}
            and not len(element)
            and len(element.text or "") < 70
        ):
            found = _STAMPED.fullmatch((element.text or "").strip())
            if found and len((found["after"] or found["before"]).split()) in (2, 3):
                yield element


_KINDS = (_microdata, _lines, _called_byline, _profiles)
_PICTURED = re.compile(r"\W*(?:photo|foto|image|picture|bild|video|illustration|grafik)", re.I)


def _byline_text(element: Element) -> str:
    if element.tag == "meta":
        return plain(element.get("content"))
    named = element.findall(".//*[@itemprop='name']")
    if named:
        return "; ".join(plain(name.get("content")) or text_of(name) for name in named[:8])
    text = text_of(element)
    if len(text) < 70 and (stamped := _STAMPED.fullmatch(text)):
        return stamped["after"] or stamped["before"]
    if element.tag != "a":
        links = [text_of(link) for link in element.iter("a") if link.get("href")]
        links = [link for link in links if 3 < len(link) < 50 and not never_in_names().search(link)]
        before = without_by((element.text or "").strip() + " ").strip()
        begun = length_of_by(text) or bool(links and len(text) > len(links[0]) and text.startswith(links[0]))
        if 0 < len(links) <= 6 and not before and (begun or sum(map(len, links)) > 0.4 * len(text)):
            return ", ".join(links)
        if len(apart := _names_apart(element)) > 1:
            return "; ".join(apart)
    return text if len(text) < 160 else ""


def _names_apart(element: Element) -> list[str]:
    """The names in an element that holds each in a part of its own, without a sign between."""
    if not 1 < len(element) < 14 and not (len(element) == 1 and len(element[0]) > 1):
        return []
    parts = (text_of(part) for part in islice(element.iterdescendants(), 40) if not len(part))
    names = [part for part in parts if " " in part and len(part) < 50 and _is_name(part, strict=True)]
    return names if 2 * sum(map(len, names)) > len(text_of(element)) else []


def _is_name(name: str, strict: bool) -> bool:
    """Whether a text looks like a person's name: few words, each with a capital, where its script has capitals."""
    if not strict:
        is_word = bool(re.fullmatch(r"[\w.-]{3,24}", name)) and not name.isdigit()
        return is_word and not never_in_names().search(name) and not length_of_by(name + " ")
    name = _NICKNAME.sub("", name)
    words = name.split()
    if (
        not 1 <= len(words) <= 5
        or len(name) < 3
        or role().search(name)
        or never_in_names().search(name)
        or length_of_by(name + " ") == len(name) + 1
    ):
        return False
    if name.upper() == name.lower():  # a script without capitals
        return len(name) <= 24
    if any(word[0].isdigit() for word in words):
        return False
    plain_words = [word for word in words if word.casefold() not in particles()]
    return bool(plain_words) and all(word[0].isupper() or not word[0].isalpha() for word in plain_words)


_NICKNAME = re.compile(r"(?<=\w )(?:\([^()]{1,15}\)|[\"“„‚'][^\"“”„'’]{1,15}[\"”“'’]) (?=\w)")


def _people(claims: list[str], sites: frozenset[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for claim in claims[:30]:
        for name in split_names(claim):
            front, stop, back = name.rpartition(". ")
            if stop and " " in front and _is_label(fold(back), sites):  # "Jane Roe. Example News"
                name = front
            key = fold(name)
            if key and key not in sites and key not in found and not _is_label(key, sites):
                found[key] = name
    return tuple(found.values())[:20]


def _is_label(key: str, sites: frozenset[str]) -> bool:
    called = _long_names(sites)
    return key.startswith(called) or key.endswith(called)


@lru_cache(maxsize=64)
def _long_names(sites: frozenset[str]) -> tuple[str, ...]:
    return tuple(site for site in sites if len(site) > 5)
