"""While nothing can be sent, the commands and the probe say so: they read what the bot that runs notes beside its data,
which works with a full disk too."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.callbacks import Presses, serving_callbacks
from bot.channels import causes
from bot.channels.outages import TELEGRAM
from bot.commands.doctor import examine
from bot.parsing import Parser
from bot.store import outages
from bot.store.database import Database
from bot.store.outages import Note, Notepad
from tests.commands.conftest import Shell

BOT = 1000001
REASON = "No connection to the Bot API (ClientConnectorError)"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_TOKEN", f"{BOT}:sandbox")
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BOT_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("BOT_API_BASE_URL", "http://127.0.0.1:9")
    return tmp_path


def noted(folder: Path, *, ago: timedelta) -> None:
    now = datetime.now(UTC)
    note = Note(
        kind=TELEGRAM, since=now - timedelta(hours=1), until=now - ago, problem=causes.unreachable(REASON)
    )  # fmt: skip
    Notepad(outages.notes_path(folder, BOT)).write((note,))


async def test_doctor_says_what_keeps_the_bot_from_sending(folder: Path) -> None:
    noted(folder, ago=timedelta(seconds=5))
    found = [problem for problem in (await examine()).problems if problem.code == "SW-T503"]
    assert REASON in found[0].cause and found[0].fix and found[0].meanwhile


@pytest.mark.parametrize(("ago", "known"), [(timedelta(seconds=5), True), (timedelta(hours=2), False)])
def test_status_says_what_lasts_and_not_what_a_dead_process_noted(
    shell: Shell, folder: Path, ago: timedelta, known: bool
) -> None:
    noted(folder, ago=ago)
    assert shell("status", "--json") == 0
    told = json.loads(shell.out)["outages"]
    assert [one["code"] for one in told] == (["SW-T503"] if known else [])
    assert shell("status") == 0
    assert ("Telegram cannot be reached." in shell.out and "Check the network" in shell.out) is known


async def test_the_probe_names_what_lasts_and_stays_well(sqlite_db: Database) -> None:
    """Starting the process anew would mend nothing."""
    codes: list[str] = []
    async with (
        Parser() as parser,
        serving_callbacks(
            sqlite_db,
            parser,
            listen=("127.0.0.1", 0),
            wake=lambda _: None,
            presses=Presses(sqlite_db),
            outages=lambda: codes,
        ) as port,
        aiohttp.ClientSession() as session,
    ):
        answers = []
        for _ in range(2):
            async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                answers.append((answer.status, await answer.json()))
            codes.append("SW-D07")
    assert answers == [(200, {"ok": True}), (200, {"ok": True, "outages": ["SW-D07"]})]
