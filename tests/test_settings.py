"""Settings: where values come from, and that every problem is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import settings
from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "123456:" + "A" * 35


def load(environ: dict[str, str] | None = None, env_file: Path | None = None) -> settings.Settings:
    return settings.load(environ or {}, env_file=env_file)


def problems(environ: dict[str, str] | None = None, env_file: Path | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        load(environ, env_file)
    return str(caught.value)


def test_the_example_file_lists_every_setting_and_no_other() -> None:
    assert (ROOT / ".env.example").read_text() == settings.example()


def test_the_example_file_is_a_valid_env_file_that_changes_nothing() -> None:
    found = load(env_file=ROOT / ".env.example")
    assert (found.data_dir, found.api_base_url, found.token) == (Path("data"), "https://api.telegram.org", "")


def test_without_any_setting_the_defaults_hold() -> None:
    found = load()
    assert found.database == "sqlite:///data/sharewire.db"
    assert found.owner_ids == ()
    assert found.bot_id == 0


def test_the_environment_beats_the_file_and_each_value_knows_its_origin(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# hello\nBOT_LOG_LEVEL=debug\nexport BOT_OWNER_IDS=1, 2\nOTHER=x\n")
    found = load({"BOT_LOG_LEVEL": "ERROR"}, file)
    assert (found.log_level, found.owner_ids) == ("error", (1, 2))
    assert found.origins["BOT_LOG_LEVEL"] == "environment"
    assert found.origins["BOT_OWNER_IDS"] == f"{file}:3"
    assert found.origins["BOT_DATA_DIR"] == "default"


def test_a_file_may_hold_a_secret(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    found = load({"BOT_TOKEN_FILE": str(tmp_path / "token")})
    assert found.token == TOKEN
    assert found.bot_id == 123456


def test_every_problem_is_told_at_once_with_its_place_and_without_the_secret(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("BOT_TOKEN=hunter2-is-my-password\nBOT_LOG_FORMAT=jsn\nBOT_DATADIR=x\nBOT_COLOUR=red\n")
    told = problems(
        {"BOT_OWNER_IDS": "1,ana", "BOT_PROXY": "nowhere", "BOT_OWNER_ID": "1", "BOT_AUDIT_CHAT": "x"}, file
    )
    assert told.count("SW-C01") == 5
    assert told.count("SW-C02") == 3
    assert 'Did you mean "json"?' in told
    assert "Did you mean BOT_DATA_DIR?" in told
    assert f"{file}:3" in told
    assert f"{file}:4: BOT_COLOUR is not a setting" in told
    assert "Did you mean BOT_OWNER_IDS?" in told
    assert '"ana" is not a number' in told
    assert "hunter2" not in told


def test_a_secret_file_that_is_missing_is_told(tmp_path: Path) -> None:
    assert "No such file" in problems({"BOT_TOKEN_FILE": str(tmp_path / "none")})


def test_names_of_other_programs_are_left_alone() -> None:
    assert load({"BOT_SOMETHING_ELSE_ENTIRELY": "1", "BOT_SECRET": "x"}).token == ""


def test_settings_never_show_their_secrets() -> None:
    found = load({"BOT_TOKEN": TOKEN, "BOT_DATABASE_URL": "postgresql://u:s3cret@h/d"})
    assert TOKEN not in repr(found)
    assert "s3cret" not in repr(found)
    assert repr(settings.Secret("")) == "Secret('')"


def test_templates_are_found_beside_the_tree_and_the_operators_own_come_first(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    folders = settings.find_templates(settings.Settings(data_dir=tmp_path))
    assert folders[0] == own
    assert any((folder / "posts").is_dir() for folder in folders)
