"""`sharewire rules` and `sharewire explain` on a small archive: one source, one channel, two articles."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import build
from bot.commands.explaining import show_explanation
from bot.store.database import open_database
from tests.posts import samples
from tests.posts.newsroom import Newsroom


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    async def fill() -> None:
        async with open_database(f"sqlite:///{tmp_path}/sharewire.db") as db:
            room = Newsroom(db, Newsroom.press_of(), now=datetime.now(UTC))
            await room.add_channel("news")
            await room.add_source("harbor-times", "news")
            await room.add_article(title="Night buses for the city", canonical_url=samples.ADDRESS)

    monkeypatch.chdir(tmp_path)
    for name, value in {"BOT_DATA_DIR": str(tmp_path), "BOT_TOKEN": "", "BOT_DATABASE_URL": ""}.items():
        monkeypatch.setenv(name, value)
    asyncio.run(fill())
    return tmp_path


def test_rules_are_listed_and_tried_and_every_pair_is_explained(archive: Path) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(build(), list(words))
        assert done.exit_code == 0, done.output
        return done.output

    assert "sends to news" in run("rules", "list")
    assert json.loads(run("rules", "list", "--json"))[0]["channels"] == ["news"]
    tried = run("rules", "try")
    assert "1 of 1 would be posted. Nothing was sent." in tried
    (row,) = json.loads(run("rules", "try", "--json", "--posted"))
    assert (row["channel"], row["would_post"], row["stage"]) == ("news", True, "posted")
    assert "No article of these days." in run("rules", "try", "--channel", "nowhere")
    (told,) = json.loads(run("explain", "1", "--json"))["channels"]
    assert (told["stage"], told["posted"]) == ("posted", True), "what would be decided, before it is"


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("standfirst", "summary: the publisher's own words under the headline"),
        ("extractive", "summary: sentences of the text"),
        ("model", "summary: written by the language model, and checked"),
        (
            "extractive (model: an attribution is lost)",
            "summary: sentences of the text; the language model's were not taken: an attribution is lost",
        ),
        (
            "extractive (standfirst: cut) (model: a name (Ann) is new)",
            "summary: sentences of the text; the publisher's own were not taken: they end in the middle of a sentence; "
            "the language model's were not taken: a name (Ann) is new",
        ),
        (
            "standfirst (its first sentences)",
            "summary: the publisher's own words under the headline; its first sentences",
        ),
        ("standfirst (short)", "summary: the publisher's own words under the headline; they are short"),
        ("none", "summary: none: there is too little text"),
    ],
)
def test_whose_words_a_summary_is_and_why_is_told(how: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    show_explanation({"id": 7, "title": "Night bus", "url": None, "summary": how, "channels": []})
    assert told in capsys.readouterr().out.splitlines()[1].strip()
