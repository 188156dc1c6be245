"""The work of `sharewire sources` and `sharewire discover`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot import identity, settings
from bot.app import Parts, opened
from bot.articles.reading import read_metadata
from bot.commands.choices import choose
from bot.commands.documents import Document, is_address
from bot.errors import FetchError, ParseError, Problem, UsageError
from bot.model import Json, Media, Source, SourceDocument, SourceKind
from bot.parsing import Parser
from bot.sources import discover, inspection
from bot.store import audit, channels, rules, sources
from bot.store.database import Tx
from bot.web import Page, Web

SINGLE_PAGE = "single-page"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedSource:
    address: str
    to: tuple[str, ...] = ()
    name: str | None = None
    kind: str | None = None  # feed, sitemap, page, single-page; None = whatever is found
    backfill: int = 0
    media: str = "link"
    every: int | None = None  # seconds
    language: str | None = None
    rhash: str | None = None  # of an Instant View template
    again: bool = False  # although another source has the address


def describe_source(document: Document) -> dict[str, Any]:
    """The shape of `sources test --json`.  Raises ParseError."""
    return inspection.as_json(
        inspection.inspect_bytes(document.body, url=document.url, content_type=document.content_type)
    )


async def describe_address(address: str) -> dict[str, Any]:
    """The same for an address, with the `card` that its newest link gets when it is shared and the `article` that is
    read there from what the page says of itself (null where there is none).

    Raises FetchError, ParseError."""
    found = settings.load()
    async with Web(allow_private_hosts=found.allow_private_hosts, proxy=found.fetch_proxy) as web, Parser() as parser:
        document = await inspection.inspect(web, address, parser=parser)
        try:
            page = await inspection.newest_page(web, document)
            card = await inspection.card_of_page(web, page) if page else None
        except FetchError as error:
            told = inspection.as_json(document)
            problems = [*told["problems"], f"Its newest link: {error.problem.title}"]
            return told | {"card": None, "article": None, "problems": problems}
        article = await _article_on(page, parser) if page else None
    return inspection.as_json(document) | {"card": card.as_json() if card else None, "article": article}


async def _article_on(page: Page, parser: Parser) -> dict[str, Any] | None:
    """What the page says of itself as an article; None where it says nothing."""
    try:
        return await parser.run(read_metadata, page.body, url=page.final_url, content_type=page.content_type)
    except ParseError:
        return None


def discover_from(document: Document) -> discover.Discovery:
    """What can be watched behind an address, or in a page that was given; best first."""
    if document.body or not (document.url and is_address(document.url)):
        return discover_in(document)
    return discover_at(document.url)


def discover_in(document: Document) -> discover.Discovery:
    """What a page that was given offers."""
    url = document.url or ""
    found = discover.candidates(document.body, url, content_type=document.content_type)
    return discover.Discovery(url=url or document.name, candidates=found, tried=())


def discover_at(address: str) -> discover.Discovery:
    """What an address offers, as a person types it.  Raises FetchError for what is none."""
    return asyncio.run(_discover(address))


def candidate_json(found: discover.Candidate) -> dict[str, Any]:
    return {"url": found.url, "kind": found.kind, "title": found.title, "how": found.how}


def tried(found: discover.Discovery) -> list[tuple[str, str]]:
    """What came of the visits: each result with the addresses that had it, a few of them by name."""
    results: dict[str, list[str]] = {}
    for visit in found.tried:
        results.setdefault(visit.result, []).append(visit.url)
    return [
        (result, "  ".join(sorted(urls)[:3]) + (f"  and {len(urls) - 3} more" if len(urls) > 3 else ""))
        for result, urls in results.items()
    ]


async def _discover(address: str) -> discover.Discovery:
    found = settings.load()
    async with (
        Web(allow_private_hosts=found.allow_private_hosts, proxy=found.fetch_proxy) as web,
        Parser() as parser,
    ):
        return await discover.discover(web, address, parser=parser)


async def add_source(wish: AddedSource, *, dry_run: bool) -> dict[str, Any]:
    """Find what to watch at the address, store it, and send its articles to the named channels."""
    media = choose(Media, wish.media, "--media")
    options = _options(wish)
    now = datetime.now(UTC)
    async with opened(settings.load()) as parts:
        found = await _find(parts, wish)
        chosen, document = found.chosen, found.document
        async with parts.db.write() as tx:
            names = [(await the_channel(tx, name)) for name in wish.to]
            if not wish.again:
                await refuse_twice(tx, chosen.url, **_elsewhere(wish.address, found))
            elif await sources.at(tx, chosen.url):
                options |= SAME_ADDRESS
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
                options=options,
            )
            if not dry_run:
                await sources.put(tx, source, now=now)
                await rules.send_source_to(tx, source.name, names)
                about = source.title or source.name
                await audit.write(tx, bot_id=parts.settings.bot_id, what="source-added", about=about, now=now)
    return {
        "name": source.name,
        "kind": source.kind,
        "url": source.url,
        "title": source.title,
        "how": chosen.how,
        "entries": len(document.entries),
        "newest": [entry.title for entry in document.entries[:3] if entry.title],
        "others": [other.url for other in found.others],
        "tried": found.tried,
        "problems": list(document.problems),
        "to": names,
    }


def _elsewhere(address: str, found: _Find) -> dict[str, str]:
    """What to say where the best that is to be found at a section's address is another, which is watched already."""
    wished = identity.url_key(address if "://" in address else f"https://{address}")
    if wished in (None, identity.url_key(found.chosen.url)):
        return {}
    return {
        "cause": f"It is the best thing to watch that was found at {address}.",
        "fix": f"Watch that page itself: sharewire sources add {address} --as page  or twice on purpose: add --again.",
    }


