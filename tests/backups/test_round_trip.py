"""What is backed up comes back whole, what stood there is kept, and what is said beforehand is what is done."""

from __future__ import annotations

import fcntl
import os
import random
import resource
import signal
import sqlite3
import stat
import threading
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.backups import opening, packing, restoring
from bot.backups.manifest import MANIFEST
from bot.backups.places import Places
from bot.errors import AlreadyRunning, StoreError, UsageError
from bot.store import locks, swap
from bot.store.schema import metadata
from tests.backups.rows import everything

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def database(places: Places) -> Path:
    assert places.database is not None
    return places.database


def change_all(places: Places) -> None:
    with closing(sqlite3.connect(database(places))) as connection:
        connection.execute("DELETE FROM posts")
        connection.execute("UPDATE articles SET title = 'After'")
        connection.commit()
    places.config.write_text("[site]\nname = 'After'\n")
    (places.templates / "posts/share.html").write_text("after")
    (places.templates / "posts/new.html").write_text("made after")


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_every_row_of_every_table_comes_back_with_templates_and_configuration(places: Places) -> None:
    before = everything(database(places))
    assert all(before[table] for table in metadata.tables), "a table without rows shows nothing"
    made = packing.make(places, places.backups / "one.zip", now=NOW)
    change_all(places)
    after = everything(database(places))
    done = restoring.restore(places, made.path, now=NOW, agreed=lambda _: True)
    assert done is not None and everything(database(places)) == before
    assert places.config.read_text() == "[site]\nname = 'Before'\n"
    assert {str(name): path.read_text() for name, path in places.template_files()} == {
        "posts/share.html": "posts/share.html before",
        "posts/own.html": "posts/own.html before",
    }
    kept = files(done.aside)
    assert sorted(kept) == ["sharewire.db", "sharewire.toml", "templates/posts/new.html", "templates/posts/share.html"]
    assert everything(done.aside / "sharewire.db") == after, "nothing is deleted"
    assert kept["templates/posts/new.html"] == b"made after" and b"After" in kept["sharewire.toml"]
    assert not list(places.data.glob(".restore*")) and not swap.journal_of(database(places)).exists()


def test_a_backup_says_what_it_holds_and_nobody_else_may_read_it(places: Places) -> None:
    (places.data / ".env").write_text("BOT_TOKEN=1000001:top-secret")
    made = packing.make(places, places.backups / packing.name_at(NOW), now=NOW)
    assert made.path.name == "sharewire-20261123T020000Z.zip" and stat.S_IMODE(made.path.stat().st_mode) == 0o600
    with opening.opened(made.path) as backup:
        manifest = backup.manifest
    names = ["sharewire.db", "sharewire.toml", "templates/posts/own.html", "templates/posts/share.html"]
    assert [one.name for one in manifest.files] == names and manifest == made.manifest
    assert set(metadata.tables) < set(manifest.tables) and manifest.tables["posts"] == 2
    with zipfile.ZipFile(made.path) as archive:
        assert sorted(archive.namelist()) == sorted([*names, MANIFEST])
        assert not any(b"top-secret" in archive.read(name) for name in archive.namelist())


def test_what_would_be_done_is_what_is_done_and_looking_changes_nothing(places: Places) -> None:
    made = packing.make(places, places.backups / "one.zip", now=NOW)
    change_all(places)
    before = files(places.data)
    with restoring.looked_at(places, made.path, now=NOW) as would:
        pass
    assert files(places.data) == before
    assert {change.name: change.act.value for change in would.changes} == {
        "sharewire.db": "replace",
        "sharewire.toml": "replace",
        "templates/posts/new.html": "move aside",
        "templates/posts/own.html": "keep",
        "templates/posts/share.html": "replace",
    }
    (change,) = [one for one in would.changes if one.name == "sharewire.db"]
    assert change.now is not None and change.then is not None
    assert (change.now["posts"], change.then["posts"]) == (0, 2)
    assert restoring.restore(places, made.path, now=NOW, agreed=lambda _: False) is None
    lock = locks.path_of(database(places), places.bot_id).name
    assert {name: raw for name, raw in files(places.data).items() if name != lock} == before, "a no is a no"
    done = restoring.restore(places, made.path, now=NOW, agreed=lambda _: True)
    assert done is not None and done.changes == would.changes and done.aside == would.aside


