"""Commands that run something: demo, sandbox, run; and say how it is: status, check, version."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.options import AsJson, example
from bot.commands.output import print_json


def add_to(root: typer.Typer) -> None:
    root.command("demo", epilog=example("sharewire demo", "sharewire demo --once --json"))(demo)
    root.command("sandbox", epilog=example("sharewire sandbox --port 8081 --world world.toml"))(sandbox)
    root.command("run", epilog=example("sharewire run", "sharewire run watch read", "sharewire run --until-idle"))(run)
    root.command("status", epilog=example("sharewire status --json"))(status)
    root.command("check", epilog=example("sharewire check"))(check)
    root.command("version", epilog=example("sharewire version"))(version)


def demo(
    once: Annotated[bool, typer.Option("--once", help="Stop after the first post was seen in the channel.")] = False,
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR", help="Keep everything in this folder.")] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Of the page.")] = 8081,
    every: Annotated[float, typer.Option("--every", metavar="SECONDS", min=0.2, help="Between new articles.")] = 6.0,
    as_json: AsJson = False,
) -> int | None:
    """See it all work: a news site of our own, the sandbox, and a page that shows the channel.  Needs no Telegram."""
    from bot.commands.demo import Demo, run_demo

    return asyncio.run(run_demo(Demo(once=once, data=data, port=port, every=every, as_json=as_json)))


def sandbox(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8081,
    world: Annotated[Path | None, typer.Option("--world", metavar="FILE.toml", help="Bots, people and chats.")] = None,
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
    state: Annotated[Path | None, typer.Option("--state", metavar="FILE", help="Remember everything here.")] = None,
) -> int | None:
    """Run the Bot API sandbox alone: Telegram's rules and words on this machine, for any bot."""
    from bot.commands.sandboxing import run_sandbox

    return asyncio.run(run_sandbox(host=host, port=port, world=world, state=state))


def run(
    stages: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[watch read compose deliver chat]", help="Which; all when none is named.", show_default=False
        ),
    ] = None,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="Work until nothing is due, then stop.")] = False,
    as_json: AsJson = False,
) -> int | None:
    """Run the bot: watch, read, compose, deliver, and answer people."""
    from bot.commands.serving import run_stages

    return asyncio.run(run_stages(tuple(stages or ()), until_idle=until_idle, as_json=as_json))


def status(as_json: AsJson = False) -> None:
    """Say how things are: sources, articles, channels, posts."""
    from bot.commands.looking import read_status, show_status

    found = asyncio.run(read_status())
    print_json(found) if as_json else show_status(found)


def check(as_json: AsJson = False) -> int | None:
    """Check settings, data folder, database and templates, without the network."""
    from bot.commands.checking import check_all, show_checks

    found = asyncio.run(check_all())
    if as_json:
        print_json(found)
    else:
        show_checks(found)
    return found.exit_code


def version() -> None:
    """Print the version."""
    from bot import version as current

    print(f"sharewire {current.current()}")
