"""A data folder as a bot leaves it: a database, a configuration file, edited templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.backups.places import Places
from tests.backups.rows import fill_empty_tables


@pytest.fixture
def places(sqlite_url: str, tmp_path: Path) -> Places:
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    fill_empty_tables(database)
    made = Places(data=tmp_path, database=database, config=tmp_path / "sharewire.toml", bot_id=1000001)
    made.config.write_text("[site]\nname = 'Before'\n")
    for name in ("posts/share.html", "posts/own.html"):
        path = made.templates / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name} before")
    return made
