"""`sharewire queue`: what waits, and what a person decides about it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import AsJson, example
from bot.commands.output import print_json, table

if TYPE_CHECKING:
    from bot.channels.queue import Item

PostId = Annotated[int, typer.Argument(metavar="POST", help="The post's number, as the list shows it.")]


def build() -> typer.Typer:
    family = typer.Typer(help="Posts that wait or need a person.", no_args_is_help=True, rich_markup_mode=None)
    family.command("list", epilog=example("sharewire queue list --channel harbornews"))(list_all)
    family.command("resolve", epilog=example("sharewire queue resolve 7 there --message 41"))(resolve)
    family.command("retry", epilog=example("sharewire queue retry 7"))(retry)
    family.command("catch-up", epilog=example("sharewire queue catch-up", "sharewire queue catch-up newest"))(catch_up)
    family.command("policy", epilog=example("sharewire queue policy harbornews hold"))(policy)
    family.command("drop", epilog=example("sharewire queue drop 7"))(drop)
    return family


def list_all(
    channel: Annotated[str | None, typer.Option("--channel", help="Of this channel only.")] = None,
    as_json: AsJson = False,
) -> None:
    """Every post that is not sent yet, with what stands in its way."""
    from bot.channels import queue

    async def work(db: Any, bot_id: int) -> tuple[Item, ...]:
        return await queue.listed(db, bot_id=bot_id or None, channel=channel)

    items = _with_store(work)
    if as_json:
        print_json([item.as_json() for item in items])
    elif not items:
        print("Nothing waits.")
    else:
        rows = [
            (i.id, i.channel, i.state, _minute(i.due_at), i.text.splitlines()[0][:60] if i.text else "") for i in items
        ]
        print(table(rows, head=("post", "channel", "state", "due", "text")))
        for item in items:
            if item.problem:
                print(f"{item.id}: {item.problem} ({item.code})")


def _minute(at: datetime | None) -> str | None:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else None


def resolve(
    post: PostId,
    answer: Annotated[str, typer.Argument(metavar="there|again|drop", help="It is there; send it again; drop it.")],
    message: Annotated[str | None, typer.Option("--message", help="Number or address of the message found.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what became of a post whose outcome is unknown."""
    from bot.channels import queue
    from bot.commands.choices import choose

    chosen = choose(queue.Answer, answer, "the answer")

    async def work(db: Any, _bot_id: int) -> Item:
        item = await queue.resolve(db, post, chosen, now=datetime.now(UTC), message=message)
        await _note(db, post, "post-cancelled" if chosen is queue.Answer.DROP else "post-resolved")
        return item

    _show(_with_store(work), as_json)


def retry(post: PostId, as_json: AsJson = False) -> None:
    """Send a refused, held or cancelled post again."""
    from bot.channels import queue

    async def work(db: Any, _bot_id: int) -> Item:
        return await queue.retry(db, post, now=datetime.now(UTC))

    _show(_with_store(work), as_json)


def drop(post: PostId, as_json: AsJson = False) -> None:
    """Withdraw a post that has not been sent."""
    from bot.channels import queue

    async def work(db: Any, _bot_id: int) -> Item:
        item = await queue.drop(db, post, now=datetime.now(UTC))
        await _note(db, post, "post-cancelled")
        return item

    _show(_with_store(work), as_json)


def catch_up(
    answer: Annotated[
        str | None, typer.Argument(metavar="[none|newest|digest|all]", help="What to post of what waits.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """After a long pause or a restore: what waits, and what becomes of it."""
    from bot.channels import catchup
    from bot.commands.choices import choose

    chosen = choose(catchup.Choice, answer, "the answer") if answer else None

    async def work(db: Any, bot_id: int) -> dict[str, Any]:
        found = await catchup.question(db, bot_id=bot_id)
        if found is None:
            return {"open": False, "waiting": 0}
        gap, waiting = found
        told = {"open": True, "waiting": waiting, "since": gap.since.isoformat(), "until": gap.until.isoformat()}
        if chosen is None:
            return told
        count = await catchup.answer(db, bot_id=bot_id, choice=chosen, now=datetime.now(UTC))
        return {**told, "open": False, "answer": str(chosen), "posting": count}

    told = _with_store(work)
    if as_json:
        print_json(told)
    elif "answer" in told:
        print(f"{told['posting']} of {told['waiting']} waiting posts will go out.")
    elif told["open"]:
        print(
            f"{told['waiting']} posts wait since {told['since'][:16].replace('T', ' ')} UTC and are not sent unasked."
        )
        print("Choose: sharewire queue catch-up none | newest | digest | all")
    else:
        print("Nothing to catch up with.")


def policy(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="Its name, address or id.")],
    wish: Annotated[str | None, typer.Argument(metavar="[reconcile|resend|drop|hold]", help="What to do.")] = None,
    as_json: AsJson = False,
) -> None:
    """What becomes of a channel's post when Telegram's answer is lost: look (reconcile), send again even if it may be
    there (resend), leave it out even if it is not there (drop), or ask a person (hold)."""
    from bot.channels import queue
    from bot.commands.choices import choose
    from bot.model import UnknownPolicy

    chosen = choose(UnknownPolicy, wish, "the policy") if wish else None

    async def work(db: Any, bot_id: int) -> UnknownPolicy:
        return await queue.policy(db, channel, chosen, bot_id=bot_id or None)

    found = _with_store(work)
    if as_json:
        print_json({"channel": channel, "unknown": str(found)})
    else:
        print(f"{channel}: a post of unknown outcome is handled by {found}.")


async def _note(db: Any, post_id: int, what: str) -> None:
    from bot.store import audit

    async with db.write() as tx:
        await audit.write_posts(tx, [post_id], what=what, now=datetime.now(UTC))


def _show(item: Item, as_json: bool) -> None:
    if as_json:
        print_json(item.as_json())
    else:
        print(f"Post {item.id} ({item.channel or 'private'}) is {item.state} now.")


def _with_store(work: Any) -> Any:
    from bot import settings
    from bot.store.database import open_database

    found = settings.load()

    async def run() -> Any:
        async with open_database(found.database) as db:
            return await work(db, found.bot_id)

    return asyncio.run(run())
