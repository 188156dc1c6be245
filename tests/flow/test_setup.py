"""From a fresh token to the first real post, over HTTP: at most six taps, no number typed, a break in the middle."""

from __future__ import annotations

import asyncio
import json
import re
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web

from bot import settings
from bot.commands import doctor, setting_up
from bot.commands.recorded import csv_of, read_log, read_people, read_posts, read_stats
from bot.commands.running import run_command
from bot.commands.setting_up import Terminal, Wish, keep_token, set_up
from bot.errors import NotAllowed, SharewireError, UsageError
from bot.parsing import Parser
from bot.sandbox import Box
from bot.sandbox.world import World
from bot.web import Web
from tests.flow.conftest import Paper

TOKEN = "1000001:fresh-token"
WORLD = f"""
flood_control = false
[bots.news]
token = "{TOKEN}"
id = 1000001
username = "harbor_news_bot"
[users.ana]
id = 5011
first_name = "Ana"
language_code = "en"
[chats.demo]
id = -1001000000001
type = "channel"
title = "Harbor News"
username = "harbornews"
creator = "ana"
"""


class Screen(Terminal):
    """Collects what is said, and answers what is asked."""

    def __init__(self, *answers: str) -> None:
        self.lines: list[str] = []
        self._answers = list(answers)

    def say(self, line: str) -> None:
        self.lines.append(line)

    async def ask(self, question: str, *, hidden: bool = False) -> str:
        self.lines.append(question)
        return self._answers.pop(0)

    async def until(self, words: str) -> str:
        async with asyncio.timeout(30):
            while not (found := [line for line in self.lines if words in line]):
                await asyncio.sleep(0.02)
        return found[-1]


@pytest.fixture
def world() -> World:
    return World.from_toml(WORLD)


