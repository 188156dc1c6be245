"""`sharewire sources edit, pause, resume, check, move, remove`: what changes a source that is there."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.commands.options import AsJson, DryRun, Yes, example
from bot.commands.output import print_json

Name = Annotated[str, typer.Argument(metavar="SOURCE", help="Its name or address.")]


def add_to(family: typer.Typer) -> None:
    family.command("edit", epilog=example("sharewire sources edit council --url https://city.example/feed.xml"))(edit)
    family.command("pause", epilog=example("sharewire sources pause harbor-times"))(pause)
    family.command("resume", epilog=example("sharewire sources resume harbor-times"))(resume)
    family.command("move", epilog=example("sharewire sources move harbor-times"))(move)
    family.command("remove", epilog=example("sharewire sources remove harbor-times --yes"))(remove)


def edit(
    name: Name,
    url: Annotated[str | None, typer.Option("--url", help="Watch this address instead; what was seen is kept.")] = None,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="The channels that get its articles; may be repeated.")
    ] = None,
    media: Annotated[str | None, typer.Option("--media", help="link or copy.")] = None,
    every: Annotated[
        str | None, typer.Option("--every", metavar="TIME", help="How often to look: 10m, 2h; 0: its own rhythm.")
    ] = None,
    language: Annotated[str | None, typer.Option("--language", help="If the source does not say.")] = None,
    tags: Annotated[str | None, typer.Option("--tags", metavar="A,B", help="Words that rules can ask for.")] = None,
    rhash: Annotated[
        str | None, typer.Option("--rhash", metavar="HASH", help='Instant View template of the site; "" takes it away.')
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also when another source has this address.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change a source.  What it brought so far stays known, so nothing is posted twice."""
    from bot.commands.choices import seconds
    from bot.commands.watch_changes import Edit, edit_source

    wish = Edit(
        url=url, to=tuple(to) if to is not None else None, media=media, language=language, tags=tags,
        rhash=rhash, again=again, every=seconds(every, "--every"),
    )  # fmt: skip
    _told(asyncio.run(edit_source(name, wish, dry_run=dry_run)), as_json, dry_run)


def pause(name: Name, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Watch it no more until you say so; nothing it brought is lost."""
    from bot.commands.watch_changes import pause_source

    _told(asyncio.run(pause_source(name, dry_run=dry_run)), as_json, dry_run)


def resume(name: Name, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Watch it again, at once, with a clean slate."""
    from bot.commands.watch_changes import resume_source

    _told(asyncio.run(resume_source(name, dry_run=dry_run)), as_json, dry_run)


def move(name: Name, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Follow a source that has moved to the address that its site proposes (see `sources list`)."""
    from bot.commands.watch_changes import move_source

    _told(asyncio.run(move_source(name, dry_run=dry_run)), as_json, dry_run)


def remove(name: Name, yes: Yes = False, dry_run: DryRun = False, as_json: AsJson = False) -> int | None:
    """Watch it no more and forget it; its articles and posts stay."""
    from bot.commands.choices import agreed
    from bot.commands.watch_changes import remove_source

    if not yes and not dry_run:
        asyncio.run(remove_source(name, dry_run=True))  # one that is not there is told before anything is asked
        if not agreed(f"Remove {name}? Its articles and posts stay.", where="sharewire sources remove"):
            print("Nothing was changed.")
            return 1
    _told(asyncio.run(remove_source(name, dry_run=dry_run)), as_json, dry_run)
    return None


def _told(found: dict[str, object], as_json: bool, dry_run: bool) -> None:
    if as_json:
        print_json(found)
        return
    print(f"{'Would be done: ' if dry_run else ''}{found['words']}")
