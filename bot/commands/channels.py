"""`sharewire channels`: add one, list them."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from bot.commands.options import AsJson, DryRun, example
from bot.commands.output import print_json, table


def build() -> typer.Typer:
    family = typer.Typer(help="Where posts go.", no_args_is_help=True, rich_markup_mode=None)
    family.command("add", epilog=example("sharewire channels add @harbornews --language fr"))(add)
    family.command("list", epilog=example("sharewire channels list --json"))(list_all)
    return family


def add(
    address: Annotated[str, typer.Argument(metavar="@NAME|ID", help="The channel; the bot must be its administrator.")],
    name: Annotated[str | None, typer.Option("--name", help="What to call it here. Default: its @name.")] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Language of the bot's own words in posts.")
    ] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="For example Europe/Paris.  Default: UTC.")] = None,
    template: Annotated[
        str | None, typer.Option("--template", help="What its posts look like.  Default: share.")
    ] = None,
    actions: Annotated[
        str | None, typer.Option("--actions", help="auto, buttons, links or none.  Default: auto.")
    ] = None,
    preview: Annotated[
        str | None, typer.Option("--preview", help="large-above, large-below, small or none.  Default: large-above.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Connect a channel: the bot's rights are checked, nothing is posted.  One that is connected already keeps its
    settings but for those that are given."""
    from bot.commands.connecting import NewChannel, add_channel

    wish = NewChannel(
        address=address,
        name=name,
        language=language,
        timezone=timezone,
        template=template,
        actions=actions,
        preview=preview,
    )
    found = asyncio.run(add_channel(wish, dry_run=dry_run))
    if as_json:
        print_json(found)
        return
    can = ", ".join(right.removeprefix("can_").removesuffix("_messages") for right in found["rights"]) or "write"
    print(f"{_done(found, dry_run)} {found['title']} ({found['address']}): I can {can}.")
    if found["known"]:
        changed = ", ".join(found["changed"])
        print(f"  {'Would change' if dry_run else 'Changed'}: {changed}." if changed else "  Its settings stay.")
    if found["comments"]:
        print("  It has a comments group, so links stand inside the post and the comment button stays.")
    print(f"  Give it articles: sharewire sources add URL --to {found['name']}")


def _done(found: dict[str, Any], dry_run: bool) -> str:
    if found["known"]:
        return "Connected already:"
    return "Would connect" if dry_run else "Connected"


def list_all(as_json: AsJson = False) -> None:
    """Every channel and how it is."""
    from bot.commands.connecting import list_channels

    rows = asyncio.run(list_channels())
    if as_json:
        print_json(rows)
        return
    if not rows:
        print("There is no channel yet. Add one: sharewire channels add @yourchannel")
        return
    cells = [(r["name"], r["address"], r["title"], r["template"], r["state"]) for r in rows]
    print(table(cells, head=("name", "address", "title", "template", "state")))
