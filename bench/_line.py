"""The whole line in one process (watch, read, compose, deliver), and six writers beside a sender: what `bench.chaos`
kills between an article and its post, feeds with articles that end the program, and lets compete for one file."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from bench import _workload as work

POISON = "Poison"
"""A headline with this word ends the program that renders it."""


class Paper:
    """A feed of the newest 60 stories; their pages are gone, so that the feed's own words make the articles."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self._times: list[datetime] = []
        self.url = ""

    def add(self, count: int, *, word: str = "Story") -> None:
        for _ in range(count):
            number = len(self.titles)
            say = random.Random(number)
            self._times.append(datetime.now(UTC))
            self.titles.append(f"{word} {number} " + " ".join(_word(say) for _ in range(6)))

    async def _serve(self, _request: Any) -> Any:
        from aiohttp import web

        rows = "".join(self._item(number) for number in range(len(self.titles))[-60:])
        body = f"<rss version='2.0'><channel><title>Paper</title>{rows}</channel></rss>"
        return web.Response(text=body, content_type="application/rss+xml")

    def _item(self, number: int) -> str:
        say = random.Random(-1 - number)
        words = ". ".join(" ".join(_word(say) for _ in range(9)).capitalize() for _ in range(3))
        at = format_datetime(self._times[number])
        return (
            f"<item><title>{self.titles[number]}</title><link>{self.url}/story/{number}</link><pubDate>{at}</pubDate>"
            f"<guid isPermaLink='false'>{number}</guid><description>{words}.</description></item>"
        )

    @asynccontextmanager
    async def printed(self) -> AsyncIterator[None]:
        from aiohttp import web

        app = web.Application()
        app.router.add_get("/feed", self._serve)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield
        finally:
            await runner.cleanup()


def _word(say: random.Random) -> str:
    return "".join(say.choice("bdfgklmnprstvz") + say.choice("aeiou") for _ in range(say.randint(2, 4)))


async def furnish(db: Any, paper: Paper) -> None:
    """The paper's stories go to the first channel."""
    from bot.model import Source, SourceKind
    from bot.store import rules, sources

    async with db.write() as tx:
        source = Source(id=0, name="paper", kind=SourceKind.FEED, url=f"{paper.url}/feed")
        await sources.put(tx, source, now=datetime.now(UTC))
        await rules.send_source_to(tx, "paper", ["c0"])


@dataclass(frozen=True, slots=True)
class Line:
    """What a process of the whole line needs to know.  `ahead`: seconds by which its clock goes ahead."""

    database: str
    base_url: str
    ahead: float = 0.0
    until_idle: bool = False


def run_line(line: Line, composing: Any) -> None:
    """The body of a process; `composing` (an event) is set whenever articles are about to become posts."""
    logging.disable(logging.CRITICAL)
    asyncio.run(_work(line, composing))


async def _work(line: Line, composing: Any) -> None:
    from bot.app import make_press
    from bot.articles import read
    from bot.channels.deliver import Delivery
    from bot.channels.pace import Rates
    from bot.channels.reconcile import Limits
    from bot.channels.sender import Tuning
    from bot.channels.telegram import Telegram
    from bot.posts import compose
    from bot.settings import Settings
    from bot.sources import watch
    from bot.store import sources
    from bot.store.database import open_database
    from bot.web import Web

    press = make_press(Settings())
    _make_deadly(press.renderer)
    tuning = Tuning(patience=3.0, refresh=0.1, settle=timedelta(seconds=0.4), looks=Limits(gap=0.0))
    rates = Rates(bot=900, chat_gap=0.001, group_count=1_000_000)
    async with (
        open_database(line.database, migrate=False) as db,
        Web(allow_private_hosts=["127.0.0.1"]) as web,
        Telegram(work.TOKEN, base_url=line.base_url, read=1.0) as telegram,
    ):
        delivery = Delivery(db, telegram, rates=rates, tuning=tuning)
        while True:
            now = datetime.now(UTC) + timedelta(seconds=line.ahead)
            async with db.write() as tx:
                await sources.check_all_now(tx, now=now)
            await watch.once(db, web, now=now)
            rows = await read.once(db, web, now=now)
            composing.set()
            rows += await compose.once(db, press, now=now)
            composing.clear()
            rows += await delivery.once(now)
            if line.until_idle and not rows:
                await delivery.close(now)
                return


def _make_deadly(renderer: Any) -> None:
    """Some headlines end the process in the middle of its work, as a crash of a library does."""
    render = renderer.render

    def deadly(name: str, values: Any, desk: Any) -> Any:
        if str(values.get("title", "")).startswith(POISON):
            os.kill(os.getpid(), signal.SIGKILL)
        return render(name, values, desk)

    renderer.render = deadly


async def torn(db: Any) -> int:
    """Articles decided about by halves: a decision without post, a post without decision, a mark and neither."""
    from sqlalchemy import select

    from bot.store.schema import articles, decisions, posts

    async with db.read() as tx:
        decided = {(row.article_id, row.channel_id): row.posted for row in await tx.execute(select(decisions))}
        shares = await tx.execute(select(posts).where(posts.c.kind == "share", posts.c.article_id.is_not(None)))
        written = {(row.article_id, row.channel_id) for row in shares}
        marked = (await tx.execute(select(articles.c.id).where(articles.c.decided_revision.is_not(None)))).scalars()
        halves = {pair for pair, posted in decided.items() if posted} ^ written
        return len(halves) + len(set(marked) - {article for article, _ in decided})


async def left_out(db: Any) -> int:
    """Cards that say so."""
    from bot.posts import quarantine
    from bot.store import notices

    async with db.read() as tx:
        return len(await notices.about(tx, bot_id=work.BOT, prefix=f"{quarantine.CARD}:"))


async def most_tries(db: Any) -> int:
    """Of articles under suspicion, how often the most suspected one was tried."""
    from bot.posts import quarantine

    async with db.read() as tx:
        return max((one.count for one in (await quarantine.tried(tx)).values()), default=0)


def printed(box: Any, paper: Paper) -> Counter[str]:
    """How often the sandbox executed a message with each headline."""
    times: Counter[str] = Counter()
    for send in box.world.journal.sends:
        if send.bot_id == work.BOT and send.chat_id != work.OWNER:
            times.update(title for title in paper.titles if title in (send.text or ""))
    return times


# ── writers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def run_writer(database: str, rows: list[dict[str, Any]], failed: Any) -> None:
    """The body of a process that writes rows down one by one, each after a look; `failed` (a value) counts."""
    logging.disable(logging.CRITICAL)
    asyncio.run(_write(database, rows, failed))


async def _write(database: str, rows: list[dict[str, Any]], failed: Any) -> None:
    from bot.errors import StoreError
    from bot.store import facts
    from bot.store.database import open_database

    async with open_database(database, migrate=False) as db:
        for row in rows:
            try:
                async with db.write() as tx:
                    written = await facts.get(tx, "written") or 0
                    await facts.put(tx, "written", written + 1, now=datetime.now(UTC))
                await work.enqueue(db, [row])
            except StoreError:
                with failed.get_lock():
                    failed.value += 1
            await asyncio.sleep(0)


async def written(db: Any) -> int:
    """What the writers' common count says."""
    from bot.store import facts

    async with db.read() as tx:
        return int(await facts.get(tx, "written") or 0)


async def joined(processes: list[Any], seconds: float) -> None:
    """Until all have ended."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while any(process.is_alive() for process in processes):
                await asyncio.sleep(0.02)