SAME_ADDRESS: Final[Mapping[str, Json]] = {"same_address": True}
"""The option of a source that shares its address with another on purpose, as sharewire.toml spells it."""


def _options(wish: AddedSource) -> dict[str, Any]:
    options: dict[str, Any] = {"single": True} if wish.kind == SINGLE_PAGE else {}
    return options | ({"rhash": rhash_of(wish.rhash)} if wish.rhash else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Find:
    chosen: discover.Candidate
    document: SourceDocument
    others: tuple[discover.Candidate, ...] = ()
    tried: int = 1


async def _find(parts: Parts, wish: AddedSource) -> _Find:
    """The best candidate at an address, read once; with a kind, the address itself.  Raises FetchError, ParseError."""
    if wish.kind is not None:
        kind = SourceKind.PAGE if wish.kind == SINGLE_PAGE else choose(SourceKind, wish.kind, "--as")
        url = wish.address if "://" in wish.address else f"https://{wish.address}"
        single = wish.kind == SINGLE_PAGE
        document = await inspection.inspect(parts.web, url, kind=kind, single=single, parser=parts.parser)
        return _Find(
            chosen=discover.Candidate(url=url, kind=kind, title=document.title, how="as asked"), document=document
        )
    found = await discover.discover(parts.web, wish.address, parser=parts.parser)
    if not found.candidates:
        raise ParseError(found.problem or nothing_to_watch(wish.address, len(found.tried)))
    best, *others = found.candidates
    document = await inspection.inspect(parts.web, best.url, kind=best.kind, parser=parts.parser)
    return _Find(chosen=best, document=document, others=tuple(others), tried=len(found.tried))


def nothing_to_watch(address: str, tried: int) -> Problem:
    return Problem(
        code="SW-S31",
        title="There is nothing to watch here.",
        cause=f"No feed, sitemap or list of articles was found; {tried} addresses were tried.",
        fix="Give the address of a page of the site that lists its articles, or of its feed.",
        where=address,
        meanwhile="Nothing was added.",
    )


async def the_channel(tx: Tx, name: str) -> str:
    """The name of the channel that a person means.  Raises UsageError."""
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


async def refuse_twice(tx: Tx, url: str, *, but: str | None = None, **words: str) -> None:
    """Two sources share an address only on purpose.  Raises UsageError when one other than `but` has it; `words`: a
    cause and a fix that say more."""
    known = await sources.at(tx, url, but=but)
    if known is not None:
        raise UsageError(replace(_watched_already(known, url), **words))


def _watched_already(known: str, url: str) -> Problem:
    return Problem(
        code="SW-S30",
        title=f"You already watch this as {known}.",
        cause="A source with this address exists.",
        fix=f"See it with: sharewire sources show {known}  or add --again if you want it twice.",
        where=url,
        meanwhile="Nothing was changed.",
    )


def rhash_of(text: str) -> str:
    """The hash that instantview.telegram.org gives a template.  Raises UsageError."""
    found = text.strip().rpartition("rhash=")[2]
    if found.isalnum() and found.isascii() and 8 <= len(found) <= 32:
        return found
    raise UsageError(
        Problem(
            code="SW-S35",
            title=f'"{text}" is not the hash of an Instant View template.',
            cause="A hash is 8 to 32 letters and digits.",
            fix="Copy what stands behind rhash= in a link that instantview.telegram.org made for you.",
            where="--rhash",
            meanwhile="Nothing was changed.",
        )
    )
