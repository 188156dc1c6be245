"""The message that needs no database: while nothing can be written, owners are told so once, and whoever of them writes
meanwhile is answered with the same.  When it is over, the card of the outage takes the place of that message."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.channels.outages import BRIEF, DATABASE, Outages
from bot.chat.context import Context
from bot.chat.owner.notices import notice_html
from bot.errors import Problem, StoreError
from bot.model import Role
from bot.store import people
from bot.store.notices import Notice
from bot.store.outages import Note
from bot.wording import Words, words_for

logger = logging.getLogger(__name__)

_ASK_AGAIN: Final = timedelta(minutes=10)
_MOST_ANSWERED: Final = 1_000


class Alarm:
    """Of one process: it remembers who the owners are, since they cannot be looked up when it matters."""

    def __init__(self, context: Context, outages: Outages) -> None:
        self._context = context
        self._outages = outages
        self._owners: dict[int, Words] = dict.fromkeys(context.owner_ids, words_for(None))
        self._known_at: datetime | None = None
        self._shown: Problem | None = None
        self._answered: set[int] = set()

    async def once(self, now: datetime) -> int:
        """Tell what has begun, or that it has another reason now; messages that were sent or edited."""
        if self._context.db.stuck is None:
            self._shown = None
            self._answered.clear()
            await self._meet_owners(now)
            return 0
        note = self._outages.current.get(DATABASE)
        if note is None or note.until - note.since < BRIEF or note.problem == self._shown:
            return 0
        try:
            messages = dict(note.messages) | {str(chat): await self._show(chat, note) for chat in self._owners}
        except TelegramError as error:  # both at once: it is told when Telegram answers again
            logger.warning("alarm not shown", extra={"action": "notice_failed", "error": type(error).__name__})
            return 0
        self._shown = note.problem
        self._outages.told(DATABASE, {chat: number for chat, number in messages.items() if number})
        return len(messages)

    async def answer(self, updates: Iterable[Mapping[str, Any]]) -> None:
        """These came and could not be written down, so they come again; owners hear why nothing happens."""
        note = self._outages.current.get(DATABASE)
        for update in updates:
            message = update.get("message") or {}
            chat = (message.get("chat") or {}).get("id")
            if note is None or chat not in self._owners or update["update_id"] in self._answered:
                continue
            if len(self._answered) < _MOST_ANSWERED:
                self._answered.add(update["update_id"])
                await self._send(chat, note)

    async def _meet_owners(self, now: datetime) -> None:
        if self._known_at is not None and now - self._known_at < _ASK_AGAIN:
            return
        try:
            async with self._context.db.read() as tx:
                owners = await people.with_role(tx, bot_id=self._context.bot_id, role=Role.OWNER)
        except StoreError:
            return  # those that were known
        self._known_at = now
        self._owners |= {person.user_id: words_for(person.language) for person in owners}

    async def _show(self, chat: int, note: Note) -> int | None:
        """The id of the message in this chat.  Raises TelegramError."""
        known = note.messages.get(str(chat))
        if known is None:
            return await self._send(chat, note)
        try:
            await self._context.telegram.bot.edit_message_text(
                self._html(chat, note), chat, known, parse_mode=ParseMode.HTML
            )
        except (BadRequest, Forbidden):  # it says so already, or was deleted: they know
            return known
        return known

    async def _send(self, chat: int, note: Note) -> int | None:
        try:
            sent = await self._context.telegram.bot.send_message(
                chat, self._html(chat, note), parse_mode=ParseMode.HTML
            )
        except (BadRequest, Forbidden) as error:
            logger.info("alarm not shown", extra={"action": "notice_failed", "chat": chat, "error": error.message})
            return None
        return int(sent.message_id)

    def _html(self, chat: int, note: Note) -> str:
        card = Notice(
            id=0,
            bot_id=self._context.bot_id,
            key=DATABASE,
            problem=note.problem,
            raised_at=note.since,
            changed_at=note.since,
        )
        return notice_html(self._owners[chat], card)
