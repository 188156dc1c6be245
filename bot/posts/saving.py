"""Saving templates from chat: checked on the path that posts take, written beside the operator's own, the one before
kept."""

from __future__ import annotations

import contextlib
import re
from datetime import datetime
from pathlib import Path

from bot.errors import Problem, TemplateError, phrase
from bot.posts.checking import Report, check
from bot.posts.press import Press
from bot.posts.rendering import SUFFIX


def name_for(channel: str) -> str:
    """The template that belongs to one channel alone."""
    plain = re.sub(r"[^\w-]", "-", channel)
    return f"channel-{plain}"[:60]


def save(press: Press, folder: Path, name: str, source: str, *, now: datetime) -> Report:
    """Check a template against the hard articles, then put it in place of the one before.

    folder   the operator's own templates; made if it is not there

    Raises TemplateError: it breaks, with line and suggestion, or it cannot be written."""
    report = check(press, name, source=source)
    path = folder / "posts" / f"{name}{SUFFIX}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _keep(path, now)
        beside = path.with_suffix(".new")
        beside.write_text(source, encoding="utf8")
        beside.replace(path)
    except OSError as error:
        raise TemplateError(_unwritable(path, error)) from error
    return report


def forget(folder: Path, name: str, *, now: datetime) -> None:
    """Take a template away; what it was is kept."""
    path = folder / "posts" / f"{name}{SUFFIX}"
    with contextlib.suppress(FileNotFoundError):
        _keep(path, now)
        path.unlink()


def source_of(press: Press, name: str) -> str:
    """A template as it is written.  Raises TemplateError where there is none."""
    return press.renderer.source(name)


def _keep(path: Path, now: datetime) -> None:
    if path.exists():
        history = path.parent.parent / "history"
        history.mkdir(parents=True, exist_ok=True)
        before = history / f"{path.name.removesuffix(SUFFIX)}-{now:%Y%m%dT%H%M%S}{SUFFIX}"
        before.write_text(path.read_text(encoding="utf8"), encoding="utf8")


def _unwritable(path: Path, error: OSError) -> Problem:
    return Problem(
        code="SW-P15",
        title=phrase("The template cannot be written down."),
        cause=f"{error.strerror or type(error).__name__}: {path.parent}",
        fix=phrase("Give the bot the right to write into its data folder."),
        where=str(path),
        meanwhile=phrase("The template before stays in use."),
    )
