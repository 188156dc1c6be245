"""`sharewire webhook`: who gets the bot's updates, and taking them back."""

from __future__ import annotations

import asyncio
from typing import Any

import typer

from bot.commands.options import AsJson, DryRun, Yes, example
from bot.commands.output import print_json


def build() -> typer.Typer:
    family = typer.Typer(help="Where Telegram sends the bot's updates.", no_args_is_help=True, rich_markup_mode=None)
    family.command("show", epilog=example("sharewire webhook show"))(show)
    family.command("remove", epilog=example("sharewire webhook remove"))(remove)
    return family


def show(as_json: AsJson = False) -> None:
    """Whether a webhook takes the bot's updates away."""
    from bot.channels import intruders

    url = _with_telegram(intruders.find_webhook)
    if as_json:
        print_json({"url": url})
    else:
        print(f"Updates go to {url}" if url else "There is no webhook: sharewire run gets the updates itself.")


def remove(yes: Yes = False, dry_run: DryRun = False, as_json: AsJson = False) -> int | None:
    """Take the updates back, after asking.  Updates that wait there are kept."""
    from bot.channels import intruders
    from bot.commands.choices import agreed

    url = _with_telegram(intruders.find_webhook)
    removed = False
    if url and not dry_run:
        question = f"Updates go to {url}. Remove this webhook?"
        if not yes and not agreed(question, where="sharewire webhook remove"):
            print("Nothing was changed.")
            return 1
        _with_telegram(intruders.remove_webhook)
        removed = True
    if as_json:
        print_json({"url": url, "removed": removed})
    elif url:
        print(f"{'Removed' if removed else 'Would remove'} the webhook {url}.")
    else:
        print("There is no webhook.")
    return None


def _with_telegram(work: Any) -> Any:
    from bot import settings
    from bot.app import no_token
    from bot.channels.telegram import Telegram
    from bot.errors import SettingsError

    found = settings.load()
    if not found.token:
        raise SettingsError([no_token()])

    async def run() -> Any:
        async with Telegram(found.token, base_url=found.api_base_url, proxy=found.proxy) as telegram:
            return await work(telegram)

    return asyncio.run(run())
