"""`sharewire setup`: from a token to the first real post; `doctor`: everything looked at, over the network too; and
what was done and how it went: `people`, `log`, `stats`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.options import AsJson, Yes, example
from bot.commands.output import print_json, table


def add_to(root: typer.Typer) -> None:
    root.command(
        "setup",
        epilog=example(
            "sharewire setup",
            "sharewire setup --token-file token.txt --channel @harbornews --source harbor.example --yes",
        ),
    )(setup)
    root.command("doctor", epilog=example("sharewire doctor", "sharewire doctor --json"))(doctor)
    root.command("people", epilog=example("sharewire people --json"))(people)
    root.command("log", epilog=example("sharewire log --limit 50"))(log)
    root.command("stats", epilog=example("sharewire stats --days 30", "sharewire stats --csv > posts.csv"))(stats)


def setup(
    token_file: Annotated[
        Path | None, typer.Option("--token-file", metavar="FILE", help="Holds the token of @BotFather.")
    ] = None,
    owner: Annotated[int | None, typer.Option("--owner", metavar="ID", help="Instead of pressing START.")] = None,
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="@NAME", help="Instead of choosing it in the chat.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="URL", help="A site or feed to watch; skip with an empty one.")
    ] = None,
    pick: Annotated[
        int | None, typer.Option("--pick", metavar="N", min=1, help="Of several feeds found there; 1 is the best.")
    ] = None,
    newest: Annotated[
        bool | None, typer.Option("--newest/--nothing", help="Post its newest article as a test.")
    ] = None,
    wait: Annotated[int, typer.Option("--wait", metavar="SECONDS", min=1, help="For START and the channel.")] = 600,
    yes: Yes = False,
) -> int | None:
    """Set the bot up: token, owner, channel, source.  May be stopped and run again; what is done is not asked again."""
    from bot.commands.setting_up import Terminal, Wish, set_up

    wish = Wish(
        token_file=token_file,
        owner=owner,
        channel=channel,
        source=source,
        pick=pick,
        newest=newest,
        wait=float(wait),
        ask=not yes,
    )
    asyncio.run(set_up(wish, Terminal()))
    return None


def doctor(as_json: AsJson = False) -> int | None:
    """Look at everything, over the network too: token, channels, sources, clock, disk, database."""
    from bot.commands.checking import show_checks
    from bot.commands.doctor import examine

    found = asyncio.run(examine())
    print_json(found) if as_json else show_checks(found)
    return found.exit_code


def people(as_json: AsJson = False) -> None:
    """Who runs the bot."""
    from bot.commands.recorded import read_people

    rows = asyncio.run(read_people())
    if as_json:
        print_json(rows)
    elif not rows:
        print("Nobody yet. Claim the bot with: sharewire setup")
    else:
        cells = [(r["name"], r["role"], ", ".join(r["channels"]) or "all") for r in rows]
        print(table(cells, head=("name", "role", "channels")))


def log(
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000)] = 20,
    what: Annotated[str | None, typer.Option("--what", help="Only one kind, for example person-removed.")] = None,
    as_json: AsJson = False,
) -> None:
    """What was done, by whom, the newest first."""
    from bot.commands.recorded import read_kinds, read_log

    rows = asyncio.run(read_log(limit=limit, what=what))
    if as_json:
        print_json(rows)
    elif not rows:
        kinds = asyncio.run(read_kinds()) if what else []
        print(f"Nothing of this kind. There is: {', '.join(kinds)}" if kinds else "Nothing has been done yet.")
    else:
        print(table([(r["at"], r["who"], r["what"], r["about"]) for r in rows], head=("when", "who", "what", "about")))


def stats(
    days: Annotated[int, typer.Option("--days", min=1, max=3660)] = 7,
    as_csv: Annotated[bool, typer.Option("--csv", help="One line for each post.")] = False,
    as_json: AsJson = False,
) -> None:
    """How posts did: delivered, how fast, reactions, subscribers, best hours."""
    from bot.commands.recorded import csv_of, read_posts, read_stats

    if as_csv:
        print(csv_of(asyncio.run(read_posts(days=days))), end="")
        return
    rows = asyncio.run(read_stats(days=days))
    if as_json:
        print_json(rows)
        return
    heads = ("channel", "delivered", "refused", "median s", "90 % s", "reactions", "subscribers", "presses", "hours")
    names = ("channel", "delivered", "refused", "median_seconds", "most_seconds", "reactions", "members")
    cells = [
        (
            *(r[name] for name in names),
            sum(r["presses"].values()),
            " ".join(f"{hour:02}:00" for hour in r["best_hours"]),
        )
        for r in rows
    ]
    print(table(cells, head=heads) if cells else "There is no channel yet. Add one: sharewire setup")
