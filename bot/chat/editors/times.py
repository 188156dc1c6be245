"""Times on an editor's cards: "Tue 9 Dec 18:00 Europe/Paris, in 3 h 12 min"; their language, the channel's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from bot.chat.words import editors
from bot.model import Channel
from bot.posts import hours
from bot.posts.moments import offset_if_twice
from bot.posts.order import zone_of
from bot.wording import Words

_EVENING: Final = time(18)
_MORNING: Final = time(8)


def say_when(words: Words, moment: datetime, channel: Channel, now: datetime) -> str:
    """The date, the zone and how long it is until then."""
    when, wait = say_time(words, moment, channel), moment - now
    minutes = max(1, round(wait.total_seconds() / 60))
    if wait >= timedelta(days=2):
        return words.count(editors.IN_DAYS, round(wait / timedelta(days=1)), when=when)
    if minutes >= 60:
        return words.say(editors.IN_HOURS, when=when, hours=minutes // 60, minutes=minutes % 60)
    return words.say(editors.IN_MINUTES, when=when, minutes=minutes)


def say_time(words: Words, moment: datetime, channel: Channel) -> str:
    """ "Tue 9 Dec 18:00 Europe/Paris"; an hour that comes twice names its offset too."""
    zone = zone_of(channel.timezone)
    local = moment.astimezone(zone)
    offset = offset_if_twice(moment, zone)
    return f"{words.weekday(local)} {words.time(local)} {channel.timezone}" + (f" ({offset})" if offset else "")


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that a button offers."""

    label: str
    moment: datetime


def usual_times(words: Words, channel: Channel, taken: tuple[datetime, ...], now: datetime) -> list[Slot]:
    """In an hour, this evening, tomorrow morning, and the next time that the channel's pace leaves free."""
    zone = zone_of(channel.timezone)
    local = now.astimezone(zone)
    day = timedelta(days=1)
    found = [Slot(words.say(editors.BUTTON_IN_AN_HOUR), now + timedelta(hours=1))]
    evening = datetime.combine(local.date(), _EVENING, zone)
    if evening > local:
        found.append(Slot(words.say(editors.BUTTON_TODAY, time=f"{_EVENING:%H:%M}"), evening))
    for clock in (_MORNING, _EVENING):
        label = words.say(editors.BUTTON_TOMORROW, time=f"{clock:%H:%M}")
        found.append(Slot(label, datetime.combine(local.date() + day, clock, zone)))
    pace = hours.pace_of(hours.effective(channel.options, now, zone))
    free = hours.next_slot(pace, taken, now)
    if free > now:
        label = words.say(editors.BUTTON_SLOT, time=f"{free.astimezone(zone):%H:%M}")
        found.insert(1, Slot(label, free))
    return found
