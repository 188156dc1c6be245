"""Real Chromium for tests: one browser for all of them, a fresh context and a watch on everything for each.

Every page that `browse` opens is watched: a console error, an exception, a violated policy or a request to another
host fails the test.  Without Chromium the tests skip with one line, unless REQUIRE_BROWSER=1.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio

from bot.demo.site import Site, running_site
from bot.sandbox.people import People
from bot.sandbox.server import Server, start
from bot.sandbox.world import World

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

WORLD = """
flood_control = false

[bots.news]
token = "1000001:sandbox"
id = 1000001
username = "demo_news_bot"
first_name = "Demo News bot"
inline = true

[users.ana]
id = 5011
first_name = "Ana"
username = "ana"
started = ["news"]
[users.sam]
id = 5012
first_name = "Sam"
username = "sam"
started = ["news"]
[users.kim]
id = 5013
first_name = "Kim"

[chats.demo]
id = -1001000000001
title = "Demo News"
username = "demonews"
creator = "ana"
members = ["sam", "kim"]
[chats.demo.admins.news]

[chats.urdu]
id = -1001000000002
title = "اخبار"
creator = "ana"
members = ["sam"]
linked = "talk"
[chats.urdu.admins.news]

[chats.tech]
id = -1001000000003
title = "Demo Tech"
username = "demotech"
creator = "ana"
[chats.tech.admins.news]

[chats.talk]
id = -1001000000004
type = "supergroup"
title = "Talk"
creator = "ana"
members = ["sam", "news"]
"""


def _missing() -> str | None:
    return None if Path(CHROMIUM).exists() else f"no Chromium at {CHROMIUM} (apt-get install chromium, or set CHROMIUM)"


@dataclass  # no slots: playwright keeps its wrappers of our handlers on us
class Watch:
    """What went wrong in a page, in the browser's own words."""

    origin: str
    troubles: list[str] = field(default_factory=list)

    def follow(self, page: Any) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.troubles.append(f"exception: {error}"))
        page.on("requestfailed", self._failed)

    def _said(self, message: Any) -> None:
        if message.type == "error":
            self.troubles.append(f"console: {message.text}")

    def _failed(self, request: Any) -> None:
        # Leaving a page ends what it was still loading: its event stream, a film, an icon.
        if "ERR_ABORTED" not in request.failure and "/people/events" not in request.url:
            self.troubles.append(f"failed: {request.url} {request.failure}")

    async def guard(self, route: Any) -> None:
        if urlsplit(route.request.url).netloc == self.origin or route.request.url.startswith("data:"):
            await route.continue_()
        else:
            self.troubles.append(f"another host: {route.request.url}")
            await route.abort()


Browse = Callable[..., Awaitable[Any]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Any]:
    """The browser, started once."""
    reason = _missing()
    if reason:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"REQUIRE_BROWSER=1, but {reason}")
        pytest.skip(reason)
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browse(chromium: Any) -> AsyncIterator[Browse]:
    """`await browse(url, width=…, dark=…)` opens a watched page; at the end nothing may have gone wrong in any."""
    watches: list[Watch] = []
    async with AsyncExitStack() as stack:

        async def browse(url: str, *, width: int = 1280, height: int = 800, dark: bool = False, **more: Any) -> Any:
            watch = Watch(urlsplit(url).netloc)
            watches.append(watch)
            context = await chromium.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                locale="en-GB",
                timezone_id="Europe/Paris",
                permissions=["clipboard-read", "clipboard-write"],
                **more,
            )
            stack.push_async_callback(context.close)
            context.set_default_timeout(10_000)
            await context.route("**/*", watch.guard)
            page = await context.new_page()
            watch.follow(page)
            await page.goto(url)
            return page

        yield browse
    assert [trouble for watch in watches for trouble in watch.troubles] == []


@pytest.fixture
def violations() -> Callable[[Any], Awaitable[list[str]]]:
    """`await violations(page)`: what axe finds against WCAG 2.2 A and AA, one line a place."""
    return _violations


async def _violations(page: Any) -> list[str]:
    from axe_playwright_python.async_playwright import Axe

    found = await Axe().run(page, options={"runOnly": WCAG})
    return [
        f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


@dataclass(slots=True, kw_only=True)
class Stage:
    """A running sandbox and its two sides: `bot` calls the Bot API, `people` act at the door."""

    url: str
    people: People
    site: Site
    http: aiohttp.ClientSession
    token: str = "1000001:sandbox"

    async def bot(self, method: str, **params: Any) -> Any:
        """Call the Bot API; values that are no text go as JSON.  The call must succeed."""
        fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
        async with self.http.post(f"{self.url}/bot{self.token}/{method}", data=fields) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    def page(self, person: str = "sam", chat: int | str = "") -> str:
        """The page's address for a person and a chat."""
        return f"{self.url}/#as={person}&chat={chat}"


@pytest_asyncio.fixture(loop_scope="session")
async def stage() -> AsyncIterator[Stage]:
    """A sandbox of its own for the test, beside the demo's news site (for links, pictures and films)."""
    runner, port = await start(Server(World.from_toml(WORLD)), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{port}"
    try:
        async with running_site() as site, aiohttp.ClientSession() as http, People(url) as people:
            yield Stage(url=url, people=people, site=site, http=http)
    finally:
        await runner.cleanup()
