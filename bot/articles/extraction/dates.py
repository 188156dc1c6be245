"""When an article was published and changed: machine-readable claims first, then what the page shows.

A time without a zone is read as UTC unless another claim of the same moment names the zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain

from bot.articles.extraction import jsonld
from bot.articles.extraction.moments import DIGITS, day_in_address, read_date, time_on
from bot.articles.extraction.page import Page, is_elsewhere
from bot.articles.extraction.tree import Element, marks, text_of
from bot.articles.extraction.weights import names, worth
from bot.articles.extraction.zones import placed, zone_of

Claim = tuple[str, datetime]


def find_dates(page: Page) -> tuple[datetime | None, datetime | None]:
    """When the page's article was published and last changed, aware; either may be None."""
    published = _published(page)
    modified = _modified(page)
    if modified is not None and modified.tzinfo is None:
        zone = zone_of(page.host, _tongue(page))
        modified = modified.replace(tzinfo=published.tzinfo) if published else placed(modified, zone, frozenset())
    if published is not None and modified is not None and modified < published:
        modified = None
    return published, modified


def _published(page: Page) -> datetime | None:
    claims = _published_claims(page)
    in_address = day_in_address(page.url)
    chosen = _choose(claims, in_address) or in_address
    if chosen is None:
        return None
    if not (chosen.hour or chosen.minute):
        chosen = _timed(page, chosen) or chosen
    days = {moment.date() for _, moment in claims if (moment.hour, moment.minute, moment.second) == (0, 0, 0)}
    return placed(chosen, zone_of(page.host, _tongue(page)), days | ({in_address.date()} if in_address else set()))


def _timed(page: Page, day: datetime) -> datetime | None:
    """The time of day that a short line below the headline tells with a day that has no year."""
    for element in page.near[max(0, page.headline) :][:_MOST_BELOW]:
        text = element.text or ""
        if 7 < len(text) < 60 and ":" in text and not _CHANGED.search(text) and not is_elsewhere(element):
            found = time_on(day, text)
            if found and (found.hour or found.minute):
                return found
    return None


_MOST_BELOW = 60  # elements


def _tongue(page: Page) -> str | None:
    """The language that a page declares, else the one whose script alone its title is written in."""
    return page.language or next((name for name, sign in _OWN_SCRIPTS if sign.search(page.html_title)), None)


_OWN_SCRIPTS = (("ja", re.compile("[ぁ-んァ-ヴ]")), ("ko", re.compile("[가-힣]")), ("th", re.compile("[ก-ฮ]")))


def _published_claims(page: Page) -> list[Claim]:
    claims: list[Claim] = []
    for index, thing in enumerate(page.articles[:4]):
        for key in ("datePublished", "dateCreated", "uploadDate"):
            found = read_date(jsonld.first(thing.get(key)))
            if found:
                claims.append(("jsonld" if not index else "jsonld_other", found))
                break
    for source, words in names("published").items():
        claims += [(source, found) for found in map(read_date, page.said(*words)) if found][:2]
    if not any(source in _EXACT and moment.tzinfo and (moment.hour or moment.minute) for source, moment in claims):
        claims += _shown_claims(page)
    if not any(moment.hour or moment.minute for _, moment in claims):
        claims += _scripted_claims(page)
    if not any(source != "script" for source, _ in claims):
        claims += _written_claims(page.near[max(0, page.headline) :]) or _written_claims(page.near[::-1])
    if not claims:
        claims += _shown_claims(page, anywhere=True)[:1] or _written_claims(page.elements[:8_000])[:1]
    return claims


_EXACT = frozenset({"jsonld", "meta_published", "parsely"})  # a moment with its zone from these needs no witness
_SCRIPTED = re.compile(
    rb'"(?:datePublished|publishedAt|published_at|publicationDate|publication_date|datePublication|date_published|'
    rb"publishDate|publishedDate|published_date|firstPublished|firstPublishedAt|broadcastedOn|"
    rb'displayDate|pubDate|pub_date)\\?"\s{0,5}:\s{0,5}\\?"'
    rb"(\d{4}-\d{2}-\d{2}[^\"\\]{0,30})"
)
_LONGEST_SCRIPTS = 2_000_000  # bytes


def _scripted_claims(page: Page) -> list[Claim]:
    """The first date of publication in the page's own data for its scripts."""
    match = _SCRIPTED.search(page.data, 0, _LONGEST_SCRIPTS)
    found = read_date(match[1].decode("ascii", "replace")) if match else None
    return [("script", found)] if found else []


_YEAR = re.compile(  # of the common era or the Persian one, or a day in figures; begins with a digit to be found soon
    r"\d(?:(?<=1)(?<!\d1)(?:9\d|3[7-9]|4[0-6])\d(?!\d)|(?<=2)(?<!\d2)0\d\d(?!\d)|\d?\.\d{1,2}\.\d{2}(?!\d))"
)


def _written_claims(near: Iterable[Element]) -> list[Claim]:
    """Short lines that hold a date, as people write it."""
    claims: list[Claim] = []
    for element in near:
        if not isinstance(element.tag, str) or element.tag in {"script", "style", "option", "h1", "title"}:
            continue
        for text, inside in ((element.text, True), (element.tail, False)):
            if (
                text
                and len(text) < 160
                and _YEAR.search(text if text.isascii() else text.translate(DIGITS))
                and "©" not in text
            ):
                whole = text_of(element)[:160] if inside else text
                found = read_date(whole)
                if found and not is_elsewhere(element):
                    claims.append(("written", found))
        if len(claims) >= 3:
            break
    return claims


