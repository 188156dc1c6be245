"""`sharewire digests`: added with plain words, listed, previewed, removed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import build
from bot.errors import UsageError
from bot.model import Channel
from bot.store import channels
from bot.store.database import open_database


@pytest.fixture
async def furnished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_DATABASE_URL", sqlite_url)
    async with open_database(sqlite_url) as db, db.write() as tx:
        channel = Channel(id=0, bot_id=1, name="news", address="@news", timezone="Europe/Paris", language="en")
        await channels.put(tx, channel, now=datetime.now(UTC))


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(build(), ["digests", *arguments], catch_exceptions=True)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def test_a_digest_is_added_listed_previewed_and_removed(furnished: None) -> None:
    assert "There is no digest yet" in run("list")[1]
    assert "Would add" in run("add", "morning", "--to", "news", "--at", "07:30 mon-fri", "--dry-run")[1]
    assert "There is no digest yet" in run("list")[1]
    code, said = run("add", "morning", "--to", "@news", "--at", "07:30 mon-fri", "--group", "tag", "--top", "5")
    assert code == 0
    assert said.startswith("Added morning for news. Next: ")
    assert "07:30 mon-fri" in run("list")[1]
    (row,) = json.loads(run("list", "--json")[1])
    assert (row["grouping"], row["top"], row["takes"], row["live"]) == ("tag", 5, "all", False)
    assert row["next"].endswith("07:30")
    assert "nothing to say now" in run("preview", "morning")[1]
    assert json.loads(run("preview", "morning", "--json")[1]) == []
    assert json.loads(run("add", "x", "--to", "news", "--at", "8", "--live", "--folded", "--json")[1])["live"] is True
    assert "Would remove" in run("remove", "morning", "--dry-run")[1]
    assert "Removed morning" in run("remove", "morning")[1]
    assert [one["name"] for one in json.loads(run("list", "--json")[1])] == ["x"]


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        (("add", "m", "--to", "news", "--at", "soon"), '"soon" is no time.'),
        (("add", "m", "--to", "nobody", "--at", "8"), "nobody"),
        (("add", "m", "--to", "news", "--at", "8", "--group", "colour"), "colour"),
        (("remove", "nothing"), 'There is no digest "nothing".'),
        (("preview", "nothing"), 'There is no digest "nothing".'),
    ],
)
def test_what_cannot_be_is_said_in_words(furnished: None, arguments: tuple[str, ...], title: str) -> None:
    with pytest.raises(UsageError) as refused:
        run(*arguments)
    assert title in refused.value.problem.title
