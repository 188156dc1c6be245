"""`sharewire sources`: try one, add one, list them."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from bot.commands.documents import read_document, run_lines
from bot.commands.documents_read import needed
from bot.commands.options import AsJson, Base, DryRun, Lines, OptionalDocument, example
from bot.commands.output import print_json, table


def build() -> typer.Typer:
    family = typer.Typer(help="What is watched.", no_args_is_help=True, rich_markup_mode=None)
    family.command("test", epilog=example("sharewire sources test https://news.example/feed.xml --json"))(test)
    family.command("add", epilog=example("sharewire sources add https://news.example --to news"))(add)
    family.command("list", epilog=example("sharewire sources list --json"))(list_all)
    return family


def test(
    document: OptionalDocument = None, url: Base = None, as_json: AsJson = False, jsonl: Lines = False
) -> int | None:
    """Read a feed, sitemap or page once and show what would be watched; nothing is stored."""
    from bot.commands.watching import describe_source

    if jsonl:
        return run_lines(describe_source)
    found = describe_source(read_document(needed(document), base=url))
    if as_json or not sys.stdout.isatty():
        print_json(found)
        return None
    print(f"{found['title'] or '(no title)'}  {found['kind']}, {found['format']}, {len(found['entries'])} entries")
    for entry in found["entries"][:10]:
        print(f"  {entry['published'] or '':25}  {entry['title'] or entry['url']}")
    for problem in found["problems"]:
        print(f"  ! {problem}")
    return None


def add(
    address: Annotated[str, typer.Argument(metavar="URL", help="A feed, a site, or any page of it.")],
    to: Annotated[
        list[str] | None, typer.Option("--to", help="Channel that gets its articles; may be repeated.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="What to call it. Default: from its title.")] = None,
    backfill: Annotated[int, typer.Option("--backfill", min=0, max=50, help="Newest entries to post now.")] = 0,
    media: Annotated[
        str, typer.Option("--media", help="link: preview card; copy: upload pictures (own site).")
    ] = "link",
    every: Annotated[int | None, typer.Option("--every", metavar="SECONDS", min=1, help="How often to look.")] = None,
    language: Annotated[str | None, typer.Option("--language", help="If the source does not say.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> int | None:
    """Watch a source.  What it lists already is read and can be found, and is not posted."""
    from bot.commands.watching import AddedSource, add_source

    wish = AddedSource(
        address=address, to=tuple(to or ()), name=name, backfill=backfill, media=media, every=every, language=language
    )
    found = asyncio.run(add_source(wish, dry_run=dry_run))
    if as_json:
        print_json(found)
        return None
    verb = "Would add" if dry_run else "Added"
    target = f" → {', '.join(found['to'])}" if found["to"] else ""
    print(f"{verb} {found['name']} ({found['kind']}, {found['entries']} entries now){target}\n  {found['url']}")
    if not backfill:
        print(f"  The {found['entries']} articles already there will not be posted.")
    if not found["to"]:
        print("  No channel gets its articles yet: add --to CHANNEL, or push by hand.")
    return None


def list_all(as_json: AsJson = False) -> None:
    """Every source and how it is."""
    from bot.commands.watching import list_sources

    rows = asyncio.run(list_sources())
    if as_json:
        print_json(rows)
        return
    if not rows:
        print("There is no source yet. Add one: sharewire sources add https://news.example --to CHANNEL")
        return
    print(
        table(
            [(r["name"], r["kind"], r["checked_at"] or "never", r["health"], r["url"]) for r in rows],
            head=("name", "kind", "checked", "health", "address"),
        )
    )
