"""`sharewire sources`: try one, add one, see how they are; what changes them is in `sources_changes`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from bot.commands import sources_changes, sources_lists
from bot.commands.documents import as_typed, is_address, read_document, run_lines
from bot.commands.documents_read import needed
from bot.commands.options import AsJson, Base, DryRun, Lines, OptionalDocument, example
from bot.commands.output import print_json, table

Rhash = Annotated[
    str | None,
    typer.Option("--rhash", metavar="HASH", help="Instant View template of the site: posts link through t.me/iv."),
]


def build() -> typer.Typer:
    family = typer.Typer(help="What is watched.", no_args_is_help=True, rich_markup_mode=None)
    family.command("test", epilog=example("sharewire sources test https://news.example/feed.xml --json"))(test)
    family.command("add", epilog=example("sharewire sources add https://news.example --to news"))(add)
    family.command("list", epilog=example("sharewire sources list --json"))(list_all)
    family.command("show", epilog=example("sharewire sources show harbor-times"))(show)
    sources_changes.add_to(family)
    sources_lists.add_to(family)
    return family


def test(
    document: OptionalDocument = None, url: Base = None, as_json: AsJson = False, jsonl: Lines = False
) -> int | None:
    """Read a feed, sitemap or page once and show what would be watched, and how its links look when shared; nothing is
    stored."""
    from bot.commands.watching import describe_address, describe_source

    if jsonl:
        return run_lines(describe_source)
    name = as_typed(needed(document))
    found = asyncio.run(describe_address(name)) if is_address(name) else describe_source(read_document(name, base=url))
    if as_json or not sys.stdout.isatty():
        print_json(found)
    else:
        _show_document(found)
    return None


def _show_document(found: Mapping[str, Any]) -> None:
    print(f"{found['title'] or '(no title)'}  {found['kind']}, {found['format']}, {len(found['entries'])} entries")
    for entry in found["entries"][:10]:
        print(f"  {entry['published'] or '':25}  {entry['title'] or entry['url']}")
    for problem in found["problems"]:
        print(f"  ! {problem}")
    card = found.get("card")
    if card:
        print(f"When shared: {card['title'] or card['url']}")
        print(f"  {card['description'] or '(no description)'}")
        if card["image"]:
            width = f"{card['image_width']} pixels wide" if card["image_width"] else None
            size = f"{card['image_bytes'] // 1024} KB" if card["image_bytes"] else None
            print(f"  picture {', '.join(filter(None, (width, size, card['image'])))}")
        for problem in card["problems"]:
            print(f"  ! {problem}")
    article = found.get("article")
    if article:
        print(f"Read as an article: {article['title'] or '(no headline)'}")
        print(f"  by {', '.join(article['authors']) or '(no name)'}, {article['published'] or '(no date)'}")


def add(
    address: Annotated[str, typer.Argument(metavar="URL", help="A feed, a site, or any page of it.")],
    to: Annotated[
        list[str] | None, typer.Option("--to", help="Channel that gets its articles; may be repeated.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="What to call it. Default: from its title.")] = None,
    kind: Annotated[
        str | None,
        typer.Option("--as", metavar="KIND", help="feed, sitemap, page, or single-page: each change of it is news."),
    ] = None,
    backfill: Annotated[int, typer.Option("--backfill", min=0, max=50, help="Newest entries to post now.")] = 0,
    media: Annotated[
        str, typer.Option("--media", help="link: preview card; copy: upload pictures (own site).")
    ] = "link",
    every: Annotated[str | None, typer.Option("--every", metavar="TIME", help="How often to look: 10m, 2h.")] = None,
    language: Annotated[str | None, typer.Option("--language", help="If the source does not say.")] = None,
    rhash: Rhash = None,
    again: Annotated[bool, typer.Option("--again", help="Also when another source has this address.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> int | None:
    """Watch a source.  What it lists already is read and can be found, and is not posted."""
    from bot.commands.choices import seconds
    from bot.commands.watching import AddedSource, add_source

    wish = AddedSource(
        address=address, to=tuple(to or ()), name=name, kind=kind, backfill=backfill, media=media,
        language=language, rhash=rhash, again=again, every=seconds(every, "--every"),
    )  # fmt: skip
    found = asyncio.run(add_source(wish, dry_run=dry_run))
    if as_json:
        print_json(found)
        return None
    verb = "Would add" if dry_run else "Added"
    target = f" → {', '.join(found['to'])}" if found["to"] else ""
    print(f"{verb} {found['name']} ({found['kind']}, {found['entries']} entries now){target}\n  {found['url']}")
    if found["newest"]:
        print("  Newest: " + " · ".join(f"“{title}”" for title in found["newest"]))
    if found["others"]:
        print(f"  {len(found['others'])} more can be watched there: sharewire discover {address}")
    if not backfill:
        there = f"The {found['entries']} articles" if found["entries"] != 1 else "The article"
        print(f"  {there} already there will not be posted.")
    if not found["to"]:
        print("  No channel gets its articles yet: add --to CHANNEL, or push by hand.")
    return None


def list_all(as_json: AsJson = False) -> None:
    """Every source and how it is."""
    from bot.commands.watched import list_sources

    rows = asyncio.run(list_sources())
    if as_json:
        print_json(rows)
        return
    if not rows:
        print("There is no source yet. Add one: sharewire sources add https://news.example --to CHANNEL")
        return
    cells = [(_MARKS[r["state"]], r["name"], r["kind"], r["checked"], r["health"], r["url"]) for r in rows]
    print(table(cells, head=("", "name", "kind", "checked", "health", "address")))
    for row in rows:
        if row["next_step"]:
            print(f"\n{_MARKS[row['state']]} {row['name']}: {row['health']}")
            if row["problem"]:
                print(f"  {row['problem']}")
            print(f"  → {row['next_step']}")


_MARKS = {"ok": "✓", "new": "…", "silent": "!", "moved": "!", "failing": "✗", "paused": "‖"}


def show(
    name: Annotated[str, typer.Argument(metavar="SOURCE", help="Its name or address.")], as_json: AsJson = False
) -> None:
    """One source: how it is, what it brought, who gets it, and what can be done."""
    from bot.commands.watched import show_source

    found = asyncio.run(show_source(name))
    if as_json:
        print_json(found)
        return
    print(f"{found['name']}  {found['title'] or ''}".rstrip())
    for label, value in found["lines"]:
        print(f"  {label:10} {value}")
    for article in found["newest"]:
        print(f"    {article['found']:>12}  {article['title'] or article['url']}")
