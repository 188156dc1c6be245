"""Trying the rules: what they would do with the articles of the last days, each by itself, without posting anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Decision, Rule
from bot.posts import routing
from bot.posts.routing import Facts, Origin
from bot.store import articles, channels, rules
from bot.store.database import Database

MOST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One article in one channel."""

    article_id: int
    title: str | None
    source: str | None
    published: datetime | None
    channel: str
    decision: Decision


async def try_rules(
    db: Database, *, now: datetime, days: float = 7.0, asked: tuple[Rule, ...] | None = None, limit: int = MOST
) -> tuple[Tried, ...]:
    """A row for every article × channel, the newest article first.  Each is asked as if it came at its own time into an
    empty channel, so that rules are told apart from pace and from stories already posted.

    asked   rules that are not saved; default: those in force"""
    async with db.read() as tx:
        found = await articles.latest(tx, limit=limit, since=now - timedelta(days=days))
        listed = await channels.every(tx)
        in_force = asked if asked is not None else await rules.every(tx)
        listings = {article.id: await articles.sources_of(tx, article.id) for article in found}
        facts = await rules.sources_by_id(tx, [one.source_id for several in listings.values() for one in several])
    made: list[Tried] = []
    for article in found:
        origins = [Origin(source=facts[one.source_id], baseline=one.baseline) for one in listings[article.id]]
        moment = article.found_at or article.published or now
        for channel in listed:
            verdict = routing.decide_for_all(article, origins, channel, in_force, Facts(), now=moment)
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
