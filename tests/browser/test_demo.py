"""The demo in real Chromium: the three kinds of people that the product is for, at work on its page.

A subscriber sees posts arrive, a reader asks in the private chat and inline, the owner pastes an address and
publishes.  The demo runs as a visitor would run it, in a process of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.no_cover,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("browser"),  # one Chromium, one demo
]

Browse = Callable[..., Awaitable[Any]]
Violations = Callable[[Any], Awaitable[list[str]]]
NEWS, TALK, AKHBAR = "-1001000000001", "-1001000000002", "-1001000000003"
START_SECONDS = 40
POST_MS = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """Addresses of what runs."""

    page: str
    site: str


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo() -> AsyncIterator[Demo]:
    """One demo for all tests here; stopped by Ctrl-C."""
    command = (sys.executable, "-m", "bot", "demo", "--port", "0", "--json")
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, env={**os.environ, "NO_COLOR": "1"}
    )
    assert process.stdout is not None
    try:
        ready = json.loads(await asyncio.wait_for(process.stdout.readline(), START_SECONDS))
        async with asyncio.timeout(START_SECONDS):  # its archive is read before its first post
            while json.loads(await process.stdout.readline())["event"] != "sent":
                pass
        drain = asyncio.create_task(process.stdout.read())  # a full pipe would stop the demo
        yield Demo(page=ready["page"], site=ready["site"])
        process.send_signal(2)
        last = (await asyncio.wait_for(drain, 20)).decode().splitlines()[-1]
        assert json.loads(last)["event"] == "stopped"
        assert await asyncio.wait_for(process.wait(), 10) == 0
    finally:
        with suppress(ProcessLookupError):
            process.kill()


async def visit(browse: Browse, demo: Demo, person: str, chat: str, title: str, **looks: Any) -> Any:
    """The page as a person of the world, with a chat open."""
    page = await browse(f"{demo.page}#as={person}&chat={chat}", height=900, **looks)
    await expect(page.locator("#title")).to_have_text(title)
    return page


async def say(page: Any, words: str) -> None:
    await page.locator("#write").fill(words)
    await page.locator("#write").press("Enter")


def last(page: Any) -> Any:
    return page.locator(".msg").last


async def fits(page: Any, width: int) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth") == width)


async def test_a_subscriber_sees_posts_arrive(demo: Demo, browse: Browse, violations: Violations) -> None:
    page = await visit(browse, demo, "kim", NEWS, "Demo News")
    posts = page.locator(".msg")
    await expect(posts.first).to_contain_text("City opens its first night-bus line", timeout=POST_MS)
    await expect(posts.first.locator("img").first).to_be_visible()
    for label in ("Read on", "WhatsApp", "Share", "Copy link"):
        await expect(posts.first.get_by_text(label).first).to_be_visible()
    before = await posts.count()
    await expect(posts.nth(before)).to_be_attached(timeout=POST_MS)  # live, without a reload
    await expect(page.locator("#behind")).to_contain_text("posted (message")  # the last ten deeds
    assert await violations(page) == []


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
async def test_a_reader_searches_turns_a_page_and_opens_a_result(
    demo: Demo, browse: Browse, violations: Violations, width: int, dark: bool
) -> None:
    page = await visit(browse, demo, "sam", "1000001:5012", "Demo News bot", width=width, dark=dark)
    await say(page, "/latest")
    await expect(last(page)).to_contain_text("Latest")
    listed = last(page)
    await expect(listed.get_by_role("button", name="▶")).to_be_visible()
    await listed.get_by_role("button", name="▶").click()
    await expect(listed).to_contain_text("6. ")
    await say(page, "lighthouse stairs")
    await expect(last(page)).to_contain_text("lighthouse stairs — 1 result")
    await expect(last(page)).to_contain_text("Old lighthouse opens its stairs to visitors")
    await last(page).get_by_role("button", name="1", exact=True).click()
    await expect(last(page).locator(".text strong, .text b").first).to_have_text(
        "Old lighthouse opens its stairs to visitors"
    )
    await expect(last(page).get_by_text("Copy link")).to_be_visible()
    assert await fits(page, width)
    assert await violations(page) == []


async def test_a_reader_shares_an_article_inline(demo: Demo, browse: Browse, violations: Violations) -> None:
    page = await visit(browse, demo, "sam", TALK, "Valley talk", dark=True)
    await page.locator("#write").press_sequentially("@demo_news_bot lighthouse")
    offered = page.locator("#popup button", has_text="Old lighthouse opens its stairs to visitors")
    await expect(offered).to_be_visible()
    assert await violations(page) == []
    await offered.click()
    await expect(last(page)).to_contain_text("Old lighthouse opens its stairs to visitors")
    await expect(last(page).get_by_text("WhatsApp")).to_be_visible()


@pytest.mark.parametrize(("width", "dark", "slug"), [(1280, True, "seal-colony"), (360, False, "plain-budget")])
async def test_the_owner_pastes_an_address_and_publishes(
    demo: Demo, browse: Browse, violations: Violations, width: int, dark: bool, slug: str
) -> None:
    page = await visit(browse, demo, "ana", "1000001:5011", "Demo News bot", width=width, dark=dark)
    await say(page, f"{demo.site}/harbor-times/{slug}")
    await expect(last(page)).to_contain_text("Preview for Demo News")
    title = await page.locator(".msg").nth(-2).locator(".text strong, .text b").first.inner_text()
    assert await violations(page) == []
    card = page.locator(".msg").nth(await page.locator(".msg").count() - 1)
    await card.get_by_role("button", name="Publish").click()
    await expect(card).to_contain_text("Published in Demo News by Ana", timeout=POST_MS)
    assert await violations(page) == []
    assert await fits(page, width)
    page = await visit(browse, demo, "kim", NEWS, "Demo News")
    await expect(page.locator("#log")).to_contain_text(title)


async def test_a_channel_that_reads_from_right_to_left(demo: Demo, browse: Browse, violations: Violations) -> None:
    page = await visit(browse, demo, "kim", AKHBAR, "اخبار · أخبار", width=360)
    first = page.locator(".msg .bubble").first
    await expect(first).to_have_attribute("dir", "rtl", timeout=POST_MS)
    assert await fits(page, 360)
    assert await violations(page) == []
