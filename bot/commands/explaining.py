"""The work of `sharewire explain`: for each channel the stages passed and the one that decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot import settings
from bot.errors import Problem, UsageError
from bot.identity import url_key
from bot.model import Article, Channel, Decision, Stage
from bot.posts.compose import explain
from bot.store import articles, channels, posts
from bot.store.database import Tx, open_database


async def explain_article(given: str) -> dict[str, Any]:
    """Raises UsageError when no article has this number or address."""
    found = settings.load()
    async with open_database(found.database) as db:
        async with db.read() as tx:
            article = await _find(tx, given)
        if article is None:
            raise UsageError(_unknown(given))
        made = {one.channel_id: one for one in await explain(db, article.id, now=datetime.now(UTC))}
        rows = []
        async with db.read() as tx:
            withdrawn = await articles.is_withdrawn(tx, article.id)
            for channel in await channels.every(tx):
                post = await posts.carrying(tx, article.id, channel.id)
                rows.append(_row(channel, made.get(channel.id), post.remote_url if post else None, article))
    return {
        "id": article.id,
        "title": article.title,
        "url": article.canonical_url or article.url,
        "state": article.state,
        "baseline": article.baseline,
        "found_at": article.found_at,
        "problem": article.problem,
        "withdrawn": withdrawn,
        "summary": article.summary_how,
        "channels": rows,
    }


async def _find(tx: Tx, given: str) -> Article | None:
    if given.isdigit():
        return await articles.get(tx, int(given))
    key = url_key(given)
    return await articles.by_keys(tx, [key]) if key else None


def _row(channel: Channel, decision: Decision | None, link: str | None, article: Article) -> dict[str, Any]:
    if decision is None:
        stage = Stage.BASELINE if article.baseline else Stage.READ
        why = (
            "It was there when its source was added: such articles are found, not posted."
            if article.baseline
            else article.problem or f"It is {article.state}: nothing was decided yet."
        )
        return {"channel": channel.name, "posted": False, "stage": stage, "reason": why, "passed": [], "link": link}
    return {
        "channel": channel.name,
        "posted": decision.posted,
        "stage": decision.stage,
        "reason": decision.reason,
        "passed": list(decision.passed),
        "evidence": dict(decision.evidence),
        "decided_at": decision.decided_at,
        "link": link,
    }


def show_explanation(found: Mapping[str, Any]) -> None:
    print(f'{found["id"]}  "{found["title"] or found["url"]}"')
    if found["summary"]:
        print(f"  summary: {_summary_in_words(found['summary'])}")
    if found.get("withdrawn"):
        print("  It was withdrawn.")
    for row in found["channels"]:
        verdict = f"posted {row['link'] or ''}".strip() if row["posted"] else "NOT posted"
        print(f"  {row['channel']}: {verdict}")
        if row["passed"]:
            print(f"    ✓ {', '.join(row['passed'])}")
        print(f"    {'✓' if row['posted'] else '✗'} {row['stage']}: {row['reason']}")


def _summary_in_words(how: str) -> str:
    """`extractive (standfirst: cut) (model: an attribution is lost)` and its like, as a sentence."""
    kind, _, rest = how.partition(" (")
    said = [_HOW.get(kind, kind)]
    for part in rest.removesuffix(")").split(") (") if rest else ():
        whose, _, reason = part.rpartition(": ")
        match whose:
            case "standfirst":
                said.append(f"the publisher's own were not taken: {_FAULTS.get(reason, reason)}")
            case "model":
                said.append(f"the language model's were not taken: {reason}")
            case _:
                said.append(_FAULTS.get(reason, reason))
    return "; ".join(said)


_HOW = {
    "standfirst": "the publisher's own words under the headline",
    "extractive": "sentences of the text",
    "model": "written by the language model, and checked",
    "none": "none: there is too little text",
}
_FAULTS = {
    "short": "they are short",
    "long": "they are long",
    "cut": "they end in the middle of a sentence",
    "the headline again": "they say the headline again",
    "another language": "they are in another language",
    "not about this article": "they are not about this article",
}


def _unknown(given: str) -> Problem:
    return Problem(
        code="SW-A20",
        title="I do not know this article.",
        cause="No source listed it and nobody pushed it.",
        fix=f"Push it by hand: sharewire push {given if not given.isdigit() else 'URL'} --dry-run",
        where=given,
        meanwhile="Nothing was decided about it.",
    )
