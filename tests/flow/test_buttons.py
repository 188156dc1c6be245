"""Counted buttons, from the post to the figures: a press leads on, is counted, and leaves nothing of who pressed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import aiohttp
from sqlalchemy import select

from bot.app import make_press
from bot.callbacks import Presses, serving_callbacks
from bot.chat.owner.figures import of_channels
from bot.chat.owner.stats import channel_lines
from bot.chat.roles import Visitor
from bot.commands.checking import Checks, _check_buttons
from bot.commands.recorded import csv_of
from bot.model import Person
from bot.parsing import Parser
from bot.posts import preview
from bot.posts.takedown import withdraw_everywhere
from bot.settings import Secret, Settings
from bot.store import stats
from bot.store.database import Database
from bot.store.schema import button_links, button_presses
from bot.wording import words_for
from tests.posts import samples
from tests.posts.newsroom import NOW, Newsroom

SETTINGS = Settings(token=Secret("1:x"), public_url="https://n.example", count_buttons=True)


@asynccontextmanager
async def served(db: Database) -> AsyncIterator[tuple[str, Presses]]:
    presses = Presses(db)
    async with (
        Parser() as parser,
        serving_callbacks(db, parser, listen=("127.0.0.1", 0), wake=print, presses=presses) as port,
    ):
        yield f"http://127.0.0.1:{port}", presses


def targets(post: Any) -> dict[str, str]:
    """Label → address of a post's buttons."""
    rows = post.requests[0].params["reply_markup"]["inline_keyboard"]
    return {button["text"]: button["url"] for row in rows for button in row if "url" in button}


async def room_of(db: Database) -> Newsroom:
    room = await Newsroom.open(db, options={"share": ["x"]})
    room.press = replace(make_press(SETTINGS), renderer=samples.renderer())
    return room


async def test_a_press_leads_on_and_is_counted_for_post_channel_and_button_without_who(db: Database) -> None:
    room = await room_of(db)
    await room.add_article(title="Night bus")
    await room.compose()
    (post,) = await room.posts()
    found = targets(post)
    ours = {label: url for label, url in found.items() if url.startswith("https://n.example/r/")}
    assert set(ours) == {"Read on harbortimes.example", "WhatsApp", "X"}
    assert found["Share"].startswith("https://t.me/share/url?url=https%3A%2F%2Fharbortimes.example")
    assert {len(url) for url in ours.values()} == {len("https://n.example/r/") + 16}
    copied = [b for row in post.requests[0].params["reply_markup"]["inline_keyboard"] for b in row if "copy_text" in b]
    assert copied[0]["copy_text"]["text"].startswith("https://harbortimes.example/")
    async with served(db) as (site, presses), aiohttp.ClientSession() as reader:

        async def press(label: str, *, method: str = "GET", **headers: str) -> aiohttp.ClientResponse:
            path = ours[label].removeprefix("https://n.example")
            return await reader.request(method, site + path, headers=headers, allow_redirects=False)

        before = await press("WhatsApp")  # an editor tries the preview's button
        assert await presses.once(NOW) == 0, "nobody sees the post yet"
        await room.send(post)
        answer = await press("Read on harbortimes.example")
        assert (answer.status, answer.headers["Location"]) == (302, "https://harbortimes.example/Night-bus")
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert unquote(before.headers["Location"]).startswith("https://wa.me/?text=*Night bus*")
        await press("Read on harbortimes.example")
        await press("X")
        for ignored in (
            {"method": "HEAD"},
            {"Sec-Purpose": "prefetch"},
            {"User-Agent": "TelegramBot (like TwitterBot)"},
        ):
            assert (await press("X", **ignored)).status == 302
        for wrong in (
            "/r/AAAAAAAAAAAAAAAA",
            "/r/https://evil.example/",
            "/r/",
            "/r/%2e%2e%2fhealthz",
            "/r/" + "a" * 99,
        ):
            lost = await reader.get(site + wrong, allow_redirects=False)
            assert (lost.status, "Location" in lost.headers) == (404, False)
            assert "leads nowhere any more" in await lost.text()
        assert await presses.once(NOW) == 2
        await press("X")
    async with db.read() as tx:
        (told,) = await stats.sent_posts(tx, bot_id=post.bot_id, since=NOW, until=NOW + timedelta(days=1))
        figures = await of_channels(tx, bot_id=post.bot_id, days=7, now=NOW + timedelta(hours=1))
        rows = (await tx.execute(select(button_presses))).all()
    assert told.presses == {"read": 2, "x": 2}, "what was pressed before a stop is written down at the stop"
    who = Visitor(person=Person(bot_id=post.bot_id, user_id=1), words=words_for("en"))
    assert "4 buttons pressed: Read 2, X 2" in channel_lines(who, figures[0])
    assert "read:2 x:2" in csv_of([told])
    assert {name for row in rows for name in row._mapping} == {"post_id", "button", "day", "count"}


async def test_a_withdrawn_article_is_not_led_to_any_more(sqlite_db: Database) -> None:
    room = await room_of(sqlite_db)
    article = await room.add_article(title="Night bus")
    await room.compose()
    (post,) = await room.posts()
    await withdraw_everywhere(sqlite_db, room.press, article, now=NOW)
    async with served(sqlite_db) as (site, _), aiohttp.ClientSession() as reader:
        for url in targets(post).values():
            if "/r/" in url:
                assert (await reader.get(site + url.removeprefix("https://n.example"))).status == 404
    async with sqlite_db.read() as tx:
        assert (await tx.execute(select(button_links))).all() == []


async def test_buttons_are_as_they_were_unless_asked_for_and_what_one_reader_sees_is_never_counted(
    sqlite_db: Database,
) -> None:
    room = await room_of(sqlite_db)
    article = await room.add_article(title="Night bus")
    counted = await preview.preview(sqlite_db, room.press, article, 1)
    room.press = replace(room.press, counter=make_press(replace(SETTINGS, count_buttons=False)).counter)
    plain = await preview.preview(sqlite_db, room.press, article, 1)
    assert counted.links and not plain.links
    assert "n.example" not in str(plain.requests)
    reader = samples.channel(id=0, name="reader")
    shown = make_press(SETTINGS).order(samples.article(id=7), reader)
    assert "n.example" not in str(replace(room.press, counter=make_press(SETTINGS).counter).write(shown).requests)


def test_check_tells_of_an_address_that_lacks_or_is_not_https() -> None:
    for url, problem in ((None, "SW-C65"), ("http://n.example", "SW-C66"), ("https://n.example", None)):
        checks = Checks()
        _check_buttons(checks, replace(SETTINGS, public_url=url))
        assert [one.code for one in checks.problems] == ([problem] if problem else [])
        assert [check.ok for check in checks.done] == [problem is None]
    off = Checks()
    _check_buttons(off, replace(SETTINGS, count_buttons=False))
    assert off.done == []
