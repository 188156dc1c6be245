"""A reader's own settings: zone, quiet hours, and what follows from them.  Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.language.times import span_words
from bot.model import AlertKind, Channel, Person
from bot.posts import hours

DAILY_HOUR: Final = 8
"""When daily alerts are told, in the reader's zone."""
_SPAN: Final = re.compile(r"\s*(\d{1,2})(?:[:.](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.](\d{2}))?\s*")


def zone_of(person: Person) -> tzinfo:
    return zone_named(zone_name(person)) or UTC


def zone_name(person: Person) -> str:
    name = person.options.get("zone")
    return name if isinstance(name, str) and zone_named(name) else "UTC"


def knows_zone(person: Person) -> bool:
    """Whether they ever said where they are."""
    return isinstance(person.options.get("zone"), str)


def zone_named(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def quiet_text(person: Person) -> str | None:
    """ "22:00-07:00"."""
    text = person.options.get("quiet")
    return text if isinstance(text, str) and hours.quiet_of({"quiet": text}).spans else None


def span_typed(text: str, language: str | None = None) -> str | None:
    """ "22:30-06:45", "22-7", "from 10 in the evening to 7", in any of our languages → "22:00-07:00"; None when it is
    no span."""
    match = _SPAN.fullmatch(text)
    if match is None:
        return span_words(text, language)
    start, end = (int(match[1]), int(match[2] or 0)), (int(match[3]), int(match[4] or 0))
    if start == end or any(hour > 23 or minute > 59 for hour, minute in (start, end)):
        return None
    return f"{start[0]:02}:{start[1]:02}-{end[0]:02}:{end[1]:02}"


def quiet_until(person: Person, moment: datetime) -> datetime | None:
    """When the quiet hours that this moment lies in end."""
    text = quiet_text(person)
    return hours.quiet_until(hours.quiet_of({"quiet": text}), moment, zone_of(person)) if text else None


def tell_at(person: Person, kind: AlertKind, now: datetime) -> datetime:
    """When what an alert found is told: now, at the full hour, in the morning; never in the quiet hours."""
    due = now
    if kind is AlertKind.HOURLY:
        due = (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    elif kind is AlertKind.DAILY:
        local = now.astimezone(zone_of(person))
        morning = local.replace(hour=DAILY_HOUR, minute=0, second=0, microsecond=0)
        day = local if local < morning else local + timedelta(days=1)
        due = day.replace(hour=DAILY_HOUR, minute=0, second=0, microsecond=0).astimezone(UTC)
    return quiet_until(person, due) or due


def as_channel(person: Person) -> Channel:
    """A reader's private chat, as what is written for a channel needs it."""
    return Channel(
        id=0,
        bot_id=person.bot_id,
        name="reader",
        address=str(person.user_id),
        chat_id=person.user_id,
        language=person.language,
        timezone=zone_name(person),
    )
