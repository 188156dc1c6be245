"""Digests: several articles in one post; by the clock, and for what came too late to be a post of its own.

A channel's `digest` option: {at: "07:30 mon-fri" or a list, top: 7, title: "Morning brief"}.  A channel without one
still gets what was folded, an hour after the first of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from bot.model import Article, Channel, Decision, Json, Lane, PostKind, Request, Stage
from bot.posts import characters, context, direction, hours, links, markup, styled
from bot.posts.context import Extras
from bot.posts.filters import Desk
from bot.posts.order import chat_of, zone_of
from bot.posts.press import Press
from bot.posts.rendering import plain
from bot.posts.words import vocabulary
from bot.store import articles, decisions, posts
from bot.store.database import Database, Tx
from bot.store.posts import NewPost

MAX_STORIES = 30
"""Three entities a story, of a hundred."""
SHOWN = 7
WAITS = timedelta(hours=1)
GRACE = timedelta(hours=2)
"""A digest whose time passed while nothing ran is still made so much later."""
TOO_LATE = "SW-T420"
"""The sender's reason for a post whose turn came after it was fresh."""
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_AT = re.compile(r"(\d{1,2}):(\d{2})(?:\s+(\w{3})(?:-(\w{3}))?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One digest that is due: its period names it once and for all."""

    name: str
    period: str
    title: str
    top: int = SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a digest, and the articles it holds."""

    request: Request
    plain: Request
    visible_text: str
    articles: tuple[int, ...]


def due_edition(channel: Channel, folded: Sequence[datetime], *, now: datetime) -> Edition | None:
    """The edition whose time has come; `folded`: when each waiting article was folded."""
    zone = zone_of(channel.timezone)
    wish = channel.options.get("digest")
    if isinstance(wish, Mapping):
        slot = _last_slot(wish.get("at"), now, zone)
        if slot is None or not folded:
            return None
        top = wish.get("top")
        title = characters.one_line(str(wish.get("title") or "")) or _heading(channel)
        return Edition(
            name="digest",
            period=f"{slot:%Y-%m-%dT%H:%M}",
            title=title,
            top=top if isinstance(top, int) and top > 0 else SHOWN,
        )
    if not folded or now - min(folded) < WAITS or hours.is_quiet(hours.quiet_of(channel.options), now, zone):
        return None
    return Edition(name="folded", period=f"{min(folded):%Y-%m-%dT%H:%M:%S}", title=_heading(channel))


def write(press: Press, channel: Channel, stories: Sequence[Article], edition: Edition) -> tuple[Part, ...]:
    """The messages of an edition: split where one would not fit, never inside a story.  Raises TemplateError."""
    parts: list[Part] = []
    rest = list(stories)
    number = 1
    while rest:
        size = min(len(rest), MAX_STORIES)
        made = _render(press, channel, rest[:size], edition, number)
        while size > 1 and not _fits(made):
            size = max(1, size * 3 // 4)
            made = _render(press, channel, rest[:size], edition, number)
        if not _fits(made):
            made = markup.to_telegram(made.html)
        parts.append(_part(channel, made, rest[:size]))
        rest, number = rest[size:], number + size
    return tuple(parts)


async def once(db: Database, press: Press, channels: Sequence[Channel], *, now: datetime) -> int:
    """Make the digests that are due; articles that went into one."""
    return sum([await _make(db, press, channel, now) for channel in channels if channel.paused_at is None])


async def _make(db: Database, press: Press, channel: Channel, now: datetime) -> int:
    async with db.read() as tx:
        waiting = await _waiting(tx, channel, now)
        edition = due_edition(channel, [decision.decided_at or now for decision in waiting], now=now)
        if edition is None:
            return 0
        found = await articles.get_many(tx, [decision.article_id for decision in waiting])
    parts = write(press, channel, found, edition)
    by_article = {decision.article_id: decision for decision in waiting}
    async with db.write() as tx:
        for place, part in enumerate(parts):
            post_id = await posts.add_post(tx, _new_post(channel, edition, part, place, now), now=now)
            if post_id is not None:
                for article_id in part.articles:
                    decision = replace(by_article[article_id], posted=True, decided_at=now)
                    await decisions.put(tx, decision, post_id=post_id)
    return len(found)


async def _waiting(tx: Tx, channel: Channel, now: datetime) -> list[Decision]:
    """What was folded when it was decided, and what the sender folded later, in the order of deciding."""
    waiting = list(await decisions.folded(tx, channel.id))
    for late in await posts.late_folded(tx, channel.id, code=TOO_LATE, since=now - channel.max_age):
        if late.article_id is None:
            continue
        known = {decision.channel_id: decision for decision in await decisions.of_article(tx, late.article_id)}
        decision = known.get(channel.id)
        if decision is not None and decision.post_id == late.id:
            waiting.append(replace(decision, stage=Stage.PACE, reason=late.problem or decision.reason))
    return waiting


def _new_post(channel: Channel, edition: Edition, part: Part, place: int, now: datetime) -> NewPost:
    suffix = f":{place + 1}" if place else ""
    return NewPost(
        bot_id=channel.bot_id,
        once_key=f"digest:{edition.name}:{channel.id}:{edition.period}{suffix}",
        kind=PostKind.DIGEST,
        lane=Lane.CHANNEL,
        chat_id=chat_of(channel),
        requests=(part.request, part.plain),
        visible_text=part.visible_text,
        channel_id=channel.id,
        template="digest",
        due_at=now,
    )


def _render(press: Press, channel: Channel, stories: Sequence[Article], edition: Edition, number: int) -> markup.Markup:
    language = channel.language or next((story.language for story in stories if story.language), None)
    words = vocabulary(language)
    rtl = direction.is_rtl(language, edition.title)
    lines = [_line(channel, story, number + place) for place, story in enumerate(stories)]
    values = context.empty_values(channel)
    values["digest"] = {
        "title": edition.title,
        "count": len(stories),
        "minutes": sum(story.minutes or 1 for story in stories),
        "sections": [{"title": None, "stories": lines[: edition.top]}],
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


def _last_slot(value: Json, now: datetime, zone: tzinfo) -> datetime | None:
    """The latest time of the plan that has come and is not long past; in the channel's zone."""
    texts = [value] if isinstance(value, str) else list(value or ()) if isinstance(value, list | tuple) else []
    local = now.astimezone(zone)
    found: list[datetime] = []
    for text in texts:
        match = _AT.fullmatch(str(text).strip().lower())
        if match is None or int(match[1]) > 23 or int(match[2]) > 59:
            continue
        for day in (local.date() - timedelta(days=1), local.date()):
            slot = datetime.combine(day, time(int(match[1]), int(match[2])), zone)
            if _on_day(match, day.weekday()) and slot <= local and now - slot <= GRACE:
                found.append(slot)
    return max(found, default=None)


def _on_day(match: re.Match[str], weekday: int) -> bool:
    first, last = match[3], match[4]
    if first is None:
        return True
    if first not in _DAYS or (last is not None and last not in _DAYS):
        return False
    start, end = _DAYS.index(first), _DAYS.index(last or first)
    return start <= weekday <= end if start <= end else weekday >= start or weekday <= end


def _heading(channel: Channel) -> str:
    return vocabulary(channel.language).say("Other news")
