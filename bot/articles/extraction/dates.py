"""When an article was published and changed: machine-readable claims first, then what the page shows.

Readers of dates are strict about order (year first, or a month's name, or a zone's habit) and never guess a day that
does not exist.  A time without a zone is read as UTC unless another claim of the same moment names the zone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from importlib import resources
from itertools import chain

from bot.articles.extraction import jsonld
from bot.articles.extraction.calendars import persian_day
from bot.articles.extraction.page import Page, is_elsewhere
from bot.articles.extraction.tree import Element, marks, text_of
from bot.articles.extraction.weights import names, worth
from bot.articles.extraction.zones import placed, zone_of

_EARLIEST, _LATEST = 1990, 2100
_ISO = re.compile(
    r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?:[T\s,]{1,3}(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?\s*([AaPp]\.?[Mm]"
    r"\.?)?\s*(Z|[+-]\s?\d{2}:?\d{0,2}|[A-Z]{2,5}\b)?)?"
)
_SLASHED = re.compile(r"(?<!\d)(\d{1,4})[./\-](\d{1,2})[./\-](\d{1,4})(?!\d)")
_PLAIN = re.compile(r"(?:199|20\d)\d(?:-\d\d){2}T[012]\d(?::[0-5]\d){2}(?:Z|[+-][01]\d:[0-5]\d)")  # as most say it
_EAST = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_CLOCK = re.compile(
    r"(?<![\d:])(\d{1,2})\s?[:.hH時시点]\s?(\d{2})(?:[:.](\d{2}))?(?:[.,]\d{1,6})?\s*([AaPp]\.?\s?[Mm]\b\.?)?\s*(Z\b|"
    r"(?:GMT|UTC)?\s?[+-]\s?\d{1,2}:?\d{0,2}|[A-Z]{2,5}\b)?"
)
_HOUR_ONLY = re.compile(r"(?<![\d:])(\d{1,2})\s?([AaPp]\.?[Mm]\b\.?)\s*([A-Z]{2,4}\b)?")
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e30-\u0e4f"  # vowel signs and such are no \w
_NUMBER_OR_WORD = re.compile(rf"\d+|[^\W\d_](?:[^\W\d_]|[{_MARKS}])*")
_EPOCH = re.compile(r"^\s*(1[0-9]{9})(\d{3})?\s*$")
_IN_ADDRESS = re.compile(
    r"/(\d{4})/(\d{1,2}|[a-z]{3})/(\d{1,2})(?=/|-|$|\D)|(?<!\d)(20\d{2})[-_](\d{2})[-_](\d{2})(?!\d)|"
    r"/(20\d{2})(\d{2})(\d{2})(?!\d)"
)
_DIGITS = {
    zero + value: str(value)
    for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xFF10)
    for value in range(10)
}


@cache
def _months() -> dict[str, int]:
    text = resources.files(__package__ or "").joinpath("tables", "dates.toml").read_text("utf-8")
    return {word.casefold(): int(number) for number, words in tomllib.loads(text)["months"].items() for word in words}


@cache
def _zones() -> dict[str, int]:
    """Minutes east of UTC by abbreviation; only those that mean one zone in news."""
    text = resources.files(__package__ or "").joinpath("tables", "dates.toml").read_text("utf-8")
    return {name: int(minutes) for name, minutes in tomllib.loads(text)["zones"].items()}


def read_date(text: str | None, *, day_first: bool = True) -> datetime | None:
    """The moment a text names, with its zone where it names one (else naive); None where it names none.

    Reads ISO 8601 and its usual damage, RFC 5322, epoch seconds and milliseconds, dates with a month's name in any of
    the languages of `tables/dates.toml`, and numbers alone (`day_first` decides what 3/4/2024 means).
    """
    if not text:
        return None
    text = text.strip()[:200]
    if _PLAIN.fullmatch(text):
        with suppress(ValueError):  # the 31st of June, say
            return datetime.fromisoformat(text)
    if not text.isascii():
        text = text.translate(_DIGITS).replace("ق.ظ", "AM").replace("ب.ظ", "PM")
    if epoch := _EPOCH.match(text):
        return datetime.fromtimestamp(int(epoch[1]), UTC)
    if iso := _ISO.search(text):
        found = _iso(iso)
        if found:
            return found
    day = _named_day(text) or _numbered_day(text, day_first) or persian_day(text)
    if not day:
        return None
    year, month, date, end = day
    return _moment(year, month, date, text[: end[0]] + " " + text[end[1] :])


def _iso(match: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second, half, zone = match.groups()
    if not _plausible(int(year), int(month), int(day)):
        return None
    clock = _hours(int(hour), half) if hour else 0
    return _built(int(year), int(month), int(day), clock, int(minute or 0), min(int(second or 0), 59), zone)


def _built(year: int, month: int, day: int, hour: int, minute: int, second: int, zone: str | None) -> datetime | None:
    extra = timedelta()
    if hour == 24 and minute == 0:
        hour, extra = 0, timedelta(days=1)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(zone)) + extra
    except (ValueError, OverflowError):
        try:
            return datetime(year, month, day)  # noqa: DTZ001 - a day without a zone stays naive until claims are compared
        except ValueError:
            return None


def _zone(name: str | None) -> timezone | None:
    name = (name or "").replace(" ", "")
    if not name:
        return None
    if name in {"Z", "UTC", "GMT"}:
        return UTC
    if found := re.search(r"([+-])(\d{1,2}):?(\d{2})?$", name):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes)) if minutes < 24 * 60 else None
    minutes_east = _zones().get(name)
    return timezone(timedelta(minutes=minutes_east)) if minutes_east is not None else None


def _hours(hour: int, half: str | None) -> int:
    if half and hour <= 12:
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    return hour


def _named_day(text: str) -> tuple[int, int, int, tuple[int, int]] | None:
    """A day, a month's name and a year next to one another, in any order that people use."""
    if east := _EAST.search(text):
        year, month, day = int(east[1]), int(east[2]), int(east[3])
        return (year, month, day, east.span()) if _plausible(year, month, day) else None
    pieces = [(match[0], match.start(), match.end()) for match in _NUMBER_OR_WORD.finditer(text)]
    for index, (word, start, _end) in enumerate(pieces):
        month = _months().get(word.casefold().rstrip("."), 0)
        if not month:
            continue
        before = [
            int(piece) for piece, _, _ in pieces[max(0, index - 2) : index] if piece.isdigit() and len(piece) <= 4
        ]
        after = pieces[index + 1 : index + 5]
        numbers = [(int(piece), stop) for piece, _, stop in after if piece.isdigit() and len(piece) <= 4]
        years = [(number, stop) for number, stop in numbers[:3] if _EARLIEST <= number < _LATEST]
        first = pieces[index - 1] if index else ("", start, start)
        if before and 1 <= before[-1] <= 31 and years:
            return years[0][0], month, before[-1], (first[1], years[0][1])
        if years and numbers and 1 <= numbers[0][0] <= 31:
            return years[0][0], month, numbers[0][0], (start, years[0][1])
        if before and _EARLIEST <= before[-1] < _LATEST and numbers and 1 <= numbers[0][0] <= 31:
            return before[-1], month, numbers[0][0], (first[1], numbers[0][1])
    return None


