"""The work of `sharewire sources` and `sharewire discover`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import settings
from bot.app import Parts, opened
from bot.commands.choices import choose
from bot.commands.documents import Document, is_address
from bot.errors import ParseError, Problem, UsageError
from bot.model import Media, Source, SourceDocument
from bot.sources import discover, inspection
from bot.store import channels, rules, sources
from bot.store.database import Tx, open_database
from bot.web import Web


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedSource:
    address: str
    to: tuple[str, ...] = ()
    name: str | None = None
    backfill: int = 0
    media: str = "link"
    every: int | None = None  # seconds
    language: str | None = None


def describe_source(document: Document) -> dict[str, Any]:
    """The shape of `sources test --json`.  Raises ParseError."""
    return inspection.as_json(
        inspection.inspect_bytes(document.body, url=document.url, content_type=document.content_type)
    )


def discover_from(document: Document) -> list[dict[str, Any]]:
    """Candidates behind an address, or in a page that was given; best first."""
    if document.body or not (document.url and is_address(document.url)):
        found = discover.candidates(document.body, document.url or "", content_type=document.content_type)
    else:
        found = asyncio.run(_discover(document.url))
    return [{"url": c.url, "kind": c.kind, "title": c.title, "how": c.how} for c in found]


async def _discover(address: str) -> tuple[discover.Candidate, ...]:
    found = settings.load()
    async with Web(allow_private_hosts=found.allow_private_hosts, proxy=found.fetch_proxy) as web:
        return (await discover.discover(web, address)).candidates


async def add_source(wish: AddedSource, *, dry_run: bool) -> dict[str, Any]:
    """Find what to watch at the address, store it, and send its articles to the named channels."""
    media = choose(Media, wish.media, "--media")
    now = datetime.now(UTC)
    async with opened(settings.load()) as parts:
        chosen, document = await _find(parts, wish.address)
        async with parts.db.write() as tx:
            names = [(await _channel(tx, name)) for name in wish.to]
            await _refuse_twice(tx, chosen.url)
            source = Source(
                id=0,
                name=await sources.free_name(tx, wish.name or document.title or chosen.url),
                kind=chosen.kind,
                url=chosen.url,
                title=document.title,
                homepage=document.url,
                language=wish.language or document.language,
                media=media,
                backfill=wish.backfill,
                every=timedelta(seconds=wish.every) if wish.every else None,
            )
            if not dry_run:
                await sources.put(tx, source, now=now)
                await rules.send_source_to(tx, source.name, names)
    return {
        "name": source.name,
        "kind": source.kind,
        "url": source.url,
        "title": source.title,
        "how": chosen.how,
        "entries": len(document.entries),
        "to": names,
    }


async def _find(parts: Parts, address: str) -> tuple[discover.Candidate, SourceDocument]:
    """The best candidate at an address, read once.  Raises FetchError, ParseError."""
    found = await discover.discover(parts.web, address, parser=parts.parser)
    if not found.candidates:
        raise ParseError(found.problem or _nothing_to_watch(address, len(found.tried)))
    best = found.candidates[0]
    return best, await inspection.inspect(parts.web, best.url, kind=best.kind, parser=parts.parser)


def _nothing_to_watch(address: str, tried: int) -> Problem:
    return Problem(
        code="SW-S31",
        title="There is nothing to watch here.",
        cause=f"No feed, sitemap or list of articles was found; {tried} addresses were tried.",
        fix=f"See what was found: sharewire discover {address}",
        where=address,
        meanwhile="Nothing was added.",
    )


async def _channel(tx: Tx, name: str) -> str:
    channel = await channels.find(tx, name)
    if channel is None:
        raise UsageError(
            Problem(
                code="SW-C26",
                title=f'There is no channel "{name}".',
                cause="No connected channel has this name.",
                fix=f"Connect it first: sharewire channels add {name}",
                where="--to",
                meanwhile="Nothing was added.",
            )
        )
    return channel.name


async def _refuse_twice(tx: Tx, url: str) -> None:
    for known in await sources.at(tx, url):
        raise UsageError(
            Problem(
                code="SW-S30",
                title=f"You already watch this as {known.name}.",
                cause="A source with this address exists.",
                fix="See it with: sharewire sources list",
                where=url,
                meanwhile="Nothing was changed.",
            )
        )


async def list_sources() -> list[dict[str, Any]]:
    async with open_database(settings.load().database) as db, db.read() as tx:
        listed = await sources.every(tx)
    return [_row(source) for source in listed]


def _row(source: Source) -> dict[str, Any]:
    return {
        "name": source.name,
        "kind": source.kind,
        "url": source.url,
        "title": source.title,
        "enabled": source.enabled,
        "checked_at": source.checked_at,
        "next_check_at": source.next_check_at,
        "failures": source.failures,
        "problem": source.problem,
        "health": "paused"
        if not source.enabled
        else source.problem or ("ok" if source.checked_at else "not yet checked"),
    }
