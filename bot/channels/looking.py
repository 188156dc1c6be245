"""Looks for unknown posts beside the sending: finds those that had time to settle, asks, writes down the answer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from telegram.error import TelegramError

from bot.channels import reconcile
from bot.channels.reconcile import Limits, Memory, Place
from bot.channels.telegram import Telegram
from bot.errors import Problem, phrase
from bot.model import Channel, PostState, Role
from bot.store import channels as channel_store
from bot.store import notices, people, posts, unknowns
from bot.store.database import Tx
from bot.store.unknowns import Resolution, Unknown

logger = logging.getLogger(__name__)

SETTLE: Final = timedelta(seconds=60)
"""Longer than any time-out of ours: until then a late call may still be carried out."""


class Looking:
    """The unknown posts of one bot.

    settle       how long an outcome stays unknown before it is looked up
    audit_chat   where candidates are forwarded to; None = the first owner's private chat
    wake         called when an answer is there
    """

    def __init__(
        self,
        telegram: Telegram,
        *,
        wake: Callable[[], None],
        settle: timedelta,
        audit_chat: int | str | None,
        limits: Limits,
    ) -> None:
        self._telegram = telegram
        self._wake = wake
        self._settle = settle
        self._audit_chat = audit_chat
        self._limits = limits
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._memories: dict[str, Memory] = {}
        self._in_doubt: set[str] = set()  # chats whose forgotten messages are compared with each new post
        self._answers: list[Resolution] = []
        self._not_before = float("-inf")
        self.looked_up: set[int] = set()
        """Posts that this sender has looked for."""
        self.next_at = float("inf")
        """Monotonic seconds at which the next unknown post will have settled."""

    def is_busy(self) -> bool:
        return bool(self._tasks or self._answers)

    def has_answers(self) -> bool:
        return bool(self._answers)

    async def find(self, tx: Tx, now: datetime, channels: Mapping[int, Channel]) -> None:
        """Start looking for what has settled."""
        moment = time.monotonic()
        bot_id = self._telegram.bot_id
        first = await unknowns.earliest(tx, bot_id=bot_id)
        self.next_at = float("inf")
        if first is None:
            self._memories = {chat: memory for chat, memory in self._memories.items() if chat in self._in_doubt}
            return
        self.next_at = max(self._not_before, moment + (first + self._settle - now).total_seconds())
        if self.next_at > moment:
            return
        audit_chat = self._audit_chat or await owner_chat(tx, bot_id)
        for item in await unknowns.settled(tx, bot_id=bot_id, now=now, settle=self._settle):
            if item.post.id not in self._tasks and all(item.post.id != done.post_id for done in self._answers):
                channel = channels.get(item.post.channel_id or 0)
                decided = reconcile.by_policy(item, channel)
                if decided is not None:
                    self._answer(item, decided)
                else:
                    self._start(item, _place(item, channel, audit_chat), now)

    async def record(self, tx: Tx, now: datetime) -> int:
        """Write down the answers; gives their number.  Call `recorded` with it once the transaction is committed."""
        answers = list(self._answers)
        await unknowns.resolve(tx, answers, now=now)
        for answer in answers:
            if answer.state is PostState.CANCELLED and answer.problem is not None:
                await self._tell_dropped(tx, answer.post_id, answer.problem, now)
            if answer.state is PostState.HELD and answer.problem is not None:
                await notices.tell(
                    tx,
                    bot_id=self._telegram.bot_id,
                    key=reconcile.card_key(answer.post_id),
                    problem=answer.problem,
                    now=now,
                    options={"post": answer.post_id},
                )
        return len(answers)

    async def _tell_dropped(self, tx: Tx, post_id: int, problem: Problem, now: datetime) -> None:
        """One card a channel, counted; a reader's message that is left out is no news to those who run the bot."""
        post = await posts.get(tx, post_id)
        channel = await channel_store.get(tx, post.channel_id) if post is not None and post.channel_id else None
        if channel is not None:
            told = replace(problem, where=channel.title or channel.name)
            key = f"dropped:{channel.id}"
            await notices.tell(tx, bot_id=self._telegram.bot_id, key=key, problem=told, now=now)

    def recorded(self, count: int) -> None:
        del self._answers[:count]

    async def close(self) -> None:
        """Stop looking; what was not answered is looked up by the next sender."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, item: Unknown, place: Place, now: datetime) -> None:
        task = asyncio.create_task(self._look(item, place, now), name=f"look for post {item.post.id}")
        self._tasks[item.post.id] = task

    async def _look(self, item: Unknown, place: Place, now: datetime) -> None:
        memory, began = self._memories.setdefault(str(place.chat_id), Memory()), time.monotonic()
        if item.only is not None:
            self._in_doubt.add(str(place.chat_id))
        try:
            async with memory.turn:
                found = await reconcile.look(self._telegram, item, place, now=now, memory=memory, limits=self._limits)
                self._answer(item, found)
        except TelegramError as error:
            self._not_before = time.monotonic() + self._limits.again
            logger.warning(
                "cannot look now", extra={"action": "look_failed", "post": item.post.id, "error": str(error)}
            )
            if reconcile.is_over(item, now) and self._could_be_asked(began):
                self._answer(item, reconcile.held(item, phrase("Telegram did not answer while the bot was looking.")))
        finally:
            self._tasks.pop(item.post.id, None)
            self._wake()

    def _could_be_asked(self, since: float) -> bool:
        """Whether Telegram answered anything meanwhile, and has done so for as long as a look may take: where it is out
        of reach nothing can be posted, so the look goes on when it is back."""
        reach = self._telegram.reach
        return reach.answered_at >= since and time.monotonic() - reach.back_at > reconcile.BLOCKED.total_seconds()

    def _answer(self, item: Unknown, answer: Resolution) -> None:
        self._answers.append(answer)
        self.looked_up.add(item.post.id)
        self._wake()
        logger.info("unknown resolved", extra={"action": "resolved", "post": item.post.id, "state": str(answer.state)})


def _place(item: Unknown, channel: Channel | None, audit_chat: int | str | None) -> Place:
    chat = channel.chat_id if channel is not None and channel.chat_id is not None else item.post.chat_id
    username = channel.username if channel is not None else None
    if username is None and str(chat).startswith("@"):
        username = str(chat)[1:]
    if username is None and channel is not None and channel.address.startswith("@"):
        username = channel.address[1:]
    return Place(chat_id=chat, username=username, audit_chat=audit_chat)


async def owner_chat(tx: Tx, bot_id: int) -> int | None:
    """The first owner's private chat, where candidates are looked at if no other is set."""
    owners = await people.with_role(tx, bot_id=bot_id, role=Role.OWNER)
    return owners[0].user_id if owners else None
