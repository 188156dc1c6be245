"""Unknown is looked up, never guessed.

A lost answer says nothing about the message.  Ids of a channel or supergroup rise by one a message, so the ids after
the last one that we know are the candidates.  An empty `setMessageReaction` tells whether an id exists and touches
nothing; `forwardMessage` to the operator's audit chat (silent, deleted at once) shows what it is.  People delete, pin
and post too, so a missing id proves nothing about the next: only a window of `LOOK_AHEAD` ids without our message,
beyond the last one found, means that it is not there.  What Telegram told us meanwhile (people's own posts, and the
copies in a linked discussion group) is evidence that needs no looking.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.channels import causes
from bot.channels.evidence import Seen, fits, follows_in_album, seen
from bot.channels.telegram import Telegram, message_url
from bot.errors import Phrase, phrase
from bot.model import Channel, PostState, UnknownPolicy
from bot.store.unknowns import Resolution, Unknown

logger = logging.getLogger(__name__)

LOOK_AHEAD: Final = 20
"""Ids without a message, beyond the last one that exists, before the post counts as absent."""
MOST_IDS: Final = 400
BLOCKED: Final = timedelta(minutes=3)
"""So long an unknown post may keep its channel waiting while Telegram can be asked."""
MOST_ATTEMPTS: Final = 5
"""After so many attempts that ended unknown and were absent, a person looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far and how long one look goes.

    ids       looked at for one post; a channel in which people post more than that meanwhile is beyond us
    patience  seconds for one look, so that a channel is never blocked for more than three minutes
    gap       seconds between two forwards to the audit chat
    again     seconds until a look that could not be finished is tried again
    """

    ids: int = MOST_IDS
    patience: float = 120.0
    gap: float = 1.05
    again: float = 5.0


class CannotTellError(Exception):
    """The looking failed for a reason that will not pass by itself; its words are the cause on the card."""

    def __init__(self, cause: Phrase) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to look: the chat's number, its public name, and the audit chat (None = there is none)."""

    chat_id: int | str
    username: str | None
    audit_chat: int | str | None


def policy_of(channel: Channel | None) -> UnknownPolicy:
    """What a channel wishes for its posts of unknown outcome (`options.unknown`); to look, where it says nothing."""
    wish = channel.options.get("unknown") if channel is not None else None
    return UnknownPolicy(wish) if wish in set(UnknownPolicy) else UnknownPolicy.RECONCILE


def by_policy(unknown: Unknown, channel: Channel | None = None) -> Resolution | None:
    """What needs no looking: the post's own policy or its channel's, and chats whose ids tell nothing.  None = look."""
    post = unknown.post
    policy = post.unknown_policy
    if policy is UnknownPolicy.RECONCILE:
        policy = policy_of(channel)
    match policy:
        case UnknownPolicy.RESEND:
            return Resolution(post_id=post.id, state=PostState.QUEUED)
        case UnknownPolicy.DROP:
            problem = causes.dropped()
            return Resolution(post_id=post.id, state=PostState.CANCELLED, problem=problem)
        case UnknownPolicy.HOLD:
            return held(unknown, phrase("Its channel asks that such posts wait for a person."))
        case UnknownPolicy.RECONCILE:
            if not _counts_its_own_ids(post.chat_id):
                return held(unknown, phrase("Private chats and small groups share one count of message ids."))
            return None


def held(unknown: Unknown, cause: str) -> Resolution:
    return Resolution(post_id=unknown.post.id, state=PostState.HELD, problem=causes.cannot_tell(cause))


