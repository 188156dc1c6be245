"""Commands that keep and bring back everything: backup, restore."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.options import AsJson, DryRun, Yes, example
from bot.commands.output import print_json


def add_to(root: typer.Typer) -> None:
    root.command("backup", epilog=example("sharewire backup", "sharewire backup /mnt/usb/sharewire.zip"))(backup)
    root.command("restore", epilog=example("sharewire restore data/backups/FILE.zip --dry-run"))(restore)


def backup(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE.zip]", help="Default: a name with the time, in backups/ of the data folder."),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Copy database, sharewire.toml and edited templates into one file, also while the bot runs."""
    from bot.commands.backing_up import back_up, look, show_made, show_would

    if dry_run:
        would = look(file)
        print_json(would) if as_json else show_would(would)
        return
    made = asyncio.run(back_up(file))
    print_json(made) if as_json else show_made(made)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="A backup.")],
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup back, all of it or nothing.  Stop the bot first; what is there now is kept."""
    from bot.commands.bringing_back import bring_back, look, show, show_done

    if dry_run:
        would = asyncio.run(look(file))
        print_json(would) if as_json else show(would)
        return
    done = asyncio.run(bring_back(file, yes=yes, quiet=as_json))
    print_json(done) if as_json else show_done(done)
