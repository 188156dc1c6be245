"""Real feeds, served from loopback with their pages gone: every one is read, none breaks the run or another source.

The snapshots are third parties' and stay out of the repository: SHAREWIRE_EVAL names the folder that holds `feeds/`.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import func, select

from bot.model import Source, SourceKind
from bot.store import channels, rules, sources
from bot.store.schema import articles
from tests.flow.conftest import House

EVAL = Path(os.environ.get("SHAREWIRE_EVAL") or Path(__file__).resolve().parents[3] / "shared" / "eval")


# addresses of pages: all lead to this machine, which answers 404
LINKS = re.compile(rb"(<link>\s*|href=[\"']|<guid[^>]*>\s*|<!\[CDATA\[|\"url\":\s*\")https?://")
POSTED = 8  # feeds whose newest entry is posted: more would only wait for Telegram's pace


def snapshots() -> list[tuple[str, bytes]]:
    manifest = EVAL / "feeds" / "manifest.jsonl"
    if not manifest.exists():
        return []
    rows: list[dict[str, Any]] = [json.loads(line) for line in manifest.read_text(encoding="utf8").splitlines()]
    found = []
    for row in rows:
        if row["source"] == "real":
            raw = (EVAL / "feeds" / row["file"]).read_bytes()
            found.append((row["file"], gzip.decompress(raw) if row["file"].endswith(".gz") else raw))
    return found


@pytest.mark.no_cover
@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_every_real_feed_is_read_and_posted_from_what_it_carries(house: House) -> None:
    feeds = snapshots()
    if not feeds:
        pytest.skip("no collection of real feeds: SHAREWIRE_EVAL names its folder")

    async def serve(request: web.Request) -> web.Response:
        here = f"{request.scheme}://{request.host}/gone/".encode()
        body = LINKS.sub(lambda m: m[1] + here, feeds[int(request.match_info["number"])][1])
        return web.Response(body=body, content_type="application/xml")

    app = web.Application()
    app.router.add_get("/feed/{number}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with house.parts.db.write() as tx:
        (channel,) = await channels.every(tx)
        await channels.change(tx, channel.id, max_age=timedelta(days=36_500))  # the snapshots are years old
        for number in range(len(feeds)):
            url = f"http://127.0.0.1:{port}/feed/{number}"
            backfill = int(number < POSTED)
            source = Source(id=0, name=f"real-{number}", kind=SourceKind.FEED, url=url, backfill=backfill)
            await sources.put(tx, source, now=datetime.now(UTC))
            await rules.send_source_to(tx, f"real-{number}", ["demo"])
    house.paper.add("Our own paper goes on")
    await house.work()
    await runner.cleanup()
    async with house.parts.db.read() as tx:
        failed = {s.name: s.problem for s in await sources.every(tx) if s.problem}
        by_state = dict((await tx.execute(select(articles.c.state, func.count()).group_by(articles.c.state))).all())
    assert failed == {}
    assert by_state.get("ready", 0) > 10 * len(feeds)
    assert by_state.get("found", 0) <= 5, "only links written in ways that the rewriting does not reach"
    assert len(await house.texts()) >= POSTED
    assert any("Our own paper goes on" in text for text in await house.texts())
