"""Another token at the start: of the same bot, it goes on and loses nothing; of another bot, that is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App, opened
from bot.errors import NotAllowed
from bot.sandbox import Box
from bot.sandbox.world import World
from bot.settings import Secret, Settings
from bot.store import channels, notices
from tests.flow.conftest import TOKEN, WORLD, House, Paper, furnish, house_of

OTHER = """
[bots.other]
token = "1000002:sandbox"
id = 1000002
username = "other_bot"
"""


@pytest.fixture
def world() -> World:
    calm = WORLD.replace("flood_control = true", "flood_control = false")
    return World.from_toml(calm.replace("[users.ana]", OTHER + "[users.ana]"))


async def started(house: House, token: str) -> tuple[tuple[str, ...], int]:
    """The bot with this token, until nothing is due: what it says at its start, and the rows it handled."""
    settings: Settings = replace(house.parts.settings, token=Secret(token))
    async with opened(settings) as parts:
        app = App(parts, ("watch", "read", "compose", "deliver"))
        async with app.started():
            return app.lines, await app.run_until_idle()


async def test_a_new_token_of_the_same_bot_goes_on_where_the_old_one_stopped(
    box: Box, paper: Paper, tmp_path: Path, database_url: str
) -> None:
    async with house_of(box, paper, tmp_path, database_url) as house:
        await furnish(house)
        await house.work()
        paper.add("Before")
        await house.work()
        box.world.faults.add({"action": "error", "method": "sendMessage", "status": 401, "description": "Unauthorized"})
        paper.add("Written with the revoked token")
        with pytest.raises(NotAllowed, match="token"):
            await house.work()
        box.world.faults.clear()
        bot = box.world.bots[1000001]
        del box.world.tokens[bot.token]
        box.world.tokens["1000001:renewed"] = bot
        paper.add("Found with the new one")
        lines, handled = await started(house, "1000001:renewed")
        texts = await house.texts()
    assert lines == () and handled
    assert [text.splitlines()[0] for text in texts] == [
        "Before", "Written with the revoked token", "Found with the new one",
    ]  # fmt: skip


async def test_another_bot_is_told_apart_and_touches_nothing(
    box: Box, paper: Paper, tmp_path: Path, database_url: str
) -> None:
    async with house_of(box, paper, tmp_path, database_url) as house:
        await furnish(house)
        await house.work()
        paper.add("Before")
        await house.work()
        paper.add("Waits for its own bot")
        (said, calm), _ = await started(house, "1000002:sandbox")
        assert "another bot than before: @other_bot" in said and "belong to @demo_news_bot" in said
        assert "nothing is lost" in calm
        assert [text.splitlines()[0] for text in await house.texts()] == ["Before"]
        async with house.parts.db.read() as tx:
            (card,) = await notices.opened(tx, bot_id=1000002)
            (channel,) = await channels.every(tx)
        assert card.problem.code == "SW-T453" and channel.bot_id == 1000001
        lines, _ = await started(house, TOKEN)
        assert lines == ()
        assert [text.splitlines()[0] for text in await house.texts()] == ["Before", "Waits for its own bot"]
