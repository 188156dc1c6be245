"""What the demo tells: one line an event in the terminal, and the same beside the post on the sandbox's page.

Events are rows: articles found, attempts that ended, sources in trouble.  Nothing is told that is not written down.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bot.commands.output import print_json
from bot.demo.site import Site
from bot.language import base_direction
from bot.model import Outcome, PostKind
from bot.sandbox import Box
from bot.store import events
from bot.store.database import Database
from bot.store.events import Delivered

_LOOK: Final = 0.25
_VERBS: Final = {
    PostKind.SHARE: "posted",
    PostKind.REPOST: "posted again",
    PostKind.EDIT: "edited",
    PostKind.RETRACT: "withdrawn",
    PostKind.DIGEST: "digest posted",
}


class Storyteller:
    """Prints events and notes them on the page."""

    def __init__(self, *, as_json: bool, started: float) -> None:
        self._as_json = as_json
        self._started = started
        self._waiting: asyncio.Queue[tuple[str, str, dict[str, Any]]] = asyncio.Queue()
        self._troubles: dict[str, str] = {}
        self.posted = 0
        self.failed = 0

    @asynccontextmanager
    async def listening(self, db: Database, box: Box) -> AsyncIterator[None]:
        """Tell what is written down from now on; what is told is noted on the sandbox's page too."""
        tasks = [asyncio.create_task(self._watch(db)), asyncio.create_task(self._note(box))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _watch(self, db: Database) -> None:
        since = found = datetime.now(UTC)
        while True:
            await asyncio.sleep(_LOOK)
            async with db.read() as tx:
                new = await events.found_since(tx, found)
                ended = await events.delivered_since(tx, since)
                troubles = {t.source: t.title for t in await events.troubles(tx)}
            for article in new:
                found = max(found, article.at)
                self.tell(
                    "found",
                    f"{_isolated(article.source or 'Pushed')}: found “{_isolated(article.title)}”",
                    article=article.id,
                )
            for delivered in ended:
                since = max(since, delivered.at)
                self._tell_delivery(delivered)
            for source in troubles.keys() - self._troubles.keys():
                self.tell("source_failed", f"{source}: {troubles[source]}")
            for source in self._troubles.keys() - troubles.keys():
                self.tell("source_well", f"{source}: works again")
            self._troubles = troubles

    def _tell_delivery(self, made: Delivered) -> None:
        where, facts = _isolated(made.channel or made.chat_id), {"post": made.post_id, "method": made.method}
        if made.remote_id and made.chat_id.lstrip("-").isdigit():
            facts |= {"chat_id": int(made.chat_id), "message_id": int(made.remote_id)}
        call = f"{made.method}, {made.took * 1000:.0f} ms"
        if made.outcome is Outcome.SENT:
            self.posted += made.kind is not PostKind.EDIT
            verb = _VERBS.get(made.kind, "sent")
            message = f"message {made.remote_id}, " if made.remote_id else ""
            self.tell("sent", f"  → {where}: “{_isolated(made.title)}” {verb} ({message}{call})", **facts)
            if made.reason and made.kind is PostKind.SHARE:
                self._waiting.put_nowait(("why", f"{_isolated(made.source or 'By hand')}: {made.reason}", facts))
        else:
            self.failed += made.outcome is not Outcome.FLOOD
            self.tell(
                "not_sent",
                f"  → {where}: “{_isolated(made.title)}” not yet: {made.outcome} {made.error or ''}",
                **facts,
            )

    async def _note(self, box: Box) -> None:
        while True:
            kind, words, facts = await self._waiting.get()
            place = {"chat_id": facts.get("chat_id"), "message_id": facts.get("message_id")}
            await box.people.note(kind, words.strip(), **place)

    def tell(self, kind: str, words: str, **facts: Any) -> None:
        seconds = time.monotonic() - self._started
        if self._as_json:
            print_json({"at": round(seconds, 2), "event": kind, "words": words.strip(), **facts}, line=True)
        else:
            print(f"  {int(seconds) // 60}:{int(seconds) % 60:02}  {words}", flush=True)
        self._waiting.put_nowait((kind, words, facts))

    def begin(self, *, version: str, data: Path | None, box: Box, site: Site) -> None:
        if self._as_json:
            place = {"page": f"{box.url}/", "bot_api": box.url, "site": site.url}
            print_json({"at": 0, "event": "ready", **place}, line=True)
            return
        kept = str(data) if data else "a temporary folder, deleted on exit (keep it with --data DIR)"
        print(
            f"sharewire {version} demo (no Telegram account, nothing leaves this computer)\n\n"
            f"  data folder   {kept}\n"
            f"  news site     {site.url}  {len(site.sources)} papers\n"
            f"  sandbox       {box.url}  speaks the Bot API\n"
            f"  bot           @demo_news_bot, 3 channels; on the page you are subscriber, reader and owner\n"
            f"  web page      {box.url}/  <- open this\n",
            flush=True,
        )
        if sys.stdin.isatty():
            print("  Try: 1 break a feed, 2 breaking news, 3 a correction, q quit (then Enter)\n", flush=True)

    def end(self, posts: int) -> None:
        if self._as_json:
            print_json({"event": "stopped", "posts": posts, "failed": self.failed}, line=True)
        else:
            print(f"Stopped cleanly. {posts} post{'' if posts == 1 else 's'}, {self.failed} failed.", flush=True)


def _isolated(text: str | None) -> str:
    """Words of another direction keep their own order inside the line (UAX #9)."""
    shown = text or ""
    return f"\u2068{shown}\u2069" if base_direction(shown) == "rtl" else shown


class Keys:
    """What the person at the terminal types: 1, 2, 3 or q and Enter."""

    def __init__(self, site: Site, wake: Callable[[str], None]) -> None:
        self._site = site
        self._wake = wake
        self._broken = False

    async def read(self) -> None:
        """Returns at `q` or at the end of input."""
        loop = asyncio.get_running_loop()
        typed: asyncio.Queue[str] = asyncio.Queue()
        loop.add_reader(sys.stdin.fileno(), lambda: typed.put_nowait(sys.stdin.readline()))
        try:
            while (line := await typed.get()) and line.strip().lower() != "q":
                self.act(line.strip())
        finally:
            loop.remove_reader(sys.stdin.fileno())

    def act(self, key: str) -> None:
        if key == "1":
            self._broken = not self._broken
            (self._site.break_feed if self._broken else self._site.heal_feed)("harbor-times")
        elif key == "2":
            self._site.breaking()
        elif key == "3":
            self._site.correct()
        self._wake("watch")
