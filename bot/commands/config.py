"""`sharewire config`: what is set and by whom, what the file would change, and applying it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.options import AsJson, DryRun, example
from bot.commands.output import print_json, table

File = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="Another sharewire.toml.")]


def build() -> typer.Typer:
    family = typer.Typer(help="Settings and the configuration file.", no_args_is_help=True, rich_markup_mode=None)
    family.command("show", epilog=example("sharewire config show --json"))(show)
    family.command("diff", epilog=example("sharewire config diff"))(diff)
    family.command("apply", epilog=example("sharewire config apply --dry-run"))(apply)
    family.command("export", epilog=example("sharewire config export > sharewire.toml"))(export)
    family.command("schema", epilog=example("sharewire config schema > sharewire.schema.json"))(schema)
    family.command("defaults", epilog=example("sharewire config defaults"))(defaults)
    return family


def show(as_json: AsJson = False) -> None:
    """Every setting with where it comes from (secrets hidden), and who decides each item: the file or the chat."""
    from bot.commands.configuring import read_all

    found = asyncio.run(read_all())
    if as_json:
        print_json(found)
        return
    print(table([(s["name"], s["value"], s["from"]) for s in found["settings"]], head=("setting", "value", "from")))
    print()
    rows = [(i["kind"], i["name"], i["decided by"]) for i in found["items"]]
    print(table(rows, head=("item", "name", "decided by")) if rows else "No channel, source, rule or digest yet.")


def diff(config: File = None, as_json: AsJson = False) -> int:
    """What applying the file would change.  Exit code 1 when there is something."""
    return _run(config, dry_run=True, as_json=as_json, differs=1)


def apply(config: File = None, dry_run: DryRun = False, as_json: AsJson = False) -> int:
    """Apply the file: all of it, or nothing.  A bot that runs goes on with it at once."""
    return _run(config, dry_run=dry_run, as_json=as_json, differs=0)


def _run(config: Path | None, *, dry_run: bool, as_json: bool, differs: int) -> int:
    from bot.commands.configuring import apply_file

    found = asyncio.run(apply_file(config, dry_run=dry_run))
    if as_json:
        print_json(found)
    elif not found["changes"]:
        print(f"{found['file']} and the database agree.")
    else:
        print(f"{'Would change' if dry_run else 'Changed'} ({found['file']}):")
        for change in found["changes"]:
            print(f"  {change['words']}")
    return differs if found["changes"] else 0


def export(
    everything: Annotated[bool, typer.Option("--all", help="Also what the file decides already.")] = False,
) -> None:
    """Print what was set in chat as TOML, to put into the file."""
    from bot.commands.configuring import export_items

    print(asyncio.run(export_items(everything=everything)), end="")


def schema() -> None:
    """Print the JSON Schema of sharewire.toml, for editors."""
    from bot.configuration.writing import schema as written

    print_json(written())


def defaults() -> None:
    """Print a file with every key and an example, all in comments."""
    from bot.configuration.writing import defaults as written

    print(written(), end="")
