"""Values of the file: each reader gives what is kept, or says in a sentence what it should have been.  Pure."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from bot.model import Json
from bot.posts import hours, matching, timetable

Read = Callable[[Any], Any]
"""Raises ValueError with a sentence."""
_LANGUAGE: Final = re.compile("[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")
"""The tags of RFC 5646 that anybody writes: en, pt-BR, zh-Hans."""


def text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{shown(value)} is not a text. Write it in quotes.")
    return value.strip()


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{shown(value)} is neither true nor false. Write true or false, without quotes.")
    return value


def number(least: int, most: int) -> Read:
    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"{shown(value)} is not a whole number from {least} to {most}.")
        return value

    return read


def names(value: Any) -> tuple[str, ...]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(one, str) and one.strip() for one in given):
        raise ValueError(f'{shown(value)} is not a list of texts. Write it like ["one", "two"].')
    return tuple(one.strip() for one in given)


def choice(*words: str) -> Read:
    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(f"{shown(value)} is not one of {', '.join(words)}.{did_you_mean(value, words)}")
        return str(value)

    return read


def span(value: Any) -> timedelta:
    found = hours.duration(value)
    if found is None:
        raise ValueError(f'{shown(value)} is not a span of time. Write it like "10m", "2h" or "3d".')
    return found


def pause(value: Any) -> str:
    """A span of time that may be nothing, as text."""
    if value not in (0, "0", "0s") and hours.duration(value) is None:
        raise ValueError(f'{shown(value)} is not a span of time. Write it like "10s", "30m" or "0s".')
    return str(value)


def windows(value: Any) -> Json:
    found = list(names(value))
    for one in found:
        if len(hours.windows_of({"windows": one})) != 1:
            raise ValueError(f'{shown(one)} is not a span of hours. Write it like "07:00-09:00".')
    return found


def zone(value: Any) -> str:
    known = zoneinfo.available_timezones()
    if value not in known:
        raise ValueError(
            f'{shown(value)} is not a time zone. Write it like "Europe/Paris".{did_you_mean(value, known)}'
        )
    return str(value)


def language(value: Any) -> str:
    if not isinstance(value, str) or _LANGUAGE.fullmatch(value) is None:
        raise ValueError(f'{shown(value)} is not a language. Write its short name, like "fr" or "pt-BR".')
    return value


def languages(value: Any) -> tuple[str, ...]:
    return tuple(language(one) for one in names(value))


def address(value: Any) -> str:
    found = text(value)
    if not found.lower().startswith(("http://", "https://")) or "." not in found.split("://", 1)[1]:
        raise ValueError(f"{shown(value)} is not an address. Write it whole, like https://news.example/feed.xml.")
    return found


def chat(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    found = text(value).removeprefix("https://t.me/")
    if found.removeprefix("-").isdigit():
        return found
    if not found.removeprefix("@").replace("_", "").isalnum() or not found.removeprefix("@")[:1].isalpha():
        raise ValueError(f'{shown(value)} is not a channel. Write it like "@yourchannel".')
    return f"@{found.removeprefix('@')}"


def rhash(value: Any) -> str:
    found = text(value).rpartition("rhash=")[2]
    if not (found.isalnum() and found.isascii() and 8 <= len(found) <= 32):
        raise ValueError(f'{shown(value)} is not the hash of an Instant View template. Write it like "1a2b3c4d5e6f70".')
    return found


def quiet(value: Any) -> Json:
    given = value
    if isinstance(value, dict):
        known(value, ("hours", "mode"))
        choice("silent", "hold", "digest")(value.get("mode", "silent"))
        given = value.get("hours")
    for one in names(given):
        if len(hours.quiet_of({"quiet": one}).spans) != 1:
            raise ValueError(f'{shown(one)} is not a span of hours. Write it like "22:30-07:00".')
    return value


def pace(value: Any) -> Json:
    if not isinstance(value, dict):
        raise ValueError(f'{shown(value)} is not a pace. Write it like {{ gap = "3m", per_hour = 8, per_day = 60 }}.')
    known(value, ("gap", "per_hour", "per_day"))
    if "gap" in value:
        span(value["gap"])
    for name in ("per_hour", "per_day"):
        if name in value:
            number(1, 10_000)(value[name])
    return value


def moments(value: Any) -> tuple[str, ...]:
    if timetable.read(value if isinstance(value, list) else [value]) is None:
        raise ValueError(f'{shown(value)} is not a time. Write it like "07:30 mon-fri" or "every day at 8".')
    return names(value)


def cron(value: Any) -> str:
    if len(text(value).split()) != 5 or timetable.read(value) is None:
        raise ValueError(f'{shown(value)} is not a cron line. Write five fields, like "30 7 * * 1-5".')
    return text(value)


def day(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()[:10]
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise ValueError(f"{shown(value)} is not a date. Write it like 2027-02-08.") from None


def season(value: Any) -> Json:
    if not isinstance(value, dict):
        raise ValueError("A season is a table with from, until and what it changes.")
    known(value, ("from", "until", "quiet", "pace", "approve", "max_age"))
    for name in ("from", "until"):
        if name not in value:
            raise ValueError(f'"{name}" is missing. A season has a first and a last day, like from = 2027-02-08.')
    found = {**value, "from": day(value["from"]), "until": day(value["until"])}
    if found["until"] < found["from"]:
        raise ValueError(f"It ends ({found['until']}) before it begins ({found['from']}).")
    for name, read in (("quiet", quiet), ("pace", pace), ("approve", flag), ("max_age", span)):
        if name in value:
            read(value[name])
    return found


def seasons(value: Any) -> Json:
    if not isinstance(value, dict):
        raise ValueError("Seasons are tables of their own: [channels.NAME.seasons.SUMMER].")
    return {name: season(one) for name, one in value.items()}


def conditions(value: Any) -> Json:
    if not isinstance(value, dict) or not value:
        raise ValueError('A match is a table, like { any = ["tram", "bus"], lang = ["en"] }.')
    known(value, matching.KEYS)
    return {name: _condition(name, one) for name, one in value.items()}


def _condition(name: str, value: Any) -> Json:
    if name not in matching.SPANS:
        return list(names(value))
    span(value)
    return str(value)


def breaking(value: Any) -> Json:
    if isinstance(value, bool):
        return value
    if not isinstance(value, dict):
        raise ValueError(f'{shown(value)} is not possible. Write {{ when = ["collision"], pin = "2h" }} or true.')
    known(value, ("when", "pin"))
    if "when" in value:
        names(value["when"])
    if "pin" in value:
        span(value["pin"])
    return value


def headers(value: Any) -> Json:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise ValueError('Headers are a table of texts, like { Accept-Language = "fr" }.')
    return value


def known(value: dict[str, Any], allowed: Sequence[str]) -> None:
    for name in value:
        if name not in allowed:
            hint = did_you_mean(name, allowed) or f" It may hold {', '.join(allowed)}."
            raise ValueError(f'"{name}" is not known here.{hint}')


def did_you_mean(word: Any, words: Any) -> str:
    near = difflib.get_close_matches(str(word).lower(), {str(one).lower(): one for one in words}, n=1, cutoff=0.55)
    if not near:
        return ""
    return f' Did you mean "{ {str(one).lower(): one for one in words}[near[0]] }"?'


def shown(value: Any) -> str:
    """As it stands in the file, short."""
    words = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return words if len(words) <= 60 else f"{words[:57]}…"
