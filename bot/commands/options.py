"""Options that several commands share, written once."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Lines = Annotated[
    bool,
    typer.Option("--jsonl", help="Read {id, file | text | url, base?} a line on standard input; write JSON lines."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and do nothing.")]
OptionalDocument = Annotated[str | None, typer.Argument(metavar="URL|FILE|-", help="What to read.", show_default=False)]
Base = Annotated[str | None, typer.Option("--url", metavar="BASE", help="The address the document came from.")]


def example(*lines: str) -> str:
    """The end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
