"""Trying the rules: what they would do with the articles of the last days, each by itself, without posting anything."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.model import Article, ArticleState, Channel, Decision, Json, Rule, Stage
from bot.posts import routing
from bot.posts.routing import Facts, Origin, Verdict
from bot.store import articles, channels, posts, rules
from bot.store.database import Database
from bot.store.posts import Taken
from bot.store.rules import SourceFacts

MOST: Final = 1_000
QUICK: Final = 300  # articles that somebody who waits for an answer has it tried on
DAYS: Final = 7
_PACE_LOOKS_BACK: Final = timedelta(days=1)
_STAGES: Final = tuple(Stage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One article in one channel."""

    article_id: int
    title: str | None
    source: str | None
    published: datetime | None
    channel: str
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One rule, tried alone: how many articles came as far as the rules, how many it matched, the newest of them.

    unseen  words of which one is enough and that were in none of these articles: perhaps a slip of the pen"""

    days: int
    asked: int = 0
    matched: int = 0
    titles: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()


async def try_rules(
    db: Database,
    *,
    now: datetime,
    days: float = DAYS,
    asked: tuple[Rule, ...] | None = None,
    only: tuple[str, ...] | None = None,
    limit: int = MOST,
) -> tuple[Tried, ...]:
    """A row for every article × channel, the newest article first.  Each is asked as if it came at its own time into an
    empty channel, so that rules are told apart from pace and from stories already posted; what was there when its
    source was added counts as well, as if it had come when it was published.

    asked   rules that are not saved; default: those in force
    only    names of channels; default: all"""
    async with db.read() as tx:
        found = await articles.latest(tx, limit=limit, since=now - timedelta(days=days))
        listed = [one for one in await channels.every(tx) if only is None or one.name in only]
        in_force = asked if asked is not None else await rules.every(tx)
        listings = await articles.sources_of_each(tx, [article.id for article in found])
        facts = await rules.sources_by_id(tx, [one.source_id for several in listings.values() for one in several])
    pairs = [(article, [Origin(source=facts[one.source_id]) for one in listings[article.id]]) for article in found]
    return await asyncio.to_thread(_try, pairs, listed, in_force, now)  # folding long texts takes its time


async def try_rule(db: Database, rule: Rule, *, now: datetime, days: int = DAYS, titles: int = 2) -> Trial:
    """One rule by itself, whether it is saved or not."""
    async with db.read() as tx:
        names = [one.name for one in await channels.every(tx)]
    where = next((name for name in rule.channels if name in names), None) or next(iter(names), None)
    if where is None:
        return Trial(days=days)
    alone = replace(rule, name=rule.name or "·", enabled=True, channels=(where,))
    rows = await try_rules(db, now=now, days=days, asked=(alone,), only=(where,), limit=QUICK)
    reached = [row for row in rows if row.decision.posted or _place(row.decision) >= _STAGES.index(Stage.RULE)]
    matched = [row for row in reached if _is_matched(row.decision, alone)]
    shown = tuple(row.title for row in matched if row.title)[:titles]
    found = {word for row in matched for word in row.decision.evidence.get("found", ())}
    wanted = [word for key in ("any", "title", "text") for word in _listed(rule.match.get(key))]
    sure = bool(matched) or set(rule.match) <= {"any", "title", "text"}  # else another condition may be why
    unseen = tuple(word for word in wanted if word not in found) if sure and reached else ()
    return Trial(days=days, asked=len(reached), matched=len(matched), titles=shown, unseen=unseen)


async def turn_now(db: Database, channel: Channel, *, now: datetime) -> Verdict:
    """What would become of an article that came at this moment and that a rule sends to the channel."""
    async with db.read() as tx:
        taken = await posts.taken_times(tx, [channel.id], since=now - _PACE_LOOKS_BACK)
    busy = taken.get(channel.id, Taken())
    article = Article(id=0, source_id=0, state=ArticleState.READY, url=None, title="·", published=now, found_at=now)
    rule = Rule(id=0, name="", channels=(channel.name,))
    facts = Facts(taken=busy.times, last=busy.last)
    return routing.decide(article, SourceFacts(id=0, name=""), channel, (rule,), facts, now=now)


def _try(
    pairs: Sequence[tuple[Article, Sequence[Origin]]], listed: Sequence[Channel], asked: Sequence[Rule], now: datetime
) -> tuple[Tried, ...]:
    made: list[Tried] = []
    for article, origins in pairs:
        came = article.published if article.baseline else article.found_at
        moment = came or article.published or now
        for channel in listed:
            verdict = routing.decide_for_all(article, origins, channel, asked, Facts(), now=moment)
            made.append(
                Tried(
                    article_id=article.id,
                    title=article.title,
                    source=verdict.source.name if verdict.source else article.site_name,
                    published=article.published,
                    channel=channel.name,
                    decision=verdict.decision,
                )
            )
    return tuple(made)


def _listed(value: Json) -> list[str]:
    return [value] if isinstance(value, str) else [str(one) for one in value or ()]


def _place(decision: Decision) -> int:
    return _STAGES.index(decision.stage)


def _is_matched(decision: Decision, rule: Rule) -> bool:
    if rule.drop:
        return decision.stage is Stage.RULE and decision.evidence.get("rule") == rule.name
    return decision.posted or _place(decision) > _STAGES.index(Stage.RULE)