class Memory:
    """What was seen in one chat: several posts of it are looked for one after another, and a message is opened once."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.messages: dict[int, Seen | None] = {}


async def look(
    telegram: Telegram,
    unknown: Unknown,
    place: Place,
    *,
    now: datetime,
    memory: Memory | None = None,
    limits: Limits | None = None,
) -> Resolution:
    """Find out whether the post is in its chat.  `now` is of the clock by which its attempt began.

    Raises TelegramError where Telegram cannot be asked now: ask again later."""
    if unknown.last_known is None and unknown.only is None:
        return held(unknown, phrase("Nothing was posted there before, so it is not known where to look."))
    limits = limits or Limits()
    try:
        async with asyncio.timeout(limits.patience):
            found = await _Looking(telegram, unknown, place, memory or Memory(), now, limits).run()
    except CannotTellError as error:
        return held(unknown, error.cause)
    except TimeoutError:
        return held(unknown, phrase("Looking took too long."))
    if found:
        ids = tuple(str(id) for id in found)
        url = message_url(place.chat_id, place.username, ids[0])
        return Resolution(post_id=unknown.post.id, state=PostState.SENT, remote_ids=ids, remote_url=url)
    if unknown.post.attempts == 0 and unknown.post.fresh_until is not None and unknown.post.fresh_until < now:
        problem = causes.for_digest(now)  # it was only to be known whether it is there
        return Resolution(post_id=unknown.post.id, state=PostState.CANCELLED, problem=problem)
    if unknown.post.attempts >= MOST_ATTEMPTS:
        return held(
            unknown, phrase("It was tried {attempts} times and is still not there.", attempts=unknown.post.attempts)
        )
    return Resolution(post_id=unknown.post.id, state=PostState.QUEUED)


async def ids_above(telegram: Telegram, chat_id: int | str, base: int) -> list[int]:
    """Message ids that exist above `base`, up to the first window without one.

    Raises TelegramError where Telegram cannot be asked; a chat that may not be looked at gives none."""
    found: list[int] = []
    empty, message_id = 0, base
    while empty < LOOK_AHEAD and message_id < base + MOST_IDS:
        message_id += 1
        try:
            there = await exists(telegram, chat_id, message_id)
        except CannotTellError:
            return found
        empty = 0 if there else empty + 1
        if there:
            found.append(message_id)
    return found


async def exists(telegram: Telegram, chat_id: int | str, message_id: int) -> bool:
    """Whether there is a message with this id; touches nothing.  Raises CannotTellError, TelegramError."""
    params: dict[str, Any] = {"chat_id": chat_id, "message_id": message_id, "reaction": []}
    try:
        await ask(telegram, "setMessageReaction", params)
    except BadRequest as error:
        return "not found" not in error.message.lower() and "message_id_invalid" not in error.message.lower()
    return True


async def ask(telegram: Telegram, method: str, params: Mapping[str, Any]) -> Any:
    """A call that waits as long as Telegram asks for.  Raises CannotTellError, TelegramError."""
    while True:
        try:
            return await telegram.call(method, params)
        except RetryAfter as error:
            await asyncio.sleep(error._retry_after.total_seconds())
        except Forbidden as error:
            raise CannotTellError(
                phrase("The bot may not look there (Telegram says: {said}).", said=error.message)
            ) from error
        except InvalidToken as error:
            raise CannotTellError(phrase("The bot's token is refused.")) from error


class _Looking:
    """One look at one chat."""

    def __init__(
        self, telegram: Telegram, unknown: Unknown, place: Place, memory: Memory, now: datetime, limits: Limits
    ) -> None:
        self._telegram = telegram
        self._limits = limits
        self._now, self._began = now, time.monotonic()
        self._memory = memory
        self._unknown = unknown
        self._place = place
        self._forwarded = False

    async def run(self) -> tuple[int, ...]:
        """Message ids of the post, () if it is not there.  Raises CannotTellError."""
        messages: dict[int, Seen | None] = {}  # what exists; None = it exists and is surely not a post
        if self._unknown.only is not None:
            for message_id in self._unknown.only:
                await self._look_at(message_id, messages)
            return self._ours(messages)
        base = self._unknown.last_known
        assert base is not None
        empty, message_id = 0, base
        while empty < LOOK_AHEAD:
            message_id += 1
            if message_id > base + self._limits.ids:
                raise CannotTellError(
                    phrase("More than {most} messages were posted there meanwhile.", most=self._limits.ids)
                )
            empty = 0 if await self._look_at(message_id, messages) else empty + 1
        return self._ours(messages)

    async def _look_at(self, message_id: int, messages: dict[int, Seen | None]) -> bool:
        """Whether there is such a message; what it is goes into `messages`."""
        if message_id in self._unknown.told:  # a person's, or a copy in the discussion group: no need to look
            copy = self._unknown.told[message_id]
            messages[message_id] = None if copy is None else seen(message_id, copy)
        elif message_id in self._memory.messages:
            messages[message_id] = self._memory.messages[message_id]
        elif await exists(self._telegram, self._place.chat_id, message_id):
            messages[message_id] = self._memory.messages[message_id] = await self._open(message_id)
        else:
            return False
        return True

    def _ours(self, messages: Mapping[int, Seen | None]) -> tuple[int, ...]:
        post, started = self._unknown.post, self._unknown.started_at
        now = self._now + timedelta(seconds=time.monotonic() - self._began)
        fitting = [id for id, item in messages.items() if item is not None and fits(post, started, item, now=now)]
        if len(fitting) > 1:
            raise CannotTellError(phrase("Two messages there look like this post."))
        if not fitting:
            return ()
        ids = [fitting[0]]
        for id in range(ids[0] + 1, ids[0] + post.weight):
            item = messages.get(id)
            if item is not None and follows_in_album(item):
                ids.append(id)
        return tuple(ids)

    async def _open(self, message_id: int) -> Seen | None:
        if self._forwarded:
            await asyncio.sleep(self._limits.gap)
        self._forwarded = True
        return await open_message(self._telegram, self._place, message_id)


async def open_message(telegram: Telegram, place: Place, message_id: int) -> Seen | None:
    """The message as its forward shows it; None for one that is no post (a service message).

    Raises CannotTellError, TelegramError."""
    if place.audit_chat is None:
        raise CannotTellError(phrase("There is no audit chat to look at messages in (BOT_AUDIT_CHAT)."))
    params = {
        "chat_id": place.audit_chat,
        "from_chat_id": place.chat_id,
        "message_id": message_id,
        "disable_notification": True,
    }
    try:
        copy: Mapping[str, Any] = await ask(telegram, "forwardMessage", params)
    except BadRequest as error:
        text = error.message.lower()
        if "protected" in text:
            raise CannotTellError(
                phrase("The channel protects its content, so messages cannot be looked at.")
            ) from error
        if "can't be forwarded" in text:
            return None
        if "message to forward not found" in text:
            return None  # deleted between the two questions
        raise CannotTellError(
            phrase("The audit chat cannot be used (Telegram says: {said}).", said=error.message)
        ) from error
    with suppress(TelegramError):  # a copy that stays is untidy, and no more
        await ask(telegram, "deleteMessage", {"chat_id": place.audit_chat, "message_id": copy["message_id"]})
    return seen(message_id, copy)


def _counts_its_own_ids(chat_id: int | str) -> bool:
    """Channels and supergroups (-100…, or by @name) count their own messages."""
    return str(chat_id).startswith(("-100", "@"))


def card_key(post_id: int) -> str:
    return f"post-held:{post_id}"


def is_over(unknown: Unknown, now: datetime) -> bool:
    """Whether a look that cannot be finished has blocked its channel long enough."""
    return now - unknown.unknown_at > BLOCKED
