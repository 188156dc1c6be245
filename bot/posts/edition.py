"""Editions: what a digest says; its stories in sections, in as many messages as Telegram's limits ask for.  Pure.

A message ends where a section ends if it can, between stories if it must, never inside one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.model import Article, Channel, Json, Request
from bot.posts import characters, context, direction, links, markup, styled
from bot.posts.context import Extras
from bot.posts.filters import Desk
from bot.posts.order import chat_of, zone_of
from bot.posts.press import Press
from bot.posts.rendering import plain
from bot.posts.words import OTHER_NEWS
from bot.wording import words_for

MAX_STORIES = 30
"""Three entities a story, of a hundred."""
SHOWN = 7
_MOST_SECTIONS = 8
_FEW = 2  # stories that make a section


class Grouping(StrEnum):
    """What the sections of a digest are."""

    NONE = "none"
    TAG = "tag"
    SOURCE = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One digest that is due: its period names it once and for all."""

    name: str
    period: str
    title: str
    top: int = SHOWN
    grouping: Grouping = Grouping.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a digest, and the articles it holds."""

    request: Request
    plain: Request
    visible_text: str
    articles: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A story with its section (None = without a heading) and its number."""

    section: str | None
    story: Article
    number: int


def write(
    press: Press,
    channel: Channel,
    stories: Sequence[Article],
    edition: Edition,
    *,
    sections: Mapping[int, str] | None = None,
) -> tuple[Part, ...]:
    """The messages of an edition; `sections`: the heading of each article, instead of the edition's grouping.

    Raises TemplateError."""
    parts: list[Part] = []
    names = [(sections or {}).get(story.id) for story in stories] if sections else _named(stories, edition.grouping)
    rest = placed(stories, names, _language(channel, stories))
    while rest:
        size, made = _fill(press, channel, rest, edition)
        parts.append(_part(channel, made, [one.story for one in rest[:size]]))
        rest = rest[size:]
    return tuple(parts)


def placed(stories: Sequence[Article], named: Sequence[str | None], language: str | None) -> list[Placed]:
    """Stories in the order of their sections: the section of the first story first, what belongs to none last."""
    order = list(dict.fromkeys(name for name in named if name is not None))[:_MOST_SECTIONS]
    if not order:
        return [Placed(section=None, story=story, number=n) for n, story in enumerate(stories, 1)]
    other = words_for(language).say(OTHER_NEWS)
    sections = [(name, [s for s, own in zip(stories, named, strict=True) if own == name]) for name in order]
    sections.append((other, [s for s, own in zip(stories, named, strict=True) if own not in order]))
    flat = [(name, story) for name, members in sections for story in members]
    return [Placed(section=name, story=story, number=n) for n, (name, story) in enumerate(flat, 1)]


def _named(stories: Sequence[Article], grouping: Grouping) -> list[str | None]:
    counted = _counted(stories, grouping)
    return [_section(story, grouping, counted) for story in stories]


def _counted(stories: Sequence[Article], grouping: Grouping) -> Counter[str]:
    return Counter(name for story in stories for name in dict.fromkeys(_names(story, grouping)))


def _names(story: Article, grouping: Grouping) -> list[str]:
    if grouping is Grouping.SOURCE:
        return [characters.one_line(story.site_name)] if story.site_name else []
    if grouping is Grouping.TAG:
        return [name for tag in story.tags if (name := characters.one_line(tag).strip("#")) and len(name) <= 40]
    return []


def _section(story: Article, grouping: Grouping, counted: Counter[str]) -> str | None:
    """The name that it shares with the most other stories, of equals its first."""
    names = [name for name in _names(story, grouping) if counted[name] >= _FEW]
    return max(names, key=lambda name: counted[name], default=None)


def _fill(press: Press, channel: Channel, rest: Sequence[Placed], edition: Edition) -> tuple[int, markup.Markup]:
    """As many stories as fit one message."""
    size = min(len(rest), MAX_STORIES)
    made = _render(press, channel, rest[:size], edition)
    while size > 1 and not _fits(made):
        size = max(1, size * 3 // 4)
        made = _render(press, channel, rest[:size], edition)
    border = _border(rest, size)
    if border != size:
        size, made = border, _render(press, channel, rest[:border], edition)
    return size, made if _fits(made) else markup.to_telegram(made.html)


def _border(rest: Sequence[Placed], size: int) -> int:
    """The end of the last whole section among the first stories; `size` where there is none."""
    if size == len(rest):
        return size
    ends = [place for place in range(1, size + 1) if rest[place].section != rest[place - 1].section]
    return ends[-1] if ends else size


def _render(press: Press, channel: Channel, stories: Sequence[Placed], edition: Edition) -> markup.Markup:
    language = _language(channel, [one.story for one in stories])
    words = words_for(language)
    rtl = direction.is_rtl(language, edition.title)
    lines = [_line(channel, one.story, one.number) for one in stories]
    shown = list(zip(stories, lines, strict=True))[: edition.top]
    values = context.empty_values(channel)
    values["digest"] = {
        "title": edition.title,
        "count": len(stories),
        "minutes": sum(one.story.minutes or 1 for one in stories),
        "sections": [
            {"title": name, "stories": [line for one, line in shown if one.section == name]}
            for name in dict.fromkeys(one.section for one, _ in shown)
        ],
        "more": lines[edition.top :],
    }
    desk = Desk(words=words, zone=zone_of(channel.timezone), rtl=rtl)
    given = {name: plain(value) for name, value in values.items()}
    return markup.measure(press.renderer.render("digest", given, desk))


def _line(channel: Channel, story: Article, number: int) -> dict[str, Any]:
    values = context.article_values(story, channel, (), Extras())
    link = links.acceptable(story.shortlink or "") if len(values["link"] or "") > links.MAX_ADDRESS // 4 else None
    return {
        "number": number,
        "title": characters.shorten(values["title"], 160),
        "link": link or values["link"],
        "source": characters.shorten(values["source"], 60),
    }


def _fits(made: markup.Markup) -> bool:
    return made.fits(markup.TEXT_LIMIT) and made.entities + made.automatic <= styled.MAX_ENTITIES


def _part(channel: Channel, made: markup.Markup, stories: Sequence[Article]) -> Part:
    params: dict[str, Json] = {
        "chat_id": chat_of(channel),
        "text": made.html,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "disable_notification": False,
    }
    bare = {name: value for name, value in params.items() if name != "parse_mode"} | {"text": made.text}
    return Part(
        request=Request(method="sendMessage", params=params),
        plain=Request(method="sendMessage", params=bare, why="plain"),
        visible_text=made.text,
        articles=tuple(story.id for story in stories),
    )


def _language(channel: Channel, stories: Sequence[Article]) -> str | None:
    return channel.language or next((story.language for story in stories if story.language), None)
