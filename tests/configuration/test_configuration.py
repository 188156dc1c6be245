"""A file becomes items of the store: one owner each, applied as a whole, exported again, read anew by a running bot."""

from __future__ import annotations

import json
import logging
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import configuration, settings
from bot.commands.configuring import apply_at_start, reload
from bot.commands.running import run_command
from bot.configuration.writing import defaults, export, literal, schema
from bot.errors import SettingsError
from bot.model import Actions, Channel, Owner, Rule, Source, SourceKind
from bot.settings import Secret, Settings
from bot.store import audit, channels, digests, rules, sources
from bot.store.database import Database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BOT = 1000001
FILE = """#:schema ./sharewire.schema.json
[site]
name = "Harbor News"
timezone = "Europe/Paris"
languages = ["fr", "en"]

[defaults]
every = "10m"
max_age = "1d"
pace = { gap = "3m", per_hour = 8 }

[channels.news]
chat = "@harbornews"
actions = "links"
quiet = "22:30-07:00"
fresh_for = "2h"

[channels.news.seasons.ramadan]
from = 2027-02-08
until = 2027-03-09
quiet = ["18:00-19:30", "01:00-03:00"]

[channels.tech]
chat = "https://t.me/harbortech"
timezone = "UTC"
approve = true
also = "reply"
big_changes = "ask"
versions = true

[sources.harbor-times]
url = "https://harbortimes.example/feed.xml"
to = ["news"]
tags = ["harbor"]

[sources.ferry]
url = "https://ferry.example/status"
kind = "page"
every = "2m"
to = "news"
breaking = { when = ["collision"], pin = "2h" }
single = true
rhash = "1a2b3c4d5e6f70"

[rules.tech]
match = { any = ["chip", "AI"], lang = ["en"], not = ["job ad"], source = "harbor-times" }
add_to = ["tech"]

[rules.no-horoscope]
match = { title = "horoscope" }
drop = true

[digests.morning]
to = "news"
at = "07:30 mon-fri"
cron = "30 18 * * 6"
top = 5
"""


async def take_in(db: Database, text: str = FILE) -> list[str]:
    async with db.write() as tx:
        return [str(c) for c in await configuration.apply(tx, configuration.parse(text), bot_id=BOT, now=NOW)]


async def test_a_file_becomes_items_and_a_second_time_changes_nothing(db: Database) -> None:
    told = await take_in(db)
    assert len(told) == 9 and all(one.startswith("add ") for one in told)
    assert await take_in(db) == []
    async with db.read() as tx:
        news, tech = await channels.every(tx)
        ferry, times = await sources.every(tx)
        every = {rule.name: rule for rule in await rules.every(tx)}
        (morning,) = await digests.every(tx)
        (deed,) = await audit.latest(tx, bot_id=BOT)
    assert (news.address, news.timezone, news.language, news.actions) == (
        "@harbornews",
        "Europe/Paris",
        "fr",
        Actions.LINKS,
    )
    assert (news.max_age, news.fresh_for) == (timedelta(days=1), timedelta(hours=2))
    assert news.options["pace"] == {"gap": "3m", "per_hour": 8}
    assert news.options["seasons"]["ramadan"]["from"] == "2027-02-08"
    assert (tech.address, tech.timezone, tech.approve, tech.owner) == ("@harbortech", "UTC", True, Owner.FILE)
    assert (ferry.kind, ferry.every, times.every) == (SourceKind.PAGE, timedelta(minutes=2), timedelta(minutes=10))
    extra = {"single": True, "rhash": "1a2b3c4d5e6f70"}
    assert ferry.options == {"breaking": {"when": ["collision"], "pin": "2h"}, **extra}
    assert (tech.options["also"], tech.options["versions"], tech.options["big_changes"]) == ("reply", True, "ask")
    assert set(every) == {"tech", "no-horoscope", "to-harbor-times", "to-ferry"}
    assert every["no-horoscope"].drop and every["tech"].match["source"] == ["harbor-times"]
    assert (morning.at, morning.top, morning.owner) == (("07:30 mon-fri", "30 18 * * 6"), 5, Owner.FILE)
    assert (deed.what, deed.about, deed.who) == ("config-applied", "9 changes", "command line")


