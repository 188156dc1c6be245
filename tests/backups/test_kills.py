"""Killed at every touch of a file, a backup is there or not, and a restore is done or not: never a mixture."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.backups import opening, packing, restoring
from bot.backups.places import Places
from bot.store import copying, swap, upgrade
from tests.backups.rows import everything

pytestmark = pytest.mark.no_cover
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


def places_in(folder: Path) -> Places:
    return Places(data=folder, database=folder / "sharewire.db", config=folder / "sharewire.toml", bot_id=1000001)


def test_a_killed_backup_leaves_no_backup_or_a_whole_one(places: Places, tmp_path: Path) -> None:
    told = run_killed("backup", places.data)
    assert len(told) > 3 and told[-1]["whole"] and not told[0]["there"]
    assert all(one["whole"] == one["there"] and one["same"] and one["again"] for one in told)


def test_a_killed_restore_leaves_the_old_data_or_the_new_and_the_next_start_says_which(places: Places) -> None:
    told = run_killed("restore", places.data)
    states = [one["state"] for one in told]
    assert set(states) == {"old", "new"} and states == sorted(states, key=["old", "new"].index), states
    for one in told[:-1]:  # the last one was not killed
        words = {"old": ["cut short; nothing was changed"], "new": ["is finished now"]}[one["state"]]
        assert one["said"] is None or any(word in one["said"] for word in words), one
        assert one["clean"], one
    said = [one["said"] for one in told if one["said"]]
    assert sum("is finished now" in words for words in said) > 5 and sum("nothing was" in words for words in said) > 3
    twice = [one for one in told if one["twice"]]
    assert twice and all(one["twice"] == "new" for one in twice), "killed again while it was finished"


def run_killed(what: str, folder: Path) -> list[dict[str, Any]]:
    program = [sys.executable, "-m", "tests.backups.test_kills", what, str(folder)]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=55)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


# --- the process that forks those who are killed; it has no threads ---


class Killer:
    """Ends the process without a word before its n-th touch of a file below a folder."""

    def __init__(self, folder: Path, left: int) -> None:
        self.folder, self.left = str(folder), left
        sys.addaudithook(self)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        touches = event in {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect"}
        if touches and any(self.folder in str(arg) for arg in args[:2]):
            self.left -= 1
            if self.left < 0:
                os._exit(9)


def killed(folder: Path, after: int, work: Any) -> bool:
    """Whether it was killed before it was done."""
    child = os.fork()
    if child == 0:
        Killer(folder, after)
        try:
            work()
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 9), status
    return status == 9


def state_of(places: Places) -> str:
    assert places.database is not None
    title = everything(places.database)["articles"][0]
    parts = {
        "new" if "After" not in str(title) else "old",
        "new" if "Before" in places.config.read_text() else "old",
        "new" if "before" in (places.templates / "posts/share.html").read_text() else "old",
        "new" if not (places.templates / "posts/late.html").exists() else "old",
    }
    return parts.pop() if len(parts) == 1 else "mixture"


def kill_backups(folder: Path) -> None:
    places = places_in(folder)
    target = places.backups / "one.zip"
    assert places.database is not None
    before, step, going = everything(places.database), 0, True
    while going:
        shutil.rmtree(places.backups, ignore_errors=True)
        going = killed(folder, step, lambda: packing.make(places, target, now=NOW))
        there = target.exists()
        whole = there and is_whole(target, folder)
        packing.make(places, places.backups / "again.zip", now=NOW)
        again = not list(places.backups.glob(".*"))
        same = everything(places.database) == before
        print(json.dumps({"there": there, "whole": whole, "same": same, "again": again}), flush=True)
        step += 3


def is_whole(target: Path, folder: Path) -> bool:
    with opening.opened(target) as backup:
        for number, one in enumerate(backup.manifest.files):
            backup.take(one, folder / f"taken-{number}")
            (folder / f"taken-{number}").unlink()
    return True


def kill_restores(folder: Path) -> None:
    import sqlite3
    from contextlib import closing

    places = places_in(folder)
    assert places.database is not None
    zipped = folder.parent / f"{folder.name}-kept.zip"
    packing.make(places, zipped, now=NOW)
    with closing(sqlite3.connect(places.database)) as connection:
        connection.execute("UPDATE articles SET title = 'After'")
        connection.commit()
    places.config.write_text("After")
    (places.templates / "posts/share.html").write_text("after")
    (places.templates / "posts/late.html").write_text("late")
    schema = str(copying.content(places.database).schema)
    assert upgrade.knows(schema) and not copying.strange_code(places.database, schema)  # remembered for the children
    pristine = folder.parent / f"{folder.name}-pristine"
    shutil.copytree(folder, pristine)
    step, going = 0, True
    while going:
        shutil.rmtree(folder)
        shutil.copytree(pristine, folder)
        going = killed(folder, step, lambda: restoring.restore(places, zipped, now=NOW, agreed=lambda _: True))
        decided = swap.is_at_work(places.anchor) and "decided" in swap.journal_of(places.anchor).read_text()
        twice = kill_again(places, folder, step % 5) if decided and step % 4 == 0 else None
        said = swap.settle(places.anchor)
        left = [*folder.glob(".restore*"), *folder.glob("*.restore"), *folder.glob("*.part")]
        print(json.dumps({"state": state_of(places), "said": said, "clean": not left, "twice": twice}), flush=True)
        step += 3


def kill_again(places: Places, folder: Path, step: int) -> str:
    """The start that finishes it is killed as well, several times."""
    while killed(folder, step, lambda: swap.settle(places.anchor)):
        step += 7
    return state_of(places)


if __name__ == "__main__":
    import logging

    logging.disable(logging.CRITICAL)
    {"backup": kill_backups, "restore": kill_restores}[sys.argv[1]](Path(sys.argv[2]))
