"""An editor's cards: the buttons under a preview, and how publishing went.

`Cards` tells on each card what became of its post.  It looks at rows, so a card that was waiting when the bot stopped
is told after the restart, and no handler waits for Telegram's pace.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import Final

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.chat.card import Card
from bot.chat.context import Context
from bot.chat.pressing import edit
from bot.chat.words import common, editors
from bot.model import Channel, Post, PostState
from bot.store import channels, drafts, people, posts
from bot.store.database import Tx
from bot.store.drafts import Draft
from bot.wording import Words, words_for

logger = logging.getLogger(__name__)

LOOKED_AFTER: Final = timedelta(days=2)
PATIENCE: Final = timedelta(seconds=10)  # then the card says that the post waits
OTHERS: Final = 6  # channels offered beside the chosen one
_LOOK: Final = 0.3


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
                waiting = await self.once()
            except Exception:  # as with the inbox: one bad moment must not end the telling
                logger.exception("cards failed", extra={"action": "cards_failed"})
                waiting = 1
            if waiting:
                await asyncio.sleep(_LOOK)
            else:
                await self._bell.wait()

    async def once(self) -> int:
        """Tell what has ended; how many cards still wait."""
        context = self._context
        async with context.db.read() as tx:
            since = context.now() - LOOKED_AFTER
            found = [await _fate(tx, one) for one in await drafts.on_their_way(tx, bot_id=context.bot_id, since=since)]
        fates = [fate for fate in found if fate is not None]
        return sum([not await self._tell(fate) for fate in fates])

    async def _tell(self, fate: Fate) -> bool:
        """True when there is nothing more to wait for."""
        state, draft, now = fate.post.state, fate.draft, self._context.now()
        if state in (PostState.QUEUED, PostState.SENDING, PostState.UNKNOWN):
            if not draft.options.get("told") and now - draft.changed_at > PATIENCE:
                await self._show(draft, Card(html=fate.words.say(editors.WAITING, channel=fate.channel)))
                await self._change(draft, {**draft.options, "told": True})
            return False
        ended = "open" if state in (PostState.REFUSED, PostState.CANCELLED) else "published"
        async with self._context.db.write() as tx:
            mine = await drafts.move(tx, draft, to=ended, user_id=draft.changed_by or draft.user_id, now=now)
        if mine:
            await self._show(draft, ended_card(fate))
        return True

    async def _change(self, draft: Draft, options: dict[str, object]) -> None:
        async with self._context.db.write() as tx:
            who = draft.changed_by or draft.user_id
            await drafts.change(tx, draft, now=draft.changed_at, user_id=who, options=options)

    async def _show(self, draft: Draft, card: Card) -> None:
        place = draft.options.get("card")
        if not isinstance(place, list) or len(place) != 2:
            return
        try:
            await edit(self._bot, (int(place[0]), int(place[1])), card.html, card.keyboard)
        except TelegramError as error:  # the post itself does not depend on its card
            logger.warning("card not told", extra={"action": "card_failed", "error": type(error).__name__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """A draft, the post that it became, where and by whom, and the words of the editor whose card it is."""

    draft: Draft
    post: Post
    channel: str
    name: str
    words: Words


async def _fate(tx: Tx, draft: Draft) -> Fate | None:
    post = await posts.get(tx, draft.post_id) if draft.post_id else None
    channel = await channels.get(tx, draft.channel_id) if draft.channel_id else None
    if post is None or channel is None:
        return None
    editor = await people.get(tx, bot_id=draft.bot_id, user_id=draft.user_id)
    words = words_for(editor.language if editor else None)
    name = await publisher(tx, words, post)
    return Fate(draft=draft, post=post, channel=title_of(channel), name=name, words=words)


async def publisher(tx: Tx, words: Words, post: Post) -> str:
    """Who published a post, for people: a name, or that it went out by a rule."""
    if post.created_by is None:
        return words.say(common.BY_RULE)
    person = await people.get(tx, bot_id=post.bot_id, user_id=post.created_by)
    return escape(person.name if person and person.name else words.say(common.SOMEBODY))


def ended_card(fate: Fate) -> Card:
    """What the card says in the end.  What was refused can be tried again."""
    post, channel, words = fate.post, fate.channel, fate.words
    if post.state is PostState.SENT:
        return published_card(words, editors.PUBLISHED, post, channel=channel, name=fate.name)
    if post.state is PostState.HELD:
        return Card(html=words.say(editors.HELD, channel=channel))
    html = words.say(editors.REFUSED, channel=channel, problem=escape(post.problem or ""))
    return Card(html=html.strip(), keyboard=InlineKeyboardMarkup([publish_row(words, fate.draft.id)]))


def published_card(words: Words, english: str, post: Post, *, channel: str, name: str) -> Card:
    """`english` with the post's address, and a button that opens it."""
    link = f"\n{escape(post.remote_url)}" if post.remote_url else ""
    open_it = [[InlineKeyboardButton(words.say(common.BUTTON_OPEN), url=post.remote_url)]] if post.remote_url else []
    html = words.say(english, channel=channel, name=name, link=link)
    return Card(html=html, keyboard=InlineKeyboardMarkup(open_it) if open_it else None)


def preview_keyboard(
    words: Words, draft: Draft, chosen: Channel, listed: Sequence[Channel], *, posted: bool
) -> InlineKeyboardMarkup:
    """Publish and Discard, then the other channels, two a row; what stands there already cannot be published."""
    rows = [publish_row(words, draft.id)[1:] if posted else publish_row(words, draft.id)]
    others = [channel for channel in listed if channel.id != chosen.id][:OTHERS]
    buttons = [
        InlineKeyboardButton(
            words.say(editors.BUTTON_TO, channel=channel.title or channel.name)[:40],
            callback_data=f"v1:to:{draft.id}:{channel.id}",
        )
        for channel in others
    ]
    rows += [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    return InlineKeyboardMarkup(rows)


def publish_row(words: Words, draft_id: str) -> list[InlineKeyboardButton]:
    return [
        InlineKeyboardButton(
            words.say(editors.BUTTON_PUBLISH), callback_data=f"v1:pub:{draft_id}", api_kwargs={"style": "success"}
        ),
        InlineKeyboardButton(
            words.say(editors.BUTTON_DISCARD), callback_data=f"v1:discard:{draft_id}", api_kwargs={"style": "danger"}
        ),
    ]


def suggested(listed: Sequence[Channel], language: str | None) -> Channel:
    """Where an article probably goes: a channel of its language that is not paused."""

    def strangeness(channel: Channel) -> tuple[bool, int]:
        known = channel.language is not None and language is not None
        fits = 0 if channel.language == language else 2 if known else 1
        return channel.paused_at is not None, fits

    return min(listed, key=strangeness)


def title_of(channel: Channel) -> str:
    """For HTML."""
    return escape(channel.title or channel.name)