@pytest.fixture
def folder(tmp_path: Path, box: Box, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, but for the address of the sandbox."""
    monkeypatch.chdir(tmp_path)
    for name in [one.name for one in settings.VARIABLES]:
        monkeypatch.delenv(name, raising=False)
    lines = f"BOT_API_BASE_URL={box.url}\nBOT_DATA_DIR={tmp_path}\nBOT_ALLOW_PRIVATE_HOSTS=127.0.0.1\n"
    (tmp_path / ".env").write_text(lines)
    (tmp_path / ".env").chmod(0o600)
    return tmp_path


async def until(look: Callable[[], Awaitable[Any]]) -> Any:
    async with asyncio.timeout(30):
        while not (found := await look()):
            await asyncio.sleep(0.02)
    return found


async def bot_says(box: Box, words: str) -> bool:
    return any(words in str(m.get("text")) for m in await box.people.messages("1000001:5011"))


async def test_a_token_becomes_a_post_in_three_taps_without_a_number(folder: Path, box: Box, paper: Paper) -> None:
    paper.add("Night buses begin")
    screen = Screen("no token", TOKEN, f"{paper.url}/feed.xml", "y")
    task = asyncio.create_task(set_up(Wish(), screen))
    link = re.search(r"start=(own_\w+)", await screen.until("start=own_"))
    assert link is not None
    await box.people.start("ana", "news", link[1])  # tap 1: START
    await screen.until("Choose a channel")
    await until(lambda: bot_says(box, "Which channel"))
    await box.people.share("ana", "news", "demo")  # taps 2 and 3: the button, the channel
    address = await task
    assert address is not None and address.startswith("https://t.me/harbornews/")
    said = "\n".join(screen.lines)
    for words in ("✗ This is not a bot token", "@harbor_news_bot", "Ana owns this bot", "✓ Harbor News", "✓ posted"):
        assert words in said
    assert TOKEN not in said
    assert not re.search(r"-100\d+|5011", said)  # no number is shown, let alone typed
    posts = [m for m in await box.people.messages("demo") if "Night buses begin" in str(m.get("text"))]
    assert len(posts) == 1
    env = folder / ".env"
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert env.read_text().splitlines()[0] == f"BOT_TOKEN={TOKEN}" and "BOT_API_BASE_URL" in env.read_text()


async def test_a_break_in_the_middle_asks_nothing_twice(folder: Path, box: Box, paper: Paper) -> None:
    paper.add("Night buses begin")
    (folder / "token").write_text(f"{TOKEN}\n")
    first = Screen()
    task = asyncio.create_task(set_up(Wish(token_file=folder / "token", ask=False), first))
    link = re.search(r"start=(own_\w+)", await first.until("start=own_"))
    assert link is not None
    await box.people.start("ana", "news", link[1])
    await until(lambda: bot_says(box, "Which channel"))
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    again = Screen()
    task = asyncio.create_task(set_up(Wish(source=f"{paper.url}/feed.xml", newest=True, ask=False), again))
    await again.until("3/4")
    assert not any("START" in line or "Token" in line for line in again.lines)
    await box.people.share("ana", "news", "demo")
    assert (await task or "").startswith("https://t.me/harbornews/")
    third = Screen()
    assert await set_up(Wish(ask=False), third) is None
    assert any("watched already" in line for line in third.lines)
    found = await doctor.examine()
    assert found.problems == [] and found.exit_code == 0
    told = {check.name: check.words for check in found.done}
    assert "@harbor_news_bot" in told["token"] and told["clock"] == "agrees with Telegram's"
    assert told["channel harbornews"] == "post yes · edit yes · delete yes"
    assert told["audit chat"] == "the owner's chat" and "free" in told["disk"]
    (look,) = [words for name, words in told.items() if name.endswith(", links")]
    assert look.startswith("! when shared: ") and "og:description" in look
    assert [p["name"] for p in await read_people()] == ["Ana"]
    assert {d["what"] for d in await read_log(limit=9, what=None)} >= {"owner-claimed", "channel-added"}
    (stats,) = await read_stats(days=7)
    assert (stats["channel"], stats["delivered"]) == ("harbornews", 1)
    rows = csv_of(await read_posts(days=7)).splitlines()
    assert rows[0].startswith("sent_at,channel,title") and "Night buses begin" in rows[1]


async def test_every_question_has_an_option_or_says_so(folder: Path, box: Box) -> None:
    with pytest.raises(UsageError, match="--token-file"):
        await set_up(Wish(ask=False), Screen())
    (folder / "token").write_text("1000001:wrong")
    with pytest.raises(NotAllowed, match="SW-T14"):
        await set_up(Wish(token_file=folder / "token", ask=False), Screen())
    (folder / "token").write_text(TOKEN)
    with pytest.raises(SharewireError, match="SW-C52"):
        await set_up(Wish(token_file=folder / "token", ask=False, wait=0.1), Screen())
    with pytest.raises(SharewireError, match="SW-C53"):
        await set_up(Wish(owner=5011, ask=False, wait=0.1), Screen())
    with pytest.raises(NotAllowed, match="SW-T12"):
        await set_up(Wish(owner=5011, channel="@harbornews", ask=False), Screen())
    await box.people.promote("ana", "demo", "news", ["post_messages", "edit_messages", "delete_messages"])
    screen = Screen()
    assert await set_up(Wish(owner=5011, channel="@harbornews", source="", ask=False), screen) is None
    assert any("Skipped" in line for line in screen.lines)
    assert [m for m in await box.people.messages("demo") if m.get("text")] == []


async def test_the_doctor_names_each_trouble_with_its_remedy(folder: Path, box: Box, paper: Paper) -> None:
    await box.people.start("ana", "news")
    await box.people.promote("ana", "demo", "news", ["post_messages"])
    keep_token(folder / ".env", TOKEN)
    assert "SW-C61" in {p.code for p in (await doctor.examine()).problems}
    await set_up(
        Wish(owner=5011, channel="@harbornews", source=f"{paper.url}/feed.xml", newest=False, ask=False), Screen()
    )
    await box.people.demote("ana", "demo", "news")
    await box.people.block("ana", "news")
    (folder / ".env").chmod(0o644)
    found = await doctor.examine(most_off=-1.0, least_free=2**62)
    codes = {problem.code for problem in found.problems}
    assert {"SW-T13", "SW-C60", "SW-C62", "SW-C63", "SW-C64"} <= codes
    assert found.exit_code == 4
    assert all(problem.fix for problem in found.problems)
    assert TOKEN not in json.dumps([str(problem) for problem in found.problems])


def test_the_commands_print_what_there_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, told in (
        (["people"], "Nobody yet"), (["log"], "Nothing has been done"), (["stats"], "no channel yet"),
        (["people", "--json"], "[]"), (["log", "--json"], "[]"), (["stats", "--csv"], "sent_at"),
    ):  # fmt: skip
        assert run_command(words) == 0
        assert told in capsys.readouterr().out
    assert run_command(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["exit_code"] == 0
    assert run_command(["setup", "--yes"]) == 2
    assert "--token-file" in capsys.readouterr().err


async def test_where_several_feeds_are_good_one_is_chosen_and_a_slip_is_asked_about_again() -> None:
    async with several_feeds() as site, Web(allow_private_hosts=["127.0.0.1"]) as door, Parser() as parser:
        parts: Any = SimpleNamespace(web=door, parser=parser)
        screen = Screen("two", "2")
        chosen = await setting_up._picked(Wish(), screen, parts, site)
        offered = [line for line in screen.lines if line.startswith(("     1  ", "     2  "))]
        assert len(offered) == 2
        assert "     ✗ Type a number from 1 to 2." in screen.lines
        first = await setting_up._picked(Wish(pick=1, ask=False), Screen(), parts, site)
        assert {first, chosen} == {(f"{site}/politics.xml", "feed"), (f"{site}/sport.xml", "feed")}
        assert await setting_up._picked(Wish(ask=False), Screen(), parts, site) == (site, None)
        with pytest.raises(UsageError, match="SW-C55"):
            await setting_up._picked(Wish(pick=3, ask=False), Screen(), parts, site)


@asynccontextmanager
async def several_feeds() -> AsyncIterator[str]:
    """A site whose page names two feeds."""

    async def serve(request: web.Request) -> web.Response:
        name = request.path.strip("/").removesuffix(".xml")
        if not name:
            links = "".join(
                f'<link rel="alternate" type="application/rss+xml" title="{one}" href="/{one.lower()}.xml">'
                for one in ("Politics", "Sport")
            )
            return web.Response(text=f"<html><head>{links}</head><body></body></html>", content_type="text/html")
        if name not in ("politics", "sport"):
            return web.Response(status=404)
        items = "".join(
            f"<item><title>{name} {n}</title><link>http://{request.host}/{name}/{n}</link></item>" for n in range(3)
        )
        body = f'<rss version="2.0"><channel><title>{name.title()}</title>{items}</channel></rss>'
        return web.Response(text=body, content_type="application/rss+xml")

    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
