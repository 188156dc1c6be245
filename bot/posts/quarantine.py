"""Quarantine: an article whose composing ends the whole program is tried alone, three times in all, then left out.

Before composing, a line says which articles it is about to be; each goes with the transaction that decides about its
article.  A line that is still there was left by a program that died in between.  What is suspected comes last and
alone, so that everything else goes on; a failure that Python tells of leaves no line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.errors import Problem, phrase
from bot.model import Article, Channel, Decision, Stage
from bot.posts import characters
from bot.store import articles, decisions, facts, notices
from bot.store.database import Database, Tx

TRIES: Final = 3
PATIENCE: Final = timedelta(seconds=30)
"""So long another program may still be at it: nothing is given up before."""
CARD: Final = "left-out"
_NAME: Final = "composing:"
_EDITION: Final = "making:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """How often composing an article began without an end, and when last."""

    count: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`turns`: what to compose, each turn under one line written before; `hopeless`: what to leave out."""

    turns: tuple[tuple[Article, ...], ...]
    hopeless: tuple[Article, ...]


async def tried(tx: Tx) -> Mapping[int, Try]:
    """By article, what has begun and not ended."""
    found = await facts.starting_with(tx, _NAME, limit=1_000)
    return {
        int(name.removeprefix(_NAME)): Try(count=value["count"], at=datetime.fromisoformat(value["at"]))
        for name, value in found.items()
    }


def in_order(waiting: Sequence[Article], known: Mapping[int, Try], now: datetime) -> Order:
    """The unsuspected together, then each suspect alone, the least suspected first.  Pure."""
    clean = tuple(article for article in waiting if article.id not in known)
    suspects = sorted((article for article in waiting if article.id in known), key=lambda one: known[one.id].count)
    again = [article for article in suspects if known[article.id].count < TRIES]
    over = [one for one in suspects if known[one.id].count >= TRIES and abs(now - known[one.id].at) >= PATIENCE]
    turns = (*([clean] if clean else []), *((article,) for article in again))
    return Order(turns=turns, hopeless=tuple(over))


async def begin(db: Database, turn: Iterable[Article], known: Mapping[int, Try], *, now: datetime) -> None:
    """Written down before composing."""
    counts = {article.id: known[article.id].count if article.id in known else 0 for article in turn}
    lines = {f"{_NAME}{number}": {"count": count + 1, "at": now.isoformat()} for number, count in counts.items()}
    async with db.write() as tx:
        await facts.put_all(tx, lines, now=now)


async def end(tx: Tx, article_id: int) -> None:
    """In the transaction that decides about it, or after a failure that was told."""
    await facts.forget(tx, f"{_NAME}{article_id}")


async def give_up(
    db: Database, article: Article, channels: Sequence[Channel], why: Problem | str, *, now: datetime
) -> None:
    """Leave an article out, with a card where a problem is to be told.  What it has posted before stays decided."""
    async with db.write() as tx:
        posted = {decision.channel_id for decision in await decisions.of_article(tx, article.id) if decision.posted}
        for channel in channels:
            decision = Decision(
                article_id=article.id,
                channel_id=channel.id,
                posted=False,
                stage=Stage.READ,
                reason=why.cause if isinstance(why, Problem) else why,
                decided_at=now,
            )
            if channel.id not in posted:
                await decisions.put(tx, decision)
        for bot_id in {channel.bot_id for channel in channels}:
            if isinstance(why, Problem):
                await notices.tell(tx, bot_id=bot_id, key=f"{CARD}:{article.id}", problem=why, now=now)
        await articles.mark_decided(tx, article.id, article.revision)
        await end(tx, article.id)


# ── editions of digests ──────────────────────────────────────────────────────────────────────────────────────────────


async def may_make(db: Database, edition: str, *, now: datetime, of: str = "") -> bool | None:
    """Written down before an edition is made: True = make it.  None = it has ended the program, or failed, so often
    that it is to be left out.  False = it may still be at it, or was left out.

    `of`: what it is made of, for one that is made again and again; nothing is written where that ended well before."""
    name = f"{_EDITION}{edition}"
    async with db.read() as tx:
        found: Any = await facts.get(tx, name) or {"count": 0, "at": now.isoformat()}
    if of and found.get("well") == of:
        return True
    if found["count"] >= TRIES:
        waited = abs(now - datetime.fromisoformat(found["at"])) >= PATIENCE
        return None if waited and not found.get("over") else False
    async with db.write() as tx:
        await facts.put(tx, name, {"count": found["count"] + 1, "at": now.isoformat()}, now=now)
    return True


async def made(tx: Tx, edition: str, *, now: datetime, of: str = "") -> None:
    """In the transaction that writes its posts down, or after a failure that is not its own."""
    if of:
        await facts.put(tx, f"{_EDITION}{edition}", {"count": 0, "at": now.isoformat(), "well": of}, now=now)
    else:
        await facts.forget(tx, f"{_EDITION}{edition}")


async def made_well(db: Database, edition: str, *, now: datetime, of: str) -> None:
    """`made`, unless that is known."""
    async with db.read() as tx:
        found: Any = await facts.get(tx, f"{_EDITION}{edition}")
    if found is None or found.get("well") != of:
        async with db.write() as tx:
            await made(tx, edition, now=now, of=of)


async def leave_edition_out(
    tx: Tx, edition: str, channel: Channel, folded: Iterable[Decision], *, now: datetime
) -> None:
    """This one is passed over, with a card; what was to be in it is kept, and in no later one, where it might end the
    program again."""
    name = edition.partition(":")[0]
    problem = edition_left_out(name, channel.title or channel.name)
    for decision in folded:
        await decisions.put(tx, replace(decision, stage=Stage.READ, reason=problem.cause))
    await facts.put(tx, f"{_EDITION}{edition}", {"count": TRIES, "at": now.isoformat(), "over": True}, now=now)
    key = f"{CARD}-digest:{channel.id}:{name}"
    await notices.tell(tx, bot_id=channel.bot_id, key=key, problem=problem, now=now, options={"kind": CARD})


def edition_left_out(name: str, where: str) -> Problem:
    return Problem(
        code="SW-P54",
        where=where,
        title=phrase("The digest {name} of {channel} is left out this time.", name=name, channel=where),
        cause=phrase("The program ended {times} times while it made it.", times=TRIES),
        fix=phrase("Please report it; the next one is made at its time."),
        meanwhile=phrase("Everything else goes on."),
    )


def left_out(article: Article) -> Problem:
    head = characters.shorten(characters.one_line(article.title or article.url or "…"), 120)
    address = article.url or "–"
    return Problem(
        code="SW-P53",
        title=phrase("The article “{head}” is not posted.", head=head),
        cause=phrase("The program ended {times} times while it made a post of it.", times=TRIES),
        fix=phrase("Please report its address: {url} . To try once more: sharewire push", url=address),
        meanwhile=phrase("Everything else goes on."),
    )