def test_the_next_start_is_told_that_it_is_a_copy_on_another_machine_too(places: Places, tmp_path: Path) -> None:
    made = packing.make(places, places.backups / "one.zip", now=NOW)
    new = tmp_path / "another"
    there = Places(data=new, database=new / "sharewire.db", config=new / "sharewire.toml")
    done = restoring.restore(there, made.path, now=NOW, agreed=lambda _: True)
    assert done is not None and {change.act.value for change in done.changes} == {"add"}
    with closing(sqlite3.connect(new / "sharewire.db")) as connection:
        bots = [row[0] for row in connection.execute("SELECT bot_id FROM bots")]
    for bot in bots:
        with locks.opened(locks.path_of(new / "sharewire.db", bot)) as file:
            assert locks.read(file) == (1, 0), "the first sender of this copy takes epoch 1"


@pytest.mark.parametrize("how", ["sender", "any"])
def test_nothing_is_restored_while_a_program_works_with_the_data(places: Places, how: str) -> None:
    made = packing.make(places, places.backups / "one.zip", now=NOW)
    change_all(places)
    if how == "sender":
        with locks.opened(locks.path_of(database(places), 1000001)) as held:
            locks.write(held, who="harbor, process 7", epoch=3, count=9)
            fcntl.flock(held, fcntl.LOCK_EX)
            before = files(places.data)
            with pytest.raises(AlreadyRunning, match=r"harbor, process 7 has it open.*SW-D38"):
                restoring.restore(places, made.path, now=NOW, agreed=lambda _: True)
            with pytest.raises(AlreadyRunning, match="SW-D38"), restoring.looked_at(places, made.path, now=NOW):
                pass
    else:
        with closing(sqlite3.connect(database(places))) as reader:
            reader.execute("PRAGMA journal_mode=WAL")
            reader.execute("SELECT count(*) FROM posts").fetchall()
            with pytest.raises(AlreadyRunning, match="SW-D38"):
                restoring.restore(places, made.path, now=NOW, agreed=lambda _: True)
        before = files(places.data)
    assert {k: v for k, v in files(places.data).items() if "lock" not in k} == {
        k: v for k, v in before.items() if "lock" not in k
    }


def test_a_backup_is_one_state_of_a_database_that_is_being_written(places: Places) -> None:
    stop = threading.Event()
    with closing(sqlite3.connect(database(places))) as connection:
        connection.executescript("PRAGMA journal_mode=WAL; CREATE TABLE a (n INTEGER); CREATE TABLE b (n INTEGER)")

    def write() -> None:
        with closing(sqlite3.connect(database(places), timeout=20)) as writer:
            number = 0
            while not stop.is_set():
                number += 1
                with writer:
                    writer.execute("INSERT INTO a VALUES (?)", (number,))
                    writer.execute("INSERT INTO b VALUES (?)", (number,))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        counts = [packing.make(places, places.backups / f"{n}.zip", now=NOW).manifest.tables for n in range(3)]
    finally:
        stop.set()
        thread.join()
    assert all(tables["a"] == tables["b"] for tables in counts), "a table that came later is inside too"
    assert counts[0]["a"] < counts[-1]["a"]


def test_a_database_that_cannot_be_read_any_more_is_moved_aside_too(places: Places) -> None:
    made = packing.make(places, places.backups / "one.zip", now=NOW)
    before = everything(database(places))
    database(places).write_bytes(b"no database any more" * 400)
    done = restoring.restore(places, made.path, now=NOW, agreed=lambda _: True)
    assert done is not None and everything(database(places)) == before
    assert files(done.aside) == {"sharewire.db": b"no database any more" * 400}


