"""World files: defaults, and mistakes that name their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.world import World, WorldError


def test_everything_has_a_default() -> None:
    world = World.from_toml("[bots.mine]\n[users.ana]\n[chats.demo]\n")
    bot = world.user_by_key("mine")
    assert (bot.id, bot.username, bot.first_name) == (1000001, "mine_bot", "Mine")
    assert world.tokens["1000001:sandbox"] is bot
    chat = world.chat_by_key("demo")
    assert (chat.kind, chat.title, chat.id) == ("channel", "Demo", -1001000000001)
    assert not world.clock.virtual


def test_a_file_is_read_from_its_path_and_a_clock_starts_where_it_says(tmp_path: Path) -> None:
    path = tmp_path / "world.toml"
    path.write_text('clock = 2026-01-31T08:00:00Z\n[bots.a]\ntoken = "77:x"\n')
    world = World.from_toml(path)
    assert world.clock.now() == 1769846400
    assert world.bots[77].token == "77:x"
    assert World.from_toml(str(path)).clock.virtual
    assert World.from_toml('clock = "2026-01-31T08:00:00+00:00"\n').clock.now() == 1769846400
    assert World.from_toml("clock = 100\n").clock.now() == 100
    with pytest.raises(FileNotFoundError):
        World.from_toml(str(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("flood = true\n", 1, "unknown key 'flood'"),
        ("[bots.a]\nid = 1\nname = 'x'\n", 3, "unknown key 'bots.a.name'"),
        ("[bots.a]\n\n[chats.b]\n[chats.b.admins.a]\nright = []\n", 5, "unknown key 'chats.b.admins.a.right'"),
        ("[bots.a]\nid = 'one'\n", 2, "bots.a.id must be a whole number"),
        ("[bots.a]\ninline = 1\n", 2, "bots.a.inline must be true or false"),
        ("[bots.a]\ntoken = 'no colon'\n", 2, "must be digits, a colon"),
        ("[chats.b]\ntype = 'room'\n", 2, "must be channel, supergroup or group"),
        ("[chats.b]\ncreator = 'nobody'\n", 1, "there is no user or bot 'nobody'"),
        ("[chats.b]\nlinked = 'talk'\n", 2, "there is no chat 'talk'"),
        ("[users.u]\nstarted = ['x']\n", 2, "there is no bot 'x'"),
        ("[bots.a]\n[users.a]\n", 2, "the key 'a' is used twice"),
        ("[users.u]\nid = 5\n[users.v]\nid = 5\n", 1, "the id 5 is used twice"),
        ("[bots.a]\n[chats.b.admins.a]\nrights = ['fly']\n", 3, "'fly' is no right"),
        ("clock = 'tomorrow'\n", 1, "clock must be"),
        ("[bots]\na = 1\n", 2, "bots.a must be a table"),
        ("[chats.b.admins]\na = 1\n", 2, "must be a table"),
    ],
)
def test_a_mistake_names_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(WorldError) as caught:
        World.from_toml(text)
    assert f"line {line}:" in str(caught.value)
    assert words in str(caught.value)


def test_what_is_no_toml_is_said_so() -> None:
    with pytest.raises(WorldError, match="this is not TOML"):
        World.from_toml("[bots\n")


def test_the_world_file_of_the_documentation_works() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    example = guide.split("```toml", 1)[1].split("```", 1)[0]
    assert World.from_toml(example).chat_by_key("demo").username == "demonews"
