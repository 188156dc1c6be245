"""`sharewire rules`: which articles go where, and what the rules would do with those of the last days."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import AsJson, example
from bot.commands.output import print_json, table

if TYPE_CHECKING:
    from bot.model import Rule
    from bot.posts.trial import Tried


def build() -> typer.Typer:
    family = typer.Typer(help="Which articles go to which channels.", no_args_is_help=True, rich_markup_mode=None)
    family.command("list", epilog=example("sharewire rules list"))(list_all)
    family.command("try", epilog=example("sharewire rules try --days 7 --channel news"))(try_all)
    return family


def list_all(as_json: AsJson = False) -> None:
    """Every rule, in the order in which they are asked."""
    found = asyncio.run(_rules())
    if as_json:
        print_json(found)
    elif not found:
        print("There are no rules. A source gets one with: sharewire sources add URL --to CHANNEL")
    else:
        rows = [(rule.name, _effect(rule), _words(rule.match) or "everything", _words(rule.options)) for rule in found]
        print(table(rows, head=("rule", "does", "when", "how")))


def try_all(
    days: Annotated[float, typer.Option("--days", min=0.04, max=90, help="How far back to look.")] = 7.0,
    channel: Annotated[str | None, typer.Option("--channel", help="Of this channel only.")] = None,
    posted: Annotated[bool, typer.Option("--posted", help="Only what would be posted.")] = False,
    as_json: AsJson = False,
) -> None:
    """What the rules would do with the articles of the last days; nothing is posted."""
    found = asyncio.run(_tried(days))
    rows = [
        one for one in found if channel in (None, one.channel) and (not posted or one.decision.posted)
    ]  # an unknown channel shows nothing
    if as_json:
        print_json([_row(one) for one in rows])
        return
    if not rows:
        print("No article of these days.")
        return
    shown = [
        ("post" if one.decision.posted else "no", one.channel, one.source, (one.title or "")[:60], one.decision.reason)
        for one in rows
    ]
    print(table(shown, head=("", "channel", "source", "article", "why")))
    count = sum(one.decision.posted for one in rows)
    print(f"{count} of {len(rows)} would be posted. Nothing was sent.")


def _row(one: Tried) -> dict[str, Any]:
    decision = one.decision
    return {
        "article": one.article_id,
        "title": one.title,
        "source": one.source,
        "published": one.published,
        "channel": one.channel,
        "would_post": decision.posted,
        "stage": decision.stage,
        "reason": decision.reason,
        "evidence": dict(decision.evidence),
    }


def _effect(rule: Rule) -> str:
    where = ", ".join(rule.channels) or "every channel"
    state = "" if rule.enabled else " (off)"
    return f"keeps out of {where}{state}" if rule.drop else f"sends to {where}{state}"


def _words(values: Any) -> str:
    return "; ".join(f"{key} {', '.join(map(str, v)) if isinstance(v, list) else v}" for key, v in values.items())


async def _rules() -> tuple[Rule, ...]:
    from bot import settings
    from bot.store import rules
    from bot.store.database import open_database

    async with open_database(settings.load().database) as db, db.read() as tx:
        return await rules.every(tx)


async def _tried(days: float) -> tuple[Tried, ...]:
    from bot import settings
    from bot.posts.trial import try_rules
    from bot.store.database import open_database

    async with open_database(settings.load().database) as db:
        return await try_rules(db, now=datetime.now(UTC), days=days)
