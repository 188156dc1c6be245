"""How publishing went: `Cards` tells on each card what became of its posts.

It looks at rows, so a card that was waiting when the bot stopped is told after the restart, and no handler waits for
Telegram's pace.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Final

from telegram import Bot, InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.chat import sharing
from bot.chat.card import Card
from bot.chat.context import Context
from bot.chat.editors import after, control, drafting, staging
from bot.chat.pressing import edit
from bot.chat.words import editors
from bot.model import Channel, Post, PostState
from bot.store import channels, drafts, people, posts
from bot.store.database import Tx
from bot.store.drafts import Draft
from bot.wording import Words, words_for

logger = logging.getLogger(__name__)

LOOKED_AFTER: Final = timedelta(days=2)
PATIENCE: Final = timedelta(seconds=10)  # then the card says that the post waits
_LOOK: Final = 0.3
_SELDOM: Final = 30.0  # seconds between looks while everything is planned for later
_WAITING: Final = frozenset({PostState.QUEUED, PostState.SENDING, PostState.UNKNOWN})
_FAILED: Final = frozenset({PostState.REFUSED, PostState.CANCELLED})


class Cards:
    """Run it beside the inbox; `look()` when a post was written down."""

    def __init__(self, bot: Bot, context: Context) -> None:
        self._bot = bot
        self._context = context
        self._bell = asyncio.Event()

    def look(self) -> None:
        self._bell.set()

    async def run(self) -> None:
        """Until cancelled; sleeps while no card waits."""
        while True:
            self._bell.clear()
            try:
                rest = await self.once()
            except Exception:  # as with the inbox: one bad moment must not end the telling
                logger.exception("cards failed", extra={"action": "cards_failed"})
                rest = _LOOK
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), rest)

    async def once(self) -> float | None:
        """Tell what has ended; how many seconds later something may be to tell, None when nothing waits."""
        context = self._context
        async with context.db.read() as tx:
            since = context.now() - LOOKED_AFTER
            found = [await _fate(tx, one) for one in await drafts.on_their_way(tx, bot_id=context.bot_id, since=since)]
        rests = [await self._tell(fate) for fate in found if fate is not None]
        return min((rest for rest in rests if rest is not None), default=None)

    async def _tell(self, fate: Fate) -> float | None:
        """None when there is nothing more to wait for."""
        draft, now = fate.draft, self._context.now()
        waiting = [post for post, _ in fate.posts if post.state in _WAITING]
        if waiting:
            due = min(post.due_at or draft.changed_at for post in waiting)
            if due > now:
                return min(_SELDOM, max(_LOOK, (due - now).total_seconds()))
            if not draft.options.get("told") and now - max(due, draft.changed_at) > PATIENCE:
                await self._show(draft, Card(html=fate.words.say(editors.WAITING, channel=fate.names)))
                await self._change(draft, {**draft.options, "told": True})
            return _LOOK
        ended = "open" if all(post.state in _FAILED for post, _ in fate.posts) else "published"
        async with self._context.db.write() as tx:
            mine = await drafts.move(tx, draft, to=ended, user_id=draft.changed_by or draft.user_id, now=now)
        if mine:
            await self._show(draft, ended_card(fate))
        return None

    async def _change(self, draft: Draft, options: dict[str, object]) -> None:
        async with self._context.db.write() as tx:
            who = draft.changed_by or draft.user_id
            await drafts.change(tx, draft, now=draft.changed_at, user_id=who, options=options)

    async def _show(self, draft: Draft, card: Card) -> None:
        place = drafting.place_of_card(draft)
        if place is None:
            return
        try:
            await edit(self._bot, place, card.html, card.keyboard)
        except TelegramError as error:  # the post itself does not depend on its card
            logger.warning("card not told", extra={"action": "card_failed", "error": type(error).__name__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """A draft, the posts that it became, by whom, and the words of the editor whose card it is."""

    draft: Draft
    posts: tuple[tuple[Post, Channel], ...]
    name: str
    words: Words
    at: datetime

    @property
    def names(self) -> str:
        return ", ".join(control.title_of(channel) for _, channel in self.posts)


async def _fate(tx: Tx, draft: Draft) -> Fate | None:
    found: list[tuple[Post, Channel]] = []
    for post_id in drafting.posts_of(draft):
        post = await posts.get(tx, post_id)
        channel = await channels.get(tx, post.channel_id) if post is not None and post.channel_id else None
        if post is not None and channel is not None:
            found.append((post, channel))
    if not found:
        return None
    editor = await people.get(tx, bot_id=draft.bot_id, user_id=draft.changed_by or draft.user_id)
    words = words_for(editor.language if editor else None)
    name = await staging.publisher(tx, words, found[0][0])
    return Fate(draft=draft, posts=tuple(found), name=name, words=words, at=draft.changed_at)


def ended_card(fate: Fate) -> Card:
    """What the card says in the end: a line for each channel.  What was refused can be tried again."""
    words = fate.words
    html = "\n\n".join(_ended_html(fate, post, channel) for post, channel in fate.posts)
    sent = [(post, channel) for post, channel in fate.posts if post.state is PostState.SENT]
    if sent:
        return Card(html=html, keyboard=after.keyboard(words, sent))
    if all(post.state in _FAILED for post, _ in fate.posts):
        return Card(html=html, keyboard=control.retry_keyboard(words, fate.draft.id))
    return Card(html=html, keyboard=InlineKeyboardMarkup([]))


def _ended_html(fate: Fate, post: Post, channel: Channel) -> str:
    words, title = fate.words, control.title_of(channel)
    if post.state is PostState.SENT:
        link = f"\n{escape(post.remote_url)}" if post.remote_url else ""
        return words.say(editors.PUBLISHED, channel=title, name=fate.name, link=link)
    if post.state is PostState.HELD:
        return words.say(editors.HELD, channel=title)
    problem = sharing.told(words, post.problem or "")
    return words.say(editors.REFUSED, channel=title, problem=escape(problem)).strip()
