"""Questions that wait for an answer: pressed buttons, inline queries, and the cache of inline answers."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.sandbox.accounts import Bot, User, Wire
from bot.sandbox.chats import Chat
from bot.sandbox.clock import Clock

if TYPE_CHECKING:
    from bot.sandbox.chats import Message

CALLBACK_LIFE = 150  # seconds an unanswered press waits in the queue
INLINE_LIFE = 30
MAX_WAITING = 10_000


@dataclass(slots=True, eq=False)
class Press:
    """A pressed callback button.  `answer` is what answerCallbackQuery said."""

    id: str
    bot: Bot
    user: User
    message: Message | None
    inline_message_id: str | None
    data: str
    at: float
    answer: asyncio.Future[Wire]


@dataclass(slots=True, eq=False)
class InlineQuery:
    """A typed inline query.  `answer` holds results, next_offset, button, and whether it came from the cache."""

    id: str
    bot: Bot
    user: User
    query: str
    offset: str
    at: float
    answer: asyncio.Future[Wire]


@dataclass(slots=True)
class Queries:
    """Everything that waits, by id, with bounded numbers; old ones fall out."""

    clock: Clock
    presses: OrderedDict[str, Press] = field(default_factory=OrderedDict)
    inline: OrderedDict[str, InlineQuery] = field(default_factory=OrderedDict)
    cache: OrderedDict[tuple[int, str, str, int], tuple[float, Wire]] = field(default_factory=OrderedDict)
    callback_cache: OrderedDict[tuple[int, str, str], tuple[float, Wire]] = field(default_factory=OrderedDict)
    inline_messages: OrderedDict[str, Message] = field(default_factory=OrderedDict)
    shown: OrderedDict[tuple[int, int], dict[str, Wire]] = field(default_factory=OrderedDict)

    def wait_press(self, press: Press) -> None:
        self._put(self.presses, press.id, press)

    def wait_inline(self, query: InlineQuery) -> None:
        self._put(self.inline, query.id, query)

    def take_press(self, query_id: str, bot: Bot) -> Press | None:
        """The waiting press, once: unknown, answered, too old or another bot's gives None."""
        press = self.presses.get(query_id)
        if press is None or press.bot is not bot:
            return None
        del self.presses[query_id]
        return press if self.clock.now() - press.at <= CALLBACK_LIFE else None

    def take_inline(self, query_id: str, bot: Bot) -> InlineQuery | None:
        query = self.inline.get(query_id)
        if query is None or query.bot is not bot:
            return None
        del self.inline[query_id]
        return query if self.clock.now() - query.at <= INLINE_LIFE else None

    def remember(self, query: InlineQuery, answer: Wire, cache_time: int, personal: bool) -> None:
        """Keep an answer for the same words: for everybody, unless it is personal."""
        key = (query.bot.id, query.query, query.offset, query.user.id if personal else 0)
        if cache_time > 0:
            self._put(self.cache, key, (self.clock.now() + cache_time, answer))

    def cached(self, bot: Bot, user: User, query: str, offset: str) -> Wire | None:
        for owner in (user.id, 0):
            found = self.cache.get((bot.id, query, offset, owner))
            if found is not None and found[0] > self.clock.now():
                return found[1]
        return None

    @staticmethod
    def _put(table: OrderedDict[Any, Any], key: Any, value: Any) -> None:
        table[key] = value
        while len(table) > MAX_WAITING:
            table.popitem(last=False)

    def keep_inline_message(self, inline_message_id: str, message: Message) -> None:
        self._put(self.inline_messages, inline_message_id, message)

    def forget_chat(self, chat: Chat) -> None:
        """Drop what waits for messages of a chat that is gone."""
        for key in [k for k, press in self.presses.items() if press.message and press.message.chat is chat]:
            del self.presses[key]
