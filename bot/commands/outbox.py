"""Commands that write posts and look at them: push, render, explain, queue."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated, Any

import typer

from bot.commands.documents import Document, read_document, run_lines
from bot.commands.documents_read import needed
from bot.commands.options import AsJson, Base, DryRun, Lines, OptionalDocument, Yes, example
from bot.commands.output import print_json


def add_to(root: typer.Typer) -> None:
    root.command("push", epilog=example("sharewire push https://news.example/story --to harbornews"))(push)
    root.command("render", epilog=example("sharewire render page.html --template share --json"))(render)
    root.command("explain", epilog=example("sharewire explain https://news.example/story"))(explain)


def push(
    document: OptionalDocument = None,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="Channel; may be repeated. Default: the only one.")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="18:00, 2026-12-24 09:30, +45m.")] = None,
    url: Base = None,
    silent: Annotated[bool, typer.Option("--silent", help="Without sound.")] = False,
    template: Annotated[str | None, typer.Option("--template", help="Instead of the channel's.")] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int | None:
    """Post one article by hand: an address, a file, or text pasted from a page."""
    from bot.commands.pushing import Wish, confirm, prepare, publish, show

    wish = Wish(document=needed(document), to=tuple(to or ()), at=at, url=url, silent=silent or None, template=template)
    prepared = asyncio.run(prepare(wish))
    if dry_run:
        print_json({"posts": prepared.as_json()}) if as_json else show(prepared)
        return None
    if not yes:
        if not as_json:
            show(prepared)
        if not confirm(prepared):
            print("Nothing was posted.")
            return 1
    result = asyncio.run(publish(wish, prepared))
    if as_json:
        print_json({"posts": [r.as_json() for r in result]})
    else:
        for row in result:
            print(row.sentence())
    return 1 if any(row.failed for row in result) else None


def render(
    document: OptionalDocument = None,
    template: Annotated[str, typer.Option("--template", help="Which template.")] = "share",
    channel: Annotated[str | None, typer.Option("--channel", help="As it would look in this channel.")] = None,
    url: Base = None,
    as_json: AsJson = False,
    jsonl: Lines = False,
) -> int | None:
    """Show the exact Bot API requests that a push would make; nothing is stored or sent."""
    from bot.commands.rendering import Renderer

    renderer = asyncio.run(Renderer.create(template=template, channel=channel))

    def work(given: Document) -> list[dict[str, Any]]:
        return renderer.requests(given)

    if jsonl:
        return run_lines(lambda given: {"requests": work(given)})
    found = work(read_document(needed(document), base=url))
    if as_json or not sys.stdout.isatty():
        print_json(found)
    else:
        for request in found:
            print(request["method"])
            print(request["params"].get("text") or request["params"].get("caption") or "")
    return None


def explain(
    article: Annotated[str, typer.Argument(metavar="URL|ID", help="An article's address or number.")],
    as_json: AsJson = False,
) -> int | None:
    """Say for each channel why an article was posted there, or why not."""
    from bot.commands.explaining import explain_article, show_explanation

    found = asyncio.run(explain_article(article))
    print_json(found) if as_json else show_explanation(found)
    return None
