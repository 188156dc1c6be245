"""Commands on the archive: search, index."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from bot.commands.options import AsJson, example
from bot.commands.output import print_json, table


def add_to(root: typer.Typer) -> None:
    root.command("search", epilog=example('sharewire search "night bus" --since 7d --limit 3'))(search)
    root.command("index", epilog=example("sharewire index archive.jsonl"))(index)


def search(
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS", show_default=False)] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 10,
    since: Annotated[str | None, typer.Option("--since", metavar="7d", help="Not older: 12h, 7d, 4w.")] = None,
    newest: Annotated[bool, typer.Option("--newest", help="Newest first instead of best first.")] = False,
    as_json: AsJson = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read {id, query, limit?} a line; write {id, results}.")
    ] = False,
) -> int | None:
    """Find articles in the archive by any words.  "phrases", -word, site:, source:, lang:, since:, until: narrow it."""
    from bot.commands.searching import Question, answer, parse_since, questions, remarks

    asked = [Question(id=0, words=" ".join(words or ()), limit=limit)] if not jsonl else questions(sys.stdin, limit)
    age = parse_since(since) if since else None
    results = asyncio.run(answer(asked, age=age, order="newest" if newest else "best"))
    if jsonl:
        for question, found in zip(asked, results, strict=True):
            print_json({"id": question.id, "results": found.found}, line=True)
        return None
    rows = results[0].found
    if as_json:
        print_json(rows)
    elif rows:
        cells = [
            (
                f"{r.score:.1f}",
                r.published.date() if r.published else None,
                r.source,
                ("~ " if r.similar else "") + r.title,
            )
            for r in rows
        ]
        print(table(cells, head=("score", "date", "source", "title")))
    else:
        print("Nothing found. Try fewer or other words, or a longer --since.")
    if not as_json:
        for line in remarks(results[0]):
            print(line)
    return None if rows else 1


def index(
    document: Annotated[str, typer.Argument(metavar="FILE.jsonl|-", help="{id, title, text, published, url} a line.")],
    as_json: AsJson = False,
) -> int | None:
    """Load an existing archive: one article a line (.gz and .xz too).  It can be found, and is never posted by itself.

    Stop it with Ctrl+C when you like: started again, it goes on."""
    from bot.commands.loading import Progress, Ticker, load_archive

    progress, ticker = Progress(), Ticker()
    try:
        asyncio.run(load_archive(document, progress, ticker))
    except KeyboardInterrupt:
        ticker.done()
        print(f"Stopped after {progress.lines:,} lines. Start the same command again, and it goes on.", file=sys.stderr)
        return 1
    ticker.done()
    if as_json:
        print_json(progress.as_json())
    else:
        print(f"{progress.added} articles added, {progress.known} known already, {progress.unusable} lines unusable.")
        for error in progress.errors[:5]:
            print(f"  {error}")
    return 1 if progress.unusable else None
