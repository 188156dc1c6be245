"""The journal of a restore: who waits for it, who does its rest, and disks that cannot do everything."""

from __future__ import annotations

import errno
import fcntl
import json
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.backups import packing, restoring
from bot.backups.places import Places
from bot.errors import AlreadyRunning, StoreError
from bot.store import swap
from bot.store.database import open_database
from tests.backups.rows import everything

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def begin(anchor: Path, *states: str, cut: str = "") -> Path:
    """A journal as somebody left it who got so far."""
    new = anchor.with_name("new")
    step = {"target": str(anchor), "aside": str(anchor.parent / "aside" / "old.db"), "staged": str(new / "0")}
    lines: list[dict[str, Any]] = [{"state": "begun", "source": "x.zip", "folders": [str(new)], "aside": "aside"}]
    lines += [{"state": state, "steps": [step], "epochs": {}} for state in states]
    path = swap.journal_of(anchor)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines) + cut)
    return path


async def test_the_next_start_does_the_rest_or_forgets_it_and_says_so(
    places: Places, caplog: pytest.LogCaptureFixture
) -> None:
    database, new = places.anchor, places.data / "new"
    for states, cut, words in (
        ((), "", "nothing was changed"),
        (("checking",), '{"state": "deci', "nothing was changed"),
        (("checking", "decided"), "", "is finished now; what was there before is in aside"),
    ):
        new.mkdir()
        with closing(sqlite3.connect(new / "0")) as made:
            made.execute("CREATE TABLE alembic_version (version_num TEXT)")
            made.commit()
        before = database.read_bytes()
        begin(database, *states, cut=cut)
        caplog.clear()
        if words.startswith("nothing"):
            async with open_database(f"sqlite:///{database}"):
                pass
        else:
            assert words in str(swap.settle(database)) and (places.data / "aside" / "old.db").read_bytes() == before
            assert list(everything(database)) == ["alembic_version"]
        assert words in caplog.text and not new.exists() and not swap.journal_of(database).exists()
    assert swap.settle(database) is None


async def test_whoever_opens_the_database_waits_while_files_are_put_in_place(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = begin(places.anchor, "checking")
    released = threading.Event()
    with path.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert swap.is_at_work(places.anchor)
        waiting = threading.Thread(target=lambda: (swap.settle(places.anchor), released.set()))
        waiting.start()
        assert not released.wait(0.1)
        monkeypatch.setattr(swap, "WAIT", 0.0)
        with pytest.raises(AlreadyRunning, match="SW-D39"):
            async with open_database(f"sqlite:///{places.anchor}"):
                pass
        with pytest.raises(AlreadyRunning, match="SW-D39"):
            restoring.restore(places, packed(places), now=NOW, agreed=lambda _: True)
        monkeypatch.setattr(swap, "WAIT", 20.0)
        path.unlink()
    assert released.wait(10)
    waiting.join()


def packed(places: Places) -> Path:
    target = places.data.parent / f"{places.data.name}-kept.zip"
    return target if target.exists() else packing.make(places, target, now=NOW).path


def test_a_restore_that_only_looks_keeps_nobody_waiting(places: Places) -> None:
    def agreed(_: restoring.Prepared) -> bool:
        assert swap.settle(places.anchor) is None and not swap.is_at_work(places.anchor)
        with pytest.raises(AlreadyRunning, match="SW-D39"):
            restoring.restore(places, packed(places), now=NOW, agreed=lambda _: True)
        return False

    assert restoring.restore(places, packed(places), now=NOW, agreed=agreed) is None


def test_a_disk_without_second_names_and_a_file_that_is_mounted_alone_are_copied(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, before = packed(places), everything(places.anchor)
    places.config.write_text("after")
    replace = Path.replace

    def no_link(self: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    def busy(self: Path, target: Path) -> Path:
        if Path(target) == places.config:
            raise OSError(errno.EBUSY, "Device or resource busy")
        return replace(self, target)

    monkeypatch.setattr(Path, "hardlink_to", no_link)
    monkeypatch.setattr(Path, "replace", busy)
    done = restoring.restore(places, file, now=NOW, agreed=lambda _: True)
    assert done is not None and "Before" in places.config.read_text() and everything(places.anchor) == before
    assert (done.aside / "sharewire.toml").read_text() == "after" and (done.aside / "sharewire.db").is_file()
    again = packing.make(places, places.backups / "again.zip", now=NOW)
    assert again.path.is_file()
    with pytest.raises(Exception, match="SW-D31"):
        packing.make(places, places.backups / "again.zip", now=NOW)


def test_a_restore_that_cannot_be_finished_says_so_and_the_next_start_finishes_it(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, before = packed(places), everything(places.anchor)
    places.config.write_text("after")

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        with pytest.raises(StoreError, match=r"decided, but not finished.*SW-D42"):
            restoring.restore(places, file, now=NOW, agreed=lambda _: True)
    assert "is finished now" in str(swap.settle(places.anchor))
    assert "Before" in places.config.read_text() and everything(places.anchor) == before


def test_what_cannot_be_replaced_is_said_before_anything_is(places: Places) -> None:
    file = packed(places)
    places.config.unlink()
    places.config.mkdir()
    with pytest.raises(StoreError, match="SW-D41"):
        restoring.restore(places, file, now=NOW, agreed=lambda _: True)
    assert places.config.is_dir() and not list(places.data.glob(".restore*"))
