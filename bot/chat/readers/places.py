"""Where a reader is, as a time zone: by a city's name, by a location, by the time that they see on their wall.  Pure.

The places are those of the tz database (zone.tab), which comes with the `tzdata` package.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from bot.chat.readers.person import zone_named
from bot.language import fold
from bot.language.cities import CITIES
from bot.language.keywords import my_time, one_clock

WELL_KNOWN: Final = (
    "America/Los_Angeles", "America/Mexico_City", "America/New_York", "America/Sao_Paulo", "Europe/London",
    "Europe/Paris", "Africa/Cairo", "Europe/Istanbul", "Europe/Moscow", "Asia/Tehran", "Asia/Dubai", "Asia/Karachi",
    "Asia/Kolkata", "Asia/Dhaka", "Asia/Jakarta", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney",
)  # fmt: skip
_MY_TIME: Final = re.compile(r"(?:my time is|it is|it's)?\s*(\d{1,2})[:.](\d{2})\s*(am|pm)?", re.IGNORECASE)
_POINT: Final = re.compile(r"([+-])(\d{2,3})(\d{2})(\d{2})?")


class Place(NamedTuple):
    zone: str
    latitude: float  # degrees
    longitude: float


def city(zone: str) -> str:
    """ "Asia/Ho_Chi_Minh" → "Ho Chi Minh"."""
    return zone.rpartition("/")[2].replace("_", " ")


def every() -> tuple[str, ...]:
    """All zones that have a place."""
    return _names()


def by_name(text: str, called: Callable[[str], str] = city) -> str | None:
    """The zone of a city, or a zone by its own name.  `called`: a zone's city in the reader's language."""
    plain = _plain(text)
    if plain in _also():
        return _also()[plain]
    for name in _names():
        if plain in (_plain(name), _plain(city(name)), _plain(called(name))):
            return name
    return None


def by_location(latitude: float, longitude: float) -> str:
    """The zone of the nearest of the tz database's places."""
    return min(_places(), key=lambda place: _distance(place, latitude, longitude)).zone


def typed_time(text: str, language: str | None = None) -> tuple[int, int] | None:
    """ "my time is 14:05", "2.05 pm", "bei mir ist es 14 Uhr 05" → hour and minute."""
    match = _MY_TIME.fullmatch(" ".join(text.split()))
    if match is None:
        clock = my_time(text, language) or one_clock(text, language)
        return (int(clock[:2]), int(clock[3:])) if clock else None
    hour, minute = int(match[1]), int(match[2])
    if match[3]:
        hour = hour % 12 + (12 if match[3].lower() == "pm" else 0)
    return (hour, minute) if hour < 24 and minute < 60 else None


def by_time(hour: int, minute: int, now: datetime, *, most: int = 8) -> tuple[str, ...]:
    """Well-known places whose clocks show this time now (clocks that people read are a few minutes off)."""
    found = []
    for zone in (*WELL_KNOWN, *(name for name in _names() if not name.startswith("Antarctica/"))):
        local = now.astimezone(ZoneInfo(zone))
        apart = (local.hour * 60 + local.minute - hour * 60 - minute) % 1440
        if min(apart, 1440 - apart) <= 7:
            found.append(zone)
    return tuple(dict.fromkeys(found))[:most]


def _plain(text: str) -> str:
    return " ".join(fold(text.replace("_", " ").replace("-", " ").replace("\u200c", " ")).split())


@lru_cache(maxsize=1)
def _also() -> dict[str, str]:
    return {_plain(name): zone for zone, names in CITIES.items() for name in names.split("|")}


def _distance(place: Place, latitude: float, longitude: float) -> float:
    """Of two points on a globe, as the angle between them."""
    a, b = math.radians(place.latitude), math.radians(latitude)
    along = math.radians(place.longitude - longitude)
    return -(math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(along))


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    return tuple(place.zone for place in _places())


@lru_cache(maxsize=1)
def _places() -> tuple[Place, ...]:
    lines = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf8").splitlines()
    found = []
    for line in lines:
        if line.startswith("#"):
            continue
        _, point, zone, *_ = line.split("\t")
        if zone_named(zone) is None:
            continue
        parts = _POINT.findall(point)
        latitude, longitude = (_degrees(*part) for part in parts)
        found.append(Place(zone, latitude, longitude))
    return tuple(found)


def _degrees(sign: str, degrees: str, minutes: str, seconds: str) -> float:
    value = int(degrees) + int(minutes) / 60 + int(seconds or 0) / 3600
    return -value if sign == "-" else value
