"""Slips of whoever types commands: each gets a sentence and the documented exit code, never a traceback, and changes
nothing that was not meant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands.connecting import NewChannel, add_channel
from bot.errors import UsageError
from bot.model import Channel, Owner
from bot.sandbox import Box, running
from bot.sandbox.world import World
from bot.store import audit, channels
from bot.store.database import open_database
from tests.chat.conftest import WORLD
from tests.commands.conftest import Place, Shell
from tests.sources.conftest import rss


@pytest.fixture
async def box(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> AsyncIterator[Box]:
    async with running(World.from_toml(WORLD)) as box:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("BOT_TOKEN", "1000001:sandbox")
        monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path))
        monkeypatch.setenv("BOT_DATABASE_URL", sqlite_url)
        monkeypatch.setenv("BOT_API_BASE_URL", box.url)
        yield box


async def connected(url: str) -> tuple[Channel, ...]:
    async with open_database(url) as db, db.read() as tx:
        return await channels.every(tx, bot_id=1000001)


async def test_a_channel_that_is_added_again_keeps_all_that_was_decided_for_it(box: Box, sqlite_url: str) -> None:
    await add_channel(NewChannel(address="@demonews", timezone="Europe/Paris", language="fr"), dry_run=False)
    async with open_database(sqlite_url) as db, db.write() as tx:
        (first,) = await channels.every(tx, bot_id=1000001)
        decided = replace(first, approve=True, options={"pace": "5m", "quiet": "22:00-07:00"})
        await channels.put(tx, decided, now=datetime.now(UTC))
    again = await add_channel(NewChannel(address="@demonews"), dry_run=False)
    assert again["known"]
    assert await connected(sqlite_url) == (decided,)
    changed = await add_channel(NewChannel(address="@demonews", timezone="Asia/Kolkata"), dry_run=False)
    assert changed["changed"] == ["timezone"]
    assert await connected(sqlite_url) == (replace(decided, timezone="Asia/Kolkata"),)
    async with open_database(sqlite_url) as db, db.read() as tx:
        deeds = await audit.latest(tx, bot_id=1000001)
    assert [deed.what for deed in deeds] == ["channel-changed", "channel-added"]


async def test_another_bot_takes_a_channel_over_with_its_settings(box: Box, sqlite_url: str) -> None:
    old = Channel(
        id=0,
        bot_id=7,
        name="demonews",
        address="@demonews",
        chat_id=-1001000000001,
        approve=True,
        timezone="Asia/Dubai",
    )
    async with open_database(sqlite_url) as db, db.write() as tx:
        await channels.put(tx, old, now=datetime.now(UTC))
    await add_channel(NewChannel(address="@demonews"), dry_run=False)
    (found,) = await connected(sqlite_url)
    assert (found.approve, found.timezone, found.title) == (True, "Asia/Dubai", "Demo News")


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"name": "other"}, "SW-C48"),
        ({"template": "shaer"}, "SW-C25"),
        ({"language": "klingon"}, "SW-C25"),
        ({"timezone": "Mars/Base"}, "SW-C24"),
    ],
)
async def test_what_cannot_be_meant_for_a_channel_is_refused(
    box: Box, sqlite_url: str, wish: dict[str, str], code: str
) -> None:
    await add_channel(NewChannel(address="@demonews"), dry_run=False)
    before = await connected(sqlite_url)
    with pytest.raises(UsageError) as refused:
        await add_channel(NewChannel(address="@demonews", **wish), dry_run=False)
    assert refused.value.problem.code == code
    assert await connected(sqlite_url) == before


async def test_a_channel_of_the_file_is_changed_in_the_file(box: Box, sqlite_url: str) -> None:
    await add_channel(NewChannel(address="@demonews"), dry_run=False)
    async with open_database(sqlite_url) as db, db.write() as tx:
        (first,) = await channels.every(tx, bot_id=1000001)
        await channels.put(tx, replace(first, owner=Owner.FILE), now=datetime.now(UTC))
    with pytest.raises(UsageError) as refused:
        await add_channel(NewChannel(address="@demonews", timezone="Europe/Paris"), dry_run=False)
    assert refused.value.problem.code == "SW-C49"
    assert (await add_channel(NewChannel(address="@demonews"), dry_run=False))["known"]


def test_a_question_that_nobody_can_answer_says_so(shell: Shell, place: Place) -> None:
    url = place.says("/feed.xml", rss(["a|Trams return to the harbour|09:00"]))
    assert shell("sources", "add", url) == 0
    assert shell("sources", "remove", "nosuch") == 2
    assert "SW-S32" in shell.err
    assert shell("sources", "remove", "paper") == 2
    assert "SW-C39" in shell.err
    assert shell("sources", "remove", "paper", "--yes") == 0


def test_an_answer_that_never_comes_ends_the_command(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: str) -> bool:
        raise EOFError

    monkeypatch.setattr("bot.commands.searching.parse_since", gone)
    assert shell("search", "bus", "--since", "7d") == 130
    assert "not answered" in shell.err


def test_a_token_file_that_is_not_there_is_told_in_words(shell: Shell, tmp_path: Path) -> None:
    assert shell("setup", "--token-file", str(tmp_path / "nowhere")) == 2
    assert "SW-C56" in shell.err
    assert "No such file" in shell.err


@pytest.mark.parametrize(
    "arguments",
    [("render", "page.html", "--template", "shaer"), ("push", "page.html", "--template", "shaer", "--dry-run")],
)
def test_a_template_of_a_wrong_name_is_not_replaced_in_silence(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:x")
    assert shell(*arguments) == 2
    assert "Did you mean share?" in shell.err


def test_words_to_leave_out_are_no_options(shell: Shell, tmp_path: Path) -> None:
    rows = "".join(
        f'{{"id": {n}, "title": "{title}", "text": "{title}. The council said so on Monday.", '
        f'"published": "2026-11-20T08:00:00Z", "url": "https://paper.example/{n}"}}\n'
        for n, title in enumerate(["Ferry crews go on strike", "Ferry runs again"])
    )
    (tmp_path / "rows.jsonl").write_text(rows)
    assert shell("index", "rows.jsonl") == 0
    assert shell("search", "ferry", "-strike") == 0
    assert "Ferry runs again" in shell.out
    assert "strike" not in shell.out
    assert shell("search", "-harbour", "ferry", "--limit", "1") == 0
    assert shell("search") == 2
    assert "sharewire search night bus" in shell.out


def test_the_record_names_the_kinds_that_there_are(shell: Shell, place: Place) -> None:
    assert shell("log", "--what", "source-aded") == 0
    assert "Nothing has been done yet." in shell.out
    assert shell("sources", "add", place.says("/feed.xml", rss(["a|Trams return|09:00"]))) == 0
    assert shell("log", "--what", "source-aded") == 0
    assert "There is: source-added" in shell.out


def test_an_owner_of_the_settings_is_one_before_their_first_word(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell.json("people") == []
    monkeypatch.setenv("BOT_OWNER_IDS", "5011")
    assert [(one["name"], one["role"]) for one in shell.json("people")] == [("5011", "owner")]
    assert shell("queue", "resolve", "1", "maybe") == 2
    assert "Write for example: there" in shell.err


def test_the_version_is_an_option_too(shell: Shell) -> None:
    assert shell("--version") == 0
    said = shell.out
    assert said.startswith("sharewire ")
    assert shell("version") == 0
    assert shell.out == said
