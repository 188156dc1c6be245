"""Filters: what templates do to values, each with a limit of its own."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar

from jinja2 import pass_context
from jinja2.runtime import Context, markup_join
from markupsafe import Markup, escape

from bot.errors import Phrase, phrase
from bot.posts import characters, direction
from bot.posts import hashtags as tagging
from bot.wording import Words

_T = TypeVar("_T")
MAX_TEXT = 16_384
MAX_STEPS = 2_000
MAX_SECONDS = 0.25


class LimitReached(Exception):
    """A template made too much, or took too long; `said` is which."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(said)
        self.said = said


@dataclass(slots=True)
class Desk:
    """What one render has at hand besides the article: words, zone, direction; and what is left of its budget."""

    words: Words
    zone: tzinfo
    rtl: bool
    steps: int = MAX_STEPS
    deadline: float = float("inf")  # until `begin`

    def begin(self) -> None:
        """The time counts from here: reading and compiling the template before is not its doing."""
        self.deadline = time.thread_time() + MAX_SECONDS

    def step(self) -> None:
        self.steps -= 1
        if self.steps < 0 or time.thread_time() > self.deadline:
            raise LimitReached(phrase("The template loops for too long."))

    def say(self, english: object, /, **values: object) -> str:
        """`_()` of templates: the phrase in the post's language; markup in values stays markup."""
        return self._put(self.words.say(str(english)), values)

    def count(self, one: object, many: object, count: int, /, **values: object) -> str:
        """`_n()` of templates: the phrase in the form that the number asks for; `{count}` is the number."""
        return self._put(self.words.count((str(one), str(many)), count), values)

    def _put(self, text: str, values: Mapping[str, object]) -> str:
        if any(isinstance(value, Markup) for value in values.values()):
            safe = {name: escape(value) for name, value in values.items()}
            return Markup(self.words.put(str(escape(text)), **safe))  # noqa: S704 - every part is escaped
        return self.words.put(text, **values)


def clip(value: object, units: int = 320) -> str:
    """At most so many UTF-16 units, at the end of a sentence if one is near, else at a word."""
    return characters.shorten(str(value or "").strip(), max(0, min(int(units), MAX_TEXT)))


@pass_context
def tg_time(context: Context, value: object, form: str = "r") -> Markup:
    """A time that each reader sees in their own zone and language; `value` in Unix seconds.  Nothing for no time."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
        return Markup("")
    desk = desk_of(context)
    moment = datetime.fromtimestamp(value, UTC).astimezone(desk.zone)
    shown = desk.words.time(moment) if form in ("t", "T") else desk.words.date_time(moment)
    form = form if form == "r" or (form and len(form) <= 4 and set(form) <= set("wdDtT")) else "r"
    return Markup('<tg-time unix="{}" format="{}">{}</tg-time>').format(value, form, shown)


@pass_context
def bidi(context: Context, value: object) -> str:
    """Runs of the other direction isolated, so that they move nothing around them."""
    if isinstance(value, Markup):
        return value
    return direction.isolate_runs(str(value if value is not None else ""), rtl=desk_of(context).rtl)


def hashtag(value: object) -> str:
    return tagging.hashtag(str(value or "")) or ""


def hashtags(values: Iterable[object], limit: int = 3) -> list[str]:
    return tagging.hashtags([str(value) for value in values], limit=max(0, min(int(limit), 10)))


def replace(value: object, old: str, new: str) -> str:
    text = str(value)
    if len(text) + text.count(str(old)) * len(str(new)) > MAX_TEXT or not str(old):
        raise LimitReached(phrase("The template makes too long a text."))
    return text.replace(str(old), str(new))


def join(values: Iterable[Any], between: str = "", attribute: str | None = None) -> str:
    """Everything is escaped but markup, as Jinja2 joins under autoescape."""
    items = [value.get(attribute) if attribute and isinstance(value, Mapping) else value for value in values]
    return bounded(escape(between).join(escape("" if item is None else item) for item in items))


def joined(values: list[Any]) -> str:
    """Text put together with `~`."""
    return bounded(markup_join("" if value is None else value for value in values))


@pass_context
def each(context: Context, values: Iterable[Any]) -> Iterator[Any]:
    """The items of a loop, counted against the render's budget."""
    desk = desk_of(context)
    for item in values:
        desk.step()
        yield item


def bounded(value: _T) -> _T:
    if isinstance(value, str | list | tuple) and len(value) > MAX_TEXT:
        raise LimitReached(phrase("The template makes too long a text."))
    return value


def desk_of(context: Context) -> Desk:
    desk = context.parent["_desk"]
    assert isinstance(desk, Desk)
    return desk


FILTERS = {
    "clip": clip,
    "tg_time": tg_time,
    "bidi": bidi,
    "hashtag": hashtag,
    "hashtags": hashtags,
    "replace": replace,
    "join": join,
    "_joined": joined,
    "_each": each,
}
