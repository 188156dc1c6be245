"""Help: every command says what it does, with an example; and it answers quickly."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from bot.cli import build


def commands() -> Iterator[tuple[str, Any]]:
    root: Any = typer.main.get_command(build())
    for name, command in root.commands.items():
        if hasattr(command, "commands"):
            yield from ((f"{name} {inner}", c) for inner, c in command.commands.items())
        else:
            yield name, command


@pytest.mark.parametrize(
    ("name", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_has_a_summary_and_an_example_that_names_it(name: str, command: Any) -> None:
    assert len((command.help or "").strip()) > 15
    assert f"sharewire {name}" in (command.epilog or "")


def test_the_exit_codes_stand_in_the_help() -> None:
    done = subprocess.run([sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0
    assert "Exit codes: 0 done, 1 problem found, 2 usage" in " ".join(done.stdout.split())


def test_help_imports_neither_database_nor_telegram_nor_parsers() -> None:
    program = (
        "import sys; from bot.cli import build; build();"
        "print([m for m in ('sqlalchemy', 'telegram', 'aiohttp', 'lxml', 'trafilatura', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "[]"
