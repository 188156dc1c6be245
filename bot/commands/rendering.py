"""The work of `sharewire render`: what a push would send, without storing or sending anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from bot import settings
from bot.app import make_press
from bot.articles.reading import read_whole
from bot.commands.choices import one_of
from bot.commands.documents import Document
from bot.commands.output import as_json
from bot.errors import Problem, UsageError
from bot.model import Channel
from bot.posts.press import EXAMPLE, Press, as_article, render
from bot.store import channels
from bot.store.database import open_database


@dataclass(frozen=True, slots=True, kw_only=True)
class Renderer:
    press: Press
    channel: Channel
    template: str

    @classmethod
    async def create(cls, *, template: str, channel: str | None) -> Self:
        """Raises UsageError for a channel or template that is not there."""
        found = settings.load()
        chosen = EXAMPLE
        if channel is not None:
            async with open_database(found.database) as db, db.read() as tx:
                known = await channels.find(tx, channel)
            if known is None:
                raise UsageError(_unknown(channel))
            chosen = known
        press = make_press(found)
        return cls(press=press, channel=chosen, template=one_of(template, press.renderer.names(), "--template"))

    def requests(self, document: Document) -> list[dict[str, Any]]:
        """`[{method, params}]`.  Raises ParseError where there is nothing to read."""
        found = read_whole(document.body, url=document.url, content_type=document.content_type)
        article = as_article(found, url=document.url)
        made: list[dict[str, Any]] = as_json(render(self.press, article, self.channel, template=self.template))
        return made


def _unknown(name: str) -> Problem:
    return Problem(
        code="SW-C35",
        title=f'There is no channel "{name}".',
        cause="No connected channel has this name.",
        fix="See them with: sharewire channels list",
        where="--channel",
        meanwhile="Nothing was made.",
    )
