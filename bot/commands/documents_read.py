"""Commands that read one document, or many, and need neither database nor Telegram: extract, summarize, canonical,
discover, stories, markup."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.documents import Document, as_typed, is_address, read_document, run_lines
from bot.commands.options import AsJson, Base, Lines, OptionalDocument, example
from bot.commands.output import print_json
from bot.errors import ParseError, Problem, UsageError

if TYPE_CHECKING:
    from bot.settings import Settings


def add_to(root: typer.Typer) -> None:
    root.command("extract", epilog=example("sharewire extract page.html --url https://news.example/a --json"))(extract)
    root.command("summarize", epilog=example("sharewire summarize article.txt --sentences 2"))(summarize)
    root.command("canonical", epilog=example("sharewire canonical 'https://news.example/a?utm_source=x'"))(canonical)
    root.command("discover", epilog=example("sharewire discover https://news.example --json"))(discover)
    root.command("stories", epilog=example("sharewire stories articles.jsonl"))(stories)
    root.command("markup", epilog=example("echo '<p>Hello <b>you</b></p>' | sharewire markup - --json"))(markup)


def run_one(
    name: str | None, lines: bool, base: str | None, work: Callable[[Document], Mapping[str, Any]]
) -> int | None:
    """The result of `work` as JSON, for one document or for each line of standard input."""
    if lines:
        return run_lines(work)
    print_json(work(read_document(needed(name), base=base)))
    return None


def needed(name: str | None) -> str:
    if name is None:
        raise UsageError(
            Problem(
                code="SW-C22",
                title="There is nothing to read.",
                cause="Neither a document nor --jsonl was given.",
                fix="Name a file, an address or -, or give --jsonl and write lines to standard input.",
                meanwhile="Nothing was read.",
                where="the command line",
            )
        )
    return name


def extract(
    document: OptionalDocument = None,
    url: Base = None,
    metadata: Annotated[
        bool, typer.Option("--metadata", help="Only what the page says of itself, without its text: much faster.")
    ] = False,
    as_json: AsJson = False,
    jsonl: Lines = False,
) -> int | None:
    """Read an article page, or text pasted from one: headline, body, pictures, related links and more."""
    work = _extract_metadata if metadata else _extract
    if jsonl:
        return run_lines(work)
    found = work(read_document(as_typed(needed(document)), base=url))
    if as_json or not sys.stdout.isatty():
        print_json(found)
    else:
        _show_article(found)
    return None


def _extract(document: Document) -> dict[str, Any]:
    from bot.articles.reading import read_document as read

    return read(document.body, url=document.url, content_type=document.content_type)


def _extract_metadata(document: Document) -> dict[str, Any]:
    from bot.articles.reading import read_metadata

    return read_metadata(document.body, url=document.url, content_type=document.content_type)


def _show_article(found: Mapping[str, Any]) -> None:
    print(found["title"] or "(no headline)")
    for name in ("standfirst", "authors", "published", "site_name", "canonical_url", "language", "image"):
        value = found[name]
        if value:
            print(f"  {name:14} {', '.join(value) if isinstance(value, list) else value}")
    for name in ("images", "videos", "related", "tags"):
        if found[name]:
            print(f"  {name:14} {len(found[name])}")
    print(f"\n{found['text'] or '(no body)'}")


def summarize(
    document: OptionalDocument = None,
    sentences: Annotated[int | None, typer.Option("--sentences", min=1, max=20, help="How many at most.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="The headline, if the text is without.")] = None,
    as_json: AsJson = False,
    jsonl: Lines = False,
) -> int | None:
    """Choose the sentences that say it best; nothing is cut and nothing invented.  Where BOT_MODEL_URL is set, the
    language model is asked first, and `how` says whether its words could be kept."""
    from bot import settings

    known = settings.load()

    def work(given: Document) -> dict[str, Any]:
        from bot.articles.reading import summarise_text

        text = given.body.decode("utf8", "replace")
        wanted: dict[str, Any] = {
            "title": given.options.get("title") or title,
            "sentences": given.options.get("sentences") or sentences,
        }
        if known.model_url:
            return asyncio.run(_asked(known, text, wanted))
        return summarise_text(text, **wanted)

    if jsonl:
        return run_lines(work)
    found = work(read_document(needed(document)))
    print_json(found) if as_json else print(found["summary"])
    return None


async def _asked(known: Settings, text: str, wanted: dict[str, Any]) -> dict[str, Any]:
    from bot.articles.model import Model
    from bot.articles.reading import summarise_with

    async with Model(known.model_url or "", known.model_key or None) as model:
        return await summarise_with(model, text, **wanted)


def canonical(
    urls: Annotated[list[str] | None, typer.Argument(metavar="URL…", show_default=False)] = None,
    as_json: AsJson = False,
    jsonl: Lines = False,
) -> int | None:
    """Clean addresses: tracking parameters out, AMP and mobile forms to the article's own."""
    from bot.articles.identity import canonical as clean

    if jsonl:
        for line in filter(str.strip, sys.stdin):
            given = json.loads(line)
            print_json(
                {"id": given.get("id"), "url": given.get("url"), "canonical": clean(given.get("url") or "")}, line=True
            )
        return None
    found = [{"url": url, "canonical": clean(url)} for url in urls or [needed(None)]]
    if as_json:
        print_json(found)
    else:
        print("\n".join(row["canonical"] for row in found))
    return None


def discover(
    document: OptionalDocument = None, url: Base = None, as_json: AsJson = False, jsonl: Lines = False
) -> int | None:
    """Find what to watch behind any address: feeds, sitemaps, or the page itself."""
    from bot.commands.watching import candidate_json, discover_at, discover_from, discover_in, nothing_to_watch, tried

    if jsonl:
        return run_lines(lambda given: {"candidates": [candidate_json(c) for c in discover_from(given).candidates]})
    name = as_typed(needed(document))
    if is_address(name) or (name.startswith("@") and not Path(name).exists()):
        found = discover_at(name)
    else:
        found = discover_in(read_document(name, base=url))
    if as_json:
        print_json([candidate_json(candidate) for candidate in found.candidates])
        return None if found.candidates else 1
    for candidate in found.candidates:
        print(f"{candidate.kind:8} {candidate.url}\n         {candidate.title or ''} ({candidate.how})")
    if not found.candidates:
        for result, urls in tried(found):
            print(f"{result[:1].upper()}{result[1:]}\n         {urls}")
        raise ParseError(found.problem or nothing_to_watch(name, len(found.tried)))
    return None


def stories(document: OptionalDocument = None) -> None:
    """Group articles into stories: reads {id, title, text, published, url} a line, prints {id, story} a line."""
    from bot.articles.reading import group_stories

    text = read_document(needed(document)).body.decode("utf8", "replace")
    rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    for row in group_stories(rows):
        print_json(row, line=True)


def markup(document: OptionalDocument = None, as_json: AsJson = False, jsonl: Lines = False) -> int | None:
    """Turn any HTML into the HTML that Telegram's parser takes."""

    def work(given: Document) -> dict[str, Any]:
        from bot.posts.markup import to_telegram

        return dict(to_telegram(given.body.decode("utf8", "replace")).as_json())

    if jsonl:
        return run_lines(work)
    found = work(read_document(needed(document)))
    print_json(found) if as_json else print(found["html"])
    return None