def _numbered_day(text: str, day_first: bool) -> tuple[int, int, int, tuple[int, int]] | None:
    for match in _SLASHED.finditer(text):
        one, two, three = int(match[1]), int(match[2]), int(match[3])
        if len(match[1]) == 4:
            year, month, day = one, two, three
        elif len(match[3]) in {2, 4}:
            year = three if len(match[3]) == 4 else 2000 + three
            first_is_day = one > 12 or (day_first and two <= 12) or "." in match[0]
            day, month = (one, two) if first_is_day else (two, one)
        else:
            continue
        if _plausible(year, month, day):
            return year, month, day, match.span()
    return None


def _plausible(year: int, month: int, day: int) -> bool:
    return _EARLIEST <= year < _LATEST and 1 <= month <= 12 and 1 <= day <= 31


def _moment(year: int, month: int, day: int, rest: str) -> datetime | None:
    if clock := _CLOCK.search(rest):
        hour, minute = _hours(int(clock[1]), clock[4]), int(clock[2])
        if hour <= 24 and minute < 60:
            return _built(year, month, day, hour, minute, min(int(clock[3] or 0), 59), clock[5])
    if clock := _HOUR_ONLY.search(rest):
        return _built(year, month, day, _hours(int(clock[1]), clock[2]), 0, 0, clock[3])
    return _built(year, month, day, 0, 0, 0, None)


Claim = tuple[str, datetime]


def find_dates(page: Page) -> tuple[datetime | None, datetime | None]:
    """When the page's article was published and last changed, aware; either may be None."""
    published = _published(page)
    modified = _modified(page)
    if modified is not None and modified.tzinfo is None:
        zone = zone_of(page.host, page.language)
        modified = modified.replace(tzinfo=published.tzinfo) if published else placed(modified, zone, frozenset())
    if published is not None and modified is not None and modified < published:
        modified = None
    return published, modified


def _published(page: Page) -> datetime | None:
    claims = _published_claims(page)
    in_address = _from_address(page.url)
    chosen = _choose(claims, in_address)
    if chosen is None:
        return in_address
    days = {moment.date() for _, moment in claims if (moment.hour, moment.minute, moment.second) == (0, 0, 0)}
    return placed(chosen, zone_of(page.host, page.language), days | ({in_address.date()} if in_address else set()))


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
    if not claims:
        claims += _scripted_claims(page)
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
                and _YEAR.search(text if text.isascii() else text.translate(_DIGITS))
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


def _from_address(url: str | None) -> datetime | None:
    for match in _IN_ADDRESS.finditer((url or "")[:600]):
        parts = [part for part in match.groups() if part]
        month = int(parts[1]) if parts[1].isdigit() else _months().get(parts[1], 0)
        if _plausible(int(parts[0]), month, int(parts[2])):
            try:
                return datetime(int(parts[0]), month, int(parts[2]), tzinfo=UTC)
            except ValueError:
                continue
    return None
