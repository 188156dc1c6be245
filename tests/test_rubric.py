"""Every error that a person can meet is scored; none has a nought.  `UPDATE_DOCS=1` writes the table anew."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli import build
from tests.rubric import PASS, Score, Told, every, score

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "errors-scored.md"
GOOD = Told(
    code="SW-C03", title="There is no bot token.", cause="BOT_TOKEN is empty.", fix="Run: sharewire setup", where=True,
    meanwhile="Nothing was sent.", file="x",
)  # fmt: skip


@cache
def commands() -> frozenset[str]:
    def names() -> Iterator[str]:
        root: Any = typer.main.get_command(build())
        for name, command in root.commands.items():
            yield from (f"{name} {inner}" for inner in command.commands) if hasattr(command, "commands") else (name,)

    return frozenset(names())


@cache
def documented() -> frozenset[str]:
    return frozenset(re.findall(r"^\| (SW-\w+) \|", (ROOT / "docs" / "errors.md").read_text(encoding="utf8"), re.M))


def scored(told: Told) -> Score:
    return score(told, commands=commands(), documented=documented())


@cache
def table() -> tuple[tuple[Told, Score], ...]:
    return tuple(sorted(((told, scored(told)) for told in every(ROOT)), key=lambda row: (row[0].code, row[0].title)))


def page() -> str:
    lines = [
        "# Errors, scored",
        "",
        "Each error by six rules worth 0 to 2: says what happened in the reader's words (no exception's name, no",
        "blame), names one cause, a next step that exists, where, what happens meanwhile, and can be found by its code",
        f"without showing a secret. It passes with {PASS} of 12 and no nought. `…` is what varies; made by a test.",
        "",
        "| code | what happened | happened | cause | step | where | meanwhile | found | of 12 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for told, got in table():
        marks = (got.happened, got.cause, got.step, got.where, got.meanwhile, got.findable, got.total)
        lines.append(f"| {told.code} | {told.title.replace('|', '/')} | {' | '.join(map(str, marks))} |")
    return "\n".join(lines) + "\n"


def test_every_error_passes_and_none_has_a_nought() -> None:
    bad = [
        f"{told.code} {told.file}: {told.title} | {told.cause} | {told.fix} {got}"
        for told, got in table()
        if not got.passes
    ]
    assert bad == []
    assert len({told.code for told, _ in table()}) >= 60


def test_the_table_is_what_the_code_says() -> None:
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(page(), encoding="utf8")
    assert PAGE.read_text(encoding="utf8") == page()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"title": "KeyError in handler."}, "happened"),
        ({"title": "Broken."}, "happened"),
        ({"title": "You forgot the token."}, "happened"),
        ({"cause": "It was removed, or it was never there."}, "cause"),
        ({"cause": "Traceback (most recent call last)"}, "cause"),
        ({"cause": ""}, "cause"),
        ({"fix": "Run: sharewire repair"}, "step"),
        ({"fix": "Run: sharewire sources mend"}, "step"),
        ({"fix": ""}, "step"),
        ({"where": False, "fix": "Wait a little."}, "where"),
        ({"meanwhile": None}, "meanwhile"),
        ({"code": "SW-C999"}, "findable"),
        ({"cause": "The token is 1234567:AAAAAAAAAAAAAAAAAAAAAAAA."}, "findable"),
    ],
)
def test_the_rules_see_what_is_wrong(change: dict[str, Any], rule: str) -> None:
    assert scored(GOOD).total == 12
    got = scored(Told(**{**GOOD.__dict__, **change}))
    assert getattr(got, rule) == 0
    assert not got.passes
