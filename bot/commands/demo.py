"""`sharewire demo`: everything at work on this machine, with nothing set up.

Our own news site on a free port, the sandbox with its page, an embedded database, and the very stages that run in
production.  Every few seconds an article comes out; now and then a feed breaks, heals, and a paper corrects itself.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot import logs
from bot.app import STAGES, App, Parts, opened
from bot.commands.demo_furniture import BOT_TOKEN, OWNER, furnish, world_text
from bot.commands.demo_story import Keys, Storyteller
from bot.commands.ports import free_port
from bot.commands.sandboxing import until_stopped
from bot.demo.site import Site, running_site
from bot.sandbox import Box, running
from bot.sandbox.world import World
from bot.settings import Secret, Settings
from bot.store import sources
from bot.version import current

FIRST_POST_SECONDS: Final = 30.0
_LOOK: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    once: bool = False
    data: Path | None = None
    port: int = 8081
    every: float = 6.0  # seconds between new articles
    as_json: bool = False


async def run_demo(demo: Demo) -> int:
    started = time.monotonic()
    story = Storyteller(as_json=demo.as_json, started=started)
    async with AsyncExitStack() as stack:
        folder = await stack.enter_async_context(_data_folder(demo.data))
        site = await stack.enter_async_context(running_site())
        box = await stack.enter_async_context(running(World.from_toml(world_text()), port=free_port(demo.port)))
        settings = _settings(folder, box)
        parts = await stack.enter_async_context(opened(settings))
        await stack.enter_async_context(story.listening(parts.db, box))
        await furnish(parts, site)
        story.begin(version=current(), data=folder if demo.data else None, box=box, site=site)
        app = App(parts, STAGES)
        await stack.enter_async_context(app.started())
        code = await _play(demo, app, parts, site, box, story)
        story.end(await _count(box))
    return code


async def _play(demo: Demo, app: App, parts: Parts, site: Site, box: Box, story: Storyteller) -> int:
    """Until a signal or `q`; with --once until the first post is in the channel."""
    async with asyncio.TaskGroup() as tasks:
        running_app = tasks.create_task(app.run())
        script = tasks.create_task(_script(demo, app, parts, site, story))
        try:
            if demo.once:
                return await _first_post(box)
            stop = tasks.create_task(until_stopped())
            keys = tasks.create_task(Keys(site, app.wake).read()) if sys.stdin.isatty() else None
            await asyncio.wait({t for t in (stop, keys) if t}, return_when=asyncio.FIRST_COMPLETED)
            for task in (stop, keys):
                if task:
                    task.cancel()
            return 0
        finally:
            script.cancel()
            running_app.cancel()


async def _first_post(box: Box) -> int:
    deadline = time.monotonic() + FIRST_POST_SECONDS
    while time.monotonic() < deadline:
        if await _count(box):
            return 0
        await asyncio.sleep(_LOOK)
    print(f"No post appeared within {FIRST_POST_SECONDS:.0f} seconds.", file=sys.stderr)
    return 1


async def _script(demo: Demo, app: App, parts: Parts, site: Site, story: Storyteller) -> None:
    """One event after another; a feed breaks and heals, and an article is corrected, once each in every round."""
    await _first_checks_done(parts)
    step = 0
    while True:
        step += 1
        if step % 8 == 5:
            site.break_feed("valley-post")
            story.tell("demo", "Valley Post's feed breaks for a while (on purpose)")
        elif step % 8 == 7:
            site.heal_feed("valley-post")
        elif step % 8 == 4:
            site.correct()
        else:
            site.publish_next()
        app.wake("watch")
        await asyncio.sleep(demo.every)


async def _first_checks_done(parts: Parts) -> None:
    """What is out before a source was seen for the first time would count as old, and would not be posted."""
    while True:
        async with parts.db.read() as tx:
            if all(source.baseline_at for source in await sources.every(tx)):
                return
        await asyncio.sleep(_LOOK)


async def _count(box: Box) -> int:
    """Posts that the bot has put into channels."""
    return len([entry for entry in await box.people.ledger() if str(entry["chat_id"]).startswith("-100")])


def _settings(folder: Path, box: Box) -> Settings:
    settings = Settings(
        token=Secret(BOT_TOKEN),
        owner_ids=(OWNER,),
        data_dir=folder,
        api_base_url=box.url,
        allow_private_hosts=("127.0.0.1",),
        keep_backups=0,
    )
    logs.set_up(style="text", level="error", secrets=())
    return settings


@asynccontextmanager
async def _data_folder(wished: Path | None) -> AsyncIterator[Path]:
    if wished is not None:
        yield wished
        return
    with tempfile.TemporaryDirectory(prefix="sharewire-demo-") as folder:
        yield Path(folder)
