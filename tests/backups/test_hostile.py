"""A file that is damaged, made to do harm, or newer than this program is refused in words, and nothing is changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import warnings
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.backups import packing, restoring
from bot.backups.manifest import MOST_TEXT
from bot.backups.places import Places
from bot.errors import StoreError, UsageError

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Forged:
    """A backup taken apart, to be changed and put together again."""

    def __init__(self, made: Path, target: Path) -> None:
        self.target = target
        with zipfile.ZipFile(made) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}
            self.manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
        self.extra: list[tuple[str, bytes]] = []

    def put(self, name: str, raw: bytes, *, listed: bool = True) -> None:
        self.files[name] = raw
        others = [one for one in self.manifest["files"] if one["name"] != name]
        one = {"name": name, "size": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
        self.manifest["files"] = [*others, one] if listed else others

    def change_database(self, *statements: str) -> None:
        path = self.target.with_suffix(".db")
        path.write_bytes(self.files["sharewire.db"])
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)
        self.put("sharewire.db", path.read_bytes())
        path.unlink()

    def write(self) -> Path:
        with zipfile.ZipFile(self.target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("manifest.json", json.dumps(self.manifest))
            for name, raw in [*self.files.items(), *self.extra]:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of a name that is there twice
                    archive.writestr(name, raw)
        return self.target


def other_bytes(forged: Forged) -> None:
    raw = bytearray(forged.files["sharewire.db"])
    raw[5000] ^= 1
    forged.files["sharewire.db"] = bytes(raw)


def torn_database(forged: Forged) -> None:
    raw = bytearray(forged.files["sharewire.db"])
    raw[8192:20480] = b"\xff" * 12288
    forged.put("sharewire.db", bytes(raw))


def broken_manifest(forged: Forged) -> None:
    forged.manifest["files"] = [{"name": 7}]


def no_checksum(forged: Forged) -> None:
    forged.manifest["files"][0]["sha256"] = "../../x"


def missing_file(forged: Forged) -> None:
    del forged.files["sharewire.toml"]


def wrong_size(forged: Forged) -> None:
    forged.manifest["files"][0]["size"] += 1


def other_database(forged: Forged) -> None:
    forged.change_database("DROP TABLE alembic_version")


def odd_lease(forged: Forged) -> None:
    forged.change_database("UPDATE leases SET epoch = 'x', name = 'sender:1' WHERE rowid = 1")


def newer_schema(forged: Forged) -> None:
    forged.change_database("UPDATE alembic_version SET version_num = '9999'")


def newer_format(forged: Forged) -> None:
    forged.manifest["format"] = 2


def own_trigger(forged: Forged) -> None:
    forged.change_database("CREATE TRIGGER spy AFTER INSERT ON posts BEGIN DELETE FROM articles; END")


def changed_trigger(forged: Forged) -> None:
    forged.change_database(
        "DROP TRIGGER search_follows_articles",
        "CREATE TRIGGER search_follows_articles AFTER DELETE ON articles BEGIN DELETE FROM posts; END",
    )


def many_bots(forged: Forged) -> None:
    forged.change_database(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100) "
        "INSERT INTO leases (name, holder, epoch, expires_at, taken_at) SELECT 'sender:7' || i, 'x', 1, 1, 1 FROM n"
    )


def named(name: str) -> Callable[[Forged], None]:
    def change(forged: Forged) -> None:
        forged.put(name, b"x")

    return change


def unlisted(forged: Forged) -> None:
    forged.put("templates/posts/hidden.html", b"x", listed=False)


def twice(forged: Forged) -> None:
    forged.extra.append(("sharewire.toml", forged.files["sharewire.toml"]))


def same_name_for_some(forged: Forged) -> None:
    forged.put("templates/posts/SHARE.html", b"x")


def huge_text(forged: Forged) -> None:
    forged.put("templates/posts/bomb.html", b"0" * (MOST_TEXT + 1))


def huge_claim(forged: Forged) -> None:
    forged.manifest["files"][0]["size"] = 1 << 50


CASES: dict[str, tuple[str, Callable[[Forged], None]]] = {
    "other bytes": ("SW-D35", other_bytes),
    "torn database": ("SW-D35", torn_database),
    "broken manifest": ("SW-D35", broken_manifest),
    "no checksum": ("SW-D35", no_checksum),
    "missing file": ("SW-D35", missing_file),
    "wrong size": ("SW-D35", wrong_size),
    "huge claim": ("SW-D35", huge_claim),
    "other database": ("SW-D35", other_database),
    "odd lease": ("SW-D35", odd_lease),
    "same name for some systems": ("SW-D35", same_name_for_some),
    "newer schema": ("SW-D37", newer_schema),
    "newer format": ("SW-D37", newer_format),
    "a trigger": ("SW-D36", own_trigger),
    "another trigger": ("SW-D36", changed_trigger),
    "many bots": ("SW-D36", many_bots),
    "unlisted": ("SW-D36", unlisted),
    "twice": ("SW-D36", twice),
    "huge text": ("SW-D36", huge_text),
    **{
        f"named {name}": ("SW-D36", named(name))
        for name in (
            "../evil", "templates/../../evil", "/etc/evil", "templates//evil", "templates/./evil", ".env",
            "templates/a\\..\\evil", "C:evil", "templates/", "sharewire.db-wal", "templates/x\ny",
            "templates/" + "a/" * 12 + "b",
        )
    },
}  # fmt: skip


def all_files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def refused(places: Places, file: Path) -> str:
    with pytest.raises((StoreError, UsageError)) as caught:
        restoring.restore(places, file, now=NOW, agreed=lambda _: True)
    problem = caught.value.problem
    assert problem.meanwhile == "Nothing was changed." and problem.cause and problem.fix
    return problem.code


def test_a_forged_or_damaged_backup_is_refused_and_nothing_is_changed(
    places: Places, tmp_path_factory: pytest.TempPathFactory
) -> None:
    away = tmp_path_factory.mktemp("forged")
    made = packing.make(places, away / "made.zip", now=NOW).path
    (places.data / f"{places.anchor.name}.sender-1000001.lock").touch()
    before = all_files(places.data)
    found = {}
    for name, (_, change) in CASES.items():
        forged = Forged(made, away / "forged.zip")
        change(forged)
        found[name] = refused(places, forged.write())
        assert all_files(places.data) == before, name
    assert found == {name: code for name, (code, _) in CASES.items()}
    assert sorted(p.name for p in away.iterdir()) == ["forged.zip", "made.zip"], "nothing was written elsewhere"


def test_what_is_no_zip_or_was_cut_is_refused_at_any_length(
    places: Places, tmp_path_factory: pytest.TempPathFactory
) -> None:
    away = tmp_path_factory.mktemp("cut")
    whole = packing.make(places, away / "made.zip", now=NOW).path.read_bytes()
    cut = away / "cut.zip"
    for length in (0, 10, 1_000, len(whole) // 2, len(whole) - 60, len(whole) - 1):
        cut.write_bytes(whole[:length])
        assert refused(places, cut) == "SW-D35", length
    for at in range(30, len(whole), len(whole) // 25):  # a bit is turned: refused, or it did not matter
        cut.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        try:
            with restoring.looked_at(places, cut, now=NOW) as would:
                assert would.manifest.files
        except StoreError as error:
            assert error.problem.code in {"SW-D35", "SW-D36", "SW-D37"}, at
    assert refused(places, away / "none.zip") == "SW-D44" and refused(places, away) == "SW-D44"


def test_a_backup_of_the_other_kind_of_database_is_refused(places: Places, tmp_path: Path) -> None:
    made = packing.make(places, places.backups / "lite.zip", now=NOW)
    without = Places(data=places.data, database=None, config=places.config)
    assert refused(without, made.path) == "SW-D40"
    files_only = packing.make(without, places.backups / "files.zip", now=NOW)
    assert refused(places, files_only.path) == "SW-D40"
    places.config.write_text("after")
    done = restoring.restore(without, files_only.path, now=NOW, agreed=lambda _: True)
    assert done is not None and "Before" in places.config.read_text()
