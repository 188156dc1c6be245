"""Commands on the archive: search, index."""

from __future__ import annotations

import asyncio
import re
import sys
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand

from bot.commands.options import AsJson, example
from bot.commands.output import print_json, table

_LEFT_OUT: Final = re.compile(r"-[^\W\d_][\w-]+")


class SearchCommand(TyperCommand):
    """`-strike` is a word to leave out, as in chat, and no option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        left_out = [word for word in args if _LEFT_OUT.fullmatch(word)]
        rest = [word for word in args if word not in left_out]
        return super().parse_args(ctx, [*rest, *([] if "--" in rest or not left_out else ["--"]), *left_out])


def add_to(root: typer.Typer) -> None:
    root.command(
        "search", cls=SearchCommand, epilog=example('sharewire search "night bus" -strike --since 7d --limit 3')
    )(search)
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
    elif not any(words or ()):
        print("Write some words to look for: sharewire search night bus")
        return 2
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
