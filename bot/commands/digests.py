"""`sharewire digests`: add, list, remove, preview."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.commands.options import AsJson, DryRun, example
from bot.commands.output import print_json, table

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the digest is called here.")]


def build() -> typer.Typer:
    family = typer.Typer(
        help="Several articles in one post, at set times.", no_args_is_help=True, rich_markup_mode=None
    )
    lines = (
        'sharewire digests add morning --to harbornews --at "07:30 mon-fri"',
        "sharewire digests add today --to harbornews --at 06:00 --live",
    )
    family.command("add", epilog=example(*lines))(add)
    family.command("list", epilog=example("sharewire digests list --json"))(list_all)
    family.command("remove", epilog=example("sharewire digests remove morning"))(remove)
    family.command("preview", epilog=example("sharewire digests preview morning"))(preview)
    return family


def add(
    name: Name,
    to: Annotated[str, typer.Option("--to", metavar="CHANNEL", help="The channel that gets it.")],
    at: Annotated[
        list[str], typer.Option("--at", help='In the channel\'s time: "07:30 mon-fri", "every day at 8", or cron.')
    ],
    title: Annotated[str | None, typer.Option("--title", help="Default: Morning brief, by the hour.")] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=30, help="Articles shown; the rest is folded.")] = 7,
    group: Annotated[str, typer.Option("--group", help="Sections: none, tag or source.")] = "none",
    folded: Annotated[bool, typer.Option("--folded", help="Only what was not posted by itself.")] = False,
    live: Annotated[bool, typer.Option("--live", help="One message that is edited as articles come.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add a digest to a channel, or change the one of that name."""
    from bot.commands.digesting import NewDigest, add_digest

    wish = NewDigest(
        name=name, channel=to, at=tuple(at), title=title, top=top, grouping=group, folded=folded, live=live
    )
    found = asyncio.run(add_digest(wish, dry_run=dry_run))
    if as_json:
        print_json(found)
        return
    print(f"{'Would add' if dry_run else 'Added'} {found['name']} for {found['channel']}. Next: {found['next']}.")
    print(f"  See what it would say now: sharewire digests preview {found['name']}")


def list_all(as_json: AsJson = False) -> None:
    """Every digest and when it comes."""
    from bot.commands.digesting import list_digests

    rows = asyncio.run(list_digests())
    if as_json:
        print_json(rows)
        return
    if not rows:
        print('There is no digest yet. Add one: sharewire digests add morning --to CHANNEL --at "07:30 mon-fri"')
        return
    cells = [
        (r["name"], r["channel"], ", ".join(r["at"]), "live" if r["live"] else r["grouping"], r["next"]) for r in rows
    ]
    print(table(cells, head=("name", "channel", "at", "form", "next")))


def remove(name: Name, dry_run: DryRun = False) -> None:
    """Stop a digest.  What it posted stays."""
    from bot.commands.digesting import remove_digest

    asyncio.run(remove_digest(name, dry_run=dry_run))
    print(f"{'Would remove' if dry_run else 'Removed'} {name}.")


def preview(name: Name, as_json: AsJson = False) -> int | None:
    """The messages that a digest would have now; nothing is sent."""
    from bot.commands.digesting import preview_digest

    parts = asyncio.run(preview_digest(name))
    if as_json:
        print_json([{"method": part.request.method, "params": dict(part.request.params)} for part in parts])
    elif parts:
        print("\n\n———\n\n".join(part.visible_text for part in parts))
    else:
        print("It would have nothing to say now: no article came since its last edition.")
    return None if parts else 1
