"""When is a posted page missing?  From the looks at it so far and the newest answer: nothing, one more miss, a card for
a person, or the news that it is back; and whether several pages of one source are missing at once.  Pure.

A page that is missing never withdraws a post by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.errors import Problem, phrase

LOOKS: Final = (*(timedelta(hours=hours) for hours in (1, 6)), *(timedelta(days=days) for days in (1, 2, 3)))
"""After posting."""
AGAIN: Final = timedelta(hours=12)  # after a miss that is not sure yet
WINDOW: Final = timedelta(days=5)  # the last look and its misses, and no more
SEVERAL: Final = 3  # pages of one source
_SURE_MISSES: Final = 3
_SURE_TIME: Final = timedelta(hours=24)
_APART: Final = timedelta(hours=1)  # two answers within it count as one
_AT_ONCE: Final = timedelta(hours=1)


class Answer(StrEnum):
    THERE = "there"
    MISSING = "missing"  # 404
    GONE = "gone"  # 410, RFC 9110 section 15.5.11: likely to be permanent
    UNKNOWN = "unknown"  # anything else is no evidence


class Verdict(StrEnum):
    NOTHING = "nothing"
    COUNT = "count"
    CARD = "card"
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What earlier looks at one page found.

    misses   404 or 410 in a row
    told     a person was told, by a card or by the notice about its source
    kept     a person decided that the post stays: no more looks"""

    looked_at: datetime | None = None
    misses: int = 0
    missing_since: datetime | None = None
    missed_at: datetime | None = None
    told: bool = False
    kept: bool = False
    etag: str | None = None
    last_modified: str | None = None


def answer_of(status: int | None) -> Answer:
    """`status`: of HTTP; None when there was no answer."""
    if status is None:
        return Answer.UNKNOWN
    if status == 304 or 200 <= status < 300:
        return Answer.THERE
    return {404: Answer.MISSING, 410: Answer.GONE}.get(status, Answer.UNKNOWN)


def next_look(posted_at: datetime, past: Looks) -> datetime | None:
    """When the page is to be looked at next; None = no more."""
    if past.kept:
        return None
    if past.looked_at is not None and past.misses and not past.told:
        return past.looked_at + AGAIN
    moments = (posted_at + after for after in LOOKS)
    return next((moment for moment in moments if past.looked_at is None or moment > past.looked_at), None)


def judge(past: Looks, answer: Answer, now: datetime) -> tuple[Looks, Verdict]:
    """What is known after this answer, and what follows from it."""
    looked = replace(past, looked_at=now)
    if answer is Answer.UNKNOWN:
        return looked, Verdict.NOTHING
    if answer is Answer.THERE:
        well = replace(looked, misses=0, missing_since=None, missed_at=None, told=False)
        return well, Verdict.BACK if past.misses else Verdict.NOTHING
    soon = past.missed_at is not None and now - past.missed_at < _APART
    since = past.missing_since or now
    missed = replace(looked, misses=past.misses + (not soon), missing_since=since, missed_at=now)
    if past.told or past.kept:
        return missed, Verdict.NOTHING
    sure = missed.misses >= _SURE_MISSES and now - since >= _SURE_TIME
    if answer is Answer.GONE or sure:
        return replace(missed, told=True), Verdict.CARD
    return missed, Verdict.NOTHING if soon else Verdict.COUNT


def at_once(pages: Mapping[int, Looks], now: datetime) -> frozenset[int]:
    """Pages of one source that went missing together, within the last hour; none unless they are several."""
    new = (key for key, looks in pages.items() if looks.missing_since and now - looks.missing_since <= _AT_ONCE)
    found = frozenset(new)
    return found if len(found) >= SEVERAL else frozenset()


def page_is_gone(title: str | None, url: str, answer: Answer) -> Problem:
    """For the card about one page."""
    status, cause = 404, phrase("The site has answered for a day that there is no such page.")
    if answer is Answer.GONE:
        status, cause = 410, phrase("The site says that it was removed for good.")
    name = " ".join((title or url).split())
    name = name if len(name) <= 100 else name[:99] + "…"
    return Problem(
        code="SW-A21",
        title=phrase("The page of “{name}” is gone ({status}).", name=name, status=status),
        cause=cause,
        fix=phrase(
            "Open {url} and see. Retract takes the post back in every channel; Keep it closes this for good.", url=url
        ),
        meanwhile=phrase("The post stays as it is."),
        where=url,
    )


def pages_are_missing(count: int, source: str) -> Problem:
    """For the notice about a source, whose name people type."""
    return Problem(
        code="SW-A22",
        title=phrase("{count} pages of {source} went missing at once.", count=count, source=source),
        cause=phrase("The site has a trouble of its own: its pages answer 404 or 410."),
        fix=phrase("Open the site and see. When it is well: sharewire sources resume {source}", source=source),
        meanwhile=phrase("The posts stay as they are, and the source is still watched."),
        where=source,
    )