async def test_two_sources_share_an_address_on_purpose(db: Database) -> None:
    one = '[sources.a]\nurl = "https://a.example/feed"\n'
    two = one + '[sources.b]\nurl = "https://a.example/feed"\nsame_address = true\nmedia = "copy"\n'
    assert await take_in(db, two) == ["add source a", "add source b"]
    assert await take_in(db, two) == []
    async with db.read() as tx:
        a, b = await sources.every(tx)
        text = await export(tx, bot_id=BOT)
    assert (a.media, b.media, b.options) == ("link", "copy", {"same_address": True})
    assert await take_in(db, text) == []
    assert await take_in(db, two.replace("[sources.b]", "[sources.c]")) == ["change source c (name: b → c)"]
    assert await take_in(db, one) == ["switch off source c"]


async def test_a_source_that_shares_an_address_takes_none_of_the_chats(db: Database) -> None:
    async with db.write() as tx:
        mine = Source(id=0, name="mine", kind=SourceKind.FEED, url="https://a.example/feed")
        await sources.put(tx, mine, now=NOW)
    told = await take_in(db, '[sources.b]\nurl = "https://a.example/feed"\nsame_address = true\n')
    assert told == ["add source b"]
    async with db.read() as tx:
        exported = await export(tx, bot_id=BOT)
    assert exported.count("same_address = true") == 1
    configuration.parse(exported)


async def test_a_change_names_what_changes_and_what_left_is_switched_off(db: Database) -> None:
    await take_in(db)
    changed = FILE.replace('fresh_for = "2h"', 'fresh_for = "4h"').replace('kind = "page"', 'kind = "feed"')
    assert await take_in(db, changed) == [
        "change channel news (fresh_for: 2:00:00 → 4:00:00)",
        "change source ferry (kind: page → feed)",
    ]
    only = '[channels.news]\nchat = "@harbornews"\n'
    told = await take_in(db, only)
    assert {one.split(" (")[0] for one in told} == {
        "change channel news", "switch off channel tech", "switch off source ferry", "switch off source harbor-times",
        "remove rule tech", "remove rule no-horoscope", "remove rule to-harbor-times", "remove rule to-ferry",
        "remove digest morning",
    }  # fmt: skip
    assert await take_in(db, only) == []
    async with db.read() as tx:
        tech = await channels.named(tx, "tech")
        assert tech is not None and "no longer in sharewire.toml" in (tech.pause_reason or "")
        assert [source.enabled for source in await sources.every(tx)] == [False, False]
    assert "switch on channel tech" in " ".join(await take_in(db))
    async with db.read() as tx:
        tech = await channels.named(tx, "tech")
    assert tech is not None and tech.paused_at is None


async def test_what_the_chat_added_stays_unless_the_file_names_it(db: Database) -> None:
    async with db.write() as tx:
        await channels.put(tx, Channel(id=0, bot_id=BOT, name="old", address="@HarborNews", chat_id=-100), now=NOW)
        await channels.put(tx, Channel(id=0, bot_id=BOT, name="tech", address="@another"), now=NOW)
        await sources.put(tx, Source(id=0, name="ferry", kind=SourceKind.FEED, url="https://else.example/"), now=NOW)
        await sources.put(tx, Source(id=0, name="mine", kind=SourceKind.FEED, url="https://mine.example/"), now=NOW)
        await rules.put(tx, Rule(id=0, name="own", channels=("old",), match={"any": ["x"]}))
    told = await take_in(db)
    assert any(one.startswith("take over channel news (name: old → news") for one in told)
    assert "rename channel tech" in told and "rename source ferry" in told
    async with db.read() as tx:
        every = {c.name: (c.address, c.owner, c.chat_id) for c in await channels.every(tx)}
        names = {s.name: s.owner for s in await sources.every(tx)}
    assert every["news"] == ("@harbornews", Owner.FILE, -100)
    assert every["tech-from-chat"] == ("@another", Owner.CHAT, None)
    assert names == {"ferry": Owner.FILE, "ferry-from-chat": Owner.CHAT, "harbor-times": Owner.FILE, "mine": Owner.CHAT}


async def test_export_gives_a_file_that_means_the_same(db: Database) -> None:
    await take_in(db)
    async with db.read() as tx:
        text = await export(tx, bot_id=BOT)
        assert await export(tx, bot_id=BOT, owner=Owner.CHAT) == "#:schema ./sharewire.schema.json\n"
        assert await configuration.plan(tx, configuration.parse(text), bot_id=BOT) == ()


