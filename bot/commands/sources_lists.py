"""`sharewire sources import` and `export`: lists of sources as OPML, as every feed reader writes and reads them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.options import AsJson, DryRun, example
from bot.commands.output import print_json


def add_to(family: typer.Typer) -> None:
    family.command("import", epilog=example("sharewire sources import feeds.opml --to news"))(take_in)
    family.command("export", epilog=example("sharewire sources export > feeds.opml"))(give_out)


def take_in(
    file: Annotated[str, typer.Argument(metavar="FILE.opml|-", help="A list exported from a feed reader.")],
    to: Annotated[
        list[str] | None, typer.Option("--to", help="Channel that gets their articles; may be repeated.")
    ] = None,
    look: Annotated[bool, typer.Option(help="Visit each address before it is added.")] = True,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> int | None:
    """Watch every source of an OPML file; one result per line, and nothing is dropped in silence."""
    from bot.commands.documents import read_document
    from bot.commands.opml import Taken, import_list

    def told(taken: Taken) -> None:
        if not as_json:
            print(taken.words, flush=True)

    document = read_document(file)
    found = asyncio.run(import_list(document.body, to=tuple(to or ()), look=look, dry_run=dry_run, told=told))
    if as_json:
        print_json(found.as_json())
    else:
        print(("Nothing was changed. " if dry_run else "") + found.words)
    return 1 if found.refused else None


def give_out(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here, not to standard output.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write all sources as OPML."""
    from bot.commands.opml import export_list

    found = asyncio.run(export_list())
    if as_json:
        print_json(found.rows)
    elif output is None:
        print(found.text, end="")
    else:
        output.write_text(found.text, encoding="utf8")
        print(f"Wrote {len(found.rows)} sources to {output}")
