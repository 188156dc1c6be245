"""Where a page's clock stands: a time without a zone is read in its country's, where the country has only one."""

from __future__ import annotations

from collections.abc import Set
from datetime import UTC, date, datetime, timezone
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.articles.extraction.wordlists import table

_MIDNIGHT: Final = (0, 0, 0)


@cache
def _table() -> MappingProxyType[str, MappingProxyType[str, str]]:
    """Names of zones by the last label of a host (`places`) and by language (`tongues`)."""
    return MappingProxyType({kind: MappingProxyType(entries) for kind, entries in table("zones").items()})


@lru_cache(maxsize=512)
def zone_of(host: str, language: str | None) -> ZoneInfo | None:
    """The zone of a site by its country's domain, else by a language that is at home in one zone; None where unsure."""
    tables = _table()
    name = tables["places"].get(host.rpartition(".")[2])
    if name is None:
        name = tables["tongues"].get((language or "").strip().lower().replace("_", "-").partition("-")[0])
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def placed(moment: datetime, zone: ZoneInfo | None, days: Set[date]) -> datetime:
    """A moment, aware.

    zone  of the site; a moment without one is read in it (UTC where it is unknown), and one in UTC is told in it
    days  that the page names without a time: a moment without a zone that is right only in UTC is read in UTC
    """
    timed = (moment.hour, moment.minute, moment.second) != _MIDNIGHT
    if moment.tzinfo is not None:
        return _fixed(moment.astimezone(zone)) if zone and timed and not moment.utcoffset() else moment
    if zone is None:
        return moment.replace(tzinfo=UTC)
    if timed and days and moment.date() not in days:
        from_utc = moment.replace(tzinfo=UTC).astimezone(zone)
        if from_utc.date() in days:
            return _fixed(from_utc)
    return _fixed(moment.replace(tzinfo=zone))


def _fixed(moment: datetime) -> datetime:
    """The same moment with its offset alone, which is all that is kept of a zone."""
    offset = moment.utcoffset()
    return moment.replace(tzinfo=timezone(offset) if offset else UTC)