def test_the_schema_and_the_file_of_defaults_know_every_key() -> None:
    made = schema()
    assert made["properties"]["channels"]["additionalProperties"]["required"] == ["chat"]
    assert json.dumps(made)
    lines = [line.removeprefix("# ") for line in defaults().splitlines()[2:] if line.startswith("# ")]
    whole = "\n".join(line.replace(".NAME]", ".news]") for line in lines)
    assert {"site", "defaults", "channels", "sources", "rules", "digests"} == set(tomllib.loads(whole))
    assert configuration.parse(whole.replace('["tech"]', '["news"]').replace("seasons = {}", "")).channels


@pytest.mark.parametrize(
    "value", ['a "b" \\ c', "line\nbreak\tand\x01", "زمان", True, 3, ["a", "b"], {"a b": 1, "c": ["d"]}]
)
def test_literals_are_toml(value: object) -> None:
    assert tomllib.loads(f"x = {literal(value)}")["x"] == value


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with settings, as commands meet it."""
    monkeypatch.chdir(tmp_path)
    for name in [one.name for one in settings.VARIABLES]:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".env").write_text(f"BOT_TOKEN={BOT}:secret-token\nBOT_DATA_DIR={tmp_path}\n")
    return tmp_path


def test_the_commands_show_compare_apply_and_export(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["config", "apply", "--json"]) == 2
    assert "There is no configuration file" in capsys.readouterr().out
    (place / "sharewire.toml").write_text(FILE)
    assert run_command(["config", "diff"]) == 1
    assert "Would change" in capsys.readouterr().out
    assert run_command(["config", "apply", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["changes"]) == 9
    assert run_command(["config", "diff"]) == 0
    assert "agree" in capsys.readouterr().out
    assert run_command(["config", "show", "--json"]) == 0
    shown = capsys.readouterr().out
    assert "secret-token" not in shown and "(set, hidden)" in shown
    found = json.loads(shown)
    assert {one["from"] for one in found["settings"] if one["name"] == "BOT_TOKEN"} == {".env:1"}
    assert {"kind": "channel", "name": "news", "decided by": "sharewire.toml"} in found["items"]
    assert run_command(["config", "show"]) == 0 and "harbor-times" in capsys.readouterr().out
    assert run_command(["config", "export", "--all"]) == 0
    assert "[channels.news]" in capsys.readouterr().out
    assert run_command(["config", "schema"]) == 0 and run_command(["config", "defaults"]) == 0
    capsys.readouterr()
    assert run_command(["check"]) == 0
    assert "2 sources, 2 channels, 2 rules, 1 digests" in capsys.readouterr().out
    (place / "sharewire.toml").write_text('[channels.news]\nquite = 1\nchat = "@a_news"\n')
    assert run_command(["check"]) == 2
    assert '"quiet"' in capsys.readouterr().out


async def test_a_running_bot_keeps_what_it_has_when_the_file_breaks(
    place: Path, sqlite_db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    found = Settings(token=Secret(f"{BOT}:x"), data_dir=place)
    caplog.set_level(logging.INFO)
    assert await apply_at_start(sqlite_db, found) == ()
    await reload(sqlite_db, found)
    (place / "sharewire.toml").write_text(FILE)
    assert len(await apply_at_start(sqlite_db, found)) == 9
    (place / "sharewire.toml").write_text(FILE.replace('every = "2m"', 'evrey = "2m"'))
    await reload(sqlite_db, found)
    assert "configuration refused" in caplog.text and '"every"' in caplog.text
    with pytest.raises(SettingsError):
        await apply_at_start(sqlite_db, found)
    (place / "sharewire.toml").write_text(FILE.replace('every = "2m"', 'every = "3m"'))
    await reload(sqlite_db, found)
    assert "configuration applied: 1 changes" in caplog.text
    async with sqlite_db.read() as tx:
        ferry = await sources.named(tx, "ferry")
    assert ferry is not None and ferry.every == timedelta(minutes=3)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b'name = "\xe9"')
    for name in ("latin.toml", "none.toml"):
        with pytest.raises(SettingsError) as caught:
            configuration.read(tmp_path / name)
        assert caught.value.problems[0].code == "SW-C45"
