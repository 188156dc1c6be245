"""`sharewire backup` and `restore` as people type them, and what doctor and status say about them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.backups.places import dump_line, load_line
from bot.store import backups, leases
from bot.store.backups import LastBackup
from bot.store.database import open_database


async def noted(url: str, age: timedelta) -> None:
    async with open_database(url) as db, db.write() as tx:
        await backups.put(tx, LastBackup(at=datetime.now(UTC) - age, path="/mnt/usb/x.zip", size=2_000_000))


def test_a_backup_says_where_it_is_what_is_inside_and_what_is_not(shell: Any, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BOT_LOG_LEVEL=info\n")
    assert shell("backup", "--dry-run") == 0
    assert "Would write" in shell.out and not (tmp_path / "backups").exists()
    would = shell.json("backup", "--dry-run")
    assert list(would) == ["would_write", "files", "postgresql"] and would["files"] == ["sharewire.db"]
    assert shell("backup") == 0
    (made,) = (tmp_path / "backups").iterdir()
    assert f"Backup: {made}" in shell.out and "articles 0, posts 0" in shell.out
    assert ".env is not in it" in shell.out and f"sharewire restore {made} --dry-run" in shell.out
    found = shell.json("backup", "copy.zip")
    assert found["path"] == str(tmp_path / "copy.zip") and [one["name"] for one in found["files"]] == ["sharewire.db"]
    assert shell("backup", "copy.zip") == 2 and "copy.zip is there already" in shell.err
    assert shell("status") == 0 and "copy.zip" in shell.out and "Backup" in shell.out
    assert shell.json("status")["backup"]["path"] == str(tmp_path / "copy.zip")


def test_a_restore_asks_says_what_it_does_and_is_told_exactly_beforehand(shell: Any, tmp_path: Path) -> None:
    (tmp_path / "sharewire.toml").write_text("")
    assert shell("backup", "copy.zip") == 0
    (tmp_path / "sharewire.toml").write_text("[site]\nname = 'x'\n")
    would = shell.json("restore", "copy.zip", "--dry-run")
    assert [(one["name"], one["would_be"]) for one in would["changes"]] == [
        ("sharewire.toml", "replaced"),
        ("sharewire.db", "replaced"),
    ]
    assert shell("restore", "copy.zip", "--dry-run") == 0 and "would be moved to" in shell.out
    assert shell("restore", "copy.zip") == 2 and "needs a yes" in shell.err
    assert (tmp_path / "sharewire.toml").read_text()
    assert shell("restore", "copy.zip", "--yes") == 0 and "asks you one question first" in shell.out
    assert (tmp_path / "sharewire.toml").read_text() == "" and "is now in" in shell.out
    done = shell.json("restore", "copy.zip", "--yes")
    assert [one["was"] for one in done["changes"]] == ["unchanged", "replaced"]
    assert shell("restore", "none.zip", "--yes") == 2 and "SW-D44" in shell.err
    assert shell("status") == 0


def test_a_backup_that_is_too_old_is_said(shell: Any, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def line() -> dict[str, Any]:
        found = shell.json("doctor")
        return next(one for one in found["done"] if one["name"] == "backup")

    assert line() == {"name": "backup", "ok": True, "words": "! none yet: sharewire backup"}
    asyncio.run(noted(sqlite_url, timedelta(hours=3, minutes=1)))
    assert line()["words"] == "3 hours ago, 1.9 MB: /mnt/usb/x.zip"
    asyncio.run(noted(sqlite_url, timedelta(days=3)))
    assert line() == {"name": "backup", "ok": False, "words": "The last backup is 3 days old."}
    monkeypatch.setenv("BOT_KEEP_BACKUPS", "0")
    assert line()["ok"], "who makes none by choice is not told that something is wrong"


def test_the_lines_for_postgresql_name_the_database_and_never_the_password() -> None:
    address = "postgresql://bot:pa%27ss@db.example:5433/harbor?sslmode=require&password=again&sslpassword=third"
    target = "--dbname='postgresql://bot@db.example:5433/harbor?sslmode=require'"
    assert dump_line(address) == f"pg_dump --format=custom --file=sharewire.dump {target}"
    assert load_line(address).endswith(f"--single-transaction {target} sharewire.dump")


@pytest.mark.postgres
def test_on_postgresql_the_files_are_packed_and_the_line_for_the_database_is_said(
    shell: Any, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_DATABASE_URL", postgres_url)
    monkeypatch.setenv("BOT_TOKEN", "1000001:sandbox")
    (tmp_path / "sharewire.toml").write_text("")
    assert shell("backup", "copy.zip") == 0
    assert "pg_dump --format=custom" in shell.out and "1000001:sandbox" not in shell.out
    (tmp_path / "sharewire.toml").write_text("[site]\nname = 'x'\n")
    assert shell("restore", "copy.zip", "--yes") == 0
    assert "pg_restore --clean" in shell.out and (tmp_path / "sharewire.toml").read_text() == ""
    asyncio.run(lease_taken(postgres_url))
    assert shell("restore", "copy.zip", "--yes") == 5 and "SW-D38" in shell.err


async def lease_taken(url: str) -> None:
    async with open_database(url) as db, db.write() as tx:
        await leases.take(tx, name="sender:1000001", holder="harbor", lasts=timedelta(minutes=1))
