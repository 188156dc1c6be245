"""How a source is, in words and numbers: "usually 12 a day, none for 9 hours".  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model import Source
from bot.sources import schedule
from bot.sources.schedule import Rhythm


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """`state` is one of ok, new, silent, moved, failing, paused; `words` says it to people."""

    state: str
    words: str
    next_step: str | None = None  # a command, where a person can do something


def health_of(source: Source, now: datetime) -> Health:
    """What a person should know first: paused, then failing, then moved, then whether it brings its usual."""
    if not source.enabled:
        return Health(state="paused", words="paused", next_step=f"sharewire sources resume {source.name}")
    if source.failures:
        return Health(state="failing", words=_failing(source, now), next_step=f"sharewire sources show {source.name}")
    if source.checked_at is None:
        return Health(state="new", words="not checked yet")
    rhythm = Rhythm.from_json(source.rhythm)
    usual = schedule.usual(rhythm, now) or "its entries carry no dates"
    if source.moved_to:
        accept = f"sharewire sources move {source.name}"
        return Health(state="moved", words=f"moved to {source.moved_to}; {usual}", next_step=accept)
    if schedule.is_silent(rhythm, now):
        return Health(state="silent", words=f"silent: {usual}", next_step=f"sharewire sources test {source.url}")
    return Health(state="ok", words=usual)


def _failing(source: Source, now: datetime) -> str:
    times = f"{source.failures} times" if source.failures > 1 else "once"
    if source.failing_since is None or source.failures == 1:
        return f"failed {times}"
    return f"failing for {schedule.span(now - source.failing_since)} ({times})"
