"""The work of `sharewire sources list` and `show`: what is watched, and how it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot import settings
from bot.errors import Problem, UsageError
from bot.model import Article, Rule, Source
from bot.sources.health import health_of
from bot.sources.schedule import span
from bot.store import articles, rules, sources, websub
from bot.store.database import Tx, open_database
from bot.store.websub import Subscription


async def list_sources() -> list[dict[str, Any]]:
    """A row for every source by name."""
    now = datetime.now(UTC)
    async with open_database(settings.load().database) as db, db.read() as tx:
        return [row_of(source, now) for source in await sources.every(tx)]


def row_of(source: Source, now: datetime) -> dict[str, Any]:
    health = health_of(source, now)
    return {
        "name": source.name,
        "kind": source.kind,
        "url": source.url,
        "title": source.title,
        "enabled": source.enabled,
        "state": health.state,
        "health": health.words,
        "checked_at": source.checked_at,
        "checked": f"{span(now - source.checked_at)} ago" if source.checked_at else "never",
        "next_check_at": source.next_check_at,
        "failures": source.failures,
        "failing_since": source.failing_since,
        "problem": source.problem,
        "moved_to": source.moved_to,
        "next_step": health.next_step,
    }


async def show_source(words: str) -> dict[str, Any]:
    """A source with its lines for people, its rules' channels and its newest articles.  Raises UsageError."""
    now = datetime.now(UTC)
    async with open_database(settings.load().database) as db, db.read() as tx:
        source = await the_source(tx, words)
        count = await sources.counts(tx, source.id)
        newest = await articles.latest(tx, limit=5, source_id=source.id)
        channels = sorted({name for rule in await rules.every(tx) if _names(rule, source) for name in rule.channels})
        subscription = await websub.of_source(tx, source.id)
    found = row_of(source, now) | {
        "homepage": source.homepage,
        "language": source.language,
        "every": source.every.total_seconds() if source.every else None,
        "media": source.media,
        "tags": list(source.tags),
        "rhash": source.options.get("rhash"),
        "to": channels,
        "articles": count,
        "hub": source.hub,
        "hub_state": subscription.state if subscription else None,
    }
    lines = list(_lines(source, found, subscription, now))
    return found | {"lines": lines, "newest": [_article(article, now) for article in newest]}


def _lines(
    source: Source, found: dict[str, Any], subscription: Subscription | None, now: datetime
) -> list[tuple[str, str]]:
    said = {
        "health": f"{found['state']}: {found['health']}" if found["state"] == "ok" else found["health"],
        "problem": source.problem,
        "next step": found["next_step"],
        "address": source.url,
        "kind": "single page" if source.options.get("single") else str(source.kind),
        "checked": found["checked"],
        "next check": _until(source, now),
        "goes to": ", ".join(found["to"]) or f"no channel: sharewire sources edit {source.name} --to CHANNEL",
        "hub": _hub(source, subscription, now),
        "language": source.language,
        "tags": ", ".join(source.tags),
        "rhash": found["rhash"],
        "articles": str(found["articles"]),
    }
    return [(label, value) for label, value in said.items() if value]


def _until(source: Source, now: datetime) -> str | None:
    if not source.enabled or source.next_check_at is None:
        return None
    often = f" (every {span(source.every)}, as you wished)" if source.every else ""
    return ("now" if source.next_check_at <= now else f"in {span(source.next_check_at - now)}") + often


def _hub(source: Source, subscription: Subscription | None, now: datetime) -> str | None:
    if not source.hub:
        return None
    if subscription is None:
        return f"{source.hub} (not asked: set BOT_PUBLIC_URL, then it pushes)"
    if subscription.state == "verified" and subscription.expires_at and subscription.expires_at > now:
        return f"{source.hub} pushes; renewed before {subscription.expires_at:%Y-%m-%d}"
    asked = f"asked {span(now - subscription.asked_at)} ago"
    why = {
        "refused": f"{asked}, it refused; it is asked again a day later",
        "asked": f"{asked}, it has not answered; it has to reach BOT_PUBLIC_URL (sharewire doctor looks)",
    }.get(subscription.state, "its lease has ended; it is asked again")
    return f"{source.hub} does not push ({why}); the source is looked at as usual"


def _article(article: Article, now: datetime) -> dict[str, Any]:
    found = f"{span(now - article.found_at)} ago" if article.found_at else ""
    return {"id": article.id, "title": article.title, "url": article.canonical_url or article.url, "found": found}


def _names(rule: Rule, source: Source) -> bool:
    """Whether a rule names this source alone."""
    wanted = rule.match.get("source")
    return (
        rule.enabled
        and not rule.drop
        and (wanted == source.name or (isinstance(wanted, list) and source.name in wanted))
    )


async def the_source(tx: Tx, words: str) -> Source:
    """The source of a name or an address.  Raises UsageError with the nearest name."""
    import difflib

    found = await sources.find(tx, words)
    if found is not None:
        return found
    near = difflib.get_close_matches(words, [source.name for source in await sources.every(tx)], n=1)
    raise UsageError(
        Problem(
            code="SW-S32",
            title=f'There is no source "{words}".',
            cause="No source has this name or address.",
            fix=f"Did you mean {near[0]}?" if near else "See all of them: sharewire sources list",
            where=words,
            meanwhile="Nothing was changed.",
        )
    )
