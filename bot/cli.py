"""The command line: names, options and help of every command; the work is in `bot/commands/`."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands import (
    archive,
    backup,
    channels,
    config,
    digests,
    documents_read,
    outbox,
    queue,
    rules,
    service,
    setup,
    sources,
    webhook,
)

EPILOG = (
    "Exit codes: 0 done, 1 problem found, 2 usage or configuration, 3 cannot reach Telegram, 4 not allowed, 5 in use."
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        service.version()
        raise typer.Exit


def build() -> typer.Typer:
    """The whole command tree.  Only Typer is imported here; a command imports what it needs when it runs."""
    root = typer.Typer(
        name="sharewire",
        help="Carries articles from the sources you watch to Telegram channels, each exactly once and on time.",
        epilog=EPILOG,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    root.callback()(_root)
    for family in (setup, service, outbox, documents_read, archive, backup):
        family.add_to(root)
    root.add_typer(sources.build(), name="sources")
    root.add_typer(channels.build(), name="channels")
    root.add_typer(digests.build(), name="digests")
    root.add_typer(queue.build(), name="queue")
    root.add_typer(rules.build(), name="rules")
    root.add_typer(config.build(), name="config")
    root.add_typer(webhook.build(), name="webhook")
    return root


def _root(
    version: Annotated[
        bool, typer.Option("--version", "-V", is_eager=True, help="Show the version and exit.", callback=_tell_version)
    ] = False,
) -> None:
    """Carries articles from the sources you watch to Telegram channels, each exactly once and on time."""