def test_a_second_restore_in_the_same_second_keeps_its_own(places: Places) -> None:
    made = packing.make(places, places.backups / "one.zip", now=NOW)
    kept = []
    for words in ("first", "second"):
        places.config.write_text(words)
        done = restoring.restore(places, made.path, now=NOW, agreed=lambda _: True)
        assert done is not None
        kept.append((done.aside / "sharewire.toml").read_text())
    assert kept == ["first", "second"]


def code_of(run: Any) -> str:
    with pytest.raises((StoreError, UsageError)) as caught:
        run()
    return str(caught.value.problem.code)


def test_what_cannot_be_backed_up_is_said_and_leaves_nothing(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    there = places.backups / "there.zip"
    packing.make(places, there, now=NOW)
    before = files(places.data)
    other = places.backups / "other.zip"
    assert code_of(lambda: packing.make(places, there, now=NOW)) == "SW-D31"
    assert code_of(lambda: packing.make(places, places.data / "no" / "x.zip", now=NOW)) == "SW-D33"
    with monkeypatch.context() as patch:
        patch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1024})())
        assert code_of(lambda: packing.make(places, other, now=NOW)) == "SW-D32"
        assert code_of(lambda: restoring.restore(places, there, now=NOW, agreed=lambda _: True)) == "SW-D43"
    lock = locks.path_of(database(places), places.bot_id).name
    assert {name: raw for name, raw in files(places.data).items() if name != lock} == before
    none = Places(data=places.data, database=places.data / "none.db", config=places.config)
    assert code_of(lambda: packing.make(none, other, now=NOW)) == "SW-D30"
    none.database.touch()  # type: ignore[union-attr]
    assert code_of(lambda: packing.make(none, other, now=NOW)) == "SW-D30"
    with database(places).open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 4)
    assert code_of(lambda: packing.make(places, other, now=NOW)) == "SW-D34"
    assert sorted(p.name for p in places.backups.iterdir()) == ["there.zip"]


@pytest.mark.parametrize("room", [100_000, 0.9])
def test_a_disk_that_fills_up_leaves_nothing_half(places: Places, room: float) -> None:
    """At the copy of the database, and at the zip of many templates."""
    if room < 1:
        (places.templates / "posts/long.html").write_bytes(random.Random(1).randbytes(database(places).stat().st_size))
        room = database(places).stat().st_size
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), limits[1]))
        with pytest.raises(StoreError, match="SW-D33"):
            packing.make(places, places.backups / "full.zip", now=NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert list(places.backups.iterdir()) == []


def test_an_old_backup_is_known_by_its_time_and_templates_with_odd_names_are_left_out(places: Places) -> None:
    odd = places.templates / "posts" / "a:b.html"
    odd.write_text("odd")
    made = packing.make(places, places.backups / packing.name_at(NOW - timedelta(hours=6)), now=NOW)
    assert made.skipped == ("templates/posts/a:b.html",) and made.path.name < packing.name_at(NOW)
    restoring.restore(places, made.path, now=NOW, agreed=lambda _: True)
    assert odd.read_text() == "odd", "what no backup takes, no restore moves"


def test_what_the_administrator_restores_still_belongs_to_the_bot(places: Places) -> None:
    """Owners are compared where the test runs as root; modes always."""
    owner = 12345 if os.geteuid() == 0 else os.geteuid()
    if os.geteuid() == 0:
        for path in (places.data, *places.data.rglob("*")):
            os.chown(path, owner, owner)
    database(places).chmod(0o640)
    made = packing.make(places, places.backups / "one.zip", now=NOW)
    change_all(places)
    (places.templates / "posts/own.html").unlink()
    restoring.restore(places, made.path, now=NOW, agreed=lambda _: True)
    strangers = [path for path in places.data.rglob("*") if path.stat().st_uid != owner]
    assert [path for path in strangers if path.name != "new.html"] == [], "new.html was made by another"
    assert stat.S_IMODE(database(places).stat().st_mode) == 0o640
    assert stat.S_IMODE(places.backups.stat().st_mode) == 0o700