def _modified(page: Page) -> datetime | None:
    """The first claim that names its zone, else the first."""
    texts = [jsonld.first(thing.get("dateModified")) for thing in page.articles[:2]]
    texts += page.said(*names("modified")["meta"])
    texts += [element.get("datetime") or element.get("content") or "" for element in page.props.get("dateModified", ())]
    vague = None
    for text in texts:
        found = read_date(text)
        if found and found.tzinfo:
            return found
        vague = vague or found
    return vague


_BYLINE_MARK = re.compile(r"publi|date|time|posted|byline|dateline|entry-meta|post-meta|datum|fecha|timestamp|created")
_CHANGED = re.compile(r"modif|updat|edited|aktuali|изменен|обновл|mis à jour|aggiorn|actualiz", re.I)


def _shown_claims(page: Page, *, anywhere: bool = False) -> list[Claim]:
    """Dates that the page shows to people, in order; those in comments and lists of other articles left out."""
    claims: list[Claim] = []
    for element in _dated(page, anywhere):
        if len(claims) >= 6:
            break
        tag = element.tag
        if tag not in _TIMES and not element.values():
            continue
        prop = (element.get("itemprop") or element.get("property") or "").lower()
        named = ""
        if tag not in _TIMES and "datepublished" not in prop and "datecreated" not in prop:
            named = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
            if not named.strip() or len(named) > 300 or not _BYLINE_MARK.search(named) or len(element) > 12:
                continue
        claim = _shown(element, tag, prop, named, anywhere)
        if claim:
            claims.append(claim)
    return claims


def _dated(page: Page, anywhere: bool) -> Iterator[Element]:
    """Elements that may show the date: machine-readable ones wherever they stand, others near the headline."""
    seen = set()
    for element in chain(
        page.root.iter(*_TIMES), page.props.get("datePublished", ()), page.props.get("dateCreated", ())
    ):
        if element not in seen:
            seen.add(element)
            yield element
    for element in page.elements[:6_000] if anywhere else page.near:
        if element not in seen and element.tag in _LINES:
            yield element


_LINES = frozenset({"abbr", "span", "p", "div", "li", "small", "em", "a", "strong", "td", "b", "i"})
_TIMES = ("time", "relative-time")


_MACHINE = ("datetime", "content", "data-datetime", "data-timestamp", "data-time", "data-utime")


def _shown(element: Element, tag: str, prop: str, named: str, anywhere: bool) -> Claim | None:
    machine = next(filter(None, map(element.get, _MACHINE)), "")
    text = text_of(element)[:160] if not machine else ""
    if not machine and not text:
        return None
    found = read_date(machine) or (read_date(text) if text else None) or read_date(text_of(element)[:160])
    if not found or (not anywhere and is_elsewhere(element)):
        return None
    if "published" in prop or "created" in prop:
        return "itemprop", found
    around = f"{marks(element)} {marks(element.getparent()) if element.getparent() is not None else ''}"
    if "modified" in prop or _CHANGED.search(around) or _CHANGED.search(text[:40]):
        return "shown_changed", found
    return ("time" if tag in _TIMES else "shown"), found


def _choose(claims: list[Claim], in_address: datetime | None) -> datetime | None:
    """The best claim: worth by kind, plus what other claims of the same day lend; then the finest of that day."""
    if not claims:
        return None
    if len({(moment, moment.utcoffset()) for _, moment in claims}) == 1:
        return claims[0][1]
    worths = worth("date")
    scores: dict[int, float] = {}
    for index, (source, moment) in enumerate(claims):
        support = {other: worths[other] for other, claim in claims if _same_day(claim, moment)}
        scores[index] = worths[source] + worths["agreement"] * sum(support.values())
        if in_address and _same_day(in_address, moment):
            scores[index] += worths["address"]
    best = max(scores, key=lambda index: (scores[index], -index))
    chosen = claims[best][1]
    alike = [moment for _, moment in claims if _same_day(moment, chosen)]
    return _finest(chosen, alike)


def _finest(chosen: datetime, alike: list[datetime]) -> datetime:
    """The same moment said with a time of day and a zone, where one of the claims says it so."""
    if (chosen.hour, chosen.minute, chosen.second) == (0, 0, 0):
        timed = [moment for moment in alike if (moment.hour, moment.minute, moment.second) != (0, 0, 0)]
        chosen = next((moment for moment in timed if moment.tzinfo), next(iter(timed), chosen))
    for moment in alike:
        if chosen.tzinfo is None and moment.tzinfo and (moment.hour, moment.minute) == (chosen.hour, chosen.minute):
            return moment
        if chosen.utcoffset() and moment.tzinfo and moment.astimezone(UTC) == chosen.replace(tzinfo=UTC):
            return moment  # the chosen one is in UTC and wears the zone by mistake
    return chosen


def _same_day(one: datetime, other: datetime) -> bool:
    return one.date() == other.date() or bool(
        one.tzinfo and other.tzinfo and one.astimezone(UTC).date() == other.astimezone(UTC).date()
    )
